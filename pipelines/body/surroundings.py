"""Where a block stands: in the element that holds most of the text, by its neighbours, among its like."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.body.columns import Columns

__all__ = ["SURROUNDING_COLUMNS", "surrounding_columns"]

Matrix = NDArray[np.float32]
Numbers = NDArray[np.float64]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]
Array = NDArray[np.generic]

SURROUNDING_COLUMNS = (
    "in main", "main share", "parent share", "grandparent share", "depth", "depth from main", "siblings",
    "sibling text share", "articles before", "same article", "depth from anchor", "anchor group", "anchor parent",
    "position", "characters before", "after first good", "after last good", "blocks from good", "heading seen",
    "blocks from h1", "before main", "same parent before", "same parent after", "page good", "page blocks",
    "repeats", "group count", "group link density", "group good share",
)  # fmt: skip

_MOST = 0.6  # of the good text: below it, two columns share the text and the element above is the main one


@dataclass(frozen=True, slots=True)
class _Page:
    """The page's blocks as columns, and the places that hold them."""

    columns: Columns
    good: Mask  # reads like a sentence of an article
    parents: Indices  # of the places; the first is its own
    parent: Indices  # of each block's place
    group: Indices  # number of the blocks whose elements are called the same
    heading: Mask  # is an h1


@dataclass(frozen=True, slots=True)
class _Tree:
    """Facts of every place, in page order: the places inside one follow it without a gap."""

    good: Numbers  # characters of good text inside
    text: Numbers  # characters inside
    ends: list[int]  # the first place after it that is not inside it
    depth: Indices
    main: int  # the deepest element that holds most of the good text
    in_main: Mask
    article: Indices  # the nearest <article> around, -1 for none
    articles: Indices  # how many <article> began before


def surrounding_columns(columns: Columns, good: Mask) -> Matrix:
    """One row a block with SURROUNDING_COLUMNS; `good` says which blocks read like article text."""
    parents = np.array(columns.blocks.parents)
    parents[0] = 0
    heading = np.zeros(len(good), dtype=np.bool_)
    heading[[row for row, tag in enumerate(columns.tags) if tag == "h1"]] = True
    page = _Page(columns, good, parents, parents[columns.place], _groups(columns), heading)
    tree = _read_tree(page)
    found = [*_in_tree(page, tree), *_in_order(page, tree), *_among_like(page, tree)]
    return np.array(found, dtype=np.float32).T


def _read_tree(page: _Page) -> _Tree:
    columns, parents = page.columns, page.columns.blocks.parents
    count = len(parents)
    good = np.bincount(columns.place, columns.sizes * page.good, minlength=count).tolist()
    text = np.bincount(columns.place, columns.sizes, minlength=count).tolist()
    ends = list(range(1, count + 1))
    for row in range(count - 1, 0, -1):
        parent = parents[row]
        good[parent] += good[row]
        text[parent] += text[row]
        if ends[row] > ends[parent]:
            ends[parent] = ends[row]
    depth = [0] * count
    for row in range(1, count):
        depth[row] = depth[parents[row]] + 1
    main = _main(ends, good)
    in_main = np.zeros(count, dtype=np.bool_)
    in_main[main : ends[main]] = True
    article, articles = np.full(count, -1), np.zeros(count, dtype=np.int64)
    for row, tag in enumerate(columns.blocks.tags):
        if tag == "article":
            article[row : ends[row]] = row
            articles[row] = 1
    facts = np.array(good), np.array(text), ends, np.array(depth), main
    return _Tree(*facts, in_main, article, np.cumsum(articles))


def _main(ends: list[int], good: list[float]) -> int:
    """Go down from the root while one child holds most of the good text."""
    here = 0
    while True:
        child, best = here + 1, here
        while child < ends[here]:
            if good[child] > (0 if best == here else good[best]):
                best = child
            child = ends[child]
        if best == here or good[best] < _MOST * good[here]:
            return here
        here = best


def _shared_depth(page: _Page, tree: _Tree, place: int) -> Indices:
    """Return for every place how far above `place` the nearest common ancestor lies, below 0."""
    kin = [place]
    while place > 0:
        place = int(page.parents[place])
        kin.append(place)
    shared = np.zeros(len(tree.ends), dtype=np.int64)
    for level, row in enumerate(reversed(kin)):
        shared[row : tree.ends[row]] = level
    shared -= len(kin) - 1
    return shared


def _in_tree(page: _Page, tree: _Tree) -> list[Array]:
    place, parent = page.columns.place, page.parent
    count = len(place)
    total = max(float(tree.good[0]), 1.0)
    family = np.bincount(parent, minlength=len(tree.depth))
    anchor = _anchor(page, tree)
    return [
        tree.in_main[place],
        np.full(count, tree.good[tree.main] / total),
        tree.good[parent] / total,
        tree.good[page.parents[parent]] / total,
        np.minimum(tree.depth[place], 40) / 20,
        _shared_depth(page, tree, tree.main)[place] / 5,
        np.log1p(family[parent]) / 4,
        page.columns.sizes / np.maximum(tree.text[parent], 1),
        np.minimum(tree.articles[place], 4) / 4,
        tree.article[place] == tree.article[tree.main],
        _shared_depth(page, tree, int(place[anchor]))[place] / 5,
        page.group == page.group[anchor],
        parent == parent[anchor],
    ]


def _anchor(page: _Page, tree: _Tree) -> int:
    """Return the first good block in the main element after the first heading there, else the first at all."""
    rows = np.flatnonzero(page.good & tree.in_main[page.columns.place])
    later = rows[rows >= page.heading.argmax()]
    if len(later):
        return int(later[0])
    return int(rows[0]) if len(rows) else 0


def _groups(columns: Columns) -> Indices:
    """Number the blocks by what their element and the one around it are called."""
    numbers: dict[tuple[str, str, str], int] = {}
    names, parents = columns.blocks.names, columns.blocks.parents
    keys = [
        (tag, names[place], names[max(parents[place], 0)])
        for tag, place in zip(columns.tags, columns.place.tolist(), strict=True)
    ]
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys])


def _in_order(page: _Page, tree: _Tree) -> list[Array]:
    count = len(page.good)
    rows = np.arange(count)
    inside = np.flatnonzero(page.good & tree.in_main[page.columns.place])
    first, last = (int(inside[0]), int(inside[-1])) if len(inside) else (0, count - 1)
    heading = np.maximum.accumulate(np.where(page.heading, rows, -1))
    sizes = page.columns.sizes
    before = np.cumsum(sizes) - sizes
    same = page.parent[1:] == page.parent[:-1]
    return [
        rows / count,
        before / max(float(tree.text[0]), 1.0),
        np.clip((rows - first) / 10, -1, 1),
        np.clip((rows - last) / 10, -1, 1),
        np.minimum(_distance(page.good), 10) / 5,
        heading >= 0,
        np.minimum(np.where(heading >= 0, rows - heading, 40), 40) / 20,
        (rows < first) & (heading >= 0) & (rows > heading),
        np.concatenate([[False], same]),
        np.concatenate([same, [False]]),
        np.full(count, np.log1p(tree.good[0]) / 10),
        np.full(count, np.log1p(count) / 7),
    ]


def _distance(good: Mask) -> Numbers:
    """Return for each block how many blocks away the nearest good one is."""
    rows = np.arange(len(good))
    left = np.maximum.accumulate(np.where(good, rows, -1000))
    right = np.minimum.accumulate(np.where(good, rows, len(good) + 1000)[::-1])[::-1]
    return np.minimum(rows - left, right - rows).astype(np.float64)


def _among_like(page: _Page, tree: _Tree) -> list[Array]:
    columns, group = page.columns, page.group
    seen = Counter(columns.texts)
    size = np.maximum(np.bincount(group, columns.sizes), 1)
    return [
        np.array([min(seen[text] - 1, 3) / 3 for text in columns.texts]),
        np.log1p(np.bincount(group)[group]) / 4,
        (np.bincount(group, columns.linked) / size)[group],
        (np.bincount(group, columns.sizes * page.good) / max(float(tree.good[0]), 1.0))[group],
    ]

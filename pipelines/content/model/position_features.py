"""Where a block stands: in the element that holds most of the text, by its neighbours, among its like."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from columnist.pipelines.content.model.block_table import Columns, marks, numbers

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
    """The page's blocks as columns, and what else is asked of them."""

    columns: Columns
    good: Mask  # reads like a sentence of an article
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


def surrounding_columns(columns: Columns, good: Mask) -> Sequence[Array]:
    """Return SURROUNDING_COLUMNS; `good` says which blocks read like article text."""
    page = _Page(columns, good, marks([tag == "h1" for tag in columns.tags]))
    tree = _read_tree(page)
    return [*_in_tree(page, tree), *_in_order(page, tree), *_among_like(page, tree)]


def _read_tree(page: _Page) -> _Tree:
    columns = page.columns
    count = len(columns.parents)
    ends = _ends(columns.blocks.parents)
    after = numbers(ends)
    rows = np.arange(count)
    depth = rows - np.cumsum(np.bincount(after, minlength=count + 1))[:count]  # those begun, less those ended
    good = _inside(columns.place, columns.sizes * page.good, after)
    text = _inside(columns.place, columns.sizes, after)
    main = _main(ends, good.tolist())
    in_main = (rows >= main) & (rows < ends[main])
    article, articles = np.full(count, -1), np.zeros(count, dtype=np.int64)
    for row in [row for row, tag in enumerate(columns.blocks.tags) if tag == "article"]:
        article[row : ends[row]] = row
        articles[row] = 1
    return _Tree(good, text, ends, depth, main, in_main, article, np.cumsum(articles))


def _ends(parents: list[int]) -> list[int]:
    ends = list(range(1, len(parents) + 1))
    for row in range(len(parents) - 1, 0, -1):
        parent, end = parents[row], ends[row]
        if end > ends[parent]:
            ends[parent] = end
    return ends


def _inside(place: Indices, sizes: Indices, ends: Indices) -> Numbers:
    """Return for each place the characters of the blocks in it: whole numbers, which cumsum does not round."""
    own = np.bincount(place, sizes, minlength=len(ends))
    sums = np.concatenate([[0.0], np.cumsum(own)])
    inside: Numbers = sums[ends] - sums[:-1]
    return inside


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
        place = page.columns.blocks.parents[place]
        kin.append(place)
    shared = np.zeros(len(tree.ends), dtype=np.int64)
    for level, row in enumerate(reversed(kin)):
        shared[row : tree.ends[row]] = level
    shared -= len(kin) - 1
    return shared


def _in_tree(page: _Page, tree: _Tree) -> list[Array]:
    columns = page.columns
    place, parent, group = columns.place, columns.parent, columns.group
    count = len(place)
    total = max(float(tree.good[0]), 1.0)
    family = np.bincount(parent, minlength=len(tree.depth))
    anchor = _anchor(page, tree)
    return [
        tree.in_main[place],
        np.full(count, tree.good[tree.main] / total),
        tree.good[parent] / total,
        tree.good[np.maximum(columns.parents[parent], 0)] / total,
        np.minimum(tree.depth[place], 40) / 20,
        _shared_depth(page, tree, tree.main)[place] / 5,
        np.log1p(family[parent]) / 4,
        columns.sizes / np.maximum(tree.text[parent], 1),
        np.minimum(tree.articles[place], 4) / 4,
        tree.article[place] == tree.article[tree.main],
        _shared_depth(page, tree, int(place[anchor]))[place] / 5,
        group == group[anchor],
        parent == parent[anchor],
    ]


def _anchor(page: _Page, tree: _Tree) -> int:
    """Return the first good block in the main element after the first heading there, else the first at all."""
    rows = np.flatnonzero(page.good & tree.in_main[page.columns.place])
    later = rows[rows >= page.heading.argmax()]
    if len(later):
        return int(later[0])
    return int(rows[0]) if len(rows) else 0


def _in_order(page: _Page, tree: _Tree) -> list[Array]:
    count = len(page.good)
    rows = np.arange(count)
    inside = np.flatnonzero(page.good & tree.in_main[page.columns.place])
    first, last = (int(inside[0]), int(inside[-1])) if len(inside) else (0, count - 1)
    heading = np.maximum.accumulate(np.where(page.heading, rows, -1))
    sizes = page.columns.sizes
    before = np.cumsum(sizes) - sizes
    parent = page.columns.parent
    same = parent[1:] == parent[:-1]
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
    columns, group = page.columns, page.columns.group
    seen = Counter(columns.texts)
    size = np.maximum(np.bincount(group, columns.sizes), 1)
    return [
        np.minimum(numbers([seen[text] for text in columns.texts]) - 1, 3) / 3,
        np.log1p(np.bincount(group)[group]) / 4,
        (np.bincount(group, columns.linked) / size)[group],
        (np.bincount(group, columns.sizes * page.good) / max(float(tree.good[0]), 1.0))[group],
    ]

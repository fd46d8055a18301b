"""Where a block stands: in the element that holds most of the text, by its neighbours, among its like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.body.blocks import Block, Blocks

__all__ = ["SURROUNDING_COLUMNS", "surrounding_columns"]

Matrix = NDArray[np.float32]
Numbers = NDArray[np.float64]
Indices = NDArray[np.int64]

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
    """The page's blocks as columns."""

    blocks: Blocks
    place: Indices
    parent: Indices  # of the block's place
    sizes: Numbers
    good: NDArray[np.bool_]  # reads like a sentence of an article


@dataclass(frozen=True, slots=True)
class _Tree:
    """Facts of every place, in page order."""

    good: Numbers  # characters of good text inside
    text: Numbers  # characters inside
    main: int  # the deepest element that holds most of the good text
    level: int  # its depth
    depth: Indices
    shared: Indices  # depth of the deepest ancestor shared with the main element
    in_main: NDArray[np.bool_]
    article: Indices  # the nearest <article> around, -1 for none
    articles: Indices  # how many <article> began before


def surrounding_columns(blocks: Blocks, good: NDArray[np.bool_]) -> Matrix:
    """One row a block with SURROUNDING_COLUMNS; `good` says which blocks read like article text."""
    place = np.array([block.place for block in blocks.items])
    parents = np.array(blocks.parents)
    sizes = np.array([len(block.text) for block in blocks.items], dtype=np.float64)
    page = _Page(blocks, place, np.maximum(parents[place], 0), sizes, good)
    tree = _read_tree(page)
    columns = [*_in_tree(page, tree), *_in_order(page, tree), *_among_like(page, tree)]
    return np.stack([np.asarray(column, dtype=np.float32) for column in columns], axis=1)


def _read_tree(page: _Page) -> _Tree:
    parents, tags = page.blocks.parents, page.blocks.tags
    count = len(parents)
    good = np.bincount(page.place, page.sizes * page.good, minlength=count).tolist()
    text = np.bincount(page.place, page.sizes, minlength=count).tolist()
    for row in range(count - 1, 0, -1):
        good[parents[row]] += good[row]
        text[parents[row]] += text[row]
    main = _main(parents, good)
    kin = _kin(parents, main)
    depth, shared, article, articles = [0] * count, [0] * count, [-1] * count, [0] * count
    in_main = [False] * count
    seen = 0
    for row in range(count):
        parent = parents[row]
        if parent >= 0:
            depth[row] = depth[parent] + 1
            in_main[row] = in_main[parent]
            article[row] = article[parent]
            shared[row] = depth[row] if row in kin else shared[parent]
        if row == main:
            in_main[row] = True
        if tags[row] == "article":
            seen += 1
            article[row] = row
        articles[row] = seen
    return _Tree(
        np.array(good), np.array(text), main, depth[main], np.array(depth), np.array(shared),
        np.array(in_main), np.array(article), np.array(articles),
    )  # fmt: skip


def _main(parents: list[int], good: list[float]) -> int:
    """Go down from the root while one child holds most of the good text: one pass, parents come first."""
    best: dict[int, int] = {}
    for row in range(1, len(parents)):
        parent = parents[row]
        if good[row] > 0 and (parent not in best or good[row] > good[best[parent]]):
            best[parent] = row
    here = 0
    while here in best and good[best[here]] >= _MOST * good[here]:
        here = best[here]
    return here


def _kin(parents: list[int], place: int) -> set[int]:
    kin = set()
    while place >= 0:
        kin.add(place)
        place = parents[place]
    return kin


def _in_tree(page: _Page, tree: _Tree) -> list[NDArray[np.generic]]:
    place, parent = page.place, page.parent
    count = len(place)
    total = max(float(tree.good[0]), 1.0)
    grandparent = np.maximum(np.array(page.blocks.parents)[parent], 0)
    family = np.bincount(parent, minlength=len(tree.depth))
    anchor = _anchor(page, tree)
    group = _groups(page.blocks)
    return [
        tree.in_main[place],
        np.full(count, tree.good[tree.main] / total),
        tree.good[parent] / total,
        tree.good[grandparent] / total,
        np.minimum(tree.depth[place], 40) / 20,
        (tree.shared[place] - tree.level) / 5,
        np.log1p(family[parent]) / 4,
        page.sizes / np.maximum(tree.text[parent], 1),
        np.minimum(tree.articles[place], 4) / 4,
        tree.article[place] == tree.article[tree.main],
        _depth_from(page, tree, anchor)[place] / 5,
        group == group[anchor],
        parent == parent[anchor],
    ]


def _anchor(page: _Page, tree: _Tree) -> int:
    """Return the first good block in the main element after the first heading there, else the first at all."""
    inside = page.good & tree.in_main[page.place]
    tags = page.blocks.tags
    headings = [row for row, block in enumerate(page.blocks.items) if tags[block.place] == "h1"]
    after = headings[0] if headings else 0
    rows = np.flatnonzero(inside)
    later = rows[rows >= after]
    if len(later):
        return int(later[0])
    return int(rows[0]) if len(rows) else 0


def _depth_from(page: _Page, tree: _Tree, anchor: int) -> Indices:
    """Return for every place how far above the anchor's element the nearest common ancestor lies, below 0."""
    parents = page.blocks.parents
    kin = _kin(parents, int(page.place[anchor]))
    depth = tree.depth.tolist()
    shared = [0] * len(parents)
    for row in range(1, len(parents)):
        shared[row] = depth[row] if row in kin else shared[parents[row]]
    return np.array(shared, dtype=np.int64) - np.int64(depth[int(page.place[anchor])])


def _groups(blocks: Blocks) -> Indices:
    """Number the blocks by what their element and the one around it are called."""
    numbers: dict[tuple[str, str, str], int] = {}
    tags, names, parents = blocks.tags, blocks.names, blocks.parents

    def number(block: Block) -> int:
        place = block.place
        key = tags[place], names[place], names[max(parents[place], 0)]
        return numbers.setdefault(key, len(numbers))

    return np.array([number(block) for block in blocks.items])


def _in_order(page: _Page, tree: _Tree) -> list[NDArray[np.generic]]:
    count = len(page.place)
    rows = np.arange(count)
    inside = np.flatnonzero(page.good & tree.in_main[page.place])
    first, last = (int(inside[0]), int(inside[-1])) if len(inside) else (0, count - 1)
    tags = page.blocks.tags
    is_heading = np.array([tags[block.place] == "h1" for block in page.blocks.items])
    heading = np.maximum.accumulate(np.where(is_heading, rows, -1))
    before = np.cumsum(page.sizes) - page.sizes
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


def _distance(good: NDArray[np.bool_]) -> Numbers:
    """Return for each block how many blocks away the nearest good one is."""
    rows = np.arange(len(good))
    left = np.maximum.accumulate(np.where(good, rows, -1000))
    right = np.minimum.accumulate(np.where(good, rows, len(good) + 1000)[::-1])[::-1]
    return np.minimum(rows - left, right - rows).astype(np.float64)


def _among_like(page: _Page, tree: _Tree) -> list[NDArray[np.generic]]:
    texts = [block.text for block in page.blocks.items]
    seen: dict[str, int] = {}
    for text in texts:
        seen[text] = seen.get(text, 0) + 1
    group = _groups(page.blocks)
    linked = np.array([block.linked for block in page.blocks.items], dtype=np.float64)
    size = np.maximum(np.bincount(group, page.sizes), 1)
    return [
        np.array([min(seen[text] - 1, 3) / 3 for text in texts]),
        np.log1p(np.bincount(group)[group]) / 4,
        (np.bincount(group, linked) / size)[group],
        (np.bincount(group, page.sizes * page.good) / max(float(tree.good[0]), 1.0))[group],
    ]

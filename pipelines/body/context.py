"""First scores -> what the second network sees of them: those nearby, among the block's like, on the whole page.

A caption between two paragraphs scores like a paragraph until one knows what its neighbours are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipelines.body.blocks import Blocks

__all__ = ["CONTEXT_COLUMNS", "certainty", "context_columns"]

Matrix = NDArray[np.float32]
Numbers = NDArray[np.float64]
Indices = NDArray[np.int64]

_REACH = 4  # blocks before and after
_KINDS = ("like", "parent", "grandparent", "section")
CONTEXT_COLUMNS = (
    *(f"score at {step:+d}" for step in range(-_REACH, _REACH + 1)),
    "text before", "text after", "page text", "own text", "certainty",
    *(f"{what} of {kind}" for kind in _KINDS for what in ("score", "size")),
    "from sure before", "from sure after",
)  # fmt: skip
_OUTSIDE = -1.5  # scaled logit of what lies beyond the page's ends: surely no text
_LONGEST = 400  # characters: a longer block says no more about its like
_DOUBT = 5.0  # characters' worth of not knowing, at .5
_SURE, _SURE_SIZE = 0.8, 80  # score and characters of a paragraph that others are measured from
_FAR = 60  # blocks: beyond it, further is the same
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def context_columns(blocks: Blocks, scores: Matrix) -> Matrix:
    """One row a block with CONTEXT_COLUMNS, from the first network's scores."""
    score = scores.astype(np.float64)
    size = np.array([len(block.text) for block in blocks.items], dtype=np.float64)
    columns = [
        *_nearby(score),
        *_on_page(score, size),
        *_among(blocks, score, size),
        *_from_sure(score, size),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def certainty(scores: Matrix | Numbers, sizes: Numbers) -> float:
    """Return the F1 that the best threshold can expect: 1 where every block is surely text or surely not."""
    order = np.argsort(-scores, kind="stable")
    text = scores[order] * sizes[order]
    found = np.cumsum(text)
    return float((2 * found / (np.cumsum(sizes[order]) + text.sum() + 1e-9)).max(initial=0.0))


def _nearby(score: Numbers) -> list[Numbers]:
    count = len(score)
    logit = np.log((score + 1e-3) / (1 - score + 1e-3)) / 4
    pad = np.full(_REACH, _OUTSIDE)
    padded = np.concatenate([pad, logit, pad])
    return [padded[step : step + count] for step in range(2 * _REACH + 1)]


def _on_page(score: Numbers, size: Numbers) -> list[Numbers]:
    text = score * size
    total = float(text.sum()) + 1
    before = (np.cumsum(text) - text) / total
    own = text / total
    same = np.ones(len(score))
    return [before, 1 - before - own, same * np.log1p(total) / 9, own, same * certainty(score, size)]


def _among(blocks: Blocks, score: Numbers, size: Numbers) -> list[Numbers]:
    """Return the mean score and the size of the block's like, without itself."""
    tags, names, parents = blocks.tags, blocks.names, blocks.parents
    places = [block.place for block in blocks.items]
    inner = [max(parents[place], 0) for place in places]
    outer = [max(parents[place], 0) for place in inner]
    numbers: dict[
        tuple[str, str, str], int
    ] = {}  # of the blocks by what their element and its parent are called
    keys = ((tags[p], names[p], names[q]) for p, q in zip(places, inner, strict=True))
    like = [numbers.setdefault(key, len(numbers)) for key in keys]
    is_heading = np.array([tags[place] in _HEADINGS for place in places])
    weight = np.minimum(size, _LONGEST)
    out: list[Numbers] = []
    for group in (like, inner, outer):
        out += _others(np.array(group), score, weight)
    return out + _others(np.cumsum(is_heading), score, np.where(is_heading, 1e-6, weight))


def _others(group: Indices, score: Numbers, weight: Numbers) -> list[Numbers]:
    text = score * weight
    rest = np.bincount(group, weight)[group] - weight
    mean = (np.bincount(group, text)[group] - text + 0.5 * _DOUBT) / (rest + _DOUBT)
    return [mean, np.log1p(np.maximum(rest, 0)) / 7]


def _from_sure(score: Numbers, size: Numbers) -> list[Numbers]:
    """Return how many blocks away the nearest sure paragraph lies, before and after."""
    rows = np.arange(len(score))
    sure = (score > _SURE) & (size > _SURE_SIZE)
    left = np.maximum.accumulate(np.where(sure, rows, -1000))
    right = np.minimum.accumulate(np.where(sure, rows, len(rows) + 1000)[::-1])[::-1]
    return [np.log1p(np.minimum(gap, _FAR)) / 4 for gap in (rows - left, right - rows)]

"""First scores -> what the second network sees of them: those nearby, among the block's like, on the whole page.

A caption between two paragraphs scores like a paragraph until one knows what its neighbours are.
"""

import numpy as np
from numpy.typing import NDArray

from pipelines.content.model.block_table import Columns

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


def context_columns(columns: Columns, scores: Matrix) -> Matrix:
    """One row a block with CONTEXT_COLUMNS, from the first network's scores."""
    score = scores.astype(np.float64)
    found = [
        *_nearby(score),
        *_on_page(score, columns.sizes),
        *_among(columns, score),
        *_from_sure(score, columns.sizes),
    ]
    return np.ascontiguousarray(np.array(found, dtype=np.float32).T)


def certainty(scores: Matrix | Numbers, sizes: Numbers | Indices) -> float:
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


def _on_page(score: Numbers, size: Indices) -> list[Numbers]:
    text = score * size
    total = float(text.sum()) + 1
    before = (np.cumsum(text) - text) / total
    own = text / total
    same = np.ones(len(score))
    return [before, 1 - before - own, same * np.log1p(total) / 9, own, same * certainty(score, size)]


def _among(columns: Columns, score: Numbers) -> list[Numbers]:
    """Return the mean score and the size of the block's like, without itself."""
    weight = np.minimum(columns.sizes, _LONGEST)
    outside = np.maximum(columns.parents[columns.parent], 0)
    section = np.cumsum(columns.is_heading, dtype=np.int64)
    light = np.where(columns.is_heading, 1e-6, weight)
    return [
        *_others(columns.group, score, weight),
        *_others(columns.parent, score, weight),
        *_others(outside, score, weight),
        *_others(section, score, light),
    ]


def _others(group: Indices, score: Numbers, weight: Numbers) -> tuple[Numbers, Numbers]:
    text = score * weight
    rest = np.bincount(group, weight)[group] - weight
    mean = (np.bincount(group, text)[group] - text + 0.5 * _DOUBT) / (rest + _DOUBT)
    return mean, np.log1p(np.maximum(rest, 0)) / 7


def _from_sure(score: Numbers, size: Indices) -> list[Numbers]:
    """Return how many blocks away the nearest sure paragraph lies, before and after."""
    rows = np.arange(len(score))
    sure = (score > _SURE) & (size > _SURE_SIZE)
    left = np.maximum.accumulate(np.where(sure, rows, -1000))
    right = np.minimum.accumulate(np.where(sure, rows, len(rows) + 1000)[::-1])[::-1]
    return [np.log1p(np.minimum(gap, _FAR)) / 4 for gap in (rows - left, right - rows)]

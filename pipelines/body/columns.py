"""The blocks of a page as columns: what all features start from, read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.body.blocks import Blocks
from pipelines.body.letters import spaced_words

__all__ = ["LONG", "Columns", "numbers", "read_columns", "stacked"]

LONG = 500  # characters: a paragraph of so many is no caption, label or byline, and its words say nothing


@dataclass(frozen=True, slots=True)
class Columns:
    """One entry a block."""

    blocks: Blocks
    page: str  # the texts, a line each
    low_page: str  # the same in lower case
    texts: list[str]
    lows: list[str]
    words: list[list[str]]  # the words of each text in lower case; none for a long one
    tags: list[str]  # of the block's place
    place: NDArray[np.int64]
    sizes: NDArray[np.float64]  # characters
    linked: NDArray[np.float64]  # characters inside links


def read_columns(blocks: Blocks) -> Columns:
    """Read the columns of a page that has blocks."""
    items, tags = blocks.items, blocks.tags
    texts = [block.text for block in items]
    places = [block.place for block in items]
    page = "\n".join(texts)
    low_page = page.lower()
    lows = low_page.split("\n")
    short = iter(spaced_words([low for low, text in zip(lows, texts, strict=True) if len(text) < LONG]))
    return Columns(
        blocks=blocks,
        page=page,
        low_page=low_page,
        texts=texts,
        lows=lows,
        words=[next(short) if len(text) < LONG else [] for text in texts],
        tags=[tags[place] for place in places],
        place=numbers(places),
        sizes=numbers([len(text) for text in texts]).astype(np.float64),
        linked=numbers([block.linked for block in items]).astype(np.float64),
    )


def numbers(values: Sequence[int]) -> NDArray[np.int64]:
    """Return whole numbers as an array, in two thirds of np.array's time: it need not find out what they are."""
    return np.fromiter(values, dtype=np.int64, count=len(values))


def stacked(columns: Sequence[ArrayLike]) -> NDArray[np.float32]:
    """Return columns of any kind side by side; np.array takes three times as long to agree on a kind."""
    first = np.asarray(columns[0])
    out = np.empty((len(columns), len(first)), dtype=np.float32)
    for row, values in enumerate(columns):
        out[row] = values
    return out.T

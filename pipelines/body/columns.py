"""The blocks of a page as columns: what all features start from, read once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.body.blocks import Blocks
from pipelines.body.letters import spaced_words

__all__ = ["LONG", "Columns", "read_columns"]

LONG = 500  # characters: a paragraph of so many is no caption, label or byline, and its words say nothing


@dataclass(frozen=True, slots=True)
class Columns:
    """One entry a block."""

    blocks: Blocks
    texts: list[str]
    lows: list[str]  # the texts in lower case
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
    lows = "\n".join(texts).lower().split("\n")
    short = iter(spaced_words([low for low, text in zip(lows, texts, strict=True) if len(text) < LONG]))
    return Columns(
        blocks=blocks,
        texts=texts,
        lows=lows,
        words=[next(short) if len(text) < LONG else [] for text in texts],
        tags=[tags[place] for place in places],
        place=np.array(places),
        sizes=np.array([len(text) for text in texts], dtype=np.float64),
        linked=np.array([block.linked for block in items], dtype=np.float64),
    )

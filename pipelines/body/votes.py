"""How the words of classes, ids and short texts vote for or against a block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.body.blocks import Blocks
from pipelines.body.elements import IN
from pipelines.body.names import name_words, text_words

__all__ = ["PLACE_COLUMNS", "WORD_COLUMNS", "Vocabulary", "place_columns", "word_columns"]

Matrix = NDArray[np.float32]

PLACE_COLUMNS = (
    *(f"in {name}" for name in IN),
    "own name", "own name low", "own name high", "chain name", "chain name low", "chain name high",
)  # fmt: skip
WORD_COLUMNS = (
    "inline name", "words", "words low", "words high", "heading words", "blocks from heading",
)  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_FAR = 30  # blocks: a heading further up says nothing


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How much a word speaks for (above 0) or against the body: learnt, domain by domain."""

    own: Mapping[str, float]  # class and id words of the block's own element
    chain: Mapping[str, float]  # of the elements around it
    words: Mapping[str, float]  # of short texts


def place_columns(blocks: Blocks, vocabulary: Vocabulary) -> Matrix:
    """One row a block: what its element is in, and how the names of it and of those around it vote."""
    flags = np.array(blocks.flags, dtype=np.int64)
    bits = (flags[:, None] >> np.arange(len(IN))) & 1
    own, chain = vocabulary.own, vocabulary.chain
    rows: list[tuple[float, ...]] = []
    around: list[tuple[float, float, float]] = []  # of each element and all it is in: sum, lowest, highest
    cache: dict[str, tuple[tuple[float, float, float], tuple[float, ...]]] = {}
    for parent, name in zip(blocks.parents, blocks.names, strict=True):
        outer = around[parent] if parent >= 0 else (0.0, 0.0, 0.0)
        found = cache.get(name)
        if found is None:
            words = name_words(name)
            found = cache[name] = _spread(words, own), tuple(chain[word] for word in words if word in chain)
        votes, inner = found
        rows.append(votes + outer)
        if inner:
            outer = (outer[0] + sum(inner), min(outer[1], *inner), max(outer[2], *inner))
        around.append(outer)
    places = np.hstack([bits.astype(np.float32), np.array(rows, dtype=np.float32)])
    return places[[block.place for block in blocks.items]]


def word_columns(blocks: Blocks, vocabulary: Vocabulary) -> Matrix:
    """One row a block: how its inline names, its words and the words of the heading above it vote."""
    own, table = vocabulary.own, vocabulary.words
    is_heading = [tag in _HEADINGS for tag in blocks.tags]
    heading, since = 0.0, _FAR
    rows = []
    for block in blocks.items:
        inline = _spread(name_words(block.inline), own)[0] if block.inline else 0.0
        votes = _spread(text_words(block.text), table)
        if is_heading[block.place]:
            heading, since = votes[0], 0
        rows.append((inline, *votes, heading, min(since, _FAR) / 10))
        since += 1
    return np.array(rows, dtype=np.float32)


def _spread(words: Sequence[str], table: Mapping[str, float]) -> tuple[float, float, float]:
    votes = [table[word] for word in words if word in table]
    return (sum(votes), min(votes), max(votes)) if votes else (0.0, 0.0, 0.0)

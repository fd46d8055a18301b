"""How the words of classes, ids and short texts vote for or against a block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipelines.body.blocks import Blocks
from pipelines.body.elements import IN
from pipelines.body.likeness import as_matrix
from pipelines.body.names import MAX_TEXT, name_words, text_words

__all__ = ["PLACE_COLUMNS", "WORD_COLUMNS", "Vocabulary", "place_columns", "word_columns"]

Matrix = NDArray[np.float32]
Votes = tuple[float, float, float]  # sum, lowest, highest
_NO_VOTES: Votes = (0.0, 0.0, 0.0)

PLACE_COLUMNS = (
    *(f"in {name}" for name in IN),
    "own name", "own name low", "own name high", "chain name", "chain name low", "chain name high",
)  # fmt: skip
WORD_COLUMNS = (
    "inline name", "words", "words low", "words high", "heading words", "blocks from heading",
)  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_FAR = 30  # blocks: a heading further up says nothing


@dataclass(frozen=True, slots=True, eq=False)  # compared as an object, so that votes can be cached
class Vocabulary:
    """How much a word speaks for (above 0) or against the body: learnt, domain by domain."""

    own: Mapping[str, float]  # class and id words of the block's own element
    chain: Mapping[str, float]  # of the elements around it
    words: Mapping[str, float]  # of short texts


def place_columns(blocks: Blocks, vocabulary: Vocabulary) -> Matrix:
    """One row a block: what its element is in, and how the names of it and of those around it vote."""
    flags = np.array(blocks.flags, dtype=np.int64)
    bits = (flags[:, None] >> np.arange(len(IN))) & 1
    rows: list[tuple[float, ...]] = []
    around: list[Votes] = []  # of each element and all it is in
    for parent, name in zip(blocks.parents, blocks.names, strict=True):
        outer = around[parent] if parent >= 0 else _NO_VOTES
        if name:
            own, inner = _name_votes(vocabulary, name)
            rows.append(own + outer)
            total, low, high = outer
            outer = (total + inner[0], min(low, inner[1]), max(high, inner[2]))
        else:
            rows.append(_NO_VOTES + outer)
        around.append(outer)
    places = np.hstack([bits.astype(np.float32), as_matrix(rows, len(PLACE_COLUMNS) - len(IN))])
    return places[[block.place for block in blocks.items]]


def word_columns(blocks: Blocks, vocabulary: Vocabulary) -> Matrix:
    """One row a block: how its inline names, its words and the words of the heading above it vote."""
    is_heading = [tag in _HEADINGS for tag in blocks.tags]
    heading, since = 0.0, _FAR
    rows = []
    for block in blocks.items:
        inline = _name_votes(vocabulary, block.inline)[0][0] if block.inline else 0.0
        votes = _text_votes(vocabulary, block.text) if len(block.text) <= MAX_TEXT else _NO_VOTES
        if is_heading[block.place]:
            heading, since = votes[0], 0
        rows.append((inline, *votes, heading, min(since, _FAR) / 10))
        since += 1
    return as_matrix(rows, len(WORD_COLUMNS))


# The names and short texts of a site's pages are the same few thousand.
@lru_cache(maxsize=20_000)
def _name_votes(vocabulary: Vocabulary, name: str) -> tuple[Votes, Votes]:
    words = name_words(name)
    own, chain = vocabulary.own, vocabulary.chain
    inner = [chain[word] for word in words if word in chain]
    # Highest and lowest are taken together with those around, whose neutral value is 0.
    return _spread(words, own), (sum(inner), min(inner), max(inner)) if inner else _NO_VOTES


@lru_cache(maxsize=20_000)
def _text_votes(vocabulary: Vocabulary, text: str) -> Votes:
    return _spread(text_words(text), vocabulary.words)


def _spread(words: Sequence[str], table: Mapping[str, float]) -> Votes:
    votes = [table[word] for word in words if word in table]
    return (sum(votes), min(votes), max(votes)) if votes else _NO_VOTES

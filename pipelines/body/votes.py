"""How the words of classes, ids and short texts vote for or against a block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipelines.body.columns import Columns
from pipelines.body.elements import IN
from pipelines.body.likeness import as_matrix
from pipelines.body.names import name_words, text_words

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


def place_columns(columns: Columns, vocabulary: Vocabulary) -> Matrix:
    """One row a block: what its element is in, and how the names of it and of those around it vote."""
    parents, names = columns.blocks.parents, columns.blocks.names
    flags = np.array(columns.blocks.flags, dtype=np.int64)[columns.place]
    bits = (flags[:, None] >> np.arange(len(IN))) & 1
    votes = {name: _name_votes(vocabulary, name) for name in set(names)}
    around = [_within(_NO_VOTES, votes[names[0]][1])]  # of each element and all it is in
    for parent, name in zip(parents[1:], names[1:], strict=True):
        outer, inner = around[parent], votes[name][1]
        around.append(outer if inner is _NO_VOTES else _within(outer, inner))
    rows = [
        votes[names[place]][0] + (around[parents[place]] if place else _NO_VOTES)
        for place in columns.place.tolist()
    ]
    return np.hstack([bits.astype(np.float32), as_matrix(rows, len(PLACE_COLUMNS) - len(IN))])


def word_columns(columns: Columns, vocabulary: Vocabulary) -> Matrix:
    """One row a block: how its inline names, its words and the words of the heading above it vote."""
    inlines = {block.inline for block in columns.blocks.items}
    names = {name: _name_votes(vocabulary, name)[0][0] for name in inlines}
    heading, since = 0.0, _FAR
    rows = []
    for block, tag, words in zip(columns.blocks.items, columns.tags, columns.words, strict=True):
        votes = _spread(text_words(block.text, words), vocabulary.words)
        if tag in _HEADINGS:
            heading, since = votes[0], 0
        rows.append((names[block.inline], *votes, heading, min(since, _FAR) / 10))
        since += 1
    return as_matrix(rows, len(WORD_COLUMNS))


def _within(outer: Votes, inner: Votes) -> Votes:
    """Add an element's votes to those of the elements around it; no votes count as 0."""
    low = inner[1] if inner[1] < outer[1] else outer[1]
    high = inner[2] if inner[2] > outer[2] else outer[2]
    return outer[0] + inner[0], low, high


# The names of a site's pages are the same few thousand.
@lru_cache(maxsize=20_000)
def _name_votes(vocabulary: Vocabulary, name: str) -> tuple[Votes, Votes]:
    """Return how a name votes as the block's own and as one around it."""
    words = name_words(name)
    return _spread(words, vocabulary.own), _spread(words, vocabulary.chain)


def _spread(words: Iterable[str], table: Mapping[str, float]) -> Votes:
    known = [word for word in words if word in table]
    if not known:
        return _NO_VOTES
    votes = [table[word] for word in dict.fromkeys(known)]
    return sum(votes), min(votes), max(votes)

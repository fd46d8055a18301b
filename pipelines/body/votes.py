"""How the words of classes, ids and short texts vote for or against a block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.body.columns import Columns
from pipelines.body.elements import IN
from pipelines.body.likeness import as_matrix
from pipelines.body.names import NameWords, name_words, text_words

__all__ = ["PLACE_COLUMNS", "WORD_COLUMNS", "Vocabulary", "place_columns", "word_columns"]

Matrix = NDArray[np.float32]
Numbers = NDArray[np.float64]
Indices = NDArray[np.int64]
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
_BITS = np.arange(len(IN))[:, None]
_FAR = 30  # blocks: a heading further up says nothing


@dataclass(frozen=True, slots=True, eq=False)  # compared as an object, so that votes can be cached
class Vocabulary:
    """How much a word speaks for (above 0) or against the body: learnt, domain by domain."""

    own: Mapping[str, float]  # class and id words of the block's own element
    chain: Mapping[str, float]  # of the elements around it
    words: Mapping[str, float]  # of short texts


def place_columns(columns: Columns, vocabulary: Vocabulary) -> Matrix:
    """One row a block: what its element is in, and how the names of it and of those around it vote."""
    blocks, place = columns.blocks, columns.place
    parents = np.array(blocks.parents)
    flags = np.array(blocks.flags, dtype=np.int64)[place]
    own = _name_votes(blocks.words, vocabulary.own)[:, blocks.words.places[place]]
    chain = _name_votes(blocks.words, vocabulary.chain)[:, blocks.words.places]
    around = _inherited(chain, parents)[:, parents[place]]
    return np.vstack([(flags >> _BITS) & 1, own, around]).astype(np.float32).T


def word_columns(columns: Columns, vocabulary: Vocabulary) -> Matrix:
    """One row a block: how its inline names, its words and the words of the heading above it vote."""
    inlines = {block.inline for block in columns.blocks.items}
    names = {name: _spread(name_words(name), vocabulary.own)[0] for name in inlines}
    heading, since = 0.0, _FAR
    rows = []
    for block, tag, words in zip(columns.blocks.items, columns.tags, columns.words, strict=True):
        votes = _spread(text_words(block.text, words), vocabulary.words)
        if tag in _HEADINGS:
            heading, since = votes[0], 0
        rows.append((names[block.inline], *votes, heading, min(since, _FAR) / 10))
        since += 1
    return as_matrix(rows, len(WORD_COLUMNS))


def _name_votes(names: NameWords, table: Mapping[str, float]) -> Numbers:
    """Return how each name votes: sum, lowest, highest; no votes count as 0."""
    votes = np.array([table.get(word, 0.0) for word in names.words])
    vote = votes[names.pair_words]
    voting = np.flatnonzero(vote)
    vote, voter = vote[voting], names.pair_names[voting]
    out = np.zeros((3, len(names.numbers)))
    out[0] = np.bincount(voter, vote, minlength=len(names.numbers))
    out[1, voter] = np.inf
    out[2, voter] = -np.inf
    np.minimum.at(out[1], voter, vote)
    np.maximum.at(out[2], voter, vote)
    return out


def _inherited(votes: Numbers, parents: Indices) -> Numbers:
    """Add to each place's votes those of all the places around it; the last column is what is around the first.

    Each round doubles how far up a place has asked, so that there are as many rounds as the depth has bits. The
    sums are the same in whatever order: votes are stored as halves, which a double adds without rounding.
    """
    total, low, high = np.hstack([votes, np.zeros((3, 1))])
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    up = np.append(parents, -1)
    while up.max() >= 0:
        total = total + total[up]
        low = np.minimum(low, low[up])
        high = np.maximum(high, high[up])
        up = up[up]
    return np.stack([total, low, high])


def _spread(words: Iterable[str], table: Mapping[str, float]) -> Votes:
    known = [word for word in words if word in table]
    if not known:
        return _NO_VOTES
    votes = [table[word] for word in dict.fromkeys(known)]
    return sum(votes), min(votes), max(votes)

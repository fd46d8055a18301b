"""How the words of classes, ids and short texts vote for or against a block."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.body.columns import Columns, numbers
from pipelines.body.elements import IN
from pipelines.body.names import NameWords, text_words

__all__ = ["VOTE_COLUMNS", "Vocabulary", "vote_columns"]

Matrix = NDArray[np.float32]
Numbers = NDArray[np.float64]
Indices = NDArray[np.int64]

VOTE_COLUMNS = (
    *(f"in {name}" for name in IN),
    "own name", "own name low", "own name high", "chain name", "chain name low", "chain name high",
    "inline name", "words", "words low", "words high", "heading words", "blocks from heading",
)  # fmt: skip
_BITS = np.arange(len(IN))[:, None]
_FAR = 30  # blocks: a heading further up says nothing


@dataclass(frozen=True, slots=True, eq=False)  # compared as an object, so that votes can be cached
class Vocabulary:
    """How much a word speaks for (above 0) or against the body: learnt, domain by domain."""

    own: Mapping[str, float]  # class and id words of the block's own element
    chain: Mapping[str, float]  # of the elements around it
    words: Mapping[str, float]  # of short texts


def vote_columns(columns: Columns, vocabulary: Vocabulary) -> Matrix:
    """One row a block: what its element is in, how the names of it and of those around it vote, how its words."""
    blocks, place = columns.blocks, columns.place
    names = blocks.words
    inside = (numbers(blocks.flags)[place] >> _BITS) & 1
    own = _name_votes(names, vocabulary.own)
    around = _inherited(_name_votes(names, vocabulary.chain)[:, names.places], columns.parents)
    inlines = [names.numbers[block.inline] for block in blocks.items]
    said = _text_votes(columns, vocabulary.words)
    rows = np.arange(len(place))
    heading = np.maximum.accumulate(np.where(columns.is_heading, rows, -1))
    found = (
        *inside,
        *own[:, names.places[place]],
        *around[:, columns.parents[place]],
        own[0, inlines],
        *said,
        np.where(heading >= 0, said[0, heading], 0),
        np.where(heading >= 0, np.minimum(rows - heading, _FAR), _FAR) / 10,
    )
    return np.array(found, dtype=np.float32).T


def _text_votes(columns: Columns, table: Mapping[str, float]) -> Numbers:
    """Return how the words of each text vote: sum, lowest, highest; no votes count as 0."""
    known = frozenset(table)
    voters: list[int] = []
    votes: list[float] = []
    for row, (text, words) in enumerate(zip(columns.texts, columns.words, strict=True)):
        said = known.intersection(text_words(text, words))
        if said:
            voters += [row] * len(said)
            votes += [table[word] for word in said]
    return _summed(numbers(voters), np.array(votes), len(columns.texts))


def _name_votes(names: NameWords, table: Mapping[str, float]) -> Numbers:
    """Return how each name votes: sum, lowest, highest; no votes count as 0."""
    votes = np.array([table.get(word, 0.0) for word in names.words])
    vote = votes[names.pair_words]
    voting = np.flatnonzero(vote)
    vote, voter = vote[voting], names.pair_names[voting]
    return _summed(voter, vote, len(names.numbers))


def _summed(voters: Indices, votes: Numbers, count: int) -> Numbers:
    """Return the sum, the lowest and the highest of each voter's votes, 0 for none."""
    out = np.zeros((3, count))
    out[0] = np.bincount(voters, votes, minlength=count)
    out[1, voters] = np.inf
    out[2, voters] = -np.inf
    np.minimum.at(out[1], voters, votes)
    np.maximum.at(out[2], voters, votes)
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

"""How the words of classes, ids and short texts vote for or against a block."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.body.columns import Columns, numbers
from pipelines.body.elements import IN

__all__ = ["MAX_TEXT", "VOTE_COLUMNS", "Vocabulary", "vote_columns"]

Array = NDArray[np.generic]
Numbers = NDArray[np.float64]
Indices = NDArray[np.int64]

VOTE_COLUMNS = (
    *(f"in {name}" for name in IN),
    "own name", "own name low", "own name high", "chain name", "chain name low", "chain name high",
    "inline name", "words", "words low", "words high", "heading words", "blocks from heading",
)  # fmt: skip
_BITS = np.arange(len(IN))[:, None]
MAX_TEXT = 160  # a block of more characters is judged by its shape, not its words
_FAR = 30  # blocks: a heading further up says nothing


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How much a word speaks for (above 0) or against the body: learnt, domain by domain."""

    own: Mapping[str, float]  # class and id words of the block's own element
    chain: Mapping[str, float]  # of the elements around it
    words: Mapping[str, float]  # of short texts


def vote_columns(columns: Columns, vocabulary: Vocabulary) -> Sequence[Array]:
    """Return VOTE_COLUMNS: what a block's element is in, how the names of it and of those around it vote, how its
    words."""
    blocks, place, names = columns.blocks, columns.place, columns.blocks.words
    flags = numbers([blocks.flags[block.place] for block in blocks.items])
    own, chains = (_summed(names.words, votes) for votes in (vocabulary.own, vocabulary.chain))
    around = _inherited(chains[:, names.places], columns.parents)
    inlines = [names.numbers[block.inline] for block in blocks.items]
    said = _text_votes(columns, vocabulary)
    rows = np.arange(len(place))
    heading = np.maximum.accumulate(np.where(columns.is_heading, rows, -1))
    return (
        *(flags >> _BITS) & 1,
        *own[:, names.places[place]],
        *around[:, columns.parents[place]],
        own[0, inlines],
        *said,
        np.where(heading >= 0, said[0, heading], 0),
        np.where(heading >= 0, np.minimum(rows - heading, _FAR), _FAR) / 10,
    )


def _text_votes(columns: Columns, vocabulary: Vocabulary) -> Numbers:
    """Return how the words of each short text vote, and its first two as a pair, or its only one as alone."""
    shorts = [
        {*words, " ".join(words[:2]) if len(words) > 1 else f"={words[0]}"}
        if words and size <= MAX_TEXT
        else ()
        for words, size in zip(columns.words, columns.sizes.tolist(), strict=True)
    ]
    return _summed(shorts, vocabulary.words)


def _summed(voters: Sequence[Collection[str]], votes: Mapping[str, float]) -> Numbers:
    """Return the sum, the lowest and the highest of the votes that each voter's words have, 0 for none."""
    found = [(row, vote) for row, words in enumerate(voters) for word in words if (vote := votes.get(word))]
    rows = numbers([row for row, _ in found])
    voted = np.array([vote for _, vote in found])
    out = np.zeros((3, len(voters)))
    out[0] = np.bincount(rows, voted, minlength=len(voters))
    out[1, rows] = np.inf
    out[2, rows] = -np.inf
    np.minimum.at(out[1], rows, voted)
    np.maximum.at(out[2], rows, voted)
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

"""How the words of classes, ids and short texts vote for or against a block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from pipelines.body.columns import Columns, numbers
from pipelines.body.elements import IN
from pipelines.body.names import NameWords, text_words

__all__ = ["VOTE_COLUMNS", "Vocabulary", "vote_columns"]

Array = NDArray[np.generic]
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


def vote_columns(columns: Columns, vocabulary: Vocabulary) -> Sequence[Array]:
    """Return VOTE_COLUMNS: what a block's element is in, how the names of it and of those around it vote, how its
    words."""
    blocks, place, names = columns.blocks, columns.place, columns.blocks.words
    flags = numbers([blocks.flags[block.place] for block in blocks.items])
    own, chains = _name_votes(names, vocabulary)
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


@lru_cache(maxsize=8)  # one model a process; cross-validation has a few
def _tables(vocabulary: Vocabulary) -> tuple[dict[str, int], Numbers, dict[str, int], Numbers]:
    """Return the names' words numbered from 1 on and their votes, own and chain; the same of the texts' words.

    A word in no table has the number 0 and no vote.
    """
    names = [*dict.fromkeys((*vocabulary.own, *vocabulary.chain))]
    own, around = ([table.get(word, 0.0) for word in names] for table in (vocabulary.own, vocabulary.chain))
    numbered = ({word: number for number, word in enumerate(words, 1)} for words in (names, vocabulary.words))
    return (
        next(numbered),
        np.array([[0, *own], [0, *around]]),
        next(numbered),
        np.array([0, *vocabulary.words.values()]),
    )


def _name_votes(names: NameWords, vocabulary: Vocabulary) -> tuple[Numbers, Numbers]:
    """Return how each name votes as the block's own and as one around it."""
    known, votes, _, _ = _tables(vocabulary)
    found = np.fromiter(map(known.get, names.words, repeat(0)), dtype=np.int64, count=len(names.words))
    given = votes[:, found[names.pair_words]].ravel()
    count = len(names.numbers)
    voting = np.flatnonzero(given)
    voters = np.concatenate([names.pair_names, names.pair_names + count])[voting]
    summed = _summed(voters, given[voting], 2 * count)
    return summed[:, :count], summed[:, count:]


def _text_votes(columns: Columns, vocabulary: Vocabulary) -> Numbers:
    """Return how the words of each text vote."""
    _, _, known, votes = _tables(vocabulary)
    said = [text_words(text, words) for text, words in zip(columns.texts, columns.words, strict=True)]
    sizes = numbers(list(map(len, said)))
    found = np.fromiter(
        map(known.get, chain.from_iterable(said), repeat(0)), dtype=np.int64, count=sizes.sum()
    )
    voting = np.flatnonzero(found)
    voters = np.repeat(np.arange(len(said)), sizes)[voting]
    once = np.unique(voters * len(votes) + found[voting])  # a word that comes twice votes once
    return _summed(once // len(votes), votes[once % len(votes)], len(said))


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

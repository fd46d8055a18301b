"""How the words of classes, ids and short texts vote for or against a block."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipelines.content.blocks.class_names import ALONE, Marks, NameWords, find_marks, mark_pairs, mark_words
from pipelines.content.blocks.elements import IN
from pipelines.content.model.block_table import Columns, numbers

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


@dataclass(frozen=True, slots=True)
class _Table:
    """Words and how each votes."""

    marks: Marks  # in order
    votes: Numbers  # one row a kind of vote; the last column is for words that are not known

    def of(self, marks: Marks) -> Numbers:
        """Return how each of the words votes, 0 for a word that is not known."""
        return self.votes[:, find_marks(marks, self.marks)]


@lru_cache(maxsize=8)  # one model a process; cross-validation has a few
def _tables(vocabulary: Vocabulary) -> tuple[_Table, _Table]:
    """Return the words of names with their own and their chain votes, and the words of texts with theirs."""
    names = [*dict.fromkeys((*vocabulary.own, *vocabulary.chain))]
    votes = [[table.get(word, 0.0) for word in names] for table in (vocabulary.own, vocabulary.chain)]
    texts = [_text_mark(words) for words in vocabulary.words]
    return _table(mark_words(names), np.array(votes)), _table(
        np.array(texts, dtype=np.uint64), np.array([[*vocabulary.words.values()]])
    )


def _table(marks: Marks, votes: Numbers) -> _Table:
    order = marks.argsort()
    return _Table(marks[order], np.hstack([votes[:, order], np.zeros((len(votes), 1))]))


def _text_mark(words: str) -> int:
    """Return the mark of a word, of the two that begin a text, or of "=" and the only word of a text."""
    marks = mark_words(words.removeprefix("=").split(" "))
    if words.startswith("="):
        marks = mark_pairs(marks, ALONE)
    elif len(marks) > 1:
        marks = mark_pairs(marks[:1], marks[1:])
    return int(marks[0])


def _name_votes(names: NameWords, vocabulary: Vocabulary) -> tuple[Numbers, Numbers]:
    """Return how each name votes as the block's own and as one around it."""
    count = len(names.numbers)
    votes = _tables(vocabulary)[0].of(names.pair_words).ravel()
    voting = np.flatnonzero(votes)
    voters = np.concatenate([names.pair_names, names.pair_names + count])[voting]
    summed = _summed(voters, votes[voting], 2 * count)
    return summed[:, :count], summed[:, count:]


def _text_votes(columns: Columns, vocabulary: Vocabulary) -> Numbers:
    """Return how the words of each short text vote, and its first two as a pair."""
    owners, marks = columns.words.owners, columns.words.marks
    begins = np.flatnonzero(np.concatenate([[True], owners[1:] != owners[:-1]])[: len(owners)])
    ends = np.append(begins[1:], len(owners))
    seconds = np.where(ends - begins > 1, marks[np.minimum(begins + 1, ends - 1)], ALONE)
    marks = np.concatenate([marks, mark_pairs(marks[begins], seconds)])
    owners = np.concatenate([owners, owners[begins]])
    votes = _tables(vocabulary)[1].of(marks)[0]
    voting = np.flatnonzero((votes != 0) & (columns.sizes[owners] <= MAX_TEXT))
    _, once = np.unique(mark_pairs(owners[voting].astype(np.uint64), marks[voting]), return_index=True)
    voting = voting[once]  # a word that comes twice votes once
    return _summed(owners[voting], votes[voting], len(columns.texts))


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

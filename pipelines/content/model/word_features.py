"""How the words of classes, ids and short texts vote for or against a block."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from columnist.pipelines.content.blocks.class_names import NameWords
from columnist.pipelines.content.blocks.elements import IN
from columnist.pipelines.content.model.block_table import Columns, numbers

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
_NONE = (0.0, 0.0, 0.0)
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


def _name_votes(names: NameWords, vocabulary: Vocabulary) -> tuple[Numbers, Numbers]:
    """Return how each name votes as the block's own and as one around it."""
    polls = np.array([_polls_of(vocabulary, words) for words in names.words], dtype=np.float64)
    return polls[:, :3].T, polls[:, 3:].T


@lru_cache(maxsize=20_000)  # as many as names are remembered
def _polls_of(vocabulary: Vocabulary, words: tuple[str, ...]) -> tuple[float, ...]:
    return (*_poll(vocabulary.own, words), *_poll(vocabulary.chain, words))


def _text_votes(columns: Columns, vocabulary: Vocabulary) -> Numbers:
    """Return how the words of each short text vote, and its first two as a pair."""
    short = (columns.sizes <= MAX_TEXT).tolist()
    texts = zip(columns.words, short, strict=True)
    polls = [_poll(vocabulary.words, text_words(words)) if is_short else _NONE for words, is_short in texts]
    return np.array(polls, dtype=np.float64).reshape(-1, 3).T


def text_words(words: Sequence[str]) -> Collection[str]:
    """Return what a text's words are looked up as: each once, the first two as a pair, "=" before an only one."""
    if not words:
        return ()
    return {*words, f"{words[0]} {words[1]}" if len(words) > 1 else f"={words[0]}"}


def _poll(table: Mapping[str, float], words: Collection[str]) -> tuple[float, float, float]:
    """Return the sum, the lowest and the highest of the words' votes, 0 for none."""
    votes = [vote for word in words if (vote := table.get(word))]
    return (sum(votes), min(votes), max(votes)) if votes else _NONE


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

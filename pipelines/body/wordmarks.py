"""Words as numbers of 64 bits: numpy looks all of a page's words up without a string being made for any.

A page has 1,500 words: making, hashing and comparing strings took .7 ms, this takes .4. A million words share
a mark with a probability of 1 to 30 million.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Marks = NDArray[np.uint64]
Indices = NDArray[np.int64]
Codes = NDArray[np.unsignedinteger]

# A word's mark is the sum of its characters' codes, each times a power of _BASE by its place, modulo 2 ** 64,
# with its bits mixed.
_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse
_INVERSE = pow(_BASE, -1, 1 << 64)
_HALF = np.uint64(32)
_OF_PAIR = np.uint64(0xD1B54A32D192ED03)
_STEP = 1 << 15  # characters that are summed at once: more than most pages have
_LONGEST = 1 << 10  # characters of a word that are looked at
ALONE = np.uint64(1)  # in place of the second word's mark where there is one word


def mark_runs(codes: Codes, firsts: Indices) -> Marks:
    """Return the marks of the words that begin at `firsts`; between words the codes are 0."""
    cuts = firsts.searchsorted(np.arange(0, len(codes) + _STEP, _STEP)).tolist()
    edges = np.append(firsts, len(codes))
    some = [_mark_some(codes, edges[a : b + 1]) for a, b in pairwise(cuts) if a < b]
    return np.concatenate(some) if some else np.zeros(0, dtype=np.uint64)


def _mark_some(codes: Codes, edges: Indices) -> Marks:
    """Mark the words between the edges, of which the last begins less than _STEP after the first."""
    powers, inverses = _powers()
    begin, end = int(edges[0]), min(int(edges[-1]), int(edges[-2]) + _LONGEST)
    sums = np.zeros(end - begin + 1, dtype=np.uint64)
    np.cumsum(codes[begin:end] * powers[: end - begin], out=sums[1:])
    places = edges - begin
    places[-1] = end - begin
    sums_at = sums[places]
    marks = (sums_at[1:] - sums_at[:-1]) * inverses[places[:-1]]
    marks ^= marks >> _HALF  # mixed, or e and mail would be a pair that another row's mail is as well
    marks *= _OF_PAIR
    return marks ^ (marks >> _HALF)


def mark_words(words: Iterable[str]) -> Marks:
    """Return the marks of some words."""
    listed = list(words)
    sizes = np.array([len(word) for word in listed], dtype=np.int64)
    codes = np.frombuffer("".join(listed).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return mark_runs(codes, np.cumsum(sizes) - sizes)


def mark_pairs(first: Marks, second: Marks | np.uint64) -> Marks:
    """Return the marks of two words that follow each other."""
    return first * _OF_PAIR + second


def find_marks(wanted: Marks, known: Marks) -> Indices:
    """Return where each of the marks stands among the known, which are in order; -1 for one that is not there."""
    if not len(known):
        return np.full(len(wanted), -1)
    places = np.minimum(known.searchsorted(wanted), len(known) - 1)
    return np.where(known[places] == wanted, places, -1)


@lru_cache(maxsize=64)  # one for each set that a rule asks for
def sorted_marks(words: frozenset[str]) -> Marks:
    """Return the marks of some words, in order."""
    return np.sort(mark_words(words))


@lru_cache(maxsize=1)
def _powers() -> tuple[Marks, Marks]:
    return _powers_of(_BASE), _powers_of(_INVERSE)


def _powers_of(base: int) -> Marks:
    return np.multiply.accumulate(np.array([1] + [base] * (_STEP + _LONGEST), dtype=np.uint64))

"""Class and id attributes -> words: `article-body__leadText` -> article, body, lead, text."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, pairwise, product

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


Mask = NDArray[np.bool_]

_PART = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}(?![a-z])")
MAX_WORDS = 12  # of one attribute: the rest of a long utility-class list says nothing
MAX_PARTS = 2 * MAX_WORDS  # that are looked at, as some come twice
MAX_WORD = 19  # letters; a longer one is generated

# What a character of a name is.
_OTHER, _SMALL, _CAPITAL = range(3)
# What becomes of it.
_GAP, _LETTER, _FIRST_LETTER = range(3)


@dataclass(frozen=True, slots=True)
class NameWords:
    """The names of a page's elements, and which of them has which word, name by name and in order."""

    numbers: dict[str, int]  # of each name
    places: Indices  # the number of each place's name
    pair_names: Indices
    pair_words: Marks

    def holding(self, wanted: frozenset[str]) -> Mask:
        """Tell which places' names hold one of the words."""
        names = np.zeros(len(self.numbers), dtype=np.bool_)
        names[self.pair_names[find_marks(self.pair_words, sorted_marks(wanted)) >= 0]] = True
        mask: Mask = names[self.places]
        return mask


def read_names(places: Sequence[str], others: Iterable[str] = ()) -> NameWords:
    """Read the words of all names of a page at once: what name_words tells of each, in half the time."""
    numbers: dict[str, int] = defaultdict(count().__next__)
    place_numbers = np.fromiter(map(numbers.__getitem__, places), dtype=np.int64, count=len(places))
    for name in others:
        numbers[name]
    return NameWords(dict(numbers), place_numbers, *_pairs(list(numbers)))


@lru_cache(maxsize=20_000)  # the same few thousand attributes come back on every page of a site
def name_words(name: str) -> tuple[str, ...]:
    """Return the words of a class or id attribute, in order, each once."""
    words = [word.lower() for word in _PART.findall(name)[:MAX_PARTS] if len(word) <= MAX_WORD]
    return tuple(dict.fromkeys(words))[:MAX_WORDS]


def _pairs(names: list[str]) -> tuple[Indices, Marks]:
    """Return which name has which word."""
    letters, firsts = _split(names)
    sizes = np.fromiter(map(len, names), dtype=np.int64, count=len(names))
    owners = np.cumsum(sizes + 1).searchsorted(firsts, "right")
    marks = mark_runs(letters, firsts)
    fit = (_ranks(owners) < MAX_PARTS) & (np.add.reduceat(letters != 0, firsts, dtype=np.int64) <= MAX_WORD)
    owners, marks = owners[fit], marks[fit]
    pairs = mark_pairs(owners.astype(np.uint64), marks)
    order = pairs.argsort(kind="stable")
    once = np.ones(len(pairs), dtype=np.bool_)
    once[order[1:]] = np.diff(pairs[order]) != 0
    owners, marks = owners[once], marks[once]
    fit = _ranks(owners) < MAX_WORDS
    return owners[fit], marks[fit]


def _ranks(owners: Indices) -> Indices:
    """Return how many before each belong to the same name."""
    counts = np.bincount(owners)
    ranks: Indices = np.arange(len(owners)) - (np.cumsum(counts) - counts)[owners]
    return ranks


def _split(names: list[str]) -> tuple[NDArray[np.uint8], Indices]:
    """Return the small letters of the names in a row, 0 where there is none, and where each word begins."""
    characters = ("\n" + "\n".join(names) + "\n\n").encode("ascii", "replace")
    fates = _fates(characters)
    letters = np.frombuffer(characters.translate(_LOWER), dtype=np.uint8)[1:-2] * (fates != _GAP)
    return letters, np.flatnonzero(fates == _FIRST_LETTER)


def _fates(characters: bytes) -> NDArray[np.uint8]:
    """Return what becomes of each character but the first and the last two: it and its neighbours tell."""
    kinds = np.frombuffer(characters.translate(_KINDS), dtype=np.uint8)
    four = kinds[:-3]
    for step in (1, 2, 3):
        four = four * 3 + kinds[step : len(kinds) - 3 + step]
    return np.frombuffer(four.tobytes().translate(_FATES), dtype=np.uint8)


def _fate(before: int, here: int, after: int, later: int) -> int:
    """Return what becomes of a character: runs of two small letters or more, with the capital before them, and
    of two capitals or more are words."""
    begins = _begins(before, here, after)
    alone = begins and (after == _OTHER or _begins(here, after, later))
    short = (here, after) == (_CAPITAL, _SMALL) and later != _SMALL
    rest_of_short = (before, here) == (_CAPITAL, _SMALL) and after != _SMALL
    if here == _OTHER or alone or short or rest_of_short:
        return _GAP
    return _FIRST_LETTER if begins else _LETTER


def _begins(before: int, here: int, after: int) -> bool:
    return before == _OTHER or (here == _CAPITAL and _SMALL in (before, after))


_KINDS = bytes(
    _SMALL if 97 <= code <= 122 else _CAPITAL if 65 <= code <= 90 else _OTHER for code in range(256)
)
_LOWER = bytes(code | 32 for code in range(256))
_FATES = bytes(_fate(*four) for four in product(range(3), repeat=4)) + bytes(256 - 3**4)

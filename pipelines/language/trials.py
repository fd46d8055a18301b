"""langdetect's n-grams and trials, step for step, in a tenth of its time: the same numbers from the same seed.

langdetect walks the text sign by sign through its own classes. The same n-grams in the same order follow
from the normalised string, looked up in tables at once; the trials draw from them with the same generator.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

import numpy as np
from numpy.typing import NDArray

__all__ = ["Profiles", "as_profiles", "draw", "known_share", "ngrams"]

# langdetect's own settings (Detector); its tests of convergence come at every fifth n-gram.
_ALPHA, _ALPHA_WIDTH, _BASE = 0.5, 0.05, 10_000
_CONVERGED, _MOST_TESTS, _TESTED_EVERY = 0.99999, 200, 5
# Tests computed at once: the products of 60 chances of at least 0.00003 each are no zero yet.
_TESTS_AT_ONCE = 12
# Random words of 32 bits made beforehand: seven trials of 1,001 draws, half of them refused, take 14,000.
_WORDS = 1 << 15
_FEW_WORDS = 768  # looked at first: nearly every trial ends within 120 draws, at worst half of them refused
_SIGNS = 1 << 16  # no profile has signs beyond
_SPACES = re.compile(" {2,}")
_LATIN = re.compile("[A-z]")
_NOT_LATIN = (0x0300, 0x1E00, 0x1F00)  # 1E00 to 1EFF is more Latin

_Rows = NDArray[np.intp]
_Chances = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Profiles:
    """What langdetect knows of some languages: a row of `chances` for each n-gram, a column a language.

    The tables lead from signs to rows; row 0 stands for an unknown n-gram.
    """

    chances: _Chances
    codes: tuple[str, ...]
    letters: NDArray[np.uint16]  # number of each sign, 0 for a sign of no n-gram
    ones: NDArray[np.uint16]  # row of each letter
    twos: NDArray[np.uint16]  # rows of pairs: one letter down, the next across
    firsts: NDArray[np.uint16]  # number of each pair that begins a triple
    threes: NDArray[np.uint16]  # rows of triples: such a pair down, a letter across


def as_profiles(known: Mapping[str, Sequence[float]], codes: Iterable[str]) -> Profiles:
    """Arrange langdetect's map of n-grams in arrays."""
    grams = [gram for gram in known if gram != " "]  # langdetect never looks up the lone space
    columns = tuple(codes)
    chances = np.array([[0.0] * len(columns), *(known[gram] for gram in grams)])
    number = {sign: n for n, sign in enumerate(dict.fromkeys("".join(grams)), 1)}
    first = {pair: n for n, pair in enumerate(dict.fromkeys(g[:2] for g in grams if len(g) == 3), 1)}
    letters = np.zeros(_SIGNS, np.uint16)
    letters[list(map(ord, number))] = list(number.values())
    size = len(number) + 1
    ones, twos = np.zeros(size, np.uint16), np.zeros((size, size), np.uint16)
    firsts, threes = np.zeros((size, size), np.uint16), np.zeros((len(first) + 1, size), np.uint16)
    for row, gram in enumerate(grams, 1):
        if len(gram) == 1:
            ones[number[gram]] = row
        elif len(gram) == 2:
            twos[number[gram[0]], number[gram[1]]] = row
        else:
            threes[first[gram[:2]], number[gram[2]]] = row
    for pair, n in first.items():
        firsts[number[pair[0]], number[pair[1]]] = n
    return Profiles(chances, columns, letters, ones, twos, firsts, threes)


class _Signs(dict[int, str]):
    """A table for str.translate that asks langdetect once about each sign."""

    def __missing__(self, code: int) -> str:
        from langdetect.utils.ngram import NGram

        self[code] = str(NGram.normalize(chr(code)))
        return self[code]


@cache
def _signs() -> _Signs:
    return _Signs()


def ngrams(text: str, profiles: Profiles) -> _Rows:
    """Return the rows of a lower-case text's known one to three letters, in langdetect's order."""
    from langdetect.utils.ngram import NGram

    text = _without_stray_latin(_spaced(text if text.isascii() else NGram.normalize_vi(text)))
    letters = _letters(_spaced(f" {text.translate(_signs())}"), profiles)
    at_each = np.zeros((max(len(letters) - 1, 0), 3), np.intp)
    at_each[:, 0] = profiles.ones[letters[1:]]
    at_each[:, 1] = profiles.twos[letters[:-1], letters[1:]]
    at_each[1:, 2] = _triples(letters, profiles)
    rows = at_each.ravel()
    return rows[rows > 0]


def _spaced(text: str) -> str:
    return _SPACES.sub(" ", text) if "  " in text else text


def _letters(text: str, profiles: Profiles) -> NDArray[np.uint16]:
    return profiles.letters[np.minimum(_codes(text), _SIGNS - 1)]


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.dtype("<u4"))


def _triples(letters: NDArray[np.uint16], profiles: Profiles) -> NDArray[np.uint16]:
    return profiles.threes[profiles.firsts[letters[:-2], letters[1:-1]], letters[2:]]


def _without_stray_latin(text: str) -> str:
    """Drop ASCII letters from a text that is mostly in other letters."""
    if text.isascii():
        return text
    codes = _codes(text)
    low, more_latin, high = _NOT_LATIN
    others = np.count_nonzero(((codes >= low) & (codes < more_latin)) | (codes >= high))
    if 2 * np.count_nonzero((codes >= ord("A")) & (codes <= ord("z"))) >= others:
        return text
    return _LATIN.sub("", text)


def draw(grams: _Rows, profiles: Profiles, trials: int, seed: int) -> list[float]:
    """Return each language's probability: the mean of trials that draw n-grams until one language is sure."""
    words = _random_words(seed)
    found = np.zeros(len(profiles.codes))
    drawn, place, spare = _drawn(grams, words[:_FEW_WORDS]), 0, None
    for _ in range(trials):
        if spare is None:
            (normal, spare), place = _gauss(*map(int, words[place : place + 4])), place + 4
        else:
            normal, spare = spare, None
        weight = (_ALPHA + normal * _ALPHA_WIDTH) / _BASE
        probabilities, end = _trial(drawn, place, profiles, weight)
        if not end:
            drawn = _drawn(grams, words)
            probabilities, end = _trial(drawn, place, profiles, weight)
        found += probabilities / trials
        place = end
    return found.tolist()


@cache
def _random_words(seed: int) -> NDArray[np.uint32]:
    """Return what the generator of this seed gives, 32 bits at a time: every text draws from the same words."""
    bits = Random(seed).getrandbits(32 * _WORDS)  # noqa: S311 - a repeatable sample, no secret
    return np.frombuffer(bits.to_bytes(4 * _WORDS, "little"), np.dtype("<u4"))


def _gauss(a: int, b: int, c: int, d: int) -> tuple[float, float]:
    """Make of four words what Random.gauss makes of them, and what it returns at its next call."""
    angle, radius = (((high >> 5) * 2**26 + (low >> 6)) / 2**53 for high, low in ((a, b), (c, d)))
    angle, radius = angle * 2 * math.pi, math.sqrt(-2.0 * math.log(1.0 - radius))
    return math.cos(angle) * radius, math.sin(angle) * radius


def _drawn(grams: _Rows, words: NDArray[np.uint32]) -> tuple[_Rows, _Rows]:
    """Return the n-grams that these words draw, and the places of the words that do; as Random.choice does."""
    numbers = words >> (32 - len(grams).bit_length())
    taken = (numbers < len(grams)).nonzero()[0]
    return grams[numbers[taken]], taken


def _trial(drawn: tuple[_Rows, _Rows], place: int, profiles: Profiles, weight: float) -> tuple[_Chances, int]:
    """Return the probabilities of one trial from this place on, and the place after it; 0 where words lack."""
    rows, taken = drawn
    first = int(taken.searchsorted(place))
    found, used = _draw_until_sure(rows[first:], profiles, weight)
    return found, int(taken[first + used - 1]) + 1 if used else 0


def _draw_until_sure(rows: _Rows, profiles: Profiles, weight: float) -> tuple[_Chances, int]:
    """Return the probabilities and how many rows they took; 0 where the rows have not made one sure."""
    if not len(rows):
        return profiles.chances[0], 0
    found = profiles.chances[rows[0]] + weight  # nobody is sure by one n-gram
    tests = min((len(rows) - 1) // _TESTED_EVERY, _MOST_TESTS)
    for first in range(0, tests, _TESTS_AT_ONCE):
        count = min(_TESTS_AT_ONCE, tests - first)
        start = 1 + first * _TESTED_EVERY
        chances = profiles.chances[rows[start : start + count * _TESTED_EVERY]] + weight
        each = np.multiply.reduce(chances.reshape(count, _TESTED_EVERY, -1), axis=1)
        products = found / np.add.reduce(found) * np.multiply.accumulate(each)
        total = np.add.reduce(products, axis=1)
        sure = (np.maximum.reduce(products, axis=1) > _CONVERGED * total).nonzero()[0]
        end = int(sure[0]) if len(sure) else count - 1
        found = products[end] / total[end]
        if len(sure) or first + count == _MOST_TESTS:
            return found, start + (end + 1) * _TESTED_EVERY
    return found, 0


def known_share(words: Sequence[str], profiles: Profiles, code: str) -> float:
    """Return the share of the words' trigrams, their ends included, that the language's profile knows."""
    # Trigrams with a space inside are in no profile.
    rows = _triples(_letters(f" {' '.join(words)} ", profiles), profiles)
    known = np.count_nonzero(profiles.chances[rows, profiles.codes.index(code)])
    return int(known) / (sum(map(len, words)) or 1)

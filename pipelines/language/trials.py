"""langdetect's n-grams and trials, step for step, in a fifth of its time: the same numbers from the same seed.

langdetect walks the text sign by sign through its own classes. The same n-grams in the same order follow
from the normalised string and its slices; the trials draw from them with the same generator.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from operator import add
from random import Random

import numpy as np
from numpy.typing import NDArray

__all__ = ["Profiles", "as_profiles", "draw", "known_share", "ngrams"]

# langdetect's own settings (Detector); its tests of convergence come at every fifth n-gram.
_ALPHA, _ALPHA_WIDTH, _BASE = 0.5, 0.05, 10_000
_CONVERGED, _MOST_DRAWS, _CHECKED_EVERY = 0.99999, 1_000, 5
_SPACES = re.compile(" {2,}")
_LATIN = re.compile("[A-z]")
_NOT_LATIN = re.compile("[\u0300-\u1dff\u1f00-\U0010ffff]")  # 1E00 to 1EFF is more Latin


@dataclass(frozen=True, slots=True)
class Profiles:
    """What langdetect knows of some languages: a row of `chances` for each n-gram, a column a language."""

    rows: Mapping[str, int]  # from 1 on: 0 stands for an unknown n-gram
    chances: NDArray[np.float64]
    codes: tuple[str, ...]


def as_profiles(known: Mapping[str, Sequence[float]], codes: Iterable[str]) -> Profiles:
    """Arrange langdetect's map of n-grams in one array."""
    grams = [gram for gram in known if gram != " "]  # langdetect never looks up the lone space
    columns = tuple(codes)
    chances = np.array([[0.0] * len(columns), *(known[gram] for gram in grams)])
    return Profiles({gram: row for row, gram in enumerate(grams, 1)}, chances, columns)


class _Signs(dict[int, str]):
    """A table for str.translate that asks langdetect once about each sign."""

    def __missing__(self, code: int) -> str:
        from langdetect.utils.ngram import NGram

        self[code] = str(NGram.normalize(chr(code)))
        return self[code]


@cache
def _signs() -> _Signs:
    return _Signs()


def ngrams(text: str, profiles: Profiles) -> list[int]:
    """Return the rows of a lower-case text's known one to three letters, in langdetect's order."""
    from langdetect.utils.ngram import NGram

    text = _without_stray_latin(_SPACES.sub(" ", text if text.isascii() else NGram.normalize_vi(text)))
    text = _SPACES.sub(" ", f" {text.translate(_signs())}")
    pairs = list(map(add, text, text[1:]))
    triples = chain([""], map(add, pairs, text[2:]))
    at_each = zip(*(map(profiles.rows.get, grams) for grams in (text[1:], pairs, triples)), strict=False)
    return [row for row in chain.from_iterable(at_each) if row]


def _without_stray_latin(text: str) -> str:
    """Drop ASCII letters from a text that is mostly in other letters."""
    if text.isascii() or 2 * len(_LATIN.findall(text)) >= len(_NOT_LATIN.findall(text)):
        return text
    return _LATIN.sub("", text)


def draw(grams: Sequence[int], profiles: Profiles, trials: int, seed: int) -> list[float]:
    """Return each language's probability: the mean of trials that draw n-grams until one language is sure."""
    chance = Random(seed)  # noqa: S311 - a repeatable sample, no secret
    found = np.zeros(len(profiles.codes))
    for _ in range(trials):
        found += _trial(grams, profiles, chance) / trials
    return [float(each) for each in found]


def _trial(grams: Sequence[int], profiles: Profiles, chance: Random) -> NDArray[np.float64]:
    count, bits = len(grams), len(grams).bit_length()
    weight = (_ALPHA + chance.gauss(0.0, 1.0) * _ALPHA_WIDTH) / _BASE
    found = np.full(len(profiles.codes), 1.0 / len(profiles.codes))
    for place in range(0, _MOST_DRAWS + 1, _CHECKED_EVERY):
        drawn: list[int] = []
        while len(drawn) < (_CHECKED_EVERY if place else 1):
            if (number := chance.getrandbits(bits)) < count:  # as Random.choice does, without its calls
                drawn.append(grams[number])
        found *= np.multiply.reduce(profiles.chances[drawn] + weight, axis=0)
        found /= np.add.reduce(found)
        if np.maximum.reduce(found) > _CONVERGED:
            break
    return found


def known_share(words: Sequence[str], profiles: Profiles, code: str) -> float:
    """Return the share of the words' trigrams, their ends included, that the language's profile knows."""
    line = f" {' '.join(words)} "
    triples = map(add, map(add, line, line[1:]), line[2:])  # those with a space inside are in no profile
    rows = [row for row in map(profiles.rows.get, triples) if row]
    known = np.count_nonzero(profiles.chances[rows, profiles.codes.index(code)]) if rows else 0
    return int(known) / (sum(map(len, words)) or 1)

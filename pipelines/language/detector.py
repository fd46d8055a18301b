"""langdetect, asked for little: only the profiles of the text's script, a sample of the words, a fixed seed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from operator import itemgetter
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

_PROFILES: dict[str, str] = {
    "Latin": "af ca cs cy da de en es et fi fr hr hu id it lt lv nl no pl pt ro sk sl so sq sv sw tl tr vi",
    "Cyrillic": "bg mk ru uk",
    "Arabic": "ar fa ur",
    "Devanagari": "hi mr ne",
}
KNOWN: frozenset[str] = frozenset(" ".join(_PROFILES.values()).split())
# Asked first: two trials of langdetect's seven with every fourth word. Only where they are not sure of one language, or its
# profile does not fit the text (a ninth of the pages), all words in three trials: the labels of all words at half the time.
_STEP, _FEW, _TRIALS = 4, 2, 3
_SURE, _FITS = 0.999, 0.8  # German that a few words make English fits it by .7
_CHECKED = 5  # n-grams after which langdetect looks whether it is sure
_SEED = 0  # langdetect samples: without a seed, labels differ between runs
_WORD = re.compile(r"[^\W\d_]+")
_MARK = re.compile("[\u0300-\u036f\u0900-\u0d7f]")
_MARKED_WORD = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0d7f])+")  # Indic vowel signs are no \w

Guess = tuple[str, float, float]  # code, probability, fit


@dataclass(frozen=True, slots=True)
class _Profiles:
    """What langdetect knows of a script's languages."""

    factory: Any
    rows: Mapping[str, int]  # of each n-gram in `chances`
    chances: NDArray[
        np.float64
    ]  # of each n-gram in each language: langdetect multiplies lists of them, one by one


@cache
def _profiles(script: str) -> _Profiles:
    # Imported and loaded at first use: the profiles take a tenth of a second.
    from langdetect import detector_factory

    factory = detector_factory.DetectorFactory()
    folder = Path(detector_factory.PROFILES_DIRECTORY)
    factory.load_json_profile([(folder / c).read_text(encoding="utf-8") for c in _PROFILES[script].split()])
    known, factory.word_lang_prob_map = factory.word_lang_prob_map, {}
    return _Profiles(factory, {gram: row for row, gram in enumerate(known)}, np.array(list(known.values())))


def guess_language(text: str, script: str) -> list[Guess]:
    """Return langdetect's candidates for a lower-case text of this script, the likeliest first.

    `fit` is the share of the text's trigrams that the language's profile knows: near 0.9 for text of the
    language, far below for gibberish and for languages that langdetect has no profile of.
    """
    words = (_MARKED_WORD if _MARK.search(text) else _WORD).findall(text)
    for asked, trials in ((" ".join(text.split(" ")[::_STEP]), _FEW), (text, _TRIALS)):
        guesses = [(code, p, _known_share(words, script, code)) for code, p in _ask(asked, script, trials)]
        if guesses and guesses[0][1] >= _SURE and guesses[0][2] >= _FITS:
            break
    return guesses


def _ask(text: str, script: str, trials: int) -> list[tuple[str, float]]:
    """Do as langdetect's Detector.get_probabilities: draw n-grams until one language is all but certain, a few times."""
    from langdetect.detector import Detector

    profiles = _profiles(script)
    rows, languages = _rows_of(text, profiles), profiles.factory.langlist
    if not rows:  # no n-gram that it knows
        return []
    draw, shares = Random(_SEED), np.zeros(len(languages))  # noqa: S311  samples, as langdetect does
    for _ in range(trials):
        weight = (Detector.ALPHA_DEFAULT + draw.gauss(0.0, 1.0) * Detector.ALPHA_WIDTH) / Detector.BASE_FREQ
        chances = np.full(len(languages), 1 / len(languages))
        for few in (1, *repeat(_CHECKED, Detector.ITERATION_LIMIT // _CHECKED)):
            drawn = [draw.choice(rows) for _ in range(few)]
            chances *= np.multiply.reduce(weight + profiles.chances[drawn])
            chances /= chances.sum()
            if chances.max() > Detector.CONV_THRESHOLD:
                break
        shares += chances / trials
    found = [
        each for each in zip(languages, shares.tolist(), strict=True) if each[1] > Detector.PROB_THRESHOLD
    ]
    return sorted(found, key=itemgetter(1), reverse=True)


def _rows_of(text: str, profiles: _Profiles) -> list[int]:
    """Return the text's n-grams of one to three signs that the profiles know, in langdetect's order."""
    detector = profiles.factory.create()
    detector.append(text)
    detector.cleaning_text()
    signs, known = f"  {detector.text}".translate(_plain_signs()), profiles.rows
    places = range(3, len(signs) + 1)
    grams = [signs[end - size : end] for end in places for size in (1, 2, 3)]
    return [known[gram] for gram in grams if gram in known]


@cache
def _plain_signs() -> dict[int, str]:
    """Return a table of what langdetect reads a sign as, which fills itself as it is asked."""
    from langdetect.utils.ngram import NGram

    class PlainSigns(dict[int, str]):
        def __missing__(self, code: int) -> str:
            return self.setdefault(code, NGram.normalize(chr(code)))

    return PlainSigns()


def _known_share(words: list[str], script: str, code: str) -> float:
    """Return the share of the words' trigrams, their ends included, that the language's profile knows."""
    known, text = _trigrams(script, code), f" {' '.join(words)} "
    found = [text[place : place + 3] in known for place in range(len(text) - 2)]
    return found.count(True) / (sum(map(len, words)) or 1)


@cache
def _trigrams(script: str, code: str) -> frozenset[str]:
    profiles = _profiles(script)
    column = profiles.chances[:, profiles.factory.langlist.index(code)].tolist()
    return frozenset(gram for gram, row in profiles.rows.items() if len(gram) == 3 and column[row])

"""langdetect, asked for little: only the profiles of the text's script, a sample of the words, a fixed seed."""

import re
from functools import cache
from pathlib import Path
from typing import Any

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
_SEED = 0  # langdetect samples: without a seed, labels differ between runs
_WORD = re.compile(r"[^\W\d_]+")
_MARK = re.compile("[\u0300-\u036f\u0900-\u0d7f]")
_MARKED_WORD = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0d7f])+")  # Indic vowel signs are no \w

Guess = tuple[str, float, float]  # code, probability, fit


@cache
def _factory(script: str) -> Any:
    # Imported and loaded at first use: the profiles take a quarter of a second.
    from langdetect import detector_factory

    factory = detector_factory.DetectorFactory()
    folder = Path(detector_factory.PROFILES_DIRECTORY)
    factory.load_json_profile([(folder / c).read_text(encoding="utf-8") for c in _PROFILES[script].split()])
    factory.seed = _SEED
    return factory


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
    from langdetect import LangDetectException

    detector = _factory(script).create()
    detector.n_trial = trials
    detector.append(text)
    try:
        return [(found.lang, found.prob) for found in detector.get_probabilities()]
    except LangDetectException:  # no n-gram that it knows
        return []


def _known_share(words: list[str], script: str, code: str) -> float:
    """Return the share of the words' trigrams, their ends included, that the language's profile knows."""
    known, text = _trigrams(script, code), f" {' '.join(words)} "
    found = [text[place : place + 3] in known for place in range(len(text) - 2)]
    return found.count(True) / (sum(map(len, words)) or 1)


@cache
def _trigrams(script: str, code: str) -> frozenset[str]:
    factory = _factory(script)
    column, chances = factory.langlist.index(code), factory.word_lang_prob_map
    return frozenset(gram for gram, each in chances.items() if len(gram) == 3 and each[column])

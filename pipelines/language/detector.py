"""langdetect, made deterministic and cheap: only the profiles of the text's script, few trials, a fixed seed."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["KNOWN", "Guess", "guess_language"]

_PROFILES: dict[str, str] = {
    "Latin": "af ca cs cy da de en es et fi fr hr hu id it lt lv nl no pl pt ro sk sl so sq sv sw tl tr vi",
    "Cyrillic": "bg mk ru uk",
    "Arabic": "ar fa ur",
    "Devanagari": "hi mr ne",
}
KNOWN: frozenset[str] = frozenset(" ".join(_PROFILES.values()).split())
_TRIALS = 3  # of langdetect's 7: the same label on every page of the shared corpora, in half the time
_WORD = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0d7f])+")  # Indic vowel signs are no \w

Guess = tuple[str, float, float]  # code, probability, fit


@cache
def _factory(script: str) -> Any:
    # Imported and loaded at first use: the profiles take a quarter of a second.
    from langdetect import detector_factory

    factory = detector_factory.DetectorFactory()
    folder = Path(detector_factory.PROFILES_DIRECTORY)
    factory.load_json_profile([(folder / c).read_text(encoding="utf-8") for c in _PROFILES[script].split()])
    factory.seed = 0  # langdetect samples: without a seed, labels differ between runs
    return factory


def guess_language(text: str, script: str) -> list[Guess]:
    """Return langdetect's candidates for a lower-case text of this script, the likeliest first.

    `fit` is the share of the text's trigrams that the language's profile knows: near 0.9 for text of the
    language, far below for gibberish and for languages that langdetect has no profile of.
    """
    from langdetect.lang_detect_exception import LangDetectException

    factory = _factory(script)
    detector = factory.create()
    detector.n_trial = _TRIALS
    detector.append(text)
    try:
        found = detector.get_probabilities()
    except LangDetectException:  # no n-gram of any profile
        return []
    return [(g.lang, g.prob, _fit(text, factory, factory.langlist.index(g.lang))) for g in found]


def _fit(text: str, factory: Any, column: int) -> float:
    words = [f" {word} " for word in _WORD.findall(text)]
    trigrams = [word[i : i + 3] for word in words for i in range(len(word) - 2)]
    profiles = factory.word_lang_prob_map
    known = sum(1 for t in trigrams if (row := profiles.get(t)) is not None and row[column] > 0)
    return known / len(trigrams) if trigrams else 0.0

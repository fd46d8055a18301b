"""langdetect, made deterministic and cheap: only the profiles of the text's script, few trials, a fixed seed."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from pipelines.language.trials import Profiles, as_profiles, draw, known_share, ngrams

__all__ = ["KNOWN", "Guess", "guess_language"]

_PROFILES: dict[str, str] = {
    "Latin": "af ca cs cy da de en es et fi fr hr hu id it lt lv nl no pl pt ro sk sl so sq sv sw tl tr vi",
    "Cyrillic": "bg mk ru uk",
    "Arabic": "ar fa ur",
    "Devanagari": "hi mr ne",
}
KNOWN: frozenset[str] = frozenset(" ".join(_PROFILES.values()).split())
_TRIALS = 3  # of langdetect's 7: the same label on every page of the shared corpora, in half the time
_SEED = 0  # langdetect samples: without a seed, labels differ between runs
_LEAST = 0.1  # probability of a candidate, langdetect's own threshold
_WORD = re.compile(r"[^\W\d_]+")
_MARK = re.compile("[\u0300-\u036f\u0900-\u0d7f]")
_MARKED_WORD = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0d7f])+")  # Indic vowel signs are no \w

Guess = tuple[str, float, float]  # code, probability, fit


@cache
def _profiles(script: str) -> Profiles:
    # Imported and loaded at first use: the profiles take a quarter of a second.
    from langdetect import detector_factory

    factory = detector_factory.DetectorFactory()
    folder = Path(detector_factory.PROFILES_DIRECTORY)
    factory.load_json_profile([(folder / c).read_text(encoding="utf-8") for c in _PROFILES[script].split()])
    return as_profiles(factory.word_lang_prob_map, factory.langlist)


def guess_language(text: str, script: str) -> list[Guess]:
    """Return langdetect's candidates for a lower-case text of this script, the likeliest first.

    `fit` is the share of the text's trigrams that the language's profile knows: near 0.9 for text of the
    language, far below for gibberish and for languages that langdetect has no profile of.
    """
    profiles = _profiles(script)
    grams = ngrams(text, profiles)
    if not len(grams):
        return []
    found = zip(draw(grams, profiles, _TRIALS, _SEED), profiles.codes, strict=True)
    likely = sorted(((p, code) for p, code in found if p > _LEAST), key=lambda each: -each[0])
    words = (_MARKED_WORD if _MARK.search(text) else _WORD).findall(text)
    return [(code, p, known_share(words, profiles, code)) for p, code in likely]

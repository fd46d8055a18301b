"""Our n-grams and trials are langdetect's own: the same n-grams in the same order, the same probabilities."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langdetect.detector import Detector
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

from pipelines.language.detector import _PROFILES, _SEED, _TRIALS, _profiles
from pipelines.language.trials import draw, ngrams

TEXTS = (
    ("Latin", "the government adopted the budget for the coming year, and citizens would receive more help."),
    ("Latin", "chính phủ hôm qua đã thông qua ngân sách cho năm tới; a a  b, ước tính"),
    ("Latin", "der kanzler sagte: „die bürger“ - правительство вчера - 政府は昨日 ﬁne ǆ"),
    ("Cyrillic", "правительство вчера утвердило the budget на следующий год, президент сказал abc"),
    ("Cyrillic", "the long text that is mostly latin и немного другого письма"),
    ("Arabic", "دولت دیروز بودجه سال آینده را تصویب کرد و رئیس جمهور گفت"),
    ("Devanagari", "सरकार ने कल अगले साल के बजट को मंजूरी दी और राष्ट्रपति ने कहा"),
)


@cache
def _factory(script: str) -> Any:
    factory = DetectorFactory()
    folder = Path(PROFILES_DIRECTORY)
    factory.load_json_profile([(folder / c).read_text(encoding="utf-8") for c in _PROFILES[script].split()])
    return factory


def _reference(text: str, script: str) -> Detector:
    detector = _factory(script).create()
    detector.seed, detector.n_trial = _SEED, _TRIALS
    detector.append(text)
    detector.cleaning_text()
    return detector


def _ours(text: str, script: str) -> list[str]:
    names = ["", *(gram for gram in _factory(script).word_lang_prob_map if gram != " ")]
    return [names[row] for row in ngrams(text, _profiles(script))]


@pytest.mark.parametrize(("script", "text"), TEXTS)
def test_ngrams_and_probabilities_are_langdetects(script: str, text: str) -> None:
    reference = _reference(text, script)
    assert _ours(text, script) == reference._extract_ngrams()
    reference.get_probabilities()
    drawn = draw(ngrams(text, _profiles(script)), _profiles(script), _TRIALS, _SEED)
    assert drawn == pytest.approx(reference.langprob, abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_characters="@:", exclude_categories=["Cs"]), max_size=80))
def test_ngrams_of_any_lower_case_text_are_langdetects(text: str) -> None:
    low = " ".join("".join(sign for sign in text.lower() if not sign.isupper()).split())
    assert _ours(low, "Latin") == _reference(low, "Latin")._extract_ngrams()

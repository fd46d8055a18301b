"""The words that rules look for are data: every list is used, the expressions made of them compile, months are CLDR's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.dates import get_month_names

from columnist.pipelines.language.lexicon import entries, lexicon, vocabulary
from columnist.pipelines.language.months import MONTHS, fold

PIPELINES = Path(__file__).parents[1] / "pipelines"
SUBJECTS = sorted(file.stem for file in (PIPELINES / "language" / "lexicon").glob("*.toml"))
# Names of two months: left out, with what else the file says of them.
AMBIGUOUS = {("hr", "listopada"), *((code, "listopad") for code in ("cs", "hr", "pl"))}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_list_holds_words_once_each_and_parts_of_expressions_compile(subject: str) -> None:
    for key, words in lexicon(subject).items():
        if subject != "months":
            assert len(set(words)) == len(words), f"{subject}: {key} has a word twice"
        for word in words:
            re.compile(word.removesuffix("*"))


def test_every_subject_is_read_by_some_rule() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in PIPELINES.rglob("*.py"))

    assert [
        subject for subject in SUBJECTS if f'("{subject}"' not in source and f"('{subject}'" not in source
    ] == []


def test_months_are_cldrs_wide_names() -> None:
    for key, months in lexicon("months").items():
        table, _, locale = key.partition(".")
        assert len(months) == 12, key
        if table == "short":
            known = {
                (name.lower().rstrip("."), number)
                for context in ("format", "stand-alone")
                for number, name in get_month_names("abbreviated", context, locale).items()
            }
            given = {(n, i) for i, names in enumerate(months, 1) for n in names.split("/") if n != "-"}
            assert given <= known, f"[short] {locale} in months.toml"
        if table == "wide":
            wanted = {
                (name.lower(), number)
                for context in ("format", "stand-alone")
                for number, name in get_month_names("wide", context, locale).items()
                if (locale, name.lower()) not in AMBIGUOUS
            }
            given = {(n.replace("_", " "), i) for i, names in enumerate(months, 1) for n in names.split("/")}
            assert {each for each in given if each[0] != "-"} == wanted, f"[wide] {locale} in months.toml"


def test_no_short_name_is_that_of_two_months() -> None:
    for key, months in lexicon("months").items():
        for number, names in enumerate(months, 1):
            for name in names.split("/") if key.startswith("short.") else ():
                assert name == "-" or MONTHS[fold(name)] == number, f"{key}: {name}"


def test_months_are_found_folded() -> None:
    assert MONTHS[fold("MAYIS")] == 5
    assert MONTHS["listopada"] == 11
    assert "listopad" not in MONTHS


def test_a_word_ends_at_an_apostrophe_and_a_stem_at_its_star() -> None:
    words = vocabulary("labels", "share-bar.core")

    assert words.has("facebook-gruppe") and words.has("teilen") and not words.has("teilend")  # noqa: PT018
    assert entries("labels", "networks")[0] in entries("labels", "follow.core")

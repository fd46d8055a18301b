"""Names are read once a page and give their words to every place that has them."""

from __future__ import annotations

import pytest

from pipelines.body.names import name_words, read_names

NAMES = (
    "article-body__leadText",
    "",
    "HTMLBody ABc aBc Ab abC aB X",
    "two\nlines\tand\nTABs",
    "näme Überschrift 日本 \ud800 end",
    "elementor elementor-top elementor-section " * 4 + "x" * 19 + " " + "y" * 20,
    " ".join(f"utility-{letter}{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"),
)


@pytest.mark.parametrize("names", [NAMES, (), *[(name,) for name in NAMES]])
def test_every_place_has_the_words_of_its_name(names: tuple[str, ...]) -> None:
    read = read_names(names)

    assert [read.words[number] for number in read.places.tolist()] == [name_words(name) for name in names]


def test_words_are_parted_at_capitals_and_come_once_and_not_endlessly() -> None:
    assert name_words("article-body__leadText") == ("article", "body", "lead", "text")
    assert name_words("HTMLBody ABc aBc Ab abC aB X") == ("html", "body", "ab")
    assert name_words("two\nlines näme Überschrift 日本 share share") == (
        "two",
        "lines",
        "me",
        "berschrift",
        "share",
    )
    assert name_words("x" * 19 + " " + "y" * 20) == ("x" * 19,)
    assert len(name_words(NAMES[-1])) == 12


def test_a_place_holds_a_word_of_its_own_name_alone() -> None:
    read = read_names(["share-bar", "", "shareholder", "share-bar"], ["share"])

    assert read.holding(frozenset({"share", "ad"})).tolist() == [True, False, False, True]

"""The words of class and id attributes."""

import pytest

from columnist.pipelines.content.blocks.class_names import name_words, read_names

NAMES = {
    "article-body__leadText": ("article", "body", "lead", "text"),
    "": (),
    "HTMLBody ABc aBc Ab abC aB X": ("html", "body", "ab"),
    "two\nlines\tand\nTABs": ("two", "lines", "and", "ta"),
    "elementor elementor-top elementor-section " * 4 + "x" * 19 + " " + "y" * 20: (
        "elementor",
        "top",
        "section",
        "x" * 19,
    ),
}


@pytest.mark.parametrize(("name", "words"), NAMES.items())
def test_a_name_is_cut_where_a_reader_would(name: str, words: tuple[str, ...]) -> None:
    assert name_words(name) == words


def test_a_long_list_of_utility_classes_is_read_to_its_twelfth_word() -> None:
    assert len(name_words(" ".join(f"w{letter}{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"))) == 12


def test_a_place_holds_a_word_of_its_own_name_alone() -> None:
    read = read_names(["share-bar", "", "shareholder", "share-bar"], ["share"])

    assert read.holding(frozenset({"share", "ad"})).tolist() == [True, False, False, True]
    assert read_names([]).holding(frozenset({"share"})).tolist() == []

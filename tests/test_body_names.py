"""The law of reading a page's names at once: it gives what each name gives by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.content.blocks.class_names import mark_words, name_words, read_names

NAMES = (
    "article-body__leadText",
    "",
    "HTMLBody ABc aBc Ab abC aB X",
    "two\nlines\tand\nTABs",
    "näme Überschrift 日本 \ud800 end",
    "elementor elementor-top elementor-section " * 4 + "x" * 19 + " " + "y" * 20,
    " ".join(f"utility-{letter}{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"),
)


def _marks_of(names: tuple[str, ...]) -> list[list[int]]:
    read = read_names(names)
    return [read.pair_words[read.pair_names == place].tolist() for place in read.places.tolist()]


@pytest.mark.parametrize("names", [NAMES, (), *[(name,) for name in NAMES]])
def test_all_names_at_once_have_the_words_of_each_alone(names: tuple[str, ...]) -> None:
    assert _marks_of(names) == [mark_words(name_words(name)).tolist() for name in names]


@given(st.lists(st.text(st.sampled_from("abzAZ09-_ \né"), max_size=60)))
def test_so_do_names_of_any_shape(names: list[str]) -> None:
    assert _marks_of(tuple(names)) == [mark_words(name_words(name)).tolist() for name in names]


def test_a_place_holds_a_word_of_its_own_name_alone() -> None:
    read = read_names(["share-bar", "", "shareholder", "share-bar"], ["share"])

    assert read.holding(frozenset({"share", "ad"})).tolist() == [True, False, False, True]

"""The law of words' marks: a word has one wherever it stands, and no other word has it."""

from __future__ import annotations

import re
from itertools import product

import numpy as np

from pipelines.content.blocks.class_names import find_marks, mark_pairs, mark_words, sorted_marks
from pipelines.content.blocks.letters import read_words
from pipelines.content.model.network import load_model

SHORT = ["".join(letters) for size in (1, 2, 3) for letters in product("abcdefghijklmnop", repeat=size)]


def test_no_two_words_share_a_mark() -> None:
    vocabulary = load_model().vocabulary
    words = {*SHORT, *vocabulary.own, *vocabulary.chain, "ab" * 200, "ab" * 201, "übung", "写真", "𝟘a"}

    assert len(np.unique(mark_words(words))) == len(words)


def test_a_word_has_one_mark_wherever_it_stands() -> None:
    longer_than_one_sum = SHORT * 4

    assert np.array_equal(mark_words(longer_than_one_sum), np.tile(mark_words(SHORT), 4))


def test_the_words_of_texts_have_the_marks_of_those_words() -> None:
    texts = ["", "One, two: three!", "12 ½ — …", "left out", "Ωmega şişli 写真、日本", "x" * 900, "end 𝟘𝟙"]
    rows = np.array([0, 1, 2, 4, 5, 6])
    read = read_words(texts, rows)
    words = [re.findall(r"[^\W\d_]+", text) for text in texts]

    assert [read.marks[read.owners == row].tolist() for row in rows] == [
        mark_words(words[row]).tolist() for row in rows
    ]
    assert not (read.owners == 3).any()


def test_marks_are_found_among_the_known_or_not_at_all() -> None:
    known = sorted_marks(frozenset({"share", "social", "ad"}))

    assert (find_marks(mark_words(["ad", "article", "share"]), known) >= 0).tolist() == [True, False, True]
    assert find_marks(known, mark_words([])).tolist() == [-1, -1, -1]
    assert find_marks(mark_words([]), known).tolist() == []


def test_a_pair_is_another_in_the_other_order() -> None:
    one, other = mark_words(["read"]), mark_words(["more"])

    assert mark_pairs(one, other) != mark_pairs(other, one)


def test_no_pair_of_a_word_and_a_row_is_another_words() -> None:
    words = mark_words([*SHORT, "mail"])
    first = mark_pairs(words[:16], mark_words(["mail"] * 16))
    rows = np.arange(300, dtype=np.uint64)
    pairs = [mark_pairs(rows, np.uint64(mark)) for mark in (*first, *words)]

    assert len(np.unique(np.concatenate(pairs))) == len(rows) * (len(first) + len(words))

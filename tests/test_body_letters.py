"""The law of counting a page's characters at once: it gives what each text gives by itself."""

from __future__ import annotations

import re

import numpy as np
import pytest

from columnist.pipelines.content.blocks.letters import (
    COMMA,
    DIGIT,
    SPACE,
    UPPER,
    read_letters,
    squash,
    squash_all,
)

TEXTS = (
    "The council, at last, adopted it. “Really?” Yes!",
    "x",
    "…",
    "Στους δρόμους ΤΗΣ ΠΟΛΗΣ, 12 Μαΐου.",
    "İstanbul'da ½ saat, 3 gün",
    "一つ。二つ、三つ！",
    "snake_case 𝟘𝟙 a😀b",
)


@pytest.mark.parametrize("texts", [TEXTS, TEXTS[:1], (), *[(text,) for text in TEXTS]])
def test_all_texts_at_once_are_squashed_like_each_alone(texts: tuple[str, ...]) -> None:
    assert squash_all(texts) == ["".join(re.findall(r"[^\W_]+", text)).lower() for text in texts]
    assert squash_all(texts) == [squash(text) for text in texts]


def test_counts_are_those_of_each_text() -> None:
    letters = read_letters("\n".join(TEXTS), np.array([len(text) for text in TEXTS]))

    assert letters.count(SPACE).tolist() == [text.count(" ") for text in TEXTS]
    assert letters.count(DIGIT, 28).tolist() == [len(re.findall(r"\d", text[:28])) for text in TEXTS]
    assert letters.count(UPPER).tolist() == [3, 0, 0, 10, 1, 0, 0]
    assert letters.count(COMMA).tolist() == [2, 0, 0, 1, 1, 1, 0]
    assert letters.sentences().tolist() == [3, 0, 1, 1, 0, 2, 0]
    assert [letters.count_squashed(row, 9) for row in range(len(TEXTS))] == [
        len(squash(text[:9]).replace("\u0307", "")) for text in TEXTS
    ]

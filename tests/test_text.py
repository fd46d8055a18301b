"""Text comes out in the dataset's one convention."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from columnist.pipelines.document.text import _ODD, _may_be_odd, count_words, normalise

NORMAL = [
    ("plain ASCII is untouched", "The mayor spoke.", "The mayor spoke."),
    ("white space is squeezed", "  The\t mayor\n spoke. ", "The mayor spoke."),
    ("NFC", "cafe\u0301", "café"),
    ("soft hyphens go", "Bürger\u00admeister", "Bürgermeister"),
    ("zero-width goes", "a\u200bb\u2060c\ufeff", "abc"),
    ("marks of direction go", "\u200fשלום\u200e \u202aabc\u202c", "שלום abc"),
    ("controls go, their white space stays", "a\x01b\x0cc\x85d", "ab c d"),
    ("surrogates go", "x\ud800y", "xy"),
    ("icon glyphs go", "\ue900 Share", "Share"),
    ("NBSP becomes a space", "5\u00a0km", "5 km"),
    ("NBSP stays before French marks", "Quoi\u00a0? «\u00a0Oui\u00a0»\u00a0: 5\u00a0%", "Quoi\u00a0? «\u00a0Oui\u00a0»\u00a0: 5\u00a0%"),
    ("the narrow one too", "Quoi\u202f!", "Quoi\u202f!"),
    ("joiners stay in Persian", "نمی\u200cخواهم", "نمی\u200cخواهم"),
    ("joiners stay in Hindi", "क्\u200dष", "क्\u200dष"),
    ("joiners stay in emoji", "👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    ("joiners go elsewhere", "a\u200cb", "ab"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "expected"), [c[1:] for c in NORMAL], ids=[c[0] for c in NORMAL])
def test_a_paragraph_is_normalised(raw: str, expected: str) -> None:
    assert expected == normalise(raw)


@settings(max_examples=300)
@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_normalising_twice_changes_nothing_and_leaves_nothing_invisible(text: str) -> None:
    once = normalise(text)

    assert once == normalise(once)
    assert once == once.strip(" ")
    assert "  " not in once
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in once)


WORDS = [
    ("The mayor's car – an old one – won’t start.", 8),
    ("", 0),
    ("日本語の記事 text", 7),
    ("สวัสดีครับ", 7),
    ("한국어 기사 입니다", 3),
    ("« Bonjour »", 1),
]


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_words_are_counted_as_readers_count_them(text: str, words: int) -> None:
    assert words == count_words(text)


def test_the_short_cut_past_odd_characters_misses_none() -> None:
    odd = [character for character in map(chr, range(0x110000)) if _ODD.search(character)]

    assert [c for c in odd if not _may_be_odd(f"a{c}b", " ".join(f"a{c}b".split()))] == []
    assert len(odd) > 8_000

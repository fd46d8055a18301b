"""The glance at a line's first words spares looks; it may not overlook what a look would find."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from columnist.pipelines.content.plaintext.labels import (
    label_kinds,
    may_be_label,
    may_call,
    names_other_page,
    read_label,
)
from columnist.pipelines.content.plaintext.lines import look_at
from columnist.pipelines.language.lexicon import entries, lexicon

# Kinds that nobody asks for below an article's first paragraph, and those that pointers name.
_NOT_ASKED_FOR = {"breadcrumb", "navigation", "caption", "byline", "timestamp", "read-also", "related"}
_PARTS = [f"{kind}.{part}" for kind in label_kinds() for part in ("alone", "core", "more")]
_LISTS = [("calls", "openers"), ("calls", "topics"), *(("labels", key) for key in ("glue", *_PARTS))]
_WORDS = sorted({word.rstrip("*") for subject, key in _LISTS for word in entries(subject, key)})
_LINES = st.lists(
    st.one_of(
        st.sampled_from(_WORDS),
        st.sampled_from(["12", ":", "Tags:", "Mill", "—", "İ", "टिप्पणी", "関連", "标签：", "：邮件"]),
    ),
    min_size=1,
    max_size=8,
).map(" ".join)


@settings(max_examples=500, deadline=None)
@given(_LINES)
def test_a_glance_overlooks_no_label_and_no_call(text: str) -> None:
    kind = read_label(look_at(text)).kind

    assert may_be_label(text) or kind is None or kind in _NOT_ASKED_FOR
    assert may_call(text) or kind != "promotion"


def test_a_glance_knows_every_whole_label_and_every_pointer() -> None:
    labels = [label for key, group in lexicon("labels").items() if key.endswith(".whole") for label in group]

    assert [label for label in labels if not may_be_label(label)] == []
    assert [
        words for words in entries("pointers", "openings") if not names_other_page(f"{words} a mill")
    ] == []


def test_a_glance_spares_the_look_at_a_plain_line() -> None:
    lines = ["Mayor Brandt opened a mill", "Nineteen ferries left harbour", "2026 began quietly"]

    assert not any(may_be_label(line) or may_call(line) or names_other_page(line) for line in lines)

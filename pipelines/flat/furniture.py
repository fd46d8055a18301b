"""Furniture that the body kept: on pages without telling markup, words alone say what a line is.

Only labels that are sure by themselves ("Share on Facebook", "Leave a comment") in the line cleaner's languages:
no line of the shared corpora's articles is one, so a page with good markup loses nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipelines.flat.chrome import NONE, Chrome, read_chrome
from pipelines.flat.lines import look_at
from pipelines.flat.sentences import READ_ALSO
from pipelines.records import Paragraph

__all__ = ["drop_furniture"]

_SURE = 2
_LABELS = frozenset({"share-bar", "newsletter", "consent", "follow", "comment-action", "pager"})
_READERS = frozenset({"comments", "form"})  # after these come the readers' words
# A label is short; above this it is a sentence about sharing or comments.
_LONGEST_LABEL = 60
_KINDS = frozenset({"p", "h2", "h3"})  # lists and tables are the article's own, and long
# Characters of article before a comment section: a live blog may begin with "Comments".
_ENOUGH = 500
# A bare heading "Comments" is believed only where less follows it than this share of the article: readers' words.
_READERS_SHARE = 0.6
_HEADING_WORDS = 3
# "Read also: a headline" in one line, or as a label with the headline below it.
_POINTER = 240
_POINTER_LABEL = 30
_HEADLINE = 150


def drop_furniture(paragraphs: Sequence[Paragraph]) -> tuple[tuple[Paragraph, ...], dict[str, int]]:
    """Return the paragraphs without sure labels, pointers to other articles and what follows a comments label;
    and the characters taken out by rule."""
    texts = [p.text for p in paragraphs]
    # Only short lines are looked at: what is longer is no label, and a look costs 0.05 ms.
    labels = [
        read_chrome(look_at(p.text)) if len(p.text) <= _LONGEST_LABEL and p.kind in _KINDS else NONE
        for p in paragraphs
    ]
    end = _readers_begin(texts, labels)
    kept: list[Paragraph] = []
    removed: Counter[str] = Counter()
    after_pointer = False
    for number, paragraph in enumerate(paragraphs):
        rule = "comments" if number >= end else _rule(paragraph.text, labels[number], after_pointer)
        after_pointer = rule == "read-also" and len(paragraph.text) <= _POINTER_LABEL and not after_pointer
        if rule is None:
            kept.append(paragraph)
        else:
            removed[rule] += len(paragraph.text)
    return tuple(kept), dict(removed)


def _rule(text: str, label: Chrome, after_pointer: bool) -> str | None:
    if after_pointer and not _ends(text) and len(text) <= _HEADLINE:
        return "read-also"
    if len(text) <= _POINTER:
        words = text.lower().lstrip("-–—*•▪▸►●→»> ")
        if words.startswith(READ_ALSO) and (":" in words[:30] or not _ends(text)):
            return "read-also"
    return label.kind if label.kind in _LABELS and label.strength == _SURE else None


def _ends(text: str) -> bool:
    """Say whether the line ends as a sentence does."""
    return text.rstrip("\"'»”’)")[-1:] in tuple(".!?…。！？।؟")


def _readers_begin(texts: Sequence[str], labels: Sequence[Chrome]) -> int:
    """Return where the readers' comments begin; the number of lines where there are none."""
    total, before = sum(map(len, texts)), 0
    for number, (text, label) in enumerate(zip(texts, labels, strict=True)):
        if label.kind in _READERS and label.strength and before >= _ENOUGH:
            few = total - before <= _READERS_SHARE * before
            heading = len(text.split()) <= _HEADING_WORDS and not _ends(text) and few
            if label.strength == _SURE or heading:
                return number
        before += len(text)
    return len(texts)

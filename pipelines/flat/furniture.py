"""Furniture that the body kept: on pages without telling markup, words alone say what a line is.

Only labels that are sure by themselves ("Share on Facebook", "Leave a comment") in the line cleaner's languages:
no line of the shared corpora's articles is one, so a page with good markup loses nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipelines.flat.chrome import read_chrome
from pipelines.flat.lines import Line, look_at
from pipelines.flat.sentences import READ_ALSO
from pipelines.records import Paragraph

__all__ = ["drop_furniture"]

_SURE = 2
_LABELS = frozenset({"share-bar", "newsletter", "consent", "follow", "comment-action", "pager"})
_READERS = frozenset({"comments", "form"})  # after these come the readers' words
# A label is short; above this it is a sentence about sharing or comments.
_LONGEST_LABEL = 120
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
    lines = [look_at(p.text) for p in paragraphs]
    end = _readers_begin(lines)
    kept: list[Paragraph] = []
    removed: Counter[str] = Counter()
    after_pointer = False
    for number, (paragraph, line) in enumerate(zip(paragraphs, lines, strict=True)):
        rule = "comments" if number >= end else _rule(line, after_pointer)
        after_pointer = rule == "read-also" and len(line.text) <= _POINTER_LABEL and not after_pointer
        if rule is None:
            kept.append(paragraph)
        else:
            removed[rule] += len(paragraph.text)
    return tuple(kept), dict(removed)


def _rule(line: Line, after_pointer: bool) -> str | None:
    if after_pointer and not line.ends and len(line.text) <= _HEADLINE:
        return "read-also"
    words = line.text.lower().lstrip("-–—*•▪▸►●→»> ")
    if words.startswith(READ_ALSO) and len(line.text) <= _POINTER and (":" in words[:30] or not line.ends):
        return "read-also"
    if len(line.text) > _LONGEST_LABEL:
        return None
    chrome = read_chrome(line)
    return chrome.kind if chrome.kind in _LABELS and chrome.strength == _SURE else None


def _readers_begin(lines: Sequence[Line]) -> int:
    """Return where the readers' comments begin; the number of lines where there are none."""
    lengths = [len(line.text) for line in lines]
    for number, line in enumerate(lines):
        before, after = sum(lengths[:number]), sum(lengths[number:])
        if before < _ENOUGH or len(line.text) > _LONGEST_LABEL:
            continue
        chrome = read_chrome(line)
        if chrome.kind not in _READERS or not chrome.strength:
            continue
        heading = len(line.words) <= _HEADING_WORDS and not line.ends and after <= _READERS_SHARE * before
        if chrome.strength == _SURE or heading:
            return number
    return len(lines)

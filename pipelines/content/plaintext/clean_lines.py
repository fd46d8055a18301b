"""Flattened text -> title and paragraphs: the line cleaner for pages whose markup is gone.

Lines are judged by their shape, by the words that page furniture is made of (`phrases`, `sentences`) and by their
neighbours. A pass only ever takes lines out; passes repeat until one takes nothing, so cleaning twice is cleaning once.
"""

import re
from collections import Counter
from dataclasses import dataclass

from columnist.pipelines.content.plaintext.judge import judge
from columnist.pipelines.content.plaintext.labels import (
    LABEL_WORDS,
    kind_of_word,
    read_chrome,
    read_label,
    whole_labels,
)
from columnist.pipelines.content.plaintext.lines import Line, look_at, markdown, read_lines
from columnist.pipelines.content.plaintext.marks import NONE, SURE, Chrome
from columnist.pipelines.content.rules.asides.line_notes import note_lines
from columnist.pipelines.content.rules.asides.notes import Note
from columnist.pipelines.records.article import Paragraph, Removed

# Of what stands between title and text, all else is known to be buttons, labels and captions.
_HEADING = (None, "byline", "timestamp")
_BARS = re.compile(r"\s[|·•]\s")
_FEWEST_IN_ROW, _LONGEST_ROW = 4, 400  # words and width of a line of labels
_FEWEST_PARTS, _MOST_PARTS = 3, 0.6  # parts of a line, and the share of them that are labels
_Seen = dict[str, tuple[Line, Chrome]]


@dataclass(frozen=True, slots=True)
class FlatText:
    """What the line cleaner found."""

    title: str | None
    paragraphs: tuple[Paragraph, ...]
    removed: tuple[Removed, ...] = ()
    heading: tuple[str, ...] = ()  # lines taken out between title and text that may be byline and dateline
    fates: tuple[tuple[str, str | None], ...] = ()  # each line of the text, and the rule that took it out
    notes: tuple[Note, ...] = ()  # on corrections and on the author, set apart


def clean_lines(text: str) -> FlatText:
    """Split flattened text into title, paragraphs and what was boilerplate."""
    removed: Counter[str] = Counter()
    lines, kinds = _read(text, removed)
    given = lines
    fates: list[str | None] = [None] * len(given)
    alive = [*range(len(given))]
    seen: _Seen = {}
    title: str | None = None
    while True:
        looks = [_look(line, seen) for line in lines]
        verdict = judge([look for look, _ in looks], [chrome for _, chrome in looks])
        for row, rule in zip(alive, verdict.rules, strict=True):
            if rule:
                fates[row] = rule
                removed[rule] += len(given[row])
        left = [line for line, rule in zip(lines, verdict.rules, strict=True) if not rule]
        title = lines[verdict.title] if verdict.title is not None else None
        if len(left) == len(lines):
            break
        lines, alive = left, [row for row in alive if fates[row] is None]
    heading = _between(given, title, lines[1:2])
    heading = tuple(line for line in heading if _look(line, seen)[1].kind in _HEADING)
    title, cut = _without_site_name(title)
    if cut:
        removed["site-name"] += cut
    titled = title is not None
    notes = note_lines(lines[titled:], title or "", ())
    for row, rule in zip(alive[titled:], notes, strict=True):
        if rule:
            fates[row] = rule
            removed[rule] += len(given[row])
    body = [line for line, rule in zip(lines[titled:], notes, strict=True) if not rule]
    shapes = [_look(line, seen)[0] for line in body]
    paragraphs = tuple(Paragraph(kinds.get(line) or _kind(i, shapes), line) for i, line in enumerate(body))
    summed = tuple(Removed(rule, n) for rule, n in removed.items())
    told = tuple(Note(rule, line) for line, rule in zip(lines[titled:], notes, strict=True) if rule)
    return FlatText(title, paragraphs, summed, heading, tuple(zip(given, fates, strict=True)), told)


def _between(given: list[str], title: str | None, first: list[str]) -> tuple[str, ...]:
    """Return the lines between the title and the first line of the text, where both are known."""
    if title is None or not first or title not in given:
        return ()
    end = given.index(first[0])
    starts = [i for i, line in enumerate(given[:end]) if line == title]
    return tuple(given[starts[-1] + 1 : end]) if starts else ()


def _read(text: str, removed: Counter[str]) -> tuple[list[str], dict[str, str]]:
    lines, kinds = [], {}
    for line in read_lines(text):
        plain, kind = markdown(line)
        if plain != line:
            removed["markdown"] += len(line) - len(plain)
        if plain:
            lines.append(plain)
            if kind:
                kinds[plain] = kind
    return lines, kinds


def _look(text: str, seen: _Seen) -> tuple[Line, Chrome]:
    if text not in seen:
        line = look_at(text)
        chrome = read_chrome(line)
        seen[text] = (line, chrome if chrome.kind else _read_row(line))
    return seen[text]


def _read_row(line: Line) -> Chrome:
    """Name the first of several labels in one line, as a page's foot that lost its breaks: parted by bars, or by nothing."""
    if line.ends or line.quoted or len(line.words) < _FEWEST_IN_ROW or line.width > _LONGEST_ROW:
        return NONE
    parts = _BARS.split(line.text)
    if len(parts) >= _FEWEST_PARTS:
        kinds = [found.kind for part in parts if (found := read_label(look_at(part))).strength]
        return Chrome(kinds[0], SURE) if len(kinds) >= _MOST_PARTS * len(parts) else NONE
    kinds = list[str | None]()
    # A headline may name two networks: a row of labels has one that is known as a whole, or a word twice.
    at, labelled, whole = 0, 0, len(set(line.words)) < len(line.words)
    while at < len(line.words):
        size, kind = _label_at(line.words, at)
        labelled += size
        whole = whole or size > 1
        kinds += [kind] if kind else []
        at += max(size, 1)
    is_row = whole and len(kinds) > 1 and labelled >= _MOST_PARTS * len(line.words)
    return Chrome(kinds[0], SURE) if is_row else NONE


def _label_at(words: tuple[str, ...], at: int) -> tuple[int, str | None]:
    """Return the size and the kind of the label that begins at a word: one known as a whole, or a word that is a label's."""
    for size in range(min(LABEL_WORDS, len(words) - at), 1, -1):
        if kind := whole_labels().get(words[at : at + size]):
            return size, kind
    kind = kind_of_word(words[at])
    return int(kind is not None or (words[at].isdigit() and at > 0)), kind


def _without_site_name(title: str | None) -> tuple[str | None, int]:
    """Cut " | The Daily Example" off a title: a headline of three words or more needs no bar."""
    headline, bar, site = (title or "").rpartition(" | ")
    if title and bar and len(site.split()) <= 5 and len(headline) > len(site) and len(headline.split()) >= 3:
        return headline, len(title) - len(headline)
    return title, 0


def _kind(index: int, lines: list[Line]) -> str:
    line = lines[index]
    if line.bullet:
        return "li"
    followed = index + 1 < len(lines) and (lines[index + 1].prose or lines[index + 1].bullet)
    if followed and not line.ends and not line.quoted and line.width <= 90:
        return "h2"
    return "p"

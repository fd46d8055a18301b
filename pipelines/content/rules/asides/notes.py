"""Notes that stand beside the article's text: on who wrote it, and on what was corrected in it.

Found by the names of their boxes, else by their words, and by words only where the article begins and ends: a story about
a correction speaks of it all over. What the model dropped is looked at as well: a correction matters, whatever its score.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from columnist.pipelines.content.blocks.blocks import Blocks
from columnist.pipelines.content.blocks.elements import IN
from columnist.pipelines.content.blocks.letters import squash
from columnist.pipelines.content.plaintext.lines import ends_sentence
from columnist.pipelines.content.rules.article_end import article_start, kin_of
from columnist.pipelines.content.rules.asides.note_boxes import (
    AFTER,
    BEFORE,
    PROSE,
    NotePage,
    boxed_rows,
    is_prose,
)
from columnist.pipelines.content.rules.asides.note_words import (
    AUTHOR,
    CORRECTION,
    NO_NOTE,
    Said,
    is_correction_title,
    is_update,
    read_note,
    says_who_one_is,
    tells_a_change,
)
from columnist.pipelines.document.addresses import is_web_address
from columnist.pipelines.document.read import Document
from columnist.pipelines.document.text import is_long, normalise
from columnist.pipelines.metadata.authors.person_names import is_person_name

_TOP, _END = 2, 4  # paragraphs at the beginning and at the end that may be a note
_BELOW_LABEL = 4  # rows that a label heads
_LONGEST_TOLD = 5_000  # characters of a correction in JSON-LD
_LONGEST_BIO = 700  # characters of a paragraph about the author
_MOST_AUTHOR, _MOST_CORRECTION = 0.25, 0.34  # of the text: what is more is what the article is about
_LEAST_BEFORE = 0.5  # of the text above a label that heads all that follows
_LONGEST_NAME, _SIGNS = 80, 3  # characters of a name, and of a dash or bullet before it
_SPEECH = re.compile('[“„«"「][^”»"」]{60,}')  # a note on the author quotes nobody at such length
_ITALIC = 0.9  # of a line's characters
_CAPITAL = "[A-ZÀ-ÖØ-ÞŁŚŻŠŽČŘİĐА-ЯЁІЇΑ-Ω]"
_NAME = re.compile(
    rf"\W{{0,3}}({_CAPITAL}[\w.'’-]*\s(?:(?:{_CAPITAL}[\w.'’-]*|de|da|di|du|van|von|der|den|al|bin|la|le|y)\s){{0,3}}{_CAPITAL}[\w'’-]+)"
)


@dataclass(frozen=True, slots=True)
class Note:
    """A note that was set apart."""

    rule: str  # AUTHOR or CORRECTION
    text: str


def note_rows(
    blocks: Blocks, kept: Sequence[bool], title: str, authors: tuple[str, ...], is_live: bool
) -> dict[int, str]:
    """Return the rows, kept or not, that are notes, each with its rule."""
    start = article_start(blocks, kept)
    if start is None:
        return {}
    stay = [row for row, stays in enumerate(kept) if stays]
    page = NotePage(blocks, kept, stay, start, kin_of(blocks, blocks.items[start].place), title, authors)
    found = dict(boxed_rows(page))
    if not is_live:  # its entries begin as updates do
        worded = dict(_worded(page))
        if any(map(is_update, map(page.text, worded))) and _grows(page, worded):
            worded = {row: rule for row, rule in worded.items() if not is_update(page.text(row))}
        found = {**worded, **found}
    whole = sum(len(page.text(row)) for row in stay)
    for rule, most in ((AUTHOR, _MOST_AUTHOR), (CORRECTION, _MOST_CORRECTION)):
        size = sum(len(page.text(row)) for row, name in found.items() if name == rule and kept[row])
        if size > most * whole:
            found = {row: name for row, name in found.items() if name != rule}
    return dict(sorted(found.items()))


def _grows(page: NotePage, notes: Mapping[int, str]) -> bool:
    """Tell whether updates stand all over the text: they are how the story is told."""
    return any(is_update(page.text(row)) for row in page.stay if row not in notes)


def _worded(page: NotePage) -> Iterator[tuple[int, str]]:
    """Yield the lines that say by themselves that they are notes, at the article's beginning and end."""
    stay = page.stay
    long = list(islice((row for row in stay if is_long(page.text(row))), _TOP)) or [page.start]
    top = range(max(stay[0] - BEFORE, 0), long[-1] + 1)
    end = range(max(stay[-_END:][0], long[-1] + 1), min(stay[-1] + AFTER, len(page.blocks.items) - 1) + 1)
    is_titled = is_correction_title(page.title)
    for row in top if not is_titled else ():
        if (read_note(page.text(row)) == (Said.NOTE, CORRECTION) or _is_marked(page, row)) and _may_be(
            page, row
        ):
            yield row, CORRECTION
    skip = -1
    for row in end:
        said, rule = _said(page, row) if row > skip else NO_NOTE
        if said is Said.NOTHING or (is_titled and rule == CORRECTION) or not _may_be(page, row):
            continue
        if said is Said.NOTE:
            yield row, rule
        elif said is Said.LABEL and (below := _below_label(page, row, rule)):
            yield from ((each, rule) for each in below)
            skip = below[-1]


def _said(page: NotePage, row: int) -> tuple[Said, str]:
    """Tell what a line at the article's end is, and by which rule it goes."""
    text = page.text(row)
    said = read_note(text)
    if said is not NO_NOTE:
        return said
    if _is_marked(page, row):
        return Said.NOTE, CORRECTION
    if not PROSE <= len(text) <= _LONGEST_BIO:
        return NO_NOTE
    apart = _stands_apart(page, row)
    if apart and tells_a_change(text):
        return Said.NOTE, CORRECTION
    is_named = (apart or page.authors) and not _SPEECH.search(text) and _names_its_author(page, row, apart)
    return (Said.NOTE, AUTHOR) if is_named else NO_NOTE


def _is_marked(page: NotePage, row: int) -> bool:
    """Tell whether microdata calls a line, or what is around it, a correction."""
    place = page.blocks.items[row].place
    for _ in range(2):
        if place in page.home:
            return False
        if page.blocks.elements[place].get("itemprop") == "correction":
            return True
        place = page.blocks.parents[place]
    return False


def _is_believed(page: NotePage, row: int) -> bool:
    """Tell whether a line may be a note: one that was dropped has to be prose and no link to another story."""
    return page.kept[row] or (is_prose(page, row) and ends_sentence(page.text(row)))


def _may_be(page: NotePage, row: int) -> bool:
    """Tell whether a line may be a note or head one."""
    block = page.blocks.items[row]
    if page.blocks.flags[block.place] & (IN["table"] | IN["nav"] | IN["form"]):
        return False
    return page.kept[row] or _is_believed(page, row) or (len(block.text) < PROSE and not block.linked)


def _below_label(page: NotePage, row: int, rule: str) -> list[int]:
    """Return a label and the lines that it heads: all to the article's end, or those of its box."""
    blocks, items = page.blocks, page.blocks.items
    box = blocks.parents[items[row].place]
    below = []
    for each in range(row + 1, min(row + 1 + _BELOW_LABEL, len(items))):
        place = items[each].place
        beside = blocks.parents[place] == box or (box not in page.home and _is_within(blocks, place, box))
        if blocks.flags[place] & IN["heading"] or not (beside or each in page.stay[-_END:]):
            break
        is_sentence = ends_sentence(items[each].text) and 2 * items[each].linked < len(items[each].text)
        if page.kept[each] or is_sentence:
            below.append(each)
    before = sum(len(page.text(r)) for r in page.stay if r < row)
    after = sum(len(page.text(r)) for r in page.stay if r >= row)
    return [row, *below] if below and after <= _LEAST_BEFORE * before else []


def _is_within(blocks: Blocks, place: int, outer: int) -> bool:
    while place > outer:
        place = blocks.parents[place]
    return place == outer


def _stands_apart(page: NotePage, row: int) -> bool:
    """Tell whether a line is in italics as a whole, or below a rule."""
    block = page.blocks.items[row]
    if block.strong >= _ITALIC * len(block.text):
        return True
    element: Any = page.blocks.elements[block.place]
    before = element.getprevious()
    return before is not None and before.tag == "hr"


def _names_its_author(page: NotePage, row: int, apart: bool) -> bool:
    """Tell whether a line begins with the name of the author, or of somebody of whom the article does not tell."""
    text = page.text(row)
    name = name_at_start(text, page.authors)
    is_author = bool(name)
    if not name and apart and (match := _NAME.match(text)) and is_person_name(match[1]):
        name = match[1]
    if (
        not name
        or not ends_sentence(text)
        or not says_who_one_is(text[text.lower().find(name.lower()) + len(name) :])
    ):
        return False
    above = [r for r in page.stay if r < row and is_long(page.text(r))]
    key = squash(name.split()[-1])
    # A standfirst may name its writer.
    return not any(key in page.blocks.items[r].key for r in above[is_author:])


def told_corrections(document: Document) -> tuple[Note, ...]:
    """Return the corrections that the page's JSON-LD gives."""
    found = []
    for node in document.json_ld:
        told = node.get("correction")
        for one in told if isinstance(told, list) else (told,):
            text = (one.get("text") or one.get("description")) if isinstance(one, dict) else one
            if (
                isinstance(text, str)
                and not is_web_address(text)
                and (line := normalise(text[:_LONGEST_TOLD]))
            ):
                found.append(Note(CORRECTION, line))
    return tuple(found)


def name_at_start(text: str, authors: Sequence[str]) -> str:
    """Return the author whose whole name a line begins with, signs before it aside."""
    low = text[:_LONGEST_NAME].lower()
    return next((name for name in authors if " " in name and 0 <= low.find(name.lower()) <= _SIGNS), "")

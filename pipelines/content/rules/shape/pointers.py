"""Lines between paragraphs that point to another page of the site: a sign, a recurring opening, or a headline that is a link."""

import re
from collections import defaultdict

from columnist.pipelines.content.blocks.elements import IN
from columnist.pipelines.content.blocks.letters import squash
from columnist.pipelines.content.rules.shape.kin import Standing, size_of
from columnist.pipelines.content.rules.shape.lists import is_internal
from columnist.pipelines.document.text import is_long, weigh

_FEWEST = 3  # links of one line, lines of one opening
_LONGEST = 300  # characters
_SIGNS = "»›→▶►▸➤👉▼▽◆◇■□●○☞⇒＞>+*[【(（ "  # before a link
_ENDS = frozenset('.!?…。！？؟।"”»」:')
_MOST = 0.34  # of the text
_HEADLINE = 20  # width of a link that names an article; a shorter one names a person or a place
_LABELLED, _COLONS = 15, tuple(":：")  # ... and what shorter one a label before it tells to be an article
_BRACKET = re.compile(r"[【\[［][^】\]］]{1,12}[】\]］]\s?")  # a label before a headline
_NAME = 11  # width of a link; where several are shorter, a program linked places and names
_LABEL = 40  # width of the words before it
_LABEL_WORDS = 5
_PARTED = 3  # signs between two links
_HEADINGS = 2  # linked headings between paragraphs; more are sections
_TAGS = frozenset({"p", "div", "li", "h2", "h3", "h4", "h5", "h6", "blockquote", "section"})
_LINES = 3  # short lines of the article's own beside it that end no sentence: it is a list of such, with a link in it
_LONE = 3  # such lines in one text; more are a list that the article gives


def pointer_rows(at: Standing) -> list[int]:
    """Return the kept rows of paragraphs that a sign or their bold opening, which recurs, tells to point elsewhere, of
    those that are several links, and of linked headlines alone between paragraphs."""
    out: list[int] = []
    lone: list[int] = []
    openings: dict[str, list[int]] = defaultdict(list)
    for row in at.rows():
        block = at.blocks.items[row]
        size = len(block.text)
        is_line = size <= _LONGEST and at.blocks.tags[block.place] in _TAGS
        if not block.linked or not is_line or not is_internal(at.blocks, block.href):
            continue
        words = block.text.lstrip(_SIGNS)
        bracket = _BRACKET.match(block.text)
        if block.linked >= 0.7 * (size - (bracket.end() if bracket else 0)) and words[-1:] not in _ENDS:
            links = sum(1 for _ in at.blocks.elements[block.place].iter("a"))
            if words != block.text or (links >= _FEWEST and weigh(block.text) >= _NAME * links):
                out.append(row)
        if 0.3 * size <= block.linked < size and block.strong >= 0.9 * size:
            openings[squash(words[: len(words) - block.linked])].append(row)
        if _is_headline(at, row):
            lone.append(row)
    for opening, rows in openings.items():
        if len(opening) >= _FEWEST and len(rows) >= _FEWEST:
            out += rows
    if len(lone) > _LONE or _are_lines(at, lone):
        lone = []
    out = sorted({*out, *(row for row in lone if not _has_sisters(at, row, lone))})
    return out if size_of(at, out) <= _MOST * at.size else []


def _are_lines(at: Standing, lone: list[int]) -> bool:
    """Tell whether the article gives lines of the same elements without a link as well."""
    forms = {at.blocks.forms[row] for row in lone}
    lines = [row for row in at.rows() if at.blocks.forms[row] in forms and row not in lone]
    return sum(_is_own_line(at, row) for row in lines) >= _LINES


def _has_sisters(at: Standing, row: int, lone: list[int]) -> bool:
    """Tell whether a heading is one of several, the article's sections of which some names are links, or an item one of a list."""
    places, tags = at.blocks.parents, at.blocks.tags
    place = at.blocks.items[row].place
    if tags[place] == "li":
        return any(r != row and places[at.blocks.items[r].place] == places[place] for r in at.rows())
    if not at.blocks.flags[place] & IN["heading"]:
        return False
    alike = [r for r in at.rows() if tags[at.blocks.items[r].place] == tags[place]]
    return len(alike) > _HEADINGS or not set(alike) <= set(lone)


def _is_own_line(at: Standing, row: int) -> bool:
    block = at.blocks.items[row]
    return not block.linked and block.text[-1] not in _ENDS and not is_long(block.text)


def _is_headline(at: Standing, row: int) -> bool:
    """Tell whether a line is linked headlines, a few words before them, between two long paragraphs or below the last."""
    block = at.blocks.items[row]
    named = [" ".join("".join(link.itertext()).split()) for link in at.blocks.elements[block.place].iter("a")]
    if block.text[-1] in _ENDS or not named or not named[0]:
        return False
    label, _, rest = block.text.partition(named[0])
    least = _LABELLED if label.rstrip()[-1:] in _COLONS or len(named) > 1 else _HEADLINE
    if any(weigh(name) < least for name in named):
        return False
    for name in named[1:]:
        rest = rest.replace(name, "", 1)
    if len(rest) > _PARTED * len(named) or weigh(label) > _LABEL or len(label.split()) > _LABEL_WORDS:
        return False
    beside = [
        next((r for r in rows if at.kept[r]), None)
        for rows in (range(row - 1, -1, -1), range(row + 1, len(at.kept)))
    ]
    return row > at.start and all(near is None or is_long(at.blocks.items[near].text) for near in beside)

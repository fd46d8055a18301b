"""Blocks that eyes do not see: switched off by a style, told to screen readers alone.

Styles are no proof: scripts show the rest of an article that way. So the article's start has to be seen, and what is
hidden in the very elements of its paragraphs goes only where it is little beside them.
"""

import re
from collections import Counter, defaultdict

from columnist.pipelines.content.blocks.blocks import Blocks
from columnist.pipelines.content.blocks.elements import CUT_OFF, IN
from columnist.pipelines.content.blocks.letters import squash
from columnist.pipelines.content.blocks.visible_text import EARS, is_unseen
from columnist.pipelines.content.rules.shape.kin import (
    Standing,
    box_of,
    is_within,
    read_standing,
    size_of,
)
from columnist.pipelines.document.text import is_long

_UNSEEN = IN["hidden"] | CUT_OFF
_ENOUGH = 250  # characters that are seen: less may be all that a page shows before its script runs
_LEAST_SEEN = 0.15  # of the text: a page of hidden text shows the article by its script
_SOME = 2  # paragraphs: one alone is a notice
_SECTION = 3  # long paragraphs
_SURE = 0.95  # score
_LITTLE = 0.34  # of what is seen: more in the paragraphs' own element is the rest of the article

_SENTENCES = re.compile(r"(?<=[.!?。！？]) ")


def unseen_rows(blocks: Blocks, kept: list[bool], scores: list[float]) -> list[int]:
    """Return the kept rows that no eyes see, where enough of the article is seen."""
    named = blocks.words.holding(EARS)
    for_ears = {place for place in named.nonzero()[0].tolist() if is_unseen(_class_of(blocks, place))}
    rows = [
        row
        for row, block in enumerate(blocks.items)
        if kept[row]
        if blocks.flags[block.place] & _UNSEEN or (for_ears and _is_within_any(blocks, block.place, for_ears))
    ]
    closed = _closed_answers(blocks, rows)
    rows = [row for row in rows if row not in closed]
    if not rows:
        return []
    seen = (
        [stays and row not in set(rows) for row, stays in enumerate(kept)] if len(rows) < 500 else list(kept)
    )
    at = read_standing(blocks, seen, scores)
    if at is None or at.size < max(_ENOUGH, _LEAST_SEEN * (at.size + size_of(at, rows))):
        return []
    boxes: dict[int | None, list[int]] = defaultdict(list)
    for row in rows:
        boxes[box_of(at, blocks.items[row].place)].append(row)
    return [row for box, inside in boxes.items() if not _may_be_the_rest(at, box, inside) for row in inside]


def _class_of(blocks: Blocks, place: int) -> str:
    """Return an element's class alone: an id may be a heading's words."""
    return blocks.elements[place].get("class") or ""


def _closed_answers(blocks: Blocks, rows: list[int]) -> set[int]:
    """Return the rows of boxes without height that are several alike: answers that a click opens, their questions are seen."""
    cut = {
        row: blocks.forms[row] for row in rows if blocks.flags[blocks.items[row].place] & _UNSEEN == CUT_OFF
    }
    alike = Counter(cut.values())
    return {row for row, form in cut.items() if alike[form] > 1}


def _may_be_the_rest(at: Standing, box: int | None, rows: list[int]) -> bool:
    """Tell whether what is hidden may be shown by a click: it stands inside the article, and is called as its paragraphs
    are or much beside them, and no copy of them."""
    if box is None or rows[-1] < at.start:
        return False
    if _are_sections(at, box, rows) or _are_sure(at, rows):
        return not _are_copies(at, rows)
    form = at.blocks.forms[at.start]
    alike = any(form[1:]) and sum(at.blocks.forms[row] == form for row in rows) >= _SOME
    if not alike and size_of(at, rows) <= _LITTLE * at.size:
        return False
    return not _is_apart(at, box) and not _are_copies(at, rows)


def _are_sections(at: Standing, box: int, rows: list[int]) -> bool:
    """Tell whether some paragraphs are hidden among the article's: sections that a click opens."""
    if at.opening is None:
        return False
    parents = at.blocks.parents
    inner = parents[at.blocks.items[at.opening].place]
    if parents[box] < 1 or parents[box] not in (inner, parents[inner]):
        return False
    return sum(is_long(at.blocks.items[row].text) for row in rows) >= _SECTION


def _are_sure(at: Standing, rows: list[int]) -> bool:
    """Tell whether the model, which sees that they are hidden, is sure of some paragraphs in the article's midst."""
    long = [row for row in rows if is_long(at.blocks.items[row].text)]
    inside = rows[0] > at.start and rows[-1] < at.rows()[-1]
    return inside and len(long) >= _SECTION and all(at.scores[row] >= _SURE for row in long)


def _is_apart(at: Standing, box: int) -> bool:
    """Tell whether the page's foot stands in the element in which the box stands beside the article."""
    around = at.blocks.parents[box]
    items, flags = at.blocks.items, at.blocks.flags
    return any(flags[b.place] & IN["footer"] and is_within(at.blocks, b.place, around) for b in items)


def _are_copies(at: Standing, rows: list[int]) -> bool:
    """Tell whether most of it stands in the text that is seen as well."""
    seen = "".join(at.blocks.items[row].key for row in at.rows())
    pieces = [squash(piece) for row in rows for piece in _SENTENCES.split(at.blocks.items[row].text)]
    copied = sum(len(piece) for piece in pieces if piece in seen)
    return copied >= 0.5 * sum(map(len, pieces))


def _is_within_any(blocks: Blocks, place: int, boxes: set[int]) -> bool:
    while place >= 0 and place not in boxes:
        place = blocks.parents[place]
    return place >= 0

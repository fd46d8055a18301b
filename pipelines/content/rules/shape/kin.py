"""Where blocks stand to each other: what is around the article's start, what is called the same, what a box holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from columnist.pipelines.content.blocks.blocks import Blocks, Form
from columnist.pipelines.content.rules.article_end import article_start, kin_of
from columnist.pipelines.document.text import is_long
from columnist.pipelines.language.lexicon import either

# "8/10" is a mark.
_DATED = re.compile(rf"\b\d{{1,2}}[:.]\d{{2}}\b|\b(?:19|20)\d{{2}}\b|{either('dates', 'ago')}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Standing:
    """What stays of a page so far, and where its article lies."""

    blocks: Blocks
    kept: Sequence[bool]
    scores: Sequence[float]
    start: int  # the row of the first paragraph of those that are called the same and hold the most text
    home: frozenset[int]  # all elements around it
    opening: int | None  # the row of the first long paragraph, whatever it is called
    first: frozenset[int]  # all elements around that one
    size: int  # characters that stay

    stay: tuple[int, ...]  # the rows that stay

    def rows(self) -> tuple[int, ...]:
        return self.stay


def read_standing(blocks: Blocks, kept: Sequence[bool], scores: Sequence[float]) -> Standing | None:
    """Return where the article lies; None where no paragraph is long enough to say so."""
    start = _main_start(blocks, kept)
    if start is None:
        return None
    stay = tuple(row for row, stays in enumerate(kept) if stays)
    size = sum(len(blocks.items[row].text) for row in stay)
    first = article_start(blocks, kept)
    homes = (
        frozenset(kin_of(blocks, blocks.items[row].place))
        for row in (start, start if first is None else first)
    )
    home, around = homes
    return Standing(blocks, kept, scores, start, home, first, around, size, stay)


def _main_start(blocks: Blocks, kept: Sequence[bool]) -> int | None:
    """Return the first long paragraph of those that are called the same and hold the most text."""
    first: dict[Form, int] = {}
    sizes: dict[Form, int] = {}
    most, best = 0, None
    for row, block in enumerate(blocks.items):
        if kept[row] and is_long(block.text):
            form = blocks.forms[row]
            size = sizes[form] = sizes.get(form, 0) + len(block.text)
            first.setdefault(form, row)
            if size > most:
                most, best = size, form
    return article_start(blocks, kept) if best is None else first[best]


def is_called_so(at: Standing, row: int, form: Form) -> bool:
    """Tell whether a block is called as the article's own are; where neither they nor what is around them have a name, it has to
    stand in an element around them as well."""
    if at.blocks.forms[row] != form:
        return False
    around = at.blocks.parents[at.blocks.items[row].place]
    return any(form[1:]) or around in at.home or around in at.first


def box_of(at: Standing, place: int) -> int | None:
    """Return the outermost element around a place that does not hold the article's start."""
    box = None
    while place >= 0 and place not in at.home:
        box, place = place, at.blocks.parents[place]
    return box


def is_within(blocks: Blocks, place: int, outer: int) -> bool:
    """Tell whether an element is another or stands in it; elements are numbered from the top down."""
    while place > outer:
        place = blocks.parents[place]
    return place == outer


def is_dated(text: str) -> bool:
    """Tell whether a line holds a date or a time."""
    return _DATED.search(text) is not None


def rows_within(at: Standing, box: int) -> list[int]:
    """Return the kept rows inside an element."""
    return [row for row in at.rows() if is_within(at.blocks, at.blocks.items[row].place, box)]


def size_of(at: Standing, rows: Sequence[int]) -> int:
    return sum(len(at.blocks.items[row].text) for row in rows)


def mean_score(at: Standing, rows: Sequence[int]) -> float:
    return sum(at.scores[row] for row in rows) / len(rows)

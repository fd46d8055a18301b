"""Lines above the article that say who wrote it and when."""

import re
from collections.abc import Sequence

from columnist.pipelines.content.blocks.blocks import Blocks
from columnist.pipelines.content.blocks.elements import IN
from columnist.pipelines.content.blocks.letters import squash
from columnist.pipelines.content.rules.article_end import article_start
from columnist.pipelines.metadata.authors.person_names import is_person_name

_LONGEST_BYLINE = 60  # characters
_BYLINE_FLOOR = 0.97  # a line above the article with its author's name or a date stays from this score on
_PRICE = re.compile(r"[€$£¥]|(?<![\d:.])\d{1,4}[.,]\d\d(?![\d:.])(?!\s?(?:uhr|h\b))", re.IGNORECASE)
_DATE_DIGITS = 4  # of a date or a time
_SENTENCE_ENDS = frozenset('.!?…。！？؟।"”»」')


def byline_rows(
    blocks: Blocks, kept: Sequence[bool], scores: Sequence[float], authors: Sequence[str]
) -> list[int]:
    """Return the short lines that hold a date or the author's name, or are a name alone, and are no sentence, above the
    first long paragraph or between it and the next: the first may be the standfirst."""
    found: list[int] = []
    names = [key for key in map(squash, authors) if len(key) > 3]
    first = article_start(blocks, kept)
    second = article_start(blocks, kept, (first or 0) + 1)
    alone = kept[: first or 0].count(True) == 1
    for row in range(second or first or 0):
        block = blocks.items[row]
        if not kept[row] or scores[row] >= _BYLINE_FLOOR:
            continue
        if row > (first or 0) and blocks.flags[block.place] & IN["heading"]:  # below a subhead no line is one
            break
        short = len(block.text) < _LONGEST_BYLINE and block.text[-1] not in _SENTENCE_ENDS
        if short and not blocks.flags[block.place] & IN["heading"]:
            # A row of figures is no byline, nor a line with a price.
            counted = blocks.tags[block.place] == "tr" or _PRICE.search(block.text) is not None
            dated = sum(map(str.isdigit, block.text)) >= _DATE_DIGITS and not counted
            if dated or (alone and _signs(blocks, row)) or any(name in block.key for name in names):
                found.append(row)
    return found


def _signs(blocks: Blocks, row: int) -> bool:
    """Tell whether a paragraph is a person's name: alone above an article it is who wrote it."""
    block = blocks.items[row]
    return blocks.tags[block.place] == "p" and " " in block.text and is_person_name(block.text)

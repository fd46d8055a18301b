"""Headings between two paragraphs of the article: where they stand says more than how they look."""

from collections.abc import Sequence

from pipelines.body.blocks import Blocks

_TAGS = frozenset({"h2", "h3", "h4"})
_LONGEST = 120  # characters of a heading inside an article
_LONG = 80  # characters of the paragraph below it: a box's entries are shorter


def find_subheads(blocks: Blocks, kept: Sequence[bool], scores: Sequence[float], floor: float) -> list[int]:
    """Return the rows of headings right between two kept blocks, the second a paragraph."""
    items, found = blocks.items, []
    for row in range(1, len(items) - 1):
        block = items[row]
        if kept[row] or scores[row] < floor or blocks.tags[block.place] not in _TAGS:
            continue
        beside = kept[row - 1] and kept[row + 1]
        if beside and not block.linked and len(block.text) <= _LONGEST and len(items[row + 1].text) >= _LONG:
            found.append(row)
    return found

"""The standfirst: the sentence or two between the headline and the first paragraph."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.body.blocks import Block, Blocks
from pipelines.body.elements import IN
from pipelines.body.likeness import squash
from pipelines.body.names import name_words

__all__ = ["find_lead", "lead_text"]

# Names that are given to standfirsts alone, and names that teasers and summaries of other pages have as well.
_SURE_NAMES = frozenset(
    {
        "lead", "lede", "standfirst", "strapline", "subtitle", "dek", "deck", "subheadline", "chapo", "chapeau", "sommario",
        "occhiello", "catenaccio", "entradilla", "bajada", "copete", "perex", "ingress", "vorspann", "sapo", "manchet",
        "leadin", "leadtext", "anons", "bigode", "zajawka",
    }
)  # fmt: skip
_NAMES = _SURE_NAMES | {
    "intro", "subhead", "underrubrik", "untertitel", "sumario", "teaser", "abstract", "excerpt", "summary", "wstep",
}  # fmt: skip
_SURE = 0.5  # of the floor is enough for what such a name marks
_SHORTEST, _LONGEST = 30, 700  # characters of a standfirst
_NEAR = 25  # blocks after the headline: further down it is a teaser of another article


def find_lead(blocks: Blocks, scores: Sequence[float], description: str, floor: float) -> int | None:
    """Return the row of the standfirst if the page shows one that the model does not refuse."""
    tags = blocks.tags
    heading = next((row for row, block in enumerate(blocks.items) if tags[block.place] == "h1"), None)
    if heading is None:
        return None
    told = squash(description)
    for row in range(heading + 1, min(heading + 1 + _NEAR, len(scores))):
        block = blocks.items[row]
        if not _SHORTEST <= len(block.text) <= _LONGEST or scores[row] < _SURE * floor:
            continue
        words = _names(blocks, block)
        if scores[row] < floor and not words & _SURE_NAMES:
            continue
        key = block.key
        if len(told) > _SHORTEST and (key == told or key.startswith(told[:60]) or told.startswith(key[:60])):
            return row
        if words & _NAMES:
            return row
    return None


def _names(blocks: Blocks, block: Block) -> set[str]:
    """Return the words of the block's names; of a paragraph's also those of the element that holds it."""
    place = block.place
    names = [blocks.names[place], block.inline]
    if not blocks.flags[place] & IN["heading"] and blocks.parents[place] >= 0:
        names.append(blocks.names[blocks.parents[place]])
    return {word for name in names for word in name_words(name)}


def lead_text(blocks: Blocks, kept: Sequence[bool], description: str) -> str | None:
    """Return the kept standfirst's text."""
    row = find_lead(blocks, [1.0 if keep else 0.0 for keep in kept], description, 1.0)
    return blocks.items[row].text if row is not None else None

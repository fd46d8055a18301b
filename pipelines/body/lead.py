"""The standfirst: the sentence or two between the headline and the first paragraph."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.body.blocks import Blocks
from pipelines.body.likeness import squash
from pipelines.body.names import name_words

__all__ = ["find_lead", "lead_text"]

_NAMES = frozenset(
    {
        "lead", "lede", "standfirst", "intro", "subtitle", "dek", "deck", "subhead", "subheadline", "chapo", "chapeau",
        "sommario", "occhiello", "entradilla", "bajada", "perex", "ingress", "vorspann", "teaser", "abstract",
        "strapline", "underrubrik", "untertitel", "catenaccio", "copete", "sumario", "excerpt", "summary", "sapo", "manchet", "leadin", "leadtext", "anons", "bigode", "zajawka", "wstep",
    }
)  # fmt: skip
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
        if not _SHORTEST <= len(block.text) <= _LONGEST or scores[row] < floor:
            continue
        key = block.key
        if len(told) > _SHORTEST and (key == told or key.startswith(told[:60]) or told.startswith(key[:60])):
            return row
        if _NAMES.intersection((*name_words(blocks.names[block.place]), *name_words(block.inline))):
            return row
    return None


def lead_text(blocks: Blocks, kept: Sequence[bool], description: str) -> str | None:
    """Return the kept standfirst's text."""
    row = find_lead(blocks, [1.0 if keep else 0.0 for keep in kept], description, 1.0)
    return blocks.items[row].text if row is not None else None

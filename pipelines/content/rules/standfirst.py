"""The standfirst: the sentence or two between the headline and the first paragraph."""

from collections.abc import Sequence

from columnist.pipelines.content.blocks.blocks import Block, Blocks
from columnist.pipelines.content.blocks.class_names import name_words
from columnist.pipelines.content.blocks.elements import IN
from columnist.pipelines.content.blocks.letters import squash

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
# A standfirst without a name: a whole statement between headline and text. Questions are headlines of others there,
# and outside of news such lines are the writer's biography or an offer as often as the lead.
_NAMELESS_FLOOR = 0.25
_NAMELESS_SHORTEST, _NAMELESS_LONGEST = 50, 400
_STATEMENT_ENDS = frozenset('.!…。！।"”»」')
_NAMELESS_TAGS = frozenset({"p", "div", "h2"})
_NO_LEAD = (
    IN["figure"]
    | IN["figcaption"]
    | IN["form"]
    | IN["button"]
    | IN["nav"]
    | IN["footer"]
    | IN["aside"]
    | IN["hidden"]
)
_NEAR = 25  # blocks after the headline: further down it is a teaser of another article


def find_lead(blocks: Blocks, scores: Sequence[float], description: str, floor: float) -> int | None:
    """Return the row of the standfirst if the page shows one that the model does not refuse."""
    heading = _headline(blocks)
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


def find_nameless_lead(
    blocks: Blocks, kept: Sequence[bool], scores: Sequence[float], start: int | None
) -> int | None:
    """Return the row of the first whole statement between the headline and the article's first long paragraph."""
    heading = _headline(blocks)
    if heading is None or start is None:
        return None
    for row in range(heading + 1, start):
        text = blocks.items[row].text
        stands = not kept[row] and scores[row] >= _NAMELESS_FLOOR and not blocks.items[row].linked
        if stands and _NAMELESS_SHORTEST <= len(text) <= _NAMELESS_LONGEST and text[-1] in _STATEMENT_ENDS:
            place = blocks.items[row].place
            if blocks.tags[place] in _NAMELESS_TAGS and not blocks.flags[place] & _NO_LEAD:
                return row
    return None


def _headline(blocks: Blocks) -> int | None:
    return next((row for row, block in enumerate(blocks.items) if blocks.tags[block.place] == "h1"), None)


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

"""Kept blocks -> paragraphs with their kinds, and the rest -> what was removed, by rule."""

import re
from collections import defaultdict
from collections.abc import Sequence

from columnist.pipelines.content.blocks.blocks import Block, Blocks
from columnist.pipelines.content.blocks.elements import IN
from columnist.pipelines.content.blocks.letters import squash
from columnist.pipelines.content.plaintext.notices import without_imprint
from columnist.pipelines.content.rules.rules import KEPT
from columnist.pipelines.document.text import normalise, weigh
from columnist.pipelines.language.lexicon import entries
from columnist.pipelines.records.article import Paragraph, Removed

REPLACED = "replaced"  # the rule that took what the blocks alone would have kept
_NOTES = entries("linknotes", "notes")
_ANY = "|".join(_NOTES)
# In brackets or, in English, behind a comma: a sentence may tell of a window that opens.
_NOTE = re.compile(rf"\s?[(（\[](?:{_ANY})[)）\]]|,\s?(?:{_NOTES[0]})(?!\w)", re.IGNORECASE)
_BEGINNINGS = ("(", ", opens", "（", "[")


def without_link_notes(text: str) -> str:
    """Return the text of a block that holds a link without such notes."""
    if not any([beginning in text for beginning in _BEGINNINGS]):  # noqa: C419  a generator takes twice as long
        return text
    return _NOTE.sub("", text).strip()


_KINDS = {
    "h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3",
    "li": "li", "dd": "li", "dt": "li", "tr": "table", "pre": "code", "blockquote": "quote",
}  # fmt: skip
_PROSE = 80  # characters of a row with one cell that is a paragraph
_SENTENCES = re.compile(r"(?<=[.!?。！？][\"”»“']) |(?<=[.!?。！？]) ")
_CHARACTERS_A_PARAGRAPH = 400  # a wall of text is cut at the sentence end after this many


def kept_paragraphs(blocks: Blocks, kept: Sequence[bool]) -> tuple[Paragraph, ...]:
    """Return the kept blocks as paragraphs, in page order."""
    layouts = layout_tables(blocks)
    return tuple(
        Paragraph(kind_of(blocks, block, layouts), text)
        for block, keep in zip(blocks.items, kept, strict=True)
        if keep and (text := shown_text(block))
    )


def shown_text(block: Block) -> str:
    """Return the block's text as the article gives it."""
    return without_imprint(without_link_notes(block.text) if block.linked else block.text)


def removals(blocks: Blocks, fates: Sequence[str]) -> tuple[Removed, ...]:
    """Sum the characters that each rule took out; the largest first."""
    sums = defaultdict(int, {"navigation": blocks.menu} if blocks.menu else {})
    for block, fate in zip(blocks.items, fates, strict=True):
        if fate != KEPT:
            sums[fate] += len(block.text)
    return tuple(Removed(rule, size) for rule, size in sorted(sums.items(), key=lambda x: (-x[1], x[0])))


def without_found(blocks: Blocks, fates: Sequence[str], paragraphs: Sequence[Paragraph]) -> list[str]:
    """Return the fates with all that stands in the text kept, and nothing else: it was found in another way than by the blocks."""
    text = squash("\n".join(paragraph.text for paragraph in paragraphs))
    return [
        KEPT if block.key in text else fate if fate != KEPT else REPLACED
        for block, fate in zip(blocks.items, fates, strict=True)
    ]


def body_link_density(blocks: Blocks, kept: Sequence[bool]) -> float:
    """Return the share of the kept characters that lie inside links."""
    chosen = [block for block, keep in zip(blocks.items, kept, strict=True) if keep]
    size = sum(len(block.text) for block in chosen)
    return sum(block.linked for block in chosen) / size if size else 0.0


def from_text(text: str) -> tuple[Paragraph, ...]:
    """Cut a text without markup into paragraphs: at its lines, else at sentence ends."""
    lines = [line for line in map(normalise, text.splitlines()) if line]
    if len(lines) == 1:
        lines = _cut(lines[0])
    return tuple(Paragraph("p", line) for line in lines)


def _cut(line: str) -> list[str]:
    out, open_, size = [], [], 0
    for sentence in _SENTENCES.split(line):
        open_.append(sentence)
        size += len(sentence)
        if size >= _CHARACTERS_A_PARAGRAPH:
            out.append(" ".join(open_))
            open_, size = [], 0
    return [*out, " ".join(open_)] if open_ else out


def layout_tables(blocks: Blocks) -> frozenset[int]:
    """Return the places of tables, or their bodies, of which a row is a paragraph: they lay out the page."""
    rows = (block for block, form in zip(blocks.items, blocks.forms, strict=True) if form[0] == "tr")
    return frozenset(
        blocks.parents[row.place] for row in rows if weigh(row.text) >= _PROSE and " | " not in row.text
    )


def kind_of(blocks: Blocks, block: Block, layouts: frozenset[int]) -> str:
    """Return the kind of paragraph that a block is; `layouts` are the tables that lay out the page."""
    if block.embedded:
        return "embed"
    kind = _KINDS.get(blocks.tags[block.place])
    if kind == "table" and blocks.parents[block.place] in layouts and " | " not in block.text:
        return "p"
    if kind:
        return kind
    flags = blocks.flags[block.place]
    if flags & IN["blockquote"]:
        return "quote"
    if flags & IN["pre"]:
        return "code"
    return "p"

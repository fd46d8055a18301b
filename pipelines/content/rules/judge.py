"""Document -> judged blocks: what the page holds, what the model scores it, what the rules made of it."""

import re
from dataclasses import dataclass

from columnist.pipelines.content.blocks.blocks import Blocks, read_blocks
from columnist.pipelines.content.blocks.elements import IN
from columnist.pipelines.content.blocks.visible_text import show_as_seen
from columnist.pipelines.content.model.block_table import read_columns
from columnist.pipelines.content.model.features import block_features
from columnist.pipelines.content.model.network import Model
from columnist.pipelines.content.model.page_hints import Clues, read_clues
from columnist.pipelines.content.rules.asides.notes import Note, note_rows
from columnist.pipelines.content.rules.live_blog import (
    FEWEST_ENTRIES,
    entry_rows,
    is_live_address,
    is_live_page,
)
from columnist.pipelines.content.rules.rules import KEPT, Verdicts, decide
from columnist.pipelines.document.addresses import registered_domain
from columnist.pipelines.document.read import Document
from columnist.pipelines.metadata.record import Metadata
from columnist.pipelines.records.options import CleanOptions

# A rule of a style sheet: `#top { padding: 3px; height: 20px`.
_PROGRAM = re.compile(r"[\w.#*>\])-]\s?\{\s?[\w-]+\s?:\s?[^{};]{1,80};?\s?(?=[}\w])")
_RULES, _LOOKED_AT = 2, 2_000  # rules among the first characters
# What these take out is not this article's, or was said before.
_OTHERS = frozenset({"hidden", "comments", "after-end", "duplicate", "related", "embed"})


@dataclass(frozen=True, slots=True)
class Judged:
    """The page's blocks, each with its score and its fate."""

    blocks: Blocks
    clues: Clues
    verdicts: Verdicts
    is_live: bool
    options: CleanOptions = CleanOptions()  # by which they were judged
    notes: tuple[Note, ...] = ()  # that were set apart

    def kept(self) -> list[bool]:
        return self.verdicts.kept()


def judge_blocks(model: Model, document: Document, metadata: Metadata, options: CleanOptions) -> Judged:
    """Read the page's blocks and decide each one's fate."""
    blocks = read_blocks(document.tree)
    blocks.site = registered_domain(document.page.url) or ""
    clues = read_clues(document, metadata)
    columns = read_columns(blocks)
    scores = model.score(columns, block_features(columns, clues, model.vocabulary))
    scores[_program_rows(blocks)] = 0.0
    verdicts = decide(blocks, scores, clues, options)
    is_live = _keep_entry_heads(document, blocks, verdicts)
    notes = _set_notes_apart(verdicts, is_live)
    show_as_seen(blocks, verdicts.kept())
    return Judged(blocks, clues, verdicts, is_live, options, notes)


def _program_rows(blocks: Blocks) -> list[int]:
    """Return the rows of styles and data that old pages show as text; a sure one would make the article's own unsure."""
    return [
        row
        for row, block in enumerate(blocks.items)
        if "{" in block.text
        and not blocks.flags[block.place] & IN["pre"]
        and len(_PROGRAM.findall(block.text[:_LOOKED_AT])) >= _RULES
    ]


def _set_notes_apart(verdicts: Verdicts, is_live: bool) -> tuple[Note, ...]:
    """Take out the notes on the author and on corrections; return them in page order."""
    blocks, clues = verdicts.blocks, verdicts.clues
    rows = note_rows(blocks, verdicts.kept(), clues.title, clues.authors, is_live)
    notes = {row: rule for row, rule in rows.items() if verdicts.fates[row] not in _OTHERS}
    for row, rule in notes.items():
        verdicts.fates[row] = rule
    return tuple(Note(rule, blocks.items[row].text) for row, rule in notes.items())


def _keep_entry_heads(document: Document, blocks: Blocks, verdicts: Verdicts) -> bool:
    """Keep the times and headings of a live blog's entries; tell whether the page is one."""
    is_live = is_live_page(document, blocks)
    if not is_live and not is_live_address(document.page.url):
        return False
    rows = entry_rows(blocks, verdicts.kept())
    is_live = is_live or len(rows) >= FEWEST_ENTRIES
    if is_live:
        for row in rows:
            verdicts.fates[row] = KEPT
            verdicts.kept_by[row] = "live-time"
    return is_live

"""Where the blocks give next to nothing: the page's JSON-LD, its scripts' data, or trafilatura's full run.

Trafilatura's run knows nothing of the model and the rules, so of its lines those that they are sure of are left out.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import trafilatura

from pipelines.body.blocks import Blocks
from pipelines.body.dropnames import MODEL_DROPS
from pipelines.body.judging import Judged
from pipelines.body.letters import squash
from pipelines.body.live_data import live_entries
from pipelines.body.paragraphs import from_text
from pipelines.body.rules import KEPT
from pipelines.body.scripted import scripted_paragraphs
from pipelines.document import Document
from pipelines.flat import clean_lines
from pipelines.markup import html_copy
from pipelines.records import Paragraph

BLOCKS = "blocks"  # in found_by: the body is what the model and the rules kept
TOO_SHORT = 250  # characters: below it the other ways of finding a body are asked as well
TOO_SHORT_FOR_LIVE = 1_500  # characters: a live blog's entries are then not on the page but in its JSON-LD
MUCH_MORE = 2  # times the text: short articles are short, and the blocks are the better reader
MOST_BLOCKS_FOR_TRAFILATURA = 3_000  # beyond it a page is hostile or an index; trafilatura is not linear
# Share that the line cleaner keeps: of pages without an article .03, of lists and poems above .4.
LEAST_PROSE = 0.25
DEEPEST_FOR_TRAFILATURA = 150  # a real page nests 60 deep; at 400, jusText took 49 s on 4,000 cells
# A score below which a block is surely not the article: where the blocks gave nothing its own have low ones too.
_SURELY_NOT = 0.05
# What these rules say holds of a block alone; the others start from where the article lies, and here none was found.
_SURE_RULES = frozenset({"advertisement", "byline", "duplicate", "title-repeat"})
_DOUBTED = 0.5  # the model's own middle: a score above it speaks against such a rule
_LIST_MARK = re.compile(r"^[-•] +(?=\S)")  # trafilatura's, before each item of a list


@dataclass(frozen=True, slots=True)
class Found:
    """A body and where it was found, as found_by names it."""

    paragraphs: tuple[Paragraph, ...]
    source: str = BLOCKS


def is_short(paragraphs: Sequence[Paragraph]) -> bool:
    """Tell whether other ways of finding a body are to be asked."""
    return _size(paragraphs) < TOO_SHORT_FOR_LIVE


def find_elsewhere(
    document: Document, found: tuple[Paragraph, ...], judged: Judged, is_walled: bool
) -> Found:
    """Return what was found, or a much longer body where next to nothing was found."""
    entries = live_entries(document)
    if _size(entries) > MUCH_MORE * _size(found):
        return Found(entries, "json-ld")
    if _size(found) >= TOO_SHORT:
        return Found(found)
    told = from_text(judged.clues.article_body)
    if _size(told) >= TOO_SHORT:
        return Found(told, "json-ld")
    scripted = scripted_paragraphs(document, judged.clues.title)
    if _size(scripted) >= TOO_SHORT:
        return Found(scripted, "script")
    full_run: tuple[Paragraph, ...] = ()
    # Behind a wall the rest of the page is its offer: the teaser is all that there is.
    if not (is_walled and found) and _may_be_run(document, judged.blocks):
        full_run = _without_sure_drops(_prose_only(_by_trafilatura(document)), judged)
    other = max(Found(told, "json-ld"), Found(full_run, "trafilatura"), key=lambda f: _size(f.paragraphs))
    return other if _size(other.paragraphs) > MUCH_MORE * _size(found) else Found(found)


def _size(paragraphs: Sequence[Paragraph]) -> int:
    return sum(len(paragraph.text) for paragraph in paragraphs)


def _without_sure_drops(text: str, judged: Judged) -> tuple[Paragraph, ...]:
    """Leave out the lines that are blocks which a rule took out or which score next to nothing."""
    verdicts = judged.verdicts
    kept_keys: set[str] = set()
    dropped: set[str] = set()
    for block, score, fate in zip(judged.blocks.items, verdicts.scores, verdicts.fates, strict=True):
        least = math.inf if fate in _SURE_RULES else _SURELY_NOT if fate in MODEL_DROPS else _DOUBTED
        is_sure = fate != KEPT and score < least
        (dropped if is_sure else kept_keys).add(block.key)
    lines = [_item(paragraph) for paragraph in from_text(text)]
    return tuple(p for p in lines if (key := squash(p.text)) in kept_keys or key not in dropped)


def _item(paragraph: Paragraph) -> Paragraph:
    text, marks = _LIST_MARK.subn("", paragraph.text)
    return Paragraph("li", text) if marks else paragraph


def _may_be_run(document: Document, blocks: Blocks) -> bool:
    few = len(blocks.items) <= MOST_BLOCKS_FOR_TRAFILATURA
    return few and not _nests_deeper(document.tree, DEEPEST_FOR_TRAFILATURA)


def _nests_deeper(tree: Any, limit: int) -> bool:
    level = [tree]
    for _ in range(limit):
        level = [child for element in level for child in element]
    return bool(level)


def _prose_only(text: str) -> str:
    """Return the text unless it is a page's menus and boxes: trafilatura gives those where no article is left."""
    kept = sum(len(paragraph.text) for paragraph in clean_lines(text).paragraphs)
    return text if kept >= LEAST_PROSE * len(text) else ""


def _by_trafilatura(document: Document) -> str:
    """Run trafilatura whole, on a copy: it prunes the tree that it is given."""
    found = trafilatura.bare_extraction(
        html_copy(document.tree), url=document.page.url, include_comments=False, with_metadata=False
    )
    return str(getattr(found, "text", None) or "")

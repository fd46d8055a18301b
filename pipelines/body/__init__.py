"""Document -> Body: the article's paragraphs, its pictures, and what was taken out by which rule.

The page is cut into blocks, a small model scores each block, rules that hold on every page follow.
Where that leaves next to nothing, the page's JSON-LD articleBody, its scripts' data or trafilatura's full run steps in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import trafilatura

from pipelines.body.blocks import Blocks
from pipelines.body.clues import Clues
from pipelines.body.judging import Judged, judge_blocks
from pipelines.body.lead import lead_text
from pipelines.body.live import live_entries
from pipelines.body.model import Model, load_model
from pipelines.body.paragraphs import body_link_density, from_text, kept_paragraphs, removals
from pipelines.body.pictures import article_images, lead_picture
from pipelines.body.scripted import scripted_paragraphs
from pipelines.document import Document
from pipelines.flat import clean_lines
from pipelines.markup import html_copy
from pipelines.metadata import Metadata
from pipelines.options import CleanOptions
from pipelines.records import Image, Paragraph, Removed

__all__ = ["Body", "body_of", "extract_body", "extract_with"]

TOO_SHORT = 250  # characters: below it the other ways of finding a body are asked as well
TOO_SHORT_FOR_LIVE = 1_500  # characters: a live blog's entries are then not on the page but in its JSON-LD
MUCH_MORE = 2  # times the text: short articles are short, and the blocks are the better reader
MOST_BLOCKS_FOR_TRAFILATURA = 3_000  # beyond it a page is hostile or an index; trafilatura is not linear
# Share that the line cleaner keeps: of pages without an article .03, of lists and poems above .4.
LEAST_PROSE = 0.25
DEEPEST_FOR_TRAFILATURA = 150  # a real page nests 60 deep; at 400, jusText took 49 s on 4,000 cells


@dataclass(frozen=True, slots=True)
class Body:
    """The article's own text in page order."""

    paragraphs: tuple[Paragraph, ...]
    removed: tuple[Removed, ...] = ()
    images: tuple[Image, ...] = ()  # figures inside the article, with caption and credit
    lead_picture: str | None = None  # address of the first one, where the page's data name none
    lead: str | None = None  # the standfirst, where the page shows one (it is also the first paragraph)
    is_live_blog: bool = False
    link_density: float = 0.0  # share of the kept text's characters that lie inside links
    blocks: Blocks | None = None  # of the whole page, for who asks about its layout


def extract_body(document: Document, metadata: Metadata, options: CleanOptions) -> Body:
    """Find the article's paragraphs. An empty tuple where the page has none."""
    return extract_with(load_model(), document, metadata, options)


def extract_with(model: Model, document: Document, metadata: Metadata, options: CleanOptions) -> Body:
    """Do as extract_body by another model: cross-validation needs one that has not seen the page."""
    return body_of(judge_blocks(model, document, metadata, options), document, metadata)


def body_of(judged: Judged, document: Document, metadata: Metadata) -> Body:
    """Make the body of the blocks that stay, or of another source where next to nothing stays."""
    blocks, clues, kept = judged.blocks, judged.clues, judged.kept()
    images = article_images(blocks, kept, document.base_url)
    picture = None if metadata.image_url else lead_picture(blocks, kept, images, document.base_url)
    return Body(
        _best(document, clues, kept_paragraphs(blocks, kept), blocks),
        removals(blocks, judged.verdicts.fates),
        images=images,
        lead_picture=picture,
        lead=lead_text(blocks, kept, clues.description),
        is_live_blog=judged.is_live,
        link_density=body_link_density(blocks, kept),
        blocks=blocks,
    )


def _best(
    document: Document, clues: Clues, found: tuple[Paragraph, ...], blocks: Blocks
) -> tuple[Paragraph, ...]:
    """Return what was found, or a much longer body where next to nothing was found."""
    if _size(found) < TOO_SHORT_FOR_LIVE:
        entries = live_entries(document)
        if _size(entries) > 2 * _size(found):
            return entries
    if _size(found) >= TOO_SHORT:
        return found
    told = from_text(clues.article_body)
    if _size(told) >= TOO_SHORT:
        return told
    scripted = scripted_paragraphs(document, clues.title)
    if _size(scripted) >= TOO_SHORT:
        return scripted
    if len(blocks.items) > MOST_BLOCKS_FOR_TRAFILATURA or _nests_deeper(
        document.tree, DEEPEST_FOR_TRAFILATURA
    ):
        return found
    other = max((told, from_text(_prose_only(_by_trafilatura(document)))), key=_size)
    return other if _size(other) > MUCH_MORE * _size(found) else found


def _size(paragraphs: Sequence[Paragraph]) -> int:
    return sum(len(paragraph.text) for paragraph in paragraphs)


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

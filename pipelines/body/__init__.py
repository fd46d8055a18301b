"""Document -> Body: the article's paragraphs, its pictures, and what was taken out by which rule.

The page is cut into blocks, a small model scores each block, rules that hold on every page follow.
Where that leaves next to nothing, trafilatura's full run or the page's JSON-LD articleBody steps in.
"""

from __future__ import annotations

from dataclasses import dataclass

import trafilatura

from pipelines.body.blocks import read_blocks
from pipelines.body.clues import read_clues
from pipelines.body.features import features
from pipelines.body.model import Model, load_model
from pipelines.body.paragraphs import body_link_density, from_text, kept_paragraphs, removals
from pipelines.body.rules import choose
from pipelines.document import Document
from pipelines.metadata import Metadata
from pipelines.options import CleanOptions
from pipelines.records import Image, Paragraph, Removed

__all__ = ["Body", "extract_body", "extract_with"]

TOO_SHORT = 200  # characters: below it trafilatura's full run is asked as well


@dataclass(frozen=True, slots=True)
class Body:
    """The article's own text in page order."""

    paragraphs: tuple[Paragraph, ...]
    removed: tuple[Removed, ...] = ()
    images: tuple[Image, ...] = ()  # figures inside the article, with caption and credit
    lead: str | None = None  # the standfirst, where the page shows one (it is also the first paragraph)
    is_live_blog: bool = False
    link_density: float = 0.0  # share of the kept text's characters that lie inside links


def extract_body(document: Document, metadata: Metadata, options: CleanOptions) -> Body:
    """Find the article's paragraphs. An empty tuple where the page has none."""
    return extract_with(load_model(), document, metadata, options)


def extract_with(model: Model, document: Document, metadata: Metadata, options: CleanOptions) -> Body:
    """Do as extract_body by another model: cross-validation needs one that has not seen the page."""
    blocks = read_blocks(document.tree)
    clues = read_clues(document, metadata)
    scores = model.score(features(blocks, clues, model.vocabulary))
    fates = choose(blocks, scores, metadata.title or clues.title, options)
    paragraphs = kept_paragraphs(blocks, fates)
    size = sum(len(paragraph.text) for paragraph in paragraphs)
    if size < TOO_SHORT:
        paragraphs = max(
            (paragraphs, from_text(clues.article_body), from_text(_by_trafilatura(document))),
            key=lambda found: sum(len(paragraph.text) for paragraph in found),
        )
    return Body(paragraphs, removals(blocks, fates), link_density=body_link_density(blocks, fates))


def _by_trafilatura(document: Document) -> str:
    found = trafilatura.bare_extraction(
        document.tree, url=document.page.url, include_comments=False, with_metadata=False
    )
    return str(getattr(found, "text", None) or "")

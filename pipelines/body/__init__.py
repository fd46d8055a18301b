"""Document -> Body: the article's paragraphs, its pictures, and what was taken out by which rule."""

from __future__ import annotations

from dataclasses import dataclass

import trafilatura

from pipelines.document import Document
from pipelines.metadata import Metadata
from pipelines.options import CleanOptions
from pipelines.records import Image, Paragraph, Removed

__all__ = ["Body", "extract_body"]


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
    found = trafilatura.bare_extraction(
        document.tree, url=document.page.url, include_comments=False, with_metadata=False
    )
    text = str(getattr(found, "text", None) or "")
    return Body(tuple(Paragraph("p", line) for line in text.split("\n") if line.strip()))

"""Tells articles from index, tag, gallery and error pages. Pure: Document, Metadata and Body in, verdict out."""

from __future__ import annotations

from pipelines.body import Body
from pipelines.document import Document
from pipelines.metadata import Metadata
from pipelines.options import CleanOptions

__all__ = ["refuse_other_pages"]


def refuse_other_pages(document: Document, metadata: Metadata, body: Body, options: CleanOptions) -> None:
    """Raise NotAnArticle with the reason where the page is no article."""

"""The record that every metadata source fills in part."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pipelines.metadata.times import Moment
from pipelines.records import Image, Rights


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the page, its feed and its sitemap say about the article. Columns as in records.Article."""

    title: str | None = None
    kicker: str | None = None  # the line above the headline, apart from it
    description: str | None = None
    canonical_url: str | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    agency: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image_url: str | None = None
    images: tuple[Image, ...] = ()
    published_at: datetime | None = None
    modified_at: datetime | None = None
    published_raw: str | None = None
    published_precision: str | None = None
    published_offset: int | None = None
    declared_language: str | None = None  # <html lang>, inLanguage, og:locale, feed: ISO 639-1
    access: str | None = None
    is_live_blog: bool | None = None
    # og:type or JSON-LD @type in lower case: article, newsarticle, website, collectionpage ...
    page_type: str | None = None
    article_body: str | None = None  # JSON-LD articleBody, as a feature for the body
    rights: Rights = Rights()
    found_by: Mapping[str, str] = field(default_factory=dict)


def as_dates(published: Moment | None, modified: Moment | None = None) -> Metadata:
    """Return a source's answer about the dates; who knows more adds it."""
    return Metadata(
        published_at=published.at if published else None,
        published_raw=published.raw if published else None,
        published_precision=published.precision if published else None,
        published_offset=published.offset if published else None,
        modified_at=modified.at if modified else None,
    )

"""The record that every metadata source fills in part."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from columnist.pipelines.metadata.dates.parse import Moment
from columnist.pipelines.records.article import Image, Rights


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the page, its feed and its sitemap say about the article. Columns as in records.Article."""

    title: str | None = None
    kicker: str | None = None  # the line above the headline, apart from it
    description: str | None = None
    canonical_url: str | None = None
    publisher: str | None = None
    country: str | None = None
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


PUBLISHED = ("published_at", "published_raw", "published_precision", "published_offset")
_FIELDS = tuple(
    field.name for field in fields(Metadata) if field.name not in ("found_by", "rights", *PUBLISHED)
)


def filled(first: Metadata, second: Metadata, source: str) -> Metadata:
    """Fill what `first` leaves open with what `second` says."""
    new = {name: value for name in _FIELDS if (value := getattr(second, name)) and not getattr(first, name)}
    # The four fields of a date come from one source, unknown ones too; raw words alone yield to a date.
    dated = second.published_at or (second.published_raw and not first.published_raw)
    if first.published_at is None and dated:
        new |= {name: getattr(second, name) for name in PUBLISHED}
    if not new:
        return first
    said = [name for name, value in new.items() if value is not None and name not in PUBLISHED[2:]]
    found_by = {name: by for name, by in first.found_by.items() if name not in new}
    found_by |= {name: second.found_by.get(name, source) for name in said}
    return replace(first, **new, found_by=found_by)

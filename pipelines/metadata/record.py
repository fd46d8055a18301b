"""The record that every metadata source fills in part."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipelines.document.addresses import absolute
from pipelines.metadata.dates.parse import Moment
from pipelines.metadata.sources.values import first_text
from pipelines.records.article import Image, Rights

_MOST = 50  # pictures of one article; a gallery has that many


def json_ld_pictures(
    node: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]], base_url: str
) -> tuple[Image, ...]:
    """Return the pictures of a JSON-LD node, once each."""
    found: dict[str, Image] = {}
    for key in ("image", "thumbnailUrl"):
        for image in _pictures(node.get(key), known, base_url):
            found.setdefault(image.url, image)
        if found:
            break
    return tuple(found.values())[:_MOST]


def _pictures(value: object, known: Mapping[str, Mapping[str, Any]], base_url: str) -> Iterator[Image]:
    if isinstance(value, list):
        for each in value[: _MOST * 2]:
            if not isinstance(each, list):
                yield from _pictures(each, known, base_url)
    elif isinstance(value, dict):
        node = known.get(str(value.get("@id")), value) if "url" not in value else value
        address = first_text(node.get("url")) or first_text(node.get("contentUrl"))
        if address and (url := absolute(address, base_url)):
            caption = first_text(node.get("caption")) or first_text(node.get("description"))
            credit = first_text(node.get("creditText")) or first_text(node.get("author"))
            yield Image(url, caption, credit or first_text(node.get("copyrightHolder")))
    elif isinstance(value, str) and (url := absolute(value, base_url)):
        yield Image(url)


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

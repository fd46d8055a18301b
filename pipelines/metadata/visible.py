"""What the page shows: bylines and dates near the headline, microdata, <time>."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from lxml import etree

from pipelines.document import Document
from pipelines.metadata.record import Metadata
from pipelines.metadata.times import Moment, read_time
from pipelines.metadata.values import element_text, to_text

__all__ = ["byline_texts", "read_microdata", "read_time_tags", "read_url_date", "read_visible_date"]

_URL_DATE = re.compile(r"/((?:19|20)\d{2})[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/\-_.]|$|\D)")
_DATE_CLASS = re.compile(
    r"(?:^|[-_ ]|\b)(?:date|datum|fecha|data|time|published|publish|pubdate|posted|timestamp|veroeffentlicht|meta-date|zeit|hora)",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"comment|related|sidebar|footer|teaser|promo|recommend|popular|most-|widget|disqus|newsletter|card|latest|more-",
    re.IGNORECASE,
)
_NEAR = 60  # texts after the headline among which its date and byline stand


@cache
def _bylines() -> Any:
    marks = " or ".join(
        f"contains(@class, '{word}')"
        for word in (
            "author",
            "Author",
            "byline",
            "Byline",
            "by-line",
            "autor",
            "Autor",
            "auteur",
            "writer",
            "redakt",
            "journalist",
            "firma",
            "contributor",
        )
    )
    return etree.XPath(
        f"//*[@rel='author' or @itemprop='author' or @itemprop='creator' or @data-testid='byline' or {marks}]"
    )


@cache
def _dated() -> Any:
    return etree.XPath(
        "//*[@itemprop='datePublished' or @itemprop='dateCreated' or @itemprop='dateModified' or @itemprop='datepublished']"
    )


@cache
def _after_heading() -> Any:
    return etree.XPath("(following::text()[normalize-space()])[position() <= 60]")


def byline_texts(document: Document) -> Iterator[tuple[str, str]]:
    """Yield (source, words) of what may name the author, the most reliable first."""
    found = [e for e in _bylines()(document.tree) if not _aside(e)][:60]
    for element in found:
        if element.get("itemprop") in ("author", "creator"):
            name = next(iter(element.xpath(".//*[@itemprop='name']")), element)
            yield "microdata", name.get("content") or element_text(name)
    for element in found:
        if element.get("rel") == "author":
            yield "rel-author", element_text(element)
    for element in found:
        words = element_text(element)
        if words and len(words) < 200:
            yield "byline", words
    for heading in document.by_tag.get("h1", ())[:1]:
        for words in _after_heading()(heading)[:30]:
            text = words.strip()
            if (
                re.match(r"(?i)(?:by|von|par|por|door|av|af|di|autor|автор|text)\b[:\s]", text)
                and len(text) < 80
            ):
                yield "visible", text


def _aside(element: Any) -> bool:
    """Say whether the element lies in comments, a list of other articles, a footer."""
    for ancestor in (element, *element.iterancestors()):
        if ancestor.tag in ("footer", "aside", "nav", "body", "html"):
            return ancestor.tag not in ("body", "html")
        if _ASIDE.search(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"):
            return True
    return False


def _as_metadata(published: Moment | None, modified: Moment | None = None) -> Metadata:
    return Metadata(
        published_at=published.at if published else None,
        published_raw=published.raw if published else None,
        published_precision=published.precision if published else None,
        published_offset=published.offset if published else None,
        modified_at=modified.at if modified else None,
    )


def read_microdata(document: Document) -> Metadata:
    """Read itemprop dates."""
    if b"itemprop" not in document.utf8:
        return Metadata()
    moments: dict[str, Moment] = {}
    for element in _dated()(document.tree):
        raw = element.get("content") or element.get("datetime") or element_text(element)
        moment = read_time(raw, document.page.fetched_at) if raw else None
        if moment and moment.at:
            moments.setdefault(element.get("itemprop").lower(), moment)
    published = moments.get("datepublished") or moments.get("datecreated")
    return _as_metadata(published, moments.get("datemodified"))


def read_time_tags(document: Document) -> Metadata:
    """Read the <time> that stands nearest after the headline, outside of lists and asides."""
    best: Moment | None = None
    for element in _times_in_order(document):
        raw = element.get("datetime") or element.get("content") or element_text(element)
        moment = read_time(raw, document.page.fetched_at, _month_first(document)) if raw else None
        if moment and moment.at and not _aside(element):
            if "pubdate" in element.attrib or "publish" in (element.get("class") or "").lower():
                return _as_metadata(moment)
            best = best or moment
    return _as_metadata(best)


def _times_in_order(document: Document) -> list[Any]:
    """Return the <time> elements that follow the first h1, then those before it."""
    times = document.by_tag.get("time", ())
    if not times:
        return []
    after: list[Any] = []
    before: list[Any] = []
    seen = False
    for element in document.tree.iter("h1", "time"):
        if element.tag == "h1":
            seen = True
        else:
            (after if seen else before).append(element)
    return [*after[:20], *before[:10]]


def _month_first(document: Document) -> bool:
    """Say whether 3/4/2024 is the 4th of March here: in the United States and the Philippines."""
    tag = (document.tree.get("lang") or "").lower().replace("_", "-")
    return tag in ("en-us", "en", "en-ph", "")


def read_url_date(document: Document) -> Metadata:
    """Read the day that the address names."""
    match = _URL_DATE.search(document.page.url)
    if match is None:
        return Metadata()
    moment = read_time("-".join(match.groups()), document.page.fetched_at)
    return _as_metadata(moment if moment and moment.at else None)


def read_visible_date(document: Document) -> Metadata:
    """Read a date shown near the headline or in an element named for it."""
    month_first = _month_first(document)
    for heading in document.by_tag.get("h1", ())[:2]:
        for words in _after_heading()(heading):
            text = to_text(words)
            if text and 6 <= len(text) <= 80:
                moment = read_time(text, document.page.fetched_at, month_first)
                if moment and moment.at:
                    return _as_metadata(moment)
    return Metadata()

"""Dates that the page shows or hides outside of its head: microdata, <time>, scripts, the address, datelines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

from htmldate import find_date
from lxml import etree

from pipelines.document import Document
from pipelines.markup import html_copy
from pipelines.metadata.nearby import texts_after, texts_before
from pipelines.metadata.record import Metadata
from pipelines.metadata.times import Moment, read_shown_time, read_time
from pipelines.metadata.values import element_text, to_text

__all__ = [
    "is_aside",
    "read_microdata",
    "read_scripts",
    "read_time_tags",
    "read_url_date",
    "read_visible_date",
]

_URL_DATE = re.compile(r"/((?:19|20)\d{2})[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/\-_.]|$|\D)")
_ASIDE = re.compile(
    r"comment|related|sidebar|(?<!post-)(?<!entry-)(?<!article-)footer|teaser|promo|recommend|popular|most-|widget|disqus|newsletter|(?<!v)card|latest|more-",
    re.IGNORECASE,
)
# Keys of a page's own data in scripts (datePublished, publishedAt, first_publish_date, publicationDate), quotes
# escaped once, twice or as entities. The pattern begins with letters that the search can jump to.
_IN_SCRIPT = re.compile(
    rb"ubli(?:sh|cation)(?:ed)?_?(?:[aA]t|[oO]n|[dD]ate|[tT]ime)?"
    rb'(?:\\*"|&quot;|\')?\s*:\s*(?:\\*"|&quot;|\')([0-9]{4}-[0-9]{2}-[0-9]{2}[0-9T:.+Z \-]{0,20})'
)
_ISO_YEAR = re.compile(r"\d{4}|\d{8,}")
_TIMES = 10  # <time> elements compared with the date found
_NEAR = 40  # texts after and before the headline among which its dateline stands
_FIRST = 300  # texts of a page without a headline that are looked at
_SHORT, _LONG = 6, 90  # characters of a dateline


@cache
def _dated() -> Any:
    return etree.XPath(
        "//*[@itemprop='datePublished' or @itemprop='dateCreated' or @itemprop='dateModified']"
    )


@cache
def _date_classes() -> Any:
    marks = " or ".join(
        f"contains(@class, '{word}')" for word in ("date", "Date", "publish", "posted", "time")
    )
    return etree.XPath(f"//*[{marks}]")


def is_aside(element: Any) -> bool:
    """Say whether the element lies in comments, a list of other articles, a footer of the page."""
    in_footer = False
    for ancestor in (element, *element.iterancestors()):
        if ancestor.tag in ("body", "html", "article", "main"):
            return in_footer and ancestor.tag in ("body", "html")
        if ancestor.tag in ("aside", "nav"):
            return True
        # An article's own footer holds its byline and date; the class tells it from the page's.
        in_footer = in_footer or ancestor.tag == "footer"
        marks = f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"
        if _ASIDE.search(marks):
            return True
        if "hentry" in marks or "h-entry" in marks:  # microformats' article
            return False
    return in_footer


def month_first(document: Document) -> bool:
    """Say whether 3/4/2024 is the 4th of March here: in the United States and the Philippines."""
    tag = (document.tree.get("lang") or "").lower().replace("_", "-")
    return tag in ("en-us", "en", "en-ph", "")


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
    if b"temprop" not in document.utf8 and b"temProp" not in document.utf8:
        return Metadata()
    moments: dict[str, Moment] = {}
    for element in _dated()(document.tree):
        raw = (
            element.get("content") or element.get("datetime") or element.get("title") or element_text(element)
        )
        moment = read_time(raw, document.page.fetched_at, month_first(document)) if raw else None
        if moment and moment.at:
            moments.setdefault(element.get("itemprop"), moment)
    published = moments.get("datePublished") or moments.get("dateCreated")
    return _as_metadata(published, moments.get("dateModified"))


def read_time_tags(document: Document) -> Metadata:
    """Read the <time> that stands nearest after the headline, rather outside of lists and asides."""
    best: Moment | None = None
    aside: Moment | None = None
    for element in _times_in_order(document):
        moment = _read_tag(element, document)
        if moment is None or moment.at is None:
            continue
        if is_aside(element):
            aside = aside or moment
        elif "pubdate" in element.attrib or "publish" in (element.get("class") or "").lower():
            return _as_metadata(moment)
        else:
            best = best or moment
    return _as_metadata(best or aside)


def _read_tag(element: Any, document: Document) -> Moment | None:
    """Read a <time>: its attribute if a program wrote it as ISO, else its words, which tell month from day."""
    written = element.get("datetime") or element.get("content") or ""
    raw = written if _ISO_YEAR.match(written) else element_text(element) or written
    return read_time(raw, document.page.fetched_at, month_first(document)) if raw else None


def local_offset(document: Document, at: datetime) -> int | None:
    """Return the offset that a <time> of the same instant gives: feeds of JSON-LD often write UTC."""
    for element in document.by_tag.get("time", ())[:_TIMES]:
        moment = read_time(element.get("datetime") or "", document.page.fetched_at)
        if moment and moment.at == at and moment.offset:
            return moment.offset
    return None


def read_full_text(document: Document) -> Metadata:
    """Ask htmldate about pages that say they are articles; on others it finds dates of anything."""
    kind = (document.meta.get("og:type") or ("",))[0].lower()
    if not document.about and kind != "article":
        return Metadata()
    found = find_date(
        html_copy(document.tree),
        original_date=True,
        extensive_search=False,  # of 23 dates that the full-text search found, 8 were right
        max_date=document.page.fetched_at.date().isoformat(),
        deferred_url_extractor=True,
    )
    moment = read_time(found, document.page.fetched_at) if found else None
    return _as_metadata(moment if moment and moment.at else None)


def _times_in_order(document: Document) -> list[Any]:
    """Return the <time> elements that follow the first h1, then those before it."""
    if not document.by_tag.get("time"):
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


def read_scripts(document: Document) -> Metadata:
    """Read the date of publication that the page's own data name in a script."""
    for match in _IN_SCRIPT.finditer(document.utf8):
        moment = read_time(match.group(1).decode().strip(), document.page.fetched_at)
        if moment and moment.at:
            return _as_metadata(moment)
    return Metadata()


def read_url_date(document: Document) -> Metadata:
    """Read the day that the address names."""
    match = _URL_DATE.search(document.page.url)
    if match is None:
        return Metadata()
    moment = read_time("-".join(match.groups()), document.page.fetched_at)
    return _as_metadata(moment if moment and moment.at else None)


def read_visible_date(document: Document) -> Metadata:
    """Read a dateline: near the headline, or in an element named for it."""
    order = month_first(document)
    for words in _shown(document):
        text = to_text(words) if len(words) < 4 * _LONG else None
        if text and _SHORT <= len(text) <= _LONG:
            moment = read_shown_time(text, document.page.fetched_at, order)
            if moment:
                return _as_metadata(moment)
    return Metadata()


def _shown(document: Document) -> Iterator[str]:
    headings = document.headings
    for heading in headings[:2]:
        yield from texts_after(heading, _NEAR)
    dated = [element for element in _date_classes()(document.tree)[:80] if not is_aside(element)]
    for element in dated[:20]:
        yield element_text(element)
    for heading in headings[:1]:
        yield from texts_before(heading, _NEAR)
    if not headings:
        body = document.tree.find("body")
        yield from islice(body.itertext(), _FIRST) if body is not None else ()

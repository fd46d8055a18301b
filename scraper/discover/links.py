"""The links of a page: to articles, sections, further pages, feeds; with a guess of what each is worth."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from columnist.pipelines.document.addresses import absolute, normal_address
from columnist.pipelines.document.read import Document
from columnist.pipelines.records.article import Hint
from columnist.scraper.discover.pagination import first_part_of, next_part_of
from columnist.scraper.discover.records import MAX_URL, FoundLink, Links, recency
from columnist.scraper.discover.site_scope import in_scope
from columnist.scraper.discover.url_kinds import (
    article_points,
    dated_by_path,
    guess_kind,
    is_comment_feed,
    is_worthless,
    page_number,
)

MAX_LINKS = 5000  # front pages hold 200 to 800 links; more is a link farm or a trap
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml",
               "application/json", "text/xml", "application/xml")  # fmt: skip
_REFRESH = re.compile(r"\s*(\d{1,5})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'>\s]+)", re.I)
_SCRIPT_ATTRIBUTES = ("data-href", "data-url", "data-link")  # of teasers that a script makes links
_SCRIPTED = etree.XPath(
    "//*[not(self::a or self::area or self::link)][@data-href or @data-url or @data-link or contains(@onclick, 'location') or contains(@onclick, 'open(')]"
)
_OPENED = re.compile(
    r"(?:location(?:\.href)?\s*=|(?:location\.(?:assign|replace)|window\.open)\s*\()\s*[\"']([^\"'<>\s]{1,2083})"
)
_SPACE = re.compile(r"\s+")
_NO_WAY = frozenset({"nofollow", "attachment"})  # of rel: not to be followed, or to a picture's own page
_ARTICLE_PRIORITY, _INDEX_PRIORITY, _PAGE_PRIORITY, _FEED_PRIORITY = 60, 55, 20, 95


def find_links(document: Document, sites: Iterable[str], now: float, *, follow: bool = True) -> Links:
    """Find the links of a page that stay on the given sites; none where the page asks not to follow.

    Where nobody is to follow them, only what belongs to the article itself is looked for: its further parts.
    """
    scope = frozenset(sites)
    directives = _directives(document)
    first = first_part_of(document)
    next_page = None if first else next_part_of(document, document.page.url, 1)
    shared = {
        "feeds": tuple(_feeds(document, scope)),
        "next_page": next_page if next_page and in_scope(next_page, scope) else None,
        "first_part": first if first and in_scope(first, scope) else None,
        "refresh": _refresh(document, scope),
    }
    if directives & {"nofollow", "none"}:
        return Links(nofollow=True, **shared)  # type: ignore[arg-type]
    if not follow:
        return Links(**shared)  # type: ignore[arg-type]
    found: dict[str, FoundLink] = {}
    here = normal_address(document.page.url)
    for url, anchor, rel in _anchors(document):
        if not in_scope(url, scope) or is_worthless(url) or (key := normal_address(url)) == here:
            continue
        link = _link(url, anchor, "next" in rel, now)
        if key not in found or found[key].priority < link.priority:
            found[key] = link
    return Links(tuple(found.values()), **shared)  # type: ignore[arg-type]


def _directives(document: Document) -> frozenset[str]:
    said = document.meta.get("robots", ()) or tuple(
        m.get("content") or ""
        for m in document.tree.iter("meta")
        if (m.get("name") or "").lower() == "robots"
    )
    return frozenset(word.strip().lower() for words in said for word in words.split(","))


def _anchors(document: Document) -> Iterator[tuple[str, str, str]]:
    """Yield (absolute address without fragment, words, rel) of the page's links, at most MAX_LINKS."""
    count, here = 0, urlsplit(document.page.url).path.rstrip("/") + "/"
    for element in (*document.tree.iter("a", "area", "link"), *_SCRIPTED(document.tree)):
        rel = (element.get("rel") or "").lower()
        href = _address_of(element)
        if (
            not href
            or (element.tag == "link" and rel not in ("next", "prev"))
            or not _NO_WAY.isdisjoint(rel.split())
        ):
            continue
        url = absolute(href, document.base_url)
        if url is None or len(url) > MAX_URL or _is_picture_page(element, url, here):
            continue
        # What scripts open may be a player's data or a share button: only what looks like an article counts.
        if element.get("href") != href and guess_kind(url, _words(element)) != "article":
            continue
        count += 1
        if count > MAX_LINKS:
            return
        yield url.partition("#")[0], _words(element), rel


def _is_picture_page(element: Any, url: str, here: str) -> bool:
    """Say whether a picture leads to a page of its own below `here`: WordPress makes one for each upload."""
    return (
        here != "/"
        and here in url
        and urlsplit(url).path.startswith(here)
        and element.find(".//img") is not None
        and not "".join(element.itertext()).strip()
    )


def _address_of(element: Any) -> str | None:
    """Return where an element leads: by its link, or by what a script reads when it is clicked."""
    href: str | None = element.get("href")
    if href and not href.startswith(("#", "javascript:")):
        return href
    for name in _SCRIPT_ATTRIBUTES:
        if named := element.get(name):
            return str(named)
    opened = _OPENED.search(element.get("onclick") or "")
    return opened.group(1) if opened else href


def _words(element: Any) -> str:
    words = _SPACE.sub(" ", "".join(element.itertext())[:500]).strip()
    return words or _SPACE.sub(" ", element.get("title") or element.get("aria-label") or "").strip()


def _link(url: str, anchor: str, is_next: bool, now: float) -> FoundLink:
    kind = "index" if is_next else guess_kind(url, anchor)
    number = page_number(url)
    if kind == "index":
        # Later pages of a listing come after all else that is new: page 9 is last month.
        priority = _INDEX_PRIORITY - min(number - 1, 40)
        return FoundLink(url, "index", "section", priority, deeper=number <= 1 and not is_next)
    changed_at = dated_by_path(url)
    if kind == "page":
        return FoundLink(url, "page", "link", _PAGE_PRIORITY, changed_at)
    priority = _ARTICLE_PRIORITY + min(article_points(url, anchor), 8) + recency(changed_at, now) // 2
    return FoundLink(url, "article", "link", priority, changed_at, Hint("link", title=anchor or None))


def _feeds(document: Document, scope: frozenset[str]) -> Iterator[FoundLink]:
    for element in document.tree.iter("link"):
        rel = (element.get("rel") or "").lower().split()
        kind = (element.get("type") or "").lower().partition(";")[0].strip()
        href = element.get("href")
        if "alternate" not in rel or element.get("hreflang") or kind not in _FEED_TYPES or not href:
            continue
        url = absolute(href, document.base_url)
        # WordPress names /wp-json/ with the type of a JSON Feed, and a feed of comments on each page.
        if url is None or not in_scope(url, scope) or "/wp-json" in url or is_comment_feed(url):
            continue
        yield FoundLink(url.partition("#")[0], "feed", "link", _FEED_PRIORITY, deeper=False)


def _refresh(document: Document, scope: frozenset[str]) -> str | None:
    for element in document.tree.iter("meta"):
        if (element.get("http-equiv") or "").lower() != "refresh":
            continue
        found = _REFRESH.match(element.get("content") or "")
        # More than ten seconds is a page that reloads its news, not one that sends the reader on.
        if not found or int(found.group(1)) > 10:
            continue
        url = absolute(found.group(2), document.base_url)
        if url and in_scope(url, scope) and normal_address(url) != normal_address(document.page.url):
            return url.partition("#")[0]
    return None

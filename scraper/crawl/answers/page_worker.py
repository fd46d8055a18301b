"""In the worker: the bytes of an answer as they came, unpacked, compared with the last ones, read as what they are.

Even Content-Encoding is undone here: in the event loop's process nothing looks into a body. What looks is imported in the
functions that do: that process imports this module too, to name them, and would load lxml's trees, feeds and cleaning
for nothing; its workers are born with them (`_PRELOAD` in run.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from columnist.pipelines.batch.cleaned import REFUSALS, Cleaned, pack
from columnist.pipelines.dataset.archive.records import Kept, keep_page
from columnist.pipelines.document.content_encoding import Problem, UnpackError, layers_of, unpack
from columnist.pipelines.document.reject import reject
from columnist.pipelines.records.article import Article, NotAnArticle, Page, Reject
from columnist.pipelines.records.options import CleanOptions
from columnist.pipelines.sites.rights import may_keep
from columnist.scraper.discover.records import Links, Listing

if TYPE_CHECKING:
    from columnist.pipelines.document.read import Document

_LIKE_LISTS = frozenset({"too-short", "no-text", "gallery"})  # what a section of few teasers looks like
_SHORT = frozenset({"too-short", "no-text"})  # what the last part of an article can look like by itself


@dataclass(frozen=True, slots=True)
class Ask:
    """What to get out of a page."""

    sites: tuple[str, ...]  # scopes that links may lead to; none: no link is followed
    now: float
    follow: bool = True  # False for a list's pages: of their links, the article's further parts alone
    clean: bool = True  # False for front pages: links only
    expected: bool = True  # whether who named it, or its address, says that it is an article
    is_list: bool = False  # whether its place on the site says that it is a section or the like
    options: CleanOptions = CleanOptions()
    asked: Mapping[str, str] | None = (
        None  # the request's headers, for the archive; None: nothing is kept raw
    )


@dataclass(frozen=True, slots=True)
class Harvest:
    """What one page gave."""

    cleaned: Cleaned | None  # None: a page that was read for its links, no article and none expected
    links: Links = Links()
    reason: str | None = None  # why it is no article
    published_at: datetime | None = None
    may_keep: bool = False  # whether the page gave a row and does not ask not to be kept raw
    raw: Kept | None = None  # for the archive


def harvest(page: Page, ask: Ask) -> Harvest:
    """Read a page: the article or reject as a row, and the links."""
    from columnist.pipelines.document.read import read_document
    from columnist.scraper.discover.links import find_links

    try:
        document = read_document(page)
    except NotAnArticle as verdict:
        return Harvest(rejected(page, verdict), reason=verdict.reason, may_keep=may_keep(page.rights))
    links = find_links(document, ask.sites, ask.now, follow=ask.follow) if ask.sites else Links()
    if not ask.clean:
        return Harvest(None, links, "index-page")
    record = _cleaned(document, ask.options)
    if isinstance(record, Reject):
        row = None if _is_no_surprise(record, ask) else pack(record)
        stays = row is not None and record.reason != "opted-out" and _may_keep(document)
        return Harvest(row, links, record.reason, may_keep=stays)
    if begins := links.first_part or (page.url if links.next_page else None):
        links = _without_parts(links, begins)
    stays = may_keep(record.rights)
    cleaned = _packed(page, record, not ask.options.keep_site_lines)
    return Harvest(cleaned, links, published_at=record.published_at, may_keep=stays)


def _is_no_surprise(record: Reject, ask: Ask) -> bool:
    """Say whether nobody took the page for an article: read for its links, counted, no row of rejects."""
    if ask.expected:
        return False
    return record.reason == "index-page" or (ask.is_list and record.reason in _LIKE_LISTS)


def rejected(page: Page, verdict: NotAnArticle) -> Cleaned:
    """Return the row of a page that is no article."""
    return pack(reject(page, verdict))


def _cleaned(document: Document, options: CleanOptions) -> Article | Reject:
    from columnist.pipelines.clean import clean_document

    try:
        return clean_document(document, options)
    except NotAnArticle as verdict:
        return reject(document.page, verdict)


def _packed(page: Page, article: Article, remembered: bool) -> Cleaned:
    try:
        return pack(article, remembered)
    except REFUSALS as error:
        words = f"the row cannot be written: {type(error).__name__}: {error}"
        return rejected(page, NotAnArticle("crashed", words[:500]))


def _may_keep(document: Document) -> bool:
    from columnist.pipelines.metadata.access import read_page_rights

    return may_keep(read_page_rights(document))


def _without_parts(links: Links, first: str) -> Links:
    """Leave out the links to the article's own further parts: they are no articles of their own."""
    from columnist.scraper.discover.pagination import part_number

    return replace(links, found=tuple(f for f in links.found if part_number(first, f.url) is None))


def next_part(page: Page, first: str, number: int) -> str | None:
    """Return the part after `number` of the article that begins at `first`, as this part names it."""
    from columnist.pipelines.document.read import read_document
    from columnist.scraper.discover.pagination import next_part_of

    try:
        return next_part_of(read_document(page), first, number)
    except NotAnArticle:
        return None


_ENCODING = "content-encoding"
_DIGEST = 32  # hex digits of SHA-256 that are kept: 128 bits


@dataclass(frozen=True, slots=True)
class Wanted:
    """How to take an answer."""

    limit: int  # bytes of a body after decompression
    known: str | None = None  # the digest of the last good answer: the same again is not read
    kind: Literal["page", "listing", "either"] = "page"


@dataclass(frozen=True, slots=True)
class BodyRefused:
    """A body that cannot be had, as a value: it goes from process to process."""

    problem: Problem
    detail: str


@dataclass(frozen=True, slots=True)
class PageReading:
    """What an answer gave."""

    digest: str  # of the unpacked body, hex
    given: Harvest | Listing | None  # None: the same as last time


def read_answer(
    page: Page, ask: Ask, wanted: Wanted, parts: tuple[Page, ...] = ()
) -> PageReading | BodyRefused:
    """Read an answer: a page with the further parts of its article, or a feed or sitemap."""
    whole = opened(page, wanted.limit)
    if isinstance(whole, BodyRefused):
        return whole
    body = whole.html or b""
    digest = hashlib.sha256(body).hexdigest()[:_DIGEST]
    if digest == wanted.known:
        return PageReading(digest, None)
    if wanted.kind == "listing" or _is_listing(body):
        from columnist.scraper.discover.discover import read_listing

        listing = read_listing(body, page.url, page.fetched_at.timestamp())
        # A feed is one, however it was found and whatever type the server gives it.
        if wanted.kind != "page" or listing.kind == "feed":
            return PageReading(digest, listing)
    more = (opened(part, wanted.limit) for part in parts)
    opened_parts = tuple(part for part in more if isinstance(part, Page))
    given = harvest(replace(whole, more=tuple(part.html or b"" for part in opened_parts)), ask)
    if ask.asked is not None and given.may_keep and all(map(_may_keep_part, opened_parts)):
        given = replace(given, raw=keep_page(page, ask.asked, parts))
    return PageReading(digest, given)


def _may_keep_part(part: Page) -> bool:
    from columnist.pipelines.document.read import read_document

    try:
        return _may_keep(read_document(part))
    except NotAnArticle:
        return False


@dataclass(frozen=True, slots=True)
class PartReading:
    """Whether a page is a further part of an article, and where the next one is."""

    belongs: bool
    next_page: str | None = None


def read_part(first: Page, part: Page, number: int, limit: int) -> PartReading:
    """Read what the article that begins at `first` calls its part of that number.

    A list, an error page or the like is none, nor is the same text once more with other comments below.
    """
    from columnist.scraper.discover.pagination import counts_itself

    whole, beginning = opened(part, limit), opened(first, limit)
    if isinstance(whole, BodyRefused) or isinstance(beginning, BodyRefused):
        return PartReading(belongs=False)
    record = _read_alone(replace(whole, hints=(), layout=first.layout))
    if isinstance(record, Reject) and record.reason not in _SHORT:
        return PartReading(belongs=False)
    start = _read_alone(beginning)
    if isinstance(record, Article) and isinstance(start, Article):
        others = counts_itself(first.url) and not _same_headline(record.title, start.title)
        if others or _repeats(record, start):
            return PartReading(belongs=False)
    return PartReading(True, next_part(whole, first.url, number))


def _read_alone(page: Page) -> Article | Reject:
    from columnist.pipelines.clean import clean

    return clean(page, CleanOptions())


def _same_headline(one: str | None, other: str | None) -> bool:
    """Say whether two headlines share most of their words: "Part 2" and the like may be added."""
    words, others = (set((title or "").lower().split()) for title in (one, other))
    return 2 * len(words & others) > min(len(words), len(others))


def _repeats(part: Article, start: Article) -> bool:
    """Say whether most of a page's text is that of the article's beginning: parts share a summary at most."""
    known = {paragraph.text for paragraph in start.paragraphs}
    again = sum(len(paragraph.text) for paragraph in part.paragraphs if paragraph.text in known)
    return 2 * again > sum(len(paragraph.text) for paragraph in part.paragraphs)


def opened(page: Page, limit: int) -> Page | BodyRefused:
    """Return the page with its body unpacked; what nobody here can unpack stays named in the header."""
    layers = layers_of([page.headers.get(_ENCODING, "")])
    if not layers:
        return page
    try:
        body, left = unpack(page.html or b"", layers, limit)
    except UnpackError as error:
        return BodyRefused(error.problem, str(error))
    headers = {name: value for name, value in page.headers.items() if name != _ENCODING}
    if left:
        headers[_ENCODING] = ", ".join(left)
    return replace(page, html=body, headers=headers)


def small_file(body: bytes, layers: list[str], limit: int, most: int) -> bytes | BodyRefused:
    """Return the first `most` bytes of an unpacked robots.txt or the like."""
    try:
        return unpack(body, layers, limit)[0][:most]
    except UnpackError as error:
        return BodyRefused(error.problem, str(error))


def _is_listing(body: bytes) -> bool:
    """Say whether a seed that the user named is a feed or a sitemap, by its first bytes."""
    head = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf:", b"<urlset", b"<sitemapindex")):
        return b"<html" not in head
    return head.startswith(b"\x1f\x8b") or (head.startswith(b"{") and b"jsonfeed.org" in head)

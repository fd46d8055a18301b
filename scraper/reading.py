"""In the worker: the bytes of an answer as they came, unpacked, compared with the last ones, read as what they are.

Even Content-Encoding is undone here: in the event loop's process nothing looks into a body.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import Literal

from pipelines.records import Page
from pipelines.unpack import Problem, UnpackError, layers_of, unpack
from scraper.discover import Listing, read_listing
from scraper.harvest import Ask, Harvest, harvest, next_part

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
class Reading:
    """What an answer gave."""

    digest: str  # of the unpacked body, hex
    given: Harvest | Listing | None  # None: the same as last time


def read_answer(page: Page, ask: Ask, wanted: Wanted, parts: tuple[Page, ...] = ()) -> Reading | BodyRefused:
    """Read an answer: a page with the further parts of its article, or a feed or sitemap."""
    whole = opened(page, wanted.limit)
    if isinstance(whole, BodyRefused):
        return whole
    body = whole.html or b""
    digest = hashlib.sha256(body).hexdigest()[:_DIGEST]
    if digest == wanted.known:
        return Reading(digest, None)
    if wanted.kind == "listing" or (wanted.kind == "either" and _is_listing(body)):
        return Reading(digest, read_listing(body, page.url, page.fetched_at.timestamp()))
    more = (opened(part, wanted.limit) for part in parts)
    bodies = tuple(part.html or b"" for part in more if isinstance(part, Page))
    return Reading(digest, harvest(replace(whole, more=bodies), ask))


def part_after(part: Page, first: str, number: int, limit: int) -> str | BodyRefused | None:
    """Return the part after this one, which has that number, of the article that begins at `first`."""
    whole = opened(part, limit)
    return whole if isinstance(whole, BodyRefused) else next_part(whole, first, number)


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

"""What goes into the frontier and what comes out of it."""

from dataclasses import dataclass
from datetime import datetime

from columnist.pipelines.records.article import Hint

LISTED = 1_000  # priority of addresses that a person listed one by one: above all that a crawl gives (100)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that a page, feed, sitemap or person named."""

    url: str
    site: str
    via: str = "link"  # seed, feed, news-sitemap, sitemap, section, link, url-list: goes to discovered_via
    kind: str = "page"  # page, or what is asked again each run: front, section, feed, sitemap
    depth: int = 0
    priority: int = 0  # higher is fetched first; within one, the newest first
    newest: datetime | None = None  # what the finder says of its date
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True)
class Lease:
    """An address handed out to be fetched: by this run alone, until it is answered for."""

    key: bytes
    url: str
    site: str
    kind: str
    via: str | None
    depth: int
    attempts: int  # fetches since the last good answer, this one included
    hints: tuple[Hint, ...] = ()
    etag: str | None = None  # validators of the last good answer, for If-None-Match and If-Modified-Since
    modified: str | None = None
    content: str | None = None  # the caller's hash of the last good answer, hex
    visited: datetime | None = None  # None: never fetched before
    born: datetime | None = None  # its publication as last told, or the first visit: its age counts from here
    found: datetime | None = None  # when it was made known


@dataclass(frozen=True, slots=True)
class VisitResult:
    """How a fetch went well: an article, a reject, a feed, or "not modified"."""

    status: int | None = None  # 304 keeps the validators and hash that are stored
    etag: str | None = None
    modified: str | None = None
    content: str | None = None
    published: datetime | None = None  # decides when to look again; None: as last told
    reason: str | None = None  # a reject's reason
    also: tuple[str, ...] = ()  # the addresses it was redirected to: known from now on
    parts: tuple[str, ...] = ()  # the addresses of the article's further parts: never pages of their own
    kind: str | None = None  # what it turned out to be, where that is something else
    moved_to: str | None = None  # where it leads for good: asked for in its place from now on
    same_as: bytes | None = None  # the key of the address that shows the same
    incomplete: bool = False  # a part could not be had: worth a look soon


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an address is in its life."""

    state: str  # one of URL_STATES
    reason: str | None  # why its last answer gave no article
    next_visit: datetime | None  # when it is asked again


MAPPED = "mapped"  # the reason of a section that names what the sitemap names: looked at once a day
MOVED = "moved"  # the reason of an address that leads to another one for good
PART = "article-part"  # the reason of an address whose text stands in the article of another one

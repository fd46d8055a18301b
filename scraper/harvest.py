"""In the worker: one page, parsed once, into its row for the outbox and the links that it leads to."""

from dataclasses import dataclass, replace
from datetime import datetime

from pipelines.batches import Cleaned, pack
from pipelines.clean import clean_document, reject
from pipelines.document import Document, read_document
from pipelines.options import CleanOptions
from pipelines.records import Article, NotAnArticle, Page, Reject
from scraper.discover import Links, find_links
from scraper.discover.pager import next_part_of, part_number

_LIKE_LISTS = frozenset({"too-short", "no-text", "gallery"})  # what a section of few teasers looks like
# Arrow raises these for a value that a column cannot hold.
_REFUSALS = (ValueError, TypeError, OverflowError)


@dataclass(frozen=True, slots=True)
class Ask:
    """What to get out of a page."""

    sites: tuple[str, ...]  # scopes that links may lead to; none: no link is followed
    now: float
    clean: bool = True  # False for front pages: links only
    expected: bool = True  # whether who named it, or its address, says that it is an article
    is_list: bool = False  # whether its place on the site says that it is a section or the like
    options: CleanOptions = CleanOptions()


@dataclass(frozen=True, slots=True)
class Harvest:
    """What one page gave."""

    cleaned: Cleaned | None  # None: a page that was read for its links, no article and none expected
    links: Links = Links()
    reason: str | None = None  # why it is no article
    published_at: datetime | None = None


def harvest(page: Page, ask: Ask) -> Harvest:
    """Read a page: the article or reject as a row, and the links."""
    try:
        document = read_document(page)
    except NotAnArticle as verdict:
        return Harvest(pack(reject(page, verdict)), reason=verdict.reason)
    links = find_links(document, ask.sites, ask.now) if ask.sites else Links()
    if not ask.clean:
        return Harvest(None, links, "index-page")
    record = _cleaned(document, ask.options)
    if isinstance(record, Reject):
        return Harvest(None if _is_no_surprise(record, ask) else pack(record), links, record.reason)
    if links.next_page:
        links = _without_parts(links, page.url)
    return Harvest(_packed(page, record), links, published_at=record.published_at)


def _is_no_surprise(record: Reject, ask: Ask) -> bool:
    """Say whether nobody took the page for an article: read for its links, counted, no row of rejects."""
    if ask.expected:
        return False
    return record.reason == "index-page" or (ask.is_list and record.reason in _LIKE_LISTS)


def _cleaned(document: Document, options: CleanOptions) -> Article | Reject:
    try:
        return clean_document(document, options)
    except NotAnArticle as verdict:
        return reject(document.page, verdict)


def _packed(page: Page, article: Article) -> Cleaned:
    try:
        return pack(article)
    except _REFUSALS as error:
        words = f"the row cannot be written: {type(error).__name__}: {error}"
        return pack(reject(page, NotAnArticle("crashed", words[:500])))


def _without_parts(links: Links, first: str) -> Links:
    """Leave out the links to the article's own further parts: they are no articles of their own."""
    return replace(links, found=tuple(f for f in links.found if part_number(first, f.url) is None))


def next_part(page: Page, first: str, number: int) -> str | None:
    """Return the part after `number` of the article that begins at `first`, as this part names it."""
    try:
        return next_part_of(read_document(page), first, number)
    except NotAnArticle:
        return None

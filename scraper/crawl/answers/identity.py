"""Which article a page is: a new one, one that moved here, or a further address of one that the site has already.

What the site shows decides: redirects, parts, the same text; the id that an article was given first stays its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from columnist.pipelines.dataset.archive.write import Place
from columnist.pipelines.dataset.state.outbox import Outbox
from columnist.pipelines.dataset.state.rows import Row
from columnist.pipelines.document.addresses import address_key, article_id
from columnist.pipelines.records.article import Page
from columnist.scraper.fetch.outcomes import Fetched
from columnist.scraper.fetch.response import NAMED_BY_SITE, found_via
from columnist.scraper.frontier.records import Lease

# The address of what stood at an address that is gone, by its hash in hex; None where it is not.
GoneAddress = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """A page and where it came from."""

    lease: Lease
    page: Page
    got: Fetched
    left_out: int | None = None  # `Output.links_left_out` before its links were made known
    place: Place | None = None  # of its raw page in the archive
    parts: tuple[str, ...] = ()  # the addresses of the article's further parts
    incomplete: bool = False  # whether a part that is there could not be had
    mapped: bool = False  # whether it is a list of what the sitemap names


@dataclass(frozen=True, slots=True)
class Identity:
    """A page's row, the addresses whose article goes on in it, and whether it is a copy that gives no row."""

    row: Row
    moved_from: tuple[str, ...]
    is_copy: bool
    same_as: bytes | None = None  # the key of the address whose copy it is


def moved_to(lease: Lease, got: Fetched) -> str | None:
    """Return where an address leads for good: what is asked for from now on in its place. None where it answers itself."""
    if not got.hops or got.url == lease.url:
        return None
    for_good = len(got.moved_from) == len(got.hops)
    return got.url if for_good or article_id(got.url) == article_id(lease.url) else None


def identify(answer: PageOutcome, row: Row, outbox: Outbox, gone_address: GoneAddress) -> Identity:
    """Tell a copy of a text that the site has under another address, in this run or any before, from an article.

    A link alone proves nothing: printer's versions, parameters that change nothing, sessions. A feed and a sitemap
    name articles: there the headline must be the same too. Where the other address is gone, the article moved here.
    """
    if target := moved_to(answer.lease, answer.got):
        row = replace(row, key=replace(row.key, source=address_key(target).hex()))
    # A part that had a row of its own goes on in the whole.
    moved_from = (*answer.got.moved_from, *answer.parts)
    original = outbox.original_of(row, moved_from)
    if original is None:
        return Identity(row, moved_from, is_copy=False)
    if (gone := gone_address(original)) is not None:
        return Identity(row, (*moved_from, gone), is_copy=False)
    by_link = found_via(answer.lease) not in NAMED_BY_SITE
    is_copy = by_link or original == row.key.source or outbox.has_headline(row, original)
    return Identity(row, moved_from, is_copy, bytes.fromhex(original) if is_copy else None)

"""One fetched address, from its bytes to its settled lease: cleaned or read as a listing in the sandbox."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pipelines.batches import pack
from pipelines.clean import reject
from pipelines.options import CleanOptions, CrawlOptions
from pipelines.records import NotAnArticle, Page
from pipelines.sandbox import Failure, Sandbox
from scraper import discover
from scraper.budget import Budget
from scraper.discover import Listing, guess_kind, read_listing
from scraper.discover.kinds import page_number
from scraper.discover.pager import MAX_PARTS
from scraper.discoveries import fallback_seeds, for_frontier
from scraper.frontier import Found, Lease
from scraper.harvest import Ask, Harvest, harvest, next_part
from scraper.jobs import SiteJob
from scraper.outcomes import Fetched, Unfetched
from scraper.output import Answer, Output
from scraper.pages import NAMED_BY_SITE, found_via, page_of

__all__ = ["Tools", "Visit", "settle"]

T = TypeVar("T")
_PORTION = (
    500  # addresses of one transaction: 15 ms, so that a sitemap of 50,000 never holds the event loop up
)
_REFRESH_PRIORITY = 60  # as any link to an article


@dataclass(frozen=True, slots=True)
class Tools:
    """What settling needs of the run."""

    sandbox: Sandbox
    output: Output
    budget: Budget
    crawl: CrawlOptions
    clean: CleanOptions
    run_id: str
    started: datetime
    known: Callable[[Iterable[str]], set[str]]  # which addresses the frontier knows
    slots: asyncio.Semaphore  # of the sandbox: work handed out and not yet back
    with_sitemaps: Collection[str]  # sites whose robots.txt names one
    fetch_more: Callable[[Lease, SiteJob, str], Awaitable[Fetched | Unfetched]] | None = None  # further parts


@dataclass(frozen=True, slots=True)
class Visit:
    """One answer to work on."""

    lease: Lease
    job: SiteJob
    got: Fetched


async def settle(visit: Visit, tools: Tools) -> None:
    """Work out what the answer gives and settle its lease."""
    lease, got = visit.lease, visit.got
    content = hashlib.sha256(got.body).hexdigest()[:32]
    if got.status == 304 or (lease.content == content and lease.visited is not None):
        tools.output.unchanged(lease, got)
    elif lease.kind in ("feed", "sitemap") or (lease.via == "seed" and _is_listing(got.body)):
        await _settle_listing(visit, tools, content)
    else:
        await _settle_page(replace(visit, got=replace(got, digest=content)), tools)


def _is_listing(body: bytes) -> bool:
    """Say whether a seed that the user named is a feed or a sitemap, by its first bytes."""
    head = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf:", b"<urlset", b"<sitemapindex")):
        return b"<html" not in head
    return head.startswith(b"\x1f\x8b") or (head.startswith(b"{") and b"jsonfeed.org" in head)


async def _in_sandbox(tools: Tools, function: Callable[..., T], *args: Any) -> T | Failure:
    async with tools.slots:
        return await asyncio.wrap_future(tools.sandbox.submit(function, *args))


async def _settle_listing(visit: Visit, tools: Tools, content: str) -> None:
    lease, got = visit.lease, visit.got
    listing: Listing | Failure = await _in_sandbox(tools, read_listing, got.body, got.url, got.at.timestamp())
    if isinstance(listing, Failure) or listing.kind in ("html", "unreadable"):
        tools.output.unfetched(lease, Unfetched("failed", "unreadable-listing", got.status))
        return
    rest = await _add_most(visit, tools, listing.found)
    tools.output.listing(lease, got, content, rest)


async def _add_most(visit: Visit, tools: Tools, found: Sequence[discover.Found]) -> list[Found]:
    """Make all but the last portion of the addresses known; return that one, for the settling transaction."""
    job, output = visit.job, tools.output
    kept: list[Found] = []
    for start in range(0, len(found), _PORTION):
        output.more_links(kept)
        some = list(for_frontier(found[start : start + _PORTION], visit.lease, job, tools.crawl.max_depth))
        output.excluded([one for one in some if job.excludes(one.url)])
        kept = [one for one in some if not job.excludes(one.url)]
        await asyncio.sleep(0)
    return kept


async def _settle_page(visit: Visit, tools: Tools) -> None:
    lease, got = visit.lease, visit.got
    page = page_of(got, lease, visit.job, tools.run_id)
    ask = _ask(visit, tools)
    given = await _in_sandbox(tools, harvest, page, ask)
    if isinstance(given, Failure):
        given = _lost(page, given)
    elif given.links.next_page and given.reason is None:
        page, given, got = await _with_more(visit, page, given, tools)
    rest: list[Found] = []
    if not visit.job.listed:
        rest = await _add_most(visit, tools, _paged_on(_leads(given), tools))
        rest += _fallbacks(visit, given, tools)
    is_new = tools.output.page(Answer(lease, page, got), given, rest)
    if not is_new:
        tools.budget.note_fruitless(lease)


def _ask(visit: Visit, tools: Tools) -> Ask:
    lease, got = visit.lease, visit.got
    guess = guess_kind(lease.url)
    named = visit.job.listed or found_via(lease) in NAMED_BY_SITE
    return Ask(
        sites=() if _says_nofollow(got) else tuple(visit.job.scopes),
        now=got.at.timestamp(),
        clean=not _is_front(visit),
        expected=named or guess == "article",
        is_list=not named and (lease.kind != "page" or guess == "index"),
        options=tools.clean,
    )


def _says_nofollow(got: Fetched) -> bool:
    said = {word.strip() for word in (got.rights.x_robots or "").split(",")}
    return bool(said & {"nofollow", "none"})


def _is_front(visit: Visit) -> bool:
    """Say whether the page is a site's front page: read for its links only."""
    parts = urlsplit(visit.got.url)
    at_root = parts.path in ("", "/") and not parts.query
    return at_root and not visit.job.listed and found_via(visit.lease) not in NAMED_BY_SITE


def _lost(page: Page, failure: Failure) -> Harvest:
    return Harvest(pack(reject(page, NotAnArticle(failure.reason, failure.detail))), reason=failure.reason)


def _leads(given: Harvest) -> tuple[discover.Found, ...]:
    """Return all that the page leads to: feeds, links, and where a meta refresh sends who finds no article."""
    links = given.links
    if links.refresh is None or given.reason is None:
        return (*links.feeds, *links.found)
    target = discover.Found(links.refresh, "article", "link", priority=_REFRESH_PRIORITY)
    return (*links.feeds, *links.found, target)


def _paged_on(found: tuple[discover.Found, ...], tools: Tools) -> tuple[discover.Found, ...]:
    """Ask a listing's known further pages again where this page shows something new: news push news down."""
    pages = [one for one in found if one.kind == "index" and page_number(one.url) > 1]
    if not pages:
        return found
    articles = [one.url for one in found if one.kind == "article"]
    if len(tools.known(articles)) == len(set(articles)):
        return found
    begun = tools.started.timestamp()  # pages that this run has read are not read twice
    return tuple(replace(one, changed_at=begun) if one in pages else one for one in found)


def _fallbacks(visit: Visit, given: Harvest, tools: Tools) -> list[Found]:
    """Return where to look for feeds and sitemaps, where a site's front page and robots.txt name none."""
    named = given.links.feeds or visit.job.name in tools.with_sitemaps
    if visit.lease.via != "seed" or named or not _is_front(visit):
        return []
    return fallback_seeds(visit.job, visit.got.url)


async def _with_more(visit: Visit, page: Page, given: Harvest, tools: Tools) -> tuple[Page, Harvest, Fetched]:
    """Fetch the article's further parts and clean them as one."""
    lease, job, got = visit.lease, visit.job, visit.got
    bodies: list[bytes] = []
    hops = list(got.hops)
    url = given.links.next_page
    while url and tools.fetch_more and len(bodies) < MAX_PARTS - 1:
        part = await tools.fetch_more(lease, job, url)
        if isinstance(part, Unfetched) or part.status == 304:
            break
        bodies.append(part.body)
        hops.append(url)
        further = replace(page, url=part.url, html=part.body)
        following = await _in_sandbox(tools, next_part, further, page.url, len(bodies) + 1)
        url = None if isinstance(following, Failure) else following
    if not bodies:
        return page, given, got
    whole = replace(page, more=tuple(bodies))
    again = await _in_sandbox(tools, harvest, whole, _ask(visit, tools))
    if isinstance(again, Failure):  # the first part alone is better than nothing
        return page, given, got
    return whole, again, replace(got, hops=tuple(hops))

"""One fetched address, from its bytes to its settled lease: cleaned or read as a listing in the sandbox."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from columnist.pipelines.batch.sandbox.worker import Failure
from columnist.pipelines.dataset.archive.records import keep_revisit
from columnist.pipelines.dataset.archive.revisits import archived_before
from columnist.pipelines.records.article import NotAnArticle, Page
from columnist.pipelines.sites.rights import may_keep
from columnist.scraper.crawl.answers.commit import PageOutcome
from columnist.scraper.crawl.answers.page_worker import (
    Ask,
    BodyRefused,
    Harvest,
    PageReading,
    Wanted,
    part_after,
    read_answer,
    rejected,
)
from columnist.scraper.crawl.context import RunContext
from columnist.scraper.discover.pagination import MAX_PARTS
from columnist.scraper.discover.records import FoundLink, Listing
from columnist.scraper.discover.url_kinds import guess_kind, page_number
from columnist.scraper.fetch.outcomes import Fetched, Unfetched, body_refused
from columnist.scraper.fetch.response import LISTING_BYTES, NAMED_BY_SITE, found_via, page_of
from columnist.scraper.frontier.records import Candidate, Lease
from columnist.scraper.frontier.seeds import MAX_NESTED, fallback_seeds, for_frontier
from columnist.scraper.frontier.site_jobs import SiteJob

T = TypeVar("T")
# Addresses of one transaction: 15 ms, so that a sitemap of 50,000 never holds the event loop up.
_PORTION = 500
_LISTINGS = frozenset({"feed", "sitemap"})
_UNREADABLE = Unfetched("failed", "unreadable-listing")
_REFRESH_PRIORITY = 60  # as any link to an article


@dataclass(frozen=True, slots=True)
class Visit:
    """One answer to work on."""

    lease: Lease
    job: SiteJob
    got: Fetched
    fetch_more: Callable[[Lease, SiteJob, str], Awaitable[Fetched | Unfetched]] | None = None  # further parts


async def settle(visit: Visit, context: RunContext) -> None:
    """Work out what the answer gives and settle its lease."""
    lease, job, got = visit.lease, visit.job, visit.got
    page = page_of(got, lease, job, context.store.run_id)
    if got.status == 304:
        await _settle_unchanged(visit, context, page)
        return
    read = await _in_sandbox(visit, context, read_answer, page, _ask(visit, context), _wanted(visit, context))
    if isinstance(read, Failure) and lease.kind not in _LISTINGS:
        read = PageReading("", _lost(page, read))
    if isinstance(read, Failure):
        context.output.unfetched(lease, _UNREADABLE)
    elif isinstance(read, BodyRefused):
        context.output.unfetched_page(lease, job.name, body_refused(read.problem, got.status))
    elif read.given is None:
        await _settle_unchanged(visit, context, page)
    elif isinstance(read.given, Listing):
        await _settle_listing(visit, context, read.given, read.digest)
    else:
        known = replace(visit, got=replace(got, digest=read.digest or None))
        await _settle_page(known, context, page, read.given)


async def _settle_unchanged(visit: Visit, context: RunContext, page: Page) -> None:
    """Settle what is as it was; of a page that the archive has, note there that it was looked at again."""
    before = archived_before(context.store.state, visit.lease.url)
    if context.keeping is not None and before is not None and may_keep(visit.got.rights):
        await context.keeping.keep(keep_revisit(page, before))
    context.output.unchanged(visit.lease, visit.got)


def _wanted(visit: Visit, context: RunContext) -> Wanted:
    lease, listing = visit.lease, visit.lease.kind in _LISTINGS
    limit = LISTING_BYTES if listing else _page_bytes(context)
    known = lease.content if lease.visited is not None else None
    return Wanted(limit, known, "listing" if listing else "either" if lease.via == "seed" else "page")


def _page_bytes(context: RunContext) -> int:
    return int(context.sandbox.options.page_megabytes * (1 << 20))


async def _in_sandbox(
    visit: Visit, context: RunContext, function: Callable[..., T], *args: Any
) -> T | Failure:
    async with context.lanes.turn(visit.job.name):
        value = await asyncio.wrap_future(context.sandbox.submit(function, *args))
    if isinstance(value, Failure) and value.reason == "too-slow":
        context.lanes.mark(visit.job.name)
    return value


async def _settle_listing(visit: Visit, context: RunContext, listing: Listing, digest: str) -> None:
    if listing.kind in ("html", "unreadable"):
        context.output.unfetched(visit.lease, _UNREADABLE)
        return
    if visit.lease.kind == "sitemap" and visit.lease.depth >= MAX_NESTED:
        deeper = sum(one.kind == "sitemap" for one in listing.found)
        context.output.left_out(visit.job.name, "too-many-listings", deeper)
    rest = await _add_most(visit, context, listing.found)
    context.output.listing(visit.lease, visit.got, digest, rest)


async def _add_most(visit: Visit, context: RunContext, found: Sequence[FoundLink]) -> list[Candidate]:
    """Make all but the last portion of the addresses known; return that one, for the settling transaction."""
    job, output = visit.job, context.output
    kept: list[Candidate] = []
    for start in range(0, len(found), _PORTION):
        output.more_links(kept)
        some = list(for_frontier(found[start : start + _PORTION], visit.lease, job, context.crawl.max_depth))
        output.excluded([one for one in some if job.excludes(one.url)])
        kept = [one for one in some if not job.excludes(one.url)]
        await asyncio.sleep(0)
    return kept


async def _settle_page(visit: Visit, context: RunContext, page: Page, given: Harvest) -> None:
    lease, got = visit.lease, visit.got
    if given.links.next_page and given.reason is None:
        given, got = await _with_more(visit, page, given, context)
    rest: list[Candidate] = []
    left_out = context.output.links_left_out
    if not visit.job.listed:
        rest = await _add_most(visit, context, _paged_on(_leads(given), context))
        rest += _fallbacks(visit, given, context)
    outcome = PageOutcome(lease, page, got, left_out)
    if context.keeping is not None and given.raw is not None and context.output.gives_row(outcome, given):
        outcome = replace(outcome, place=await context.keeping.keep(given.raw.records))
    is_new = context.output.page(outcome, given, rest)
    if not is_new:
        context.budget.note_fruitless(lease)


def _ask(visit: Visit, context: RunContext) -> Ask:
    lease, got = visit.lease, visit.got
    guess = guess_kind(lease.url)
    named = visit.job.listed or found_via(lease) in NAMED_BY_SITE
    return Ask(
        sites=() if _says_nofollow(got) else tuple(visit.job.scopes),
        now=got.at.timestamp(),
        clean=not _is_front(visit),
        expected=named or guess == "article",
        is_list=not named and (lease.kind != "page" or guess == "index"),
        options=context.clean,
        asked=got.asked if context.keeping is not None else None,
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
    return Harvest(rejected(page, NotAnArticle(failure.reason, failure.detail)), reason=failure.reason)


def _leads(given: Harvest) -> tuple[FoundLink, ...]:
    """Return all that the page leads to: feeds, links, and where a meta refresh sends who finds no article."""
    links = given.links
    # The best first: of one shape only so many are made known.
    found = sorted(links.found, key=lambda one: -one.priority)
    if links.refresh is None or given.reason is None:
        return (*links.feeds, *found)
    target = FoundLink(links.refresh, "article", "link", priority=_REFRESH_PRIORITY)
    return (*links.feeds, *found, target)


def _paged_on(found: tuple[FoundLink, ...], context: RunContext) -> tuple[FoundLink, ...]:
    """Ask a listing's known further pages again where this page shows something new: news push news down."""
    pages = [one for one in found if one.kind == "index" and page_number(one.url) > 1]
    if not pages:
        return found
    articles = [one.url for one in found if one.kind == "article"]
    if len(context.frontier.known(articles)) == len(set(articles)):
        return found
    begun = context.started.timestamp()  # pages that this run has read are not read twice
    return tuple(replace(one, changed_at=begun) if one in pages else one for one in found)


def _fallbacks(visit: Visit, given: Harvest, context: RunContext) -> list[Candidate]:
    """Return where to look for feeds and sitemaps, where a site's front page and robots.txt name none."""
    named = given.links.feeds or visit.job.name in context.with_sitemaps
    if visit.lease.via != "seed" or named or not _is_front(visit):
        return []
    return fallback_seeds(visit.job, visit.got.url)


async def _with_more(
    visit: Visit, page: Page, given: Harvest, context: RunContext
) -> tuple[Harvest, Fetched]:
    """Fetch the article's further parts and clean them as one."""
    got, limit = visit.got, _page_bytes(context)
    parts: list[Page] = []
    hops = list(got.hops)
    url = given.links.next_page
    while url and visit.fetch_more and len(parts) < MAX_PARTS - 1:
        part = await visit.fetch_more(visit.lease, visit.job, url)
        if isinstance(part, Unfetched) or part.status == 304:
            break
        further = replace(page, url=part.url, html=part.body, headers=part.headers)
        following = await _in_sandbox(visit, context, part_after, further, page.url, len(parts) + 2, limit)
        if isinstance(following, BodyRefused):
            break
        parts.append(further)
        hops.append(url)
        url = None if isinstance(following, Failure) else following
    if not parts:
        return given, got
    again = await _in_sandbox(
        visit, context, read_answer, page, _ask(visit, context), Wanted(limit), tuple(parts)
    )
    if not isinstance(again, PageReading) or not isinstance(again.given, Harvest):
        return given, got  # the first part alone is better than nothing
    return again.given, replace(got, hops=tuple(hops))

"""One fetched address, from its bytes to its settled lease: cleaned or read as a listing in the sandbox."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from columnist.pipelines.batch.sandbox.worker import Failure
from columnist.pipelines.dataset.archive.records import keep_revisit
from columnist.pipelines.dataset.archive.revisits import archived_before
from columnist.pipelines.records.article import NotAnArticle, Page
from columnist.pipelines.sites.rights import may_keep
from columnist.scraper.crawl.answers.article_parts import (
    MAY_BE_PART,
    Joined,
    is_settled_with_first,
    with_more,
)
from columnist.scraper.crawl.answers.identity import PageOutcome
from columnist.scraper.crawl.answers.page_worker import (
    BodyRefused,
    Harvest,
    PageReading,
    Wanted,
    read_answer,
    rejected,
)
from columnist.scraper.crawl.answers.visit import LISTINGS, Visit, ask_of, in_sandbox, is_front, page_bytes
from columnist.scraper.crawl.context import RunContext
from columnist.scraper.discover.records import FoundLink, Listing
from columnist.scraper.discover.url_kinds import page_number
from columnist.scraper.fetch.outcomes import Unfetched, body_refused
from columnist.scraper.fetch.response import LISTING_BYTES, page_of
from columnist.scraper.frontier.records import Candidate
from columnist.scraper.frontier.seeds import MAX_NESTED, fallback_seeds, for_frontier

# Addresses of one transaction: 15 ms, so that a sitemap of 50,000 never holds the event loop up.
_PORTION = 500
_UNREADABLE = Unfetched("failed", "unreadable-listing")
_REFRESH_PRIORITY = 60  # as any link to an article


async def settle(visit: Visit, context: RunContext) -> None:
    """Work out what the answer gives and settle its lease."""
    lease, job, got = visit.lease, visit.job, visit.got
    page = page_of(got, lease, job, context.store.run_id)
    if got.status == 304:
        await _settle_unchanged(visit, context, page)
        return
    read = await in_sandbox(
        visit, context, read_answer, page, ask_of(visit, context), _wanted(visit, context)
    )
    if isinstance(read, Failure) and lease.kind not in LISTINGS:
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
    lease, listing = visit.lease, visit.lease.kind in LISTINGS
    limit = LISTING_BYTES if listing else page_bytes(context)
    # What answers at another address now is read, though it be the same: it moved.
    known = lease.content if lease.visited is not None and not visit.got.moved_from else None
    return Wanted(limit, known, "listing" if listing else "either" if lease.via == "seed" else "page")


async def _settle_listing(visit: Visit, context: RunContext, listing: Listing, digest: str) -> None:
    if listing.kind in ("html", "unreadable"):
        context.output.unfetched(visit.lease, _UNREADABLE)
        return
    if visit.lease.kind == "sitemap" and visit.lease.depth >= MAX_NESTED:
        deeper = sum(one.kind == "sitemap" for one in listing.found)
        context.output.left_out(visit.job.name, "too-many-listings", deeper)
    named = {one.url for one in listing.found}
    is_news = len(context.frontier.known(named)) < len(named)
    rest = await _add_most(visit, context, listing.found)
    context.output.listing(visit.lease, visit.got, digest, rest, is_news=is_news)


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
    lease, joined = visit.lease, Joined(given)
    if await is_settled_with_first(visit, given, context):
        return
    if given.links.next_page and given.reason in (None, *MAY_BE_PART):
        more = await with_more(visit, page, given, context)
        if isinstance(more, Unfetched):
            context.output.unfetched(lease, more)
            return
        given, joined = more.given, more
    rest: list[Candidate] = []
    left_out = context.output.links_left_out
    mapped = _is_mapped(given, context)
    if not visit.job.listed:
        if given.reason is not None and given.links.found:
            context.budget.note_list(lease, mapped)
        # The front's feed says what a sitemap does not: tags, and days of publication.
        spared = mapped and lease.kind != "front"
        leads = tuple(one for one in _leads(given) if not (spared and one.kind == "feed"))
        rest = await _add_most(visit, context, _paged_on(leads, context))
        rest += _fallbacks(visit, given, context)
    outcome = PageOutcome(
        lease,
        page,
        visit.got,
        left_out,
        parts=joined.addresses,
        incomplete=joined.incomplete,
        mapped=mapped,
    )
    if context.keeping is not None and given.raw is not None and context.output.gives_row(outcome, given):
        outcome = replace(outcome, place=await context.keeping.keep(given.raw.records))
    is_new = context.output.page(outcome, given, rest)
    if not is_new:
        context.budget.note_fruitless(lease)


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


def _is_mapped(given: Harvest, context: RunContext) -> bool:
    """Say whether a list names nothing but what the site's own sitemap names: what it leads to is known already."""
    articles = [one.url for one in given.links.found if one.kind == "article"]
    return given.reason is not None and bool(articles) and context.frontier.all_mapped(articles)


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
    if visit.lease.via != "seed" or named or not is_front(visit):
        return []
    return fallback_seeds(visit.job, visit.got.url)

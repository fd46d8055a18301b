"""One answer on its way to being settled: what it is of, what to ask of it, and the worker that reads it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

from columnist.pipelines.batch.sandbox.worker import Failure
from columnist.scraper.crawl.answers.page_worker import Ask
from columnist.scraper.crawl.context import RunContext
from columnist.scraper.discover.url_kinds import guess_kind
from columnist.scraper.fetch.outcomes import Fetched, Unfetched
from columnist.scraper.fetch.response import NAMED_BY_SITE, found_via
from columnist.scraper.frontier.records import Lease
from columnist.scraper.frontier.site_jobs import SiteJob

LISTINGS = frozenset({"feed", "sitemap"})  # kinds of addresses

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Visit:
    """One answer to work on, and the ways to further ones."""

    lease: Lease
    job: SiteJob
    got: Fetched
    fetch_more: Callable[[Lease, SiteJob, str], Awaitable[Fetched | Unfetched]] | None = None  # further parts
    fetch_first: Callable[[Lease, SiteJob, Mapping[str, Fetched]], Awaitable[None]] | None = None
    held: Mapping[str, Fetched] = field(default_factory=dict)  # answers at hand, by normal address


def page_bytes(context: RunContext) -> int:
    """Return how large a page may be."""
    return int(context.sandbox.options.page_megabytes * (1 << 20))


async def in_sandbox(
    visit: Visit, context: RunContext, function: Callable[..., T], *args: Any
) -> T | Failure:
    """Call a function in a worker, when it is the site's turn there."""
    cleans = visit.lease.kind not in LISTINGS and not is_front(visit)
    submit = context.sandbox.submit if cleans else context.sandbox.submit_small
    async with context.lanes.turn(visit.job.name):
        value = await asyncio.wrap_future(submit(function, *args))
    if isinstance(value, Failure) and value.reason == "too-slow":
        context.lanes.mark(visit.job.name)
    return value


def ask_of(visit: Visit, context: RunContext) -> Ask:
    """Return what to get out of the page of a visit."""
    lease, got = visit.lease, visit.got
    guess = guess_kind(lease.url)
    named = visit.job.listed or found_via(lease) in NAMED_BY_SITE
    return Ask(
        sites=() if _says_nofollow(got) else tuple(visit.job.scopes),
        now=got.at.timestamp(),
        follow=not visit.job.listed,
        clean=not is_front(visit),
        expected=named or guess == "article",
        is_list=not named and (lease.kind != "page" or guess == "index"),
        options=context.clean,
        asked=got.asked if context.keeping is not None else None,
    )


def _says_nofollow(got: Fetched) -> bool:
    said = {word.strip() for word in (got.rights.x_robots or "").split(",")}
    return bool(said & {"nofollow", "none"})


def is_front(visit: Visit) -> bool:
    """Say whether the page is a site's front page: read for its links only."""
    parts = urlsplit(visit.got.url)
    at_root = parts.path in ("", "/") and not parts.query
    return at_root and not visit.job.listed and found_via(visit.lease) not in NAMED_BY_SITE

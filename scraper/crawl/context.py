"""What one run holds: the data folder, the sandbox, the frontier, the sites' paces and the counts."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scrapy.crawler import Crawler

from columnist.pipelines.batch.sandbox.pool import Sandbox
from columnist.pipelines.dataset.open_store import Store
from columnist.pipelines.records.options import CleanOptions, CrawlOptions
from columnist.pipelines.sites.rights import read_tdmrep
from columnist.pipelines.sites.terms import read_licence
from columnist.scraper.crawl.answers.archive_batches import Keeping
from columnist.scraper.crawl.answers.commit import Output
from columnist.scraper.crawl.answers.fair_share import Lanes
from columnist.scraper.crawl.answers.fsync_batches import Syncs
from columnist.scraper.crawl.answers.page_worker import small_file
from columnist.scraper.crawl.answers.project_items import Handover
from columnist.scraper.crawl.fetcher import Fetcher, Network
from columnist.scraper.crawl.url_budget import Budget
from columnist.scraper.discover.site_scope import site_key
from columnist.scraper.fetch.browser.render import Renderer
from columnist.scraper.fetch.guard.address_guard import AddressPolicy, policy_for
from columnist.scraper.fetch.guard.ip_addresses import AddressOf, address_finder, resolve
from columnist.scraper.fetch.guard.proxies import unless_proxied
from columnist.scraper.fetch.limits import MEGABYTE
from columnist.scraper.fetch.stats import Progress, Tally
from columnist.scraper.frontier.frontier import Frontier
from columnist.scraper.frontier.seeds import MAX_NAMED, sitemaps_of
from columnist.scraper.frontier.site_jobs import SiteJob
from columnist.scraper.robots.decisions import RobotsVerdict
from columnist.scraper.robots.fetch import RobotsFetch, Unpack, paced
from columnist.scraper.robots.parser import MAX_ROBOTS_BYTES, RobotsRules, read_robots
from columnist.scraper.robots.robots import Robots, RobotsOptions, RobotsTools
from columnist.scraper.robots.store import SqliteRobots
from columnist.scraper.throttle.clock import Clock
from columnist.scraper.throttle.throttle import Throttle, pace_key, slot_of


@dataclass(frozen=True, slots=True)
class RunContext:
    """Everything that the parts of a run share."""

    store: Store
    sandbox: Sandbox
    lanes: Lanes  # into the sandbox
    frontier: Frontier
    throttle: Throttle
    tally: Tally
    output: Output
    budget: Budget
    jobs: dict[str, SiteJob]
    crawl: CrawlOptions
    clean: CleanOptions
    syncs: Syncs
    clock: Clock
    started: datetime
    on_progress: Callable[[Progress], None] | None = None
    keeping: Keeping | None = None  # of raw pages
    items: Handover | None = None  # where articles go besides the outbox
    closed_sites: set[str] = field(default_factory=set)  # nothing more is asked of them in this run
    with_sitemaps: set[str] = field(default_factory=set)  # sites whose robots.txt names sitemaps

    def pending(self) -> int:
        """Return how many addresses of this run's sites wait, or of its list."""
        left = self.frontier.listed_left()
        if left is not None:
            return left
        counts = self.frontier.counts()
        states = ("pending", "leased", "waiting")
        return sum(counts.get(site, {}).get(state, 0) for site in self.jobs for state in states)

    def pending_why(self) -> dict[str, int]:
        """Return how many of them wait for which reason."""
        put_off = self.frontier.put_off(self.jobs)
        left = self.pending() - sum(put_off.values())
        return {**put_off, **({"not-reached": left} if left > 0 else {})}

    def report(self, at_work: int) -> None:
        """Tell whoever watches how far the run is."""
        if self.on_progress is not None:
            self.on_progress(self.tally.progress(self.pending(), at_work))


def make_fetcher(context: RunContext, crawler: Crawler) -> Fetcher:
    """Build what fetches for one run."""
    policy = policy_for(
        (seed for job in context.jobs.values() for seed in job.seeds),
        allow_private=context.crawl.allow_private,
    )
    address_of = unless_proxied(address_finder(resolve), crawler)
    robots = _robots(context, crawler, policy, address_of)
    network = Network(
        crawler=crawler,
        robots=robots,
        throttle=context.throttle,
        policy=policy,
        tally=context.tally,
        is_known=lambda url: bool(context.frontier.known((url,))),
        is_forgotten=context.store.state.forgotten.covers,
        clock=context.clock,
        address_of=address_of,
        unpack=_unpacker(context),
        renderer=_renderer(context, crawler),
    )
    return Fetcher(network, _note_sitemaps(context))


def _robots(context: RunContext, crawler: Crawler, policy: AddressPolicy, address_of: AddressOf) -> Robots:
    """Build the service of robots.txt."""
    fetch = RobotsFetch(crawler, _unpacker(context))
    options = RobotsOptions(crawler.settings["USER_AGENT"], context.crawl.crawl_delay_cap, policy)
    tools = RobotsTools(
        fetch=paced(fetch, context.throttle, lambda url: _site(url, context), context.tally, address_of),
        read_robots=_reader(context, read_robots, RobotsRules),
        read_tdmrep=_reader(context, read_tdmrep, tuple),
        read_licence=_reader(context, read_licence, tuple),
        now=context.clock.time,
        store=SqliteRobots(context.store.state.connection),
        on_delay=lambda origin, seconds: context.throttle.ask_for_delay(pace_key(origin), seconds),
    )
    return Robots(options, tools)


def _reader(context: RunContext, function: Callable[..., Any], kind: type) -> Callable[..., Any]:
    """Return a coroutine function that reads small files in the sandbox; None where they cannot be read."""

    async def read(body: bytes, about: str) -> Any:
        value = await asyncio.wrap_future(context.sandbox.submit_small(function, body, about))
        return value if isinstance(value, kind) else None

    return read


def _renderer(context: RunContext, crawler: Crawler) -> Renderer | None:
    """Return what shows pages in a browser, where a site's file asks for that."""
    if not any(job.renders for job in context.jobs.values()):
        return None
    limits = context.sandbox.options
    return Renderer(crawler, _unpacker(context, int(limits.page_megabytes * MEGABYTE)), limits)


def _unpacker(context: RunContext, most: int = MAX_ROBOTS_BYTES + 1) -> Unpack:
    """Return a coroutine function that unpacks the first bytes of a file in the sandbox."""
    limit = int(context.sandbox.options.page_megabytes * MEGABYTE)

    async def unpacked(body: bytes, layers: list[str]) -> bytes | None:
        future = context.sandbox.submit_small(small_file, body, layers, limit, most)
        value = await asyncio.wrap_future(future)
        return value if isinstance(value, bytes) else None

    return unpacked


def _site(url: str, context: RunContext) -> str:
    """Return the site for which a robots.txt is counted."""
    key = site_key(url)
    if key is not None and key in context.jobs:  # a job that an address made is called so
        return key
    return next((job.name for job in context.jobs.values() if key in job.scopes), slot_of(url))


def _note_sitemaps(context: RunContext) -> Callable[[SiteJob, RobotsVerdict], None]:
    """Return what tells the frontier of the sitemaps that a robots.txt names, once for each origin and run."""
    seen: set[tuple[str, tuple[str, ...]]] = set()

    def on_verdict(job: SiteJob, verdict: RobotsVerdict) -> None:
        key = (job.name, verdict.sitemaps)
        if job.listed or not verdict.sitemaps or key in seen:
            return
        seen.add(key)
        context.with_sitemaps.add(job.name)
        context.output.left_out(job.name, "too-many-listings", len(verdict.sitemaps) - MAX_NAMED)
        context.output.more_links(sitemaps_of(job, verdict.sitemaps[:MAX_NAMED]))

    return on_verdict

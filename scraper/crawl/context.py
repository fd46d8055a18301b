"""What one run holds: the data folder, the sandbox, the frontier, the sites' paces and the counts."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from scrapy.crawler import Crawler

from pipelines.batch.sandbox.pool import Sandbox
from pipelines.dataset.open_store import Store
from pipelines.records.options import CleanOptions, CrawlOptions
from pipelines.sites.rights import read_tdmrep
from scraper.crawl.clock import Clock
from scraper.crawl.commit import Output
from scraper.crawl.fsync_batches import Syncs
from scraper.crawl.page_worker import small_file
from scraper.crawl.settle import Tools
from scraper.crawl.stats import Progress, Tally
from scraper.discover.site_scope import in_scope
from scraper.fetch.fetcher import Fetcher, Network
from scraper.fetch.guard.address_guard import AddressPolicy, policy_for
from scraper.fetch.limits import MEGABYTE
from scraper.frontier.frontier import Frontier
from scraper.frontier.seeds import MAX_NAMED, sitemaps_of
from scraper.robots.decisions import RobotsVerdict
from scraper.robots.fetch import RobotsFetch, Unpack, paced
from scraper.robots.parser import MAX_ROBOTS_BYTES, RobotsRules, read_robots
from scraper.robots.robots import Robots, RobotsOptions, RobotsTools
from scraper.robots.store import SqliteRobots
from scraper.schedule.fair_share import Lanes
from scraper.schedule.ip_addresses import AddressOf, address_finder, resolve
from scraper.schedule.site_jobs import SiteJob
from scraper.schedule.throttle import Throttle, pace_key, slot_of
from scraper.schedule.url_budget import Budget
from scraper.spiders.project_items import Handover


@dataclass(frozen=True, slots=True)
class Gear:
    """Everything that the parts of a run share."""

    store: Store
    sandbox: Sandbox
    frontier: Frontier
    throttle: Throttle
    tally: Tally
    output: Output
    budget: Budget
    jobs: dict[str, SiteJob]
    crawl: CrawlOptions
    clean: CleanOptions
    syncs: Syncs
    on_progress: Callable[[Progress], None] | None = None
    items: Handover | None = None  # where articles go besides the outbox
    closed_sites: set[str] = field(default_factory=set)  # nothing more is asked of them in this run
    with_sitemaps: set[str] = field(default_factory=set)  # sites whose robots.txt names sitemaps
    clock: Clock = field(default_factory=Clock)

    def pending(self) -> int:
        """Return how many addresses of this run's sites wait, or of its list."""
        left = self.frontier.listed_left()
        if left is not None:
            return left
        counts = self.frontier.counts()
        states = ("pending", "leased", "waiting")
        return sum(counts.get(site, {}).get(state, 0) for site in self.jobs for state in states)

    def report(self, at_work: int) -> None:
        """Tell whoever watches how far the run is."""
        if self.on_progress is not None:
            self.on_progress(self.tally.progress(self.pending(), at_work))


def outfit(gear: Gear, crawler: Crawler) -> tuple[Fetcher, Tools]:
    """Build the fetcher and the tools of one run."""
    policy = policy_for(
        (seed for job in gear.jobs.values() for seed in job.seeds), allow_private=gear.crawl.allow_private
    )
    address_of = address_finder(resolve)
    robots = _robots(gear, crawler, policy, address_of)
    network = Network(
        crawler,
        robots,
        gear.throttle,
        policy,
        gear.tally,
        lambda url: bool(gear.frontier.known((url,))),
        gear.store.state.forgotten.covers,
        gear.clock,
        address_of,
        _unpacker(gear),
    )
    tools = Tools(
        gear.sandbox,
        gear.output,
        gear.budget,
        gear.crawl,
        gear.clean,
        gear.store.run_id,
        gear.clock.now(),
        gear.frontier.known,
        Lanes(gear.sandbox),
        gear.with_sitemaps,
    )
    return Fetcher(network, _note_sitemaps(gear)), tools


def _robots(gear: Gear, crawler: Crawler, policy: AddressPolicy, address_of: AddressOf) -> Robots:
    """Build the service of robots.txt."""
    fetch = RobotsFetch(crawler, _unpacker(gear))
    options = RobotsOptions(crawler.settings["USER_AGENT"], gear.crawl.crawl_delay_cap, policy)
    tools = RobotsTools(
        paced(fetch, gear.throttle, lambda url: _site(url, gear), gear.tally, address_of),
        _reader(gear, read_robots, RobotsRules),
        _reader(gear, read_tdmrep, tuple),
        gear.clock.time,
        SqliteRobots(gear.store.state.connection),
        lambda origin, seconds: gear.throttle.ask_for_delay(pace_key(origin), seconds),
    )
    return Robots(options, tools)


def _reader(gear: Gear, function: Callable[..., Any], kind: type) -> Callable[..., Any]:
    """Return a coroutine function that reads small files in the sandbox; None where they cannot be read."""

    async def read(body: bytes, about: str) -> Any:
        value = await asyncio.wrap_future(gear.sandbox.submit(function, body, about))
        return value if isinstance(value, kind) else None

    return read


def _unpacker(gear: Gear) -> Unpack:
    """Return a coroutine function that unpacks a small file in the sandbox."""
    limit = int(gear.sandbox.options.page_megabytes * MEGABYTE)

    async def unpacked(body: bytes, layers: list[str]) -> bytes | None:
        future = gear.sandbox.submit(small_file, body, layers, limit, MAX_ROBOTS_BYTES + 1)
        value = await asyncio.wrap_future(future)
        return value if isinstance(value, bytes) else None

    return unpacked


def _site(url: str, gear: Gear) -> str:
    """Return the site for which a robots.txt is counted."""
    return next((job.name for job in gear.jobs.values() if in_scope(url, job.scopes)), slot_of(url))


def _note_sitemaps(gear: Gear) -> Callable[[SiteJob, RobotsVerdict], None]:
    """Return what tells the frontier of the sitemaps that a robots.txt names, once for each origin and run."""
    seen: set[tuple[str, tuple[str, ...]]] = set()

    def on_verdict(job: SiteJob, verdict: RobotsVerdict) -> None:
        key = (job.name, verdict.sitemaps)
        if job.listed or not verdict.sitemaps or key in seen:
            return
        seen.add(key)
        gear.with_sitemaps.add(job.name)
        gear.output.left_out(job.name, "too-many-listings", len(verdict.sitemaps) - MAX_NAMED)
        gear.output.more_links(sitemaps_of(job, verdict.sitemaps[:MAX_NAMED]))

    return on_verdict

"""Builds what a run fetches and settles with: robots.txt service, fetcher, tools; all from the run's gear."""

import asyncio
from collections.abc import Callable
from typing import Any

from scrapy.crawler import Crawler

from pipelines.rights import read_tdmrep
from scraper.addressbook import AddressOf, address_finder, resolve
from scraper.discover import in_scope
from scraper.discoveries import MAX_NAMED, sitemaps_of
from scraper.fetch import Fetcher, Network
from scraper.gear import Gear
from scraper.guard import AddressPolicy, policy_for
from scraper.jobs import SiteJob
from scraper.lanes import Lanes
from scraper.limits import MEGABYTE
from scraper.reading import small_file
from scraper.robots import Robots, RobotsOptions, RobotsTools, Verdict
from scraper.robots_fetch import RobotsFetch, Unpack, paced
from scraper.robots_rules import MAX_ROBOTS_BYTES, RobotsRules, read_robots
from scraper.robots_store import SqliteRobots
from scraper.throttle import pace_key, slot_of
from scraper.visit import Tools


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


def _note_sitemaps(gear: Gear) -> Callable[[SiteJob, Verdict], None]:
    """Return what tells the frontier of the sitemaps that a robots.txt names, once for each origin and run."""
    seen: set[tuple[str, tuple[str, ...]]] = set()

    def on_verdict(job: SiteJob, verdict: Verdict) -> None:
        key = (job.name, verdict.sitemaps)
        if job.listed or not verdict.sitemaps or key in seen:
            return
        seen.add(key)
        gear.with_sitemaps.add(job.name)
        gear.output.left_out(job.name, "too-many-listings", len(verdict.sitemaps) - MAX_NAMED)
        gear.output.more_links(sitemaps_of(job, verdict.sitemaps[:MAX_NAMED]))

    return on_verdict

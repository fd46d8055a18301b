"""Builds what a run fetches and settles with: robots.txt service, fetcher, tools; all from the run's gear."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from scrapy.crawler import Crawler

from pipelines.rights import read_tdmrep
from scraper.discover import in_scope
from scraper.discoveries import sitemaps_of
from scraper.fetch import Fetcher, Network
from scraper.gear import Gear
from scraper.guard import policy_for
from scraper.jobs import SiteJob
from scraper.lanes import Lanes
from scraper.limits import MEGABYTE
from scraper.reading import small_file
from scraper.robots import Robots, RobotsOptions, RobotsTools, Verdict
from scraper.robots_fetch import RobotsFetch, Unpack, paced
from scraper.robots_rules import MAX_ROBOTS_BYTES, RobotsRules, read_robots
from scraper.robots_store import SqliteRobots
from scraper.throttle import slot_of
from scraper.visit import Tools

__all__ = ["outfit"]


def outfit(gear: Gear, crawler: Crawler) -> tuple[Fetcher, Tools]:
    """Build the fetcher and the tools of one run."""
    policy = policy_for(
        (seed for job in gear.jobs.values() for seed in job.seeds), allow_private=gear.crawl.allow_private
    )
    agent = crawler.settings["USER_AGENT"]
    fetch = paced(
        RobotsFetch(crawler, _unpacker(gear)), gear.throttle, lambda url: _slot(url, gear), gear.tally
    )
    robots = Robots(
        RobotsOptions(agent, gear.crawl.crawl_delay_cap, policy),
        RobotsTools(
            fetch,
            _reader(gear, read_robots, RobotsRules),
            _reader(gear, read_tdmrep, tuple),
            time.time,
            SqliteRobots(gear.store.state.connection),
        ),
    )
    network = Network(
        crawler,
        robots,
        gear.throttle,
        policy,
        gear.tally,
        lambda url: bool(gear.frontier.known((url,))),
        _unpacker(gear),
    )
    tools = Tools(
        gear.sandbox,
        gear.output,
        gear.budget,
        gear.crawl,
        gear.clean,
        gear.store.run_id,
        datetime.now(UTC),
        gear.frontier.known,
        Lanes(gear.sandbox),
        gear.with_sitemaps,
    )
    return Fetcher(network, _note_sitemaps(gear)), tools


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


def _slot(url: str, gear: Gear) -> str:
    """Return the site whose pace an address of robots.txt keeps to."""
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
        gear.output.more_links(sitemaps_of(job, verdict.sitemaps))

    return on_verdict

"""Turns in the sandbox: a site of slow pages never takes all the workers."""

from __future__ import annotations

import asyncio

from columnist.pipelines.batch.sandbox.pool import Sandbox
from columnist.pipelines.records.options import SandboxOptions
from columnist.scraper.crawl.answers.fair_share import Lanes


def lanes(workers: int = 4) -> Lanes:
    """Four workers, three tasks each in flight; no process is started."""
    return Lanes(Sandbox(SandboxOptions(workers=workers, in_flight_per_worker=3)))


async def most_at_once(turns: Lanes, *sites: str) -> dict[str, int]:
    """Hand out ten pages of each site, held until nothing moves; return how many each had at once."""
    held = dict.fromkeys(sites, 0)
    done = asyncio.Event()

    async def page(site: str) -> None:
        async with turns.turn(site):
            held[site] += 1
            await done.wait()

    tasks = [asyncio.ensure_future(page(site)) for site in sites for _ in range(10)]
    for _ in range(20):
        await asyncio.sleep(0)
    most = dict(held)
    done.set()
    await asyncio.gather(*tasks)
    assert held == dict.fromkeys(sites, 10)  # every page had its turn
    return most


def test_sites_of_which_nothing_is_known_share_all_places() -> None:
    assert asyncio.run(most_at_once(lanes(), "a")) == {"a": 10}
    assert sum(asyncio.run(most_at_once(lanes(), "a", "b")).values()) == 12


def test_slow_sites_together_hold_half_of_the_workers_and_leave_the_places_to_the_others() -> None:
    turns = lanes()
    turns.mark("slow")
    turns.mark("slow too")

    most = asyncio.run(most_at_once(turns, "slow", "slow too", "healthy"))

    assert most["slow"] + most["slow too"] == 2
    assert most["healthy"] == 10


def test_a_slow_site_gets_on_where_there_is_one_worker() -> None:
    turns = lanes(workers=1)
    turns.mark("slow")

    assert asyncio.run(most_at_once(turns, "slow")) == {"slow": 1}

"""Turns at a site: one at a time, a delay apart, and no site waits for another."""

import asyncio
import itertools
from dataclasses import dataclass, field

import pytest

from scraper.politeness import FAILURES_TO_BREAK
from scraper.throttle import SiteRests, Throttle, slot_of

NOW = 1_750_000_000.0


@dataclass
class Clock:
    now: float = NOW
    naps: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def test_turns_at_one_site_come_one_at_a_time_and_a_delay_apart() -> None:
    clock = Clock()
    throttle = Throttle(2.0, clock, sleep=clock.sleep)
    begun: list[float] = []

    async def visit() -> None:
        await throttle.turn("paper.example:443")
        begun.append(clock.now)
        await clock.sleep(0.2)
        throttle.answered("paper.example:443", 200, None, 0.2)

    async def visits() -> None:
        await asyncio.gather(*(visit() for _ in range(5)))

    asyncio.run(visits())

    assert len(begun) == 5
    assert all(later - earlier >= 2.0 for earlier, later in itertools.pairwise(begun))


def test_one_site_does_not_wait_for_another() -> None:
    clock = Clock()
    throttle = Throttle(60.0, clock, sleep=clock.sleep)

    async def visits() -> None:
        for n in range(20):
            await throttle.turn(f"s{n}.example:443")

    asyncio.run(visits())

    assert clock.naps == []


def test_a_crawl_delay_that_comes_later_is_taken_up() -> None:
    clock = Clock()
    throttle = Throttle(1.0, clock, sleep=clock.sleep)
    throttle.start("a:443")
    throttle.answered("a:443", 200, None, 0.1)
    throttle.ask_for_delay("a:443", 30.0)

    assert throttle.ready_at("a:443") == NOW + 30
    assert set(throttle.paces()) == {"a:443"}


def test_a_resting_site_raises() -> None:
    clock = Clock()
    throttle = Throttle(1.0, clock, sleep=clock.sleep)
    for _ in range(FAILURES_TO_BREAK):
        throttle.start("a:443")
        throttle.failed("a:443")

    with pytest.raises(SiteRests):
        asyncio.run(throttle.turn("a:443"))


@pytest.mark.parametrize(
    ("url", "slot"),
    [
        ("https://Paper.example./x", "paper.example:443"),
        ("http://[::1]:81/", "::1:81"),
        ("http://a.example", "a.example:80"),
    ],
)
def test_a_slot_is_host_and_port(url: str, slot: str) -> None:
    assert slot_of(url) == slot

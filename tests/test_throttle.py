"""Turns at a site: one at a time, a delay apart, and no site waits for another."""

import asyncio
import itertools
from dataclasses import dataclass, field

import pytest

from columnist.scraper.throttle.pace import FAILURES_TO_BREAK
from columnist.scraper.throttle.throttle import PATIENCE, Bound, SiteRests, Throttle, pace_key, slot_of

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


def test_turns_are_had_in_the_order_of_asking_and_who_queues_stands_aside() -> None:
    clock = Clock()
    throttle = Throttle(2.0, clock, sleep=clock.sleep)
    served: list[int] = []
    aside: list[int] = []

    async def visit(number: int) -> None:
        await throttle.turn("a")
        served.append(number)
        aside.append(throttle.aside)
        throttle.answered("a", 200, None, 0.0)

    async def visits() -> None:
        await asyncio.gather(*map(visit, range(6)))

    asyncio.run(visits())

    assert served == list(range(6))
    assert aside == [0, 4, 3, 2, 1, 0]


def test_a_host_that_asks_for_more_than_a_run_waits_is_not_waited_for() -> None:
    clock = Clock()
    throttle = Throttle(1.0, clock, sleep=clock.sleep)
    throttle.start("a")
    throttle.answered("a", 429, PATIENCE - 1, 0.0)
    asyncio.run(throttle.turn("a"))
    waited = clock.now - NOW
    throttle.answered("a", 429, PATIENCE + 1, 0.0)

    assert waited >= PATIENCE - 1
    with pytest.raises(SiteRests) as rest:
        asyncio.run(throttle.turn("a"))
    assert rest.value.seconds == pytest.approx(PATIENCE + 1)
    assert not throttle.rests(["a"])


def test_a_crawl_delay_longer_than_patience_is_waited_for() -> None:
    clock = Clock()
    throttle = Throttle(3 * PATIENCE, clock, sleep=clock.sleep)
    throttle.start("a")
    throttle.answered("a", 200, None, 0.0)
    asyncio.run(throttle.turn("a"))

    assert clock.now - NOW >= 3 * PATIENCE


def test_the_names_of_one_address_share_its_rate_and_its_connections() -> None:
    clock = Clock()
    throttle = Throttle(0.0, clock, sleep=clock.sleep, bound=Bound(rate=4.0, connections=2))
    begun: list[float] = []
    under_way: list[int] = []
    busy = 0

    async def visit(name: str) -> None:
        nonlocal busy
        await throttle.turn(name, "192.0.2.1")
        begun.append(clock.now)
        busy += 1
        under_way.append(busy)
        for _ in range(20):
            await asyncio.sleep(0)
        busy -= 1
        throttle.failed(name) if name == "n3" else throttle.answered(name, 200, None, 0.0)

    async def visits() -> None:
        await asyncio.gather(*(visit(f"n{n}") for n in range(10)))

    asyncio.run(visits())

    assert all(later - earlier >= 0.25 for earlier, later in itertools.pairwise(begun))
    assert max(under_way) == 2


def test_without_a_bound_an_address_holds_up_nobody() -> None:
    clock = Clock()
    throttle = Throttle(60.0, clock, sleep=clock.sleep)

    async def visits() -> None:
        for n in range(20):
            await throttle.turn(f"s{n}", "192.0.2.1")

    asyncio.run(visits())

    assert clock.naps == []


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Paper.co.uk./x", "paper.co.uk"),
        ("http://paper.co.uk:8080/", "paper.co.uk"),
        ("http://127.0.0.1:81/", "127.0.0.1:81"),
        ("http://[::1]/", "[::1]:80"),
        ("http://localhost:8000/", "localhost:8000"),
    ],
)
def test_a_pace_belongs_to_the_registered_domain(url: str, key: str) -> None:
    assert pace_key(url) == key


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

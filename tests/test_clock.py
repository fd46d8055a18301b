"""Time in a run: it goes on whatever becomes of the machine's clock, and a wrong one does not outlive it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from newsroom import HOUR, NOON, REVISITS, only, page
from twisted.internet.error import DNSLookupError
from twisted.internet.task import Clock as Timers

from columnist.pipelines.dataset.open_store import open_store
from columnist.scraper.fetch.guard.ip_addresses import address_finder, is_ones_own
from columnist.scraper.frontier.frontier import Frontier
from columnist.scraper.frontier.records import VisitResult
from columnist.scraper.throttle.clock import Clock, steady_reactor
from columnist.scraper.throttle.pace import wait_asked_for


def test_dates_follow_the_wall_clock_forward_and_never_back() -> None:
    wall, steady = [1_000.0], [5.0]
    clock = Clock(lambda: wall[0], lambda: steady[0])
    wall[0], steady[0] = 1_010.0, 15.0
    together = clock.time()
    wall[0], steady[0] = 5_000.0, 16.0
    ahead = clock.time()
    wall[0], steady[0] = 1_400.0, 26.0

    assert (together, ahead, clock.time()) == (1_010.0, 5_000.0, 5_010.0)
    assert clock.now().timestamp() == 5_010.0


def test_timers_of_a_reactor_go_on_by_the_monotonic_clock() -> None:
    reactor, rung = Timers(), []
    reactor.advance(time.time())  # as Twisted's own: seconds since 1970
    reactor.callLater(0.0, rung.append, "old")
    steady_reactor(reactor)
    steady_reactor(reactor)
    reactor.callLater(0.0, rung.append, "new")

    assert [call.time <= time.monotonic() for call in reactor.getDelayedCalls()] == [True, True]
    assert reactor.seconds is time.monotonic


def test_what_a_clock_that_was_ahead_put_off_comes_back_at_the_next_start(tmp_path: Path) -> None:
    wrong = NOON + timedelta(days=3_650)
    with open_store(tmp_path) as store:
        frontier = Frontier(store.state, REVISITS)
        frontier.add(page(name) for name in ("seen", "failed", "deferred", "soon"))
        for lease in sorted(frontier.lease(4, NOON, 4), key=lambda lease: lease.url):
            name = lease.url.rpartition("/")[2]
            if name == "seen":
                frontier.done(lease, VisitResult(200), wrong)
            elif name == "failed":
                frontier.failed(lease, "timeout", wrong)
            else:
                frontier.defer(lease, wrong if name == "deferred" else NOON + HOUR)
        assert frontier.lease(4, NOON, 4) == []
        frontier.mend_dates(NOON)
        back = {lease.url.rpartition("/")[2] for lease in frontier.lease(4, NOON, 4)}
        later = {lease.url.rpartition("/")[2] for lease in frontier.lease(4, NOON + timedelta(days=4), 9)}

    assert back == {"failed", "deferred"}
    assert later == {"seen", "soon"}


def test_news_of_an_address_that_was_visited_in_the_future_are_believed(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        frontier = Frontier(store.state, REVISITS)
        frontier.add([page("a")])
        frontier.done(only(frontier), VisitResult(200), NOON + timedelta(days=36_500))
        frontier.add([replace(page("a"), newest=NOON - timedelta(days=200))])

        assert only(frontier).url.endswith("/a")


def test_a_date_of_retry_after_counts_from_the_date_of_its_answer() -> None:
    said = {"retry-after": "Sun, 15 Jun 2025 15:08:40 GMT", "date": "Sun, 15 Jun 2025 15:08:10 GMT"}

    assert wait_asked_for(said.get, 0.0) == 30.0
    assert wait_asked_for({**said, "date": "?"}.get, 1_750_000_000.0) == 120.0
    assert wait_asked_for({"retry-after": "7"}.get, 0.0) == 7.0
    assert wait_asked_for({}.get, 0.0) is None


def test_names_are_bound_to_the_address_that_they_resolve_to() -> None:
    asked: list[str] = []

    async def resolve(host: str) -> str:
        asked.append(host)
        if host == "dead.example":
            raise DNSLookupError(host)
        return "192.0.2.7"

    async def found(*urls: str) -> list[str | None]:
        address_of = address_finder(resolve)
        return [await address_of(url) for url in urls]

    urls = (
        "http://a.example/x",
        "https://a.example:81/",
        "http://dead.example/",
        "http://dead.example/",
        "http://127.0.0.1/",
    )

    assert asyncio.run(found(*urls)) == ["192.0.2.7", "192.0.2.7", None, None, None]
    assert asked == ["a.example", "dead.example"]


def test_servers_that_are_named_as_ones_own_are_known() -> None:
    own = ("127.0.0.1", "10.0.0.8", "::1", "[::1]", "localhost", "LOCALHOST.", "fe80::1%eth0", "100.64.0.1")

    assert [host for host in own if not is_ones_own(host)] == []
    assert [
        host for host in ("8.8.8.8", "a.localhost", "paper.example", "2606:4700::1") if is_ones_own(host)
    ] == []

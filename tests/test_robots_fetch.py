"""Every way that asking for a robots.txt can end is a value."""

from __future__ import annotations

import asyncio

import pytest
from fakeengine import HOME, PAGE, Engine, Outcome, answer, crawler_with
from scrapy import Request, signals
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError

from columnist.scraper.fetch.outcomes import DEAD_TRIES
from columnist.scraper.fetch.stats import Tally
from columnist.scraper.robots.decisions import RobotsAnswer
from columnist.scraper.robots.fetch import RobotsFetch, paced
from columnist.scraper.robots.parser import MAX_ROBOTS_BYTES
from columnist.scraper.throttle.throttle import Throttle

ROBOTS = f"{HOME}/robots.txt"


async def unbounded(url: str) -> None:
    return None


def robots_answer(outcome: Outcome, unpacked: bytes | None = None) -> RobotsAnswer:
    async def unpack(body: bytes, layers: list[str]) -> bytes | None:
        return unpacked

    return asyncio.run(RobotsFetch(crawler_with(Engine({ROBOTS: outcome})), unpack)(ROBOTS))


@pytest.mark.parametrize(
    ("outcome", "unpacked", "expected"),
    [
        (answer(body=b"User-agent: *", ETag="1"), None, RobotsAnswer(200, b"User-agent: *", (("etag", "1"),))),
        (answer(body=b"x" * (MAX_ROBOTS_BYTES + 9)), None, RobotsAnswer(200, b"x" * (MAX_ROBOTS_BYTES + 1))),
        (answer(404, b"none"), None, RobotsAnswer(404, b"none")),
        (answer(body=b"\1", Content_Encoding="br"), b"plain", RobotsAnswer(200, b"plain", (("content-encoding", "br"),))),
        (answer(body=b"\1", Content_Encoding="br"), None, RobotsAnswer(error="the body is no br")),
        (answer(500, b"\1", Content_Encoding="br"), None, RobotsAnswer(500, b"\1", (("content-encoding", "br"),))),
        (DownloadConnectionRefusedError("x"), None, RobotsAnswer(error="connection-refused")),
        (CannotResolveHostError("x"), None, RobotsAnswer(error="dns")),
        (OSError("Connection lost"), None, RobotsAnswer(error="connection")),
    ],
)  # fmt: skip
def test_each_answer_of_robots_txt_is_a_value(
    outcome: Outcome, unpacked: bytes | None, expected: RobotsAnswer
) -> None:
    assert robots_answer(outcome, unpacked) == expected


def test_a_robots_txt_is_cut_while_it_comes() -> None:
    crawler = crawler_with(Engine({}))
    fetch = RobotsFetch(crawler, lambda body, layers: asyncio.sleep(0, None))
    own = Request(ROBOTS, meta={"columnist_small_file_bytes": 0})
    page = Request(PAGE)

    def told(request: Request, size: int) -> list[str]:
        given = crawler.signals.send_catch_log(signals.bytes_received, data=b"x" * size, request=request)
        return [type(getattr(value, "value", value)).__name__ for _, value in given]

    assert fetch is not None
    assert told(own, MAX_ROBOTS_BYTES) == ["NoneType"]
    assert told(own, 1) == ["StopDownload"]
    assert told(page, 9 * MAX_ROBOTS_BYTES) == ["NoneType"]


@pytest.mark.parametrize(
    ("answers", "stopped", "tries", "dead"),
    [
        ([RobotsAnswer(error="dns")], None, DEAD_TRIES, DEAD_TRIES),
        ([RobotsAnswer(error="dns")], "SIGTERM", 1, 1),
        ([RobotsAnswer(error="dns"), RobotsAnswer(404)], None, 2, 1),
        ([RobotsAnswer(error="OSError: x")], None, 1, 0),
    ],
)
def test_robots_txt_of_a_home_that_is_not_there_is_asked_for_thrice(
    answers: list[RobotsAnswer], stopped: str | None, tries: int, dead: int
) -> None:
    tally, left = Tally(stopped=stopped), list(answers)
    throttle = Throttle(0.0, sleep=lambda _: asyncio.sleep(0))

    async def fetch(url: str) -> RobotsAnswer:
        return left.pop(0) if len(left) > 1 else left[0]

    found = asyncio.run(paced(fetch, throttle, lambda url: "paper.example", tally, unbounded)(ROBOTS))

    site = tally.site("paper.example")
    assert (site.requests, site.dead.total()) == (tries, dead)
    assert found == answers[-1]


def test_robots_txt_of_a_site_that_rests_is_not_asked_for() -> None:
    throttle = Throttle(0.0)
    for _ in range(100):
        throttle.failed("paper.example")

    async def fetch(url: str) -> RobotsAnswer:
        raise AssertionError(url)

    found = asyncio.run(paced(fetch, throttle, lambda url: "paper.example", Tally(), unbounded)(ROBOTS))

    assert found == RobotsAnswer(error="the host rests after too many failures, or asked for much time")

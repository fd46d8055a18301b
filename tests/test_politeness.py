"""Pace: how fast a site is asked; and who we say that we are."""

import asyncio
import itertools
import math
from dataclasses import dataclass, field, replace

import pytest

from pipelines.options import CrawlOptions
from scraper.politeness import (
    FAILURES_TO_BREAK,
    LONGEST_DELAY,
    REFUSALS_TO_BREAK,
    ContactMissingError,
    Pace,
    after_answer,
    after_failure,
    after_start,
    ready_at,
    require_contact,
    retry_after_seconds,
    start_pace,
    user_agent,
    with_site_delay,
)
from scraper.throttle import SiteRests, Throttle, slot_of

NOW = 1_750_000_000.0


def ask(
    pace: Pace, now: float, status: int = 200, retry_after: str | None = None, seconds: float = 0.1
) -> Pace:
    return after_answer(after_start(pace, now), now + seconds, status, retry_after, seconds)


def test_the_greatest_delay_holds() -> None:
    assert start_pace(1.0, None, 10.0, 0.0).base == 10.0
    assert start_pace(None).base == 0.0
    assert with_site_delay(start_pace(1.0), 5.0).base == 5.0
    assert with_site_delay(start_pace(5.0), 1.0).base == 5.0
    assert with_site_delay(start_pace(5.0), None).base == 5.0


def test_a_new_site_may_be_asked_at_once_and_a_busy_one_never() -> None:
    pace = start_pace(1.0)

    assert ready_at(pace) == -math.inf
    assert ready_at(after_start(pace, NOW)) == math.inf


def test_the_delay_counts_from_start_to_start() -> None:
    assert ready_at(ask(start_pace(2.0), NOW, seconds=0.5)) == NOW + 2.0


def test_jitter_never_undercuts_the_delay() -> None:
    pace = ask(start_pace(2.0), NOW)

    for jitter in (-1.0, -0.3, 0.0, 0.5, 1.0):
        assert NOW + 2.0 <= ready_at(pace, jitter) <= NOW + 2.5


def test_a_slow_server_is_asked_less_often() -> None:
    pace = start_pace(1.0)
    for n in range(30):
        pace = ask(pace, NOW + 100 * n, seconds=8.0)

    assert 3.5 < pace.delay <= 4.0
    for n in range(30, 60):
        pace = ask(pace, NOW + 100 * n, seconds=0.1)
    assert pace.delay == 1.0


def test_a_quick_server_without_a_delay_is_not_slowed_down() -> None:
    assert ask(start_pace(0.0), NOW, seconds=0.4).delay == 0.0


def test_a_crawling_server_does_not_stop_its_site() -> None:
    assert ask(start_pace(1.0), NOW, seconds=10_000.0).delay == 15.0


@pytest.mark.parametrize("status", [429, 503])
def test_each_refusal_doubles_the_delay_up_to_a_limit(status: int) -> None:
    pace, delays = start_pace(1.0), []
    for _ in range(REFUSALS_TO_BREAK - 1):
        pace = ask(pace, NOW, status, seconds=0.0)
        delays.append(pace.delay)

    assert delays == [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0]
    assert not pace.broken
    assert ask(start_pace(200.0), NOW, status).delay == LONGEST_DELAY
    pace = ask(pace, NOW, status)
    assert pace.broken
    assert pace.slowed == REFUSALS_TO_BREAK


def test_refusals_that_are_not_in_a_row_do_not_break_a_site() -> None:
    pace = start_pace(1.0)
    for _ in range(20):
        pace = ask(ask(pace, NOW, 429), NOW, 404)

    assert not pace.broken
    assert pace.slowed == 20


def test_a_site_without_delay_slows_down_too() -> None:
    assert ask(start_pace(0.0), NOW, 429, seconds=0.0).delay == 1.0


def test_a_site_recovers_with_good_answers() -> None:
    pace = ask(start_pace(1.0), NOW, 429)
    for n in range(20):
        pace = ask(pace, NOW + 10 * n)

    assert pace.delay == 1.0
    assert pace.extra == 0.0


def test_errors_of_the_server_neither_slow_nor_quicken() -> None:
    slowed = ask(start_pace(1.0), NOW, 429)

    assert ask(slowed, NOW, 500).extra == slowed.extra
    assert ask(start_pace(1.0), NOW, 404).extra == 0.0


def test_retry_after_is_kept_to_and_not_shortened_by_a_later_answer() -> None:
    pace = ask(start_pace(1.0), NOW, 429, "120", seconds=0.0)

    assert ready_at(pace) == NOW + 120
    assert ready_at(ask(pace, NOW, 503, "5", seconds=0.0)) == NOW + 120
    assert ready_at(ask(pace, NOW + 1, 200)) == NOW + 120


def test_without_retry_after_the_new_delay_is_waited_for() -> None:
    assert ready_at(ask(start_pace(4.0), NOW, 503, seconds=0.0)) == NOW + 8.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None), ("", None), ("120", 120.0), (" 5 ", 5.0), ("1.5", 1.5), ("0", 0.0), ("-5", None),
        ("999999", 3600.0), ("99999999999999999999", 3600.0), ("soon", None), ("1e3", None), ("١٢", None),
        ("Sun, 15 Jun 2025 15:08:40 GMT", 120.0), ("Sun, 15 Jun 2025 14:30:00 GMT", 0.0),
        ("Fri, 31 Dec 2999 23:59:59 GMT", 3600.0), ("Sunday, 15-Jun-25 15:08:40 GMT", 120.0),
        ("Sun Jun 15 15:08:40 2025", 120.0), ("Sun, 99 Jun 2025 15:08:40 GMT", None),
        ("Sun, 15 Jun 99999 15:08:40 GMT", None), ("inf", None), ("nan", None), ("0x10", None),
    ],
)  # fmt: skip
def test_retry_after_is_read_in_both_forms(value: str | None, seconds: float | None) -> None:
    found = retry_after_seconds(value, NOW)

    assert found == seconds


def test_a_site_that_does_not_answer_rests_after_five_failures_in_a_row() -> None:
    pace, waits = start_pace(1.0), []
    for _ in range(FAILURES_TO_BREAK):
        assert not pace.broken
        pace = after_failure(after_start(pace, NOW), NOW)
        waits.append(pace.not_before - NOW)

    assert pace.broken
    assert ready_at(pace) == math.inf
    assert waits == [2.0, 4.0, 8.0, 16.0, 30.0]


def test_one_answer_of_any_kind_ends_a_row_of_failures() -> None:
    for status in (200, 404, 500, 503):
        pace = start_pace(1.0)
        for _ in range(FAILURES_TO_BREAK - 1):
            pace = after_failure(after_start(pace, NOW), NOW)

        assert ask(pace, NOW, status).failures == 0


# ---- the throttle of a run -------------------------------------------------------------------------------


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


# ---- who we are ------------------------------------------------------------------------------------------

OPTIONS = CrawlOptions()


def test_the_user_agent_names_us_and_whoever_runs_the_crawl() -> None:
    named = replace(OPTIONS, contact="https://you.example/crawler")

    assert user_agent(named, "0.1.0") == "Columnist/0.1.0 (+https://you.example/crawler)"
    assert user_agent(OPTIONS, "0.1.0") == "Columnist/0.1.0"
    assert (
        user_agent(replace(OPTIONS, user_agent="MyBot/1 (+a@b.example)"), "0.1.0") == "MyBot/1 (+a@b.example)"
    )


def test_a_contact_cannot_smuggle_a_header() -> None:
    agent = user_agent(replace(OPTIONS, contact="a@b.example\r\nCookie: x\x1b[31m"), "0.1.0")

    assert agent == "Columnist/0.1.0 (+a@b.example Cookie: x [31m)"


@pytest.mark.parametrize(
    "address", ["http://127.0.1.5:8900/", "http://localhost/", "http://[::1]/", "127.0.0.1"]
)
def test_this_machine_needs_no_contact(address: str) -> None:
    require_contact(OPTIONS, [address])


@pytest.mark.parametrize(
    "address", ["https://paper.example/", "http://10.0.0.1/", "http://127.0.0.1.example/", "paper.example"]
)
def test_other_peoples_sites_need_a_contact_and_the_error_says_how(address: str) -> None:
    with pytest.raises(ContactMissingError, match=r"--contact or COLUMNIST_CONTACT"):
        require_contact(OPTIONS, ["http://127.0.0.1/", address])


@pytest.mark.parametrize(
    "contact", ["https://you.example/bot", "http://you.example", "you@example.org", "mailto:you@example.org"]
)
def test_a_url_or_an_email_will_do(contact: str) -> None:
    require_contact(replace(OPTIONS, contact=contact), ["https://paper.example/"])


def test_a_contact_may_stand_in_a_user_agent_of_ones_own() -> None:
    require_contact(replace(OPTIONS, user_agent="MyBot/1 (+https://you.example)"), ["https://paper.example/"])
    with pytest.raises(ContactMissingError):
        require_contact(replace(OPTIONS, user_agent="MyBot/1"), ["https://paper.example/"])


@pytest.mark.parametrize("contact", ["me", "x@y", "you example.org", "ftp://you.example", "https://"])
def test_what_is_no_contact_is_named(contact: str) -> None:
    with pytest.raises(ContactMissingError, match="neither a URL"):
        require_contact(replace(OPTIONS, contact=contact), ["http://127.0.0.1/"])

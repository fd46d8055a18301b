"""Pace: how fast a site is asked; and who we say that we are."""

import math

import pytest

from columnist.scraper.throttle.pace import (
    FAILURES_TO_BREAK,
    LONGEST_DELAY,
    REFUSALS_TO_BREAK,
    Pace,
    after_answer,
    after_failure,
    after_start,
    ready_at,
    retry_after_seconds,
    start_pace,
    with_site_delay,
)

NOW = 1_750_000_000.0


def ask(
    pace: Pace, now: float, status: int = 200, retry_after: float | None = None, seconds: float = 0.1
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
    pace = ask(start_pace(1.0), NOW, 429, 120.0, seconds=0.0)

    assert ready_at(pace) == NOW + 120
    assert ready_at(ask(pace, NOW, 503, 5.0, seconds=0.0)) == NOW + 120
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
        ("120s", 120.0), ("120 sec", 120.0), ("+120", 120.0), ("120;", 120.0), ("2 minutes", 120.0), ("2 min", 120.0),
        ('"120"', 120.0), (",5", 0.5), ("-120s", None), ("9" * 400, 3600.0), ("2025-06-15T15:08:40Z", 120.0),
        ("2025-06-15 15:08:40", 120.0), ("2020-01-01", 0.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("Sun, 15 Jun 2025 17:08:40 +0200", 120.0), ("1750000120", 3600.0), (";", None),
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

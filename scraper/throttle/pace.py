"""How fast a host is asked: one Pace per registered domain, a frozen record that answers move from state to state. Pure.

The clock comes in as seconds of no meaning but their difference; the crawl asks `ready_at` before it takes a
site's next address and tells `after_answer` or `after_failure` what came of it. Also: who we say that we are.
"""

import math
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from columnist.pipelines.records.options import CrawlOptions
from columnist.scraper.fetch.guard.address_guard import is_loopback
from columnist.scraper.throttle.durations import seconds_said

RETRY_AFTER_CAP = 3600.0  # seconds; a site that asks for more is asked again by a later run
SLOWER = 2.0  # each 429 or 503 doubles the delay ...
LONGEST_DELAY = 300.0  # ... up to five minutes, where a site of 20 pages still gets done in a run
QUICKER = 0.8  # each good answer takes a fifth off what was added: back to normal after about ten
LATENCY_SHARE = 0.5  # AutoThrottle's idea: wait at least half as long as the server needed to answer
SLOW_ANSWER = 0.5  # seconds; a server that answers faster has room, also where somebody set no delay at all
LATENCY_WEIGHT = 0.3  # share of the newest answer in the running mean
LONGEST_LATENCY_DELAY = 15.0  # a slow page must not stop a site
FAILURES_TO_BREAK = 5  # in a row: nothing there to talk to; the site rests for this run
# Between those, so that a dead site holds a run for a minute, not a quarter of an hour.
LONGEST_FAILURE_WAIT = 30.0
REFUSALS_TO_BREAK = 8  # 429 or 503 in a row: at a second's delay two minutes of waiting ever longer
JITTER = 0.25  # share of the delay by which it varies: no two crawls beat in time


@dataclass(frozen=True, slots=True)
class Pace:
    """How one registered domain is being asked."""

    base: float  # the delay that options, site file and robots.txt ask for: their greatest
    extra: float = 0.0  # what the site's own 429 and 503 added
    latency: float | None = None  # running mean, seconds
    failures: int = 0  # in a row
    busy: int = 0  # requests under way: one at a time
    started_at: float = -math.inf  # when the last request began
    not_before: float = -math.inf  # Retry-After
    broken: bool = False  # rests for this run
    refusals: int = 0  # 429 and 503 in a row
    slowed: int = 0  # how often the site asked for less, for the run's counts

    @property
    def delay(self) -> float:
        """Return the seconds between the starts of two requests."""
        slow = self.latency if self.latency is not None and self.latency >= SLOW_ANSWER else 0.0
        by_latency = min(LONGEST_LATENCY_DELAY, LATENCY_SHARE * slow)
        return max(self.base + self.extra, by_latency)


class ContactMissingError(ValueError):
    """No contact, and an address that is not on this machine."""


def start_pace(*delays: float | None) -> Pace:
    """Begin with the greatest of the delays that are set: option, site file, Crawl-delay."""
    return Pace(base=max((d for d in delays if d is not None), default=0.0))


def with_site_delay(pace: Pace, delay: float | None) -> Pace:
    """Take up a delay that became known later, such as a Crawl-delay."""
    return pace if delay is None or delay <= pace.base else replace(pace, base=delay)


def ready_at(pace: Pace, jitter: float = 0.0) -> float:
    """Return the time from which the site may be asked again; infinity while busy or broken.

    `jitter` is a number from -1 to 1 that the caller draws; it never undercuts the delay that a site asked for.
    """
    if pace.broken or pace.busy:
        return math.inf
    wait = pace.delay * (1 + JITTER * abs(jitter))
    return max(pace.started_at + wait, pace.not_before)


def after_start(pace: Pace, now: float) -> Pace:
    """Note that a request begins."""
    return replace(pace, busy=pace.busy + 1, started_at=now)


def after_answer(pace: Pace, now: float, status: int, retry_after: float | None, seconds: float) -> Pace:
    """Note an answer: 429 and 503 slow the whole site down, everything else lets it recover.

    `retry_after` are the seconds from now that its Retry-After asks for.
    """
    pace = replace(pace, busy=max(0, pace.busy - 1))
    if status in (429, 503):
        return _slow_down(pace, now, retry_after)
    latency = seconds if pace.latency is None else pace.latency + LATENCY_WEIGHT * (seconds - pace.latency)
    if status >= 500:  # answered, but in trouble: neither quicker nor broken
        return replace(pace, latency=latency, failures=0, refusals=0)
    extra = pace.extra * QUICKER
    extra = extra if extra > 0.05 else 0.0  # a twentieth of a second is no delay
    return replace(pace, latency=latency, failures=0, refusals=0, extra=extra)


def after_failure(pace: Pace, now: float) -> Pace:
    """Note that no answer came (timeout, reset, DNS, TLS); after five in a row the site rests for this run."""
    failures = pace.failures + 1
    wait = min(max(LONGEST_FAILURE_WAIT, pace.base), max(1.0, pace.base) * SLOWER**failures)
    return replace(
        pace,
        busy=max(0, pace.busy - 1),
        failures=failures,
        not_before=max(pace.not_before, now + wait),
        broken=failures >= FAILURES_TO_BREAK,
    )


def _slow_down(pace: Pace, now: float, retry_after: float | None) -> Pace:
    delay = min(LONGEST_DELAY, max(1.0, (pace.base + pace.extra) * SLOWER))
    wait = delay if retry_after is None else retry_after
    return replace(
        pace,
        extra=max(0.0, delay - pace.base),
        failures=0,
        not_before=max(pace.not_before, now + wait),
        refusals=pace.refusals + 1,
        slowed=pace.slowed + 1,
        broken=pace.refusals + 1 >= REFUSALS_TO_BREAK,
    )


def retry_after_seconds(value: str | None, now: float) -> float | None:
    """Read a Retry-After header, seconds or a date, capped at an hour; None where it says nothing.

    `now` is what the server's clock shows, or ours, in seconds since 1970. A date that is past says "at once".
    """
    text = (value or "").strip()
    moment = _moment(text)
    if moment is not None:
        return min(RETRY_AFTER_CAP, max(0.0, moment - now))
    said = seconds_said(text)
    return None if said is None else min(RETRY_AFTER_CAP, said)


def wait_asked_for(header: Callable[[str], str | None], now: float) -> float | None:
    """Return the seconds of an answer's Retry-After; a date counts from the answer's own, for clocks differ.

    `header` gives a header's value by its lower-case name; `now` is our own clock's, for an answer without a date.
    """
    shown = _moment((header("date") or "").strip())
    return retry_after_seconds(header("retry-after"), now if shown is None else shown)


def _moment(text: str) -> float | None:
    """Return the time of an HTTP date, or of an ISO one, which servers write by mistake; seconds since 1970."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        with suppress(ValueError, TypeError, IndexError, OverflowError):
            moment = read(text) if len(text) > 7 and not text.isdigit() else None
            if moment is not None:
                return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return None


def user_agent(options: CrawlOptions, version: str) -> str:
    """Return who we say that we are: name, version and contact; never a browser's name."""
    if options.user_agent:
        return _one_line(options.user_agent)
    contact = f" (+{_one_line(options.contact)})" if options.contact else ""
    return f"Columnist/{version}{contact}"


def require_contact(options: CrawlOptions, addresses: Iterable[str]) -> None:
    """Raise ContactMissingError, saying how to set it, if any address is not on this machine and no contact is set."""
    if options.contact and not re.fullmatch(
        r"https?://[^\s/]+\S*|\S+@[^\s@]+\.[^\s@]+", options.contact.strip()
    ):
        raise ContactMissingError(
            f"contact {options.contact!r} is neither a URL (http://...) nor an e-mail address: "
            "give one under which the sites you crawl can reach you."
        )
    named = options.user_agent and re.search(r"https?://|\S+@\S+\.\S", options.user_agent)
    if options.contact or named:
        return
    for address in addresses:
        host = urlsplit(address).hostname or address
        if not is_loopback(host):
            raise ContactMissingError(
                f"{host}: a crawl of other people's sites must say who runs it. Set a URL or an e-mail address "
                "with --contact or COLUMNIST_CONTACT, for example --contact https://you.example/crawler"
            )


def _one_line(text: str) -> str:
    return re.sub(r"[^\x20-\x7e]+", " ", text).strip()[:200]

"""robots.txt as a service of the crawl: asked once per scheme, host and port, kept 24 h, strict where unsure.

2xx: the rules. 4xx but 429: allowed. All else (429, 5xx, no answer, endless redirects, a file that cannot be
read): nothing is allowed for now, and the file is asked for again later. Waiters share one answer: a lock per
origin, for Scrapy's own middleware lets those through that wait while robots.txt is still loading.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol
from urllib.parse import urlsplit

from pipelines.addresses import absolute
from pipelines.paths import normal_path
from pipelines.records import Rights
from pipelines.rights import (
    MAX_TDM_BYTES,
    RobotsSignals,
    TdmRule,
    licence_demanded,
    merge_rights,
    rights_from_robots,
    rights_from_tdmrep,
)
from scraper.guard import AddressPolicy, refusal
from scraper.politeness import retry_after_seconds
from scraper.robots_rules import MAX_ROBOTS_BYTES, RobotsRules, allows

__all__ = [
    "Answer",
    "Robots",
    "RobotsEntry",
    "RobotsOptions",
    "RobotsStore",
    "RobotsTools",
    "Verdict",
    "origin_of",
]

CACHE_SECONDS = 24 * 3600.0  # RFC 9309, 2.4: at most 24 hours
MAX_REDIRECTS = 5  # RFC 9309, 2.3.1.2: at least five are followed
FIRST_RETRY_SECONDS = 60.0  # doubled with each failure in a row ...
LAST_RETRY_SECONDS = 3600.0  # ... up to this: a run an hour finds the site back within two
MAX_ORIGINS = 5_000  # entries kept in memory, the least used dropped first; 2 KB each as a rule

State = Literal["rules", "allow-all", "unreachable", "licence"]
Reason = Literal["allowed", "robots", "robots-unreachable", "licence"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a server, redirects not followed; `error` instead of a status where none came."""

    status: int | None = None
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()  # lower-case names
    error: str | None = None

    def header(self, name: str) -> str | None:
        """Return one header's value."""
        return dict(self.headers).get(name)


@dataclass(frozen=True, slots=True)
class RobotsEntry:
    """What is known of one origin; a row of the robots table."""

    origin: str  # scheme://host:port
    state: State
    fetched_at: float  # seconds since 1970
    retry_at: float  # ask again from then on
    body: bytes = b""  # of a 2xx answer, at most 512 KiB
    failures: int = 0  # in a row
    detail: str = ""  # status or error, for the log
    tdmrep: bytes = b""  # /.well-known/tdmrep.json, where there is one


class RobotsStore(Protocol):
    """Where entries live between runs, so that a rerun within 24 h asks nothing."""

    def load(self, origin: str) -> RobotsEntry | None:
        """Return the entry of an origin."""

    def save(self, entry: RobotsEntry) -> None:
        """Keep an entry in place of an earlier one."""


@dataclass(frozen=True, slots=True)
class RobotsOptions:
    """How strict and how wide."""

    user_agent: str
    delay_cap: float = 120.0  # CrawlOptions.crawl_delay_cap
    policy: AddressPolicy = AddressPolicy()
    ask_tdmrep: bool = True  # one request more per origin and day


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an address may be fetched, and what its site asks for."""

    allowed: bool
    reason: Reason
    retry_at: float | None = None  # where unreachable: when the answer may have changed
    delay: float | None = None  # seconds between requests that the site asks for, capped
    sitemaps: tuple[str, ...] = ()  # absolute http(s) addresses that pass the guard
    rights: Rights = Rights()  # robots_allowed and the signals for this path
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    entry: RobotsEntry
    rules: RobotsRules
    tdm: tuple[TdmRule, ...]


Fetch = Callable[[str], Awaitable[Answer]]
ReadRobots = Callable[[bytes, str], Awaitable[RobotsRules | None]]  # None: could not be read
ReadTdmrep = Callable[[bytes, str], Awaitable[tuple[TdmRule, ...] | None]]


@dataclass(frozen=True, slots=True)
class RobotsTools:
    """What the service does not do itself: network, sandboxed reading, time, memory."""

    fetch: Fetch
    read_robots: ReadRobots
    read_tdmrep: ReadTdmrep
    now: Callable[[], float]
    store: RobotsStore | None = None


class Robots:
    """Decide for addresses whether robots.txt lets us fetch them."""

    def __init__(self, options: RobotsOptions, tools: RobotsTools) -> None:
        self._options = options
        self._tools = tools
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._locks: dict[str, asyncio.Lock] = {}

    async def allowed(self, url: str) -> Verdict:
        """Decide on one address, asking its site first where that is due."""
        origin = origin_of(url)
        if origin is None:
            return Verdict(allowed=False, reason="robots", detail="no web address")
        known = self._fresh(origin)
        if known is None:
            lock = self._locks.setdefault(origin, asyncio.Lock())
            async with lock:  # whoever waited finds the answer of the first
                known = self._fresh(origin) or await self._learn(origin)
            self._locks.pop(origin, None)  # who comes now finds the answer without it
        return _verdict(url, known, self._options)

    def _fresh(self, origin: str) -> _Known | None:
        known = self._known.get(origin)
        if known is None or self._tools.now() >= known.entry.retry_at:
            return None
        self._known.move_to_end(origin)
        return known

    async def _learn(self, origin: str) -> _Known:
        store, now = self._tools.store, self._tools.now()
        known = self._known.get(origin)
        stored = known.entry if known else (store.load(origin) if store else None)
        usable = stored is not None and stored.fetched_at <= now < stored.retry_at
        entry = stored if stored and usable else await self._ask(origin, stored)
        learnt = await self._read(entry)
        if learnt.entry is not stored:
            learnt = await self._with_tdmrep(learnt)
            if store:
                store.save(learnt.entry)
        self._known[origin] = learnt
        while len(self._known) > MAX_ORIGINS:
            self._known.popitem(last=False)
        return learnt

    async def _ask(self, origin: str, before: RobotsEntry | None) -> RobotsEntry:
        answer = await self._follow(origin + "/robots.txt")
        return _judge(origin, answer, self._tools.now(), before)

    async def _with_tdmrep(self, known: _Known) -> _Known:
        url = known.entry.origin + "/.well-known/tdmrep.json"
        asked = self._options.ask_tdmrep and known.entry.state in ("rules", "allow-all")
        if not asked or not allows(known.rules, url):  # robots.txt holds for this file too
            return known
        answer = await self._follow(url)
        body = answer.body[:MAX_TDM_BYTES] if answer.status == 200 else b""
        return await self._read(replace(known.entry, tdmrep=body)) if body else known

    async def _follow(self, url: str) -> Answer:
        for _ in range(MAX_REDIRECTS + 1):
            if refusal(url, self._options.policy):
                return Answer(error="redirected to an address that is refused")
            answer = await self._tools.fetch(url)
            location = answer.header("location")
            if answer.status not in (301, 302, 303, 307, 308) or not location:
                return answer
            url = absolute(location, url) or ""
        return Answer(error=f"more than {MAX_REDIRECTS} redirects")

    async def _read(self, entry: RobotsEntry) -> _Known:
        tdm = await self._tools.read_tdmrep(entry.tdmrep, entry.origin) if entry.tdmrep else ()
        if entry.state != "rules":
            return _Known(entry, RobotsRules(), tdm or ())
        rules = await self._tools.read_robots(entry.body, self._options.user_agent)
        if rules is None:
            failed = _failure(entry.origin, "cannot be read", self._tools.now(), entry)
            return _Known(failed, RobotsRules(), ())
        return _Known(entry, rules, tdm or ())


def origin_of(url: str) -> str | None:
    """Return scheme://host:port of an address, the port always written; None if it is no web address."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return None
    host = (parts.hostname or "").rstrip(".")
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}" if host else None


def _judge(origin: str, answer: Answer, now: float, before: RobotsEntry | None) -> RobotsEntry:
    status, until = answer.status, now + CACHE_SECONDS
    if status is None:
        return _failure(origin, answer.error or "no answer", now, before)
    if licence_demanded(status, dict(answer.headers)):
        return RobotsEntry(origin, "licence", now, until, detail="a licence is demanded (RSL)")
    if 200 <= status < 300:
        return RobotsEntry(
            origin, "rules", now, until, answer.body[: MAX_ROBOTS_BYTES + 1], detail=str(status)
        )
    if 400 <= status < 500 and status != 429:
        return RobotsEntry(origin, "allow-all", now, until, detail=str(status))
    failed = _failure(origin, f"status {status}", now, before)
    wait = retry_after_seconds(answer.header("retry-after"), now)
    return failed if wait is None else replace(failed, retry_at=max(failed.retry_at, now + wait))


def _failure(origin: str, detail: str, now: float, before: RobotsEntry | None) -> RobotsEntry:
    failures = (before.failures if before else 0) + 1
    wait = min(LAST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2.0 ** min(failures - 1, 20))
    return RobotsEntry(origin, "unreachable", now, now + wait, failures=failures, detail=detail)


def _verdict(url: str, known: _Known, options: RobotsOptions) -> Verdict:
    entry = known.entry
    if entry.state == "unreachable":
        return Verdict(
            False,
            "robots-unreachable",
            entry.retry_at,
            rights=Rights(robots_allowed=False),
            detail=entry.detail,
        )
    if entry.state == "licence":
        return Verdict(False, "licence", rights=Rights(robots_allowed=False), detail=entry.detail)
    path = normal_path(url)
    may = allows(known.rules, url)
    said = rights_from_robots(_resolved(known.rules.signals, entry.origin), path)
    rights = merge_rights(merge_rights(Rights(robots_allowed=may), said), rights_from_tdmrep(known.tdm, path))
    delay = None if known.rules.delay is None else min(known.rules.delay, options.delay_cap)
    resolved = (absolute(line, entry.origin + "/robots.txt") for line in known.rules.sitemaps)
    sitemaps = tuple(dict.fromkeys(s for s in resolved if s and not refusal(s, options.policy)))
    return Verdict(may, "allowed" if may else "robots", delay=delay, sitemaps=sitemaps, rights=rights)


def _resolved(signals: RobotsSignals, origin: str) -> RobotsSignals:
    found = (absolute(line, origin + "/robots.txt") for line in signals.licenses)
    return replace(signals, licenses=tuple(address for address in found if address))

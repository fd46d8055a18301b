"""robots.txt as a service of the crawl: asked once per scheme, host and port, kept 24 h, strict where unsure.

2xx: the rules. 4xx but 429: allowed. All else (429, 5xx, no answer, endless redirects, a file that cannot be
read): nothing is allowed for now, and the file is asked for again later. Waiters share one answer: a lock per
origin, for Scrapy's own middleware lets those through that wait while robots.txt is still loading.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol

from columnist.pipelines.document.addresses import absolute
from columnist.pipelines.records.redact import loggable_url
from columnist.pipelines.sites.rights import MAX_TDM_BYTES, TdmRule
from columnist.pipelines.sites.terms import MAX_LICENCE_BYTES, LicenceRule
from columnist.scraper.fetch.guard.address_guard import AddressPolicy, refusal
from columnist.scraper.fetch.outcomes import DEAD
from columnist.scraper.robots.decisions import (
    Known,
    RobotsAnswer,
    RobotsEntry,
    RobotsVerdict,
    failure,
    files_of,
    judge,
    known_of,
    origin_of,
    verdict,
    weight_of,
)
from columnist.scraper.robots.parser import RobotsRules, allows

MAX_REDIRECTS = 5  # RFC 9309, 2.3.1.2: at least five are followed
# Kept in memory, five times sites_at_once; the least used dropped first, to be read again from the store.
MAX_ORIGINS = 1_000
# Bytes of what was read of them: 64 KB each, four times what national papers' files come to. Without this bound a
# thousand subdomains of one site with a full file each would hold 6 GB.
MAX_KEPT_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class RobotsOptions:
    """How strict and how wide."""

    user_agent: str
    delay_cap: float = 120.0  # CrawlOptions.crawl_delay_cap
    policy: AddressPolicy = AddressPolicy()
    ask_tdmrep: bool = True  # one request more per origin and day


class RobotsStore(Protocol):
    """Where entries live between runs, so that a rerun within 24 h asks nothing."""

    def load(self, origin: str) -> RobotsEntry | None:
        """Return the entry of an origin."""

    def save(self, entry: RobotsEntry) -> None:
        """Keep an entry in place of an earlier one."""


Fetch = Callable[[str], Awaitable[RobotsAnswer]]
ReadRobots = Callable[[bytes, str], Awaitable[RobotsRules | None]]  # None: could not be read
ReadTdmrep = Callable[[bytes, str], Awaitable[tuple[TdmRule, ...] | None]]
ReadLicence = Callable[[bytes, str], Awaitable[tuple[LicenceRule, ...] | None]]


@dataclass(frozen=True, slots=True)
class RobotsTools:
    """What the service does not do itself: network, sandboxed reading, time, memory."""

    fetch: Fetch
    read_robots: ReadRobots
    read_tdmrep: ReadTdmrep
    now: Callable[[], float]
    store: RobotsStore | None = None
    read_licence: ReadLicence | None = None  # None: a licence that robots.txt names is not asked for
    on_delay: Callable[[str, float], None] = lambda origin, seconds: (
        None
    )  # told of a Crawl-delay before more is asked


class Robots:
    """Decide for addresses whether robots.txt lets us fetch them."""

    def __init__(self, options: RobotsOptions, tools: RobotsTools) -> None:
        self._options = options
        self._tools = tools
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._kept_bytes = 0
        self._locks: dict[str, asyncio.Lock] = {}

    async def allowed(self, url: str) -> RobotsVerdict:
        """Decide on one address, asking its site first where that is due."""
        origin = origin_of(url)
        if origin is None:
            return RobotsVerdict(allowed=False, reason="robots", detail="no web address")
        known = self._fresh(origin)
        if known is None:
            lock = self._locks.setdefault(origin, asyncio.Lock())
            async with lock:  # whoever waited finds the answer of the first
                known = self._fresh(origin) or await self._learn(origin)
            self._locks.pop(origin, None)  # who comes now finds the answer without it
        return verdict(url, known, self._options.delay_cap)

    def _fresh(self, origin: str) -> Known | None:
        known = self._known.get(origin)
        if known is None or self._tools.now() >= known.entry.retry_at:
            return None
        self._known.move_to_end(origin)
        return known

    async def _learn(self, origin: str) -> Known:
        store, now = self._tools.store, self._tools.now()
        known = self._known.get(origin)
        stored = known.entry if known else (store.load(origin) if store else None)
        # What an earlier run found dead may stand again.
        usable = (
            stored is not None and stored.fetched_at <= now < stored.retry_at and stored.detail not in DEAD
        )
        entry = stored if stored and usable else await self._ask(origin, stored)
        learnt = await self._read(entry)
        if learnt.rules.delay is not None:
            self._tools.on_delay(origin, min(learnt.rules.delay, self._options.delay_cap))
        if learnt.entry is not stored:
            learnt = await self._with_licence(await self._with_tdmrep(learnt))
            if store:
                store.save(learnt.entry)
        self._keep(origin, learnt)
        return learnt

    def _keep(self, origin: str, learnt: Known) -> None:
        """Remember what was read, and forget the least used beyond the bounds: all but this one, if need be."""
        before = self._known.pop(origin, None)
        small = replace(
            learnt.entry, body=b"", tdmrep=b"", licence=b""
        )  # the store has them, 512 KiB at worst
        kept = replace(learnt, entry=small, weight=weight_of(learnt))
        self._known[origin] = kept
        self._kept_bytes += kept.weight - (before.weight if before else 0)
        while len(self._known) > 1 and (len(self._known) > MAX_ORIGINS or self._kept_bytes > MAX_KEPT_BYTES):
            _, dropped = self._known.popitem(last=False)
            self._kept_bytes -= dropped.weight

    async def _ask(self, origin: str, before: RobotsEntry | None) -> RobotsEntry:
        answer = await self._follow(origin + "/robots.txt")
        return judge(origin, answer, self._tools.now(), before)

    async def _with_tdmrep(self, known: Known) -> Known:
        url = known.entry.origin + "/.well-known/tdmrep.json"
        asked = self._options.ask_tdmrep and known.entry.state in ("rules", "allow-all")
        if not asked or not allows(known.rules, url):  # robots.txt holds for this file too
            return known
        answer = await self._follow(url)
        body = answer.body[:MAX_TDM_BYTES] if answer.status == 200 else b""
        return await self._read(replace(known.entry, tdmrep=body)) if body else known

    async def _with_licence(self, known: Known) -> Known:
        """Ask for the licence that robots.txt names: its hash tells which terms held, whatever becomes of the file."""
        url = next(iter(known.rules.signals.licenses), None)
        if url is None or self._tools.read_licence is None:
            return known
        if origin_of(url) == known.entry.origin and not allows(known.rules, url):
            return known
        answer = await self._follow(url)
        body = answer.body[:MAX_LICENCE_BYTES] if answer.status == 200 else b""
        return await self._read(replace(known.entry, licence=body)) if body else known

    async def _follow(self, url: str) -> RobotsAnswer:
        for _ in range(MAX_REDIRECTS + 1):
            refused = refusal(url, self._options.policy)
            if refused is not None:
                return RobotsAnswer(
                    error=f"it redirects to {loggable_url(url)[:200]}, which is refused: {refused}"
                )
            answer = await self._tools.fetch(url)
            location = answer.header("location")
            if answer.status not in (301, 302, 303, 307, 308) or not location:
                return answer
            url = absolute(location, url) or ""
        return RobotsAnswer(error=f"more than {MAX_REDIRECTS} redirects")

    async def _read(self, entry: RobotsEntry) -> Known:
        tools, policy = self._tools, self._options.policy
        tdm = await tools.read_tdmrep(entry.tdmrep, entry.origin) if entry.tdmrep else ()
        if entry.state != "rules":
            return Known(entry, tdm=tdm or (), said=files_of(entry))
        rules = await tools.read_robots(entry.body, self._options.user_agent)
        if rules is None:
            return Known(failure(entry.origin, "cannot be read", tools.now(), entry))
        known = known_of(entry, rules, tdm or (), policy)
        named = next(iter(known.rules.signals.licenses), "")
        if not entry.licence or not named or tools.read_licence is None:
            return known
        return replace(known, licence=await tools.read_licence(entry.licence, named) or ())

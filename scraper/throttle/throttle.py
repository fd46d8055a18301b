"""The paces of all hosts of a run: who may be asked now, and waiting for one's turn.

A pace belongs to the registered domain that a request really goes to, whichever site it is made for: redirects,
robots.txt, feeds and further parts of an article all queue for the turns of the host that gets them. Beside it each
IP address has a wider bound, for what many names share.
"""

import asyncio
import math
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from columnist.scraper.discover.site_scope import site_key
from columnist.scraper.throttle.pace import (
    JITTER,
    Pace,
    after_answer,
    after_failure,
    after_start,
    ready_at,
    start_pace,
    with_site_delay,
)

# Seconds; a waiter looks again at least this often, for the pace may have changed meanwhile.
LONGEST_NAP = 5.0
# Requests reach a server some hundredths of a second apart from how they were sent. It is to see no more of them than
# it allows all the same: a delay is waited for and a fortieth, an address asked a twentieth less often.
LEAST_JITTER = 0.1  # of JITTER, a quarter
UNEVEN = 1.05
BUSY_NAP = 0.05  # until another look at what waits for an answer
# Seconds that a request waits for a host that asked for time (Retry-After is most often 30, 60 or 120); beyond, its
# address is put off.
PATIENCE = 130.0


class SiteRests(Exception):  # noqa: N818  it is an outcome, not an error
    """The host failed too often in a row and is left alone for the rest of the run, or asked for more time than we wait."""

    def __init__(self, slot: str, seconds: float | None = None) -> None:
        super().__init__(slot)
        self.seconds = seconds  # until it may be asked; None: not in this run


@dataclass(frozen=True, slots=True)
class Bound:
    """What one IP address gets from us at most; 0 is no bound."""

    rate: float = 0.0  # requests a second
    connections: int = 0


@dataclass(slots=True)
class _Address:
    """How one IP address is being asked."""

    queue: asyncio.Lock
    busy: int = 0
    ready_at: float = 0.0


@dataclass(frozen=True, slots=True)
class _Clock:
    now: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]


class Throttle:
    """Hold one Pace per slot (registered domain), let one request at a time through, and bound each IP address."""

    def __init__(
        self,
        delay: float,
        now: Callable[[], float] = time.monotonic,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        bound: Bound = Bound(),
    ) -> None:
        self._delay = delay
        self._clock = _Clock(now, sleep)
        self._bound = bound
        self._paces: dict[str, Pace] = {}
        self._queues: dict[str, asyncio.Lock] = {}
        self._addresses: dict[str, _Address] = {}
        self._asked_at: dict[str, _Address] = {}  # of the request that is under way, by slot
        self._jitter = random.Random()  # noqa: S311  spreads requests, guards nothing
        self.aside = 0  # how many wait long: they hold no connection, and nobody else's place

    def pace(self, slot: str) -> Pace:
        """Return how a slot is being asked."""
        return self._paces.get(slot) or start_pace(self._delay)

    def paces(self) -> dict[str, Pace]:
        """Return the paces of all slots asked so far, for the run's counts."""
        return dict(self._paces)

    def ask_for_delay(self, slot: str, delay: float | None) -> None:
        """Take up what a site file or robots.txt asks for; the greatest holds."""
        self._paces[slot] = with_site_delay(self.pace(slot), delay)

    def ready_at(self, slot: str) -> float:
        """Return when the slot may be asked; infinity while it is busy, or rests."""
        return ready_at(self.pace(slot))

    def wait_for(self, slots: Iterable[str]) -> float:
        """Return the seconds until the first of the slots may be asked; infinity while all are busy, or rest."""
        return min(map(self.ready_at, slots)) - self._clock.now()

    def rests(self, slots: Iterable[str]) -> bool:
        """Say whether none of the slots is asked again in this run."""
        return all(self.pace(slot).broken for slot in slots)

    def start(self, slot: str, address: str | None = None) -> None:
        """Note that a request begins."""
        now = self._clock.now()
        self._paces[slot] = after_start(self.pace(slot), now)
        if address is not None:
            asked = self._asked_at[slot] = self._address(address)
            asked.busy += 1
            asked.ready_at = now + (UNEVEN / self._bound.rate if self._bound.rate else 0.0)

    def answered(self, slot: str, status: int, retry_after: float | None, seconds: float) -> None:
        """Note an answer, and how many seconds its Retry-After asks for."""
        self._ended(slot)
        self._paces[slot] = after_answer(self.pace(slot), self._clock.now(), status, retry_after, seconds)

    def failed(self, slot: str) -> None:
        """Note that no answer came."""
        self._ended(slot)
        self._paces[slot] = after_failure(self.pace(slot), self._clock.now())

    def _ended(self, slot: str) -> None:
        address = self._asked_at.pop(slot, None)
        if address is not None:
            address.busy -= 1

    async def turn(self, slot: str, address: str | None = None) -> None:
        """Wait for the turn of the slot and of the IP address, and begin; raise SiteRests where there will be none."""
        queue = self._queues.setdefault(slot, asyncio.Lock())  # first come, first served
        with self._waiting(queue.locked()):
            await queue.acquire()
        try:
            jitter = self._jitter.uniform(LEAST_JITTER, 1.0)
            while True:
                await self._wait_for_slot(slot, jitter)
                if address is None:
                    self.start(slot)
                    return
                async with self._first_at(address):
                    # A Crawl-delay may have become known meanwhile.
                    if ready_at(self.pace(slot), jitter) <= self._clock.now():
                        self.start(slot, address)
                        return
        finally:
            queue.release()

    async def _wait_for_slot(self, slot: str, jitter: float) -> None:
        while True:
            pace = self.pace(slot)
            if pace.broken:
                raise SiteRests(slot)
            wait = ready_at(pace, jitter) - self._clock.now()
            if wait <= 0:
                return
            if max(PATIENCE, pace.delay * (1 + JITTER)) < wait < math.inf:
                raise SiteRests(slot, wait)
            with self._waiting(wait > LONGEST_NAP):
                await self._clock.sleep(BUSY_NAP if pace.busy else min(LONGEST_NAP, wait))

    @asynccontextmanager
    async def _first_at(self, address: str) -> AsyncIterator[None]:
        """Hold the turn of an IP address, once one more request is within its bound."""
        asked, most = self._address(address), self._bound.connections
        with self._waiting(asked.queue.locked()):
            await asked.queue.acquire()
        try:
            while (wait := asked.ready_at - self._clock.now()) > 0 or (most and asked.busy >= most):
                await self._clock.sleep(max(wait, BUSY_NAP))
            yield
        finally:
            asked.queue.release()

    def _address(self, address: str) -> _Address:
        return self._addresses.setdefault(address, _Address(asyncio.Lock()))

    @contextmanager
    def _waiting(self, long: bool) -> Iterator[None]:
        self.aside += long
        try:
            yield
        finally:
            self.aside -= long


def pace_key(url: str) -> str:
    """Return the slot that a request to an address belongs to: its registered domain, or its IP address and port."""
    return site_key(url) or slot_of(url)


def slot_of(url: str) -> str:
    """Return host:port of an address."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    return f"{host}:{parts.port or {'http': 80, 'https': 443}.get(parts.scheme, 0)}"

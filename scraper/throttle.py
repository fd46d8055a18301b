"""The paces of all sites of a run: who may be asked now, and waiting for one's turn."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from scraper.politeness import (
    Pace,
    after_answer,
    after_failure,
    after_start,
    ready_at,
    start_pace,
    with_site_delay,
)

__all__ = ["SiteRests", "Throttle", "slot_of"]

# Seconds; a waiter looks again at least this often, for the pace may have changed meanwhile.
LONGEST_NAP = 5.0


class SiteRests(Exception):  # noqa: N818  it is an outcome, not an error
    """The site failed too often in a row and is left alone for the rest of the run."""


@dataclass(frozen=True, slots=True)
class _Clock:
    now: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]


class Throttle:
    """Hold one Pace per slot (host and port) and let one request at a time through."""

    def __init__(
        self,
        delay: float,
        now: Callable[[], float],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._delay = delay
        self._clock = _Clock(now, sleep)
        self._paces: dict[str, Pace] = {}
        self._jitter = random.Random()  # noqa: S311  spreads requests, guards nothing

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

    def start(self, slot: str) -> None:
        """Note that a request begins."""
        self._paces[slot] = after_start(self.pace(slot), self._clock.now())

    def answered(self, slot: str, status: int, retry_after: str | None, seconds: float) -> None:
        """Note an answer."""
        self._paces[slot] = after_answer(self.pace(slot), self._clock.now(), status, retry_after, seconds)

    def failed(self, slot: str) -> None:
        """Note that no answer came."""
        self._paces[slot] = after_failure(self.pace(slot), self._clock.now())

    async def turn(self, slot: str) -> None:
        """Wait for the slot's turn and begin; raise SiteRests where there will be none."""
        jitter = self._jitter.random()
        while True:
            pace, now = self.pace(slot), self._clock.now()
            if pace.broken:
                raise SiteRests(slot)
            wait = ready_at(pace, jitter) - now
            if wait <= 0:
                self.start(slot)
                return
            await self._clock.sleep(min(LONGEST_NAP, wait) if not pace.busy else 0.05)


def slot_of(url: str) -> str:
    """Return host:port: what one connection at a time is kept to."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    return f"{host}:{parts.port or {'http': 80, 'https': 443}.get(parts.scheme, 0)}"

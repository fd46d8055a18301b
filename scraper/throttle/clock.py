"""The times of one run: what it writes down as dates never goes back, whatever becomes of the machine's clock.

What is waited for is counted by `time.monotonic` alone. Dates have to outlive the run, so they come from the wall
clock; but one that is set back an hour would put every retry off by an hour.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any


class Clock:
    """The wall clock, that goes on from what it last showed where the machine's is set back."""

    def __init__(
        self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._ahead = wall() - steady()

    def time(self) -> float:
        """Return the seconds since 1970."""
        steady = self._steady()
        self._ahead = max(self._ahead, self._wall() - steady)
        return steady + self._ahead

    def now(self) -> datetime:
        """Return the same as a date."""
        return datetime.fromtimestamp(self.time(), UTC)


def steady_reactor(reactor: Any) -> None:
    """Let a reactor's timers run by the monotonic clock: Twisted's own run by the wall clock.

    Set back, it holds up every timer that was set before, so that no download times out any more. What is already
    set is moved along.
    """
    ahead = reactor.seconds() - time.monotonic()
    if reactor.seconds is time.monotonic:
        return
    for call in reactor.getDelayedCalls():
        call.time -= ahead
        call.seconds = time.monotonic
    reactor.seconds = time.monotonic

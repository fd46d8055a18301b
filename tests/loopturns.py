"""An event loop for tests that knows how much work its longest turn was: all that it did between two looks for events."""

import asyncio
import selectors
import time


class _Selector(selectors.DefaultSelector):
    """CPU time, for the machine may be busy: what the thread worked since the last look came back."""

    longest = 0.0
    _began: float | None = None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self._began is not None:
            self.longest = max(self.longest, time.thread_time() - self._began)
        found = super().select(timeout)
        self._began = time.thread_time()
        return found

    def forget(self) -> None:
        self.longest, self._began = 0.0, None


class WatchedLoop(asyncio.SelectorEventLoop):
    """An asyncio loop as any other; Scrapy takes it by its name, as ASYNCIO_EVENT_LOOP."""

    def __init__(self) -> None:
        self._turns = _Selector()
        super().__init__(self._turns)

    @property
    def longest_turn(self) -> float:
        """Return the seconds of CPU time of the longest turn that is over."""
        return self._turns.longest

    def watch(self) -> None:
        """Begin to watch with the next turn."""
        self._turns.forget()

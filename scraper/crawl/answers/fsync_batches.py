"""Waiting for the disk without holding the event loop up: one sync in a thread serves all who wait for it."""

import asyncio
from collections.abc import Callable


class Syncs:
    """Syncs one after another, each for everything that was committed before it began."""

    def __init__(self, sync: Callable[[], None]) -> None:
        self._sync = sync
        self._running: asyncio.Task[None] | None = None
        self._next: asyncio.Task[None] | None = None

    async def synced(self) -> None:
        """Return once all that was committed before this call is on the disk."""
        if self._next is None:
            self._next = asyncio.ensure_future(self._after(self._running))
        await asyncio.shield(self._next)

    async def _after(self, running: asyncio.Task[None] | None) -> None:
        if running is not None:
            await asyncio.wait([running])
        self._running, self._next = self._next, None  # who comes now may have committed too late for this one
        await asyncio.to_thread(self._sync)

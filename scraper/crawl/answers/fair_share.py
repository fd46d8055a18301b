"""Whose turn it is in the sandbox: a site whose pages ran into the time limit shares half of the workers with its like.

Each such page keeps a worker for its whole limit, so that a few sites of them would leave none to the others.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from columnist.pipelines.batch.sandbox.pool import Sandbox


class Lanes:
    """Bounds the work that is handed out and not yet back, of all sites and of slow ones."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._all = asyncio.Semaphore(sandbox.limit)
        # One task each of so many workers at a time: nothing of theirs queues before the others' work.
        self._slow = asyncio.Semaphore(max(1, sandbox.workers // 2))
        self._marked: set[str] = set()

    @asynccontextmanager
    async def turn(self, site: str) -> AsyncIterator[None]:
        """Wait until a page of the site may be handed out, and hold the place until it is back."""
        async with AsyncExitStack() as stack:
            if site in self._marked:
                await stack.enter_async_context(self._slow)
            await stack.enter_async_context(self._all)
            yield

    def mark(self, site: str) -> None:
        """Note that a page of the site ran into the time limit."""
        self._marked.add(site)

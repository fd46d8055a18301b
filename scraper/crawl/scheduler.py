"""The run: hands the frontier's addresses to sites whose turn it is, and ends when there is nothing to do.

One connection per site, many sites at once, cleaning in the sandbox meanwhile. Nothing here grows with the
addresses known; whatever is in memory when the process dies is asked for again by the next run.
"""

import asyncio
import contextlib
import heapq
import math
import time
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any

from columnist.scraper.crawl.context import RunContext
from columnist.scraper.crawl.fetcher import Fetcher
from columnist.scraper.crawl.site_worker import Errands
from columnist.scraper.frontier.records import Lease
from columnist.scraper.throttle.throttle import PATIENCE

PER_SITE = 3  # one being fetched, one being cleaned, one next: more would fetch what is old by then
# Seconds that a run without other work waits for a retry: what comes later is the next run's. A site that still has
# pages for us and asked for time is waited for longer (scraper/throttle/throttle.py).
PATIENCE_WITH_PAGE = 15.0
BUSY_SECONDS = 0.1  # until another look at a site that is being asked for something else
TICK = 0.5  # seconds between two looks at limits and progress
FILES_EVERY = 5.0  # seconds between two looks for files that are due
GRACE = 8.0  # seconds that a stop leaves to what is under way: the whole of it then stays within 15


class Dispatch:
    """One run over the sites of a plan."""

    def __init__(self, context: RunContext, fetcher: Fetcher) -> None:
        self._context = context
        self._errands = Errands(context, fetcher, self._spawn, self.stop)
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._at_work: set[str] = set()  # sites with a connection
        self._resting: list[tuple[float, str]] = []  # (when, site): not before then
        for site in set(context.frontier.counts()) - set(context.jobs):
            context.frontier.hold(site)  # another run's
        self._error: BaseException | None = None
        self._deadline = math.inf
        if context.crawl.max_minutes is not None:
            self._deadline = time.monotonic() + 60 * context.crawl.max_minutes
        self._files_at = 0.0
        self._files: asyncio.Task[None] | None = None  # writing files
        self._idle_since = math.inf
        self._reported_at = 0.0

    def stop(self, why: str) -> None:
        """Begin no more; what is under way is finished or given back."""
        self._context.tally.stopped = self._context.tally.stopped or why
        self._changed.set()

    async def run(self) -> None:
        """Work until nothing is left, a limit is reached or `stop` is called."""
        self._context.store.state.checkpoint_elsewhere()
        try:
            while self._context.tally.stopped is None and self._error is None:
                if time.monotonic() >= self._deadline:
                    self.stop("max-minutes")
                    break
                self._look_for_due_files()
                begun = self._begin_visits()
                self._report()
                if begun or self._tasks:
                    self._idle_since = math.inf
                elif not await self._wait_for_retry():
                    break
                await self._pause()
        except asyncio.CancelledError:  # Scrapy's own way to stop a spider
            self.stop("shutdown")
            raise
        finally:
            await self._wind_down()
        if self._error is not None:
            raise self._error

    def _report(self) -> None:
        if time.monotonic() - self._reported_at >= TICK:
            self._reported_at = time.monotonic()
            self._context.report(len(self._at_work))

    async def _pause(self) -> None:
        """Wait until something changed or a site's turn may have come."""
        # Looking for work takes a microsecond a site: with thousands, answers are taken up in groups.
        await asyncio.sleep(min(0.1, len(self._context.jobs) * 2e-5))
        soonest = self._resting[0][0] - time.monotonic() if self._resting else TICK
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), max(0.01, min(TICK, soonest)))
        self._changed.clear()

    async def _wait_for_retry(self) -> bool:
        """Sleep until an address may be asked again; False where nothing is worth waiting for."""
        frontier, now = self._context.frontier, time.monotonic()
        self._idle_since = min(self._idle_since, now)
        counts = frontier.counts()
        soonest = min(
            (w for w, site in self._resting if counts.get(site, {}).get("pending")), default=math.inf
        )
        retry = frontier.next_retry()
        if soonest > self._idle_since + PATIENCE:
            soonest = math.inf
        due = math.inf if retry is None else now + retry.timestamp() - self._context.clock.time()
        if due <= self._idle_since + PATIENCE_WITH_PAGE:
            soonest = min(soonest, due)
        if soonest == math.inf:
            return False
        await asyncio.sleep(min(TICK, max(0.01, soonest - now)))
        return True

    def _begin_visits(self) -> bool:
        context, now = self._context, time.monotonic()
        while self._resting and self._resting[0][0] <= now:
            context.frontier.free(heapq.heappop(self._resting)[1])
        room = self._room()
        if room <= 0:
            return False
        leases = context.frontier.lease(room * PER_SITE, context.clock.now(), PER_SITE)
        by_site: dict[str, list[Lease]] = {}
        for lease in leases:
            by_site.setdefault(lease.site, []).append(lease)
        for site, batch in by_site.items():
            if self._room() <= 0:
                self._errands.give_back(batch)
                continue
            self._at_work.add(site)
            context.frontier.hold(site)
            self._spawn(self._serve(site, batch))
        return bool(leases)

    def _room(self) -> int:
        """Return for how many sites more there is room; who waits long in another's line takes none."""
        at_work = len(self._at_work)
        return self._context.crawl.sites_at_once - at_work + min(at_work, self._context.throttle.aside)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._error = self._error or task.exception()
        self._changed.set()

    async def _serve(self, site: str, batch: Sequence[Lease]) -> None:
        try:
            await self._errands.serve(site, batch)
        finally:
            self._at_work.discard(site)
            self._rest(site)

    def _rest(self, site: str) -> None:
        if not self._errands.may_go_on(site):
            return  # it stays held for the rest of the run
        wait = self._context.throttle.wait_for(self._context.jobs[site].scopes)
        if wait == math.inf:  # somebody else asks its host: the end of that has no time yet
            wait = BUSY_SECONDS
        heapq.heappush(self._resting, (time.monotonic() + wait, site))

    def _look_for_due_files(self) -> None:
        if (self._files is None or self._files.done()) and time.monotonic() >= self._files_at:
            self._files = asyncio.ensure_future(self._write_due_files())
            self._files.add_done_callback(self._files_ended)

    async def _write_due_files(self) -> None:
        """Write the files whose time has come, and tidy the state's log: slow steps in a thread, the rest in small ones."""
        dataset, state = self._context.store.dataset, self._context.store.state
        # The wall clock's own time: staged rows bear it too.
        for part in dataset.allocate_due(datetime.now(UTC)):
            for _ in dataset.commit_by_steps(await asyncio.to_thread(dataset.write, part)):
                await asyncio.sleep(0)
        if self._context.store.archive_grew():
            self._context.store.note_dropped(await asyncio.to_thread(self._context.store.drop_oldest))
        if state.log_is_long():
            for _ in range(2):  # the second time takes in what was committed during the first: little is left
                await asyncio.to_thread(state.checkpoint)
            state.checkpoint_rest()
        self._files_at = time.monotonic() + FILES_EVERY

    def _files_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self._error = self._error or task.exception()
            self._changed.set()

    async def _wind_down(self) -> None:
        """Let what is under way end; after the grace give it back."""
        hurried = self._context.tally.stopped not in (None, "max-pages")
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GRACE if hurried or self._error else PATIENCE)
        while self._tasks:  # a cancelled fetch may yet spawn nothing, but a settling may have been queued
            for task in list(self._tasks):
                task.cancel()
            await asyncio.wait(self._tasks, timeout=1.0)
        if self._files is not None and not self._files.done():
            await asyncio.wait([self._files])  # a part takes seconds, and is whole or not there
        await self._context.syncs.synced()

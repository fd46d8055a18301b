"""The errands to one site: a few addresses fetched one after another, each settled meanwhile."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any

from columnist.pipelines.batch.sandbox.processes import SandboxError
from columnist.pipelines.dataset.files.storage_errors import StorageError
from columnist.pipelines.records.redact import loggable_url
from columnist.scraper.crawl.answers.commit import may_try_again
from columnist.scraper.crawl.answers.settle import settle
from columnist.scraper.crawl.answers.visit import Visit
from columnist.scraper.crawl.context import RunContext
from columnist.scraper.crawl.fetcher import Fetcher
from columnist.scraper.discover.site_scope import site_key
from columnist.scraper.fetch.faults import sentence_of
from columnist.scraper.fetch.guard.proxies import on_behalf_of
from columnist.scraper.fetch.outcomes import Fetched, Unfetched
from columnist.scraper.frontier.records import Lease
from columnist.scraper.frontier.seeds import SECTION
from columnist.scraper.frontier.site_jobs import SiteJob
from columnist.scraper.throttle.throttle import pace_key

_log = logging.getLogger(__name__)
_PAGES = frozenset({"page", "front", "section"})
SOON = 5.0  # seconds that a site waits between two addresses without giving up its place

# What is no loss of a site: its own rules or those of its file, an address known otherwise, the end of the run.
_NO_LOSS = frozenset({"robots", "licence", "site-excluded", "known-address", "max-pages"})

Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


class Errands:
    """Fetches and settles leases of one run."""

    def __init__(
        self, context: RunContext, fetcher: Fetcher, spawn: Spawn, stop: Callable[[str], None]
    ) -> None:
        self._context = context
        self._fetcher = fetcher
        self._spawn = spawn
        self._stop = stop
        self._backlog = asyncio.Semaphore(4 * context.sandbox.limit)  # pages fetched and not yet settled
        self._lists: dict[str, set[asyncio.Task[None]]] = {}  # fronts, feeds and sitemaps being read, by site
        self._shut: dict[str, set[str]] = {}  # seeds behind a wall, by site
        self._pages_begun = 0

    async def serve(self, site: str, batch: Sequence[Lease]) -> None:
        """Fetch a few addresses of one site, one after another; they are settled meanwhile."""
        on_behalf_of(site)
        job = self._context.jobs[site]
        waiting = list(batch)
        try:
            while waiting and self._context.tally.stopped is None and self.may_go_on(site):
                if waiting[0].kind in ("page", SECTION) and self._lists.get(site):
                    # What a feed says of an article goes with its lease, so the feed is read to its end first, while the
                    # article is in nobody's hands; and what a sitemap names, sections need not be explored for.
                    self.give_back(waiting)
                    waiting.clear()
                    await asyncio.wait(self._lists[site])
                    break
                await self._fetch_one(waiting[0], job)
                waiting.pop(0)
                if waiting and self._context.throttle.wait_for([pace_key(waiting[0].url)]) > SOON:
                    break  # rather than hold a place among the sites at work
        finally:
            self.give_back(waiting)

    def may_go_on(self, site: str) -> bool:
        """Say whether anything more is to be asked of a site in this run."""
        context = self._context
        spent = context.tally.site(site).pages >= context.crawl.max_pages_per_site
        return (
            not spent
            and site not in context.closed_sites
            and not context.throttle.rests(context.jobs[site].scopes)
        )

    async def _fetch_one(self, lease: Lease, job: SiteJob) -> None:
        context = self._context
        waits = context.budget.must_wait(lease)
        if waits is not None:
            context.output.unfetched(lease, Unfetched("deferred", waits))
            return
        refused = context.budget.refuse(lease)
        if refused is not None:
            context.output.unfetched(lease, Unfetched("filtered", refused))
            return
        got = await self._fetched(lease, job)
        if got is None:
            return
        if lease.via == "seed":
            job = self._take_in(job, got.url)
        await self._backlog.acquire()
        task = self._spawn(self._settle(Visit(lease, job, got, self._fetch_more, self._fetch_first)))
        if lease.kind != "page":
            lists = self._lists.setdefault(job.name, set())
            lists.add(task)
            task.add_done_callback(lists.discard)

    async def _fetched(self, lease: Lease, job: SiteJob) -> Fetched | None:
        """Fetch an address and count it; what gave no answer is settled at once."""
        context = self._context
        if not self._reserve_page(lease):
            context.output.unfetched(lease, Unfetched("released", "max-pages"))
            return None
        got = await self._fetcher.fetch(lease, job)
        if isinstance(got, Unfetched):
            self._pages_begun -= lease.kind in _PAGES
            self._tell_of_trouble(lease, got)
            self._note_lost(lease, got)
            if got.stop_site or self._is_shut(lease, job, got):
                context.closed_sites.add(job.name)
            context.output.unfetched_page(lease, job.name, got)
            return None
        context.tally.site(job.name).answers += 1
        context.tally.site(job.name).pages += lease.kind in _PAGES
        context.tally.pages += lease.kind in _PAGES
        return got

    def _tell_of_trouble(self, lease: Lease, got: Unfetched) -> None:
        """Log, once a site, what keeps a whole site from being crawled."""
        is_last_word = lease.via == "seed" and not may_try_again(lease, got)
        whole_site = got.stop_site or got.what == "deferred" or is_last_word
        if not whole_site or lease.site in self._context.tally.troubles:
            return
        self._context.tally.troubles[lease.site] = sentence_of(got)
        _log.warning("%s: %s (%s)", lease.site, sentence_of(got), loggable_url(lease.url))

    def _note_lost(self, lease: Lease, got: Unfetched) -> None:
        """Remember why a site's home could not be had, unless by the site's own rules or a limit of the run."""
        if lease.via == "seed" and got.reason not in _NO_LOSS:
            self._context.tally.lost[lease.site] = got.reason

    def _is_shut(self, lease: Lease, job: SiteJob, got: Unfetched) -> bool:
        """Say whether a wall stands before every seed of a site: then nothing more is asked there in this run."""
        if got.what != "blocked" or lease.via != "seed":
            return False
        shut = self._shut.setdefault(job.name, set())
        shut.add(lease.url)
        return len(shut) >= len(job.seeds)

    def _take_in(self, job: SiteJob, url: str) -> SiteJob:
        """Count the site that a seed was redirected to as the same site: the user named it, and it moved."""
        key = site_key(url)
        if key is None or key in job.scopes:
            return job
        _log.info("%s: it answers from %s, which is crawled as the same site", job.name, key)
        moved = replace(job, scopes=job.scopes | {key})
        self._context.jobs[job.name] = moved
        self._context.throttle.ask_for_delay(key, job.site.delay if job.site else None)
        return moved

    def _reserve_page(self, lease: Lease) -> bool:
        """Count a page against --max-pages before it is asked for, so that no more are ever fetched."""
        most = self._context.crawl.max_pages
        if lease.kind not in _PAGES:
            return True
        if most is not None and self._pages_begun >= most:
            self._stop("max-pages")
            return False
        self._pages_begun += 1
        return True

    async def _settle(self, visit: Visit) -> None:
        try:
            await self._settle_once(visit)
            await self._context.syncs.synced()
            if self._context.items is not None:
                await self._context.items.room()
        finally:
            self._backlog.release()

    async def _settle_once(self, visit: Visit) -> None:
        try:
            await settle(visit, self._context)
        except (StorageError, SandboxError):
            raise  # the machine's, not the page's
        except asyncio.CancelledError:
            self.give_back([visit.lease])
            raise
        except Exception:  # noqa: BLE001
            # A bug of ours costs its own address, and is seen: in the log with its trace, and in the counts.
            _log.exception("settling %s failed", loggable_url(visit.lease.url))
            with contextlib.suppress(ValueError):  # it was settled before the bug
                self._context.output.unfetched(visit.lease, Unfetched("failed", "bug"))

    async def _fetch_more(self, lease: Lease, job: SiteJob, url: str) -> Fetched | Unfetched:
        further = replace(
            lease, url=url, kind="page", etag=None, modified=None, visited=self._context.clock.now()
        )
        return await self._fetcher.fetch(further, job)

    async def _fetch_first(self, lease: Lease, job: SiteJob, held: Mapping[str, Fetched]) -> None:
        """Fetch and settle the first part of an article of which a later part, at hand, was found first."""
        try:
            got = await self._fetched(lease, job)
        except asyncio.CancelledError:
            self.give_back([lease])
            raise
        if got is not None:
            await self._settle_once(Visit(lease, job, got, self._fetch_more, held=held))

    def give_back(self, leases: Sequence[Lease]) -> None:
        """Set leases pending again: they were not fetched."""
        for lease in leases:
            self._context.frontier.release(lease)

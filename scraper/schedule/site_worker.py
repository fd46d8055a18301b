"""The errands to one site: a few addresses fetched one after another, each settled meanwhile."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

from pipelines.batch.sandbox.processes import SandboxError
from pipelines.dataset.files.fsync import StorageError
from pipelines.records.redact import loggable_url
from scraper.crawl.commit import may_try_again
from scraper.crawl.context import Gear
from scraper.crawl.settle import Tools, Visit, settle
from scraper.discover.site_scope import site_key
from scraper.fetch.faults import sentence_of
from scraper.fetch.fetcher import Fetcher
from scraper.fetch.guard.proxies import on_behalf_of
from scraper.fetch.outcomes import Fetched, Unfetched
from scraper.frontier.records import Lease
from scraper.schedule.site_jobs import SiteJob
from scraper.schedule.throttle import pace_key

_log = logging.getLogger(__name__)
_PAGES = frozenset({"page", "front", "section"})
SOON = 5.0  # seconds that a site waits between two addresses without giving up its place

# What is no loss of a site: its own rules or those of its file, an address known otherwise, the end of the run.
_NO_LOSS = frozenset({"robots", "licence", "site-excluded", "known-address", "max-pages"})

Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


class Errands:
    """Fetches and settles leases of one run."""

    def __init__(
        self, gear: Gear, fetcher: Fetcher, tools: Tools, spawn: Spawn, stop: Callable[[str], None]
    ) -> None:
        self._gear = gear
        self._fetcher = fetcher
        self._tools = replace(tools, fetch_more=self._fetch_more)
        self._spawn = spawn
        self._stop = stop
        self._backlog = asyncio.Semaphore(4 * gear.sandbox.limit)  # pages fetched and not yet settled
        self._lists: dict[str, set[asyncio.Task[None]]] = {}  # fronts, feeds and sitemaps being read, by site
        self._shut: dict[str, set[str]] = {}  # seeds behind a wall, by site
        self._pages_begun = 0

    async def serve(self, site: str, batch: Sequence[Lease]) -> None:
        """Fetch a few addresses of one site, one after another; they are settled meanwhile."""
        on_behalf_of(site)
        job = self._gear.jobs[site]
        waiting = list(batch)
        try:
            while waiting and self._gear.tally.stopped is None and self.may_go_on(site):
                if waiting[0].kind == "page" and self._lists.get(site):
                    # What a feed says of an article goes with its lease, so the feed is read to its end first.
                    await asyncio.wait(self._lists[site])
                    break
                await self._fetch_one(waiting[0], job)
                waiting.pop(0)
                if waiting and self._gear.throttle.wait_for([pace_key(waiting[0].url)]) > SOON:
                    break  # rather than hold a place among the sites at work
        finally:
            self.give_back(waiting)

    def may_go_on(self, site: str) -> bool:
        """Say whether anything more is to be asked of a site in this run."""
        gear = self._gear
        spent = gear.tally.site(site).pages >= gear.crawl.max_pages_per_site
        return not spent and site not in gear.closed_sites and not gear.throttle.rests(gear.jobs[site].scopes)

    async def _fetch_one(self, lease: Lease, job: SiteJob) -> None:
        gear = self._gear
        if gear.budget.must_wait(lease):
            gear.output.unfetched(lease, Unfetched("deferred", "listing-budget"))
            return
        refused = gear.budget.refuse(lease)
        if refused is not None:
            gear.output.unfetched(lease, Unfetched("filtered", refused))
            return
        if not self._reserve_page(lease):
            gear.output.unfetched(lease, Unfetched("released", "max-pages"))
            return
        got = await self._fetcher.fetch(lease, job)
        if isinstance(got, Unfetched):
            self._pages_begun -= lease.kind in _PAGES
            self._tell_of_trouble(lease, got)
            self._note_lost(lease, got)
            if got.stop_site or self._is_shut(lease, job, got):
                gear.closed_sites.add(job.name)
            gear.output.unfetched_page(lease, job.name, got)
            return
        if lease.via == "seed":
            job = self._take_in(job, got.url)
        gear.tally.site(job.name).answers += 1
        gear.tally.site(job.name).pages += lease.kind in _PAGES
        gear.tally.pages += lease.kind in _PAGES
        await self._backlog.acquire()
        task = self._spawn(self._settle(Visit(lease, job, got)))
        if lease.kind != "page":
            lists = self._lists.setdefault(job.name, set())
            lists.add(task)
            task.add_done_callback(lists.discard)

    def _tell_of_trouble(self, lease: Lease, got: Unfetched) -> None:
        """Log, once a site, what keeps a whole site from being crawled."""
        is_last_word = lease.via == "seed" and not may_try_again(lease, got)
        whole_site = got.stop_site or got.what == "deferred" or is_last_word
        if not whole_site or lease.site in self._gear.tally.troubles:
            return
        self._gear.tally.troubles[lease.site] = sentence_of(got)
        _log.warning("%s: %s (%s)", lease.site, sentence_of(got), loggable_url(lease.url))

    def _note_lost(self, lease: Lease, got: Unfetched) -> None:
        """Remember why a site's home could not be had, unless by the site's own rules or a limit of the run."""
        if lease.via == "seed" and got.reason not in _NO_LOSS:
            self._gear.tally.lost[lease.site] = got.reason

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
        self._gear.jobs[job.name] = moved
        self._gear.throttle.ask_for_delay(key, job.site.delay if job.site else None)
        return moved

    def _reserve_page(self, lease: Lease) -> bool:
        """Count a page against --max-pages before it is asked for, so that no more are ever fetched."""
        most = self._gear.crawl.max_pages
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
            await self._gear.syncs.synced()
            if self._gear.items is not None:
                await self._gear.items.room()
        finally:
            self._backlog.release()

    async def _settle_once(self, visit: Visit) -> None:
        try:
            await settle(visit, self._tools)
        except (StorageError, SandboxError):
            raise  # the machine's, not the page's
        except asyncio.CancelledError:
            self.give_back([visit.lease])
            raise
        except Exception:  # noqa: BLE001
            # A bug of ours costs its own address, and is seen: in the log with its trace, and in the counts.
            _log.exception("settling %s failed", loggable_url(visit.lease.url))
            with contextlib.suppress(ValueError):  # it was settled before the bug
                self._gear.output.unfetched(visit.lease, Unfetched("failed", "bug"))

    async def _fetch_more(self, lease: Lease, job: SiteJob, url: str) -> Fetched | Unfetched:
        further = replace(
            lease, url=url, kind="page", etag=None, modified=None, visited=self._gear.clock.now()
        )
        return await self._fetcher.fetch(further, job)

    def give_back(self, leases: Sequence[Lease]) -> None:
        """Set leases pending again: they were not fetched."""
        for lease in leases:
            self._gear.frontier.release(lease)

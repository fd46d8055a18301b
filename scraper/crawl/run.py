"""A crawl from start to end: `run_crawl(plan)` for the command line, `opened` for the spider within Scrapy."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Thread
from types import FrameType
from typing import TYPE_CHECKING, Any

from columnist.pipelines.batch.sandbox.pool import PRELOAD, Sandbox
from columnist.pipelines.dataset.archive.write import GIGABYTE
from columnist.pipelines.dataset.open_store import Store, StoreOptions, open_store
from columnist.pipelines.records.arrow_schema import leave_pandas_out
from columnist.pipelines.records.run_summary import RunSummary
from columnist.scraper.crawl.answers.archive_batches import Keeping
from columnist.scraper.crawl.answers.commit import Output
from columnist.scraper.crawl.answers.fair_share import Lanes
from columnist.scraper.crawl.answers.fsync_batches import Syncs
from columnist.scraper.crawl.answers.project_items import Handover
from columnist.scraper.crawl.context import RunContext, make_fetcher
from columnist.scraper.crawl.loop_lag import LoopWatch
from columnist.scraper.crawl.plan import CrawlPlan, settings_for
from columnist.scraper.crawl.scheduler import Dispatch
from columnist.scraper.crawl.url_budget import Budget
from columnist.scraper.discover.site_scope import site_key
from columnist.scraper.discover.url_kinds import TERMS_PRIORITY
from columnist.scraper.fetch.browser.find import require_browser
from columnist.scraper.fetch.outcomes import FORGOTTEN
from columnist.scraper.fetch.stats import Tally
from columnist.scraper.frontier.frontier import Frontier
from columnist.scraper.frontier.records import Candidate
from columnist.scraper.frontier.seeds import NAMES_ARTICLES, SECTION, STANDING, seeds_of
from columnist.scraper.frontier.shard_states import note_domains
from columnist.scraper.frontier.site_jobs import SiteJob, jobs_by_name
from columnist.scraper.throttle.clock import Clock
from columnist.scraper.throttle.pace import require_contact
from columnist.scraper.throttle.throttle import Bound, Throttle

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_log = logging.getLogger(__name__)


# Seconds: `timeout`, shells and service managers send one signal twice at once, to a process and to its group. Who means
# a second one takes longer.
_ONE_SIGNAL = 0.25
# What workers import once, before they are forked: all that discovery needs, and cleaning with its models once there is
# something to clean. A run whose sites have nothing new never loads it: 1.5 s of CPU.
_PRELOAD = (
    "columnist.scraper.crawl.answers.page_worker",
    "columnist.scraper.discover.links",
    "columnist.scraper.discover.discover",
    "columnist.scraper.robots.parser",
)


@dataclass(frozen=True, slots=True)
class Finished:
    """What a run was."""

    summary: RunSummary
    manifest: dict[str, Any]
    run_id: str
    sites: dict[str, dict[str, int]]  # counts by site
    faults: dict[str, int]  # tries that failed, by reason, also those that were made good by another try
    unreached: dict[str, str]  # sites that gave no good answer, with why their home could not be had
    troubles: dict[str, str]  # site -> what keeps it away, in a sentence
    failures: dict[str, dict[str, int]]  # site -> "failed dns" -> addresses
    signal: int | None = None  # the signal that stopped it


@dataclass(slots=True)
class StopSignal:
    """The signal that stops a run, if one came: the first in good order, a later one at once."""

    number: int | None = None
    at: float = 0.0

    def take(self, number: int) -> bool:
        """Return whether it is the first; a later one ends the process, which loses nothing by it."""
        if self.number is None:
            self.number, self.at = number, time.monotonic()
            return True
        if time.monotonic() - self.at >= _ONE_SIGNAL:
            os._exit(128 + number)
        return False


@dataclass(slots=True)
class Running:
    """The crawl inside the reactor, as the world outside sees it."""

    dispatch: Dispatch | None = None
    loop: asyncio.AbstractEventLoop | None = None
    error: BaseException | None = None
    signal: StopSignal = field(default_factory=StopSignal)

    def stop(self, number: int) -> None:
        """Take a signal: the first stops the run in good order, a later one at once; neither loses anything."""
        is_first = self.signal.take(number)
        if is_first and self.loop is not None and self.dispatch is not None:
            self.loop.call_soon_threadsafe(self.dispatch.stop, signal.Signals(number).name)


def run_crawl(plan: CrawlPlan) -> Finished:
    """Crawl the plan's sites; return when all is done or a limit or signal stopped it.

    Once per process: Twisted's reactor cannot be started twice. Raises ContactMissingError, DataLocked,
    StorageError and SandboxError, never anything for a page's sake.
    """
    from scrapy.crawler import AsyncCrawlerProcess  # slow to import, and it installs the reactor

    require_contact(plan.crawl, (seed for job in plan.jobs for seed in job.seeds))
    of_browser = require_browser(plan.jobs, plan.crawl.browser)
    running = Running()
    with opened(plan) as context, _signals(running):
        if plan.until_end_of is not None:
            Thread(target=_stop_at_end, args=(plan.until_end_of, running), daemon=True).start()
        process = AsyncCrawlerProcess(settings_for(plan, of_browser))
        # It has just set its own logger to DEBUG: a line for every request, with its address.
        logging.getLogger("scrapy").setLevel(logging.WARNING)
        logging.getLogger("scrapy.core.downloader").setLevel(logging.ERROR)  # too large, truncated: counted
        process.crawl("news", context=context, running=running)
        process.start(install_signal_handlers=False)
        if running.error is not None:
            raise running.error
        return finish(context, running.signal.number)


@contextmanager
def opened(plan: CrawlPlan, items: Handover | None = None) -> Iterator[RunContext]:
    """Open what a run holds: data folder, sandbox, frontier with the sites' seeds, where items go."""
    jobs = jobs_by_name(plan.jobs)
    leave_pandas_out()
    with ExitStack() as stack:
        store = stack.enter_context(open_store(plan.data, _with_sites(plan, jobs)))
        if plan.on_start is not None:
            plan.on_start(store)
        sandbox = stack.enter_context(Sandbox(plan.sandbox, _PRELOAD, later=PRELOAD))
        clock = Clock()
        tally, budget = Tally(known_at_start=_known_articles(store, jobs)), Budget(plan.crawl)

        def turn_away(found: Candidate, known: int) -> str | None:
            reason = budget.turn_away(found, known)
            if reason is not None:
                tally.filtered[reason] += 1
            return reason

        frontier = Frontier(store.state, plan.crawl.revisit_hours, clock.now(), turn_away)
        context = RunContext(
            store=store,
            sandbox=sandbox,
            lanes=Lanes(sandbox),
            frontier=frontier,
            throttle=Throttle(
                plan.crawl.delay, bound=Bound(plan.crawl.address_rate, plan.crawl.address_connections)
            ),
            tally=tally,
            output=Output(store, frontier, tally, items, clock),
            budget=budget,
            jobs=jobs,
            crawl=plan.crawl,
            clean=plan.clean,
            syncs=Syncs(store.state.sync),
            clock=clock,
            started=clock.now(),
            on_progress=plan.on_progress,
            keeping=Keeping(store.archive) if plan.crawl.archive else None,
            items=items,
        )
        with store.state.transaction():
            _make_known(frontier, jobs, clock.now())
            note_domains(store.state, jobs)
            for job in jobs.values():
                store.state.count_event(job.name, "crawled")
                for host in job.scopes:
                    context.throttle.ask_for_delay(host, job.site.delay if job.site else None)
        yield context


def _with_sites(plan: CrawlPlan, jobs: Mapping[str, SiteJob]) -> StoreOptions:
    """Name the sites to other states; of a list of addresses, nobody else need wait. And bound the archive."""
    scopes = {scope for job in jobs.values() if not job.listed for scope in job.scopes}
    cap = plan.crawl.archive_gigabytes
    bound = None if cap is None else int(cap * GIGABYTE)
    return replace(plan.store, sites=tuple(sorted(scopes)), archive_bytes=bound)


def _make_known(frontier: Frontier, jobs: Mapping[str, SiteJob], now: datetime) -> None:
    """Enter the seeds. Fronts, feeds and sitemaps are asked at each crawl; a list is that list and nothing else."""
    frontier.keep_ages()
    frontier.mend_dates(now)
    seeds = [seed for job in jobs.values() for seed in seeds_of(job)]
    if all(job.listed for job in jobs.values()):
        frontier.add_list(seeds, now)
        return
    frontier.wake(STANDING, above=TERMS_PRIORITY)  # a sitemap of tags and authors is read once
    frontier.wake((SECTION,), NAMES_ARTICLES)
    frontier.add(seeds)


async def work(context: RunContext, crawler: Crawler, running: Running) -> None:
    """Crawl inside the running reactor."""
    try:
        fetcher = make_fetcher(context, crawler)
        running.loop = asyncio.get_running_loop()
        running.dispatch = Dispatch(context, fetcher)
        if running.signal.number is not None:  # it came before there was anything to stop
            running.dispatch.stop(signal.Signals(running.signal.number).name)
        with LoopWatch() as watch:
            try:
                await running.dispatch.run()
            finally:
                await fetcher.close()
                context.tally.event_loop = watch.report()
    except asyncio.CancelledError:
        context.tally.stopped = context.tally.stopped or "shutdown"
        raise
    except Exception as error:  # noqa: BLE001  Scrapy would log it and exit 0; run_crawl raises it
        running.error = error


def finish(context: RunContext, number: int | None = None) -> Finished:
    """Write what is staged, then the manifest."""
    state, tally = context.store.state, context.tally
    if context.frontier.forgotten:  # they are in no other count: nobody asked for them
        tally.filtered[FORGOTTEN] += len(context.frontier.forgotten)
    for job in context.jobs.values():
        if all(state.forgotten.covers(seed, job.name) for seed in job.seeds):
            tally.lost[job.name] = FORGOTTEN
            _log.warning(
                "%s: `columnist forget` was told of it, nothing is asked of it; name it no more", job.name
            )
    with state.transaction():
        for name, site in tally.sites.items():
            for what, n in site.events().items():
                state.count_event(name, what, n)
    manifest = context.store.finish(tally.stopped or "finished", {"event_loop": tally.event_loop})
    sites = {name: site.as_dict() for name, site in sorted(tally.sites.items())}
    failures = {
        name: {f"{what} {why}": n for (what, why), n in site.reasons.items()}
        for name, site in tally.sites.items()
    }
    return Finished(
        tally.summary(context.pending_why()),
        manifest,
        context.store.run_id,
        sites,
        dict(tally.faults),
        tally.unreached(),
        tally.troubles,
        failures,
        number,
    )


def _known_articles(store: Store, jobs: Mapping[str, SiteJob]) -> int:
    """Return how many articles of these sites the dataset and the outbox hold, by whatever name they were crawled."""
    execute = store.state.connection.execute
    scopes = {scope for job in jobs.values() for scope in job.scopes}
    found = execute("SELECT site, min(url) FROM staged WHERE kind = 'articles' GROUP BY site")
    names = [site for site, url in found if site in jobs or site_key(url) in scopes]
    marks = ", ".join("?" * len(names))
    query = f"SELECT count(DISTINCT key) FROM staged WHERE kind = 'articles' AND site IN ({marks})"  # noqa: S608  marks
    return int(execute(query, names).fetchone()[0])


def _stop_at_end(descriptor: int, running: Running) -> None:
    """Wait for the end of a stream, then stop the run as SIGTERM does, unless a signal has."""
    with suppress(OSError):
        while os.read(descriptor, 1024):
            pass
    if running.signal.number is None:
        running.stop(signal.SIGTERM)


@contextmanager
def _signals(running: Running) -> Iterator[None]:
    """Take Ctrl-C and SIGTERM while the run lasts."""

    def take(number: int, _: FrameType | None) -> None:
        running.stop(number)

    before = {number: signal.signal(number, take) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

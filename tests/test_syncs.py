"""The disk is waited for beside the event loop: one sync for all who wait, none of them early, none forgotten."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from crawldriver import ROOT
from fakesite import FakeSite, article, links
from newsroom import NOON, an_article, read, rows_of

from columnist.pipelines.dataset.open_store import open_store
from columnist.pipelines.records.article import Rights
from columnist.scraper.crawl.answers.commit import Output
from columnist.scraper.crawl.answers.fsync_batches import Syncs
from columnist.scraper.fetch.outcomes import Fetched, Unfetched
from columnist.scraper.fetch.stats import Tally
from columnist.scraper.frontier.frontier import Frontier
from columnist.scraper.frontier.records import Candidate


class Disk:
    """A disk that takes as long as the test likes, and knows what was written when each sync began."""

    def __init__(self) -> None:
        self.written = 0
        self.on_disk: list[int] = []
        self.threads: set[int] = set()
        self.may_end = threading.Event()
        self.may_end.set()
        self.fails = False

    def sync(self) -> None:
        self.threads.add(threading.get_ident())
        seen = self.written
        assert self.may_end.wait(10)
        if self.fails:
            raise OSError("the disk is gone")
        self.on_disk.append(seen)


async def settle(disk: Disk, syncs: Syncs) -> None:
    disk.written += 1
    mine = disk.written
    await syncs.synced()
    assert disk.on_disk[-1] >= mine


def test_who_waits_goes_on_once_what_he_wrote_is_on_the_disk() -> None:
    async def work() -> None:
        syncs = Syncs(disk.sync)
        for pause in (0.0, 0.001, 0.002):
            await asyncio.gather(*(settle(disk, syncs) for _ in range(20)))
            await asyncio.sleep(pause)

    disk = Disk()
    asyncio.run(work())

    assert disk.on_disk == [20, 40, 60]  # one sync for all who wait
    assert threading.get_ident() not in disk.threads


def test_who_comes_during_a_sync_waits_for_the_next() -> None:
    async def work() -> None:
        syncs = Syncs(disk.sync)
        disk.may_end.clear()
        first = asyncio.ensure_future(settle(disk, syncs))
        while not disk.threads:
            await asyncio.sleep(0.001)
        late = [asyncio.ensure_future(settle(disk, syncs)) for _ in range(5)]
        await asyncio.sleep(0.01)
        disk.may_end.set()
        await asyncio.gather(first, *late)

    disk = Disk()
    asyncio.run(work())

    assert disk.on_disk == [1, 6]


def test_one_who_gives_up_leaves_the_others_their_sync() -> None:
    async def work() -> None:
        syncs = Syncs(disk.sync)
        disk.may_end.clear()
        impatient, patient = (asyncio.ensure_future(settle(disk, syncs)) for _ in range(2))
        await asyncio.sleep(0.01)
        impatient.cancel()
        disk.may_end.set()
        await patient

    disk = Disk()
    asyncio.run(work())

    assert disk.on_disk == [2]


def test_a_disk_that_fails_is_told_to_all_who_wait_and_asked_again_by_the_next() -> None:
    async def work() -> list[BaseException | None]:
        syncs = Syncs(disk.sync)
        disk.fails = True
        told = await asyncio.gather(*(settle(disk, syncs) for _ in range(3)), return_exceptions=True)
        disk.fails = False
        await settle(disk, syncs)
        return told

    disk = Disk()
    told = asyncio.run(work())

    assert [type(error) for error in told] == [OSError] * 3
    assert disk.on_disk == [4]


def test_no_outcome_of_an_address_makes_the_loop_wait_for_the_disk(tmp_path: Path) -> None:
    said: list[str] = []
    with open_store(tmp_path) as store:
        frontier = Frontier(store.state)
        frontier.add([Candidate(f"https://paper.example/{n}", "paper.example", via="seed") for n in range(4)])
        output = Output(store, frontier, Tally())
        page, listing, known, lost = frontier.lease(4, NOON, 4)
        got = Fetched(page.url, 200, {}, b"", Rights(), datetime.now(UTC))
        store.state.connection.set_trace_callback(said.append)
        output.unfetched_page(page, "paper.example", Unfetched("too-large", "too-large"))
        output.more_links([Candidate("https://paper.example/more", "paper.example")])
        output.excluded([Candidate("https://paper.example/out", "paper.example")])
        output.listing(listing, got, "", ())
        output.unchanged(known, got)
        output.unfetched(lost, Unfetched("failed", "timeout"))
        store.state.connection.set_trace_callback(None)

    assert said.count("COMMIT") == 6
    assert [words for words in said if "synchronous" in words] == ["PRAGMA synchronous = NORMAL"] * 6


def test_a_state_without_a_log_has_nothing_to_sync(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.state.connection.execute("PRAGMA journal_mode = DELETE")  # as on some network file systems
        store.state.sync()
        assert store.outbox.stage(rows_of(an_article())[0]).decision == "new"
        store.finish()

    assert read(tmp_path).num_rows == 1


SLOW_DISK = """
import json, sys, time
from columnist.pipelines.records.options import CrawlOptions, DatasetOptions, SandboxOptions
from columnist.pipelines.dataset.state.state import State
from columnist.pipelines.dataset.open_store import StoreOptions
from columnist.scraper.crawl import scheduler as dispatch
from columnist.scraper.crawl.plan import CrawlPlan
from columnist.scraper.crawl.run import run_crawl
from columnist.scraper.frontier.site_jobs import job_for_address

times, sync = [], State.sync

def slow(self):
    times.append(time.monotonic())
    time.sleep(0.5)
    sync(self)

State.sync, dispatch.FILES_EVERY = slow, 0.2
plan = CrawlPlan(sys.argv[1], (job_for_address(sys.argv[2]),), CrawlOptions(delay=0.0),
                 sandbox=SandboxOptions(workers=1), store=StoreOptions(DatasetOptions(rows_per_file=2)))
done = run_crawl(plan)
of_pages = len(times) - len(done.manifest["parts"])  # a file's rows and name are synced before it is written
print(json.dumps({"of_pages": of_pages, "new": done.summary.new, **done.manifest["event_loop"]}))
"""


@pytest.mark.slow
def test_a_slow_disk_does_not_hold_the_loop_of_a_crawl(tmp_path: Path) -> None:
    paths = [f"/2026/11/22/the-council-of-town-{n}-adopts-its-budget" for n in range(6)]
    site = FakeSite()
    site.route("/", links(*paths))
    for n, path in enumerate(paths):
        text = [f"In town {n} the council met for the {m}th time and spoke of the bridge." for m in range(9)]
        site.route(path, article(f"The council of town {n} adopts its budget", text))
    with site:
        words = [sys.executable, "-W", "ignore", "-c", SLOW_DISK, str(tmp_path / "data"), f"{site.base}/"]
        ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert ran.returncode == 0, ran.stderr[-3000:]
    told = json.loads(ran.stdout.splitlines()[-1])

    assert told["new"] == len(paths)
    assert told["of_pages"] >= 3  # as pages come (the front, what it leads to), not once at the end
    idle = [block["ms"] - block["cpu_ms"] - block["waited_for_core_ms"] for block in told["longest"]]
    assert max(idle, default=0) < 400

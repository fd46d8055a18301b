"""A crawl of a site that exists only in numbers, to be killed: everything of the line but the network.

Page i links to pages 2i+1 and 2i+2; every seventh page is no article. `STEPS` names each step of the commit
protocol; a process can be made to die before and after each.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from newsroom import NOON, a_reject, an_article, identities, read

from columnist.pipelines.dataset.archive.read import read_page
from columnist.pipelines.dataset.archive.records import keep_page
from columnist.pipelines.dataset.archive.revisits import note_archived
from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.open_store import Store, StoreOptions, open_store
from columnist.pipelines.dataset.state.rows import Row, row_of
from columnist.pipelines.dataset.state.state import STATE_NAME, State, open_state
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.pipelines.records.article import Page
from columnist.pipelines.records.options import DatasetOptions
from columnist.scraper.frontier.frontier import Frontier
from columnist.scraper.frontier.records import Candidate, VisitResult

ROWS_PER_FILE = 5

# Where a process may die: before and after each of these, and of every transaction.
STEPS = (
    "columnist.pipelines.dataset.files.fsync:make_folder",
    "columnist.pipelines.dataset.files.fsync:sync_file",
    "columnist.pipelines.dataset.files.fsync:sync_folder",
    "columnist.pipelines.dataset.files.fsync:append",
    "columnist.pipelines.dataset.files.fsync:cut",
    "columnist.pipelines.dataset.files.fsync:publish",
    "columnist.pipelines.dataset.files.fsync:overwrite",
    "columnist.pipelines.dataset.files.fsync:remove",
    "columnist.pipelines.dataset.files.fsync:move_aside",
    "columnist.pipelines.dataset.files.fsync:replace_file",
    "columnist.pipelines.dataset.files.parts:allocate",
    "columnist.pipelines.dataset.files.parts:fill",
    "columnist.pipelines.dataset.files.parts:verify",
    "columnist.pipelines.dataset.files.parts:publish",
    "columnist.pipelines.dataset.files.parts:commit",
    "columnist.pipelines.dataset.files.parts:drop",
    "columnist.pipelines.dataset.files.parts:drop_leftovers",
    "columnist.pipelines.dataset.upkeep.repair.recovery:_adopt",
    "columnist.pipelines.dataset.open_store:open_state",
    "columnist.pipelines.dataset.open_store:release_leases",
    "columnist.pipelines.dataset.open_store:finish_dead_runs",
    "columnist.pipelines.dataset.open_store:start_run",
    "columnist.pipelines.dataset.open_store:write_manifest",
    "columnist.scraper.frontier.queries:take",
    "columnist.scraper.frontier.queries:settle",
    "columnist.scraper.frontier.queries:insert",
    "columnist.pipelines.dataset.state.outbox:remember",
)


def address(number: int) -> str:
    """Return the address of a page."""
    return f"https://{'ab'[number % 2]}.example/{number}"


def is_article(number: int) -> bool:
    """Say whether a page is an article."""
    return number % 7 != 6


@cache
def fetched(number: int) -> Row:
    """Return what the worker makes of a page."""
    url, site = address(number), f"{'ab'[number % 2]}.example"
    return row_of(an_article(url, paragraphs=2, site=site) if is_article(number) else a_reject(url))


def crawl(data: Path, pages: int, now: datetime = NOON) -> None:
    """Crawl the site, as the real crawl does it."""
    with open_store(data, StoreOptions(DatasetOptions(rows_per_file=ROWS_PER_FILE), command="test")) as store:
        frontier = Frontier(store.state)
        frontier.add([Candidate(address(0), "a.example", via="seed")])
        while leases := frontier.lease(4, now, per_site=2):
            for lease in leases:
                visit(store, frontier, lease, pages)
            store.state.sync()
            for part in store.dataset.allocate_due(now):
                store.dataset.commit(store.dataset.write(part))
        store.finish()


def visit(store: Store, frontier: Frontier, lease: Any, pages: int) -> None:
    """Answer for one page: its row, its end and its links in one transaction."""
    number = int(lease.url.rpartition("/")[2])
    links = [n for n in (2 * number + 1, 2 * number + 2) if n < pages]
    kept = keep_page(Page(lease.url, html=b"<p>as it came", http_status=200, fetched_at=NOON), {})
    (place,) = store.archive.append([kept.records])
    with store.state.transaction(synced=False):
        store.outbox.stage(replace(fetched(number), place=place))
        note_archived(store.state, lease.url, kept)
        frontier.done(lease, VisitResult(200), NOON)
        frontier.add(Candidate(address(n), f"{'ab'[n % 2]}.example") for n in links)


def check(data: Path, pages: int) -> None:
    """Every page came out once, every file is whole and known, nothing is left over."""
    wanted = sorted((fetched(n).key.id, 0) for n in range(pages) if is_article(n))
    assert identities(data) == wanted, "articles lost or doubled"
    rejects = [n for n in range(pages) if not is_article(n)]
    if rejects:
        assert sorted(read(data, "rejects")["url"].to_pylist()) == sorted(address(n) for n in rejects), (
            "rejects"
        )
    pointers_hold(data)
    problems = verify(data, repair=False).problems
    assert problems == (), problems
    with closing(open_state(data / STATE_NAME)) as state:
        left = state.connection.execute("SELECT count(*) FROM payload").fetchone()[0]
    assert left == 0, "bytes of committed rows left"
    assert not list((data / "tmp").iterdir()), "half-written files left"
    assert not (data / "quarantine").exists(), "our own files taken for a stranger's"
    manifests = [json.loads(path.read_bytes()) for path in (data / "runs").glob("*.json")]
    assert not any(manifest["adopted"] for manifest in manifests), "our own files taken for a stranger's"


def pointers_hold(data: Path) -> None:
    """Every row leads back to its page, whole."""
    rows = read(data).to_pylist() if list((data / "articles").rglob("*.parquet")) else []
    for row in rows:
        page = read_page(data, row["archive_file"], row["archive_offset"])
        assert (page.url, page.html) == (row["url"], b"<p>as it came")


@contextlib.contextmanager
def ticking(tick: Callable[[str], None]) -> Iterator[None]:
    """Call tick before and after each step and each transaction."""
    with contextlib.ExitStack() as stack:
        for step in STEPS:
            module, name = step.split(":")
            home = importlib.import_module(module)
            stack.enter_context(patch.object(home, name, _around(getattr(home, name), step, tick)))
        stack.enter_context(patch.object(durable, "_append", _in_halves(durable._append, tick)))
        stack.enter_context(patch.object(State, "transaction", _around_transaction(State.transaction, tick)))
        yield


def _in_halves(write: Callable[..., Any], tick: Callable[[str], None]) -> Callable[..., Any]:
    """A process may die within a record."""

    def written(path: Path, handle: int, content: bytes) -> None:
        write(path, handle, content[: len(content) // 2])
        tick("within a record")
        write(path, handle, content[len(content) // 2 :])

    return written


def _around(step: Callable[..., Any], name: str, tick: Callable[[str], None]) -> Callable[..., Any]:
    def stepped(*args: Any, **kwargs: Any) -> Any:
        tick(f"before {name}")
        result = step(*args, **kwargs)
        tick(f"after {name}")
        return result

    return stepped


def _around_transaction(original: Callable[..., Any], tick: Callable[[str], None]) -> Callable[..., Any]:
    @contextlib.contextmanager
    def transaction(self: State, synced: bool = True) -> Iterator[Any]:
        outermost = self._depth == 0
        with original(self, synced) as connection:
            yield connection
            if outermost:
                tick("before COMMIT")
        if outermost:
            tick("after COMMIT")

    return transaction


def count_ticks(work: Callable[[], None]) -> list[str]:
    """Return every point at which a process doing this work could be made to die."""
    names: list[str] = []
    with ticking(names.append):
        work()
    return names


def die_at(number: int, work: Callable[[], None]) -> None:
    """Do the work, and be killed at this tick, as by kill -9."""
    left = number

    def tick(_: str) -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    with ticking(tick):
        work()


def in_child(work: Callable[[], None], kill_after: float | None = None) -> int:
    """Do the work in a forked process; return 0, or minus the signal that ended it. Raise if it failed."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:  # never back into the parent's stack, whatever was raised
            if status:
                traceback.print_exc()
            os._exit(status)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status > 0:
        raise ChildProcessError("the crawl itself failed: its traceback is above")
    return status

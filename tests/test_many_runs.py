"""Run after run over a site that publishes, revises and removes: exact counts, and nothing grows but the data."""

from __future__ import annotations

import gc
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from newsroom import NOON, an_article, read, rows_of

from columnist.pipelines.dataset.open_store import StoreOptions, open_store
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.pipelines.records.options import DatasetOptions
from columnist.scraper.frontier.frontier import Frontier
from columnist.scraper.frontier.records import Candidate, Lease, VisitResult

HOUR = timedelta(hours=1)
START = 20  # articles on the first day


def address(number: int) -> str:
    return f"https://paper.example/{number}"


def answer(store: Any, frontier: Frontier, lease: Lease, run: int) -> None:
    """Article n appears in run n - START; each third is revised 6 hours later; each seventh is gone by then."""
    number, now = int(lease.url.rpartition("/")[2]), NOON + run * HOUR
    age = run - max(number - START, 0)
    with store.state.transaction():
        if age >= 6 and number % 7 == 6:
            frontier.gone(lease, 410)
            return
        title = f"Article {number}" + (", corrected" if age >= 6 and number % 3 == 0 else "")
        store.outbox.stage(rows_of(an_article(lease.url, paragraphs=2, title=title, fetched_at=now))[0])
        frontier.done(lease, VisitResult(200), now)


def one_run(data: Path, run: int) -> dict[str, Any]:
    """Crawl hour after hour what the front page shows."""
    options = StoreOptions(DatasetOptions(rows_per_file=50), command="test")
    with open_store(data, options) as store:
        frontier = Frontier(store.state, (1.0, 6.0, 24.0))
        frontier.add(Candidate(address(n), "paper.example") for n in range(START + run + 1))
        while leases := frontier.lease(10, NOON + run * HOUR, per_site=10):
            for lease in leases:
                answer(store, frontier, lease, run)
        return store.finish()


def many_runs(data: Path, runs: int) -> None:
    """Run as often, and hold counts, rows and memory against what must be."""
    process, memory, kept = psutil.Process(), [], []
    manifests = []
    for run in range(runs):
        manifests.append(one_run(data, run))
        if run % 10 == 9:
            gc.collect()
            memory.append(process.memory_info().rss)
            kept.append((data / "state.db").stat().st_size)
    table = read(data)
    revised = {n for n in range(START + runs) if n % 3 == 0 and n % 7 != 6 and max(n - START, 0) + 6 < runs}
    assert table.num_rows == START + runs + len(revised)
    assert sorted(int(u.rpartition("/")[2]) for u, r in pairs(table) if r == 1) == sorted(revised)
    assert set(table["change_kind"].to_pylist()) == {None, "headline"}
    assert [m["addresses"]["discovered"] for m in manifests] == [START + 1 + n for n in range(runs)]
    assert all(m["events"].get("new", 0) == (START + 1 if n == 0 else 1) for n, m in enumerate(manifests))
    assert verify(data).problems == ()
    assert memory[-1] - memory[len(memory) // 2] < 20_000_000  # allocators keep a little; a leak is more
    assert kept[-1] - kept[0] < 3_000 * runs  # a row's keys and a run's line


def pairs(table: Any) -> list[tuple[str, int]]:
    return list(zip(table["url"].to_pylist(), table["revision"].to_pylist(), strict=True))


@pytest.mark.slow
def test_forty_runs_in_a_row_are_exact(tmp_path: Path) -> None:
    many_runs(tmp_path, 40)


@pytest.mark.torture
def test_torture_a_month_in_miniature(tmp_path: Path) -> None:
    many_runs(tmp_path, 300)

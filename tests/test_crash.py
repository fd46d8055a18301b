"""Killed at any point and run again: no article lost, none written twice, no file left over, no manual step."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from crashline import STEPS, check, count_ticks, crawl, die_at, in_child

from columnist.pipelines.dataset.state.lock import DataLocked
from columnist.pipelines.dataset.state.state import State

PAGES = 16  # three parts of articles and one of rejects


def crash(folder: Path, point: int, again: int | None = None) -> None:
    """Die at this point, and in the next run at that one if asked; then run to the end and check."""
    data = folder / "data"
    shutil.rmtree(data, ignore_errors=True)
    for tick in (point,) if again is None else (point, again):
        in_child(lambda tick=tick: die_at(tick, lambda: crawl(data, PAGES)))  # type: ignore[misc]
    crawl(data, PAGES)
    check(data, PAGES)


def points_of(folder: Path) -> list[str]:
    return count_ticks(lambda: crawl(folder / "counted", PAGES))


def test_the_crash_points_cover_every_step(tmp_path: Path) -> None:
    def twice() -> None:
        in_child(lambda: die_at(120, lambda: crawl(tmp_path / "data", PAGES)))
        crawl(tmp_path / "data", PAGES)

    seen = {name.partition(" ")[2] for name in points_of(tmp_path) + count_ticks(twice)}

    # move_aside only meets strangers' files, which test_dataset.py has; _adopt is crashed below; overwrite is what
    # `forget` does, in test_forget.py; cut comes after a death within a record
    elsewhere = {
        "files.fsync:move_aside",
        "files.fsync:cut",
        "files.fsync:overwrite",
        "upkeep.repair.recovery:_adopt",
    }
    assert set(STEPS) - seen <= {f"columnist.pipelines.dataset.{name}" for name in elsewhere}
    assert "COMMIT" in seen


@pytest.mark.slow
def test_a_crash_at_any_step_costs_nothing(tmp_path: Path) -> None:
    points = len(points_of(tmp_path))
    for point in range(random.randrange(20), points, 20):  # the torture version takes each
        crash(tmp_path, point)


@pytest.mark.slow
def test_a_crash_in_recovery_costs_nothing(tmp_path: Path) -> None:
    names = points_of(tmp_path)
    last = max(
        n for n, name in enumerate(names) if name == "after columnist.pipelines.dataset.files.parts:publish"
    )
    for again in range(0, 60, 5):
        crash(tmp_path, last, again)


@pytest.mark.slow
def test_kills_at_random_moments_cost_nothing(tmp_path: Path) -> None:
    kill_and_go_on(tmp_path / "data", pages=600, kills=15)


def kill_and_go_on(data: Path, pages: int, kills: int) -> None:
    """Kill the crawl again and again while it gets further each time, then let it end."""
    done = 0
    for _ in range(kills):
        done += in_child(lambda: crawl(data, pages), kill_after=random.uniform(0.005, 0.15)) < 0
    crawl(data, pages)
    check(data, pages)
    assert done > kills / 3, "the crawl ended before it could be killed: give it more pages"


@contextlib.contextmanager
def without_joined_transactions() -> Iterator[None]:
    """Break the rule: each call commits for itself."""
    original = State.transaction

    @contextlib.contextmanager
    def apart(self: State, synced: bool = True) -> Iterator[object]:
        if self._depth:
            self._write_changes()
            self._changes.clear()
            self.connection.execute("COMMIT")
            self.connection.execute("BEGIN IMMEDIATE")
        with original(self, synced) as connection:
            yield connection

    with patch.object(State, "transaction", apart):
        yield


@pytest.mark.slow
def test_the_crash_test_notices_when_the_one_transaction_rule_is_broken(tmp_path: Path) -> None:
    names = points_of(tmp_path)
    inserts = [
        n
        for n, name in enumerate(names)
        if name.startswith("before columnist.scraper.frontier.queries:insert")
    ]
    with without_joined_transactions(), pytest.raises(AssertionError, match="lost"):  # noqa: PT012  some point
        for point in inserts[1:9]:
            crash(tmp_path, point)


@pytest.mark.torture
def test_torture_a_crash_at_every_step_and_one_in_its_recovery(tmp_path: Path) -> None:
    points = len(points_of(tmp_path))
    for point in range(points):
        crash(tmp_path, point)
        crash(tmp_path, random.randrange(points), again=random.randrange(80))


@pytest.mark.torture
def test_torture_300_kills(tmp_path: Path) -> None:
    for number in range(6):
        kill_and_go_on(tmp_path / str(number), pages=400, kills=50)


def race(data: Path) -> None:
    """Start two runs at one instant: one of them works, or one after the other."""
    first = os.fork()
    if first == 0:
        ended = 1
        try:
            ended = one_of_two(data)
        finally:
            os._exit(ended)
    second = one_of_two(data)
    status = os.waitstatus_to_exitcode(os.waitpid(first, 0)[1])
    assert {status, second} <= {0, LOCKED}
    assert 0 in (status, second)
    check(data, PAGES)


LOCKED = 4


def one_of_two(data: Path) -> int:
    try:
        crawl(data, PAGES)
    except DataLocked:
        return LOCKED
    return 0


@pytest.mark.slow
def test_two_runs_at_once_never_write_twice(tmp_path: Path) -> None:
    for number in range(4):
        race(tmp_path / str(number))


@pytest.mark.torture
def test_torture_100_races(tmp_path: Path) -> None:
    for number in range(100):
        race(tmp_path / str(number))

"""Power lost at any moment: what was committed is there and readable, and a rerun completes the rest."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest
from crashline import check, crawl
from powerloss import Disk, Event, recording

from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.state.state import State
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.pipelines.dataset.writers.belonging import NoDataset, WrongDataset

PAGES = 16


def recorded(root: Path) -> list[Event]:
    """Record a crawl that ends, and one that has nothing to do."""
    events: list[Event] = []
    with recording(events):
        crawl(root, PAGES)
        crawl(root, PAGES)
    return events


def lose(events: list[Event], root: Path, target: Path, seed: int) -> None:
    """Lose power after these events; hold what is left against the law, rerun, and check."""
    disk = Disk()
    for event in events:
        disk.do(event)
    shutil.rmtree(target, ignore_errors=True)
    disk.lose_power(random.Random(seed), root, target)
    for file in [*target.rglob("articles/*/*"), *target.rglob("rejects/*/*")]:
        pq.read_table(file, partitioning=None)  # readers never meet half a file
    # A file that nobody recorded yet, and one half-written in tmp/, are what a dead run leaves: the next takes them up.
    try:
        problems = [
            p for p in verify(target, repair=False).problems if p.what not in ("unknown", "left-over")
        ]
    except (
        NoDataset
    ):  # the power went before the first folder and the state were on the disk: no row was committed
        problems = []
    assert problems == [], "committed, and lost or damaged"
    crawl(target, PAGES)
    check(target, PAGES)


def cuts(events: list[Event], count: int) -> Iterator[tuple[int, int]]:
    """Return moments to lose power at, each with a seed: the dangerous ones lie around the commits."""
    chance = random.Random(11)
    for number in range(count):
        yield chance.randrange(1, len(events)), number


@pytest.mark.slow
def test_power_loss_at_any_moment_costs_nothing(tmp_path: Path) -> None:
    events = recorded(tmp_path / "root")
    for cut, seed in cuts(events, 24):  # the torture version takes every moment
        lose(events[:cut], tmp_path / "root", tmp_path / "left", seed)


@pytest.mark.slow
def test_folders_that_a_killed_run_made_are_synced_by_the_next(tmp_path: Path) -> None:
    root, events, sync = tmp_path / "root", list[Event](), durable.sync_folder

    def dies(folder: Path) -> None:
        if folder == root / "articles":  # the day's folder is made, its name not yet durable
            raise KeyboardInterrupt
        sync(folder)

    with recording(events):
        with patch.object(durable, "sync_folder", dies), pytest.raises(KeyboardInterrupt):
            crawl(root, PAGES)
        crawl(root, PAGES)
    for seed in range(8):
        lose(events, root, tmp_path / "left", seed)


@contextmanager
def without(where: Any, what: str) -> Iterator[None]:
    """Take one kind of fsync out of the protocol."""

    def nothing(_: Any) -> None:
        return None

    with patch.object(where, what, nothing):
        yield


@pytest.mark.slow
@pytest.mark.parametrize(
    ("where", "what"), [(durable, "sync_file"), (durable, "sync_folder"), (State, "sync")]
)
def test_the_power_loss_test_notices_when_an_fsync_is_taken_out(
    tmp_path: Path, where: Any, what: str
) -> None:
    with without(where, what):
        events = recorded(tmp_path / "root")

    noticed = 0
    for cut, seed in cuts(events, 16):
        try:
            lose(events[:cut], tmp_path / "root", tmp_path / "left", seed)
        # The second and third are pyarrow's words for half a file; the last that no file of the state's is there.
        except (AssertionError, OSError, ValueError, WrongDataset):
            noticed += 1
    assert noticed > 2


@pytest.mark.torture
def test_torture_power_loss_at_every_moment(tmp_path: Path) -> None:
    events = recorded(tmp_path / "root")
    for cut in range(1, len(events)):
        for seed in range(2):
            lose(events[:cut], tmp_path / "root", tmp_path / "left", seed)

"""Compaction on an S3 server: whatever request it fails at, whoever reads has each row once, and the next call ends it."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import boto3
import pytest
import s3fs
from flakystore import Relay
from newsroom import write
from s3server import BUCKET
from test_compact import ALL, hour
from test_object_store import FAILURES, from_then_on, relay

import columnist
from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.open_store import StoreOptions, open_store
from columnist.pipelines.dataset.upkeep.compact.compact import compact
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.pipelines.dataset.writers import at_work
from columnist.scraper.cli.main import run

__all__ = ["relay"]  # the fixture
pytestmark = pytest.mark.slow
RUNS = 3
LEASE = 0.3  # seconds


@pytest.fixture(scope="module")
def made(relay: Relay, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the state of a dataset of a few runs, at `made` in the bucket."""
    state = tmp_path_factory.mktemp("made") / "state"
    for number in range(RUNS):
        write(f"s3://{BUCKET}/made", *hour(number), state=state)
    return state


@pytest.fixture(autouse=True)
def short_leases() -> Iterator[None]:
    """Have a compaction's claim on a dataset last a moment: who comes after a dead one need not wait ten minutes."""
    with patch.object(at_work, "_LEASE_SECONDS", LEASE), patch.object(at_work, "_RENEWALS", LEASE / 3600):
        yield


@pytest.fixture
def place(made: Path, relay: Relay, tmp_path: Path) -> Iterator[str]:
    relay.begin(lambda n, method, path: "pass")
    yield copied(tmp_path.name)
    relay.begin(lambda n, method, path: "pass")


def copied(name: str) -> str:
    """Copy the dataset within the bucket."""
    store = boto3.client("s3")
    for found in store.list_objects_v2(Bucket=BUCKET, Prefix="made/")["Contents"]:
        key = f"{name}/{found['Key'].removeprefix('made/')}"
        store.copy_object(Bucket=BUCKET, Key=key, CopySource={"Bucket": BUCKET, "Key": found["Key"]})
    return f"s3://{BUCKET}/{name}"


def rows(place: str) -> list[str]:
    """Return every row as a reader gets them; one whose files go away while it reads asks again."""
    while True:
        s3fs.S3FileSystem.clear_instance_cache()
        try:
            table = columnist.read(place, all_revisions=True).to_table()
        except FileNotFoundError:
            continue
        return sorted(map(str, table.to_pylist()))


def files(place: str) -> int:
    return len([*open_output(place).files("articles"), *open_output(place).files("rejects")])


def settled(place: str, made: Path, wanted: list[str]) -> None:
    """Hold the dataset to what a compaction leaves: each row, few files, nothing that verify or a run would tell."""
    state = (
        made.parent / place.rpartition("/")[2]
    )  # a copy: it follows the compaction of one copy of the dataset
    shutil.copytree(made, state)
    assert rows(place) == wanted
    assert files(place) == 4
    assert verify(place, state, repair=False).problems == ()
    with open_store(place, StoreOptions(state_folder=state)) as store:
        assert store.recovery.missing == store.recovery.moved == store.recovery.found == ()
        assert store.finish()["rows_gone"] == 0


def test_who_reads_meanwhile_and_after_has_each_row_once(made: Path, place: str) -> None:
    wanted, seen, done = rows(place), list[list[str]](), threading.Event()

    def read_on() -> None:
        while not done.is_set():
            seen.append(rows(place))

    reader = threading.Thread(target=read_on)
    reader.start()
    try:
        assert run(["compact", "--data", place, "--before", "0d"]) == 0
    finally:
        done.set()
        reader.join()

    assert len(seen) > 1
    assert all(one == wanted for one in seen)
    settled(place, made, wanted)


@pytest.mark.parametrize("every", [80, pytest.param(1, marks=pytest.mark.torture)])
def test_a_store_that_goes_away_at_any_request_loses_and_doubles_nothing(
    relay: Relay, made: Path, place: str, every: int
) -> None:
    wanted = rows(place)
    relay.begin(lambda n, method, path: "pass")
    compact(place, ALL)
    moments = [(n, fate) for n in range(len(relay.requests)) for fate in ("cut-before", "cut-after", "500")]
    for number, fate in moments[os.getpid() % every :: every]:
        relay.begin(lambda n, method, path: "pass")
        here = copied(f"{place.rpartition('/')[2]}-{number}-{fate}")
        s3fs.S3FileSystem.clear_instance_cache()
        relay.begin(from_then_on(number, fate))
        with pytest.raises(FAILURES):
            compact(here, ALL)
        relay.begin(lambda n, method, path: "pass")

        assert rows(here) == wanted, (number, fate)
        time.sleep(LEASE)
        compact(here, ALL)
        settled(here, made, wanted)


@pytest.mark.parametrize("fate", ["twice", pytest.param("slow", marks=pytest.mark.torture)])
def test_requests_that_come_twice_or_late_change_nothing(
    relay: Relay, made: Path, place: str, fate: str
) -> None:
    wanted = rows(place)
    relay.begin(lambda n, method, path: fate if method in ("PUT", "POST", "DELETE") else "pass")
    compact(place, ALL)
    relay.begin(lambda n, method, path: "pass")
    settled(place, made, wanted)

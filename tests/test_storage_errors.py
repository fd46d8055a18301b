"""A disk that is full or fails, too many open files, a locked database: said clearly, and nothing is lost."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from crashline import check, crawl, in_child
from newsroom import an_article, identities, rows_of
from smalldisk import REFUSED

from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.storage_errors import StorageError, state_errors
from columnist.pipelines.dataset.open_store import open_store
from columnist.pipelines.dataset.state import state

PAGES = 40


def limited(kind: int, limit: int, data: Path) -> int:
    """Crawl under a limit of the operating system; return how the process ended: SIGTERM for a StorageError."""

    def work() -> None:
        resource.setrlimit(kind, (limit, limit))
        try:
            crawl(data, PAGES)
        except StorageError:
            os.kill(os.getpid(), signal.SIGTERM)

    return in_child(work)


@pytest.mark.slow
@pytest.mark.parametrize("kilobytes", [4, 12, 30, 60, 110, 140, 200])
def test_a_file_size_limit_costs_nothing(tmp_path: Path, kilobytes: int) -> None:
    ended = limited(resource.RLIMIT_FSIZE, kilobytes * 1024, tmp_path)
    so_far = identities(tmp_path)
    crawl(tmp_path, PAGES)

    assert ended == -signal.SIGTERM
    assert len(set(so_far)) == len(so_far)
    check(tmp_path, PAGES)


@pytest.mark.slow
def test_too_many_open_files_cost_nothing(tmp_path: Path) -> None:
    used = {int(path.name) for path in Path("/proc/self/fd").iterdir()}
    free = [number for number in range(1000) if number not in used]
    ends = []
    for left in range(8):  # the lock, state.db, its log and index, a part, its reader ...
        data = tmp_path / str(left)
        ends.append(limited(resource.RLIMIT_NOFILE, free[left], data))
        crawl(data, PAGES)
        check(data, PAGES)

    assert -signal.SIGTERM in ends


def fill_disks(folder: Path, sizes: range) -> None:
    """Fill disks of these sizes, in kilobytes: a tmpfs, mounted in a namespace of its own where need be."""
    program = [sys.executable, str(Path(__file__).parent / "smalldisk.py"), str(folder), *map(str, sizes)]
    path = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])
    for before in (["unshare", "--user", "--map-root-user", "--mount"], []):
        if before and shutil.which(before[0]) is None:
            continue
        ran = subprocess.run(
            [*before, *program],
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode == 0:
            assert int(ran.stdout) >= len(sizes) * 0.6
            return
        assert ran.returncode in (1, REFUSED), ran.stderr
        assert "Traceback" not in ran.stderr, ran.stderr
    # Neither root nor namespaces here: the file size limit above is what this machine can show.


@pytest.mark.slow
def test_a_full_disk_costs_nothing(tmp_path: Path) -> None:
    fill_disks(tmp_path, range(100, 1500, 280))


@pytest.mark.torture
def test_torture_a_disk_full_at_20_sizes(tmp_path: Path) -> None:
    fill_disks(tmp_path, range(64, 1600, 70))


WORDS = {
    errno.ENOSPC: "The disk is full",
    errno.EIO: "input/output error",
    errno.EMFILE: "Too many open files",
    errno.EROFS: "read-only",
    errno.EACCES: "No permission",
    errno.EDQUOT: "quota",
}


@pytest.mark.parametrize("step", ["_sync", "_link", "_unlink", "_mkdir"])
@pytest.mark.parametrize("code", WORDS)
def test_a_failing_disk_is_said_with_place_and_advice(tmp_path: Path, step: str, code: int) -> None:
    def fails(*_: Any) -> None:
        raise OSError(code, os.strerror(code))

    with open_store(tmp_path) as store:
        store.outbox.stage(rows_of(an_article())[0])
        with patch.object(durable, step, fails), pytest.raises(StorageError, match=WORDS[code]) as failed:
            store.dataset.flush()

    assert str(tmp_path) in str(failed.value)
    assert failed.value.advice
    crawl(tmp_path, 1)
    assert len(identities(tmp_path)) == 2


def test_a_file_that_could_not_be_written_is_taken_away(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="full"), durable.create(tmp_path / "part"):
        raise OSError(errno.ENOSPC, "full")

    assert list(tmp_path.iterdir()) == []


def test_an_error_that_is_no_disk_error_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        durable.sync_file(tmp_path / "nothing")
    with pytest.raises(sqlite3.ProgrammingError), state_errors(tmp_path):
        raise sqlite3.ProgrammingError("a bug")


def test_a_locked_database_is_said_and_costs_nothing(tmp_path: Path) -> None:
    with patch.object(state, "_BUSY_SECONDS", 0.05), open_store(tmp_path) as store:
        other = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="locked by another program"):
            store.outbox.stage(rows_of(an_article())[0])
        other.execute("ROLLBACK")
        other.close()
        assert store.outbox.stage(rows_of(an_article())[0]).decision == "new"


def test_a_state_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.state.connection.execute("PRAGMA user_version = 99")

    with pytest.raises(StorageError, match="version 99"), open_store(tmp_path):
        pass


BROKEN: dict[str, Callable[[Path], object]] = {
    "a folder in the place of state.db": lambda data: (data / "state.db").mkdir(parents=True),
    "a file in the place of the data folder": lambda data: data.write_text("x"),
    "a file in the place of tmp": lambda data: (data.mkdir(), (data / "tmp").write_text("x")),
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_lies_in_the_way_is_named(tmp_path: Path, how: str) -> None:
    BROKEN[how](tmp_path / "data")

    with pytest.raises(StorageError, match="data"):
        crawl(tmp_path / "data", 1)

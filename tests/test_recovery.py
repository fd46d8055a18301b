"""What recovery, rebuild and verify do in the rarer cases: each file ends in one place, each row in one file."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from newsroom import a_reject, an_article, identities, read, rows_of, write

from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files import parquet_format as packing
from columnist.pipelines.dataset.files import parts
from columnist.pipelines.dataset.files.local_output import LocalOutput
from columnist.pipelines.dataset.files.parts import Part
from columnist.pipelines.dataset.files.storage_errors import StorageError
from columnist.pipelines.dataset.open_store import open_store
from columnist.pipelines.dataset.upkeep.repair.verify import verify


def part_of(data: Path, kind: str = "articles") -> Path:
    (path,) = (data / kind).rglob("*.parquet")
    return path


@contextmanager
def published_but_not_committed(data: Path) -> Iterator[Part]:
    """Leave a part as a run does that dies between publishing and committing."""
    with open_store(data) as store:
        for row in rows_of(an_article(), an_article("https://paper.example/b")):
            store.outbox.stage(row)
        (part,) = store.dataset.allocate_all()
        store.dataset.write(part)
        yield part


def test_a_published_part_is_adopted(tmp_path: Path) -> None:
    with published_but_not_committed(tmp_path) as part:
        pass
    inode = part_of(tmp_path).stat().st_ino

    with open_store(tmp_path) as store:
        assert (part.name,) == store.recovery.adopted
    assert inode == part_of(tmp_path).stat().st_ino
    assert verify(tmp_path).problems == ()


def test_a_published_part_that_cannot_be_read_is_set_aside_and_written_anew(tmp_path: Path) -> None:
    with published_but_not_committed(tmp_path) as part:
        pass
    (tmp_path / part.name).write_bytes(b"")

    with open_store(tmp_path) as store:
        assert (part.name,) == store.recovery.redone
        (aside,) = store.recovery.quarantined
    assert Path(aside).read_bytes() == b""
    assert len(identities(tmp_path)) == 2


@pytest.mark.parametrize(
    "urls", [["0", "1"], ["b"], ["a", "b", "c"]], ids=["other", "one of them", "one more"]
)
def test_a_published_part_that_a_hand_changed_stays_and_no_row_is_written_twice(
    tmp_path: Path, urls: list[str]
) -> None:
    with published_but_not_committed(tmp_path / "data") as part:
        pass
    write(tmp_path / "other", *(an_article(f"https://paper.example/{url}") for url in urls))
    by_hand = part_of(tmp_path / "other").read_bytes()
    (tmp_path / "data" / part.name).write_bytes(by_hand)

    manifest = write(tmp_path / "data")
    assert (tmp_path / "data" / part.name).read_bytes() == by_hand
    wanted = {*urls, "a", "b"}
    assert sorted(f"https://paper.example/{url}" for url in wanted) == sorted(
        read(tmp_path / "data")["url"].to_pylist()
    )
    assert [adopted["name"] for adopted in manifest["adopted"]] == [part.name]
    assert verify(tmp_path / "data").problems == ()


def test_half_written_parts_are_dropped(tmp_path: Path) -> None:
    write(tmp_path, an_article())
    (tmp_path / "tmp" / "articles-20261122T000000000Z-abcdef-0-00001.parquet").write_bytes(b"PAR1")

    with open_store(tmp_path) as store:
        assert store.recovery.quarantined == ()
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_disk_that_changes_what_was_written_is_caught_before_publishing(tmp_path: Path) -> None:
    sync = durable.sync_file

    def lying(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[len(content) // 3] ^= 4
        path.write_bytes(content)
        sync(path)

    with open_store(tmp_path) as store:
        store.outbox.stage(rows_of(an_article())[0])
        with (
            patch.object(durable, "sync_file", lying),
            pytest.raises(StorageError, match="differs from its rows"),
        ):
            store.dataset.flush()
    assert not list(tmp_path.rglob("*.parquet"))
    write(tmp_path)
    assert read(tmp_path).num_rows == 1


def test_an_error_of_the_disk_is_not_taken_for_a_damaged_file(tmp_path: Path) -> None:
    def fails(*_: Any) -> Iterator[Any]:
        raise OSError(errno.EIO, "bad sector")

    with published_but_not_committed(tmp_path):
        pass
    with (
        patch.object(parts, "_order", fails),
        pytest.raises(StorageError, match="input/output"),
        open_store(tmp_path),
    ):
        pass
    with open_store(tmp_path) as store:
        assert len(store.recovery.adopted) == 1


def test_a_file_that_vanishes_as_it_is_published_is_an_error(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.outbox.stage(rows_of(an_article())[0])
        with (
            patch.object(LocalOutput, "find", lambda *_: None),
            pytest.raises(StorageError, match="vanished"),
        ):
            store.dataset.flush()


def test_a_file_system_without_links_or_folder_sync_still_publishes(tmp_path: Path) -> None:
    def no_links(*_: Any) -> None:
        raise OSError(errno.EPERM, "no links here")

    sync = durable._sync

    def no_folders(path: Path, flags: int) -> None:
        if path.is_dir():
            raise OSError(errno.EINVAL, "no folder sync here")
        sync(path, flags)

    with patch.object(durable, "_link", no_links), patch.object(durable, "_sync", no_folders):
        write(tmp_path, an_article())
        (tmp_path / "one").write_text("1")
        with pytest.raises(FileExistsError):
            durable.publish(tmp_path / "one", part_of(tmp_path))
    assert read(tmp_path).num_rows == 1


def test_damaged_rejects_are_written_again(tmp_path: Path) -> None:
    write(tmp_path, a_reject())
    part_of(tmp_path, "rejects").write_bytes(b"")
    assert [p.what for p in verify(tmp_path).problems] == ["damaged"]

    assert write(tmp_path, a_reject())["events"]["rejected:index-page"] == 1


@pytest.mark.parametrize("older", ["missing", "damaged"])
def test_when_every_revision_is_lost_the_article_is_new(tmp_path: Path, older: str) -> None:
    write(tmp_path, an_article())
    write(tmp_path, an_article(title="Second"))
    first, second = sorted((tmp_path / "articles").rglob("*.parquet"))
    first.unlink() if older == "missing" else first.write_bytes(b"?")
    second.unlink()
    verify(tmp_path)

    assert write(tmp_path, an_article(title="Second"))["events"]["new"] == 1
    assert read(tmp_path)["revision"].to_pylist() == [0]
    assert verify(tmp_path).problems == ()


@pytest.mark.parametrize("older", ["missing", "damaged"])
def test_an_older_revision_that_cannot_be_read_is_no_survivor(tmp_path: Path, older: str) -> None:
    write(tmp_path, an_article())
    write(tmp_path, an_article(title="Second"))
    first, second = sorted((tmp_path / "articles").rglob("*.parquet"))
    second.write_bytes(b"?")
    if older == "missing":
        first.unlink()
    else:  # bytes that went bad by themselves: neither size nor time tells
        before = first.stat()
        first.write_bytes(b"?" * before.st_size)
        os.utime(first, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert write(tmp_path, an_article(title="Second"))["events"]["new"] == 1
    verify(tmp_path)
    write(tmp_path)
    assert len(identities(tmp_path)) == len(set(identities(tmp_path)))


def test_a_checkout_that_was_never_installed_has_unknown_versions() -> None:
    def not_found(name: str) -> str:
        raise PackageNotFoundError(name)

    packing.versions_in_use.cache_clear()
    with patch.object(packing, "version", not_found):
        assert {"unknown"} == {found for _, found in packing.versions_in_use()}
    packing.versions_in_use.cache_clear()

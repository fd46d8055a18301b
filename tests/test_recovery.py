"""What recovery, rebuild and verify do in the rarer cases: each file ends in one place, each row in one file."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any
from unittest.mock import patch

import fsspec
import pytest
from newsroom import NOON, a_reject, an_article, identities, read, rows_of

from pipelines import durable
from pipelines.dataset import LocalOutput, Part, RemoteOutput, open_output, packing, parts
from pipelines.dataset.rebuild import rebuild
from pipelines.dataset.verify import verify
from pipelines.durable import StorageError
from pipelines.records import Article, Reject
from pipelines.store import StoreOptions, open_store
from scraper.frontier import Frontier


def write(data: Path | str, *records: Article | Reject, state: Path | None = None) -> dict[str, Any]:
    with open_store(data, StoreOptions(state_folder=state)) as store:
        for row in rows_of(*records):
            store.outbox.stage(row)
        return store.finish()


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


@pytest.mark.parametrize("content", ["nothing", "other rows", "fewer rows"])
def test_a_published_part_with_other_rows_is_set_aside_and_written_anew(tmp_path: Path, content: str) -> None:
    with published_but_not_committed(tmp_path / "data") as part:
        pass
    others = [an_article(f"https://paper.example/{n}") for n in range(1 if content == "fewer rows" else 2)]
    write(tmp_path / "other", *others)
    stranger = b"" if content == "nothing" else part_of(tmp_path / "other").read_bytes()
    (tmp_path / "data" / part.name).write_bytes(stranger)

    with open_store(tmp_path / "data") as store:
        assert (part.name,) == store.recovery.redone
        (aside,) = store.recovery.quarantined
    assert stranger == Path(aside).read_bytes()
    assert len(identities(tmp_path / "data")) == 2


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
        patch.object(parts, "rows_of", fails),
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


def test_rebuild_keeps_the_newest_revision_whatever_the_order_of_files(tmp_path: Path) -> None:
    write(tmp_path, an_article(fetched_at=NOON.replace(day=23)))
    write(tmp_path, an_article(title="Second"))  # fetched on the 22nd: its file comes first
    rebuild(tmp_path)

    assert write(tmp_path, an_article(title="Second"))["events"]["unchanged"] == 1


def test_half_a_manifest_is_overlooked_and_bad_sums_are_not(tmp_path: Path) -> None:
    manifest = write(tmp_path, an_article())
    path = tmp_path / "runs" / f"{manifest['run_id']}.json"
    (tmp_path / "runs" / ".x.json.new").write_text("{")
    assert verify(tmp_path).problems == ()

    wrong = (
        {},
        {**manifest, "addresses": {**manifest["addresses"], "done": 7}},
        {**manifest, "parts": [{**manifest["parts"][0], "sha256": "00"}]},
        {**manifest, "parts": [{**manifest["parts"][0], "name": "articles/day=2026-11-22/x.parquet"}]},
    )
    for content in wrong:
        path.write_text(json.dumps(content))
        assert [p.what for p in verify(tmp_path).problems] == ["bad-manifest"]


def test_kept_counts_that_differ_from_the_rows_are_found(tmp_path: Path) -> None:
    write(tmp_path, an_article())
    with open_store(tmp_path) as store, store.state.transaction() as connection:
        store.state.count_now("paper.example", "done")
        connection.execute("DELETE FROM staged")

    assert [p.what for p in verify(tmp_path).problems] == ["bad-count", "bad-count"]


def test_without_a_state_verify_goes_by_the_manifests_and_moves_nothing_that_reads_well(
    tmp_path: Path,
) -> None:
    write(tmp_path, an_article())
    write(tmp_path, an_article("https://paper.example/b"))
    for path in tmp_path.glob("state*"):
        path.unlink()
    assert verify(tmp_path).problems == ()

    shutil.rmtree(tmp_path / "runs")
    assert verify(tmp_path).problems == ()
    damaged = min((tmp_path / "articles").rglob("*.parquet"))
    damaged.write_bytes(damaged.read_bytes()[:-50])

    assert [("damaged", damaged.name)] == [(p.what, Path(p.name).name) for p in verify(tmp_path).problems]
    assert read(tmp_path).num_rows == 1


def test_a_rebuild_that_was_killed_goes_on_and_leaves_strangers_out(tmp_path: Path) -> None:
    write(tmp_path, an_article())
    write(tmp_path, an_article("https://paper.example/b"), a_reject())
    shutil.rmtree(tmp_path / "runs")
    for path in tmp_path.glob("state.db*"):
        path.unlink()
    for name in ("articles/x.parquet", "articles/day=2026-11-22/x.parquet", "articles/day=2026-11-22/readme"):
        (tmp_path / name).write_bytes(b"?")
    left = 1  # dies before the second file

    def dies(*_: Any) -> int:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        return original(*_)

    from pipelines.dataset import rebuild as module

    original = module._enter_rows
    with patch.object(module, "_enter_rows", dies), pytest.raises(KeyboardInterrupt), open_store(tmp_path):
        pass
    with open_store(tmp_path) as store:
        assert store.outbox.stage(rows_of(an_article())[0]).decision == "unchanged"
        assert Frontier(store.state).counts() == {"paper.example": {"done": 3}}
    assert read(tmp_path).num_rows == 2
    assert verify(tmp_path).problems == ()


def test_places_that_need_a_state_folder_say_so() -> None:
    with pytest.raises(ValueError, match="state_folder"):
        rebuild("memory://x")


def test_addresses_of_places_are_understood(tmp_path: Path) -> None:
    assert LocalOutput(tmp_path) == open_output(f"file://{tmp_path}") == open_output(tmp_path)
    assert str(tmp_path) == open_output(str(tmp_path)).address
    arrow = open_output("mock:///papers")  # a scheme that pyarrow.fs knows and fsspec does not
    assert isinstance(arrow, RemoteOutput)
    arrow.put("runs/a.json", b"{}")
    assert [found.name for found in arrow.files("runs")] == ["runs/a.json"]
    assert arrow.open("runs/a.json").read() == b"{}"
    assert list(arrow.files("articles")) == list(open_output("memory://nobody-wrote").files("articles")) == []


def test_a_remote_name_is_never_overwritten_and_an_upload_is_checked(tmp_path: Path) -> None:
    output = open_output("memory://elsewhere")
    assert isinstance(output, RemoteOutput)
    (tmp_path / "staged").write_bytes(b"rows")
    output.publish(tmp_path / "staged", "articles/a.parquet")

    with pytest.raises(FileExistsError):
        output.publish(tmp_path / "staged", "articles/a.parquet")
    moved = [output.set_aside("articles/a.parquet")]
    output.publish(tmp_path / "staged", "articles/a.parquet")
    moved.append(output.set_aside("articles/a.parquet"))
    assert len(set(moved)) == 2
    assert output.find("articles/a.parquet") is None

    memory = fsspec.filesystem("memory")
    with (
        patch.object(type(memory), "put_file", lambda self, _, there: self.pipe_file(there, b"other")),
        pytest.raises(StorageError, match="upload differs"),
    ):
        output.publish(tmp_path / "staged", "articles/b.parquet")


def test_a_checkout_that_was_never_installed_has_unknown_versions() -> None:
    def not_found(name: str) -> str:
        raise PackageNotFoundError(name)

    packing.versions_in_use.cache_clear()
    with patch.object(packing, "version", not_found):
        assert {"unknown"} == {found for _, found in packing.versions_in_use()}
    packing.versions_in_use.cache_clear()

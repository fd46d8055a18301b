"""Where a dataset may lie: folders, and whatever fsspec and pyarrow.fs open."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import fsspec
import pyarrow.parquet as pq
import pytest
from newsroom import a_reject, addresses, an_article, rows_of

from columnist.pipelines.dataset.files.local_output import LocalOutput
from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.files.remote_output import RemoteOutput
from columnist.pipelines.dataset.files.storage_errors import StorageError
from columnist.pipelines.dataset.open_store import StoreOptions, open_store
from columnist.pipelines.dataset.upkeep.repair.rebuild import rebuild
from columnist.pipelines.dataset.upkeep.repair.verify import verify


def test_a_dataset_in_another_place_than_a_local_folder(tmp_path: Path) -> None:
    place, memory = "memory://papers", fsspec.filesystem("memory")
    options = StoreOptions(state_folder=tmp_path)
    for _ in range(2):
        with open_store(place, options) as store:
            for row in rows_of(*(an_article(url) for url in addresses(10)), a_reject()):
                store.outbox.stage(row)
            store.finish()
    names = memory.find("/papers")
    (article,) = (n for n in names if "/articles/" in n)
    with memory.open(article) as file:
        assert pq.read_table(file).num_rows == 10
    assert len(names) == 4
    assert verify(place, tmp_path).problems == ()

    memory.pipe_file(article, memory.cat_file(article)[:-9])
    assert [p.what for p in verify(place, tmp_path).problems] == ["damaged"]
    with open_store(place, options) as store:
        store.outbox.stage(rows_of(an_article(addresses(1)[0]))[0])
        store.finish()
    (article,) = (n for n in memory.find("/papers/articles"))
    rebuilt = rebuild(place, tmp_path)
    assert (rebuilt.parts, rebuilt.rows) == (2, 2)


def test_a_place_that_nobody_knows_is_named() -> None:
    with pytest.raises(ValueError, match="nonsense://x"), open_store("nonsense://x"):
        pass
    with pytest.raises(ValueError, match="state_folder"), open_store("memory://x"):
        pass


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

"""The state made anew from the dataset, and the sums that say when one is wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from newsroom import NOON, a_reject, an_article, read, rows_of, write

from columnist.pipelines.dataset.open_store import open_store
from columnist.pipelines.dataset.read import open_articles
from columnist.pipelines.dataset.upkeep.repair.rebuild import rebuild
from columnist.pipelines.dataset.upkeep.repair.verify import Verified, verify
from columnist.scraper.frontier.frontier import Frontier


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
    for repair in (False, True):
        assert [p.what for p in verify(tmp_path, repair=repair).problems] == ["unknown", "unknown"]
    assert verify(tmp_path) == Verified(2, 2, 1, ())
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
    left = 1  # dies before the second file that reads

    def dies(*_: Any) -> int | None:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        return original(*_)

    from columnist.pipelines.dataset.writers import adopt as module

    original = module.enter_file
    with patch.object(module, "enter_file", dies), pytest.raises(KeyboardInterrupt), open_store(tmp_path):
        pass
    with open_store(tmp_path) as store:
        assert store.outbox.stage(rows_of(an_article())[0]).decision == "unchanged"
        assert Frontier(store.state).counts() == {"paper.example": {"done": 3}}
        store.finish()
    assert open_articles(tmp_path).count_rows() == 2
    assert verify(tmp_path).problems == ()

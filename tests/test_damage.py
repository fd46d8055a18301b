"""Damaged, missing and foreign files of a dataset: found, named, set aside, and fetched again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from newsroom import addresses, an_article, crawl, flip, identities, read, write

import columnist
from columnist.pipelines.dataset.open_store import open_store
from columnist.pipelines.dataset.read import open_articles
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.scraper.cli.main import run

DAMAGE: dict[str, Callable[[Path], object]] = {
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-100]),
    "flipped": flip,
    "emptied": lambda path: path.write_bytes(b""),
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_file_is_named_set_aside_and_its_pages_fetched_again(tmp_path: Path, how: str) -> None:
    crawl(tmp_path, addresses(20))
    before = identities(tmp_path)
    (path,) = (tmp_path / "articles").rglob("*.parquet")
    DAMAGE[how](path)

    (problem,) = verify(tmp_path).problems
    manifest = crawl(tmp_path, [])

    assert (str(path.relative_to(tmp_path)), "damaged", 20) == (problem.name, problem.what, problem.pending)
    assert Path(problem.moved_to or "").is_file()
    assert manifest["events"]["new"] == 20
    assert before == identities(tmp_path)
    assert verify(tmp_path).problems == ()


@pytest.mark.parametrize("how", DAMAGE)
def test_a_run_finds_damage_by_itself(tmp_path: Path, how: str) -> None:
    crawl(tmp_path, addresses(20))
    before = identities(tmp_path)
    (path,) = (tmp_path / "articles").rglob("*.parquet")
    DAMAGE[how](path)

    crawl(tmp_path, [])

    assert before == identities(tmp_path)


def test_without_repair_verify_changes_nothing(tmp_path: Path) -> None:
    crawl(tmp_path, addresses(4))
    (path,) = (tmp_path / "articles").rglob("*.parquet")
    flip(path)

    assert [p.what for p in verify(tmp_path, repair=False).problems] == ["damaged"]
    assert [p.what for p in verify(tmp_path, repair=False).problems] == ["damaged"]


def test_a_missing_file_is_fetched_again_only_after_verify(tmp_path: Path) -> None:
    crawl(tmp_path, addresses(20))
    (path,) = (tmp_path / "articles").rglob("*.parquet")
    path.unlink()

    assert crawl(tmp_path, [])["rows"]["staged"] == 0
    assert [(p.what, p.pending) for p in verify(tmp_path).problems] == [("missing", 20)]
    assert crawl(tmp_path, [])["rows"]["staged"] == 20


def test_the_older_revision_is_the_newest_again_when_the_newer_is_lost(tmp_path: Path) -> None:
    write(tmp_path, an_article())
    write(tmp_path, an_article(title="Second"))
    newer = max((tmp_path / "articles").rglob("*.parquet"))  # names sort by time
    newer.unlink()
    verify(tmp_path)

    assert write(tmp_path, an_article())["events"]["unchanged"] == 1
    assert {
        k: v for k, v in write(tmp_path, an_article(title="Second"))["events"].items() if k == "changed"
    } == {"changed": 1}
    assert sorted(read(tmp_path)["revision"].to_pylist()) == [0, 1]


def test_foreign_files_stay_and_half_a_file_of_ours_is_set_aside(tmp_path: Path) -> None:
    crawl(tmp_path, addresses(4))
    ours = (
        f"articles/day=2026-11-22/{next((tmp_path / 'articles').rglob('*.parquet')).stem[:-5]}00099.parquet"
    )
    stay = ["articles/day=2026-11-22/x.parquet", "articles/.hidden", "rejects/notes.txt", "articles/_SUCCESS",
            "articles/day=2026-11-22/.part.crc", "articles/_delta/x.parquet"]  # fmt: skip
    strange = [ours, "tmp/other"]
    for name in (*strange, *stay):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_bytes(b"?")

    assert {"unknown", "left-over"} == {p.what for p in verify(tmp_path, repair=False).problems}
    with open_store(tmp_path) as store:
        aside = store.recovery.quarantined
        assert store.recovery.strangers == ("articles/day=2026-11-22/x.parquet",)
        store.finish()

    assert sorted(str(tmp_path / "quarantine" / name) for name in strange) == sorted(aside)
    assert all((tmp_path / name).read_bytes() == b"?" for name in stay)
    with open_store(tmp_path) as store:
        assert (store.recovery.strangers, store.recovery.quarantined) == ((), ())
    assert verify(tmp_path, repair=False).foreign == ("articles/day=2026-11-22/x.parquet",)
    assert open_articles(tmp_path).count_rows() == 4
    (tmp_path / ours).parent.joinpath("x.parquet").write_bytes(
        next(p for p in (tmp_path / "articles").rglob("*-00001.parquet")).read_bytes()
    )  # whoever was copying it has done so
    with open_store(tmp_path) as store:
        assert store.recovery.edited == ("articles/day=2026-11-22/x.parquet",)


def test_a_table_of_others_is_named_and_left_out_of_what_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    crawl(tmp_path, addresses(4))
    pq.write_table(pa.table({"title": ["x"]}), tmp_path / "articles" / "other.parquet")
    assert columnist.read(tmp_path).count_rows() == 4
    crawl(tmp_path, [])
    assert columnist.read(tmp_path).count_rows() == 4
    for _ in range(2):
        assert run(["verify", "--data", str(tmp_path)]) == 0
        assert "foreign: articles/other.parquet: no row of ours" in capsys.readouterr().out
        for path in tmp_path.glob("state.db*"):
            path.unlink()


def test_a_copied_dataset_is_not_taken_for_a_damaged_one(tmp_path: Path) -> None:
    import shutil

    crawl(tmp_path / "one", addresses(4))
    shutil.copytree(tmp_path / "one", tmp_path / "two", copy_function=shutil.copyfile)
    with open_store(tmp_path / "two") as store:
        assert (store.recovery.damaged, store.recovery.quarantined) == ((), ())

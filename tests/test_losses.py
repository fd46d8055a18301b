"""Rows that readers had and have no longer are told by every run and by verify, until a repair has settled it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from newsroom import addresses, an_article, crawl, flip, read, write

from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.runs.manifests import read_manifests
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.scraper.cli.main import run

FIRST, SECOND = addresses(6), [f"{url}-later" for url in addresses(4)]


def newspaper(data: Path) -> None:
    write(data, *map(an_article, FIRST))
    write(data, *map(an_article, SECOND))


def first(data: Path) -> Path:
    return min((data / "articles").rglob("*.parquet"))


def thin(path: Path) -> None:
    pq.write_table(pq.read_table(path, partitioning=None).slice(2), path)


def drop_state(data: Path) -> None:
    for path in data.glob("state.db*"):
        path.unlink()


LOSSES: dict[str, tuple[Callable[[Path], object], int]] = {
    "vanished": (Path.unlink, 6),
    "went bad": (flip, 6),
    "cut": (lambda path: path.write_bytes(path.read_bytes()[:-9]), 6),
    "thinned out": (thin, 2),
}
# what becomes of the state: before the loss, or after a run has seen it
STATES: dict[str, tuple[Callable[[Path], object], Callable[[Path], object]]] = {
    "kept": (lambda _: None, lambda _: None),
    "lost before": (drop_state, lambda _: None),
    "lost after": (lambda _: None, drop_state),
    "lost twice": (drop_state, drop_state),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("how", LOSSES)
def test_a_loss_is_told_until_a_repair_settles_it(tmp_path: Path, how: str, state: str) -> None:
    (lose, rows), (before, after) = LOSSES[how], STATES[state]
    newspaper(tmp_path)
    name = first(tmp_path).relative_to(tmp_path).as_posix()
    before(tmp_path)
    lose(tmp_path / name)

    for _ in range(2):
        assert write(tmp_path)["rows_gone"] == rows
        assert [p.name for p in verify(tmp_path, repair=False).problems] == [name]
        after(tmp_path)
    assert write(tmp_path)["rows_gone"] == rows
    (problem,) = verify(tmp_path).problems
    assert problem.mended or problem.moved_to
    for _ in range(2):
        assert verify(tmp_path, repair=False).problems == ()
        assert write(tmp_path)["rows_gone"] == 0
        after(tmp_path)


@pytest.mark.parametrize("how", LOSSES)
def test_what_one_state_has_settled_is_settled_for_the_other(tmp_path: Path, how: str) -> None:
    data, other = tmp_path / "data", tmp_path / "other"
    lose, rows = LOSSES[how]
    newspaper(data)
    write(data, state=other)
    lose(first(data))
    assert (write(data)["rows_gone"], write(data, state=other)["rows_gone"]) == (rows, rows)
    assert write(data, state=tmp_path / "third")["rows_gone"] == rows

    verify(data)
    for state in (None, other, tmp_path / "third", tmp_path / "new"):
        assert write(data, state=state)["rows_gone"] == 0
        assert verify(data, state, repair=False).problems == ()
    thin(first(data))  # what was settled is no word on what comes after
    for state in (other, tmp_path / "third", tmp_path / "another"):
        assert write(data, state=state)["rows_gone"] == 2


def test_without_a_state_a_repair_settles_what_the_manifests_name(tmp_path: Path) -> None:
    newspaper(tmp_path)
    drop_state(tmp_path)
    first(tmp_path).unlink()
    assert [p.what for p in verify(tmp_path, repair=False).problems] == ["missing"]
    assert verify(tmp_path).problems[0].mended

    assert not (tmp_path / "state.db").exists()
    assert verify(tmp_path, repair=False).problems == ()
    assert write(tmp_path)["rows_gone"] == 0


def test_rows_that_came_back_are_settled_by_themselves(tmp_path: Path) -> None:
    crawl(tmp_path, FIRST)
    write(tmp_path, *map(an_article, SECOND))
    flip(first(tmp_path))
    assert write(tmp_path)["rows_gone"] == 6
    assert crawl(tmp_path, [])["rows_gone"] == 0
    assert verify(tmp_path, repair=False).problems == ()
    drop_state(tmp_path)
    assert write(tmp_path)["rows_gone"] == 0


@pytest.mark.parametrize("how", ["compacted away", "forgotten", "moved to its day", "put back"])
def test_what_left_its_file_in_order_is_no_loss_to_a_new_state(tmp_path: Path, how: str) -> None:
    newspaper(tmp_path)
    path = first(tmp_path)
    if how == "compacted away":
        pq.write_table(read(tmp_path).drop_columns("day"), path.with_name("joined.parquet"))
        for old in sorted((tmp_path / "articles").rglob("*Z-*.parquet")):
            old.unlink()
        write(tmp_path)
    elif how == "forgotten":
        assert run(["forget", *FIRST, SECOND[0], "--data", str(tmp_path), "--reason", "x"]) == 0
    elif how == "moved to its day":
        (tmp_path / "articles/day=2020-01-01").mkdir()
        path.rename(tmp_path / "articles/day=2020-01-01" / path.name)
    else:
        kept = shutil.copy(path, tmp_path.with_name(f"{tmp_path.name}-kept"))
        path.unlink()
        drop_state(tmp_path)
        assert write(tmp_path)["rows_gone"] == 6
        shutil.copy(kept, path)
    drop_state(tmp_path)

    for _ in range(2):
        assert write(tmp_path)["rows_gone"] == 0
    assert {p.what for p in verify(tmp_path, repair=False).problems} <= {"wrong-day"}


def test_the_line_names_the_repair(tmp_path: Path, page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    newspaper(tmp_path / "data")
    name = first(tmp_path / "data").relative_to(tmp_path / "data").as_posix()
    drop_state(tmp_path / "data")
    (tmp_path / "data" / name).unlink()
    for _ in range(2):
        assert run(["clean", str(page), "--data", str(tmp_path / "data"), "--quiet"]) == 1
        said = capsys.readouterr().err
        assert name in said
        assert f"6 rows that {tmp_path}/data had are gone" in said
        assert f"columnist verify --repair --data {tmp_path}/data" in said
    assert run(["verify", "--repair", "--data", str(tmp_path / "data")]) == 1
    assert "written off" in capsys.readouterr().out
    assert run(["clean", str(page), "--data", str(tmp_path / "data"), "--quiet"]) == 0


def test_repairs_say_in_their_manifest_what_they_settled(tmp_path: Path) -> None:
    newspaper(tmp_path)
    name = first(tmp_path).relative_to(tmp_path).as_posix()
    first(tmp_path).unlink()
    verify(tmp_path)

    *_, (_, newest) = read_manifests(open_output(tmp_path))
    assert newest is not None
    assert newest["settled"] == [name]

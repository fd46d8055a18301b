"""What --data and --state name must be a dataset and its state: else nothing is made there, and a line says so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from newsroom import an_article, flip, write

from columnist.scraper.cli.main import run


def everything(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write(tmp_path / "data", an_article(), state=tmp_path / "state")
    return tmp_path / "data"


@pytest.mark.parametrize("command", [("verify",), ("verify", "--repair"), ("state", "rebuild")])
@pytest.mark.parametrize("place", ["letters", "data/articles", "data/articles/day=2026-11-22", "data/runs"])
def test_a_folder_that_is_no_dataset_is_refused_and_left_as_it_is(
    data: Path, command: tuple[str, ...], place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = data.parent / place
    folder.mkdir(exist_ok=True)
    (data.parent / "letters" / "x").parent.mkdir(exist_ok=True)
    (data.parent / "letters" / "notes.txt").write_text("?")
    before = everything(data.parent)

    assert run([*command, "--data", str(folder)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert str(folder) in line
    assert ("no dataset" if place == "letters" else f"inside the dataset {data}") in line
    assert everything(data.parent) == before


@pytest.mark.parametrize("place", ["articles", "articles/day=2026-11-22", "rejects/x", "quarantine", "tmp"])
@pytest.mark.parametrize("kept", ["runs", "articles"])
def test_no_dataset_is_made_inside_another(
    data: Path, page: Path, place: str, kept: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if kept == "articles":
        shutil.rmtree(data / "runs")
    before = everything(data)
    for words in (
        ("clean", str(page)),
        ("crawl", "http://127.0.0.1:9/"),
        ("forget", "x.example", "--reason", "x"),
    ):
        if words[0] == "forget" and not (data / place).is_dir():
            continue
        assert run([*words, "--data", str(data / place)]) == 2
        assert f"inside the dataset {data}" in capsys.readouterr().err
    assert everything(data) == before


def test_a_folder_named_articles_may_be_a_dataset(tmp_path: Path, page: Path) -> None:
    assert run(["clean", str(page), "--data", str(tmp_path / "articles" / "runs")]) == 0


def test_a_dataset_of_files_alone_has_them_named(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(data / "runs")
    assert run(["verify", "--data", str(data)]) == 1
    assert capsys.readouterr().out.startswith("unknown: articles/day=")


def test_a_state_folder_without_a_state_is_named(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "--data", str(data), "--state", str(data.parent / "nowhere")]) == 2
    assert "nowhere has no state.db" in capsys.readouterr().err
    assert not (data.parent / "nowhere").exists()


def test_a_rebuild_takes_no_other_datasets_state(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other, state = data.parent / "other", data.parent / "state"
    write(other, an_article("https://paper.example/b"))
    before = (state / "state.db").read_bytes()

    assert run(["state", "rebuild", "--data", str(other), "--state", str(state)]) == 3
    assert "of another dataset" in capsys.readouterr().err
    assert (state / "state.db").read_bytes() == before
    assert run(["state", "rebuild", "--data", str(data), "--state", str(state)]) == 0
    assert f"set aside: {state}/quarantine/state.db" in capsys.readouterr().out
    (state / "state.db").write_bytes(b"no database" * 999)
    assert run(["state", "rebuild", "--data", str(data), "--state", str(state)]) == 0
    flip(next((data / "articles").rglob("*.parquet")))
    assert run(["state", "rebuild", "--data", str(data), "--state", str(state)]) == 0
    assert ".parquet, for it cannot be read" in capsys.readouterr().out


def test_a_refused_place_is_left_as_it_is(data: Path, page: Path) -> None:
    place = data.parent / "mistyped"
    for words in (("clean", str(page)), ("verify", "--repair")):
        place.mkdir(exist_ok=True)
        assert run([*words, "--data", str(place), "--state", str(data.parent / "state")]) == 3
        assert everything(place) == set()


def test_a_state_that_cannot_be_read_is_a_problem_of_the_dataset(
    tmp_path: Path, page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, an_article())
    for path in tmp_path.glob("state.db*"):
        path.unlink()
    (tmp_path / "state.db").write_bytes(b"no database" * 999)
    before = everything(tmp_path)

    assert run(["verify", "--data", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert out.startswith("bad-state: state.db: ")
    assert "1 file, 1 row, 1 manifest, 1 problem" in out
    assert everything(tmp_path) == before
    assert run(["clean", str(page), "--data", str(tmp_path)]) == 5
    assert "`columnist verify --repair` with the same --data and --state" in capsys.readouterr().err
    assert run(["verify", "--repair", "--data", str(tmp_path)]) == 1
    assert run(["verify", "--data", str(tmp_path)]) == 0


def test_a_folder_in_place_of_the_state_is_named(
    tmp_path: Path, page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state.db").mkdir()
    for words in (("clean", str(page)), ("verify",)):
        assert run([*words, "--data", str(tmp_path)]) == 5
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(
            f"columnist: A folder lies where a file is needed: {tmp_path}/state.db. Move it away"
        )

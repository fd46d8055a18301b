"""Units of `columnist clean`: a finished input is not cleaned again, and whoever is killed, each row is there once."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from commandline import COMMAND
from fakesite import article
from newsroom import NOON, an_article, rows_of

from columnist.pipelines.batch.clean_batches import clean_to_row
from columnist.pipelines.batch.cleaned import Cleaned
from columnist.pipelines.batch.sources.open import sort_inputs
from columnist.pipelines.batch.units.outputs import Outputs
from columnist.pipelines.batch.units.stage import stage_units, unfinished
from columnist.pipelines.batch.units.unit import Ended, Job, units_of
from columnist.pipelines.dataset.open_store import open_store
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.pipelines.records.article import Page
from columnist.pipelines.records.options import CleanOptions, SandboxOptions
from columnist.scraper.cli.main import run

SENTENCE = "The council of the town adopted the budget number {} on Tuesday after a debate of four hours. "
needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="the extra ray is not installed"
)


def html(number: int, words: str = "") -> str:
    """Return an article of some length, so that cleaning it takes a moment."""
    body = "".join(f"<p>{SENTENCE.format(f'{number}.{n}') * 3}</p>" for n in range(120))
    return f"<html lang=en><title>Budget {number}</title><article><h1>Budget {number}</h1><p>{words}</p>{body}</article></html>"


def write_lines(path: Path, numbers: range) -> Path:
    """Write pages as JSON lines; every fifth is in each file, with other words: revisions go by the files' order."""
    with path.open("w", encoding="utf-8") as file:
        for n in numbers:
            shared = n % 5 == 0
            name = n % 10 if shared else n
            row = {
                "url": f"https://paper.example/{name}",
                "html": html(name, f"Said in {path.stem}." * 9 if shared else "")
                if n % 7
                else "<p>short</p>",
                "fetched_at": f"2026-03-01T10:{n % 60:02d}:00Z",
            }
            file.write(json.dumps(row) + "\n")
    return path


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    for n in range(8):
        write_lines(folder / f"pages-{n}.jsonl", range(n * 10, n * 10 + 10))
    return folder


def rows(data: Path) -> list[str]:
    """Return every row of the dataset as text, without the run that wrote it."""
    tables = (ds.dataset(data / kind, partitioning=None).to_table() for kind in ("articles", "rejects"))
    return sorted(
        json.dumps(row, default=str, sort_keys=True)
        for table in tables
        for row in table.drop_columns(["run_id"]).to_pylist()
    )


def start(*words: object) -> subprocess.Popen[bytes]:
    given = [*COMMAND, "clean", *map(str, words)]
    return subprocess.Popen(
        given, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    )


def end_of(process: subprocess.Popen[bytes]) -> str:
    _, said = process.communicate(timeout=300)

    assert process.returncode == 0, said
    return said.decode()


def finished(data: Path) -> int:
    """Return how many units a state knows as finished."""
    try:
        with closing(sqlite3.connect(f"{(data / 'state.db').as_uri()}?mode=ro", uri=True)) as state:
            return int(state.execute("SELECT count(*) FROM unit").fetchone()[0])
    except sqlite3.Error:
        return 0


def wait_for(seen: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while not seen() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)

    assert process.poll() is None, process.communicate()


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


@pytest.fixture(scope="module")
def straight(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the rows of a run that nothing happened to."""
    data = tmp_path_factory.mktemp("straight") / "data"
    end_of(start(inputs, "--data", data))
    return rows(data)


def last_events(data: Path) -> dict[str, int]:
    manifest = max((data / "runs").glob("*.json")).read_bytes()
    events: dict[str, int] = json.loads(manifest)["events"]
    return events


def test_an_input_is_cleaned_again_only_where_something_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved, data = tmp_path / "saved", tmp_path / "data"
    saved.mkdir()
    for n in range(3):
        (saved / f"{n}.html").write_bytes(article(f"Budget {n}"))
    (saved / "odd.jsonl").write_text(
        json.dumps({"url": "https://paper.example/x", "html": html(1)}) + "\nno JSON\n"
    )
    (saved / "torn.parquet").write_bytes(b"PAR1 and nothing more")
    words = ["clean", str(saved), "--data", str(data)]

    assert run(words) == 0
    capsys.readouterr()
    assert last_events(data)["inputs:cleaned"] == 4
    assert last_events(data)["inputs:unfinished"] == 1, (
        "nothing of it could be read: it may be whole tomorrow"
    )

    (saved / "torn.parquet").unlink()
    (saved / "1.html").write_bytes(article("Budget 1, corrected"))
    assert run([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["changed"], told["known"], told["inputs_passed_over"]) == (1, 3, 3)
    assert "unchanged" not in last_events(data), "no page of the others was cleaned"

    assert run(words) == 0
    assert capsys.readouterr().out == "0 new, 0 changed, 4 known, 1 rejected: 1 bad-input\n"
    assert last_events(data)["inputs:passed-over"] == 4
    assert not verify(data).problems


def test_a_finished_unit_is_another_with_other_options_or_once_rows_are_lost(
    page: Path, tmp_path: Path
) -> None:
    data, job = tmp_path / "data", Job("r", NOON)
    pieces = sort_inputs([str(page)]).pieces
    (unit,) = units_of(pieces, job)
    with open_store(data) as store:
        stage_units(store, [Cleaned(row) for row in rows_of(an_article())] + [Ended(unit)], lambda *_: None)
        store.finish()

        assert unfinished(store, [unit], again=False) == ([], Counter(unchanged=1))
        assert unfinished(store, [unit], again=True) == ([unit], Counter())
        for other in (replace(job, clean=CleanOptions(favour="recall")), replace(job, versions=())):
            assert unfinished(store, units := units_of(pieces, other), again=False)[0] == units
        more_workers = replace(job, run_id="other", sandbox=SandboxOptions(workers=7))
        assert units_of(pieces, more_workers) == [unit]

    (file,) = (data / "articles").rglob("*.parquet")
    file.write_bytes(b"PAR1 gone bad")
    verify(data)
    with open_store(data) as store:
        assert unfinished(store, [unit], again=False)[0] == [unit]


def test_what_ends_badly_is_not_finished(page: Path, tmp_path: Path) -> None:
    (unit,) = units_of(sort_inputs([str(page)]).pieces, Job("r", NOON))
    with open_store(tmp_path / "data") as store:
        for end in (
            Ended(unit, ("it breaks off",)),
            Ended(unit, same=False),
            Ended(replace(unit, identity=None)),
        ):
            stage_units(store, [end], lambda *_: None)

            assert unfinished(store, [unit], again=False)[0] == [unit]


def test_an_output_comes_back_as_it_was(tmp_path: Path) -> None:
    odd = Page(url="https://paper.example/\ud800", html=html(1).encode(), run_id="r")
    cleaned = [clean_to_row(page) for page in (odd, Page(url="https://paper.example/empty", html=b""))]
    (tmp_path / "in.html").write_text(html(1))
    (unit,) = units_of(sort_inputs([str(tmp_path / "in.html")]).pieces, job := Job("r", odd.fetched_at))
    outputs = Outputs(str(tmp_path / "data"), "state")

    assert outputs.ended(unit) is None
    end = Ended(unit, ("torn",), passed=(("redirect", 2),))
    outputs.write(unit, job, [*cleaned, end])

    assert outputs.ended(unit) == end
    assert [(c.row, c.reason) for c in outputs.rows(unit)] == [(c.row, c.reason) for c in cleaned]
    (tmp_path / "in.html").write_text(html(2))
    assert outputs.ended(units_of([unit.piece], job)[0]) is None, "the file is another now"
    outputs.drop(unit)
    outputs.clear()
    assert not (tmp_path / "data" / "units").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [(("--shard", "0/2"), 2), (("--address", "auto"), 2), (("--engine", "spark"), 2)],
)
def test_an_engine_that_cannot_be_is_refused(
    page: Path, tmp_path: Path, words: tuple[str, ...], code: int
) -> None:
    assert run(["clean", str(page), "--data", str(tmp_path / "data"), *words]) == code
    assert not (tmp_path / "data").exists()


@pytest.mark.slow
def test_a_killed_run_goes_on_with_the_input_that_it_was_at(
    inputs: Path, straight: list[str], tmp_path: Path
) -> None:
    process = start(inputs, "--data", tmp_path)
    wait_for(lambda: finished(tmp_path) >= 3, process)
    kill(process)
    before = finished(tmp_path)

    said = end_of(start(inputs, "--data", tmp_path))

    assert rows(tmp_path) == straight
    assert f"passed over, for nothing has changed: {before} inputs" in said
    assert not verify(tmp_path).problems


@pytest.mark.torture
def test_shards_that_run_at_once_clean_each_file_once(
    inputs: Path, straight: list[str], tmp_path: Path
) -> None:
    for process in [start(inputs, "--data", tmp_path, "--shard", f"{n}/2", "--workers", 1) for n in (1, 2)]:
        end_of(process)

    cleaned = [
        json.loads(path.read_bytes())["events"].get("inputs:cleaned", 0)
        for path in (tmp_path / "runs").glob("*.json")
    ]
    assert sum(cleaned) == 8
    assert all(cleaned)
    found = ds.dataset(tmp_path / "articles", partitioning=None).to_table(columns=["url", "text"]).to_pylist()
    everything = [json.loads(row) for row in straight]
    assert {row["url"] for row in found} == {row["url"] for row in everything if "text" in row}


def ray_worker(process: subprocess.Popen[bytes]) -> psutil.Process | None:
    """Return a worker of Ray that cleans a unit just now."""
    for child in psutil.Process(process.pid).children(recursive=True):
        try:
            if any("ray::clean_into" in word for word in child.cmdline()):
                return child
        except psutil.Error:
            continue
    return None


@pytest.mark.slow
@needs_ray
def test_ray_gives_the_rows_of_this_machine_though_a_worker_dies(
    inputs: Path, straight: list[str], tmp_path: Path
) -> None:
    process = start(inputs, "--data", tmp_path, "--engine", "ray", "--workers", 2)
    wait_for(lambda: ray_worker(process) is not None, process)
    if (worker := ray_worker(process)) is not None:
        worker.kill()
    end_of(process)

    assert worker is not None, "no worker was met"
    assert rows(tmp_path) == straight
    assert not (tmp_path / "units").exists()
    assert not verify(tmp_path).problems


@pytest.mark.torture
@needs_ray
def test_ray_goes_on_where_a_killed_run_was(inputs: Path, straight: list[str], tmp_path: Path) -> None:
    words = (inputs, "--data", tmp_path, "--engine", "ray", "--workers", 2)
    process = start(*words)
    wait_for(lambda: len(list((tmp_path / "units").rglob("*.json"))) + finished(tmp_path) >= 3, process)
    kill(process)

    end_of(start(*words))

    assert rows(tmp_path) == straight
    assert not (tmp_path / "units").exists()
    assert not verify(tmp_path).problems


@pytest.mark.torture
@pytest.mark.parametrize(("engine", "module"), [("Spark", "pyspark"), ("Dask", "distributed")])
def test_a_recipe_of_the_readme_does_what_it_says(engine: str, module: str, tmp_path: Path) -> None:
    pytest.importorskip(module, reason="it is no dependency of ours")
    readme = (Path(__file__).parents[1] / "pipelines" / "README.md").read_text(encoding="utf-8")
    (recipe,) = (block for block in readme.split("```python\n")[1:] if block.startswith(f"# {engine}"))
    (tmp_path / "recipe.py").write_text(recipe.partition("```")[0])
    (tmp_path / "pages").mkdir()
    pages = [{"url": f"https://paper.example/{n}", "html": html(n).encode()} for n in range(3)]
    pq.write_table(
        pa.Table.from_pylist([*pages, {"url": "x", "html": b""}]), tmp_path / "pages" / "a.parquet"
    )

    path = os.pathsep.join((str(Path(__file__).parents[1]), *sys.path))
    subprocess.run(
        [sys.executable, "recipe.py"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}, check=True
    )

    found = ds.dataset(tmp_path / "cleaned", format="parquet", partitioning=None).to_table().to_pylist()
    articles = [row.get("article", row) for row in found]
    assert sorted(row["title"] for row in articles if row) == ["Budget 0", "Budget 1", "Budget 2"]

"""`columnist.crawl`: the articles of a crawl in a process of its own, each once, as they are committed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from fakesite import Answer, FakeSite, article, links
from newsroom import an_article, write

import columnist
from columnist.pipelines.dataset.state.lock import DataLocked, lock_data

ROOT = Path(__file__).resolve().parent.parent
PATHS = [f"/2026/11/22/the-{one}-bridge-is-open" for one in ("old", "new", "north", "south", "long", "stone")]
pytestmark = pytest.mark.slow


@pytest.fixture
def paper() -> Iterator[FakeSite]:
    site = FakeSite()
    site.route("/", links(*PATHS))
    site.under("/2026/", lambda path: Answer(body=article(path), wait=0.2))
    with site:
        yield site


@pytest.fixture(autouse=True)
def _imports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def in_dataset(data: Path) -> Counter[tuple[str, int]]:
    rows = columnist.read(data, all_revisions=True).to_table(columns=["id", "revision"])
    return Counter(zip(*rows.to_pydict().values(), strict=True))


def test_articles_come_once_each_as_the_dataset_has_them(paper: FakeSite, tmp_path: Path) -> None:
    run = columnist.crawl(paper.base, tmp_path / "data", delay=0, workers=1, archive=False)
    got = list(run)
    again = list(columnist.crawl([paper.base], tmp_path / "data", delay=0, workers=1))

    assert {one.url for one in got} == {paper.base + path for path in PATHS}
    assert Counter((one.id, one.revision) for one in got) == in_dataset(tmp_path / "data")
    assert all(isinstance(one, columnist.Article) and one.paragraphs for one in got)
    assert run.outcome is not None
    assert (run.outcome["new"], run.outcome["exit_code"]) == (len(PATHS), 0)
    assert not (tmp_path / "data" / "archive").exists()
    assert again == []


def test_who_stops_early_loses_nothing(paper: FakeSite, tmp_path: Path) -> None:
    options = {"delay": 0, "workers": 1, "seconds_per_file": 1}
    with columnist.crawl(paper.base, tmp_path, **options) as run:
        first = next(run)
    assert run.outcome is not None
    assert run.outcome["new"] >= 1
    kept = in_dataset(tmp_path)
    rest = Counter((one.id, one.revision) for one in columnist.crawl(paper.base, tmp_path, **options))

    assert kept[first.id, 0] == 1
    assert in_dataset(tmp_path) == kept + rest
    assert {*in_dataset(tmp_path).values()} == {1}
    assert len(kept + rest) == len(PATHS)


@pytest.mark.parametrize(
    ("option", "code", "words"),
    [({"max_pagse": 3}, 2, "No such option '--max-pagse'"), ({"proxy": "socks5://a"}, 2, "Wrong use")],
)
def test_an_error_says_what_the_exit_code_means_and_ends_with_the_log(
    option: dict[str, object], code: int, words: str, tmp_path: Path
) -> None:
    with pytest.raises(columnist.CrawlFailed, match=words) as failed:
        list(columnist.crawl("http://127.0.0.1:9/", tmp_path, **option))

    assert failed.value.exit_code == code
    assert failed.value.meaning.startswith("Wrong use")


def test_a_site_that_is_not_there_is_a_failure_with_its_summary(tmp_path: Path) -> None:
    with pytest.raises(columnist.CrawlFailed, match="no site gave anything") as failed:
        list(columnist.crawl("http://127.0.0.1:9/", tmp_path, delay=0, workers=1))

    assert failed.value.exit_code == 1
    assert failed.value.outcome is not None
    assert failed.value.outcome["pending"] == 1
    assert "`" not in failed.value.meaning


@pytest.mark.parametrize(("number", "whom"), [(signal.SIGINT, "group"), (signal.SIGKILL, "caller")])
def test_the_run_ends_in_good_order_with_its_caller(
    number: signal.Signals, whom: str, paper: FakeSite, tmp_path: Path
) -> None:
    code = textwrap.dedent(f"""
        import columnist
        for one in columnist.crawl({paper.base!r}, {str(tmp_path)!r}, delay=1.0, workers=1, seconds_per_file=1):
            print(one.id, flush=True)
            input()
        """)
    caller = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    assert caller.stdout is not None
    first = caller.stdout.readline().decode().strip()
    (os.killpg if whom == "group" else os.kill)(caller.pid, number)
    caller.communicate(timeout=30)
    wait_for_lock(tmp_path)

    (manifest,) = (tmp_path / "runs").glob("*.json")
    assert f'"outcome": "{"SIGINT" if number == signal.SIGINT else "SIGTERM"}"' in manifest.read_text()
    assert in_dataset(tmp_path)[first, 0] == 1


def wait_for_lock(data: Path) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            with lock_data(data, "test"):
                return
        except DataLocked:
            assert time.monotonic() < end, "the run goes on"
            time.sleep(0.1)


def test_read_gives_arrow_pandas_and_polars_in_a_word_each(tmp_path: Path) -> None:
    write(tmp_path, *(an_article(f"https://paper.example/{name}") for name in "ab"))
    articles = columnist.read(tmp_path)

    arrow, frame, other = (
        articles.to_table(),
        articles.to_pandas(),
        articles.to_polars(columns=["id", "title"]),
    )
    assert (type(arrow), type(frame), type(other)) == (pa.Table, pd.DataFrame, pl.DataFrame)
    assert sorted(frame["id"]) == sorted(other["id"]) == sorted(arrow["id"].to_pylist())
    assert other.columns == ["id", "title"]

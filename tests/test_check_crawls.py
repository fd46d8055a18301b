"""`columnist check` on real runs: nine papers are crawled twice, and eight of them break in between."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from commandline import COMMAND
from fakesite import Answer, FakeSite, article, articles_text, links

from columnist.scraper.cli.main import run

ROOT = Path(__file__).resolve().parent.parent
DATE = '<meta property="article:published_time" content="2026-11-20T10:00:00Z">'
AUTHOR = '<meta name="author" content="Ada Lovelace">'
STORIES = 20  # the fewest that two shares are compared for
DAYS = 10  # between the runs


def whole(title: str) -> bytes:
    return article(title, head=DATE + AUTHOR)


# What a paper answers for an article after its break, what its site file holds it to, and what is said of it.
PAPERS: dict[str, tuple[Callable[[str], Answer], str, str]] = {
    "healthy": (lambda t: Answer(body=whole(t)), "articles_per_crawl = 35\nerror_share_at_most = 0.5", ""),
    "no dates": (lambda t: Answer(body=article(t, head=AUTHOR)), "", "0% of articles with a date, was 100%"),
    "no authors": (lambda t: Answer(body=article(t, head=DATE)), "", "0% of articles with an author, was 100%"),
    "cut": (lambda t: Answer(body=article(t, articles_text(t, 2), head=DATE + AUTHOR)), "", "median length"),
    "empty": (lambda t: Answer(body=article(t, ["Please sign in."])), "", "100% rejects, was 0%"),
    "gone": (lambda t: Answer(410), "", "errors (4xx, 5xx), was "),
    "few": (lambda t: Answer(body=whole(t)), "articles_per_crawl = 30", "22 articles, floor 30"),
    "silent": (lambda t: Answer(body=whole(t)), "silent_days_at_most = 7", "no new article for 10 days, at most 7"),
    "short from the start": (
        lambda t: Answer(body=whole(t)), "median_words = 1000", "median length"),
}  # fmt: skip
NEW_ONES = {"few": 2, "silent": 0}  # in the second run, where they are not as many as in the first


def stories(day: int, n: int) -> list[str]:
    return [f"/story/{day}/the-council-of-ward-{n}-{day}-adopts-its-budget" for n in range(n)]


@pytest.fixture(scope="module")
def papers() -> Iterator[dict[str, FakeSite]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(FakeSite()) for name in PAPERS}


@pytest.fixture(scope="module")
def data(papers: dict[str, FakeSite], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data folder after two crawls, the first of which is dated ten days back."""
    folder = tmp_path_factory.mktemp("papers")
    (folder / "sites").mkdir()
    for name, site in papers.items():
        host = site.base.removeprefix("http://")
        words = f'seeds = ["{site.base}/"]\n[floors]\n{PAPERS[name][1]}\n'
        (folder / "sites" / f"{host.replace(':', '_')}.toml").write_text(words)
        site.route("/", links(*stories(20, STORIES)))
        site.under("/story/20/", lambda path: Answer(body=whole(path)))
    columnist_crawl(folder)
    (manifest,) = (folder / "runs").glob("*.json")
    manifest.write_text(json.dumps(back_dated(json.loads(manifest.read_text()))))
    for name, site in papers.items():
        site.route("/", links(*stories(22, NEW_ONES.get(name, STORIES))))
        site.under("/story/22/", PAPERS[name][0])
    columnist_crawl(folder)
    return folder


def back_dated(manifest: dict[str, str]) -> dict[str, str]:
    for key in ("started", "finished"):
        manifest[key] = (datetime.fromisoformat(manifest[key]) - timedelta(days=DAYS)).isoformat()
    return manifest


def columnist_crawl(folder: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "crawl", "--site-files",
         str(folder / "sites"), "--data", str(folder), "--delay", "0"],
        capture_output=True, text=True, timeout=300, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr[-2000:]  # 1: a paper lies below its floors


@pytest.mark.slow
def test_each_broken_paper_has_its_line_and_the_healthy_one_has_none(
    papers: dict[str, FakeSite], data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["check", "--data", str(data), "--site-files", str(data / "sites")])
    *lines, last = capsys.readouterr().out.splitlines()
    said = {line.partition(": ")[0]: line.partition(": ")[2] for line in lines}
    told = {
        name: said.get(site.base.removeprefix("http://").replace(":", "_"), "")
        for name, site in papers.items()
    }

    assert code == 1
    assert [name for name, words in told.items() if PAPERS[name][2] not in words] == []
    assert told["healthy"] == ""
    assert len(lines) == len(PAPERS) - 1
    assert last.startswith("2 crawls looked at, 5 floors of 4 site files in ")
    assert last.endswith(" applied, 8 sites below floors or adrift")


@pytest.mark.slow
def test_machines_get_the_same_findings(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--data", str(data), "--site-files", str(data / "sites"), "--json"]) == 1

    told = json.loads(capsys.readouterr().out)
    assert (told["runs"], len(told["findings"])) == (2, len(PAPERS) - 1)


@pytest.mark.slow
def test_a_first_run_without_floors_passes(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, _ = sorted((data / "runs").glob("*.json"))
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / first.name).write_bytes(first.read_bytes())

    assert run(["check", "--data", str(tmp_path), "--site-files", str(tmp_path / "none")]) == 0
    assert "1 crawl looked at, no floors applied: none for these sites in " in capsys.readouterr().out

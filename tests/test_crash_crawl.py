"""The real command, killed with its workers at any moment and run again, against a real server."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from commandline import COMMAND
from fakesite import FakeSite, article, links
from newsroom import read

from columnist.pipelines.dataset.archive.read import read_page
from columnist.pipelines.dataset.upkeep.repair.verify import verify

PER_SECTION = 20  # links of one section page


def site_of(articles: int) -> tuple[FakeSite, list[str]]:
    """Return a site with this many articles, in sections."""
    site = FakeSite()
    paths = [f"/2026/11/22/the-council-of-town-{n}-adopts-its-budget" for n in range(articles)]
    sections = [f"/section-{n}/" for n in range(0, articles, PER_SECTION)]
    site.route("/", links(*sections))
    for number, section in enumerate(sections):
        site.route(section, links(*paths[number * PER_SECTION : (number + 1) * PER_SECTION]))
    for number, path in enumerate(paths):
        text = [f"In town {number}, {sentence}" for sentence in SENTENCES]
        site.route(path, article(f"The council of town {number} adopts its budget", text))
    return site, paths


SENTENCES = [
    f"the council met for the {which} time this year and spoke of the budget, of the school and of the bridge "
    "over the river, which the mayor wants to have repaired before the winter comes and the ice with it."
    for which in ("first", "second", "third", "fourth", "fifth")
]


def start(base: str, data: Path) -> subprocess.Popen[bytes]:
    """Start the command in a process group of its own."""
    words = [
        "crawl",
        f"{base}/",
        "--data",
        str(data),
        "--delay",
        "0",
        "--workers",
        "1",
        "--rows-per-file",
        "10",
    ]
    log = (data.parent / "log.txt").open("ab")
    return subprocess.Popen(
        [*COMMAND, *words], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip


def kill_and_go_on(tmp_path: Path, articles: int, kills: int) -> None:
    """Kill the whole group again and again, let the last run end, and hold the dataset against the site."""
    site, paths = site_of(articles)
    data = tmp_path / "data"
    with site:
        for _ in range(kills):
            crawl, before = start(site.base, data), len(site.hits)
            while (
                len(site.hits) == before and crawl.poll() is None
            ):  # a second to start, more on a busy machine
                time.sleep(0.02)
            time.sleep(random.uniform(0.0, 1.5))
            os.killpg(crawl.pid, signal.SIGKILL)
            crawl.wait()
        last = start(site.base, data)
        assert last.wait(240) == 0, (tmp_path / "log.txt").read_text()[-3000:]
    assert len(site.hits) > articles
    found = sorted(read(data)["url"].to_pylist())
    assert found == sorted(site.base + path for path in paths)
    for row in read(data).to_pylist():
        assert read_page(data, row["archive_file"], row["archive_offset"]).url == row["url"]
    assert verify(data, repair=False).problems == ()
    assert list((data / "tmp").iterdir()) == []
    assert not (data / "quarantine").exists()


@pytest.mark.slow
def test_a_crawl_killed_and_run_again_has_every_article_once(tmp_path: Path) -> None:
    kill_and_go_on(tmp_path, articles=24, kills=2)


@pytest.mark.torture
def test_torture_a_crawl_of_300_articles_killed_40_times(tmp_path: Path) -> None:
    kill_and_go_on(tmp_path, articles=300, kills=40)

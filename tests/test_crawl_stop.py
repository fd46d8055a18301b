"""A crawl that is stopped, by a limit or a signal, and goes on: nothing lost, nothing twice."""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.dataset as pads
import pytest
from crawldriver import begin_crawl, crawl, result_of
from fakesite import Answer, FakeSite, article, links

pytestmark = pytest.mark.slow

WORDS = ["north", "south", "east", "west", "old", "new", "great", "small"]
PATHS = [f"/2026/11/22/the-{one}-bridge-by-the-{other}-gate-is-open" for one in WORDS for other in WORDS[:5]]


def paper(wait: float = 0.0) -> FakeSite:
    """Return a site of 40 articles, each answered after `wait` seconds."""
    site = FakeSite()
    site.route("/", links(*PATHS))
    site.under("/2026/", lambda path: Answer(body=article(path), wait=wait))
    return site


def rows(data: Path) -> Counter[str]:
    found = pads.dataset(data / "articles", partitioning="hive").to_table(columns=["url"]).to_pylist()
    return Counter(row["url"] for row in found)


def wait_until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)


def stop_after(
    site: FakeSite, hits: int, process: subprocess.Popen[str], times: int = 1, apart: float = 0.3
) -> float:
    """Send SIGTERM once the site was asked so often; return the seconds until the process ended."""
    wait_until(lambda: len(site.hits) >= hits)
    begun = time.monotonic()
    for number in range(times):
        time.sleep(apart * number)
        process.send_signal(signal.SIGTERM)
    process.wait(30)
    return time.monotonic() - begun


@pytest.mark.parametrize("times", [1, 3], ids=["once", "to process and group"])
def test_sigterm_ends_the_run_in_order_and_the_next_run_goes_on(tmp_path: Path, times: int) -> None:
    with paper(wait=0.1) as site:
        process = begin_crawl(tmp_path, [site.base])
        seconds = stop_after(site, 15, process, times, apart=0.02)
        first = result_of(process)
        second = crawl(tmp_path, [site.base])

        assert seconds < 15
        assert first["summary"]["stopped"] == "SIGTERM"
        assert first["signal"] == signal.SIGTERM
        assert 0 < first["summary"]["new"] < len(PATHS)
        assert second["summary"]["stopped"] is None
        assert rows(tmp_path) == {site.base + path: 1 for path in PATHS}
        assert first["summary"]["new"] + second["summary"]["new"] == len(PATHS)


def test_a_second_signal_ends_it_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    with paper() as site:
        site.route(PATHS[20], Answer(body=article("slow"), drip=1.0), article(PATHS[20]))
        process = begin_crawl(tmp_path, [site.base])
        wait_until(lambda: site.count(PATHS[20]) > 0)
        seconds = stop_after(site, 20, process, times=2)

        assert seconds < 2.5
        assert process.returncode == 128 + signal.SIGTERM
        second = crawl(tmp_path, [site.base])
        assert second["summary"]["pending"] == 0
        assert rows(tmp_path) == {site.base + path: 1 for path in PATHS}


def test_a_stop_does_not_wait_for_a_page_that_drips(tmp_path: Path) -> None:
    with paper() as site:
        site.route(PATHS[0], Answer(body=article("slow"), drip=1.0))
        process = begin_crawl(tmp_path, [site.base])
        wait_until(lambda: site.count(PATHS[0]) > 0)

        assert stop_after(site, 1, process) < 15
        left = result_of(process)["summary"]
        assert left["pending"] > 0
        assert left["failed"].get("timeout") is None


def test_max_pages_is_never_passed_and_runs_add_up(tmp_path: Path) -> None:
    with paper() as site:
        first = crawl(tmp_path, [site.base], max_pages=7)
        asked = [path for path in site.paths() if path == "/" or path.startswith("/2026/")]
        crawl(tmp_path, [site.base])

        assert len(asked) == 7
        assert first["summary"]["stopped"] == "max-pages"
        assert first["summary"]["new"] == 6
        assert rows(tmp_path) == {site.base + path: 1 for path in PATHS}


def test_a_robots_txt_that_does_not_answer_lets_nothing_through_and_loses_nothing(tmp_path: Path) -> None:
    with paper() as site:
        site.route("/robots.txt", Answer(503))
        run: dict[str, Any] = crawl(tmp_path, [site.base])

        assert set(site.paths()) == {"/robots.txt"}
        assert (run["summary"]["new"], run["summary"]["pending"]) == (0, 1)

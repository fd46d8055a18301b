"""A site that is not there: said within seconds, by name, and nothing of it is lost."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import pytest
from crawldriver import crawl
from fakesite import FakeSite, article, links

from columnist.scraper.fetch.outcomes import DEAD_TRIES

PATHS = tuple(f"/2026/11/22/news-number-{n}-of-the-day" for n in range(3))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.slow
def test_a_refused_connection_is_named_and_final_for_the_run(tmp_path: Path) -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    with FakeSite() as site:
        site.route("/", links(*PATHS))
        for path in PATHS:
            site.route(path, article(f"News of {path}"))
        began = time.monotonic()
        run: dict[str, Any] = crawl(tmp_path, [site.base, dead])

    name = dead.removeprefix("http://")
    assert run["sites"][name] == {"connection-refused": DEAD_TRIES, "requests": DEAD_TRIES, "pages": 0}
    assert run["faults"] == {"connection-refused": DEAD_TRIES}
    assert (run["summary"]["new"], run["summary"]["pending"]) == (3, 1)
    assert time.monotonic() - began < 30  # 6 s of tries; the rest is the start of processes on a busy machine


@pytest.mark.slow
def test_a_site_that_dies_and_comes_back_goes_on_where_it_was(tmp_path: Path) -> None:
    with FakeSite() as site:
        port = int(site.base.rpartition(":")[2])
        site.route("/", links(*PATHS))
        for path in PATHS:
            site.route(path, article(f"News of {path}"))
        first: dict[str, Any] = crawl(tmp_path, [site.base], max_pages=2)
    second: dict[str, Any] = crawl(tmp_path, [f"http://127.0.0.1:{port}"])
    with FakeSite(port=port) as site:
        site.route("/", links(*PATHS))
        for path in PATHS:
            site.route(path, article(f"News of {path}"))
        third: dict[str, Any] = crawl(tmp_path, [site.base])

    assert (first["summary"]["new"], second["summary"]["new"], third["summary"]["new"]) == (1, 0, 2)
    assert second["summary"]["failed"] == {}
    assert second["summary"]["pending"] >= 3  # the front page and what it led to
    assert second["faults"] == {"connection-refused": DEAD_TRIES}
    assert third["summary"]["pending"] == 0

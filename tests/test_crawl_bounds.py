"""A crawl within its bounds of time and sites, and pages whose further parts or lists are not what they seem."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.dataset as pads
import pytest
from crawldriver import crawl
from fakesite import Answer, FakeSite, article, links

pytestmark = pytest.mark.slow
STORIES = [f"/2026/11/22/the-council-adopts-budget-number-{n}" for n in range(6)]
GZIP = (("Content-Encoding", "gzip"),)


def next_part(path: str) -> str:
    return f'<a rel="next" href="{path}?page=2">Next page</a>'


def articles(data: Path) -> dict[str, str]:
    table = pads.dataset(data / "articles", partitioning="hive").to_table(columns=["url", "text"])
    return {row["url"].partition("/2026")[2]: row["text"] for row in table.to_pylist()}


def test_a_run_ends_when_its_time_is_up_and_the_next_goes_on(tmp_path: Path) -> None:
    with FakeSite() as site:
        site.route("/", links(*STORIES))
        site.under("/2026/", lambda path: Answer(body=article(path), wait=1.0))
        first: dict[str, Any] = crawl(tmp_path, [site.base], max_minutes=0.04)
        site.under("/2026/", lambda path: Answer(body=article(path)))
        second: dict[str, Any] = crawl(tmp_path, [site.base])

    assert first["summary"]["stopped"] == "max-minutes"
    assert first["summary"]["pending"] > 0
    assert second["summary"]["pending"] == 0
    assert len(articles(tmp_path)) == len(STORIES)


def test_sites_wait_for_one_another_and_parts_that_do_not_come_cost_no_article(tmp_path: Path) -> None:
    gone, broken = STORIES[0], STORIES[1]
    with FakeSite() as one, FakeSite() as two:
        for site in (one, two):
            site.route("/robots.txt", f"User-agent: *\nAllow: /\nSitemap: {site.base}/map.xml\n".encode())
            site.route("/map.xml", b"<!doctype html><html><body><p>No such map.</p></body></html>")
            site.route("/", links(*STORIES))
            site.under("/2026/", lambda path: Answer(body=article(path)))
            for path in (gone, broken):
                site.route(path, article(path, more=next_part(path)))
            site.route(f"{gone}?page=2", Answer(404))
            site.route(f"{broken}?page=2", Answer(body=b"\x1f\x8b\x08\0 cut", headers=GZIP))
        run: dict[str, Any] = crawl(tmp_path, [one.base, two.base], sites_at_once=1)

        assert one.count(f"{gone}?page=2") == one.count(f"{broken}?page=2") == 1

    assert run["summary"]["new"] == 2 * len(STORIES)
    assert run["summary"]["failed"] == {"unreadable-listing": 2}
    assert len(articles(tmp_path)) == len(STORIES)

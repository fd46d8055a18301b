"""Sites without an end: indexes of indexes, pagers, feeds, robots.txt. Each run ends by itself, and counts what it left."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from crawldriver import crawl
from fakesite import Answer, FakeSite, article, links, sitemap

from columnist.pipelines.dataset.state.state import STATE_NAME

pytestmark = pytest.mark.slow
STORIES = [f"/2026/11/22/the-council-adopts-budget-number-{n}" for n in range(3)]
MOST = 30  # max_listings_per_site in these crawls


def index(base: str, *paths: str, lastmod: str = "") -> Answer:
    parts = "".join(f"<sitemap><loc>{base}{path}</loc>{lastmod}</sitemap>" for path in paths)
    return Answer(body=f"<sitemapindex>{parts}</sitemapindex>".encode(), content_type="application/xml")


def wide(site: FakeSite) -> Callable[[str], Answer]:
    numbers = itertools.count()
    return lambda _: index(site.base, *(f"/map-{next(numbers)}.xml" for _ in range(60)))


def deep(site: FakeSite) -> Callable[[str], Answer]:
    return lambda path: index(site.base, f"{path}x")


def itself(site: FakeSite) -> Callable[[str], Answer]:
    numbers = itertools.count()
    return lambda _: index(site.base, f"/map.xml?n={next(numbers)}")


def each_other(site: FakeSite) -> Callable[[str], Answer]:
    """Two indexes that name each other as changed right now, whenever they are read."""
    now = "<lastmod>{}</lastmod>"
    return lambda _: index(site.base, "/map-a.xml", "/map-b.xml", lastmod=now.format(_now()))


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat()


def test_sitemaps_without_an_end_leave_the_site_its_articles(tmp_path: Path) -> None:
    traps = (wide, deep, itself, each_other)
    with ExitStack() as servers:
        sites = [servers.enter_context(FakeSite()) for _ in traps]
        for site, trap in zip(sites, traps, strict=True):
            site.route("/robots.txt", f"User-agent: *\nAllow: /\nSitemap: {site.base}/map.xml\n".encode())
            site.under("/map", trap(site))
            site.route("/", links(*STORIES))
            site.under("/2026/", lambda path: Answer(body=article(path)))
        run = crawl(tmp_path, [site.base for site in sites], max_pages_per_site=5, max_listings_per_site=MOST)
        maps = [sum(path.startswith("/map") for path in site.paths()) for site in sites]

    assert [counts["new"] for counts in run["sites"].values()] == [len(STORIES)] * len(traps)
    assert max(maps) <= MOST
    assert maps[1] == 4, "three levels below the first"
    assert run["summary"]["filtered"]["too-many-listings"] >= 1


def test_what_a_run_leaves_of_the_listings_the_next_one_reads(tmp_path: Path) -> None:
    maps = [f"/map-{n}.xml" for n in range(9)]
    with FakeSite() as site:
        site.route("/robots.txt", f"User-agent: *\nAllow: /\nSitemap: {site.base}/map.xml\n".encode())
        site.route("/map.xml", index(site.base, *maps))
        site.route("/", b"<html><body>The Paper</body></html>")
        for number, path in enumerate(maps):
            site.route(path, sitemap(site.base, [f"/2026/11/22/the-council-adopts-budget-{number}"]))
        site.under("/2026/", lambda path: Answer(body=article(path)))
        first = crawl(tmp_path, [site.base], max_listings_per_site=6)
        second = crawl(tmp_path, [site.base], max_listings_per_site=100)

    assert first["summary"]["new"] == 5
    assert first["summary"]["pending"] == 4
    assert (second["summary"]["new"], second["summary"]["pending"]) == (4, 0)


def test_a_pager_and_a_robots_txt_without_an_end(tmp_path: Path) -> None:
    def page(path: str) -> Answer:
        number = int(path.partition("=")[2] or 1)
        return Answer(body=links(*STORIES, more=f'<a rel="next" href="/news?page={number + 1}">Next</a>'))

    with FakeSite() as site:
        lines = "".join(f"Sitemap: {site.base}/m{n}.xml\n" for n in range(9_000))
        site.route("/robots.txt", f"User-agent: *\nAllow: /\n{lines}".encode())
        site.route("/", links(*STORIES, "/news"))
        site.under("/news", page)
        site.under("/2026/", lambda path: Answer(body=article(path)))
        run = crawl(tmp_path, [site.base], max_listings_per_site=MOST, max_per_pattern=10_000)
        asked = [path for path in site.paths() if path.startswith(("/news", "/m"))]

    assert run["summary"]["new"] == len(STORIES)
    assert len(asked) <= MOST
    assert run["summary"]["filtered"]["too-many-listings"] >= 800  # of the 1,000 that are read


def addresses(data: Path) -> int:
    with closing(sqlite3.connect(data / STATE_NAME)) as state:
        return int(state.execute("SELECT count(*) FROM url").fetchone()[0])


def test_a_site_has_so_many_addresses_and_those_beyond_are_counted(tmp_path: Path) -> None:
    with FakeSite() as site:
        paths = [f"/2026/11/22/the-council-adopts-budget-number-{n}" for n in range(50)]
        site.route("/robots.txt", f"User-agent: *\nAllow: /\nSitemap: {site.base}/map.xml\n".encode())
        site.route("/map.xml", sitemap(site.base, paths))
        site.under("/2026/", lambda path: Answer(body=article(path)))
        site.route("/", links(*paths[:3]))
        run: dict[str, Any] = crawl(tmp_path, [site.base], max_addresses_per_site=20)

    assert addresses(tmp_path) == 20
    assert run["summary"]["filtered"]["address-cap"] >= 30
    assert 0 < run["summary"]["new"] < 20


def test_a_page_of_5000_links_costs_the_state_what_can_come_of_them(tmp_path: Path) -> None:
    with FakeSite() as site:
        site.route("/", links(*(f"/news/{n}/the-council-adopts-budget-number-{n}" for n in range(5_000))))
        site.under("/news/", lambda path: Answer(body=article(path)))
        run = crawl(tmp_path, [site.base], max_pages=5, max_per_pattern=300)
        size, known = (tmp_path / STATE_NAME).stat().st_size, addresses(tmp_path)
        crawl(tmp_path, [site.base], max_pages=5, max_per_pattern=300)

    assert run["summary"]["new"] == 4
    assert run["summary"]["filtered"] == {"pattern-budget": 4_700}
    assert known < 320
    assert size < 300_000  # it was 1.9 MB
    assert addresses(tmp_path) > known + 290  # the next run has the next, of the same page


def test_many_links_of_many_shapes_are_kept_and_small(tmp_path: Path) -> None:
    letters = ["".join(word) for word in itertools.product("abcdefghijklmnopq", repeat=3)]
    with FakeSite() as site:
        site.route("/", links(*(f"/the-council-adopts-its-budget-{word}" for word in letters)))
        site.under("/the", lambda path: Answer(body=article(path)))
        crawl(tmp_path, [site.base], max_pages=5)

    assert addresses(tmp_path) > len(letters)
    assert (tmp_path / STATE_NAME).stat().st_size < 300 * len(letters)  # it was 380 each

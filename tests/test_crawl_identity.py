"""One article is one row with one id, by whichever of its addresses it is found; redirects and texts decide."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.dataset as pads
import pytest
from crawldriver import crawl
from fakesite import Answer, FakeSite, article, articles_text, links, rss, sitemap

from columnist.pipelines.dataset.state.state import STATE_NAME, open_state
from columnist.pipelines.document.addresses import address_key, article_id

pytestmark = pytest.mark.slow

SHORT, LONG = "/go/12", "/2026/11/22/where-the-short-address-leads"
BY_FEED, BY_MAP = "/f/one-story-by-its-feed-address", "/s/one-story-by-its-map-address"
NOTICES = ["/n/water-is-off-on-monday-morning", "/n/water-is-off-on-tuesday-morning"]
OLD, NEW = "/2026/11/22/a-story-at-its-old-address", "/2026/11/a-story-at-its-new-address-now"
LATER, LAST = "/2026/11/22/gone-before-it-is-found-anew", "/2026/11/found-anew-when-it-was-gone"


def rows(data: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pads.dataset(data / "articles", partitioning="hive").to_table().to_pylist()
    return found


def make_due(data: Path) -> None:
    """Let the next run look again at every article."""
    with closing(open_state(data / STATE_NAME)) as state:
        state.connection.execute(
            "UPDATE url SET next_visit = 1 WHERE kind = 'page' AND reason IS NULL AND status = 200"
        )


def build(site: FakeSite) -> None:
    site.route("/robots.txt", f"User-agent: *\nSitemap: {site.base}/map.xml\n".encode())
    site.route("/", links(head='<link rel="alternate" type="application/rss+xml" href="/rss.xml">'))
    site.route("/rss.xml", rss(site.base, [SHORT, BY_FEED]))
    site.route("/map.xml", sitemap(site.base, [BY_MAP, *NOTICES, OLD, LATER]))
    site.route(SHORT, Answer(301, headers=(("Location", LONG),)))
    site.route(LONG, article("Where the short address leads"))
    for path in (BY_FEED, BY_MAP):
        site.route(path, article("One story"))
    for path in NOTICES:
        site.route(path, article(f"Notice {path}", articles_text("Watertown")))
    for path in (OLD, LATER):
        site.route(path, article(f"News of {path}"))


def move(site: FakeSite) -> None:
    """One story gets a further address while it is still there, one is gone; no redirect tells of either."""
    site.route(NEW, article(f"News of {OLD}"))
    site.route(LATER, Answer(410))
    site.route("/map.xml", sitemap(site.base, [BY_MAP, *NOTICES, OLD, LATER, NEW]))


def revise(site: FakeSite) -> None:
    """What moved is revised at its new address."""
    site.route(OLD, Answer(404))
    site.route(LAST, article(f"News of {LATER}"))
    site.route("/map.xml", sitemap(site.base, [BY_MAP, *NOTICES, NEW, LAST]))


def test_one_article_by_many_addresses_is_one_row_and_keeps_its_id(tmp_path: Path) -> None:
    with FakeSite() as site:
        build(site)
        first = crawl(tmp_path, [site.base])
        assert (first["summary"]["new"], first["summary"]["duplicates"]) == (6, 1)
        assert len({row["id"] for row in rows(tmp_path)}) == 6
        with closing(open_state(tmp_path / STATE_NAME)) as state:
            told = "SELECT reason, next_visit, same_as FROM url WHERE key = ?"
            short = state.connection.execute(told, (address_key(site.base + SHORT),)).fetchone()
            copies = [
                (path, same)
                for path in (BY_FEED, BY_MAP)
                if (same := state.connection.execute(told, (address_key(site.base + path),)).fetchone()[2])
            ]
        assert short == ("moved", None, address_key(site.base + LONG))
        # Two workers read them at once: whichever is settled first is the article, the other its copy.
        ((copy, original),) = copies
        assert {address_key(site.base + copy), original} == {
            address_key(site.base + p) for p in (BY_FEED, BY_MAP)
        }

        move(site)
        make_due(tmp_path)
        second = crawl(tmp_path, [site.base])
        assert site.count(SHORT) == 1, "its alias is asked in its place"
        assert site.count(LONG) == 2
        assert (second["summary"]["new"], second["summary"]["changed"]) == (0, 0)
        assert second["summary"]["duplicates"] >= 1

        revise(site)
        make_due(tmp_path)
        third = crawl(tmp_path, [site.base])
        assert (third["summary"]["new"], third["summary"]["changed"]) == (0, 0)
        changed = {path: [*articles_text(f"News of {path}")[:5], "Correction: it was Tuesday."] for path in (OLD, LATER)}  # fmt: skip
        site.route(NEW, article(f"News of {OLD}", changed[OLD]))
        site.route(LAST, article(f"News of {LATER}", changed[LATER]))
        make_due(tmp_path)
        crawl(tmp_path, [site.base])

    newest = {(row["id"], row["revision"]): row["url"].removeprefix(site.base) for row in rows(tmp_path)}
    assert newest[article_id(site.base + OLD), 1] == NEW
    assert newest[article_id(site.base + LATER), 1] == LAST
    assert len({row["id"] for row in rows(tmp_path)}) == 6


def test_what_answers_as_a_feed_is_one_however_it_was_found(tmp_path: Path) -> None:
    ticker, wire = "/the-ticker-of-all-our-news-today", "/wire"
    named = [f"/2026/11/22/named-by-a-feed-behind-a-link-{n}" for n in range(3)]
    with FakeSite() as site:

        def publish(*some: str) -> None:
            plain = rss(site.base, some)
            site.route(ticker, Answer(body=plain.body, validators=True))  # as text/html
            items = f'{{"url": "{site.base}{named[1]}", "title": "By wire"}}'
            told = f'{{"version": "https://jsonfeed.org/version/1.1", "title": "Wire", "items": [{items}]}}'
            site.route(wire, Answer(body=told.encode(), content_type="text/plain"))

        site.route("/", links(ticker, wire))
        for path in named:
            site.route(path, article(path))
        publish(named[0])
        first = crawl(tmp_path, [site.base])
        publish(named[0], named[2])
        second = crawl(tmp_path, [site.base])

        assert (site.count(ticker), site.count(wire)) == (2, 2)
    assert (first["summary"]["new"], first["summary"]["rejected"]) == (2, {})
    assert (second["summary"]["new"], second["summary"]["rejected"]) == (1, {})
    assert {row["discovered_via"] for row in rows(tmp_path)} == {"feed"}

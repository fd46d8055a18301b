"""Articles of several pages become one row, whichever part is found first; what only looks like a part does not."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.dataset as pads
import pytest
from crawldriver import begin_crawl, crawl, result_of
from fakesite import Answer, FakeSite, article, articles_text, links, rss

from columnist.pipelines.dataset.state.state import STATE_NAME, open_state
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.pipelines.document.addresses import article_id

pytestmark = pytest.mark.slow

PLACES = ("Oldtown", "Newtown", "Midtown")
Pager = Callable[[str, int], tuple[str, str]]  # first part, number -> (head, below the article)


def numbered(path: str, number: int) -> str:
    """A part's address: the first has no number."""
    return path if number == 1 else f"{path}{number}"


def with_numbers(address: Callable[[str, int], str]) -> Pager:
    def pager(path: str, number: int) -> tuple[str, str]:
        shown = (
            f"<b>{n}</b>" if n == number else f'<a href="{address(path, n)}">{n}</a>' for n in range(1, 4)
        )
        return "", f'<p class="page-links">Pages: {" ".join(shown)}</p>'

    return pager


def with_rel(path: str, number: int) -> tuple[str, str]:
    rels = {"prev": number - 1, "next": number + 1}
    return "".join(
        f'<link rel="{rel}" href="{by_query(path, n)}">' for rel, n in rels.items() if 0 < n < 4
    ), ""


def with_arrows(path: str, number: int) -> tuple[str, str]:
    ways = {"Previous page": number - 1, "Next page": number + 1}
    return "", "".join(
        f'<a href="{by_word(path, n)}" aria-label="{name}"><svg></svg></a>'
        for name, n in ways.items()
        if 0 < n < 4
    )


def with_canonical(path: str, number: int) -> tuple[str, str]:
    on = f'<p><a href="{by_dash(path, number + 1)}">Continue reading on page {number + 1}</a></p>'
    return f'<link rel="canonical" href="{path}">', on if number < 3 else ""


def by_slash(path: str, number: int) -> str:
    return path if number == 1 else f"{path}{number}/"


def by_query(path: str, number: int) -> str:
    return path if number == 1 else f"{path}?page={number}"


def from_nought(path: str, number: int) -> str:
    return path if number == 1 else f"{path}?page={number - 1}"


def by_word(path: str, number: int) -> str:
    return path if number == 1 else f"{path}/seite-{number}"


def by_dash(path: str, number: int) -> str:
    return path if number == 1 else path.replace(".html", f"-{number}.html")


SHAPES: dict[str, tuple[Callable[[str, int], str], Pager]] = {
    "/2026/11/22/numbers-below-the-long-story/": (by_slash, with_numbers(by_slash)),
    "/2026/11/22/links-in-the-head-of-the-story": (by_query, with_rel),
    "/2026/11/22/pages-counted-from-nought-up": (from_nought, with_numbers(from_nought)),
    "/2026/11/22/arrows-that-have-a-name-only": (by_word, with_arrows),
    "/2026/11/22/read-on-upon-the-next-page.html": (by_dash, with_canonical),
}


def part(path: str, number: int, pager: Pager) -> bytes:
    head, below = pager(path, number)
    text = articles_text(f"{PLACES[number - 1]} of {path.strip('/').split('/')[-1]}")
    return article(f"The long story of {path}", text, below, head)


def build(site: FakeSite) -> None:
    for path, (address, pager) in SHAPES.items():
        for number in (1, 2, 3):
            site.route(address(path, number), part(path, number, pager))


def rows(data: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pads.dataset(data / "articles", partitioning="hive").to_table().to_pylist()
    return found


def paths(data: Path, site: FakeSite) -> list[str]:
    return sorted(row["url"].removeprefix(site.base) for row in rows(data))


def whole(row: dict[str, Any]) -> bool:
    """All three parts are there, in order, once each."""
    at = [row["text"].find(f"council of {place} of") for place in PLACES]
    return at == sorted(at) and at[0] >= 0 and all(row["text"].count(f"point 1 of {p}") == 1 for p in PLACES)


def rejects(data: Path) -> list[str]:
    folder = data / "rejects"
    return pads.dataset(folder, partitioning="hive").to_table()["url"].to_pylist() if folder.exists() else []


@pytest.mark.parametrize("first", [3, *(pytest.param(n, marks=pytest.mark.torture) for n in (1, 2))])
def test_the_parts_are_joined_whichever_is_found_first(tmp_path: Path, first: int) -> None:
    with FakeSite() as site:
        build(site)
        named = [address(path, first) for path, (address, _) in SHAPES.items()]
        others = [address(path, n) for path, (address, _) in SHAPES.items() for n in (1, 2, 3) if n != first]
        site.route("/", links(head='<link rel="alternate" type="application/rss+xml" href="/rss.xml">'))
        site.route("/rss.xml", rss(site.base, named))
        run = crawl(tmp_path, [site.base])
        asked = len(site.hits)
        site.route("/rss.xml", rss(site.base, [*named, *others]))  # every part, by the feed's own word
        again = crawl(tmp_path, [site.base])
        pages = [path for path in site.paths() if path.startswith("/2026")]

    assert paths(tmp_path, site) == sorted(SHAPES)
    assert all(map(whole, rows(tmp_path)))
    assert {row["id"] for row in rows(tmp_path)} == {article_id(site.base + path) for path in SHAPES}
    assert rejects(tmp_path) == []
    assert (run["summary"]["new"], again["summary"]["new"], again["summary"]["changed"]) == (5, 0, 0)
    assert run["summary"]["duplicates"] == (0 if first == 1 else 5)
    assert len(pages) == len(set(pages)) == 15, "each part is asked for once"
    assert len(site.hits) - asked <= 4
    assert run["summary"]["pending"] == 0


LATE, LATE_FIRST, NEVER = "/2026/11/22/part-two-comes-late", "/2026/11/22/part-one-comes-late", "/2026/11/22/no-part-two"  # fmt: skip
BY_RSS = "?utm_source=rss&utm_medium=feed"
TRACKED = "/2026/11/22/a-feed-counts-its-readers"
HEADLESS, LISTED, TALKED = "/2026/11/22/part-one-is-gone", "/2026/11/22/two-is-a-list", "/2026/11/22/two-is-talk"  # fmt: skip


def build_odd(site: FakeSite) -> list[str]:
    """Return what the feed names of stories whose parts fail, or are none."""
    pager = with_numbers(by_slash)
    failing = {(LATE, 2): [500, 200], (LATE_FIRST, 1): [500, 200], (NEVER, 2): [500], (HEADLESS, 1): [404]}
    for path in (LATE, LATE_FIRST, NEVER, HEADLESS):
        base = f"{path}/"
        for number in (1, 2, 3) if path != HEADLESS else (1, 2):
            body = part(base, number, pager)
            codes = failing.get((path, number), [200])
            site.route(
                by_slash(base, number),
                *(Answer(c, body if c == 200 else b"", validators=True) for c in codes),
            )
    site.route(LISTED, article("Two is a list", more=f'<a href="{LISTED}/2">2</a>'))
    site.route(f"{LISTED}/2", links(*(f"/2026/10/{n:02d}/a-story-of-last-month" for n in range(1, 29))))
    site.under("/2026/10/", lambda path: Answer(404))
    for number in (1, 2):
        talk = f'<div class="talk"><p>Reader {number} is of another mind.</p><a href="{TALKED}?page=2">2</a></div>'
        site.route(by_query(TALKED, number), article("Two is talk", more=talk))
    for number in (1, 2, 3):
        site.route(by_slash(f"{TRACKED}/", number), part(f"{TRACKED}/", number, pager))
    site.route(f"{TRACKED}/{BY_RSS}", part(f"{TRACKED}/", 1, pager))
    return [
        f"{LATE}/",
        f"{LATE_FIRST}/2/",
        f"{NEVER}/",
        f"{HEADLESS}/2/",
        LISTED,
        TALKED,
        f"{TRACKED}/{BY_RSS}",
    ]


def test_parts_that_fail_and_what_only_looks_like_a_part(tmp_path: Path) -> None:
    with FakeSite() as site:
        named = build_odd(site)
        site.route("/rss.xml", rss(site.base, named))
        site.route("/", links())
        run = crawl(tmp_path, [site.base])
        found = {row["url"].removeprefix(site.base): row for row in rows(tmp_path)}

        assert site.count(f"{NEVER}/2/") == 3
    (tracked,) = (path for path in found if path.startswith(TRACKED))
    assert whole(found.pop(tracked))
    assert set(found) == {f"{LATE}/", f"{LATE_FIRST}/", f"{NEVER}/", f"{HEADLESS}/2/", LISTED, TALKED}
    assert whole(found[f"{LATE}/"])
    assert whole(found[f"{LATE_FIRST}/"])
    assert "Oldtown" in found[f"{NEVER}/"]["text"]
    assert "Newtown" in found[f"{HEADLESS}/2/"]["text"]
    assert "last month" not in found[LISTED]["text"]
    assert found[TALKED]["text"].count("point 1 of") == 1
    assert run["summary"]["pending"] == 0
    assert rejects(tmp_path) == []
    with closing(open_state(tmp_path / STATE_NAME)) as state:
        query = "SELECT next_visit - visited, etag, content FROM url WHERE url LIKE ?"
        again, etag, content = state.connection.execute(query, (f"%{NEVER}/",)).fetchone()
    assert 0 < again <= 86_400, "what lacks a part is looked at within a day"
    assert (etag, content) == (None, None), "and read, though its first part is the same"


def test_a_part_that_had_a_row_of_its_own_goes_on_as_the_whole(tmp_path: Path) -> None:
    story, second = "/2026/11/22/the-whole-story-of-the-town/", "/2026/11/22/the-whole-story-of-the-town/2/"
    pager = with_numbers(by_slash)
    with FakeSite() as site:
        site.route("/rss.xml", rss(site.base, [second]))
        site.route("/", links())
        site.route(second, part(story, 2, lambda path, number: ("", "")))  # as if it were all
        crawl(tmp_path, [site.base])
        for number in (1, 2, 3):
            site.route(by_slash(story, number), part(story, number, pager))
        site.route("/rss.xml", rss(site.base, [story, second]))
        run = crawl(tmp_path, [site.base])

    old, new = sorted(rows(tmp_path), key=lambda row: row["revision"])
    assert (old["id"], old["url"], new["url"]) == (new["id"], site.base + second, site.base + story)
    assert (run["summary"]["new"], run["summary"]["changed"]) == (0, 1)
    assert whole(new)


@pytest.mark.parametrize("moment", [2, *(pytest.param(n, marks=pytest.mark.torture) for n in (1, 3))])
def test_a_crawl_that_is_killed_while_it_joins_loses_and_doubles_nothing(tmp_path: Path, moment: int) -> None:
    """Killed while the third, the first or the last part that it asks for is on its way."""
    story, second = "/2026/11/22/a-story-that-is-cut-short/", "/2026/11/22/a-story-that-is-cut-short/2/"
    with FakeSite() as site:
        site.route("/rss.xml", rss(site.base, [second]))
        site.route("/", links())
        for number in (1, 2, 3):
            body = part(story, number, with_numbers(by_slash))
            slow = Answer(body=body, wait=3.0 if number == (2, 1, 3)[moment - 1] else 0.0)
            site.route(by_slash(story, number), slow, Answer(body=body))
        process = begin_crawl(tmp_path, [site.base])
        watched = by_slash(story, (2, 1, 3)[moment - 1])
        while not site.count(watched):
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        result_of(begin_crawl(tmp_path, [site.base]))

    (row,) = rows(tmp_path)
    assert (row["url"], row["revision"]) == (site.base + story, 0)
    assert whole(row)
    assert rejects(tmp_path) == []
    assert verify(tmp_path, repair=False).problems == ()

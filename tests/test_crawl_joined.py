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

from columnist.pipelines.dataset.repair.verify import verify
from columnist.pipelines.dataset.state.state import STATE_NAME, open_state
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
    return (
        pads.dataset(folder, partitioning="hive").to_table()["url"].to_pylist() if folder.exists() else []
    )


@pytest.mark.parametrize("first", [1, 2, 3])
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

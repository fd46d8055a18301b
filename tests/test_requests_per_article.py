"""A fresh small site costs few requests, whatever built it: each article once, and little around it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.dataset as pads
import pytest
from crawldriver import crawl
from fakesite import FakeSite
from smallsites import KINDS, NEVER, build

pytestmark = pytest.mark.slow

# Requests of any kind (robots.txt, sitemaps, feeds, pages) for each of twenty articles: the first run, and all
# requests of a second one that finds nothing new. Measured: wordpress 2.6, hugo 2.5, ghost 2.1, pelican 2.0.
MOST_FIRST = 3.0
MOST_SECOND = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """What two runs asked of one site, and what came of it."""

    articles: list[str]
    first: list[str]
    second: list[str]
    rows: list[str]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Asked]]:
    data = tmp_path_factory.mktemp("small")
    with ExitStack() as stack:
        sites = {kind: stack.enter_context(FakeSite()) for kind in KINDS}
        articles = {kind: build(site, kind) for kind, site in sites.items()}
        bases = [site.base for site in sites.values()]
        crawl(data, bases)
        first = {kind: site.paths() for kind, site in sites.items()}
        crawl(data, bases)
        second = {kind: site.paths()[len(first[kind]) :] for kind, site in sites.items()}
        urls = _urls(data)
        yield {
            kind: Asked(
                articles[kind],
                first[kind],
                second[kind],
                [url.removeprefix(site.base) for url in urls if url.startswith(site.base)],
            )
            for kind, site in sites.items()
        }


def _urls(data: Path) -> list[str]:
    table: Any = pads.dataset(data / "articles", partitioning="hive").to_table(columns=["url"])
    return list(table["url"].to_pylist())


@pytest.mark.parametrize("kind", KINDS)
def test_every_article_is_found_once_and_no_list_is_one(asked: dict[str, Asked], kind: str) -> None:
    assert sorted(asked[kind].rows) == sorted(asked[kind].articles)


@pytest.mark.parametrize("kind", KINDS)
def test_a_first_run_asks_little_more_than_the_articles(asked: dict[str, Asked], kind: str) -> None:
    one = asked[kind]

    assert len(one.first) <= MOST_FIRST * len(one.articles), one.first
    assert all(one.first.count(path) == 1 for path in one.articles)


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_run_asks_what_may_name_something_new(asked: dict[str, Asked], kind: str) -> None:
    one = asked[kind]

    assert len(one.second) <= MOST_SECOND, one.second
    assert set(one.second).isdisjoint(one.articles)


@pytest.mark.parametrize("kind", KINDS)
def test_the_machinery_of_a_site_is_not_asked_for(asked: dict[str, Asked], kind: str) -> None:
    paths = (*asked[kind].first, *asked[kind].second)

    assert [path for path in paths if any(piece in path for piece in NEVER)] == []

"""Where a later part of an article leads back to its first part, and what only looks like one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fakesite import article, articles_text

from columnist.pipelines.document.read import read_document
from columnist.pipelines.records.article import Page
from columnist.scraper.crawl.answers.page_worker import read_part
from columnist.scraper.discover.pagination import first_part_of, next_part_of

SITE = "https://news.example"
PARTS = (
    ("/budget/2/", '<a href="/budget/">1</a> <b>2</b> <a href="/budget/3/">3</a>', "/budget/"),
    ("/budget?page=3", '<link rel="prev" href="/budget?page=2">', "/budget"),
    ("/budget?id=7&page=3", '<a rel="prev" href="/budget?id=7&amp;page=2">‹</a>', "/budget?id=7"),
    ("/budget?page=1", '<a href="/budget">1</a> <b>2</b> <a href="/budget?page=2">3</a>', "/budget"),
    ("/budget?page=2", '<link rel="canonical" href="/budget">', "/budget"),
    ("/budget-2.html", '<a href="/budget.html">Vorherige Seite</a>', "/budget.html"),
    ("/budget-3.html", '<a href="/budget-2.html">Zurück</a>', "/budget.html"),
    ("/budget/seite-2", '<a href="/budget" aria-label="Zurück"><svg></svg></a>', "/budget"),
    ("/budget/page/2/", '<a href="/budget/">Page précédente</a>', "/budget/"),
    ("/budget/2", '<a href="/budget">前のページ</a>', "/budget"),
    ("/budget-2", '<a href="/budget-1">1</a>', "/budget-1"),
    ("/?p=8&page=2", '<a href="/?p=8">1</a> <b>2</b>', "/?p=8"),  # WordPress without a form of addresses
    ("/?p=8&page=3", '<a href="/?p=8&amp;page=2">Previous page</a>', "/?p=8"),
    ("/index.php?p=8&page=2", '<a rel="prev" href="/index.php?p=8">‹</a>', "/index.php?p=8"),
    ("/budget?seite=2", '<a href="/budget?seite=1">« Seite 1</a>', "/budget?seite=1"),
)
NO_PARTS = (
    ("/budget", '<link rel="canonical" href="/budget"><a href="/budget/2">2</a>'),
    ("/budget-2", '<a href="/budget">The council adopts its budget</a>'),
    ("/budget-2", '<link rel="prev" href="/football">'),
    ("/2026/11/22", '<a href="/">1</a>'),
    ("/budget/2", '<div id="comments"><a href="/budget">1</a></div>'),
    ("/budget?page=1", '<link rel="canonical" href="/budget?page=1"><a href="/budget?page=2">2</a>'),
    ("/2", '<a href="/">1</a>'),
    ("/?page=2", '<a href="/">1</a>'),
    ("/?p=8", '<a href="/?p=7">Previous</a>'),
)


def document(path: str, body: str) -> object:
    html = f"<html><body><p>Text.</p>{body}</body></html>".encode()
    return read_document(Page(url=SITE + path, html=html))


@pytest.mark.parametrize(("path", "body", "first"), PARTS)
def test_a_later_part_leads_back_to_the_first(path: str, body: str, first: str) -> None:
    assert first_part_of(document(path, body)) == SITE + first  # type: ignore[arg-type]


@pytest.mark.parametrize(("path", "body"), NO_PARTS)
def test_what_is_no_later_part_leads_nowhere(path: str, body: str) -> None:
    assert first_part_of(document(path, body)) is None  # type: ignore[arg-type]


def whole(path: str, title: str, place: str) -> Page:
    return Page(url=SITE + path, html=article(title, articles_text(place)), fetched_at=datetime.now(UTC))


@pytest.mark.parametrize(
    ("second", "belongs"), [("The budget, part 2", True), ("Ferries sail again after the storm", False)]
)
def test_stories_that_are_numbered_are_no_parts_of_the_first(second: str, belongs: bool) -> None:
    first = whole("/story/1", "The budget, part 1", "Oldtown")

    assert read_part(first, whole("/story/2", second, "Newtown"), 2, 1 << 20).belongs is belongs
    assert read_part(first, whole("/story/2", first.url, "Oldtown"), 2, 1 << 20).belongs is False


def test_a_pager_of_comments_names_no_part() -> None:
    page = document("/budget", '<section class="post-comments"><a href="/budget?page=2">2</a></section>')

    assert next_part_of(page, SITE + "/budget", 1) is None  # type: ignore[arg-type]

"""Layouts of a site: of which day, what they say of a page, and what they leave out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from columnist.pipelines.content.rules.site_layout import apply_layout, overruled
from columnist.pipelines.document.read import read_document
from columnist.pipelines.metadata.record import Metadata
from columnist.pipelines.records.article import Page
from columnist.pipelines.records.site import SiteLayout

PAGE = Page(
    url="https://news.example/a",
    fetched_at=datetime(2026, 3, 1, tzinfo=UTC),
    html=b"""<html><head><title>Other</title></head><body>
    <h1>Site name</h1><h2 class="head">Snow falls on the town</h2><p class="by">By Ada Lovelace and Reuters</p>
    <time class="when" datetime="2026-02-03T04:05:00+01:00">yesterday</time><span class="rubric">Weather</span>
    <div class="story"><p>Snow fell.</p><div class="share">Share this</div>and stayed.<div class="story"><p>More.</p></div></div>
    <div class="related"><p>Read also</p></div><div class="story"><p>The end.</p></div></body></html>""",
)


def test_a_layout_says_where_the_facts_are() -> None:
    layout = SiteLayout(
        title=("h2.none", "h2.head"),
        author=(".by",),
        date=("time.when",),
        section=("//span[@class='rubric']/text()",),
    )
    document = read_document(PAGE)

    laid = apply_layout(document, layout)
    metadata = overruled(
        Metadata(title="Other", publisher="P", found_by={"title": "title", "publisher": "meta"}),
        laid.metadata,
    )

    assert laid.document is document
    assert (metadata.title, metadata.section, metadata.authors) == (
        "Snow falls on the town",
        "Weather",
        ("Ada Lovelace",),
    )
    assert metadata.published_at == datetime(2026, 2, 3, 3, 5, tzinfo=UTC)
    assert metadata.published_raw == "2026-02-03T04:05:00+01:00"
    assert metadata.published_offset == 60
    assert metadata.publisher == "P"
    assert metadata.found_by["title"] == "site-file"
    assert metadata.found_by["publisher"] == "meta"


@pytest.mark.parametrize(("language", "month"), [("en-US", 3), ("en-GB", 4)])
def test_a_layouts_numbers_are_read_as_the_page_writes_them(language: str, month: int) -> None:
    html = f"<html lang={language}><body><p class=day>3/4/2024</p></body></html>".encode()
    page = Page(url="https://courier.example/a", html=html, fetched_at=datetime(2024, 6, 1, tzinfo=UTC))

    found = apply_layout(read_document(page), SiteLayout(date=(".day",))).metadata

    assert found.published_at is not None
    assert found.published_at.month == month
    assert found.published_raw == "3/4/2024"


def test_a_layout_that_finds_nothing_overrules_nothing() -> None:
    metadata = Metadata(title="Other", found_by={"title": "title"})

    laid = apply_layout(read_document(PAGE), SiteLayout(title=(".none",), date=(".head",), author=(".none",)))

    assert overruled(metadata, laid.metadata).title == "Other"


def test_a_layout_keeps_the_body_and_drops_what_it_names_in_a_copy() -> None:
    document = read_document(PAGE)

    laid = apply_layout(document, SiteLayout(body=(".story",), drop=(".share", "//body", "//title/text()")))

    words = " ".join(" ".join(laid.document.tree.find("body").itertext()).split())
    assert words == "Snow fell. and stayed. More. The end."
    assert laid.document.tree.findtext("head/title") == "Other"
    assert laid.document.page is PAGE
    assert "Share this" in "".join(document.tree.itertext())


@pytest.mark.parametrize("whole", ["html", "//body/..", "body"])
def test_a_body_that_is_the_whole_page_leaves_the_page_whole(whole: str) -> None:
    laid = apply_layout(read_document(PAGE), SiteLayout(body=(whole,)))

    assert "Read also" in "".join(laid.document.tree.itertext())


def test_a_body_that_is_not_there_leaves_the_page_whole() -> None:
    laid = apply_layout(read_document(PAGE), SiteLayout(body=(".gone", "//body"), drop=(".share",)))

    text = "".join(laid.document.tree.itertext())
    assert "Read also" in text
    assert "Share this" not in text

"""Pages that break other extractors come out as a person would read them, each with its exact text or reason."""

from __future__ import annotations

from contextlib import suppress

import psutil
import pytest

from columnist.pipelines.batch.clean_batches import clean_to_row
from columnist.pipelines.batch.cleaned import pack
from columnist.pipelines.batch.sandbox.pool import Sandbox
from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Page, Reject
from columnist.pipelines.records.options import CleanOptions, SandboxOptions
from tests.ferry import FETCHED, FIRST, SECOND, URL, article_of, lines, page_of

# Nothing of these is text: the article is exactly its six paragraphs.
SILENT = {
    "a form feed reference in a comment": "<!-- &#12; -->",
    "253 nested div": "<div>" * 253 + "</div>" * 253,
    "253 unclosed div": "<div>" * 253,
    "256 unclosed font": "<font>" * 256,
    "50,000 nested div": "<div>" * 50_000,
    "50,000 nested svg": "<svg>" * 50_000,
    "unclosed svg": "<svg>",
    "unclosed svg with a path": '<svg viewBox="0 0 1 1"><path d="M0 0"><g>',
    "unclosed table": "<table>",
    "unclosed table row": "<table><tr>",
    "unclosed button": "<button>",
    "unclosed select": "<select><option>",
    "unclosed math": "<math>",
    "unclosed noscript": "<noscript>",
    "unclosed object": "<object>",
    "unclosed link": '<a href="/x">',
    "unclosed embed and source": "<embed><source>",
    "unclosed meter": "<meter>",
    "a CDATA section": "<![CDATA[ ]]>",
    "early end of the page": "</article></body></html>",
    "80,000 attributes": "<i " + " ".join(f"a{i}=1" for i in range(80_000)) + "></i>",
    "a megabyte in one attribute": f'<i data-x="{"x" * 1_000_000}"></i>',
    "100,000 opened tags": "<a " * 100_000 + ">",
    "a lone surrogate in an attribute": '<i title="\ud800"></i>',
}


@pytest.mark.parametrize("middle", SILENT.values(), ids=SILENT.keys())
def test_silent_markup_leaves_the_article_as_it_is(middle: str) -> None:
    assert lines(article_of(page_of(middle))) == [*FIRST, *SECOND]


# What is left open to the end of the page hides the second half from every reader; never the first.
HIDING = {
    "template": "<template>",
    "comment": "<!-- ",
    "textarea": "<textarea>",
    "script": "<script>",
    "style": "<style>",
    "title": "<title>",
    "iframe": "<iframe>",
}


@pytest.mark.parametrize("middle", HIDING.values(), ids=HIDING.keys())
def test_what_hides_the_rest_of_the_page_costs_nothing_before_it(middle: str) -> None:
    assert lines(article_of(page_of(middle)))[:3] == list(FIRST)


def test_control_characters_and_their_references_go_and_the_words_stay() -> None:
    middle = "<p>The mayor&#1; of Nor\0ley spoke&#12;for an hour&#x1F; about the old\x0bferry &#xD800;and its captain\x7f.</p>"

    assert lines(article_of(page_of(middle))) == [
        *FIRST,
        "The mayor of Norley spoke for an hour about the old ferry and its captain.",
        *SECOND,
    ]


def test_a_lone_surrogate_costs_itself_and_the_row_can_be_written() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry\\ud800 kept", "author": {"name": "Ines\\udfff Calder"}}</script>'
    middle = (
        "<p>The old captain said \ud800that he would stay on board until the new boat has found its crew.</p>"
    )
    article = article_of(page_of(middle, head))
    row = pack(article)

    assert lines(article)[3].startswith("The old captain said that he would stay")
    assert article.authors == ("Ines Calder",)
    assert row.reason is None
    assert row.title is not None
    assert "\ud800" not in row.title


def test_a_slashed_doctype_costs_no_time() -> None:
    html = page_of().replace(b"<!doctype html>", b"<!doctype " + b"/" * 50_000 + b">")

    assert lines(article_of(html)) == [*FIRST, *SECOND]


@pytest.mark.parametrize(
    "middle",
    ["<table><tr>" + "<td colspan=1000>x" * 4_500 + "</table>", "<p>" + "a<sup>1</sup>" * 15_000 + "</p>"],
    ids=["4,500 wide cells", "15,000 sup"],
)
def test_a_flood_of_small_elements_costs_no_paragraph(middle: str) -> None:
    found = lines(article_of(page_of(middle)))

    assert [text for text in (*FIRST, *SECOND) if text not in found] == []


BOMBS = {
    "a megabyte of opened tags": b"<b><i><a>" * 120_000,
    "a megabyte of table cells": b"<table><td>" * 95_000,
    "a megabyte of quotes": b"<p>" + b'"' * 1_000_000,
    "a megabyte of brackets": b"<" * 1_000_000,
    "a megabyte of ampersands": b"<p>" + b"&" * 1_000_000,
    "a megabyte of comments": b"<!--" * 250_000,
    "a megabyte of nested lists": b"<ul><li>" * 125_000,
    "a megabyte of end tags": b"<p>x</p></div>" * 70_000,
    "a megabyte of one word": b"<article><p>" + b"a" * 1_000_000,
    "a megabyte of combining marks": b"<article><p>a" + "\u0301".encode() * 500_000,
}


@pytest.mark.slow
def test_a_bomb_costs_its_own_page_only() -> None:
    """Each comes out as some record within the deadline, and the page after it is as it should be."""
    bombs = [Page(url=URL, html=bomb, fetched_at=FETCHED) for bomb in BOMBS.values()]
    honest = Page(url=URL, html=page_of(), fetched_at=FETCHED)
    # The deadline is the clock's; on a busy machine only the processor's time says what a page costs.
    with Sandbox(SandboxOptions(workers=1, page_seconds=60)) as sandbox:
        for name, bomb in zip(BOMBS, bombs, strict=True):
            begun = seconds_of_workers()
            told = clean_in(sandbox, bomb)
            assert seconds_of_workers() - begun < SandboxOptions().page_seconds, name
            after = clean_in(sandbox, honest)

            assert told in ("article", "empty", "no-text", "too-short", "index-page", "not-html"), name
            assert after == "article", name


def seconds_of_workers() -> float:
    """Return the processor time of all processes below this one, those that ended included."""
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it ended just now: its parent has its time
            total += sum(process.cpu_times()[:4])
    return total


def clean_in(sandbox: Sandbox, page: Page) -> str:
    outcome = sandbox.submit(clean_to_row, page, CleanOptions()).result()
    return str(outcome.reason or "article")


@pytest.mark.parametrize("body", [b"", b"   \r\n", b"\0\0\0", b"\xff\xfe", b"<!-- -->"])
def test_a_page_of_nothing_is_empty(body: bytes) -> None:
    result = clean(Page(url=URL, html=body, fetched_at=FETCHED))

    assert isinstance(result, Reject)
    assert result.reason == "empty"

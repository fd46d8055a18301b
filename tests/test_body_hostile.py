"""The law of odd pages: five paragraphs, a hostile fragment, five paragraphs; all ten come out, in time."""

from __future__ import annotations

import time

import pytest

from columnist.pipelines.content.blocks.blocks import read_blocks
from columnist.pipelines.content.extract import Body, extract_body
from columnist.pipelines.document.read import Document, read_document
from columnist.pipelines.metadata.read import read_metadata
from columnist.pipelines.metadata.record import Metadata
from columnist.pipelines.records.article import Page
from columnist.pipelines.records.options import CleanOptions

SECONDS = 2.0  # no page may take longer; the slowest of these takes .4 on a free core
MARKED = tuple(
    f"The council adopted paragraph {n} of the budget on Tuesday evening after hours of debate and a recount."
    for n in range(10)
)
FRAGMENTS = {
    "many superscripts": "<p>" + "a<sup>1</sup>" * 15_000 + "</p>",
    "wide cells": "<table><tr>" + "<td colspan=1000>x</td>" * 4_500 + "</tr></table>",
    "wide rows": "<table>" + "<tr><td colspan=1000>x</td></tr>" * 4_500 + "</table>",
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(80_000)) + ">x</p>",
    "a long class": "<p class='" + "abc " * 100_000 + "'>x</p>",
    "nested div": "<div>" * 253,
    "deeply nested div": "<div>" * 1_900,
    "unclosed font": "<font>" * 256,
    "unclosed svg": "<svg><text>x",
    "unclosed math": "<math><mi>x",
    "unclosed button": "<button>",
    "unclosed table": "<table>",
    "control character": "<p>a&#1;b</p>",
    "many breaks": "<br>" * 30_000,
    "many paragraphs": "<p>x</p>" * 20_000,
    "many headlines": "<h1>Another headline</h1>" * 2_000,
    "many figures": "<figure><img src=x><figcaption>c</figcaption></figure>" * 3_000,
    "many quotes": "".join(
        f"<blockquote>the quotation number {n}, which is long enough to be looked up</blockquote>"
        for n in range(4_000)
    ),
    "one long paragraph": "<p>" + "word, " * 100_000 + "</p>",
    "comment and instruction": "<!-- a > b --><?php echo 1 ?>",
}


def extracted(document: Document, metadata: Metadata) -> tuple[Body, float]:
    start = time.process_time()
    body = extract_body(document, metadata, CleanOptions())
    return body, time.process_time() - start


@pytest.mark.parametrize("name", FRAGMENTS)
def test_what_surrounds_a_hostile_fragment_comes_out(name: str) -> None:
    before, after = ("".join(f"<p>{text}</p>" for text in half) for half in (MARKED[:5], MARKED[5:]))
    html = f"<html lang=en><title>Budget</title><article><h1>Budget</h1>{before}{FRAGMENTS[name]}{after}</article>"
    document = read_document(Page(url="https://crier.example/a", html=html.encode()))
    metadata = read_metadata(document)
    body, seconds = extracted(document, metadata)
    if (
        seconds >= SECONDS
    ):  # the first page of a process loads model and words, and a busy neighbour slows any
        seconds = min(extracted(document, metadata)[1] for _ in range(2))

    text = "\n".join(paragraph.text for paragraph in body.paragraphs)
    assert [marked for marked in MARKED if marked not in text] == []
    assert seconds < SECONDS


@pytest.mark.parametrize(
    "html",
    [
        "<html></html>",
        "<body></body>",
        "<frameset><frame src=a></frameset>",
        "<!-- x -->y",
        "<p>",
        "<br><br>",
    ],
)
def test_an_odd_tree_never_raises(html: str) -> None:
    document = read_document(Page(url="https://crier.example/a", html=html.encode()))
    body = extract_body(document, read_metadata(document), CleanOptions())

    assert sum(len(paragraph.text) for paragraph in body.paragraphs) < 10


def test_reading_blocks_leaves_the_tree_alone() -> None:
    from lxml import etree

    html = "<html><body><article><p>One.<br><br>Two.</p><figure><img src=x></figure></article></body></html>"
    document = read_document(Page(url="https://crier.example/a", html=html.encode()))
    before = etree.tostring(document.tree)
    read_blocks(document.tree)

    assert etree.tostring(document.tree) == before

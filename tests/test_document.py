"""A page is read once, and nothing that a browser shows is lost in reading it."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from columnist.pipelines.document.read import Document, read_document
from columnist.pipelines.records.article import NotAnArticle, Page

BEFORE = "".join(f"<p>before{i}: the council met in the old hall.</p>" for i in range(5))
AFTER = "".join(f"<p>after{i}: the bridge will open next spring.</p>" for i in range(5))


def read(html: bytes | str, url: str = "https://news.example/2024/05/01/a", **more: object) -> Document:
    body = html.encode("utf-8", "surrogatepass") if isinstance(html, str) else html
    return read_document(Page(url=url, html=body, fetched_at=datetime(2024, 6, 1, tzinfo=UTC), **more))  # type: ignore[arg-type]


def paragraphs(document: Document) -> list[str]:
    hidden = ("svg", "math", "button", "select", "option", "style", "title", "template", "noscript", "object")
    return [
        "".join(p.itertext())
        for p in document.tree.iter("p")
        if not any(a.tag in hidden for a in p.iterancestors())
    ]


FRAGMENTS = {
    "control reference": "<p>a&#1;b</p>",
    "form feed reference in a comment": "<!-- &#12; -->",
    "NUL": "a\0b",
    "raw controls": "a\x01\x0b\x1fb",
    "lone surrogate": "a\ud800b",
    "surrogate reference": "&#xD800;&#55357;",
    "reference past unicode": "&#x110000;&#99999999;",
    "50,000 nested div": "<div>" * 50_000,
    "50,000 nested and closed div": "<div>" * 50_000 + "</div>" * 50_000,
    "253 nested div": "<div>" * 253 + "</div>" * 253,
    "256 unclosed font": "<font>" * 256,
    "300 unclosed b, i, font": "<b><i><font>" * 300,
    "unclosed svg": "<svg>",
    "unclosed svg with a style": "<svg><style>.a{}",
    "unclosed math": "<math>",
    "unclosed button": "<button>",
    "unclosed select": "<select><option>",
    "unclosed object": "<object>",
    "unclosed noscript": "<noscript>",
    "early end of the page": "</p></div></article></body></html>",
    "early end in capitals": "</BODY></HTML>",
    "frameset": "<frameset>",
    "processing instruction": "<?php echo 1 ?>",
    "odd comment": "<!--> --!>",
    "80,000 attributes": "<i " + " ".join(f"a{i}=1" for i in range(80_000)) + ">x</i>",
    "4,500 wide cells": "<table><tr>" + "<td colspan=1000>x" * 4_500 + "</table>",
    "15,000 sup": "a<sup>1</sup>" * 15_000,
}


@pytest.mark.parametrize("fragment", FRAGMENTS.values(), ids=FRAGMENTS.keys())
def test_a_hostile_fragment_costs_no_paragraph_and_no_second(fragment: str) -> None:
    html = f"<!doctype html><html><head><title>T</title></head><body><article>{BEFORE}{fragment}{AFTER}</article></body></html>"
    started = time.process_time()
    found = paragraphs(read(html))

    assert time.process_time() - started < 1
    assert [i for i in range(5) if not any(f"before{i}:" in text for text in found)] == []
    assert [i for i in range(5) if not any(f"after{i}:" in text for text in found)] == []


@pytest.mark.parametrize(
    "beginning", ["<!doctype " + "/" * 50_000 + ">", "<!---->" * 25], ids=["slashes", "comments"]
)
def test_what_a_page_begins_with_costs_no_time(beginning: str) -> None:
    started = time.process_time()
    read(beginning + BEFORE)

    assert time.process_time() - started < 1


def test_windows_references_are_read_as_browsers_read_them() -> None:
    assert paragraphs(read("<p>it&#146;s &#150; so&#x85;</p>")) == ["it’s – so…"]


def test_controls_are_gone_from_the_tree() -> None:
    assert paragraphs(read("<p>a&#1;b&#x0C;c\0d\x0be</p>")) == ["ab cd e"]


NO_HTML = {
    "PDF": b"%PDF-1.7 \xe2\xe3",
    "PNG": b"\x89PNG\r\n\x1a\n\0\0",
    "JPEG": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "ZIP": b"PK\x03\x04\x14\0\0\0",
    "gzip": b"\x1f\x8b\x08\0",
    "MP4": b"\0\0\0 ftypisom\0\0",
    "RSS": b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>',
    "sitemap": b'<?xml version="1.0"?>\n<urlset xmlns="x"><url/></urlset>',
    "MHTML": (
        b'From: <Saved by a browser>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary="--M"\r\n\r\n'
        b"----M\r\nContent-Type: text/html\r\n\r\n<html><body><p>Caf=C3=A9 ferm=C3=A9 depuis l=E2=80=99automne."
    ),
    "JSON": b'{"headline": "A", "body": "B"}',
    "random bytes": bytes((i * 7919 + (i >> 3) * 104729) % 256 for i in range(5_000)),
}


@pytest.mark.parametrize("body", NO_HTML.values(), ids=NO_HTML.keys())
def test_what_is_no_html_is_refused(body: bytes) -> None:
    with pytest.raises(NotAnArticle) as verdict:
        read(body)

    assert verdict.value.reason == "not-html"


@pytest.mark.parametrize("body", [b"", b"  \r\n\t ", b"\xef\xbb\xbf \n", b"<!-- only a comment -->"])
def test_an_empty_body_is_empty(body: bytes) -> None:
    with pytest.raises(NotAnArticle) as verdict:
        read(body)

    assert verdict.value.reason == "empty"


def test_plain_text_keeps_its_lines_as_paragraphs() -> None:
    assert paragraphs(read("The mayor spoke.\n\nFish & chips < 5 pounds.")) == [
        "The mayor spoke.",
        "Fish & chips < 5 pounds.",
    ]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_become_a_document_or_a_reason(body: bytes) -> None:
    try:
        read(b"<p>" + body)
        read(body)
    except NotAnArticle as verdict:
        assert verdict.reason in ("empty", "not-html")  # noqa: PT017  either way is right


def ld(*blocks: str) -> str:
    return "".join(f'<script type="application/ld+json">{block}</script>' for block in blocks) + "<p>x</p>"


BLOCKS = {
    "an object": ('{"@type": "A", "v": 1}', [1]),
    "a list": ('[{"@type": "A", "v": 1}, {"v": 2}]', [1, 2]),
    "a graph": ('{"@graph": [{"v": 1}, {"v": 2}]}', [None, 1, 2]),
    "a main entity": ('{"v": 1, "mainEntity": {"v": 2}}', [1, 2]),
    "raw newlines in strings": ('{"v": 1, "t": "a\nb"}', [1]),
    "trailing commas": ('{"v": 1, "l": [1, 2,],}', [1]),
    "an HTML comment around": ('<!-- {"v": 1} -->', [1]),
    "CDATA around": ('//<![CDATA[\n{"v": 1}\n//]]>', [1]),
    "rubbish after": ('{"v": 1};', [1]),
    "numbers and strings only": ('[1, "x", null]', []),
    "nothing": ("", []),
    "cut off": ('{"v": 1, "t": "abc', [1]),
    "40 KB of quotes": ('{"v": "' + '"' * 40_000, [""]),
    "40 KB of spaces": ("{-->" + " " * 40_000 + "x", []),
    "40 KB of dashes": ("{" + "-" * 40_000, []),
    "endless nesting": ("[" * 100_000, []),
    "a huge number": ('{"v": ' + "9" * 5_000 + "}", ["9" * 5_000]),
}


@pytest.mark.parametrize(("block", "expected"), BLOCKS.values(), ids=BLOCKS.keys())
def test_json_ld_is_read_as_pages_write_it(block: str, expected: list[int | None]) -> None:
    started = time.process_time()
    document = read(ld(block))

    assert time.process_time() - started < 1
    assert expected == [node.get("v") for node in document.json_ld]


def test_a_broken_block_costs_itself_only() -> None:
    document = read(ld('"v": ', '{"v": 2}', "}{", '{"v": 4}'))

    assert [node.get("v") for node in document.json_ld] == [2, 4]


def test_the_node_about_this_page_comes_first() -> None:
    others = ",".join(
        f'{{"@type": "NewsArticle", "url": "https://news.example/{n}", "headline": "Other {n}"}}'
        for n in range(3)
    )
    mine = '{"@type": "NewsArticle", "url": "https://news.example/2024/05/01/a?utm_source=x", "headline": "Mine"}'
    document = read(ld(f"[{others}, {mine}]"))

    assert document.about[0]["headline"] == "Mine"


def test_meta_names_are_lower_case_and_keep_their_order() -> None:
    document = read(
        '<meta name="Author" content="A"><meta PROPERTY="author" content=" B "><meta name=author><p>x'
    )

    assert document.meta == {"author": ("A", "B")}


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("https://cdn.example/x/", "https://cdn.example/x/"),
        ("/x/", "https://news.example/x/"),
        ("javascript:alert(1)", "https://news.example/2024/05/01/a"),
        ("file:///etc/passwd", "https://news.example/2024/05/01/a"),
    ],
)
def test_only_a_web_address_is_a_base(base: str, expected: str) -> None:
    assert expected == read(f'<base href="{base}"><p>x').base_url


def test_a_page_without_an_h1_has_its_headline_found_by_its_title() -> None:
    document = read(
        "<title>The Valley Gazette - Bells ring again in the old tower</title><b>The Valley Gazette</b><font><b>Bells ring again in the old tower</b></font><p>x"
    )

    assert [heading.text for heading in document.headings] == ["Bells ring again in the old tower"]


def test_a_component_that_declares_its_content_shows_it() -> None:
    """Browsers put a template with `shadowrootmode` in place; any other is not shown."""
    told = f"<story-page><template shadowrootmode=open><article>{BEFORE}</article></template></story-page>"
    kept = f"<template id=row>{AFTER}</template>"

    assert [text[:7] for text in paragraphs(read(f"<body>{told}{kept}"))] == [f"before{i}" for i in range(5)]

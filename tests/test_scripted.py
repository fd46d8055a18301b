"""An article that lies only in a script's data is read from there, and nobody else's article is."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Article, Page, Reject
from tests.test_body import MENU, PARAGRAPHS, TITLE, paragraphs, texts_of

OTHER = "Ferry stays in port for a month, company says"
HTML = paragraphs()
ARC = [
    {"type": "text", "content": PARAGRAPHS[0]},
    {
        "type": "image",
        "caption": "The hall on Tuesday",
        "content": "The hall on Tuesday, seen from the balcony",
    },
    {"type": "header", "content": "A promise made twice"},
    *({"type": "text", "content": text} for text in PARAGRAPHS[1:]),
    {"type": "interstitial_link", "content": OTHER},
]
RICH = {
    "type": "doc",
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]} for text in PARAGRAPHS],
}


def shell(script: str) -> str:
    return (
        f"<html lang=en><head><title>{TITLE} - The Town Crier</title><meta property='og:title' content='{TITLE}'>"
        "<meta property='og:type' content='article'></head>"
        f"<body><nav><ul>{MENU}</ul></nav><div id=app></div>{script}</body></html>"
    )


def next_data(article: dict[str, Any]) -> str:
    data = {"props": {"pageProps": {"site": {"title": "The Town Crier"}, "article": article}}}
    return f"<script id=__NEXT_DATA__ type='application/json'>{json.dumps(data)}</script>"


@pytest.mark.parametrize(
    "script",
    [
        next_data({"headline": TITLE, "body": HTML}),
        next_data({"title": {"rendered": TITLE}, "content": {"rendered": HTML}}),
        next_data({"title": TITLE, "richText": RICH}),
        next_data({"title": TITLE, "text": "\n".join(PARAGRAPHS)}),
        next_data({"title": TITLE, "content": json.dumps({"root": RICH})}),
        next_data(
            {"title": TITLE, "raw": {"blocks": [{"text": text, "type": "unstyled"} for text in PARAGRAPHS]}}
        ),
        next_data({"title": TITLE, "paragraphs": [{"kind": "text", "value": text} for text in PARAGRAPHS]}),
        f"<script>window.__INITIAL_STATE__ = {json.dumps({'page': {'title': TITLE, 'body_html': HTML}})};</script>",
        f"<script>window.__STATE__=JSON.parse({json.dumps(json.dumps({'title': TITLE, 'body': HTML}))});</script>",
    ],
)
def test_the_article_is_read_from_the_scripts_data(script: str) -> None:
    assert texts_of(shell(script)) == PARAGRAPHS


def test_blocks_of_the_data_keep_their_kinds_and_lose_what_is_no_text() -> None:
    script = f"<script>var Fusion = {{}}; Fusion.content={json.dumps({'headlines': {'basic': TITLE}, 'content_elements': ARC})};</script>"
    record = clean(Page(url="https://crier.example/council-budget", html=shell(script).encode()))

    assert isinstance(record, Article)
    assert [p.text for p in record.paragraphs] == [PARAGRAPHS[0], "A promise made twice", *PARAGRAPHS[1:]]
    assert record.paragraphs[1].kind == "h2"


@pytest.mark.parametrize(
    "article",
    [
        {"headline": OTHER, "body": HTML},
        {"headline": TITLE, "related": [{"headline": OTHER, "body": HTML}]},
        {"body": HTML},
    ],
)
def test_a_text_under_another_headline_or_none_is_not_taken(article: dict[str, Any]) -> None:
    record = clean(Page(url="https://crier.example/council-budget", html=shell(next_data(article)).encode()))

    assert isinstance(record, Reject)


def test_a_page_that_shows_its_article_does_not_ask_its_scripts() -> None:
    script = next_data({"headline": TITLE, "body": paragraphs((OTHER * 20,))})

    assert texts_of(shell(f"<article><h1>{TITLE}</h1>{HTML}</article>{script}")) == PARAGRAPHS


@pytest.mark.parametrize(
    "script",
    [
        f"<script>x = {'[' * 100_000}</script>",
        "<script type='application/json'>"
        + '{"title":"'
        + TITLE
        + '","body":'
        + "[" * 900
        + "]" * 900
        + "}</script>",
        "<script>" + "x={" * 300_000 + "</script>",
        "<script type='application/json'>" + '{"a":"' + "b" * 1_000 + "</script>",
    ],
)
def test_hostile_data_cost_nothing_but_their_page(script: str) -> None:
    began = time.process_time()
    record = clean(Page(url="https://crier.example/council-budget", html=shell(script).encode()))

    assert isinstance(record, Reject)
    assert time.process_time() - began < 2


PARTS = [{"kind": "p", "value": text} for text in PARAGRAPHS]
SPLIT = [
    {
        "_type": "block",
        "children": [{"_type": "span", "text": text[:9]}, {"_type": "span", "text": text[9:]}],
    }
    for text in PARAGRAPHS
]
ELEMENTS = [["$", "p", None, {"children": text}] for text in PARAGRAPHS]
STREAM = f"5:{json.dumps(['$', 'article', None, {'children': ELEMENTS}])}\n"


def literal(value: object) -> str:
    """Write a value as JavaScript, its keys bare."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{name}:{literal(each)}" for name, each in value.items()) + ",}"
    return json.dumps(value)


@pytest.mark.parametrize(
    "script",
    [
        next_data({"headline": TITLE, "bodyItems": PARTS}),
        next_data({"headline": TITLE, "portable": SPLIT}),
        next_data({"headline": TITLE, "bodyParagraphs": PARAGRAPHS}),
        next_data(
            {"headline": TITLE, "body": [{"component": "P", "props": {"html": t}} for t in PARAGRAPHS]}
        ),
        next_data({"title": TITLE, "body": "**" + "\n\n".join(PARAGRAPHS).replace(" ", "** ", 1)}),
        f"<script>window.__NUXT__={literal({'story': {'title': TITLE, 'html': HTML}, 'free': True})}</script>",
        f"<script>window.__NUXT__=(function(a,b){{return {{story:{{title:a,html:b}}}}}}({json.dumps(TITLE)},{json.dumps(HTML)}))</script>",
        f"<script>(window.q=window.q||[]).push({json.dumps({'title': TITLE, 'html': HTML})})</script>",
        "".join(
            f"<script>self.__next_f.push({json.dumps([1, piece])})</script>"
            for piece in (STREAM[:400], STREAM[400:])
        ),
        f"<script id=app-state type='application/json'>{json.dumps({'title': TITLE, 'body': HTML}).replace('&', '&a;').replace('<', '&l;').replace('>', '&g;').replace(chr(34), '&q;')}</script>",
    ],
)
def test_whoever_wrote_the_data_the_article_is_read_from_it(script: str) -> None:
    assert texts_of(shell(script)) == PARAGRAPHS


def test_paragraphs_of_another_headline_are_not_taken() -> None:
    script = next_data({"headline": OTHER, "bodyItems": PARTS})

    assert isinstance(clean(Page(url="https://crier.example/council", html=shell(script).encode())), Reject)


GUTENBERG = [
    {"blockName": "core/paragraph", "attrs": {}, "innerHTML": f"<p>{t}</p>", "innerContent": [f"<p>{t}</p>"]} for t in PARAGRAPHS
]  # fmt: skip
DRAFT = [{"key": "a", "text": text, "type": "unstyled", "entityRanges": []} for text in PARAGRAPHS]
EDGES = [{"node": {"__typename": "TextBlock", "content": text}} for text in PARAGRAPHS]
MOBILE = {"version": "0.3.1", "cards": [], "sections": [[1, "p", [[0, [], 0, t[:9]], [0, [0], 1, t[9:]]]] for t in PARAGRAPHS]}  # fmt: skip
TURBO = [{"_1": 2}, "story", {"_3": 4, "_5": 6}, "headline", TITLE, "body", HTML]
RELAY = {
    **{f"b{at}": {"__id": f"b{at}", "html": text} for at, text in reversed(list(enumerate(PARAGRAPHS)))},
    "a": {"__id": "a", "title": TITLE, "body": {"__refs": [f"b{at}" for at in range(len(PARAGRAPHS))]}},
}
STREAMED = (
    f'2:T{len(HTML.encode()):x},{HTML}3:["$","div",null,{{"dangerouslySetInnerHTML":{{"__html":"$2"}}}}]\n'
)
SECTIONS = [
    {"kind": "text", "html": paragraphs(PARAGRAPHS[:2])},
    {"kind": "image", "url": "/a.jpg", "caption": "The hall on Tuesday, seen from the balcony of the old library."},
    {"kind": "text", "html": paragraphs(PARAGRAPHS[2:])},
]  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        next_data({"title": {"rendered": TITLE}, "blocks": GUTENBERG}),
        next_data({"title": TITLE, "raw": {"entityMap": {}, "blocks": DRAFT}}),
        next_data({"title": TITLE, "body": {"edges": EDGES}}),
        next_data({"title": TITLE, "mobiledoc": json.dumps(MOBILE)}),
        next_data({"t": TITLE, "c": [{"k": "p", "v": text} for text in PARAGRAPHS]}),
        next_data({"title": TITLE, "sections": SECTIONS}),
        next_data({"title": TITLE, "intro": PARAGRAPHS[0], "body": paragraphs(PARAGRAPHS[1:])}),
        next_data({"title": TITLE, "html": HTML.replace("<", "&lt;").replace(">", "&gt;")}),
        f"<script>window.context.enqueue({json.dumps(json.dumps(TURBO))})</script>",
        f"<script>window.__RELAY__={json.dumps(RELAY)}</script>",
        "".join(
            f"<script>self.__next_f.push({json.dumps([1, piece])})</script>"
            for piece in (STREAMED[:300], STREAMED[300:])
        ),
        f"<script>var told = {json.dumps(HTML)};</script>",
        f"<script type=text/x-template>{HTML}</script>",
        f"<template><article><h1>{TITLE}</h1>{HTML}</article></template>",
        f"<textarea hidden>{HTML.replace('<', '&lt;')}</textarea>",
        f'<iframe srcdoc="{HTML}"></iframe>',
    ],
)
def test_the_article_is_read_in_whatever_form_a_program_keeps_it(body: str) -> None:
    assert texts_of(shell(body)) == PARAGRAPHS


def test_of_a_page_that_shows_its_articles_beginning_the_data_give_the_rest() -> None:
    shown = f"<article><h1>{TITLE}</h1>{paragraphs(PARAGRAPHS[:3])}<button>Read on</button></article>"

    assert texts_of(shell(shown + next_data({"headline": TITLE, "body": HTML}))) == PARAGRAPHS
    assert texts_of(shell(shown + next_data({"headline": TITLE, "body": paragraphs((OTHER * 20,) * 5)}))) == PARAGRAPHS[:3]  # fmt: skip

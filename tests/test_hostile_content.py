"""Pages that break other extractors come out as a person would read them, each with its exact text or reason."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest

from pipelines.batches import clean_to_row, pack
from pipelines.clean import clean
from pipelines.options import CleanOptions, SandboxOptions
from pipelines.records import Article, Page, Reject
from pipelines.sandbox import Sandbox

URL = "https://norley-post.example/2024/05/01/ferry"
FETCHED = datetime(2024, 6, 1, 12, tzinfo=UTC)
FIRST = (
    "The council of Norley voted on Monday to keep the ferry, which has crossed the river since 1911, for another ten years.",
    "About four hundred people use the boat each day, most of them pupils, the harbour office wrote in its report of last autumn.",
    "“Nobody wanted to be the one who ended it,” said Ines Calder, who led the debate and had asked for the vote.",
)
SECOND = (
    "The bridge itself was dropped in 2009, after the ground on the eastern bank had turned out to be softer than the maps said.",
    "A new boat is to be ordered next spring; it will carry sixty passengers and, for the first time, run on batteries alone.",
    "Until then the old one stays in service, although its engine dates from 1974 and spare parts are cast by hand in Lowton.",
)
# CPU seconds, not time on the clock: on a busy machine a page that takes .05 s may wait for its turn.
SOON = 2.0


def page_of(middle: str = "", head: str = "", title: str = "Council keeps the river ferry") -> bytes:
    first, second = ("".join(f"<p>{text}</p>\n" for text in texts) for texts in (FIRST, SECOND))
    html = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body><article><h1>{title}</h1>\n{first}{middle}{second}</article></body></html>"
    )
    return html.encode("utf-8", "surrogatepass")


def article_of(html: bytes, url: str = URL, **headers: str) -> Article:
    started = time.process_time()
    result = clean(Page(url=url, html=html, headers=headers, http_status=200, fetched_at=FETCHED))

    assert time.process_time() - started < SOON
    assert isinstance(result, Article), result
    return result


def lines(article: Article) -> list[str]:
    return [paragraph.text for paragraph in article.paragraphs]


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


@pytest.mark.parametrize(
    "block",
    [
        '{"@type": "NewsArticle", "headline": "' + '"' * 40_000,
        "{" + "-" * 40_000,
        "[" * 100_000,
        '{"a":' * 50_000,
    ],
    ids=["quotes", "dashes", "brackets", "objects"],
)
def test_broken_json_ld_costs_no_time_and_no_text(block: str) -> None:
    article = article_of(page_of(head=f'<script type="application/ld+json">{block}</script>'))

    assert lines(article) == [*FIRST, *SECOND]
    assert article.title == "Council keeps the river ferry"


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


WRONG = [
    {},
    {"a": {"b": []}},
    [],
    [1, {}],
    [[["x"]]],
    0,
    -1.5,
    1e308,
    None,
    True,
    False,
    "",
    " ",
    "\x1b[31m",
    [None, [{}]],
]
FIELDS = (
    "headline", "alternativeHeadline", "name", "description", "articleBody", "articleSection", "keywords", "author",
    "creator", "publisher", "image", "thumbnailUrl", "datePublished", "dateModified", "dateCreated", "inLanguage",
    "isAccessibleForFree", "hasPart", "mainEntityOfPage", "url", "@id", "@type", "@graph", "liveBlogUpdate",
    "license", "sourceOrganization", "about", "mentions", "wordCount", "video",
)  # fmt: skip


@pytest.mark.parametrize("field", FIELDS)
def test_a_wrong_type_in_json_ld_costs_its_field_only(field: str) -> None:
    for value in WRONG:
        node = {"@type": "NewsArticle", "headline": "Council keeps the river ferry", field: value}
        head = f'<script type="application/ld+json">{json.dumps(node)}</script>'
        article = article_of(page_of(head=head))

        assert lines(article) == [*FIRST, *SECOND], value
        assert article.title == "Council keeps the river ferry", value
        assert pack(article).reason is None  # Arrow takes the row


@pytest.mark.parametrize("field", ["author", "publisher", "image", "mainEntityOfPage"])
def test_a_wrong_type_inside_a_nested_node_costs_its_field_only(field: str) -> None:
    for value in WRONG:
        node = {"@type": "NewsArticle", field: {"@type": "Thing", "name": value, "url": value, "@id": value}}
        listed = {"@type": "NewsArticle", field: [node[field], value]}
        head = f'<script type="application/ld+json">{json.dumps([node, listed])}</script>'
        article = article_of(page_of(head=head))

        assert lines(article) == [*FIRST, *SECOND], value
        assert all(name.isprintable() for name in article.authors), value


def test_a_canonical_link_to_another_site_is_not_believed() -> None:
    head = '<link rel="canonical" href="https://elsewhere.example/other"><meta property="article:published_time" content="2024-05-01T08:00:00Z">'
    article = article_of(page_of(head=head))

    assert article.canonical_url is None
    assert article.url == URL
    assert article.published_at == datetime(2024, 5, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        "2024-02-30",
        "2024-13-01T10:00:00Z",
        "0000-01-01",
        "0000-00-00T00:00:00",
        "99999-01-01",
        "99999",
        "2024/05",
        "2031-01-01T00:00:00Z",
    ],
)
def test_an_impossible_date_is_none_and_its_words_are_kept(raw: str) -> None:
    head = f'<meta property="article:published_time" content="{raw}">'
    article = article_of(page_of(head=head), url="https://norley-post.example/news/ferry")

    assert article.published_at is None
    assert article.published_raw == raw


GERMAN = "Die Größe der Fähre überraschte Müller: „schöne Straßen“ gebe es, sagte er, aber keine schöneren Schiffe über den Fluß."
CHINESE = "市议会星期一投票决定保留渡轮，这艘渡轮自一九一一年以来一直往返于河流两岸，每天约有四百人乘坐，其中大多数是学生。"
JAPANESE = "市議会は月曜日、渡し船をあと十年続けることを決めた。毎日およそ四百人が利用し、その多くは生徒であると港湾局は述べている。"
RUSSIAN = "Городской совет в понедельник решил сохранить паром, который ходит через реку с 1911 года; каждый день им пользуются четыреста человек."
ARABIC = "قرر مجلس المدينة يوم الاثنين الإبقاء على العبارة التي تعبر النهر منذ أكثر من مئة عام ويستعملها كل يوم نحو أربعمئة راكب معظمهم من التلاميذ."
BODIES = [
    (CHINESE, "gbk", "zh"), (GERMAN, "cp1252", "de"), (JAPANESE, "cp932", "ja"), (RUSSIAN, "koi8-r", "ru"),
    (RUSSIAN, "cp1251", "ru"), (ARABIC, "cp1256", "ar"),
]  # fmt: skip
TRUTHFUL = [
    (GERMAN, "utf-16", "de"),
    (RUSSIAN, "utf-16-le", "ru"),
    (CHINESE, "utf-16-be", "zh"),
    (JAPANESE, "iso2022_jp", "ja"),
]


def foreign(text: str, label: str) -> str:
    paragraphs = "".join(f"<p>{n}. {text}</p>\n" for n in range(1, 6))
    title = text[:24].strip()
    return f'<html><head><meta charset="{label}"><title>{title}</title></head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>'


@pytest.mark.parametrize(
    ("text", "encoding", "language"),
    BODIES + TRUTHFUL,
    ids=[encoding for _, encoding, _ in BODIES + TRUTHFUL],
)
def test_a_body_under_a_wrong_charset_is_read_in_its_own(text: str, encoding: str, language: str) -> None:
    html = foreign(text, "utf-8").encode(encoding)
    article = article_of(html, **{"content-type": "text/html; charset=utf-8"})

    assert lines(article) == [f"{n}. {text}" for n in range(1, 6)]
    assert article.language == language


UNKNOWN = [
    ("ka", "საკრებულომ ორშაბათს გადაწყვიტა ბორნის შენარჩუნება, რომელიც მდინარეს უკვე ას წელზე მეტია კვეთს და ყოველდღე ოთხასი მგზავრი გადაჰყავს."),
    ("hy", "Քաղաքի ավագանին երկուշաբթի որոշեց պահպանել լաստանավը, որն ավելի քան հարյուր տարի անցնում է գետը և ամեն օր տեղափոխում է չորս հարյուր մարդ։"),
    ("is", "Bæjarstjórnin ákvað á mánudag að halda ferjunni áfram í tíu ár. Um fjögur hundruð manns nota bátinn á hverjum degi, flestir þeirra nemendur."),
    ("sr", "Градско веће је у понедељак одлучило да задржи скелу која реку прелази више од сто година и сваког дана превезе четири стотине људи, већином ђака."),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text"), UNKNOWN, ids=[code for code, _ in UNKNOWN])
def test_a_language_that_the_detector_does_not_know_is_the_declared_one(code: str, text: str) -> None:
    html = foreign(text, "utf-8").replace("<html>", f'<html lang="{code}">').encode()

    assert article_of(html).language == code


@pytest.mark.parametrize(("code", "text"), UNKNOWN[:2], ids=["ka", "hy"])
def test_no_confident_nonsense_is_told_of_an_unknown_script(code: str, text: str) -> None:
    assert article_of(foreign(text, "utf-8").encode()).language in (None, code)


def test_escapes_and_newlines_of_a_title_reach_no_terminal() -> None:
    article = article_of(
        page_of(title="Council\x1b[31m keeps\n2024-06-01 ERROR forged&#27;[0m\r\n the ferry\u2028\u202e")
    )

    assert article.title is not None
    assert article.title.isprintable()
    assert article.title.startswith("Council")


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
    with Sandbox(SandboxOptions(workers=1, page_seconds=10)) as sandbox:
        for name, bomb in zip(BOMBS, bombs, strict=True):
            told = clean_in(sandbox, bomb)
            after = clean_in(sandbox, honest)

            assert told in ("article", "empty", "no-text", "too-short", "index-page", "not-html"), name
            assert after == "article", name


def clean_in(sandbox: Sandbox, page: Page) -> str:
    outcome = sandbox.submit(clean_to_row, page, CleanOptions()).result()
    return str(outcome.reason or "article")


@pytest.mark.parametrize("body", [b"", b"   \r\n", b"\0\0\0", b"\xff\xfe", b"<!-- -->"])
def test_a_page_of_nothing_is_empty(body: bytes) -> None:
    result = clean(Page(url=URL, html=body, fetched_at=FETCHED))

    assert isinstance(result, Reject)
    assert result.reason == "empty"

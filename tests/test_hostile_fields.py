"""Hostile facts in a page cost their own field: wrong types, impossible dates, wrong charsets, unknown languages."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from columnist.pipelines.batch.cleaned import pack
from tests.ferry import FIRST, SECOND, URL, article_of, lines, page_of


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

"""A page of six known paragraphs, to put hostile things into, and what it comes out as."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Article, Page

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

"""The law of hostile content: whatever stands between an article's paragraphs, none of them is lost.

Five marked paragraphs, a hostile fragment, five marked paragraphs. Those before it always come out. Those
after it do wherever an HTML5 parser still shows them (an unclosed comment or <script> hides them from every
reader), in all but 1.5 % of the fragments.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hostile import fragments
from selectolax.lexbor import LexborHTMLParser

from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Article, Page

REPOSITORY = Path(__file__).parent.parent
NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)
MOST_LOST_AFTER = 0.015  # share of the fragments after which a paragraph that a browser shows may be missing
FRAGMENTS_A_PAGE = 2
REAL_PAGES = 30
BEFORE = (
    "The council of Norley voted on Monday to keep the mark1before ferry, which has crossed the river since 1911, for another ten years.",
    "About four hundred people use the boat each day, most of them pupils, said the harbour office in its mark2before report of last autumn.",
    "“Nobody wanted to be the one who ended it,” said Ines Calder, who led the mark3before debate and had asked for the vote.",
    "The operator gets a subsidy of 80,000 a year in return, half of what it mark4before demanded, and must run until ten at night.",
    "Critics call the price too high: a bridge would have paid for itself mark5before within twenty years, an engineer had reckoned in March.",
)
AFTER = (
    "The bridge itself was dropped in 2009, after the ground on the eastern bank mark1after had turned out to be softer than the maps said.",
    "A new boat is to be ordered next spring; it will carry sixty passengers mark2after and, for the first time, run on batteries alone.",
    "Until then the old one stays in service, although its engine mark3after dates from 1974 and spare parts are cast by hand in Lowton.",
    "Fares rise by ten pence in January. Season tickets keep their price mark4after for two years, as the council promised the parents of the school.",
    "The next meeting is on the 14th of May, when members will discuss mark5after who pays for the landing stage that the flood took away.",
)
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Council keeps the river ferry - The Norley Post</title>
<meta property="og:type" content="article"></head><body><header><a href="/">The Norley Post</a></header>
<nav><ul><li><a href="/news">News</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<main><article><h1>Council keeps the river ferry</h1><div class="article-body">%s%s%s</div></article></main>
<footer><p>© The Norley Post. All rights reserved.</p></footer></body></html>"""
# What no browser shows, whatever is in it.
HIDDEN = frozenset(
    [
        "audio",
        "canvas",
        "datalist",
        "dialog",
        "head",
        "iframe",
        "math",
        "noembed",
        "noframes",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "video",
    ]
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one fragment's page."""

    before_lost: tuple[str, ...]
    after_lost: tuple[str, ...]  # of those that an HTML5 parser shows
    after_shown: int
    verdict: str


def page_of(fragment: str) -> bytes:
    before, after = ("".join(f"<p>{text}</p>\n" for text in texts) for texts in (BEFORE, AFTER))
    return (PAGE % (before, fragment, after)).encode("utf-8", "surrogatepass")


def shown(html: bytes) -> str:
    """Return the text that a browser would show, as an HTML5 parser reads the page."""
    parts: list[str] = []
    node, climbed = LexborHTMLParser(html).root, False
    while node is not None:
        if not climbed and node.tag == "-text":
            parts.append(node.text_content or "")
        if not climbed and node.tag not in HIDDEN and node.child is not None:
            node = node.child
        elif node.next is not None:
            node, climbed = node.next, False
        else:
            node, climbed = node.parent, True
    return " ".join(parts)


def judge(fragment: str) -> Judged:
    html = page_of(fragment)
    page = Page(url="https://norley-post.example/2024/05/01/ferry", html=html, fetched_at=NOON)
    result = clean(page)
    text = result.text if isinstance(result, Article) else ""
    seen = shown(html)
    marks = {side: [f"mark{n}{side}" for n in range(1, 6)] for side in ("before", "after")}
    visible = [mark for mark in marks["after"] if mark in seen]
    return Judged(
        tuple(mark for mark in marks["before"] if mark not in text),
        tuple(mark for mark in visible if mark not in text),
        len(visible),
        "" if isinstance(result, Article) else f"{result.reason}: {result.detail}",
    )


def losses(judged: list[Judged]) -> tuple[int, float]:
    """Return in how many pages a paragraph before the fragment is lost, and in what share one after it."""
    before = sum(1 for each in judged if each.before_lost)
    return before, sum(1 for each in judged if each.after_lost) / len(judged)


def assert_the_law_holds(count: int, seed: int) -> None:
    judged = [(fragment, judge(fragment)) for fragment in fragments(count, seed)]
    before, after = losses([each for _, each in judged])
    worst = [fragment[:200] for fragment, each in judged if each.before_lost or each.after_lost]

    assert before == 0, worst
    assert after <= MOST_LOST_AFTER, worst


def test_no_fragment_costs_the_paragraphs_around_it() -> None:
    assert_the_law_holds(300, seed=1911)


@pytest.mark.torture
def test_no_fragment_of_twenty_thousand_costs_the_paragraphs_around_it() -> None:
    assert_the_law_holds(20_000, seed=3)


@pytest.mark.slow
def test_no_fragment_costs_the_paragraphs_of_a_real_page() -> None:
    """The same law on captured pages, where the fragment stands in the middle of the article."""
    corpus = Path(os.environ.get("COLUMNIST_CORPUS", REPOSITORY.parent / "shared" / "corpus"))
    if not (corpus / "fundus_pub_dev.parquet").exists():
        pytest.skip(f"no corpus of real pages at {corpus}: set COLUMNIST_CORPUS to its folder")
    table = pq.read_table(corpus / "fundus_pub_dev.parquet", columns=["url", "html"]).to_pylist()
    sample = random.Random(5).sample(table, len(table))
    cut = list(islice(filter(None, (cut_open(row["url"], row["html"]) for row in sample)), REAL_PAGES))
    pieces = list(fragments(len(cut) * FRAGMENTS_A_PAGE, seed=4))
    judged = [judge_real(cut[n % len(cut)], piece) for n, piece in enumerate(pieces)]
    lost = [text for each in judged for text in each.before_lost + each.after_lost]
    shown_there = sum(len(cut[n % len(cut)].before) + each.after_shown for n, each in enumerate(judged))

    assert len(cut) == REAL_PAGES
    # Not none: a caption that the model was in doubt about may go when the page changes around it.
    assert len(lost) <= MOST_LOST_AFTER * shown_there, lost


@dataclass(frozen=True, slots=True)
class Real:
    """A captured page cut open after one of its article's paragraphs."""

    url: str
    head: bytes
    tail: bytes
    before: tuple[str, ...]  # beginnings of the paragraphs in the head
    after: tuple[str, ...]


def cut_open(url: str, html: bytes) -> Real | None:
    """Cut a page in two after a paragraph in the middle of its article; None where it has too few of them."""
    article = clean(Page(url=url, html=html, fetched_at=NOON))
    if not isinstance(article, Article):
        return None
    places = {}
    for paragraph in article.paragraphs:
        beginning = paragraph.text[:45].encode()
        if len(paragraph.text) > 80 and html.count(beginning) == 1:
            places[html.index(beginning)] = paragraph.text[:45]
    order = sorted(places)
    if len(order) < 4 or (end := html.find(b"</p>", order[len(order) // 2])) < 0:
        return None
    return Real(
        url,
        html[: end + 4],
        html[end + 4 :],
        tuple(places[place] for place in order if place < end),
        tuple(places[place] for place in order if place > end),
    )


def judge_real(real: Real, fragment: str) -> Judged:
    html = real.head + fragment.encode("utf-8", "surrogatepass") + real.tail
    result = clean(Page(url=real.url, html=html, fetched_at=NOON))
    text = result.text if isinstance(result, Article) else ""
    seen = " ".join(shown(html).split())
    visible = [beginning for beginning in real.after if beginning in seen]
    return Judged(
        tuple(beginning for beginning in real.before if beginning not in text),
        tuple(beginning for beginning in visible if beginning not in text),
        len(visible),
        "" if isinstance(result, Article) else f"{result.reason}: {result.detail}",
    )

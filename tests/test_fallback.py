"""The law of the other ways to a body: they are named, and bring nothing back that was surely taken out."""

from __future__ import annotations

import json

import pytest

from columnist.pipelines.clean import clean
from columnist.pipelines.content.blocks.blocks import Blocks, read_blocks
from columnist.pipelines.content.elsewhere.fallback import _without_sure_drops
from columnist.pipelines.content.model.page_hints import Clues
from columnist.pipelines.content.rules.judge import Judged
from columnist.pipelines.content.rules.rules import KEPT, LOW_SCORE, Verdicts
from columnist.pipelines.document.read import read_document
from columnist.pipelines.records.article import Article, Page, Paragraph, Reject
from columnist.pipelines.records.options import CleanOptions
from tests.test_body import PARAGRAPHS, TITLE, page, paragraphs
from tests.test_scripted import next_data, shell

TEASER = "The night watchman of the mill counted the sacks twice, and each time one of them was missing…"
OFFER = "Get every story for two crowns in your first month, and leave whenever you like."
SALES = (
    f"<div class='paywall'><h2>Subscribe to read on</h2><p>{OFFER}</p>"
    "<p>Already a subscriber? <a href='/login'>Sign in</a></p><ul><li>Unlimited articles</li></ul></div>"
)


def cleaned(html: str, options: CleanOptions = CleanOptions()) -> Article | Reject:
    return clean(Page(url="https://crier.example/mill/night-watch", html=html.encode()), options)


def article(html: str) -> Article:
    outcome = cleaned(html)
    assert isinstance(outcome, Article)
    return outcome


def judge(blocks: Blocks, scores: list[float], fates: list[str]) -> Judged:
    return Judged(blocks, Clues(), Verdicts(blocks, scores, Clues(), (0.6, 0.6), fates), is_live=False)


def ld(**more: object) -> str:
    data = {"@type": "NewsArticle", "headline": TITLE, "datePublished": "2026-05-01T05:00:00Z", **more}
    return f"<script type='application/ld+json'>{json.dumps(data)}</script>"


def test_a_short_teaser_before_a_declared_wall_is_not_exchanged_for_its_offer() -> None:
    outcome = article(page(f"<p>{TEASER}</p>{SALES}", head=ld(isAccessibleForFree=False)))

    assert outcome.text == TEASER
    assert (outcome.access, outcome.found_by["text"]) == ("stub", "blocks")


def test_a_teaser_on_a_page_that_declares_nothing_but_its_wall_is_a_stub() -> None:
    html = (
        f"<html lang=en><head><title>The mill at night</title><meta property='article:content_tier' content='locked'>"
        f"</head><body><article><h1>The mill at night</h1><p>{TEASER}</p>{SALES}</article></body></html>"
    )
    outcome = article(html)

    assert (outcome.text, outcome.access) == (TEASER, "stub")


def test_a_rule_about_places_is_not_believed_against_the_model() -> None:
    html = f"<body><h1>{TITLE}</h1><p>{TEASER}</p><p>{PARAGRAPHS[0]}</p>"
    blocks = read_blocks(read_document(Page(url="https://crier.example/a", html=html.encode())).tree)
    judged = judge(blocks, [0.9, 0.3, 0.9], ["title-repeat", "comments", "comments"])

    assert _without_sure_drops("\n".join((TEASER, PARAGRAPHS[0])), judged) == (Paragraph("p", PARAGRAPHS[0]),)


def test_lines_that_are_surely_not_the_article_do_not_come_back() -> None:
    html = f"<body><h1>{TITLE}</h1><p>{TEASER}</p><p>{OFFER}</p><p>{PARAGRAPHS[0]}</p><ul><li>Sacks of rye</li></ul>"
    blocks = read_blocks(read_document(Page(url="https://crier.example/a", html=html.encode())).tree)
    judged = judge(
        blocks,
        [0.9, 0.2, 0.01, 0.4, 0.2],
        ["title-repeat", LOW_SCORE, LOW_SCORE, KEPT, "form"],
    )
    text = "\n".join((TITLE, TEASER, OFFER, PARAGRAPHS[0], "- Sacks of rye"))

    assert _without_sure_drops(text, judged) == (
        Paragraph("p", TEASER),
        Paragraph("p", PARAGRAPHS[0]),
        Paragraph("li", "Sacks of rye"),
    )


@pytest.mark.parametrize(
    ("html", "source"),
    [
        (page(paragraphs()), "blocks"),
        (page("", head=ld(articleBody="\n".join(PARAGRAPHS))), "json-ld"),
        (shell(next_data({"headline": TITLE, "body": paragraphs()})), "script"),
    ],
)
def test_found_by_names_where_the_text_was_found(html: str, source: str) -> None:
    assert article(html).found_by["text"] == source


def test_the_line_cleaner_is_named_for_flat_text() -> None:
    outcome = clean(Page(url="a.txt", text="\n\n".join((TITLE, *PARAGRAPHS))))

    assert isinstance(outcome, Article)
    assert outcome.found_by["text"] == "line-cleaner"
    assert outcome.is_live_blog is None


def test_what_is_in_the_text_is_not_counted_as_removed() -> None:
    hidden = f"<div hidden class='newsletter'>{paragraphs()}</div>"
    outcome = article(page(hidden, head=ld(articleBody="\n".join(PARAGRAPHS))))

    assert outcome.text == "\n".join(PARAGRAPHS)
    assert sum(r.characters for r in outcome.removed) < sum(map(len, PARAGRAPHS))


@pytest.mark.parametrize("options", [CleanOptions(drop_below=1.0), CleanOptions(recover_above=1.0)])
def test_a_page_that_the_users_threshold_empties_is_not_filled_again(options: CleanOptions) -> None:
    html = page(paragraphs(), head=ld(articleBody="\n".join(PARAGRAPHS)))
    outcome = cleaned(html, options)

    assert not isinstance(outcome, Article) or outcome.found_by["text"] == "blocks"


def test_a_page_that_is_no_live_blog_says_so() -> None:
    assert article(page(paragraphs())).is_live_blog is False


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"favour": "x"}, ValueError, "favour is 'x'; give one of balanced"),
        ({"drop_below": 7}, ValueError, "drop_below is 7; give a score from 0 to 1"),
        ({"recover_above": float("nan")}, ValueError, "recover_above is nan"),
        ({"drop_below": 0.7, "recover_above": 0.5}, ValueError, "drop_below 0.7 is above recover_above 0.5"),
        ({"languages": "de"}, TypeError, "languages is 'de'; give a tuple"),
        ({"min_characters": -1}, ValueError, "min_characters is -1"),
    ],
)
def test_a_wrong_knob_is_refused_with_what_to_give(
    given: dict[str, object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        CleanOptions(**given)  # type: ignore[arg-type]


def test_html_that_is_a_string_is_refused_with_what_to_give() -> None:
    with pytest.raises(TypeError, match="html is a str; give the bytes"):
        Page(url="https://crier.example/a", html="<p>")  # type: ignore[arg-type]

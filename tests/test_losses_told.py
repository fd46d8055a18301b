"""Silent loss shows: how much of its page a text is, and how far it agrees with a full text given elsewhere."""

import json

import pytest

from columnist.pipelines.clean import clean
from columnist.pipelines.content.losses import agreement_of, text_share
from columnist.pipelines.records.article import Article, Hint, Page, Removed

SENTENCES = [
    f"On day {n} the ferry to island {n} left at {n} o'clock with {n} passengers on board and came back."
    for n in range(40)
]
BODY = " ".join(SENTENCES)


def cleaned(shown: list[str], told: str | None, extra: str = "") -> Article:
    node = {"@type": "NewsArticle", "headline": "The ferry runs", **({"articleBody": told} if told else {})}
    html = (
        f'<html><head><title>The ferry runs</title><script type="application/ld+json">{json.dumps(node)}</script></head><body>{extra}'
        f"<article><h1>The ferry runs</h1>{''.join(f'<p>{one}</p>' for one in shown)}</article></body></html>"
    )
    article = clean(Page(url="https://courier.example/a", html=html.encode()))
    assert isinstance(article, Article)
    return article


def test_a_text_is_held_against_the_body_that_the_page_gives() -> None:
    whole, half = cleaned(SENTENCES, f"<p>{BODY}</p>"), cleaned(SENTENCES[:20], BODY)

    assert whole.agreement == pytest.approx(1.0, abs=0.03)
    assert half.agreement == pytest.approx(2 / 3, abs=0.05)
    assert whole.found_by["agreement"] == "json-ld"
    assert cleaned(SENTENCES, None).agreement is None
    assert cleaned(SENTENCES, SENTENCES[0]).agreement is None  # a description once more


def test_a_body_taken_from_the_witness_is_no_witness() -> None:
    assert agreement_of(BODY, "json-ld", BODY, ()) is None


def test_a_feed_gives_an_opening_and_a_summary_is_none() -> None:
    opening = Hint("feed", description=BODY[:1000])

    assert agreement_of(BODY, "blocks", None, (Hint("link"), opening)).agreement > 0.99  # type: ignore[union-attr]
    assert agreement_of(" ".join(SENTENCES[20:]), "blocks", None, (opening,)).agreement < 0.8  # type: ignore[union-attr]
    assert agreement_of(BODY, "blocks", None, (Hint("feed", description=BODY[:500]),)) is None


def test_scripts_without_spaces_are_held_sign_by_sign() -> None:
    text = "渡轮星期一重新开航港口修理了三个星期" * 10

    found = agreement_of(text[: len(text) // 2], "blocks", text, ())

    assert found is not None
    assert found.agreement == pytest.approx(2 / 3, abs=0.02)


def test_the_share_is_of_what_a_reader_sees() -> None:
    assert text_share("x" * 60, (Removed("footer", 40), Removed("hidden", 500))) == pytest.approx(0.6)
    assert text_share("", ()) == 0.0
    links = "".join(f"<li><a href='/{n}'>Other story number {n} of the day</a></li>" for n in range(200))

    alone, beside = cleaned(SENTENCES, None), cleaned(SENTENCES, None, f"<nav><ul>{links}</ul></nav>")

    assert alone.text == beside.text
    assert alone.text_share is not None
    assert beside.text_share is not None
    assert alone.text_share > 0.9 > 0.6 > beside.text_share > 0.2


def test_flattened_text_has_no_page_to_be_a_share_of() -> None:
    article = clean(Page(url="https://courier.example/a", text=f"The ferry runs\n\n{BODY}\n"))

    assert isinstance(article, Article)
    assert (article.text_share, article.agreement) == (None, None)

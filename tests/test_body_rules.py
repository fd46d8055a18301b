"""The law of the rules where the model's score alone decides wrongly: sections, signatures, link notes."""

from __future__ import annotations

import numpy as np
import pytest

from columnist.pipelines.content.blocks.blocks import read_blocks
from columnist.pipelines.content.model.page_hints import Clues
from columnist.pipelines.content.paragraphs import without_link_notes
from columnist.pipelines.content.rules.rules import KEPT, choose
from columnist.pipelines.document.read import read_document
from columnist.pipelines.records.article import Page
from columnist.pipelines.records.options import CleanOptions
from tests.test_body import PARAGRAPHS, TITLE, page, paragraphs, texts_of


def fates(inner: str, scores: list[float], title: str = TITLE, is_news: bool = False) -> list[str]:
    html = f"<html><body>{inner}</body></html>"
    blocks = read_blocks(read_document(Page(url="https://crier.example/a", html=html.encode())).tree)
    assert len(blocks.items) == len(scores)

    return choose(
        blocks, np.array(scores, dtype=np.float32), Clues(title=title, is_news=is_news), CleanOptions()
    )


def story(*inserted: str) -> str:
    return f"<h1>{TITLE}</h1><div>{''.join((f'<p>{PARAGRAPHS[0]}</p>', *inserted))}{paragraphs(PARAGRAPHS[1:])}</div>"


def sections(headline: str) -> str:
    def head(words: str) -> str:
        return f"<div class=head><h1>{words}</h1></div>"

    first, second = paragraphs(PARAGRAPHS[:3]), paragraphs(PARAGRAPHS[3:])
    return head(TITLE) + first + first.replace("The", "A") + head(headline) + second


def test_a_headline_of_the_page_ends_no_article() -> None:
    scores = [0.1, *[0.99] * 6, 0.1, 0.99, 0.99]
    longer = f"{TITLE} - Ferry stays in port - The Town Crier"

    assert fates(sections("Ferry stays in port"), scores)[-2:] == ["after-end"] * 2
    assert fates(sections("Ferry stays in port"), scores, longer)[-2:] == [KEPT] * 2


def test_a_page_whose_sections_have_h1_headings_ends_at_none_of_them() -> None:
    text = (
        sections("A first section")
        + f"<div class=head><h1>A last section</h1></div><p>{PARAGRAPHS[4]} Yes.</p>"
    )
    scores = [0.1, *[0.99] * 6, 0.8, 0.99, 0.99, 0.1, 0.99]

    assert fates(text, scores)[-1] == KEPT


@pytest.mark.parametrize("name", ["Mathabo Lerato Khumo", "INES SORGE", "Von Ines Sorge"])
def test_a_name_alone_above_the_article_is_its_writer(name: str) -> None:
    above = f"<p>{name}</p>{paragraphs()}"

    assert fates(above, [0.9, *[0.99] * 5])[0] == "byline"
    assert fates(above, [0.98, *[0.99] * 5])[0] == KEPT  # of so sure a block a name is no proof


def test_a_name_among_other_lines_above_the_article_stays() -> None:
    scores = [0.9, 0.9, *[0.99] * 5]

    assert fates(f"<p>Ines Sorge</p><p>Mayor since 2019</p>{paragraphs()}", scores)[0] == KEPT
    assert fates(f"<h2>Ines Sorge</h2>{paragraphs()}", scores[1:])[0] == KEPT


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("The report, opens new tab, by the town says so.", "The report, by the town says so."),
        ("The report (opens in a new tab) says so.", "The report says so."),
        ("Der Bericht (öffnet im neuen Fenster) sagt es.", "Der Bericht sagt es."),
        ("Le rapport (s'ouvre dans une nouvelle fenêtre) le dit.", "Le rapport le dit."),
        ("El informe (se abre en una ventana nueva) lo dice.", "El informe lo dice."),
        ("Raport (otwiera się w nowej karcie) tak mówi.", "Raport tak mówi."),
        ("報告書（新しいタブで開く）による。", "報告書による。"),
    ],
)
def test_what_a_link_says_to_screen_readers_is_no_text(text: str, left: str) -> None:
    assert without_link_notes(text) == left


def test_a_sentence_about_windows_stays() -> None:
    for text in ("Each article opens in a new tab.", "The shop (a new window at last) opens in May."):
        assert without_link_notes(text) == text


def test_a_page_gives_its_paragraphs_without_link_notes() -> None:
    note = "<a href='/r'>the report<span class='vh'> (opens in new window)</span></a>"
    article = paragraphs(
        (*PARAGRAPHS[:2], f"The numbers stand in {note} of the treasurer, who signed it in May.")
    )

    assert "The numbers stand in the report of the treasurer, who signed it in May." in texts_of(
        page(article)
    )


LEAD = "Four hours of debate, two recounts and a promise that nobody believes."


@pytest.mark.parametrize(
    ("markup", "score"),
    [
        (f"<p class='article-subtitle'>{LEAD}</p>", 0.2),
        (f"<div class='story__standfirst'><p>{LEAD}</p></div>", 0.2),
        (f"<div class='top-summary'><p>{LEAD}</p></div>", 0.35),
    ],
)
def test_a_standfirst_is_known_by_its_name_or_the_name_around_it(markup: str, score: float) -> None:
    scores = [0.1, score, *[0.99] * 5]

    assert fates(f"<h1>{TITLE}</h1>{markup}{paragraphs()}", scores)[1] == KEPT
    assert fates(f"<h1>{TITLE}</h1>{markup.replace('class', 'data-x')}{paragraphs()}", scores)[1] != KEPT


def test_a_summary_that_the_model_refuses_and_a_heading_in_a_named_box_stay_out() -> None:
    scores = [0.1, 0.2, *[0.99] * 5]
    summary = f"<p class='author-summary'>{LEAD}</p>"
    heading = "<div class='lead'><h2>The most important news of this morning</h2></div>"

    assert fates(f"<h1>{TITLE}</h1>{summary}{paragraphs()}", scores)[1] != KEPT
    assert fates(f"<h1>{TITLE}</h1>{heading}{paragraphs()}", scores)[1] != KEPT


@pytest.mark.parametrize(
    ("markup", "score", "fate"),
    [
        (f"<p>{LEAD}</p>", 0.3, "kept"),
        (f"<p>{LEAD}</p>", 0.2, "dropped"),
        (f"<p>{LEAD[:-1]}?</p>", 0.3, "dropped"),
        (f"<p><a href='/x'>{LEAD}</a></p>", 0.3, "dropped"),
        (f"<figure><figcaption>{LEAD}</figcaption></figure>", 0.3, "dropped"),
    ],
)
def test_a_statement_between_headline_and_text_of_news_is_its_standfirst(
    markup: str, score: float, fate: str
) -> None:
    html, scores = f"<h1>{TITLE}</h1>{markup}{paragraphs()}", [0.1, score, *[0.99] * 5]

    assert (fates(html, scores, is_news=True)[1] == KEPT) == (fate == "kept")
    assert fates(html, scores)[1] != KEPT  # elsewhere it may be an offer or a biography


def test_what_the_model_doubts_below_a_line_comments_goes_and_sure_paragraphs_stay() -> None:
    html = f"<h1>{TITLE}</h1>{paragraphs()}<div>Komentarze</div><div>Nareszcie coś pozytywnego.</div>"
    scores = [0.1, *[0.99] * 5, 0.1]

    assert fates(html, [*scores, 0.6])[-1] == "comments"
    assert fates(html, [*scores, 0.99])[-1] == KEPT  # a share bar inside the article holds such a line too
    assert fates(html.replace("Komentarze", "Na rynku"), [*scores, 0.6])[-1] == KEPT


def test_a_doubted_box_goes_unless_it_holds_much_of_the_article() -> None:
    first, rest = paragraphs(PARAGRAPHS[:2]), paragraphs(PARAGRAPHS[2:])
    small = f"<div>{paragraphs()}</div><div class=infobox><p>{LEAD}</p></div>"

    assert fates(f"<div>{first}</div><div class=paywall>{rest}</div>", [*[0.99] * 2, *[0.8] * 3])[-1] == KEPT
    assert fates(small, [*[0.99] * 5, 0.8])[-1] == "box"

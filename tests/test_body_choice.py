"""The law of the choice: which score is enough."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from columnist.pipelines.content.blocks.blocks import Blocks, read_blocks
from columnist.pipelines.content.model.network import certainty
from columnist.pipelines.content.model.page_hints import Clues
from columnist.pipelines.content.rules.rules import KEPT, choose
from columnist.pipelines.document.read import read_document
from columnist.pipelines.records.article import Page
from columnist.pipelines.records.options import CleanOptions
from tests.test_body import PARAGRAPHS, TITLE, page, paragraphs, texts_of

HTML = f"<html><body><h1>{TITLE}</h1><div class=text>{paragraphs()}</div><p class=credit>Photo: Town</p></body></html>"


def blocks() -> Blocks:
    return read_blocks(read_document(Page(url="https://crier.example/a", html=HTML.encode())).tree)


def scores(*values: float) -> NDArray[np.float32]:
    return np.array(values, dtype=np.float32)


def kept(values: NDArray[np.float32], options: CleanOptions) -> int:
    fates = choose(blocks(), values, Clues(), options)
    return fates[1:6].count(KEPT)  # of the five paragraphs


def test_certainty_is_one_for_sure_scores_and_falls_with_doubt() -> None:
    sizes = np.array([100.0, 100.0, 100.0])
    sure, leaning, torn = (
        certainty(scores(*v), sizes) for v in ((1, 1, 0), (0.9, 0.8, 0.1), (0.5, 0.5, 0.5))
    )

    assert sure == pytest.approx(1.0)
    assert sure > leaning > torn > 0
    assert certainty(scores(), np.zeros(0)) == 0.0


def test_a_lower_score_is_enough_where_the_whole_page_is_in_doubt() -> None:
    doubtful = scores(0.1, 0.35, 0.35, 0.35, 0.35, 0.35, 0.1)
    one_doubt = scores(0.1, 0.99, 0.99, 0.35, 0.99, 0.99, 0.1)

    assert kept(doubtful, CleanOptions()) == 5
    assert kept(one_doubt, CleanOptions()) == 4


def test_who_prefers_precision_or_names_a_threshold_gets_no_less_of_a_score() -> None:
    doubtful = scores(0.1, 0.45, 0.45, 0.45, 0.45, 0.45, 0.1)

    assert kept(doubtful, CleanOptions(favour="precision")) == 0
    assert kept(doubtful, CleanOptions(drop_below=0.5)) == 0
    assert kept(doubtful, CleanOptions(drop_below=0.4)) == 5


@pytest.mark.parametrize("page_score", [0.95, 0.6])
def test_each_preference_keeps_more_than_the_stricter_one(page_score: float) -> None:
    ladder = scores(0.05, page_score, page_score, 0.3, 0.45, 0.55, 0.05)
    counts = [kept(ladder, CleanOptions(favour=favour)) for favour in ("precision", "balanced", "recall")]  # type: ignore[arg-type]

    assert counts == sorted(counts)
    assert counts[0] < counts[2]


def test_an_article_that_stands_three_times_for_three_screens_comes_once() -> None:
    copies = "".join(f"<div class='text ssr-{n}'>{paragraphs()}</div>" for n in range(3))

    assert texts_of(page(copies)) == PARAGRAPHS


def test_a_notice_that_stands_three_times_goes() -> None:
    notice = "<p>You are reading a story of the archive; some links in it may lead nowhere by now.</p>"
    article = notice.join(f"<p>{text}</p>" for text in PARAGRAPHS)

    assert texts_of(page(article)) == PARAGRAPHS


def test_rows_of_a_layout_table_need_a_better_score_than_a_table_of_the_article() -> None:
    menu = "<tr><td>Front page and all news of the week | Print this article | Send it to a friend</td></tr>"
    html = (
        f"<html><body><table>{menu}<tr><td>{paragraphs()}"
        "<table><tr><td>Reading room</td><td>120 seats</td></tr></table></td></tr></table></body></html>"
    )
    blocks = read_blocks(read_document(Page(url="https://crier.example/a", html=html.encode())).tree)
    fates = choose(blocks, scores(0.8, *[0.99] * 5, 0.8), Clues(), CleanOptions())

    assert fates == ["box", *[KEPT] * 6]


def test_a_byline_with_a_date_below_the_standfirst_goes() -> None:
    html = (
        f"<html><body><h1>{TITLE}</h1><p>{PARAGRAPHS[0]}</p><p>By Ada Lind, 2 March 2026</p>"
        f"{paragraphs(PARAGRAPHS[1:])}</body></html>"
    )
    blocks = read_blocks(read_document(Page(url="https://crier.example/a", html=html.encode())).tree)
    fates = choose(blocks, scores(0.1, 0.99, 0.7, *[0.99] * 4), Clues(authors=("Ada Lind",)), CleanOptions())

    assert fates[1:] == [KEPT, "byline", *[KEPT] * 4]

"""The law of the network: a block is judged with its neighbours and its like, and every page gets finite scores."""

import numpy as np
import pytest

from columnist.pipelines.content.blocks.blocks import Blocks, read_blocks
from columnist.pipelines.content.model.block_table import read_columns
from columnist.pipelines.content.model.features import COLUMNS, block_features
from columnist.pipelines.content.model.network import load_model
from columnist.pipelines.content.model.page_hints import Clues
from columnist.pipelines.document.read import read_document
from columnist.pipelines.records.article import Page
from tests.test_body import PARAGRAPHS, page, paragraphs


def blocks_of(html: str) -> Blocks:
    return read_blocks(read_document(Page(url="https://crier.example/a", html=html.encode())).tree)


def scores_of(html: str) -> dict[str, float]:
    blocks, model = blocks_of(html), load_model()
    columns = read_columns(blocks)
    found = model.score(columns, block_features(columns, Clues(), model.vocabulary))
    return dict(zip((block.text for block in blocks.items), found.tolist(), strict=True))


def test_paragraphs_score_above_menus() -> None:
    scores = scores_of(page(paragraphs()))

    assert min(scores[text] for text in PARAGRAPHS) > 0.9
    assert max(score for text, score in scores.items() if text.startswith(("Another story", "©"))) < 0.1


def test_the_same_words_score_by_what_stands_around_them() -> None:
    line = "The reading room opens at nine in the morning."
    among_text = scores_of(page(paragraphs(PARAGRAPHS[:3]) + f"<p>{line}</p>" + paragraphs(PARAGRAPHS[3:])))
    among_links = scores_of(page(paragraphs(), after=f"<ul class=more><li>{line}</li></ul>"))

    assert among_text[line] > among_links[line] + 0.5


@pytest.mark.parametrize("count", [1, 2, 3, 9, 2_000])
def test_a_page_of_any_length_gets_a_score_for_each_block(count: int) -> None:
    columns = read_columns(blocks_of("<html><body>" + "<p>A line of text.</p>" * count + "</body></html>"))
    rows = np.random.default_rng(count).normal(size=(count, len(COLUMNS)), scale=1e6).astype(np.float32)
    scores = load_model().score(columns, rows)

    assert scores.shape == (count,)
    assert np.isfinite(scores).all()
    assert ((scores >= 0) & (scores <= 1)).all()

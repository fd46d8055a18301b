"""The law of a block that the page's articleBody has: it is told from all others, whatever it begins with."""

from __future__ import annotations

import numpy as np
import pytest

from columnist.pipelines.content.blocks.blocks import read_blocks
from columnist.pipelines.content.blocks.letters import read_letters, squash
from columnist.pipelines.content.model.block_table import read_columns
from columnist.pipelines.content.model.page_hints import Clues
from columnist.pipelines.content.model.similarity_features import LIKENESS_COLUMNS, likeness_columns
from columnist.pipelines.document.read import read_document
from columnist.pipelines.records.article import Page

TEXTS = (
    "The council adopted the budget.", "The council adopted nothing.", "The", "… – …", "Über die Brücke, İzmir!",
    "budget", "Budgets", "Last words", "写真は町の提供です。", "Read on",
)  # fmt: skip
BODY = f"{TEXTS[0]}\n\n{TEXTS[4]} {'Something else was said there. ' * 10} {TEXTS[8]} Last words"


@pytest.mark.parametrize("body", [BODY, "", "… " * 200, "ab – " + "… " * 200, f"{'– ' * 200}word"])
def test_a_block_is_in_the_article_body_if_its_letters_are(body: str) -> None:
    html = "".join(f"<p>{text}</p>" for text in TEXTS)
    page = Page(url="https://crier.example/a", html=f"<html><body>{html}</body></html>".encode())
    columns = read_columns(read_blocks(read_document(page).tree))
    found = likeness_columns(columns, read_letters(columns.page, columns.sizes), Clues(article_body=body))
    keys = [squash(text) for text in columns.texts]

    assert found[LIKENESS_COLUMNS.index("in article body")].tolist() == [
        len(key) > 3 and key in squash(body) for key in keys
    ]
    assert (found[LIKENESS_COLUMNS.index("article body known")] == (squash(body) != "")).all()
    assert np.isfinite(found).all()

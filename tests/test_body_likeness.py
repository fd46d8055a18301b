"""The law of a block that the page's articleBody has: it is told from all others, whatever it begins with."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pipelines.body.blocks import read_blocks
from pipelines.body.clues import Clues
from pipelines.body.columns import read_columns
from pipelines.body.letters import read_letters, squash
from pipelines.body.likeness import LIKENESS_COLUMNS, likeness_columns
from pipelines.document import read_document
from pipelines.records import Page

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


def test_words_are_a_texts_runs_of_letters_however_they_are_read() -> None:
    texts = [
        "One, two: three!",
        "x2y 12 — …",
        "Ωmega şişli 写真、日本",
        "snake_case a_b",
        "long " * 100,
        "end 𝟘𝟙 ½",
    ]
    html = "<meta charset=utf-8>" + "".join(f"<p>{text}</p>" for text in texts)
    columns = read_columns(
        read_blocks(read_document(Page(url="https://e.example/a", html=html.encode())).tree)
    )

    assert columns.words == [re.findall(r"[^\W\d_]+", low) if len(low) < 500 else [] for low in columns.lows]

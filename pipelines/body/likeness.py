"""How far a block says what the page's title, description, authors or articleBody say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from pipelines.body.blocks import Blocks
from pipelines.body.clues import Clues

__all__ = ["LIKENESS_COLUMNS", "as_matrix", "likeness_columns", "squash"]

Matrix = NDArray[np.float32]

LIKENESS_COLUMNS = (
    "title likeness", "is title", "description likeness", "in description", "in article body", "is author",
    "heading likeness", "article body known", "news page",
)  # fmt: skip

_LETTERS = re.compile(r"[^\W_]+")
_NONE = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
_KEY = 400  # characters of a block that are looked up
_LONG = 800  # characters: longer blocks are no titles, descriptions or bylines
_SHORT_BODY = 200  # characters: a shorter articleBody is a teaser


def squash(text: str) -> str:
    """Return the letters and digits alone, in lower case: what two renderings of a text share."""
    return "".join(_LETTERS.findall(text)).lower()


def likeness_columns(blocks: Blocks, clues: Clues) -> Matrix:
    """One row a block with LIKENESS_COLUMNS."""
    body = squash(clues.article_body) if len(clues.article_body) > _SHORT_BODY else ""
    told = _Told(clues, blocks)
    page = (1.0 if body else 0.0, 1.0 if clues.is_news else 0.0)
    cache: dict[str, tuple[float, ...]] = {}
    rows = []
    for block in blocks.items:
        row = cache.get(block.text)
        if row is None:
            row = cache[block.text] = (*told.compare(block.text, body), *page)
        rows.append(row)
    return as_matrix(rows, len(LIKENESS_COLUMNS))


def as_matrix(rows: Sequence[Iterable[float]], columns: int) -> Matrix:
    """Return the rows as an array; faster than numpy's own reading of nested sequences."""
    flat = np.fromiter(chain.from_iterable(rows), dtype=np.float32, count=len(rows) * columns)
    return flat.reshape(len(rows), columns)


class _Told:
    """What the page says of itself, squashed and split once."""

    def __init__(self, clues: Clues, blocks: Blocks) -> None:
        heading = next((b.text for b in blocks.items if blocks.tags[b.place] == "h1"), "")
        self.title = squash(clues.title)
        self.title_words = set(clues.title.lower().split())
        self.description = squash(clues.description)[:1000]
        self.description_words = set(clues.description.lower().split())
        self.heading_words = set(heading.lower().split())
        self.authors = [key for key in map(squash, clues.authors) if len(key) > 3]

    def compare(self, text: str, body: str) -> tuple[float, ...]:
        key = squash(text[:_KEY])
        in_body = 1.0 if body and len(key) > 3 and key in body else 0.0
        if len(text) >= _LONG or not key:
            return (*_NONE[:4], in_body, 0.0, 0.0)
        words = set(text.lower().split())
        described = len(key) > 30 and (key in self.description or self.description[:60] in key)
        return (
            _likeness(words, self.title_words),
            1.0 if key == self.title else 0.0,
            _likeness(words, self.description_words),
            1.0 if described and self.description else 0.0,
            in_body,
            1.0 if len(text) < 80 and any(author in key for author in self.authors) else 0.0,
            _likeness(words, self.heading_words),
        )


def _likeness(words: set[str], others: set[str]) -> float:
    """Return the share of each in the other, multiplied: 1 for the same words, 0 for none shared."""
    shared = len(words & others)
    return shared * shared / (len(words) * len(others)) if shared else 0.0

"""How far a block says what the page's title, description, authors or articleBody say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from pipelines.body.clues import Clues
from pipelines.body.columns import Columns
from pipelines.body.letters import squash

__all__ = ["LIKENESS_COLUMNS", "as_matrix", "likeness_columns", "squash"]

Matrix = NDArray[np.float32]

LIKENESS_COLUMNS = (
    "title likeness", "is title", "description likeness", "in description", "in article body", "is author",
    "heading likeness", "article body known", "news page",
)  # fmt: skip

_NONE = (0.0, 0.0, 0.0)
_KEY = 400  # characters of a block that are looked up
_LONG = 800  # characters: longer blocks are no titles, descriptions or bylines
_SHORT_BODY = 200  # characters: a shorter articleBody is a teaser


def likeness_columns(columns: Columns, clues: Clues) -> Matrix:
    """One row a block with LIKENESS_COLUMNS."""
    keys = [
        block.key if len(block.text) <= _KEY else squash(block.text[:_KEY]) for block in columns.blocks.items
    ]
    shorts = [key if size < _LONG else "" for key, size in zip(keys, columns.sizes.tolist(), strict=True)]
    body = squash(clues.article_body) if len(clues.article_body) > _SHORT_BODY else ""
    title = squash(clues.title)
    heading = next((low for low, tag in zip(columns.lows, columns.tags, strict=True) if tag == "h1"), "")
    told = [set(text.split()) for text in (clues.title.lower(), clues.description.lower(), heading)]
    shared = _shared_words([low if key else "" for low, key in zip(columns.lows, shorts, strict=True)], told)
    out = np.zeros((len(LIKENESS_COLUMNS), len(keys)), dtype=np.float32)
    out[0], out[2], out[6] = shared.T
    out[1] = [key == title and key != "" for key in shorts]
    out[3] = _described(shorts, squash(clues.description)[:1000])
    out[4] = [len(key) > 3 and key in body for key in keys] if body else 0
    out[5] = _by_author(columns, shorts, clues.authors)
    out[7] = body != ""
    out[8] = clues.is_news
    return out.T


def as_matrix(rows: Sequence[Iterable[float]], columns: int) -> Matrix:
    """Return the rows as an array; faster than numpy's own reading of nested sequences."""
    flat = np.fromiter(chain.from_iterable(rows), dtype=np.float32, count=len(rows) * columns)
    return flat.reshape(len(rows), columns)


def _shared_words(lows: Sequence[str], told: Sequence[set[str]]) -> Matrix:
    """Return for each text how many of its words each of the told texts has, and the other way round."""
    rows: list[tuple[float, ...]] = []
    any_words = set[str]().union(*told)
    for low in lows:
        words = low.split()
        if any_words.isdisjoint(words):  # most lines of a menu
            rows.append(_NONE)
        else:
            unique = set(words)
            rows.append(tuple([_likeness(unique, others) for others in told]))
    return as_matrix(rows, len(told))


def _described(keys: Sequence[str], description: str) -> Sequence[bool] | int:
    if not description:
        return 0
    start = description[:60]
    return [len(key) > 30 and (key in description or start in key) for key in keys]


def _by_author(columns: Columns, keys: Sequence[str], authors: Sequence[str]) -> Sequence[bool] | int:
    known = [key for key in map(squash, authors) if len(key) > 3]
    if not known:
        return 0
    pairs = zip(columns.texts, keys, strict=True)
    return [len(text) < 80 and any([author in key for author in known]) for text, key in pairs]  # noqa: C419


def _likeness(words: set[str], others: set[str]) -> float:
    """Return the share of each in the other, multiplied: 1 for the same words, 0 for none shared."""
    shared = len(words & others)
    return shared * shared / (len(words) * len(others)) if shared else 0.0

"""An article without the lines that its site repeats: the last rule, for only who has seen other articles knows them."""

import hashlib
from collections.abc import Mapping, Set
from dataclasses import dataclass, fields, replace
from typing import Any

from columnist.pipelines.content.losses import text_share
from columnist.pipelines.dataset.state.site_lines import RULE, TAKEN, taken_of, told_lines
from columnist.pipelines.document.text import count_words
from columnist.pipelines.records.article import Article, Paragraph, Removed


@dataclass(frozen=True, slots=True)
class _Cut:
    """The columns of an article that follow from its text."""

    paragraphs: tuple[Paragraph, ...]
    text: str
    word_count: int
    text_share: float | None
    content_hash: str
    removed: tuple[Removed, ...]
    extra: Mapping[str, str]


def without_site_lines(article: Article, lines: Set[bytes]) -> Article:
    """Return the article without the lines that have these hashes."""
    cut = _cut(article.paragraphs, article.removed, article.text_share, (article.extra, lines))
    return article if cut is None else replace(article, **{f.name: getattr(cut, f.name) for f in fields(cut)})


def row_without_site_lines(row: Mapping[str, Any], lines: Set[bytes]) -> dict[str, Any] | None:
    """Return a row of articles, as Arrow gives it, without those lines; None where it has none of them."""
    paragraphs = tuple(Paragraph(**one) for one in row["paragraphs"])
    removed = tuple(Removed(**one) for one in row["removed"])
    cut = _cut(paragraphs, removed, row["text_share"], (dict(row["extra"]), lines))
    if cut is None:
        return None
    from columnist.pipelines.records.arrow_schema import (
        to_row,
    )  # Arrow: no page that is cleaned alone needs it

    return {**row, **to_row(cut)}


def _cut(
    paragraphs: tuple[Paragraph, ...],
    removed: tuple[Removed, ...],
    share: float | None,
    said: tuple[Mapping[str, str], Set[bytes]],
) -> _Cut | None:
    extra, lines = said
    taken = taken_of([(p.kind, p.text) for p in paragraphs], lines)
    if not taken:
        return None
    kept = tuple(p for number, p in enumerate(paragraphs) if number not in taken)
    text = "\n".join(p.text for p in kept)
    removed = (*removed, Removed(RULE, sum(len(paragraphs[number].text) for number in taken)))
    return _Cut(
        paragraphs=kept,
        text=text,
        word_count=count_words(text),
        text_share=None if share is None else text_share(text, removed),
        content_hash=hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
        removed=removed,
        extra={**extra, TAKEN: told_lines(taken)},
    )

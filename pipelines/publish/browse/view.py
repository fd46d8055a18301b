"""One article with all that is known of it: fields and their sources, revisions, copies, and the page it was made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from columnist.pipelines.batch.explain import Explanation, explain
from columnist.pipelines.batch.reclean.compare import Difference
from columnist.pipelines.batch.reclean.compare import differences as columns_that_differ
from columnist.pipelines.content.rules.rule_names import RULES, STAYS
from columnist.pipelines.dataset.archive.read import NoRecord, page_of_article
from columnist.pipelines.dataset.read import open_articles
from columnist.pipelines.document.charset import decode
from columnist.pipelines.publish.browse.copies import Copy, copies_of
from columnist.pipelines.publish.browse.difference import Line, differences
from columnist.pipelines.records.arrow_schema import to_row
from columnist.pipelines.records.article import Article, NotAnArticle, Page, Reject
from columnist.pipelines.records.entries import as_maps
from columnist.pipelines.records.options import CleanOptions
from columnist.pipelines.sites.places import as_filed

Row = Mapping[str, Any]
MEANINGS = {name: about.replace("`", "") for name, about in (*RULES, *STAYS)}
# Of two versions: the words are marked, and where and how a page was fetched is no change of the article.
_SHOWN_ELSEWHERE = frozenset(
    ("title", "text", "paragraphs", "word_count", "content_hash", "cluster_id", "archive_file", "archive_offset",
     "http_status", "discovered_via", "rights", "found_by", "removed", "text_share", "agreement")
)  # fmt: skip
_MOST_RAW = 2_000_000  # characters of raw HTML in a view: a hundred pages of a book


class NoArticle(LookupError):  # noqa: N818  an outcome that the caller reports
    """The dataset has no article of that id."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of the article, against the one before it."""

    row: Row
    title: tuple[Line, ...]
    text: tuple[Line, ...]
    fields: tuple[Difference, ...]  # other columns that a reader may miss: notes, authors, dates


@dataclass(frozen=True, slots=True)
class StoredPage:
    """The page as it came, and what became of its blocks."""

    explanation: Explanation
    raw: str
    cut: bool = False  # whether `raw` is only its beginning


@dataclass(frozen=True, slots=True)
class View:
    """What one page shows; `row` is an article's or, with `reason` in it, a reject's."""

    row: Row
    revisions: Sequence[Revision] = ()  # newest first, without the first version
    copies: Sequence[Copy] = ()  # this article among them
    page: StoredPage | None = None
    no_page: str | None = None  # why there is none


# `stored_page`, in a sandbox or not as the caller has it; or why there is nothing to see.
Look = Callable[[Page], StoredPage | str]


def view_of_article(data: str | Path, article: str, look: Look) -> View:
    """Return what a data folder knows of an article; raise NoArticle, or FileNotFoundError for no data folder."""
    rows = open_articles(data, all_revisions=True).to_table(filter=pc.field("id") == article).to_pylist()
    if not rows:
        raise NoArticle(f"{data} has no article {article}; an id is in the column `id`")
    # One of each: rows that lie in two files are for `columnist verify`.
    versions = [row for _, row in sorted({row["revision"]: row for row in rows}.items())]
    newest = versions[-1]
    try:
        page = look(as_filed(page_of_article(data, article), str(data)))
    except NoRecord as error:
        page = str(error)
    return _view(as_maps(newest), page, tuple(_revisions(versions))[::-1], copies_of(data, newest))


def view_of_page(outcome: Article | Reject, page: StoredPage | str) -> View:
    """Return what cleaning made of a page that lies in no data folder."""
    return _view(as_maps(to_row(outcome)), page)


def stored_page(page: Page, options: CleanOptions = CleanOptions()) -> StoredPage:
    """Return a page with what becomes of its blocks; of one that cannot be read, no blocks."""
    try:
        explanation = explain(page, options)
    except NotAnArticle:
        explanation = Explanation(())
    raw = page.text or ""
    if page.html is not None:
        raw = decode(page.html, page.headers.get("content-type")).utf8.decode("utf-8", "replace")
    return StoredPage(explanation, raw[:_MOST_RAW], len(raw) > _MOST_RAW)


def _view(
    row: Row, page: StoredPage | str, revisions: Sequence[Revision] = (), copies: Sequence[Copy] = ()
) -> View:
    return View(row, revisions, copies, *((None, page) if isinstance(page, str) else (page, None)))


def _revisions(rows: Sequence[Row]) -> Iterator[Revision]:
    for before, after in pairwise(rows):
        title = differences(before["title"] or "", after["title"] or "")
        fields = tuple(
            one for one in columns_that_differ(before, after) if one.column not in _SHOWN_ELSEWHERE
        )
        yield Revision(after, title, differences(before["text"], after["text"]), fields)

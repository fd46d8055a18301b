"""Clean over many pages: a stream through the sandbox, or one Arrow batch on an engine's own worker.

Pages in = articles + rejects: whatever happens to a page, one row comes out for it, in the input's order.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import pyarrow as pa

from columnist.pipelines.batch.cleaned import REFUSALS, Cleaned, mended, pack
from columnist.pipelines.batch.sandbox.pool import Sandbox
from columnist.pipelines.batch.sandbox.worker import Failure
from columnist.pipelines.batch.sources.tables import pages_of_batch
from columnist.pipelines.clean import clean
from columnist.pipelines.document.reject import reject
from columnist.pipelines.records.arrow_schema import ARTICLES, REJECTS, leave_pandas_out, to_row
from columnist.pipelines.records.article import Article, NotAnArticle, Page, Reject
from columnist.pipelines.records.options import CleanOptions

# One row a page, with the article or the reject: an engine's map over batches can give only one schema.
CLEANED = pa.schema(
    [pa.field("article", pa.struct(list(ARTICLES))), pa.field("reject", pa.struct(list(REJECTS)))]
)

Batch = TypeVar("Batch", pa.RecordBatch, pa.Table)


def clean_pages(
    pages: Iterable[Page | Reject], sandbox: Sandbox, options: CleanOptions = CleanOptions()
) -> Iterator[Cleaned]:
    """Clean a stream of pages in the sandbox, in order; rejects of the source pass through."""
    waiting: deque[Page | Reject] = deque()

    def handed_out() -> Iterator[Page | Reject]:
        for item in pages:
            fitting = _refuse_too_large(item, sandbox.options.page_megabytes)
            waiting.append(_without_body(fitting))
            yield fitting

    for outcome in sandbox.map(partial(clean_to_row, options=options), handed_out()):
        given = waiting.popleft()
        yield _lost(given, outcome) if isinstance(outcome, Failure) else outcome


def clean_to_row(page: Page | Reject, options: CleanOptions = CleanOptions()) -> Cleaned:
    """Clean one page and pack what comes out; for a worker."""
    record = page if isinstance(page, Reject) else clean(page, options)
    try:
        return pack(record, not options.keep_site_lines)
    except REFUSALS as error:
        verdict = NotAnArticle("crashed", f"the row cannot be written: {type(error).__name__}: {error}")
        return pack(reject(page, verdict) if isinstance(page, Page) else replace(page, detail=verdict.detail))


def clean_batch(batch: Batch, options: CleanOptions = CleanOptions()) -> Batch:
    """Clean a batch of pages (columns url, html, ...) into one of CLEANED, a row for each page in their order.

    For Spark's `mapInArrow`, which hands out record batches, and Ray's `map_batches`, which hands out tables. It
    has no time limit: there the engine's worker is at stake.
    """
    articles: list[dict[str, Any] | None] = []
    rejects: list[dict[str, Any] | None] = []
    for page in pages_of_batch(batch):
        record = _clean_here(page, options)
        articles.append(to_row(record) if isinstance(record, Article) else None)
        rejects.append(to_row(record) if isinstance(record, Reject) else None)
    columns = [pa.array(articles, CLEANED.field(0).type), pa.array(rejects, CLEANED.field(1).type)]
    cleaned: Batch = type(batch).from_arrays(columns, schema=CLEANED)
    return cleaned


def warm_up() -> None:
    """Load what most pages need on first use (models, profiles of languages), before workers are forked.

    Not trafilatura, which one page of many needs: with its word lists for 100 languages half a second.
    """
    leave_pandas_out()
    sentence = "The council of the town adopted the budget on Tuesday after a debate of four hours. "
    html = (
        f"<title>Budget</title><article><h1>Budget</h1><p>{sentence * 5}</p><p>{sentence * 4}</p></article>"
    )
    clean_to_row(Page(url="https://news.example/budget", html=html.encode()))
    clean_to_row(Page(url="budget.txt", text=f"Budget\n\n{sentence * 5}"))


def _clean_here(page: Page | Reject, options: CleanOptions) -> Article | Reject:
    if isinstance(page, Reject):
        return mended(page)
    try:
        return mended(clean(page, options))
    except Exception as bug:  # noqa: BLE001  no sandbox here: a bug costs its own page
        return mended(reject(page, NotAnArticle("crashed", f"{type(bug).__name__}: {bug}"[:500])))


def _refuse_too_large(page: Page | Reject, megabytes: float) -> Page | Reject:
    if isinstance(page, Reject):
        return page
    size = sum(map(len, (page.html or b"", page.text or "", *page.more)))
    if size <= megabytes * (1 << 20):
        return page
    return reject(page, NotAnArticle("too-large", f"{size} bytes, above {megabytes:g} MB"))


def _without_body(page: Page | Reject) -> Page | Reject:
    """Keep of a page in flight only what its reject would need: results wait for slow pages by the hundred."""
    return page if isinstance(page, Reject) else replace(page, html=None, text=None, more=(), hints=())


def _lost(page: Page | Reject, failure: Failure) -> Cleaned:
    if isinstance(page, Reject):
        return pack(page)
    return pack(reject(page, NotAnArticle(failure.reason, failure.detail)))

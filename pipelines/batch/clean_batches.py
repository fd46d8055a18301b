"""Clean over many pages: a stream through the sandbox, or one Arrow batch on an engine's own worker.

Pages in = articles + rejects: whatever happens to a page, one row comes out for it, in the input's order.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import pyarrow as pa

from columnist.pipelines.batch.sandbox.pool import Sandbox
from columnist.pipelines.batch.sandbox.worker import Failure
from columnist.pipelines.batch.sources.tables import pages_of_batch
from columnist.pipelines.clean import clean, reject
from columnist.pipelines.dataset.state.outbox import KINDS, Row, row_of
from columnist.pipelines.records.arrow_schema import ARTICLES, REJECTS, leave_pandas_out, to_row
from columnist.pipelines.records.article import Article, NotAnArticle, Page, Reject
from columnist.pipelines.records.options import CleanOptions

# One row a page, with the article or the reject: an engine's map over batches can give only one schema.
CLEANED = pa.schema(
    [pa.field("article", pa.struct(list(ARTICLES))), pa.field("reject", pa.struct(list(REJECTS)))]
)

Batch = TypeVar("Batch", pa.RecordBatch, pa.Table)
# Arrow raises these for a value that a column cannot hold: lone surrogates, numbers and times out of range.
_REFUSALS = (ValueError, TypeError, OverflowError)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What a worker sends back for one page: the row for the outbox, and what a log line wants to say."""

    row: Row
    title: str | None = None
    reason: str | None = None  # of a reject
    language: str | None = None
    published_at: datetime | None = None
    word_count: int = 0
    discovered_via: str | None = None
    authors: int = 0
    characters: int = 0
    text_share: float | None = None
    is_doubted: bool = False  # extra.doubt says that the article may not be whole


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
    except _REFUSALS as error:
        verdict = NotAnArticle("crashed", f"the row cannot be written: {type(error).__name__}: {error}")
        return pack(reject(page, verdict) if isinstance(page, Page) else replace(page, detail=verdict.detail))


def pack(record: Article | Reject, remembered: bool = False) -> Cleaned:
    """Make the record's row, `remembered` as row_of has it; mend what Arrow refuses, and raise where it cannot be mended."""
    try:
        row = row_of(record, remembered)
    except _REFUSALS:
        record = _mended(record)
        row = row_of(record, remembered)
    if isinstance(record, Reject):
        return Cleaned(row, reason=record.reason)
    return Cleaned(
        row,
        title=record.title,
        language=record.language,
        published_at=record.published_at,
        word_count=record.word_count,
        discovered_via=record.discovered_via,
        authors=len(record.authors),
        characters=len(record.text),
        text_share=record.text_share,
        is_doubted="doubt" in record.extra,
    )


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
    """Load what cleaning loads on first use (models, profiles of languages), before workers are forked."""
    leave_pandas_out()
    sentence = "The council of the town adopted the budget on Tuesday after a debate of four hours. "
    html = (
        f"<title>Budget</title><article><h1>Budget</h1><p>{sentence * 5}</p><p>{sentence * 4}</p></article>"
    )
    clean_to_row(Page(url="https://news.example/budget", html=html.encode()))
    clean_to_row(Page(url="budget.txt", text=f"Budget\n\n{sentence * 5}"))
    # A page of few words takes trafilatura's last resort, whose word lists for 100 languages take 0.2 s to load.
    clean_to_row(Page(url="https://news.example/short", html=b"<title>Budget</title><p>Not found.</p>"))


def _clean_here(page: Page | Reject, options: CleanOptions) -> Article | Reject:
    if isinstance(page, Reject):
        return _mended(page)
    try:
        return _mended(clean(page, options))
    except Exception as bug:  # noqa: BLE001  no sandbox here: a bug costs its own page
        return _mended(reject(page, NotAnArticle("crashed", f"{type(bug).__name__}: {bug}"[:500])))


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


def _mended(record: Article | Reject) -> Article | Reject:
    """Return the record with every value that its column cannot hold mended, or null where it may be."""
    schema = KINDS["articles" if isinstance(record, Article) else "rejects"]
    row = to_row(record)
    changes: dict[str, Any] = {}
    for column in schema:
        if _refused(row[column.name], column):
            mended = _without_surrogates(getattr(record, column.name))
            again = to_row(replace(record, **{column.name: mended}))[column.name]
            changes[column.name] = None if column.nullable and _refused(again, column) else mended
    return replace(record, **changes) if changes else record


def _refused(value: Any, column: pa.Field) -> bool:
    try:
        pa.array([value], column.type)
    except _REFUSALS:
        return True
    return False


def _without_surrogates(value: Any) -> Any:
    """Join surrogate pairs and drop lone halves, in texts and in what holds texts."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    if isinstance(value, tuple):
        return tuple(_without_surrogates(v) for v in value)
    if isinstance(value, Mapping):
        return {_without_surrogates(k): _without_surrogates(v) for k, v in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _without_surrogates(getattr(value, f.name)) for f in fields(value)})
    return value

"""What comes back of one page: its row and what a log line says of it. Light: who only stores rows loads no cleaning."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from typing import Any

import pyarrow as pa

from columnist.pipelines.dataset.state.rows import KINDS, Row, row_of
from columnist.pipelines.records.arrow_schema import to_row
from columnist.pipelines.records.article import Article, Reject

# Arrow raises these for a value that a column cannot hold: lone surrogates, numbers and times out of range.
REFUSALS = (ValueError, TypeError, OverflowError)


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


def pack(record: Article | Reject, remembered: bool = False) -> Cleaned:
    """Make the record's row, `remembered` as row_of has it; mend what Arrow refuses, and raise where it cannot be mended."""
    try:
        row = row_of(record, remembered)
    except REFUSALS:
        record = mended(record)
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


def mended(record: Article | Reject) -> Article | Reject:
    """Return the record with every value that its column cannot hold mended, or null where it may be."""
    schema = KINDS["articles" if isinstance(record, Article) else "rejects"]
    row = to_row(record)
    changes: dict[str, Any] = {}
    for column in schema:
        if _refused(row[column.name], column):
            cleared = _without_surrogates(getattr(record, column.name))
            again = to_row(replace(record, **{column.name: cleared}))[column.name]
            changes[column.name] = None if column.nullable and _refused(again, column) else cleared
    return replace(record, **changes) if changes else record


def _refused(value: Any, column: pa.Field) -> bool:
    try:
        pa.array([value], column.type)
    except REFUSALS:
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

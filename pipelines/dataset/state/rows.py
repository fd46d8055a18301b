"""A row on its way to a file: an article or a reject as Arrow bytes, with the key by which it is compared."""

import dataclasses
from dataclasses import dataclass
from datetime import UTC, date
from typing import Literal

import pyarrow as pa

from columnist.pipelines.dataset.archive.write import Place
from columnist.pipelines.dataset.state.revisions import Key, key_of
from columnist.pipelines.dataset.state.site_lines import Seen, seen_of
from columnist.pipelines.records.arrow_schema import (
    ARTICLES,
    REJECTS,
    batch_from_bytes,
    batch_to_bytes,
    to_batch,
    to_row,
)
from columnist.pipelines.records.article import Article, Reject

Kind = Literal["articles", "rejects"]
Decision = Literal["new", "changed", "recleaned", "unchanged", "duplicate", "rejected", "forgotten"]
KINDS: dict[Kind, pa.Schema] = {"articles": ARTICLES, "rejects": REJECTS}

# Bytes of one row before packing. A page has 10 MB at most, and its text lies in two columns; more is a
# worker gone astray, which must not have this process reserve memory at its word.
_MAX_ROW = 64_000_000


class BadRow(Exception):  # noqa: N818  an outcome of one page, not of the run
    """A row that Arrow refuses. It costs itself: nothing was staged."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row on its way to the outbox: made in the worker, where a row that Arrow refuses does no harm."""

    kind: Kind
    day: date  # UTC day of the fetch: the partition
    site: str
    url: str
    payload: bytes  # Arrow bytes, packed: three times less to carry, to store and to drop
    size: int  # of the payload before packing
    key: Key
    place: Place | None = None  # of its raw page in the archive
    seen: Seen | None = None  # what the memory of its site's lines is to know of it; None: nothing
    site_lines: frozenset[bytes] = frozenset()  # what that memory knew, whether the row has them or not


@dataclass(frozen=True, slots=True)
class Staged:
    """What became of a row."""

    decision: Decision
    id: str  # the article's id as stored
    revision: int = 0
    change_kind: str | None = None


def row_of(record: Article | Reject, remembered: bool = False) -> Row:
    """Pack a record for the outbox, `remembered` with what the memory of its site's lines is to know of it.

    Raises ArrowInvalid or the like where Arrow refuses it.
    """
    kind: Kind = "articles" if isinstance(record, Article) else "rejects"
    fields = to_row(record)
    payload = batch_to_bytes(to_batch([fields], KINDS[kind]))
    day = record.fetched_at.astimezone(UTC).date()
    seen = seen_of(fields) if remembered and kind == "articles" else None
    return Row(kind, day, record.site, record.url, pack(payload), len(payload), key_of(fields), seen=seen)


def pack(payload: bytes) -> bytes:
    """Compress a row's Arrow bytes: most of a one-row batch is padding."""
    return bytes(pa.compress(payload, codec="zstd", asbytes=True))


def unpack(packed: bytes, size: int) -> bytes:
    """Return a row's Arrow bytes; `size` is theirs, not the packed one's."""
    return bytes(pa.decompress(packed, decompressed_size=size, codec="zstd", asbytes=True))


def checked(row: Row) -> pa.RecordBatch:
    """Read the row back as the file's writer will: what fails here would block a whole file later."""
    if not 0 < row.size <= _MAX_ROW:
        raise BadRow(f"{row.url}: a row of {row.size} bytes")
    try:
        batch = batch_from_bytes(unpack(row.payload, row.size), KINDS[row.kind])
        batch.validate(full=True)
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise BadRow(f"{row.url}: {error}") from error
    if batch.num_rows != 1:
        raise BadRow(f"{row.url}: {batch.num_rows} rows where one was expected")
    return batch


def patched(row: Row, batch: pa.RecordBatch, staged: Staged) -> Row:
    """Write the decision into the row's own columns, and where its page lies."""
    decided: dict[str, object] = {
        "id": staged.id,
        "revision": staged.revision,
        "change_kind": staged.change_kind,
    }
    if row.place is not None:
        decided |= {"archive_file": row.place.file, "archive_offset": row.place.offset}
    if all(batch.column(name)[0].as_py() == value for name, value in decided.items()):
        return row
    for name, value in decided.items():
        index = batch.schema.get_field_index(name)
        field = batch.schema.field(index)
        batch = batch.set_column(index, field, pa.array([value], field.type))
    payload = batch_to_bytes(batch)
    return dataclasses.replace(row, payload=pack(payload), size=len(payload))

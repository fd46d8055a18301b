"""Pages in tables: Parquet files, Arrow batches, and files of JSON lines."""

import json
import zlib
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from columnist.pipelines.batch.sources.files import BadFile, Piece, address_of, open_bytes
from columnist.pipelines.batch.sources.rows import BadSource, Reading, bad_input, broken_off, page_of_row
from columnist.pipelines.records.article import Page, Reject

COLUMNS = ("url", "html", "text", "id", "fetched_at", "http_status", "status", "headers", "requested_url")
# Pages may have 10 MB each: this many are in memory at once, not a whole row group.
_ROWS_AT_ONCE = 16
_LONGEST_LINE = 64 << 20


def pages_of_batch(
    batch: pa.RecordBatch | pa.Table, reading: Reading | None = None
) -> Iterator[Page | Reject]:
    """Give the pages of an Arrow batch or table, a reject for a row that is none."""
    reading = reading or Reading()
    if twice := _twice(batch.schema.names):
        yield from (bad_input(f"batch#{n}", f"batch#{n}: {twice}", reading) for n in range(batch.num_rows))
        return
    for number, row in enumerate(_rows(batch)):
        # An engine's batches are all alike: a row without url and id is known by its content.
        yield page_of_row(row, f"batch#{number}", None, reading)


def _rows(batch: pa.RecordBatch | pa.Table) -> Iterator[dict[str, Any]]:
    columns = {c: _microseconds(batch.column(c)) for c in COLUMNS if c in batch.schema.names}
    for number in range(batch.num_rows):
        yield {c: _value(values[number]) for c, values in columns.items()}


def check_parquet(piece: Piece) -> None:
    """Raise BadSource where a Parquet file lacks the columns of pages; a broken file passes, to be a reject."""
    try:
        names = pq.read_schema(_place(piece)).names
    except (pa.ArrowException, OSError):
        return
    missing = _missing(names)
    if missing:
        raise BadSource(f"{piece.name}: {missing}")


def count_parquet(piece: Piece) -> int | None:
    """Return the number of rows, from the file's footer."""
    try:
        return int(pq.read_metadata(_place(piece)).num_rows)
    except (pa.ArrowException, OSError):
        return 1  # the reject


def read_parquet(piece: Piece, reading: Reading) -> Iterator[Page | Reject]:
    """Give the pages of a Parquet file, a few rows in memory at a time."""
    done = 0
    address = address_of(piece)
    try:
        with pq.ParquetFile(_place(piece)) as table:
            names = table.schema_arrow.names
            if wrong := _missing(names) or _twice(names):
                yield bad_input(address, f"{piece.name}: {wrong}", reading)
                return
            columns = [c for c in COLUMNS if c in names]
            for batch in table.iter_batches(batch_size=_ROWS_AT_ONCE, columns=columns):
                for row in _rows(batch):
                    yield page_of_row(row, f"{piece.name}#{done}", f"{address}#{done}", reading)
                    done += 1
    except Exception as error:  # noqa: BLE001  a damaged file raises whatever its bytes lead to
        words = f"not readable as Parquet after {done} rows: {error}; write or copy the file again"
        refuse = broken_off if done else bad_input
        yield refuse(address, f"{piece.name}: {words}"[:1000], reading)


def read_json_lines(piece: Piece, reading: Reading) -> Iterator[Page | Reject]:
    """Give the page of each line: {"url": ..., "html": ...}."""
    address, number = address_of(piece), 0
    try:
        with open_bytes(piece) as lines:
            for number in count(1):
                line = lines.readline(_LONGEST_LINE)
                if not line:
                    return
                if line.strip():
                    yield _page_of_line(line, f"{piece.name}:{number}", f"{address}#{number}", reading)
    except (BadFile, OSError, EOFError, zlib.error) as error:
        refuse = broken_off if number > 1 else bad_input
        yield refuse(address, f"{piece.name}: {error}; write or copy the file again", reading)


def _microseconds(values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Cut times to what Python's can hold; nanoseconds would raise where pandas is not installed.

    A zone says how to show a time, not which one it is: the name of none that we know does no harm in UTC.
    """
    if not pa.types.is_timestamp(values.type):
        return values
    return values.cast(pa.timestamp("us", values.type.tz and "UTC"), safe=False)


def _value(cell: pa.Scalar) -> Any:
    """Return a cell's value; the bytes of a text that is no UTF-8, None for a time beyond all calendars."""
    try:
        return cell.as_py()
    except Exception:  # noqa: BLE001  whatever its type leads to: unknown zones inside of lists, nesting
        text = pa.types.is_string(cell.type) or pa.types.is_large_string(cell.type)
        return cell.as_buffer().to_pybytes() if text else None


def _page_of_line(line: bytes, name: str, address: str, reading: Reading) -> Page | Reject:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return bad_input(address, f"{name}: not a line of JSON: {error}", reading)
    if not isinstance(row, dict):
        return bad_input(address, f"{name}: not a JSON object with url and html", reading)
    return page_of_row(row, name, address, reading)


def _place(piece: Piece) -> Path | pa.BufferReader:
    return piece.path if piece.body is None else pa.BufferReader(piece.body)


def _twice(names: list[str]) -> str | None:
    double = next((c for c in COLUMNS if names.count(c) > 1), None)
    return (
        double and f"the column {double} is there {names.count(double)} times; give one of them another name"
    )


def _missing(names: list[str]) -> str | None:
    lacking = []
    if not {"url", "id"} & set(names):
        lacking.append("url")
    if not {"html", "text"} & set(names):
        lacking.append("html")
    if not lacking:
        return None
    found = ", ".join(names[:40]) or "none"
    return (
        f"no column {' and no column '.join(lacking)}; it has {found}. Pages need the columns url and html."
    )

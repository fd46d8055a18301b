"""One part: its rows fixed, written to the staging folder, synced, read back and compared, published, committed.

Each function is one named step of the commit protocol. Everything before `commit` can be done again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath
from typing import cast

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import durable
from pipelines.dataset.columns import filed_schema, to_filed
from pipelines.dataset.output import Found, Output
from pipelines.durable import StorageError, state_errors
from pipelines.options import DatasetOptions
from pipelines.outbox import KINDS, Kind, unpack
from pipelines.schema import batch_from_bytes
from pipelines.state import State

__all__ = ["Part", "Written", "allocate", "commit", "due", "fill", "publish", "same_rows", "verify"]

ROW_GROUP_ROWS = 10_000  # notes/scale: one group is what a reader holds in memory
_WRITE_BATCH_ROWS = (
    32  # rows are kilobytes here: pages of 1 MB become real, and streaming readers need 4 MB, not 16
)
_BLOOM = ("id", "url")  # what people look up one by one
# Few different values in a file: a dictionary packs them. Leaves are named as Parquet names them.
_FEW_VALUES = (
    "site", "publisher", "agency", "section", "language", "access", "change_kind", "published_precision",
    "discovered_via", "run_id", "reason", "archive_file", "paragraphs.list.element.kind", "authors.list.element",
    "tags.list.element", "images.list.element.credit", "removed.list.element.rule", "found_by.list.element.key",
    "found_by.list.element.value", "rights.x_robots", "rights.license_url", "extra.list.element.key",
)  # fmt: skip
_PACKAGES = ("columnist", "trafilatura", "langdetect", "pyarrow")


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the dataset whose rows and final name are fixed for ever."""

    id: int
    kind: Kind
    day: str
    name: str  # articles/day=2026-11-22/<run>-<shard>-<part>.parquet
    run: str
    rows: int
    notes: str  # JSON: the file's key-value metadata, fixed with the part


@dataclass(frozen=True, slots=True)
class Written:
    """A part that lies under its final name, durable, not yet committed."""

    part: Part
    sha256: str
    found: Found


def due(state: State, options: DatasetOptions, now: float) -> list[tuple[Kind, str]]:
    """Return which kinds and days have enough staged rows, bytes or age for a file."""
    groups = state.connection.execute(
        "SELECT kind, day, count(*), sum(bytes), min(at) FROM staged WHERE part IS NULL GROUP BY kind, day"
    )
    return [
        (kind, day)
        for kind, day, rows, size, oldest in groups
        if rows >= options.rows_per_file
        or size >= options.megabytes_per_file * 1_000_000
        or now - oldest >= options.seconds_per_file
    ]


def waiting(state: State) -> list[tuple[Kind, str]]:
    """Return every kind and day that has rows in no part."""
    found = state.connection.execute("SELECT DISTINCT kind, day FROM staged WHERE part IS NULL")
    return [(kind, day) for kind, day in found]


def allocate(state: State, kind: Kind, day: str, options: DatasetOptions) -> Part:
    """Fix the rows and the name of the next part in one transaction."""
    with state.transaction() as connection:
        ids = _next_rows(connection, kind, day, options)
        number = connection.execute(
            "UPDATE run SET parts = parts + 1 WHERE id = ? RETURNING parts", (state.run_id,)
        ).fetchone()[0]
        # The middle number is the shard: 0 here, so that shards of a later crawl can share a folder.
        name = f"{kind}/day={day}/{state.run_id}-0-{number:05d}.parquet"
        notes = json.dumps(_notes(state.run_id, options), sort_keys=True)
        cursor = connection.execute(
            "INSERT INTO part(kind, day, name, run, state, rows, notes) VALUES (?, ?, ?, ?, 'writing', ?, ?)",
            (kind, day, name, state.run_id, len(ids), notes),
        )
        part = cast(int, cursor.lastrowid)
        connection.executemany("UPDATE staged SET part = ? WHERE id = ?", ((part, i) for i in ids))
    return Part(part, kind, day, name, state.run_id, len(ids), notes)


def _next_rows(connection: sqlite3.Connection, kind: Kind, day: str, options: DatasetOptions) -> list[int]:
    """Return the oldest rows that fit one file: at least one, however large."""
    found = connection.execute(
        "SELECT id, bytes FROM staged WHERE part IS NULL AND kind = ? AND day = ? ORDER BY id LIMIT ?",
        (kind, day, options.rows_per_file),
    )
    ids: list[int] = []
    room = options.megabytes_per_file * 1_000_000
    for row, size in found:
        if ids and size > room:
            break
        ids.append(row)
        room -= size
    return ids


def rows_of(connection: sqlite3.Connection, part: Part) -> Iterator[pa.Table]:
    """Yield the part's rows as the file holds them, one row group at a time."""
    schema = KINDS[part.kind]
    order = connection.execute(
        "SELECT id, bytes FROM staged WHERE part = ? ORDER BY site, url, id", (part.id,)
    ).fetchall()
    for start in range(0, len(order), ROW_GROUP_ROWS):
        batches = []
        for row, size in order[start : start + ROW_GROUP_ROWS]:
            body = connection.execute("SELECT body FROM payload WHERE id = ?", (row,)).fetchone()[0]
            batches.append(batch_from_bytes(unpack(body, size), schema))
        yield to_filed(pa.Table.from_batches(batches, schema=schema).combine_chunks())


def fill(state: State, part: Part, staged: Path, zstd_level: int) -> None:
    """Write the part's rows to the staging folder. Not yet durable."""
    connection = state.reader()
    with closing(connection), state_errors(state.path), durable.create(staged) as file:
        writer = _writer(file, part, zstd_level)
        for table in rows_of(connection, part):
            writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
        writer.close()  # not `with`: that would write a footer below rows that failed


def _writer(file: object, part: Part, zstd_level: int) -> pq.ParquetWriter:
    schema = filed_schema(KINDS[part.kind])
    notes: Mapping[str, str] = json.loads(part.notes)
    described = schema.with_metadata({**(schema.metadata or {}), **notes})
    leaves = _leaves(schema)
    return pq.ParquetWriter(
        file,
        described,
        compression="zstd",
        compression_level=zstd_level,
        use_dictionary=[name for name in _FEW_VALUES if name in leaves],
        write_batch_size=_WRITE_BATCH_ROWS,
        write_page_index=True,
        write_page_checksum=True,
        sorting_columns=pq.SortingColumn.from_ordering(schema, [("site", "ascending"), ("url", "ascending")]),
        bloom_filter_options={n: {"ndv": min(part.rows, ROW_GROUP_ROWS)} for n in _BLOOM if n in leaves},
    )


def _leaves(schema: pa.Schema) -> frozenset[str]:
    """Return the names of the schema's Parquet columns, nested ones with their path."""
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(sink, schema):
        pass
    columns = pq.ParquetFile(pa.BufferReader(sink.getvalue())).schema
    return frozenset(columns.column(i).path for i in range(len(columns)))


def verify(state: State, part: Part, staged: Path) -> str:
    """Read the staged file back, compare each row with the outbox, and return the file's SHA-256."""
    with durable.disk_errors(staged), staged.open("rb") as file:
        if not same_rows(state, part, pa.PythonFile(file, "r")):
            raise StorageError(
                "The file differs from its rows", str(staged), "Check disk and memory, run again."
            )
        file.seek(0)
        return durable.sha256_of(file)


def same_rows(state: State, part: Part, source: object) -> bool:
    """Say whether a Parquet file holds exactly the part's rows in their order."""
    connection = state.reader()
    try:
        with pq.ParquetFile(source, page_checksum_verification=True) as file:
            if file.metadata.num_rows != part.rows:
                return False
            groups = (file.read_row_group(i) for i in range(file.metadata.num_row_groups))
            pairs = zip(rows_of(connection, part), groups, strict=True)
            return all(ours.equals(theirs) for ours, theirs in pairs)
    except (pa.ArrowException, OSError, ValueError) as error:  # no Parquet, a broken page, other row groups
        if getattr(error, "errno", None) is not None:  # the disk's own word, not pyarrow's on the content
            raise
        return False
    finally:
        connection.close()


def publish(output: Output, part: Part, staged: Path) -> None:
    """Give the staged file its final name, durably; raise FileExistsError rather than overwrite."""
    output.publish(staged, part.name)


def commit(state: State, written: Written) -> None:
    """Record the part and drop the bytes of its rows; their keys stay as the seen set. One transaction."""
    part, found = written.part, written.found
    with state.transaction() as connection:
        connection.execute(
            "UPDATE part SET state = 'committed', run = ?, sha256 = ?, size = ?, modified = ? WHERE id = ?",
            (state.run_id, written.sha256, found.size, found.modified, part.id),
        )
        connection.execute(
            "DELETE FROM payload WHERE id IN (SELECT id FROM staged WHERE part = ?)", (part.id,)
        )
        state.count_event("", f"rows:{part.kind}", part.rows)


def staged_path(staging: Path, part: Part) -> Path:
    """Return where the part is written before it is published."""
    return staging / f"{part.kind}-{PurePosixPath(part.name).name}"


def _notes(run_id: str, options: DatasetOptions) -> dict[str, str]:
    packing = {"rows_per_file": options.rows_per_file, "zstd_level": options.zstd_level}
    versions = {f"columnist.version.{name}": found for name, found in versions_in_use()}
    return {"columnist.run_id": run_id, "columnist.options": json.dumps(packing), **versions}


@cache
def versions_in_use() -> tuple[tuple[str, str], ...]:
    """Return the versions of what made the rows, for the file and the manifest."""
    found = []
    for name in _PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:  # a checkout that was never installed
            found.append((name, "unknown"))
    return tuple(found)

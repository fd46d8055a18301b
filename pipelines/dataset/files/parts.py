"""One part: its rows fixed, written to the staging folder, synced, read back and compared, published, committed.

Each function is one named step of the commit protocol. Everything before `commit` can be done again.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import cast

import pyarrow as pa
import pyarrow.parquet as pq

from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.files.parquet_format import (
    ROW_GROUP_ROWS,
    HashedFile,
    file_notes,
    parquet_writer,
    to_filed,
)
from columnist.pipelines.dataset.files.storage_errors import StorageError, disk_errors, state_errors
from columnist.pipelines.dataset.files.stored import StoredFile
from columnist.pipelines.dataset.state.rows import KINDS, Kind, unpack
from columnist.pipelines.dataset.state.state import State
from columnist.pipelines.records.arrow_schema import batch_from_bytes
from columnist.pipelines.records.options import DatasetOptions

# Rows joined at a time: one-row batches are three parts padding, 36 KB a row, so that 100 of them are 4 MB. Of a file of 1,200 rows
# 76 MB were taken with 500 at a time and Arrow's own allocator, 24 with 100 and the system's.
_JOINED_ROWS = 100
# Of one transaction: 10 ms, so that a part of 64 MB does not hold the event loop up for a quarter of a second.
_DROPPED_ROWS = 500
_DROPPED_BYTES = 4_000_000


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
    found: StoredFile


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
    """Fix the rows and the name of the next part in one transaction; to be synced before the file is written."""
    with state.transaction(synced=False) as connection:
        ids = _next_rows(connection, kind, day, options)
        number = connection.execute(
            "UPDATE run SET parts = parts + 1 WHERE id = ? RETURNING parts", (state.run_id,)
        ).fetchone()[0]
        name = f"{kind}/day={day}/{state.run_id}-{state.shard}-{number:05d}.parquet"
        notes = json.dumps(file_notes(state.id, state.run_id, options), sort_keys=True)
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


def row_groups(connection: sqlite3.Connection, part: Part) -> Iterator[pa.Table]:
    """Yield the part's rows as the file holds them, one row group at a time."""
    order = _order(connection, part)
    for start in range(0, len(order), ROW_GROUP_ROWS):
        group = order[start : start + ROW_GROUP_ROWS]
        some = [group[n : n + _JOINED_ROWS] for n in range(0, len(group), _JOINED_ROWS)]
        yield to_filed(pa.concat_tables(_joined(connection, rows, KINDS[part.kind]) for rows in some))


def _order(connection: sqlite3.Connection, part: Part) -> list[tuple[int, int]]:
    """Return the part's rows, each with its size, as they lie in the file."""
    query = "SELECT id, bytes FROM staged WHERE part = ? ORDER BY site, url, id"
    return connection.execute(query, (part.id,)).fetchall()


def _joined(connection: sqlite3.Connection, rows: list[tuple[int, int]], schema: pa.Schema) -> pa.Table:
    batches = []
    for row, size in rows:
        body = connection.execute("SELECT body FROM payload WHERE id = ?", (row,)).fetchone()[0]
        batches.append(batch_from_bytes(unpack(body, size), schema))
    return pa.Table.from_batches(batches, schema=schema).combine_chunks()


def fill(state: State, part: Part, staged: Path, zstd_level: int) -> str:
    """Write the part's rows to the staging folder; return the SHA-256 of what was written. Not yet durable."""
    connection = state.reader()
    with closing(connection), state_errors(state.path), durable.create(staged) as file:
        hashed = HashedFile(file)
        writer = parquet_writer(hashed, KINDS[part.kind], json.loads(part.notes), (part.rows, zstd_level))
        for table in row_groups(connection, part):
            writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
        writer.close()  # not `with`: that would write a footer below rows that failed
    return hashed.sha256()


def verify(state: State, part: Part, staged: Path, sha256: str) -> None:
    """Read the staged file back: its bytes must be those written, its rows those of the outbox."""
    with disk_errors(staged), staged.open("rb") as file:
        same_bytes = durable.sha256_of(file) == sha256
        file.seek(0)
        if not (same_bytes and same_rows(state, part, pa.PythonFile(file, "r"))):
            raise StorageError(
                "The file differs from its rows", str(staged), "Check disk and memory, run again."
            )


def same_rows(state: State, part: Part, source: object) -> bool:
    """Say whether a Parquet file holds exactly the part's rows in their order."""
    connection = state.reader()
    try:
        with pq.ParquetFile(source, page_checksum_verification=True) as file:
            if file.metadata.num_rows != part.rows:
                return False
            rows = iter(_order(connection, part))
            for theirs in file.iter_batches(batch_size=_JOINED_ROWS):
                ours = to_filed(_joined(connection, [*islice(rows, theirs.num_rows)], KINDS[part.kind]))
                if not ours.equals(pa.Table.from_batches([theirs])):
                    return False
            return True
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
    """Record the part; the keys of its rows stay as the seen set. One transaction, of milliseconds."""
    part, found = written.part, written.found
    with state.transaction(synced=False) as connection:  # lost with the power, the file is adopted
        connection.execute(
            "UPDATE part SET state = 'committed', run = ?, sha256 = ?, size = ?, modified = ? WHERE id = ?",
            (state.run_id, written.sha256, found.size, found.modified, part.id),
        )
        state.count_event("", f"rows:{part.kind}", part.rows)


def drop(state: State, part: Part, after: int = 0) -> int | None:
    """Drop the bytes of some rows of a committed part, which nobody reads any more, in one transaction.

    Returns the last row dropped, to go on after; None where none is left.
    """
    query = "SELECT id, bytes FROM staged WHERE part = ? AND id > ? ORDER BY id LIMIT ?"
    with state.transaction(synced=False) as connection:
        room, ids = _DROPPED_BYTES, list[int]()
        for row, size in connection.execute(query, (part.id, after, _DROPPED_ROWS)):
            ids.append(row)
            room -= size
            if room <= 0:
                break
        connection.executemany("DELETE FROM payload WHERE id = ?", ((row,) for row in ids))
    return ids[-1] if ids else None


def drop_leftovers(state: State) -> None:
    """Drop what a run that died between `commit` and the last `drop` left."""
    with state.transaction() as connection:
        connection.execute(
            "DELETE FROM payload WHERE id IN (SELECT payload.id FROM payload JOIN staged ON staged.id = payload.id"
            " JOIN part ON part.id = staged.part WHERE part.state = 'committed')"
        )


def staged_path(staging: Path, state: State, part: Part) -> Path:
    """Return where the part is written before it is published; states on one folder of this machine share it."""
    return staging / f"{part.kind}-{state.id}-{PurePosixPath(part.name).name}"

"""A file of the dataset written anew without some rows, and put in the old one's place in one step.

The new file is written, synced and read back; a manifest names it; only then it takes the name. Whoever meets the
file afterwards finds it vouched for, and a file that was not replaced yet is vouched for by the manifest before.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.files.parquet_format import ROW_GROUP_ROWS, HashedFile, parquet_writer
from columnist.pipelines.dataset.files.storage_errors import StorageError, disk_errors
from columnist.pipelines.dataset.upkeep.forget.hashes import Forgotten, identity_of

_COLUMNS = ("id", "url", "requested_url", "canonical_url", "site", "content_hash", "reason",
            "archive_file", "archive_offset")  # fmt: skip
_BATCH_ROWS = 1000  # rows held as Python values at a time
_ZSTD = 3  # as DatasetOptions has it


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a file becomes; without rows it is taken away, and there is nothing staged."""

    name: str
    rows: int
    dropped: int
    sha256: str = ""
    size: int = 0
    staged: Path | None = None


def rows_to_go(source: BinaryIO, forgotten: Forgotten) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the rows of a file that are forgotten, each with its place."""
    with _parquet(source) as parquet:
        names = parquet.schema_arrow.names
        there = [name for name in _COLUMNS if names.count(name) == 1]
        if "url" not in there and "id" not in there:  # a table that is none of ours
            return
        number = 0
        for batch in parquet.iter_batches(_BATCH_ROWS, columns=there):
            for row in batch.to_pylist():
                if forgotten.takes(identity_of(row)):
                    yield number, row
                number += 1


def _parquet(source: BinaryIO) -> pq.ParquetFile:
    return pq.ParquetFile(pa.PythonFile(source, "r"), page_checksum_verification=True)


def stage_without(output: Output, name: str, going: list[int], staging: Path) -> Rewritten:
    """Write a file anew without the rows at these places into the staging folder, synced and read back."""
    staged = staging / f"{name.partition('/')[0]}-{PurePosixPath(name).name}"
    durable.make_folder(staging)
    durable.remove(staged)
    with ExitStack() as stack:
        source = stack.enter_context(output.open(name))
        parquet = stack.enter_context(_parquet(source))
        rows = parquet.metadata.num_rows - len(going)
        if rows == 0:
            return Rewritten(name, 0, len(going))
        sha256 = _fill(staged, parquet, going, rows)
    durable.sync_file(staged)
    with disk_errors(staged), staged.open("rb") as file, output.open(name) as source:
        same_bytes = durable.sha256_of(file) == sha256
        file.seek(0)
        with _parquet(file) as ours, _parquet(source) as theirs:
            kept = _groups(theirs, going)
            read = (ours.read_row_group(n) for n in range(ours.metadata.num_row_groups))
            if not (same_bytes and all(a.equals(b) for a, b in zip(kept, read, strict=True))):
                raise StorageError(
                    "The file differs from its rows", str(staged), "Check disk and memory, run again."
                )
    return Rewritten(name, rows, len(going), sha256, staged.stat().st_size, staged)


def _fill(staged: Path, parquet: pq.ParquetFile, going: list[int], rows: int) -> str:
    with durable.create(staged) as file:
        hashed = HashedFile(file)
        schema = parquet.schema_arrow
        if b"columnist.run_id" in (schema.metadata or {}):  # sorted, and with the columns that ours have
            writer = parquet_writer(hashed, schema, {}, (rows, _ZSTD))
        else:
            writer = pq.ParquetWriter(
                pa.PythonFile(hashed, mode="w"), schema, compression="zstd", write_page_checksum=True
            )
        for table in _groups(parquet, going):
            writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
        writer.close()  # not `with`: that would write a footer below rows that failed
    return hashed.sha256()


def _groups(parquet: pq.ParquetFile, going: list[int]) -> Iterator[pa.Table]:
    """Yield the rows that stay, in row groups as a part of the outbox would have them."""
    dropped, start = {*going}, 0
    waiting: list[pa.Table] = []
    for n in range(parquet.metadata.num_row_groups):
        table = parquet.read_row_group(n)
        stays = [start + i not in dropped for i in range(table.num_rows)]
        start += table.num_rows
        waiting.append(table.filter(pa.array(stays, pa.bool_())))
        while sum(t.num_rows for t in waiting) >= ROW_GROUP_ROWS:
            joined = pa.concat_tables(waiting).combine_chunks()
            yield joined.slice(0, ROW_GROUP_ROWS)
            waiting = [joined.slice(ROW_GROUP_ROWS)]
    if any(t.num_rows for t in waiting):
        yield pa.concat_tables(waiting).combine_chunks()

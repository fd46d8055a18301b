"""Several files of a day written as one: sorted by (site, url), in the present schema, and read back before it counts."""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.files.open_file import CannotRead, content_errors, opened, parquet_of
from columnist.pipelines.dataset.files.parquet_format import (
    ROW_GROUP_ROWS,
    HashedFile,
    file_notes,
    filed_schema,
    parquet_writer,
)
from columnist.pipelines.dataset.files.storage_errors import StorageError, disk_errors
from columnist.pipelines.dataset.state.rows import KINDS, Kind
from columnist.pipelines.dataset.upkeep.compact.merges import Compaction, Merge
from columnist.pipelines.dataset.upkeep.compact.plan import Group, Newest, Source, superseded
from columnist.pipelines.records.options import DatasetOptions

ZSTD = 9  # written once, read for years: a tenth smaller than a run's 3; 12 and more cost CPU for nothing
# Revisions of one page lie together, oldest first; rejects have no id and no revision.
_ORDER = {"articles": ("site", "url", "id", "revision"), "rejects": ("site", "url", "fetched_at")}


def stage(
    output: Output, group: Group, to: tuple[str, Path, Compaction], newest: Newest
) -> tuple[Merge | None, list[str]]:
    """Write the group's rows under this name into the staging folder, synced and read back.

    Returns what is made of which sources, and which stay as they are, for they are not as they were written or have
    columns of their own; nothing is made where a single one of several is left.
    """
    name, staging, by = to
    tables: dict[str, pa.Table] = {}
    left: list[str] = []
    for source in group.sources:
        try:
            tables[source.found.name] = _read(output, source)
        except (CannotRead, FileNotFoundError) as error:
            left.append(f"{source.found.name}: {error}")
    if len(tables) < min(2, len(group.sources)):
        return None, left
    return _written((name, staging, by), group.kind, tables, newest), left


def _written(
    to: tuple[str, Path, Compaction], kind: Kind, tables: Mapping[str, pa.Table], newest: Newest
) -> Merge:
    name, staging, by = to
    sources, table = tuple(tables), pa.concat_tables(tables.values())
    before = table.num_rows
    if newest and kind == "articles":
        table = table.filter(
            pa.array(not old for old in superseded(table.select(["id", "revision"]), newest))
        )
    if not table.num_rows:
        return Merge(name, 0, 0, "", sources, before)
    order = pc.sort_indices(table, [(column, "ascending") for column in _ORDER[kind]])
    staged = staged_path(staging, by, name)
    durable.make_folder(staging)
    durable.remove(staged)
    options = DatasetOptions(rows_per_file=table.num_rows, zstd_level=ZSTD)
    notes = file_notes(by.state_id, by.run_id, options)
    with durable.create(staged) as file:
        hashed = HashedFile(file)
        shape = (min(table.num_rows, ROW_GROUP_ROWS), ZSTD)
        writer = parquet_writer(hashed, KINDS[kind], notes, shape)
        for rows in _row_groups(table, order):
            writer.write_table(rows, row_group_size=ROW_GROUP_ROWS)
        writer.close()  # not `with`: that would write a footer below rows that failed
    durable.sync_file(staged)
    _verify(staged, hashed.sha256(), _row_groups(table, order))
    return Merge(
        name, table.num_rows, staged.stat().st_size, hashed.sha256(), sources, before - table.num_rows
    )


def staged_path(staging: Path, by: Compaction, name: str) -> Path:
    """Return where a file is written before it is published."""
    return staging / f"{name.partition('/')[0]}-{by.state_id}-{PurePosixPath(name).name}"


def _row_groups(table: pa.Table, order: pa.Array) -> Iterator[pa.Table]:
    for start in range(0, len(order), ROW_GROUP_ROWS):
        yield table.take(order.slice(start, ROW_GROUP_ROWS)).combine_chunks()


def _read(output: Output, source: Source) -> pa.Table:
    with opened(output, source.kind, source.found) as file:
        if file.sha256 != source.recorded.sha256:
            raise CannotRead("its bytes are not those that were written; `columnist verify` says more")
        with content_errors(), parquet_of(file) as parquet:
            return _in_present_schema(parquet.read(), filed_schema(KINDS[source.kind]))


def _in_present_schema(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return the rows with the columns of today: what an older version lacks is null or empty, as it was unknown."""
    own = sorted({*table.schema.names} - {*schema.names})
    if own or len({*table.schema.names}) < table.num_columns:
        raise CannotRead(f"it has columns of its own ({', '.join(own) or 'one twice'}), and stays as it is")
    try:
        columns = [
            table[field.name].cast(field.type)
            if field.name in table.schema.names
            else _unknown(field, len(table))
            for field in schema
        ]
        return pa.table(columns, schema=pa.schema([f.with_nullable(True) for f in schema])).cast(schema)
    except (pa.ArrowException, ValueError) as error:
        raise CannotRead(f"{error}; it stays as it is") from error


def _unknown(field: pa.Field, rows: int) -> pa.Array:
    empty: list[object] | dict[str, object] | None = (
        [] if pa.types.is_list(field.type) else {} if pa.types.is_struct(field.type) else None
    )
    return pa.array([empty if not field.nullable else None] * rows, field.type)


def _verify(staged: Path, sha256: str, wanted: Iterator[pa.Table]) -> None:
    with disk_errors(staged), staged.open("rb") as file:
        same = durable.sha256_of(file) == sha256
        file.seek(0)
        with pq.ParquetFile(pa.PythonFile(file, "r"), page_checksum_verification=True) as parquet:
            read = (parquet.read_row_group(n) for n in range(parquet.metadata.num_row_groups))
            if not (same and all(a.equals(b) for a, b in zip(wanted, read, strict=True))):
                raise StorageError(
                    "The file differs from its rows", str(staged), "Check disk and memory, run again."
                )

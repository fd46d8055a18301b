"""How a file of the dataset is packed: compression, pages, dictionaries, filters, and what is written on it."""

import hashlib
import json
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from columnist.pipelines.records.options import DatasetOptions

_ENTRY = pa.struct([pa.field("key", pa.string(), nullable=False), pa.field("value", pa.string())])
_ENTRIES = pa.list_(pa.field("element", _ENTRY, nullable=False))


@cache
def filed_schema(schema: pa.Schema) -> pa.Schema:
    """Return the schema of the files that hold rows of this schema."""
    fields = [f.with_type(_ENTRIES) if pa.types.is_map(f.type) else f for f in schema]
    return pa.schema(fields, metadata=schema.metadata)


def to_filed(table: pa.Table) -> pa.Table:
    """Return the rows as they lie in a file."""
    schema = filed_schema(table.schema)
    columns = [
        pa.chunked_array([_entries(c) for c in column.chunks], type=_ENTRIES)
        if pa.types.is_map(column.type)
        else column
        for column in table.columns
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _entries(maps: pa.MapArray) -> pa.ListArray:
    entries = pa.StructArray.from_arrays([maps.keys, maps.items], fields=list(_ENTRY))
    return pa.ListArray.from_arrays(maps.offsets, entries, type=_ENTRIES)


# A group is what its writer and its readers hold in memory: of 2,500 rows 25 MB, twice that while it is read back. A look-up
# by url decodes one group, in a third of the time of 10,000 rows, for 1 % more bytes (data/README.md).
ROW_GROUP_ROWS = 2_500
# Rows are kilobytes here: pages of 1 MB become real, and streaming readers need 4 MB, not 16.
_WRITE_BATCH_ROWS = 32
_BLOOM = ("id", "url")  # what people look up one by one
# Few different values in a file: a dictionary packs them. Leaves are named as Parquet names them.
_FEW_VALUES = (
    "site", "publisher", "agency", "section", "language", "access", "change_kind", "published_precision",
    "discovered_via", "run_id", "reason", "archive_file", "paragraphs.list.element.kind", "authors.list.element",
    "tags.list.element", "images.list.element.credit", "removed.list.element.rule", "found_by.list.element.key",
    "found_by.list.element.value", "rights.x_robots", "rights.license_url", "rights.tdm_policy", "rights.usage",
    "rights.signals.list.element.carrier", "rights.signals.list.element.words", "rights.robots_sha256", "rights.license_sha256",
    "extra.list.element.key",
)  # fmt: skip
_PACKAGES = ("columnist", "trafilatura", "langdetect", "pyarrow")


class HashedFile:
    """A file that hashes what is written to it: what lies on the disk must have the same hash."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.closed = False  # pyarrow asks

    def write(self, content: bytes) -> int:
        """Write and hash."""
        self._digest.update(content)
        return self._file.write(content)

    def sha256(self) -> str:
        """Return the hash of all that was written, hex."""
        return self._digest.hexdigest()


def parquet_writer(
    file: HashedFile, schema: pa.Schema, notes: dict[str, str], shape: tuple[int, int]
) -> pq.ParquetWriter:
    """Open a writer for a file of that many rows, at that level of zstd."""
    rows, zstd_level = shape
    filed = filed_schema(schema)
    leaves = _leaves(filed)
    return pq.ParquetWriter(
        pa.PythonFile(file, mode="w"),
        filed.with_metadata({**(filed.metadata or {}), **notes}),
        compression="zstd",
        compression_level=zstd_level,
        use_dictionary=[name for name in _FEW_VALUES if name in leaves],
        write_batch_size=_WRITE_BATCH_ROWS,
        write_page_index=True,
        write_page_checksum=True,
        sorting_columns=pq.SortingColumn.from_ordering(filed, [("site", "ascending"), ("url", "ascending")]),
        bloom_filter_options={n: {"ndv": min(rows, ROW_GROUP_ROWS)} for n in _BLOOM if n in leaves},
    )


@cache
def _leaves(schema: pa.Schema) -> frozenset[str]:
    """Return the names of the schema's Parquet columns, nested ones with their path."""
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(sink, schema):
        pass
    columns = pq.ParquetFile(pa.BufferReader(sink.getvalue())).schema
    return frozenset(columns.column(i).path for i in range(len(columns)))


def file_notes(state_id: str, run_id: str, options: DatasetOptions) -> dict[str, str]:
    """Return a file's key-value metadata: which state and run, with which options and versions."""
    packing = {"rows_per_file": options.rows_per_file, "zstd_level": options.zstd_level}
    versions = {f"columnist.version.{name}": found for name, found in versions_in_use()}
    writer = {"columnist.state_id": state_id, "columnist.run_id": run_id}
    return {**writer, "columnist.options": json.dumps(packing), **versions}


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

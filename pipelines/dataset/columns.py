"""The columns as they lie in a file: what readers of Parquet can all read.

A map becomes a list of (key, value): Hugging Face datasets reads no Arrow map (its issue 5612), and polars
shows a map as such a list anyway. DuckDB makes it a map again: `map_from_entries(found_by)['title']`.
"""

from functools import cache

import pyarrow as pa

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

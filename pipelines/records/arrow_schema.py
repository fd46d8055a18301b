"""Arrow schemas made from the records' annotated lines, and rows to and from Arrow."""

import dataclasses
import types
from collections.abc import Iterable, Mapping, Set
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import pyarrow as pa

from columnist.pipelines.records.article import (
    SCHEMA_VERSION,
    Article,
    Image,
    Paragraph,
    Reject,
    Removed,
    Rights,
    Signal,
)
from columnist.pipelines.records.entries import MAPS, as_map
from columnist.pipelines.records.without_pandas import without_pandas

# What a schema has that the one before it had not. Older files give null there, as do rows that an older version
# left in the outbox.
ADDED: Mapping[int, tuple[str, ...]] = {
    2: (
        "rights.search", "rights.ai_input", "rights.signals", "rights.robots_sha256", "rights.robots_fetched_at",
        "rights.license_sha256", "country", "text_share", "agreement",
    ),
}  # fmt: skip
_SCALARS: Mapping[object, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    bool: pa.bool_(),
    float: pa.float64(),
    datetime: pa.timestamp("us", tz="UTC"),
}
_NAMED = {"int16": pa.int16(), "int32": pa.int32(), "float32": pa.float32()}


def _split(hint: Any) -> tuple[Any, tuple[str, ...]]:
    """Take the Annotated wrappers off a type hint: (bare type, notes from the inside out)."""
    notes: tuple[str, ...] = ()
    while get_origin(hint) is Annotated:
        hint, *more = get_args(hint)
        notes = (*(str(m) for m in more), *notes)
    return hint, notes


def _arrow_type(hint: Any) -> tuple[pa.DataType, bool]:
    """Return the Arrow type of a type hint and whether it may be null."""
    bare, notes = _split(hint)
    named = next((_NAMED[n] for n in notes if n in _NAMED), None)
    origin, args = get_origin(bare), get_args(bare)
    if origin in (Union, types.UnionType):
        inner = next(a for a in args if a is not type(None))
        return _arrow_type(inner)[0], True
    if named is not None:
        return named, False
    if dataclasses.is_dataclass(bare):
        return pa.struct(_fields(bare)), False
    if origin is tuple:
        return pa.list_(pa.field("element", _arrow_type(args[0])[0], nullable=False)), False
    if origin is not None and issubclass(origin, Mapping):
        return pa.map_(pa.string(), pa.string()), False
    return _SCALARS[bare], False


def _fields(record: Any) -> list[pa.Field]:
    hints = get_type_hints(record, include_extras=True)
    out = []
    for column in dataclasses.fields(record):
        kind, nullable = _arrow_type(hints[column.name])
        about = next((n for n in _split(hints[column.name])[1] if n not in _NAMED), "")
        out.append(pa.field(column.name, kind, nullable=nullable, metadata={"description": about}))
    return out


@cache
def schema_of(record: type) -> pa.Schema:
    """Return the Arrow schema of a record class, with a description on every field."""
    return pa.schema(_fields(record), metadata={"columnist.schema_version": str(SCHEMA_VERSION)})


ARTICLES = schema_of(Article)
REJECTS = schema_of(Reject)


def to_row(record: object) -> dict[str, Any]:
    """Return a record, or some columns of one, as a row of plain values (lists, dicts, tuples of pairs for maps)."""
    kind: type = type(record)
    return {name: _plain(getattr(record, name)) for name in _names(kind)}


@cache
def _names(record: type) -> tuple[str, ...]:
    return tuple(f.name for f in dataclasses.fields(record))


def _plain(value: Any) -> Any:
    if value is None or isinstance(
        value, str | int | float
    ):  # nearly all: looked at first, for a page has hundreds
        return value
    if dataclasses.is_dataclass(value):
        kind: type = type(value)
        return {name: _plain(getattr(value, name)) for name in _names(kind)}
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Mapping):
        return list(value.items())
    return value


def rights_of(told: Mapping[str, Any]) -> Rights:
    """Return the rights that a row or an archive's JSON gives; of an earlier version they lack some, of a later have more."""
    values = {f.name: told[f.name] for f in dataclasses.fields(Rights) if told.get(f.name) is not None}
    if "signals" in values:
        values["signals"] = tuple(Signal(one["carrier"], one["words"]) for one in values["signals"]) or None
    if isinstance(at := values.get("robots_fetched_at"), str):
        values["robots_fetched_at"] = datetime.fromisoformat(at)
    return Rights(**values)


def article_of(row: Mapping[str, Any]) -> Article:
    """Return the article of a row, as a file has it or an earlier version wrote it: what that lacked is null."""
    values = {name: row[name] for name in _names(Article) if name in row}
    lists = {"paragraphs": Paragraph, "images": Image, "removed": Removed}
    made = {name: tuple(kind(**one) for one in values[name]) for name, kind in lists.items()}
    maps = {name: as_map(values[name]) for name in MAPS}
    names = {name: tuple(values[name]) for name in ("authors", "tags")}
    return Article(**{**values, **made, **maps, **names, "rights": rights_of(values["rights"])})


def leave_pandas_out() -> None:
    """Have Arrow make this process's first conversion without pandas: in workers, and where no command is run."""
    with without_pandas():
        pa.array([None])


def to_batch(rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> pa.RecordBatch:
    """Build a batch of exactly this schema; raise ArrowInvalid where a non-null column holds a null.

    Arrow alone lets nulls into non-null columns. Column by column: a table's cast costs a row of ours a millisecond.
    """
    listed = list(rows)
    columns = [pa.array([row.get(f.name) for row in listed], f.type) for f in schema]
    for field, column in zip(schema, columns, strict=True):
        if column.null_count and not field.nullable:
            raise pa.ArrowInvalid(
                f"column {field.name} is never null, but {column.null_count} of its values are"
            )
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def batch_to_bytes(batch: pa.RecordBatch) -> bytes:
    """Return the batch as one Arrow IPC message without its schema (a schema a row would be most of it)."""
    return bytes(batch.serialize())


def batch_from_bytes(payload: bytes, schema: pa.Schema) -> pa.RecordBatch:
    """Read back what `batch_to_bytes` wrote with the same schema, or with an earlier one: what that lacked is null."""
    message = pa.py_buffer(payload)
    try:
        return pa.ipc.read_record_batch(message, schema)
    except (pa.ArrowException, OSError):  # an earlier schema has fewer columns: they never fit this one
        if schema is not ARTICLES:
            raise
    return _widened(pa.ipc.read_record_batch(message, _EARLIEST), schema)


def without(schema: pa.Schema, names: Set[str]) -> pa.Schema:
    """Return a schema without some of its columns; `rights.search` is a field of a struct."""
    kept = [_without(column, names) for column in schema if column.name not in names]
    return pa.schema(kept, metadata=schema.metadata)


def _without(column: pa.Field, names: Set[str]) -> pa.Field:
    inner = {f"{column.name}.{f.name}": f for f in column.type} if pa.types.is_struct(column.type) else {}
    if not names & inner.keys():
        return column
    return column.with_type(pa.struct([field for name, field in inner.items() if name not in names]))


_EARLIEST = without(ARTICLES, {name for names in ADDED.values() for name in names})


def _widened(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    places = ((field, batch.schema.get_field_index(field.name)) for field in schema)
    columns = [
        pa.nulls(batch.num_rows, field.type) if at < 0 else batch.column(at).cast(field.type)
        for field, at in places
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)

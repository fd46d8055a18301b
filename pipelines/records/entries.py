"""The columns that are maps, as files and batches have them: lists of key and value, for no reader of Parquet maps is alike."""

from collections.abc import Iterable, Mapping
from typing import Any

MAPS = ("found_by", "extra")


def as_map(entries: Iterable[Any] | None) -> dict[str, str]:
    """Return the entries of a column as a map; those of a file are dicts, those of a batch pairs. A map stays one."""
    if isinstance(entries, Mapping):
        return dict(entries)
    pairs = ((one["key"], one["value"]) if isinstance(one, Mapping) else one for one in entries or ())
    return dict(pairs)


def as_maps(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its maps as maps."""
    return {**row, **{name: as_map(row[name]) for name in MAPS if name in row}}

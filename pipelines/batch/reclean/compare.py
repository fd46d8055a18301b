"""Two rows of one article held against each other: which columns differ, and a few words of how."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from columnist.pipelines.records.entries import MAPS, as_map

# Which version a row is, and when our machines had to do with it: no difference between two readings of one page.
_OF_THE_VERSION = frozenset(("id", "revision", "change_kind", "fetched_at", "run_id", "day"))
_SHOWN = 90  # characters of a value in an example: a line of a terminal
_NOTHING = "(nothing)"
_BEFORE = 15  # of them ahead of where the two begin to differ


@dataclass(frozen=True, slots=True)
class Difference:
    """One column that would be another."""

    column: str
    before: str  # shortened
    after: str


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return the columns of two filed rows that differ, in the schema's order."""
    changed = (
        name
        for name in new
        if name not in _OF_THE_VERSION and _said(name, old.get(name)) != _said(name, new[name])
    )
    return tuple(_shown(name, old.get(name), new[name]) for name in changed)


def _said(name: str, value: Any) -> Any:
    """Return what a value says: of an older file a list may lack, which is empty now."""
    if name in MAPS:  # the order of their entries says nothing
        return as_map(value)
    return None if value == [] else value


def _shown(name: str, before: Any, after: Any) -> Difference:
    """Say how a column differs by the first part of it that does: a paragraph, a key, an entry of a list."""
    old, new = _parts(name, before), _parts(name, after)
    differing = (key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key))
    a, b = next(((old.get(k, _NOTHING), new.get(k, _NOTHING)) for k in differing), (str(before), str(after)))
    alike = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    start = max(0, alike - _BEFORE) if max(len(a), len(b)) > _SHOWN else 0
    return Difference(name, _cut(a, start), _cut(b, start))


def _parts(name: str, value: Any) -> dict[object, str]:
    """Return the parts of a value in words: by key where it has keys, else by place."""
    if value is None:
        return {}
    if name in MAPS:
        value = as_map(value)
    if isinstance(value, str):
        value = value.split("\n")
    if not isinstance(value, Mapping | list):
        return {0: _words(value)}
    if isinstance(value, Mapping):
        return {key: f"{key}: {_words(one)}" for key, one in sorted(value.items()) if one is not None}
    if name == "removed":
        return {one["rule"]: _words(one) for one in value}
    return {place: _words(one) for place, one in enumerate(value)}


def _words(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, Mapping):
        return ": ".join(_words(one) for one in value.values() if one is not None)
    return ", ".join(map(_words, value)) if isinstance(value, list) else str(value)


def _cut(words: str, start: int) -> str:
    end = start + _SHOWN
    return f"{'...' if start else ''}{words[start:end]}{'...' if len(words) > end else ''}"

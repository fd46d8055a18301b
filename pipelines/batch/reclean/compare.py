"""Two rows of one article held against each other: which columns differ, and a few words of how."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from columnist.pipelines.records.entries import MAPS, as_map

# Which version a row is, and when our machines had to do with it: no difference between two readings of one page.
_OF_THE_VERSION = frozenset(("id", "revision", "change_kind", "fetched_at", "run_id", "day"))
_SHOWN = 60  # characters of a value in an example
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
    old, new = _words(before), _words(after)
    alike = next(
        (n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
    )
    start = max(0, alike - _BEFORE)
    return Difference(name, _cut(old, start), _cut(new, start))


def _words(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _cut(words: str, start: int) -> str:
    end = start + _SHOWN
    return f"{'...' if start else ''}{words[start:end]}{'...' if len(words) > end else ''}"

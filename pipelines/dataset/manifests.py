"""Manifests read back: what the runs recorded of their parts, and whether their counts add up."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from pipelines.dataset.output import Output
from pipelines.durable import StorageError

__all__ = ["Manifest", "Recorded", "newest_manifests", "read_manifests", "recorded_parts", "wrong_sums"]

Manifest = dict[str, Any]
_READS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a part was when it was written."""

    rows: int
    sha256: str


def read_manifests(output: Output) -> Iterator[tuple[str, Manifest | None]]:
    """Yield each manifest with its name; None for one that is no JSON object."""
    for found in output.files("runs"):
        if not found.name.endswith(".json"):  # half a manifest, of a run that died as it wrote it
            continue
        with output.open(found.name) as file:
            try:
                content = json.loads(file.read())
            except ValueError:
                content = None
        yield found.name, content if isinstance(content, dict) else None


def newest_manifests(output: Output, newest: int) -> list[Manifest]:
    """Return the newest manifests, the oldest of them first; what is none is for `columnist verify` to say."""
    names = sorted(found.name for found in output.files("runs") if found.name.endswith(".json"))[-newest:]

    def read(name: str) -> object:
        try:
            with output.open(name) as file:
                return json.loads(file.read())
        except (OSError, StorageError, ValueError):
            return None

    with ThreadPoolExecutor(_READS_AT_ONCE) as pool:  # a store takes 50 ms for each
        return [content for content in pool.map(read, names) if isinstance(content, dict)]


def recorded_parts(manifests: Iterable[Manifest | None]) -> dict[str, Recorded]:
    """Return what the manifests say of each part."""
    parts = [part for content in manifests if content for part in content.get("parts", [])]
    return {part["name"]: Recorded(part["rows"], part["sha256"]) for part in parts}


def wrong_sums(content: Mapping[str, Any]) -> Iterator[str]:
    """Say which of a manifest's sums do not add up."""
    a, r = content.get("addresses"), content.get("rows")
    if not isinstance(a, dict) or not isinstance(r, dict):
        yield "has no counts"
        return
    known = a["done"] + a["filtered"] + a["failed"] + a["pending"]
    if a["discovered"] not in (known + a.get("gone", 0), known):  # early manifests counted gone in failed
        yield f"addresses do not add up: {a}"
    if r["outbox_at_start"] + r["staged"] != r["written"] + r["outbox"]:
        yield f"rows do not add up: {r}"
    if sum(part["rows"] for part in content.get("parts", [])) != r["written"]:
        yield f"parts do not hold the {r['written']} rows written"

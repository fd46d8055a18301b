"""Manifests read back: what the runs recorded of their parts, and whether their counts add up."""

import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from pipelines.dataset.output import Output
from pipelines.durable import StorageError

Manifest = dict[str, Any]
NO_COUNTS = "has no counts"
_READS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a part was when it was written."""

    rows: int
    sha256: str
    size: int = field(default=0, compare=False)


def read_manifests(output: Output) -> Iterator[tuple[str, Manifest | None]]:
    """Yield each manifest with its name; None for one that is no JSON object."""
    for found in output.files("runs"):
        if not found.name.endswith(".json"):  # half a manifest, of a run that died as it wrote it
            continue
        yield found.name, read_manifest(output, found.name)


def read_manifest(output: Output, name: str) -> Manifest | None:
    """Read one manifest; None where there is none, or none that is a JSON object."""
    try:
        with output.open(name) as file:
            content = json.loads(file.read())
    except (FileNotFoundError, ValueError):
        return None
    return content if isinstance(content, dict) else None


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
    """Return what the manifests say of each part; in the order of their runs, the last word counts."""
    said: dict[str, Recorded] = {}
    for content in manifests:
        with contextlib.suppress(KeyError, TypeError, AttributeError):  # JSON, but nothing that a run wrote
            said.update(parts_of(content or {}))
            said.update(rewritten_in(content or {}))
            for name in (*(content or {}).get("retired", []), *(content or {}).get("emptied", [])):
                said.pop(name, None)
    return said


def parts_of(content: Manifest) -> dict[str, Recorded]:
    """Return what one manifest says of the parts that its run wrote or found."""
    parts = [*content.get("parts", []), *content.get("adopted", []), *content.get("vouched", [])]
    return {part["name"]: Recorded(part["rows"], part["sha256"], part.get("bytes", 0)) for part in parts}


def rewritten_in(content: Manifest) -> dict[str, Recorded]:
    """Return what a run of `forget` made of files that earlier ones had written."""
    return {p["name"]: Recorded(p["rows"], p["sha256"], p["bytes"]) for p in content.get("rewritten", [])}


def renamed_in(content: Manifest) -> set[str]:
    """Return the files of which a run says that they are no longer as, or where, an earlier one wrote them."""
    changed = (*content.get("adopted", []), *content.get("rewritten", []))
    return {*(part["name"] for part in changed), *content.get("retired", []), *content.get("emptied", [])}


class Vouchers:
    """What the manifests of runs say of files that this state does not know; each manifest is read once, if at all."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._read: dict[str, dict[str, Recorded]] = {}
        self._states: set[str] = set()
        self._left: list[str] | None = None

    def recorded(self, name: str) -> Recorded | None:
        """Return what a file should be; None where no manifest names it."""
        run = re.fullmatch(r"(.+)-\d+-\d+\.parquet", PurePosixPath(name).name)
        if run is not None and (found := self._said_by(f"runs/{run[1]}.json").get(name)):
            return found
        # A part may be finished by the run after the one that began it.
        return next((said for run in self._all() if (said := self._said_by(run).get(name))), None)

    def states(self) -> set[str]:
        """Return the ids of all states whose runs have ended here."""
        for manifest in self._all():
            self._said_by(manifest)
        return self._states

    def _all(self) -> list[str]:
        if self._left is None:
            names = (found.name for found in self._output.files("runs"))
            self._left = sorted((name for name in names if name.endswith(".json")), reverse=True)
        return self._left

    def _said_by(self, manifest: str) -> dict[str, Recorded]:
        if manifest not in self._read:
            content = read_manifest(self._output, manifest)
            self._states.add(str((content or {}).get("state_id")))
            try:
                self._read[manifest] = parts_of(content) if content else {}
            except (KeyError, TypeError):  # JSON, but nothing that a run wrote: `columnist verify` names it
                self._read[manifest] = {}
        return self._read[manifest]


def wrong_sums(content: Mapping[str, Any]) -> Iterator[str]:
    """Say which of a manifest's sums do not add up."""
    try:
        yield from _wrong_sums(content)
    except (KeyError, TypeError, AttributeError):
        yield NO_COUNTS


def _wrong_sums(content: Mapping[str, Any]) -> Iterator[str]:
    a, r = content["addresses"], content["rows"]
    known = a["done"] + a["filtered"] + a["failed"] + a["pending"]
    if a["discovered"] not in (known + a.get("gone", 0), known):  # early manifests counted gone in failed
        yield f"addresses do not add up: {a}"
    if r["outbox_at_start"] + r["staged"] != r["written"] + r["outbox"] + r.get("forgotten", 0):
        yield f"rows do not add up: {r}"
    if sum(part["rows"] for part in content.get("parts", [])) != r["written"]:
        yield f"parts do not hold the {r['written']} rows written"

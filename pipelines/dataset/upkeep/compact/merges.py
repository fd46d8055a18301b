"""What a compaction makes of which files, and the journal that says so before a reader could see it.

`runs/compacting.jsonl` has a line for each file about to be published. Once it is there its sources count for nothing
and are taken away: whoever lists the folder in between, and reads the journal afterwards, knows which rows lie twice.
"""

import contextlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.files.parquet_format import versions_in_use
from columnist.pipelines.records.article import SCHEMA_VERSION

JOURNAL = "runs/compacting.jsonl"
COMMAND = "columnist compact"
_NO_FILE = {"rows": 0, "bytes": 0, "sha256": ""}


@dataclass(frozen=True, slots=True)
class Merge:
    """A file made of others, of one kind and day; without rows there is none, for all were superseded."""

    name: str
    rows: int
    bytes: int
    sha256: str
    sources: tuple[str, ...]
    dropped: int = 0  # superseded revisions that were left out


@dataclass(frozen=True, slots=True)
class Compaction:
    """A run of `compact` as its journal and its manifest name it."""

    run_id: str
    state_id: str  # its own: it has no state.db, and what it writes is not of another's
    started: str


@dataclass(frozen=True, slots=True)
class Journal:
    """What a compaction is about to do, or was when it was killed."""

    by: Compaction
    merges: tuple[Merge, ...]


def put_journal(output: Output, by: Compaction, merges: Iterable[Merge]) -> None:
    """Say what is to be published next, in place of what was."""
    lines = (json.dumps({**asdict(by), **asdict(merge)}, sort_keys=True) for merge in merges)
    output.put(JOURNAL, "".join(f"{line}\n" for line in lines).encode())


def read_journal(output: Output) -> Journal | None:
    """Read what is being done; None where nothing is, or nothing that a compaction wrote."""
    try:
        with output.open(JOURNAL) as file:
            lines = [json.loads(line) for line in file.read().splitlines()]
        by = Compaction(*(str(lines[0][name]) for name in Compaction.__dataclass_fields__))
        return Journal(by, tuple(map(_merge_of, lines)))
    except (FileNotFoundError, ValueError, LookupError, TypeError):
        return None


def _merge_of(found: Mapping[str, Any]) -> Merge:
    known = {name: found[name] for name in Merge.__dataclass_fields__}
    return Merge(**{**known, "sources": tuple(known["sources"])})


def manifest_of(
    by: Compaction, merges: Iterable[Merge], outcome: str, finished: str, knobs: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the manifest: its files are vouched for, their sources retired; no row was staged, no page asked for."""
    made = list(merges)
    nothing = dict.fromkeys(("discovered", "done", "filtered", "failed", "gone", "pending", "quarantined"), 0)
    return {
        **asdict(by),
        "finished": finished,
        "outcome": outcome,
        "command": COMMAND,
        "options": dict(knobs),
        "versions": {"schema": str(SCHEMA_VERSION), **dict(versions_in_use())},
        "addresses": nothing,
        "events": {},
        "rows": {"outbox_at_start": 0, "staged": 0, "written": 0, "outbox": 0},
        "sites": {},
        "parts": [],
        "vouched": [
            {"name": m.name, "rows": m.rows, "bytes": m.bytes, "sha256": m.sha256} for m in made if m.rows
        ],
        "compacted": [{"name": m.name, "sources": list(m.sources), "dropped": m.dropped} for m in made],
        "retired": sorted({source for m in made for source in m.sources}),
    }


def merges_in(manifest: Mapping[str, Any]) -> list[Merge]:
    """Return what a manifest says of a compaction; nothing, for a manifest of anything else."""
    with contextlib.suppress(KeyError, TypeError, AttributeError):  # JSON, but nothing that a run wrote
        files = {file["name"]: file for file in manifest.get("vouched", [])}
        return [
            _merge_of({**files.get(one["name"], _NO_FILE), **one}) for one in manifest.get("compacted", [])
        ]
    return []

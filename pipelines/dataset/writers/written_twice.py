"""Versions of articles that two states have both written: they crawled one site at once, without a common folder."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from columnist.pipelines.dataset.files.locations import Output

_COLUMNS = ["site", "id", "revision"]


@dataclass(frozen=True, slots=True)
class Twice:
    """One version of an article in files of several states."""

    site: str
    id: str
    revision: int
    states: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.site}: {self.id} revision {self.revision} is written by states {' and '.join(self.states)}"


def written_twice(output: Output, manifests: Iterable[Mapping[str, Any]]) -> list[Twice]:
    """Return the ids and revisions that several states wrote, of the sites that several have new articles of."""
    writers: dict[str, set[str]] = {}  # of a site
    parts: dict[
        str, str
    ] = {}  # whose a file is; "" of one that a compaction made: there each row's run says it
    runs: dict[str, str] = {}  # whose a run was
    for run in manifests:
        for name in run.get("retired", []):
            parts.pop(name, None)
        parts.update((part["name"], "") for part in run.get("compacted", []))
        state = run.get("state_id")
        if not isinstance(state, str):  # of a version that wrote alone
            continue
        runs[str(run.get("run_id"))] = state
        parts.update((part["name"], state) for part in run.get("parts", []))
        for site, counts in run.get("sites", {}).items():
            if {"new", "changed", "recleaned"} & {*counts.get("events", {})}:
                writers.setdefault(site, set()).add(state)
    shared = sorted(site for site, states in writers.items() if len(states) > 1)
    if not shared:
        return []
    rivals = set[str]().union(*(writers[site] for site in shared))
    tables = [
        rows
        for name, state in parts.items()
        if state in (*rivals, "")
        and name.startswith("articles/")
        and (rows := _versions(output, name, runs if state == "" else state, shared))
    ]
    return _in_several(pa.concat_tables(tables)) if tables else []


def _versions(output: Output, name: str, whose: str | Mapping[str, str], sites: list[str]) -> pa.Table | None:
    """Return which versions a file has of these sites; None for one that `columnist verify` is to look at."""
    try:
        with output.open(name) as file:
            columns = [*_COLUMNS, "run_id"]
            rows = pq.read_table(file, columns=columns, filters=[("site", "in", sites)], partitioning=None)
    except (OSError, pa.ArrowException):
        return None
    states = [whose if isinstance(whose, str) else whose.get(run, "?") for run in rows["run_id"].to_pylist()]
    rows = rows.select(_COLUMNS).append_column("state", pa.array(states, pa.string()))
    rows = rows.filter(pc.not_equal(rows["state"], "?"))  # of a run that these manifests do not have
    return rows if rows.num_rows else None


def _in_several(rows: pa.Table) -> list[Twice]:
    versions = rows.group_by(_COLUMNS).aggregate([("state", "distinct")])
    several = versions.filter(pc.greater(pc.list_value_length(versions["state_distinct"]), 1)).sort_by(
        [("site", "ascending"), ("id", "ascending")]
    )
    return [
        Twice(row["site"], row["id"], row["revision"], tuple(sorted(row["state_distinct"])))
        for row in several.to_pylist()
    ]

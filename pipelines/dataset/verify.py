"""Verification: every file's checksum and rows, every manifest's sums, and the state's own counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import durable
from pipelines.dataset.forget import forget_part
from pipelines.dataset.manifests import Manifest, Recorded, read_manifests, recorded_parts, wrong_sums
from pipelines.dataset.output import LocalOutput, Output, open_output
from pipelines.dataset.writers import Claim, at_work
from pipelines.lock import lock_data
from pipelines.outbox import KINDS
from pipelines.state import STATE_NAME, URL_STATES, State, open_state

__all__ = ["Problem", "Verified", "verify"]

What = Literal["damaged", "missing", "unknown", "bad-manifest", "bad-count"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it was written."""

    name: str  # the file, relative to the data folder
    what: What
    detail: str
    moved_to: str | None = None  # where a damaged or unknown file lies now
    pending: int = 0  # addresses that the next crawl fetches again for it


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and what is wrong with it."""

    files: int
    rows: int
    manifests: int
    problems: tuple[Problem, ...]


def verify(data: str | Path, state_folder: Path | None = None, repair: bool = True) -> Verified:
    """Hold every file against its recorded checksum; with repair, set bad ones aside and ask for their pages again.

    Takes the data folder's lock. Without a state database, the manifests say what the files should be.
    """
    output = open_output(data)
    home = state_folder or (output.root if isinstance(output, LocalOutput) else None)
    with ExitStack() as stack:
        state = None
        if home is not None and (home / STATE_NAME).exists():
            stack.enter_context(lock_data(home))
            state = stack.enter_context(closing(open_state(home / STATE_NAME)))
        if repair:
            stack.enter_context(
                at_work(output, Claim("columnist verify --repair", alone=True, state=str(home or "")))
            )
        manifests = list(read_manifests(output))
        expected = recorded_parts(content for _, content in manifests) if state is None else _committed(state)
        problems = [
            *_check_files(output, expected, state is not None),
            *_check_manifests(state, expected, manifests),
        ]
        if state is not None:
            problems += _check_counts(state)
        if repair:
            problems = [_repair(state, output, problem) for problem in problems]
        rows = sum(part.rows for part in expected.values())
        return Verified(len(expected), rows, len(manifests), tuple(problems))


def _committed(state: State) -> dict[str, Recorded]:
    found = state.connection.execute("SELECT name, rows, sha256 FROM part WHERE state = 'committed'")
    return {name: Recorded(rows, sha256) for name, rows, sha256 in found}


def _check_files(output: Output, expected: Mapping[str, Recorded], known: bool) -> Iterator[Problem]:
    there = {found.name for kind in KINDS for found in output.files(kind)}
    for name, part in expected.items():
        if name not in there:
            yield Problem(name, "missing", f"{part.rows} rows were in it")
        elif detail := _damage(output, name, part):
            yield Problem(name, "damaged", detail)
    for name in sorted(there - set(expected)):
        if known:
            yield Problem(name, "unknown", "no run recorded this file")
        elif detail := _damage(output, name, None):  # without a state, a file that reads well may stay
            yield Problem(name, "damaged", detail)


def _damage(output: Output, name: str, part: Recorded | None) -> str | None:
    """Say what is wrong with a file, or None. Without a record, each of its pages is read."""
    try:
        with output.open(name) as file:
            if part is not None and durable.sha256_of(file) != part.sha256:
                return f"its {file.tell()} bytes do not have the checksum that was recorded"
            file.seek(0)
            with pq.ParquetFile(pa.PythonFile(file, "r"), page_checksum_verification=True) as parquet:
                rows = parquet.metadata.num_rows
                for group in range(parquet.metadata.num_row_groups if part is None else 0):
                    parquet.read_row_group(group)
    except (OSError, pa.ArrowException) as error:
        return f"cannot be read: {error}"
    return None if part is None or rows == part.rows else f"{rows} rows instead of {part.rows}"


def _check_manifests(
    state: State | None, expected: Mapping[str, Recorded], manifests: list[tuple[str, Manifest | None]]
) -> Iterator[Problem]:
    lost = set()
    if state is not None:
        lost = {name for (name,) in state.connection.execute("SELECT name FROM part WHERE state = 'lost'")}
    said: dict[str, list[Recorded]] = {}
    for _, content in manifests:
        for part in [*(content or {}).get("parts", []), *(content or {}).get("rewritten", [])]:
            said.setdefault(part["name"], []).append(Recorded(part["rows"], part["sha256"]))
        lost.update((content or {}).get("retired", []))
    for name, content in manifests:
        if content is None:
            yield Problem(name, "bad-manifest", "is no JSON")
            continue
        for wrong in wrong_sums(content):
            yield Problem(name, "bad-manifest", wrong)
        for part in content.get("parts", []):
            known = expected.get(part["name"])
            if known is not None and known not in said[part["name"]]:
                yield Problem(
                    name, "bad-manifest", f"names other rows or another checksum for {part['name']}"
                )
            elif known is None and part["name"] not in lost:
                yield Problem(name, "bad-manifest", f"names {part['name']}, which the state does not know")


def _check_counts(state: State) -> Iterator[Problem]:
    """Hold the kept counts against a count of the rows themselves."""
    counted: Counter[tuple[str, str]] = Counter()
    for site, at, n in state.connection.execute("SELECT site, state, count(*) FROM url GROUP BY site, state"):
        counted[site, URL_STATES[at]] = n
    kept = Counter({(site, what): n for site, counts in state.census().items() for what, n in counts.items()})
    for site, what in sorted(set(counted) | set(kept)):
        if counted[site, what] != kept[site, what]:
            detail = f"{site}: {kept[site, what]} {what} counted, {counted[site, what]} there"
            yield Problem(STATE_NAME, "bad-count", detail)
    for name, rows, there in state.connection.execute(
        "SELECT name, rows, (SELECT count(*) FROM staged WHERE staged.part = part.id) AS there FROM part"
        " WHERE state <> 'lost' AND rows <> there"
    ):
        yield Problem(STATE_NAME, "bad-count", f"{name}: {rows} rows recorded, {there} keys kept")


def _repair(state: State | None, output: Output, problem: Problem) -> Problem:
    """Set a bad file aside and have its pages fetched again; what is no file is only reported."""
    if problem.what not in ("damaged", "missing", "unknown"):
        return problem
    moved = None if problem.what == "missing" else output.set_aside(problem.name)
    pending = 0
    if state is not None and problem.what != "unknown":
        pending = forget_part(state, output, problem.name)
    return Problem(problem.name, problem.what, problem.detail, moved, pending)

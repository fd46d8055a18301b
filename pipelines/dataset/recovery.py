"""Recovery at start: parts are rolled forward, damaged files set aside and their rows asked for again.

Recovery may itself be killed at any point and run again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipelines import durable
from pipelines.dataset import parts
from pipelines.dataset.following import Rewrites, follow, retire
from pipelines.dataset.forget import forget_part
from pipelines.dataset.output import QUARANTINE, Found, Output
from pipelines.dataset.parts import Part, Written
from pipelines.outbox import KINDS
from pipelines.state import State

__all__ = ["Recovery", "read_parts", "recover_files"]


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was found and done at start; worth a log line where anything is not empty."""

    redone: tuple[str, ...] = ()  # parts written anew
    adopted: tuple[str, ...] = ()  # parts that lay there whole, and only lacked their commit
    quarantined: tuple[str, ...] = ()  # files set aside: where they are now
    damaged: tuple[str, ...] = ()  # committed parts that were cut or changed; their pages are pending again
    missing: tuple[str, ...] = ()  # committed parts that someone took away; `columnist verify` repairs


def read_parts(state: State, condition: str) -> list[Part]:
    """Return the parts of a state, oldest first."""
    query = f"SELECT id, kind, day, name, run, rows, notes FROM part WHERE {condition} ORDER BY id"  # noqa: S608  literals
    return [Part(*row) for row in state.connection.execute(query)]


def recover_files(state: State, output: Output, staging: Path, redo: Callable[[Part], None]) -> Recovery:
    """Bring state and files to one truth: each row in exactly one readable file or in the outbox."""
    parts.drop_leftovers(state)
    quarantined = list(_clear_staging(staging, staging.parent / QUARANTINE / "tmp"))
    damaged, missing = _check_committed(state, output, quarantined)
    quarantined += _set_aside_unknown(state, output)
    adopted, redone = [], []
    for part in read_parts(state, "state = 'writing'"):
        if _adopt(state, output, part, quarantined):
            adopted.append(part.name)
        else:
            redo(part)
            redone.append(part.name)
    parts.drop_leftovers(state)  # of adopted parts
    return Recovery(tuple(redone), tuple(adopted), tuple(quarantined), damaged, missing)


def _clear_staging(staging: Path, aside: Path) -> Iterator[str]:
    """Drop half-written parts, which are written anew, and move away what no run of ours put there."""
    for path in sorted(staging.iterdir()) if staging.is_dir() else []:
        ours = path.is_file() and path.suffix == ".parquet" and path.name.split("-")[0] in KINDS
        if ours:
            durable.remove(path)
        else:
            yield str(durable.move_aside(path, aside))


def _check_committed(
    state: State, output: Output, quarantined: list[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Look at each committed file's size and time, and at its checksum where those have changed."""
    damaged, missing, rewrites = [], [], Rewrites(output)
    facts = state.connection.execute(
        "SELECT name, sha256, size, modified FROM part WHERE state = 'committed'"
    )
    for name, sha256, size, modified in facts.fetchall():
        found = output.find(name)
        if found is None and rewrites.retired(name):
            retire(state, name)
        elif found is None:
            missing.append(name)
        elif (found.size, found.modified) != (size, modified) and _changed(
            state, output, (found, sha256), rewrites
        ):
            forget_part(state, output, name)
            quarantined.append(output.set_aside(name))
            damaged.append(name)
    return tuple(damaged), tuple(missing)


def _changed(state: State, output: Output, file: tuple[Found, str], rewrites: Rewrites) -> bool:
    found, recorded = file
    with durable.disk_errors(found.name), output.open(found.name) as source:
        sha256 = durable.sha256_of(source)
    if sha256 != recorded:
        now = rewrites.vouch(found.name, sha256)
        return now is None or not follow(state, output, found.name, now)
    with state.transaction() as connection:  # a copied folder: the same bytes with new times
        connection.execute("UPDATE part SET modified = ? WHERE name = ?", (found.modified, found.name))
    return False


def _set_aside_unknown(state: State, output: Output) -> Iterator[str]:
    known = state.connection.execute
    for kind in KINDS:
        for found in list(output.files(kind)):
            if not known("SELECT 1 FROM part WHERE name = ? AND state <> 'lost'", (found.name,)).fetchone():
                yield output.set_aside(found.name)


def _adopt(state: State, output: Output, part: Part, quarantined: list[str]) -> bool:
    """Commit a part that already lies under its name with the right rows; set aside one with others."""
    found = output.find(part.name)
    if found is None:
        return False
    sha256 = None
    with durable.disk_errors(part.name), output.open(part.name) as file:
        if parts.same_rows(state, part, pa.PythonFile(file, "r")):
            file.seek(0)
            sha256 = durable.sha256_of(file)
    if sha256 is None:
        quarantined.append(output.set_aside(part.name))
        return False
    output.settle(part.name)
    parts.commit(state, Written(part, sha256, found))
    return True

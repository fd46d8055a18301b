"""Verification: look for all that is wrong with a dataset (checks.py), and mend what can be mended."""

import tempfile
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from columnist.pipelines.dataset.archive.check import mend_files, wrong_files
from columnist.pipelines.dataset.archive.write import FOLDER
from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.local_output import LocalOutput
from columnist.pipelines.dataset.files.locations import Output, files_there, open_output
from columnist.pipelines.dataset.files.storage_errors import REBUILD, StorageError
from columnist.pipelines.dataset.files.stored import QUARANTINE, StoredFile
from columnist.pipelines.dataset.runs.manifests import (
    Manifest,
    read_manifests,
)
from columnist.pipelines.dataset.runs.runs import finish_dead_runs, new_run_id, start_run, write_manifest
from columnist.pipelines.dataset.runs.vouched import learn_new
from columnist.pipelines.dataset.state.lock import lock_data
from columnist.pipelines.dataset.state.state import STATE_NAME, State, open_state
from columnist.pipelines.dataset.upkeep.compact.merges import manifest_of
from columnist.pipelines.dataset.upkeep.compact.settle import published, settle_compaction
from columnist.pipelines.dataset.upkeep.forget.ledger import apply_ledger
from columnist.pipelines.dataset.upkeep.repair.checks import (
    expected_files,
    wrong_counts,
    wrong_manifests,
    wrong_tables,
)
from columnist.pipelines.dataset.upkeep.repair.losses import lost_files, rows_gone, settle
from columnist.pipelines.dataset.upkeep.repair.problems import Problem
from columnist.pipelines.dataset.upkeep.repair.rebuild import rebuild_state
from columnist.pipelines.dataset.upkeep.repair.recovery import (
    finish_parts,
    parts_absent,
    retire_moved,
    take_unknown,
)
from columnist.pipelines.dataset.upkeep.repair.refetch import forget_part
from columnist.pipelines.dataset.upkeep.repair.repair import Bench, further_problems, mend, vouch_anew
from columnist.pipelines.dataset.writers.adopt import Admission
from columnist.pipelines.dataset.writers.at_work import Claim, at_work
from columnist.pipelines.dataset.writers.belonging import NoDataset, refuse_no_dataset, refuse_wrong_dataset

_COMMAND = "columnist verify --repair"
_WRITTEN_OFF = "written off: no run counts on it any more"


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and what is wrong with it."""

    files: int
    rows: int
    manifests: int
    problems: tuple[Problem, ...]
    foreign: tuple[
        str, ...
    ] = ()  # tables that hold no row of ours: they stay, and `columnist.read` leaves them out


def verify(data: str | Path, state_folder: Path | None = None, repair: bool = True) -> Verified:
    """Hold every file against its recorded checksum; with repair, set bad ones aside and ask for their pages again.

    Takes the data folder's lock. Without a state database, the manifests say what the files should be.
    """
    output = open_output(data)
    home = _home(output, data, state_folder)
    with ExitStack() as stack:
        state, broken = None, list[Problem]()
        if home is not None and (home / STATE_NAME).exists():
            stack.enter_context(lock_data(home))
            state, broken = _state_of(home, repair)
            if state is not None:
                stack.enter_context(closing(state))
        if state is not None:
            refuse_wrong_dataset(state, output, files_there(output))
        if repair:
            stack.enter_context(at_work(output, Claim(_COMMAND, alone=True, state=str(home or ""))))
            settle_compaction(output)
        there, manifests = _listed(output)
        expected = expected_files(state, manifests)
        problems = [
            *wrong_tables(state, output, expected, there),
            *wrong_manifests(state, expected, there, manifests),
            *(
                Problem(name, what, detail)
                for name, what, detail in wrong_files(output, (m for _, m in manifests))
            ),
        ]
        if state is not None and home is not None:
            bench = Bench(state, output, output.staging(home))
            problems += [*wrong_counts(state), *further_problems(bench, manifests)]
            problems += _losses(state, there, {problem.name for problem in problems})
            if repair and (problems := problems + broken):
                problems = _mend_all(bench, there, problems)
        elif broken:  # seen, and left as it is
            problems += broken
        elif repair and problems:
            problems = _mend_without_state(output, there, problems)
        rows = sum(part.rows for part in expected.values())
        foreign = tuple(sorted(name for name, part in expected.items() if not part.rows and name in there))
        return Verified(len(expected), rows, len(manifests), tuple(problems), foreign)


def _home(output: Output, data: str | Path, state_folder: Path | None) -> Path | None:
    home = state_folder or (output.root if isinstance(output, LocalOutput) else None)
    refuse_no_dataset(output, home)
    if state_folder is not None and not (state_folder / STATE_NAME).exists():
        raise NoDataset(
            f"{state_folder} has no {STATE_NAME}: name the folder that the crawls of {data} name with --state, or leave "
            "--state out, and the manifests say what there should be"
        )
    return home


def _listed(output: Output) -> tuple[dict[str, StoredFile], list[tuple[str, Manifest | None]]]:
    """List the files, and read what manifests say of them, and the journal of a compaction that is at it or was killed."""
    there = files_there(output)
    while True:
        journal, merges = published(output)
        manifests = list(read_manifests(output))
        if journal is not None and merges:
            now = manifest_of(journal.by, merges, "running", journal.by.started, {})
            manifests.append((f"runs/{journal.by.run_id}.json", now))
        before, there = there, files_there(output)
        if before.keys() == there.keys():  # else somebody published or merged meanwhile
            return there, manifests


def _mend_all(bench: Bench, there: Mapping[str, StoredFile], problems: Sequence[Problem]) -> list[Problem]:
    """Mend all that can be, as a run of its own: its manifest tells other states what became of the files."""
    state, output = bench.state, bench.output
    finish_dead_runs(state, output)  # before a row of theirs proves to be in a file already
    start_run(state, new_run_id(datetime.now(UTC)), _COMMAND, {})
    apply_ledger(state, output)
    manifests = learn_new(state, output)
    list(finish_parts(state, output, dict(there)))
    settled = _settle(Admission(state, output, manifests), bench, files_there(output), problems)
    told = mend(bench, [_repair(state, output, problem) for problem in settled])
    # What lies double, or in the wrong place, is seen once every file is known.
    while more := [
        p for p in further_problems(bench, list(read_manifests(output))) if not _was_told(p, told)
    ]:
        told += mend(bench, more)
    vouch_anew(state, output)
    archive, how = mend_files(
        output, [p.name for p in told if p.name.startswith(f"{FOLDER}/")], bench.archive
    )
    told = [replace(p, mended=how.get(p.name, p.mended)) for p in told]
    written_off = sorted({*lost_files(state), *(p.name for p in told if p.what in ("missing", "edited"))})
    settle(state, written_off)
    write_manifest(state, output, state.run_id, "finished", {"settled": written_off, **archive})
    return [replace(p, mended=_WRITTEN_OFF) if p.what in ("missing", "lost") else p for p in told]


def _mend_without_state(
    output: Output, there: Mapping[str, StoredFile], problems: Sequence[Problem]
) -> list[Problem]:
    """Mend with a state for the length of the repair, which knows what is in the files."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_state(Path(folder) / STATE_NAME)) as state,
    ):
        told = [_repair(state, output, problem) for problem in problems]
        rebuild_state(state, output)
        return _mend_all(Bench(state, output, output.staging(Path(folder))), files_there(output), told)


def _losses(state: State, there: Container[str], told: Container[str]) -> Iterator[Problem]:
    """Yield what runs have found lost, and no repair has settled."""
    for name, rows in rows_gone(state, parts_absent(state, there)).items():
        if name not in told:
            yield Problem(name, "lost", f"{rows} rows that were in it are gone")


def _was_told(problem: Problem, told: Sequence[Problem]) -> bool:
    return any((problem.name, problem.what) == (before.name, before.what) for before in told)


def _state_of(home: Path, repair: bool) -> tuple[State | None, list[Problem]]:
    """Open the state; with repair, one that cannot be read is set aside, to be made anew from the files.

    Without, the manifests say what there should be.
    """
    path = home / STATE_NAME
    try:
        return open_state(path), []
    except StorageError as error:
        if error.advice != REBUILD:
            raise
        if not repair:
            return None, [
                Problem(STATE_NAME, "bad-state", f"{error.what}; --repair makes it anew from the files")
            ]
        for name in (f"{STATE_NAME}-wal", f"{STATE_NAME}-shm"):
            if (home / name).exists():
                durable.move_aside(home / name, home / QUARANTINE)
        aside = str(durable.move_aside(path, home / QUARANTINE))
        return open_state(path), [
            Problem(STATE_NAME, "bad-state", error.what, aside, mended="made anew from the files")
        ]


def _settle(
    admission: Admission, bench: Bench, there: Mapping[str, StoredFile], problems: Sequence[Problem]
) -> list[Problem]:
    """Take files as they are that read well, as the start of a run does; what is left is to be repaired."""
    state, output = bench.state, bench.output
    for problem in problems:
        if problem.what == "edited" and _is_known(state, problem.name):
            admission.look_again(there[problem.name])
    events = list(take_unknown(state, output, there, admission))
    aside = [name for what, name in events if what == "quarantined"]
    moved = {name for what, name in retire_moved(state, there) if what == "moved"}
    told = []
    for problem in problems:
        if problem.what == "missing" and problem.name in moved:
            told.append(replace(problem, detail=f"{problem.detail}, and lie in other files now"))
        else:
            path = next((name for name in aside if name.endswith(problem.name)), None)
            told.append(replace(problem, moved_to=path or problem.moved_to))
    return told


def _is_known(state: State, name: str) -> bool:
    found = state.connection.execute("SELECT 1 FROM part WHERE name = ? AND state = 'committed'", (name,))
    return found.fetchone() is not None


def _repair(state: State | None, output: Output, problem: Problem) -> Problem:
    """Set a bad file aside and have its pages fetched again; what is no file is only reported."""
    if problem.what not in ("damaged", "missing") or problem.moved_to:
        return problem
    moved = None if problem.what == "missing" else output.set_aside(problem.name)
    known = state is not None and _is_known(state, problem.name)
    pending = forget_part(state, output, problem.name) if state is not None and known else 0
    return replace(problem, moved_to=moved, pending=pending)

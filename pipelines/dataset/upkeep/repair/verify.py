"""Verification: every file's checksum and rows, every manifest's sums, and the state's own counts."""

import contextlib
import tempfile
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from columnist.pipelines.dataset.archive.check import mend_files, wrong_files
from columnist.pipelines.dataset.archive.write import FOLDER
from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.fsync import REBUILD, StorageError
from columnist.pipelines.dataset.files.local_output import LocalOutput
from columnist.pipelines.dataset.files.locations import Output, files_there, is_named_by_a_run, open_output
from columnist.pipelines.dataset.files.open_file import CannotRead, opened, reads_well, writer_of
from columnist.pipelines.dataset.files.stored import QUARANTINE, StoredFile
from columnist.pipelines.dataset.runs.manifests import (
    NO_COUNTS,
    Manifest,
    Recorded,
    read_manifests,
    recorded_parts,
    renamed_in,
    wrong_sums,
)
from columnist.pipelines.dataset.runs.runs import finish_dead_runs, new_run_id, start_run, write_manifest
from columnist.pipelines.dataset.runs.vouched import learn_new
from columnist.pipelines.dataset.state.lock import lock_data
from columnist.pipelines.dataset.state.state import STATE_NAME, URL_STATES, State, open_state
from columnist.pipelines.dataset.upkeep.compact.follow import follow_merges
from columnist.pipelines.dataset.upkeep.compact.merges import manifest_of, merges_in
from columnist.pipelines.dataset.upkeep.compact.settle import published, settle_compaction
from columnist.pipelines.dataset.upkeep.forget.ledger import apply_ledger
from columnist.pipelines.dataset.upkeep.repair.losses import lost_files, rows_gone, settle
from columnist.pipelines.dataset.upkeep.repair.problems import Problem, What
from columnist.pipelines.dataset.upkeep.repair.rebuild import rebuild_state
from columnist.pipelines.dataset.upkeep.repair.recovery import (
    finish_parts,
    parts_absent,
    retire_moved,
    take_unknown,
)
from columnist.pipelines.dataset.upkeep.repair.refetch import forget_part
from columnist.pipelines.dataset.upkeep.repair.repair import Bench, further_problems, mend, vouch_anew
from columnist.pipelines.dataset.writers.adopt import Admission, kind_of
from columnist.pipelines.dataset.writers.at_work import Claim, at_work, states_at_work
from columnist.pipelines.dataset.writers.belonging import NoDataset, refuse_no_dataset, refuse_wrong_dataset
from columnist.pipelines.dataset.writers.follow_forgotten import Rewrites

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
        expected = _expected(state, manifests)
        problems = [
            *_check_files(state, output, expected, there),
            *_check_manifests(state, expected, there, manifests),
            *(
                Problem(name, what, detail)
                for name, what, detail in wrong_files(output, (m for _, m in manifests))
            ),
        ]
        if state is not None and home is not None:
            bench = Bench(state, output, output.staging(home))
            problems += [*_check_counts(state), *further_problems(bench, manifests)]
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


def _expected(state: State | None, manifests: Sequence[tuple[str, Manifest | None]]) -> dict[str, Recorded]:
    """Return what the files should be: as the state has it, and of files that it does not know, as manifests do."""
    if state is None:
        return recorded_parts(content for _, content in manifests)
    for _, content in manifests:  # this state may have been elsewhere at the compaction
        follow_merges(state, merges_in(content or {}))
    of_others = recorded_parts(
        content for _, content in manifests if content and content.get("state_id", state.id) != state.id
    )
    known = state.connection.execute("SELECT name, rows, sha256, size, state FROM part").fetchall()
    names = {name for name, *_, place in known if place != "writing"}
    own = {
        name: Recorded(rows, sha256, size)
        for name, rows, sha256, size, place in known
        if place == "committed"
    }
    return {**{name: part for name, part in of_others.items() if name not in names}, **own}


def _check_files(
    state: State | None, output: Output, expected: Mapping[str, Recorded], there: Mapping[str, StoredFile]
) -> Iterator[Problem]:
    """Look at every file: at its checksum, or, of one that nobody has recorded, at each of its pages."""
    rewrites = Rewrites(output)
    for name, part in expected.items():
        if name not in there:
            if not rewrites.emptied(name):
                yield Problem(name, "missing", f"{part.rows} rows were in it")
        elif found := _difference(output, there[name], part, rewrites):
            yield Problem(name, *found)
    for name in sorted({*there} - {*expected}):
        if found := _difference(output, there[name], None, rewrites):
            ours = state is None and is_named_by_a_run(name)
            yield Problem(name, "damaged" if ours else "unknown", found[1])
        elif not _is_being_written(state, output, there[name]):
            yield Problem(name, "unknown", "no run recorded this file; it reads well and stays")


def _is_being_written(state: State | None, output: Output, found: StoredFile) -> bool:
    """Say whether a run of another state made a file that no manifest names yet."""
    with opened(output, kind_of(found.name), found) as file:
        if state is None:
            return writer_of(file) in states_at_work(output)
        return Admission(state, output).is_of_a_running_state(file)


def _difference(
    output: Output, found: StoredFile, part: Recorded | None, rewrites: Rewrites
) -> tuple[What, str] | None:
    """Say what is wrong with a file, or None. Without a record that fits, each of its pages is read."""
    try:
        with opened(output, kind_of(found.name), found) as file:
            if part is not None and file.sha256 == part.sha256:
                return None
            if part is not None and rewrites.vouch(
                found.name, file.sha256
            ):  # this state has not looked since
                return None
            if part is not None and part.size == found.size:
                return "damaged", f"its {found.size} bytes do not have the checksum that was recorded"
            rows = reads_well(file)
    except (CannotRead, FileNotFoundError, IsADirectoryError) as error:
        return "damaged", f"cannot be read: {error}"
    if part is None:
        return None
    return "edited", f"reads well, with {rows} rows where {part.rows} were written; it stays as it is"


def _check_manifests(
    state: State | None,
    expected: Mapping[str, Recorded],
    there: Container[str],
    manifests: Sequence[tuple[str, Manifest | None]],
) -> Iterator[Problem]:
    known: set[str] = set()
    changed: set[str] = set()  # since a manifest named them, as the state and later manifests know
    if state is not None:
        parts = state.connection.execute("SELECT name, state, origin FROM part").fetchall()
        known = {name for name, _, _ in parts}
        changed = {
            name for name, place, origin in parts if place == "lost" or origin in ("found", "stranger")
        }
    for _, content in manifests:
        with contextlib.suppress(KeyError, TypeError, AttributeError):  # JSON, but nothing that a run wrote
            changed.update(renamed_in(content or {}))
    for name, content in manifests:
        if content is None:
            yield Problem(name, "bad-manifest", "is no JSON")
            continue
        wrong = list(wrong_sums(content))
        yield from (Problem(name, "bad-manifest", words) for words in wrong)
        if NO_COUNTS in wrong:
            continue
        ours = state is not None and content.get("state_id", state.id) == state.id
        for part in content.get("parts", []):
            there_now = expected.get(part["name"])
            if part["name"] in changed:
                continue
            if there_now is not None and there_now != Recorded(part["rows"], part["sha256"]):
                yield Problem(
                    name, "bad-manifest", f"names other rows or another checksum for {part['name']}"
                )
            elif ours and part["name"] not in known and part["name"] not in there:
                yield Problem(name, "bad-manifest", f"names {part['name']}, which nobody knows")


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
        " WHERE state <> 'lost' AND origin <> 'stranger' AND rows <> there"
    ):
        yield Problem(STATE_NAME, "bad-count", f"{name}: {rows} rows recorded, {there} keys kept")


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

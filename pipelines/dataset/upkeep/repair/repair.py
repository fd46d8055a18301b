"""What else `verify` looks at than the bytes of files, and how a repair mends it. No row is dropped but a doubled one."""

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from columnist.pipelines.dataset.archive.forgotten import empty_archive, note_places
from columnist.pipelines.dataset.files.local_output import LocalOutput
from columnist.pipelines.dataset.files.locations import Output, files_there
from columnist.pipelines.dataset.files.open_file import CannotRead, content_errors
from columnist.pipelines.dataset.files.rewrite import rows_to_go, stage_without
from columnist.pipelines.dataset.files.stored import QUARANTINE
from columnist.pipelines.dataset.runs.manifests import Manifest, Recorded, read_manifests, recorded_parts
from columnist.pipelines.dataset.runs.runs import write_ahead
from columnist.pipelines.dataset.state.state import STATE_NAME, URL_STATES, State
from columnist.pipelines.dataset.upkeep.forget.forget import rewrite_files
from columnist.pipelines.dataset.upkeep.forget.hashes import read_entries
from columnist.pipelines.dataset.upkeep.forget.ledger import LEDGER, append_entries, read_ledger
from columnist.pipelines.dataset.upkeep.repair.doubles import doubled_rows
from columnist.pipelines.dataset.upkeep.repair.losses import retire
from columnist.pipelines.dataset.upkeep.repair.problems import Problem, What
from columnist.pipelines.dataset.upkeep.repair.recovery import clear_staging, take_unknown
from columnist.pipelines.dataset.writers.adopt import Admission, kind_of

_DAY = re.compile(r"(articles|rejects)/day=(\d{4}-\d\d-\d\d)/[^/]+")


# What a table raises that is none of ours: no such column, no times in it.
_ODD = (pa.ArrowException, OSError, LookupError, AttributeError, ValueError, TypeError)


@dataclass(frozen=True, slots=True)
class Bench:
    """What a look at a dataset works with."""

    state: State
    output: Output
    staging: Path
    archive: list[dict[str, Any]] = field(default_factory=list)  # its files that the repair has changed


def further_problems(bench: Bench, manifests: Sequence[tuple[str, Manifest | None]]) -> Iterator[Problem]:
    """Yield what is wrong beside files' bytes, manifests' sums and the state's counts."""
    state, output = bench.state, bench.output
    there = {name for name, _ in manifests}
    for (run,) in state.connection.execute("SELECT id FROM run WHERE manifest = 1 ORDER BY id"):
        if f"runs/{run}.json" not in there:
            yield Problem(f"runs/{run}.json", "bad-manifest", "is gone")
    yield from _bad_lines(state, output)
    for name, rows in doubled_rows(state, output).items():
        yield Problem(
            name, "double", f"{len(rows)} of its rows lie in an earlier file too, alike in every column"
        )
    for name in files_there(output):
        day = _right_day(output, name)
        if day is not None:
            yield Problem(name, "wrong-day", f"its rows were fetched on {day}")
        forgotten = _forgotten_rows(state, output, name)
        if forgotten:
            yield Problem(name, "forgotten", f"{forgotten} of its rows are forgotten")
    for path in sorted(bench.staging.iterdir()) if bench.staging.is_dir() else ():
        yield Problem(f"tmp/{path.name}", "left-over", "no run writes it any more")


def _bad_lines(state: State, output: Output) -> Iterator[Problem]:
    ledger = read_ledger(output)
    for number in ledger.broken:
        yield Problem(LEDGER, "bad-ledger", f"line {number} cannot be read")
    said = {(entry.hash, entry.what) for entry in ledger.entries}
    gone = sum(1 for e in read_entries(state.connection) if e.run_id and (e.hash, e.what) not in said)
    if gone:
        yield Problem(LEDGER, "bad-ledger", f"{gone} lines that this state has read are not in it")


def _right_day(output: Output, name: str) -> str | None:
    """Return the one day on which a file's rows were fetched, where its folder is another's."""
    place = _DAY.fullmatch(name)
    if place is None or _is_linked(output, name):
        return None
    days: set[str] = set()
    with (
        contextlib.suppress(*_ODD),
        output.open(name) as source,
        pq.ParquetFile(pa.PythonFile(source, "r")) as parquet,
    ):
        for batch in parquet.iter_batches(columns=["fetched_at"]):
            days.update(f"{at:%Y-%m-%d}" for at in batch.column(0).to_pylist())
    return days.pop() if len(days) == 1 and place[2] not in days else None


def _is_linked(output: Output, name: str) -> bool:
    """Say whether a file lies elsewhere, where somebody linked it in: its place is that person's word."""
    if not isinstance(output, LocalOutput):
        return False
    return (output.root / name).resolve() != output.root.resolve() / name


def _forgotten_rows(state: State, output: Output, name: str) -> int:
    if state.forgotten:
        with contextlib.suppress(CannotRead), content_errors(), output.open(name) as source:
            return sum(1 for _ in rows_to_go(source, state.forgotten))
    return 0


def mend(bench: Bench, problems: Sequence[Problem]) -> list[Problem]:
    """Mend what can be mended, kind by kind, as part of the running run; tell how."""
    told = list(problems)
    for what, mending in _MENDING:
        ill = [problem for problem in told if problem.what == what]
        if ill:
            how = mending(bench, ill)
            told = [replace(p, mended=how.get(p.name)) if p.what == what else p for p in told]
    return told


Mended = dict[str, str]


def _move_to_their_day(bench: Bench, ill: Sequence[Problem]) -> Mended:
    state, output, mended = bench.state, bench.output, Mended()
    for problem in ill:
        day = _right_day(output, problem.name)
        place = f"{kind_of(problem.name)}/day={day}/{problem.name.rpartition('/')[2]}"
        if day is None or output.find(place) is not None:
            continue
        output.move(problem.name, place)
        with state.transaction() as connection:
            connection.execute("DELETE FROM part WHERE name = ? AND state = 'lost'", (place,))
            part = connection.execute("SELECT id FROM part WHERE name = ?", (problem.name,)).fetchone()
            if part is not None:
                retire(state, part[0])
        mended[problem.name] = f"moved to {place}"
    list(take_unknown(state, output, files_there(output), Admission(state, output)))
    return mended


def _drop_doubles(bench: Bench, ill: Sequence[Problem]) -> Mended:
    state, output, mended = bench.state, bench.output, Mended()
    doubled = doubled_rows(state, output)
    for problem in ill:
        if problem.name not in doubled:
            continue
        file = stage_without(output, problem.name, doubled[problem.name], bench.staging)
        if file.staged is None:
            output.remove(problem.name)
            retire(
                state,
                *state.connection.execute("SELECT id FROM part WHERE name = ?", (problem.name,)).fetchone(),
            )
            mended[problem.name] = "removed"
            continue
        with state.transaction() as connection:
            values = (state.run_id, file.name, file.rows, file.size, file.sha256, file.dropped)
            connection.execute("INSERT OR REPLACE INTO rewritten VALUES (?, ?, ?, ?, ?, ?)", values)
        write_ahead(state, output, state.run_id)
        output.replace(file.staged, file.name)
        found = output.find(file.name)
        if found is not None:
            Admission(state, output).look_again(found)
        mended[problem.name] = f"{file.dropped} rows taken out"
    return mended


def _take_out_forgotten(bench: Bench, ill: Sequence[Problem]) -> Mended:
    names = [problem.name for problem in ill if bench.output.find(problem.name) is not None]
    forgotten, places = bench.state.forgotten, dict[str, set[int]]()
    for name in names:
        with bench.output.open(name) as source:
            note_places(places, (row for _, row in rows_to_go(source, forgotten)))
    empty_archive(bench.output, bench.staging, forgotten, places, partial(_vouch, bench))
    rewrite_files(bench.state, bench.output, bench.staging, names)
    return dict.fromkeys(names, "taken out")


def _vouch(bench: Bench, file: dict[str, Any]) -> None:
    bench.archive.append(file)
    write_ahead(bench.state, bench.output, bench.state.run_id, {"archive": bench.archive})


def _clear(bench: Bench, ill: Sequence[Problem]) -> Mended:
    aside = [name for _, name in clear_staging(bench.state, bench.output, bench.staging)]
    left = {path.name for path in bench.staging.iterdir()}
    names = (p.name for p in ill if p.name.startswith("tmp/") and p.name.removeprefix("tmp/") not in left)
    return {name: next((f"set aside as {a}" for a in aside if a.endswith(name)), "removed") for name in names}


def _set_manifests_aside(bench: Bench, ill: Sequence[Problem]) -> Mended:
    mended = Mended()
    for name in dict.fromkeys(problem.name for problem in ill):
        gone = bench.output.find(name) is None
        mended[name] = "its files are named anew" if gone else f"set aside as {bench.output.set_aside(name)}"
        run = name.removeprefix("runs/").removesuffix(".json")
        with bench.state.transaction() as connection:
            connection.execute("UPDATE run SET manifest = 2 WHERE id = ? AND manifest = 1", (run,))
    return mended


def _write_ledger(bench: Bench, ill: Sequence[Problem]) -> Mended:
    output, ledger = bench.output, read_ledger(bench.output)
    said = {(entry.hash, entry.what) for entry in ledger.entries}
    lost = [e for e in read_entries(bench.state.connection) if e.run_id and (e.hash, e.what) not in said]
    kept = ledger
    if ledger.broken:
        output.put(f"{QUARANTINE}/{LEDGER}.{ledger.digest[:8]}", ledger.content)
        lines = ledger.content.splitlines(keepends=True)
        good = [line for number, line in enumerate(lines, start=1) if number not in ledger.broken]
        kept = replace(ledger, content=b"".join(good))
    if lost:
        append_entries(output, lost, kept)
    elif ledger.broken:
        output.put(LEDGER, kept.content)
    return {LEDGER: f"{len(lost)} lines written anew; a line that no state has read is lost"}


def _count_anew(bench: Bench, ill: Sequence[Problem]) -> Mended:
    state = bench.state
    with state.transaction() as connection:
        counted: Counter[tuple[str, str]] = Counter()
        for site, at, n in connection.execute("SELECT site, state, count(*) FROM url GROUP BY site, state"):
            counted[site, URL_STATES[at]] = n
        kept = {(site, what): n for site, counts in state.census().items() for what, n in counts.items()}
        for site, what in {*counted, *kept}:
            state.count_now(site, what, counted[site, what] - kept.get((site, what), 0))
        connection.execute(
            "UPDATE part SET state = 'lost' WHERE state = 'committed' AND origin <> 'stranger'"
            " AND rows <> (SELECT count(*) FROM staged WHERE staged.part = part.id)"
        )
        connection.execute("DELETE FROM staged WHERE part IN (SELECT id FROM part WHERE state = 'lost')")
    list(take_unknown(state, bench.output, files_there(bench.output), Admission(state, bench.output)))
    return {STATE_NAME: "counted anew"}


_MENDING: tuple[tuple[What, Callable[[Bench, Sequence[Problem]], Mended]], ...] = (
    ("bad-ledger", _write_ledger),
    ("bad-manifest", _set_manifests_aside),
    ("bad-count", _count_anew),
    ("left-over", _clear),
    ("wrong-day", _move_to_their_day),
    ("double", _drop_doubles),
    ("forgotten", _take_out_forgotten),
)


def vouch_anew(state: State, output: Output) -> None:
    """Have the running run's manifest name the files that no manifest names as they are, so that others believe them."""
    said: Mapping[str, Any] = recorded_parts(content for _, content in read_manifests(output))
    known = state.connection.execute(
        "SELECT id, name, rows, sha256, run FROM part WHERE state = 'committed'"
    ).fetchall()
    unnamed = [
        part
        for part, name, rows, sha256, run in known
        if said.get(name) != Recorded(rows, sha256) and run != state.run_id
    ]
    with state.transaction() as connection:
        connection.executemany(
            "UPDATE part SET told = CASE WHEN origin IN ('own', 'vouched') THEN ? END WHERE id = ?",
            ((state.run_id, part) for part in unnamed),
        )
        left = {name for _, name, *_ in known}
        gone = [name for name in said if name not in left and output.find(name) is None]
        connection.executemany(
            "INSERT INTO part(kind, day, name, run, state, rows, notes) VALUES (?, '', ?, '', 'lost', 0, '{}')"
            " ON CONFLICT(name) DO UPDATE SET told = NULL",
            ((kind_of(name), name) for name in gone),
        )

"""Recovery at start: parts are rolled forward, files of others made known, broken ones set aside.

Recovery may itself be killed at any point and run again.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import pyarrow as pa

from columnist.pipelines.dataset.archive.write import FOLDER
from columnist.pipelines.dataset.clusters.table import CLUSTERS_FOLDER
from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files import parts
from columnist.pipelines.dataset.files.locations import Output, files_there
from columnist.pipelines.dataset.files.parts import Part, Written
from columnist.pipelines.dataset.files.storage_errors import disk_errors
from columnist.pipelines.dataset.files.stored import QUARANTINE, StoredFile
from columnist.pipelines.dataset.runs.manifests import Manifest
from columnist.pipelines.dataset.runs.vouched import settled_in
from columnist.pipelines.dataset.state.rows import KINDS
from columnist.pipelines.dataset.state.state import State
from columnist.pipelines.dataset.upkeep.compact.settle import look, settle_compaction
from columnist.pipelines.dataset.upkeep.repair.losses import (
    note_absent,
    note_fewer,
    retire,
    rows_gone,
    settle,
)
from columnist.pipelines.dataset.upkeep.repair.refetch import forget_part
from columnist.pipelines.dataset.writers.adopt import Admission, is_readable
from columnist.pipelines.dataset.writers.at_work import states_at_work
from columnist.pipelines.dataset.writers.follow_forgotten import drop_file
from columnist.pipelines.dataset.writers.overlap import take_back

_STAGED = (*KINDS, FOLDER, CLUSTERS_FOLDER)  # how the names of files begin that are written in tmp/
Event = tuple[str, str]  # a field of Recovery, and the name of a file


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was found and done at start; worth a log line where anything is not empty."""

    redone: tuple[str, ...] = ()  # parts written anew
    adopted: tuple[str, ...] = ()  # parts that lay there whole, and only lacked their commit
    quarantined: tuple[str, ...] = ()  # files set aside: where they are now
    damaged: tuple[str, ...] = ()  # committed parts whose bytes went bad; their pages are pending again
    missing: tuple[str, ...] = ()  # files that someone took away; `columnist verify` repairs
    lost: tuple[str, ...] = ()  # files that went bad or were thinned out, in this run or before it
    moved: tuple[str, ...] = ()  # committed parts that someone took away, whose rows lie in other files
    edited: tuple[str, ...] = ()  # committed parts that a hand has changed: known as they are now
    found: tuple[str, ...] = ()  # files that no run recorded: their rows are known now
    strangers: tuple[str, ...] = ()  # tables that are none of ours, or cannot be read: left alone
    vouched: tuple[str, ...] = ()  # files of other states: their rows are known now
    torn: tuple[str, ...] = ()  # archive files that broke off, or held what was never written whole


def read_parts(state: State, condition: str) -> list[Part]:
    """Return the parts of a state, oldest first."""
    query = f"SELECT id, kind, day, name, run, rows, notes FROM part WHERE {condition} ORDER BY id"  # noqa: S608  literals
    return [Part(*row) for row in state.connection.execute(query)]


def recover_files(state: State, output: Output, staging: Path, redo: Callable[[Part], None]) -> Recovery:
    """Bring state and files to one truth: each row in exactly one readable file or in the outbox."""
    parts.drop_leftovers(state)
    events = list(clear_staging(state, output, staging))
    settle_compaction(output)
    there, manifests = look(state, output)
    admission = Admission(state, output, manifests)
    events += _look_at_changed(state, output, there, admission)
    events += finish_parts(state, output, there)
    events += take_unknown(state, output, there, admission)
    for part in read_parts(state, "state = 'writing'"):
        redo(part)
        events.append(("redone", part.name))
    if events:
        there, more = look(state, output)
        manifests |= more
    there_now = {*there}
    follow_settled(state, output, there_now, manifests.values())
    note_absent(state, there_now)
    events += retire_moved(state, there_now)
    parts.drop_leftovers(state)  # of adopted parts
    return Recovery(
        *(tuple(name for what, name in events if what == field.name) for field in fields(Recovery))
    )


def clear_staging(state: State, output: Output, staging: Path) -> Iterator[Event]:
    """Drop half-written parts, which are written anew, and move away what no run of ours put there."""
    left = sorted(staging.iterdir()) if staging.is_dir() else []
    # Looked at later: nobody is overlooked.
    busy = states_at_work(output) - {state.id} if left else frozenset()
    for path in left:
        if any(other in path.name for other in busy):
            continue
        ours = path.is_file() and path.suffix in (".parquet", ".gz") and path.name.split("-")[0] in _STAGED
        if ours:
            durable.remove(path)
        else:
            yield "quarantined", str(durable.move_aside(path, staging.parent / QUARANTINE / "tmp"))


def _look_at_changed(
    state: State, output: Output, there: dict[str, StoredFile], admission: Admission
) -> Iterator[Event]:
    """Look at each committed file's size and time, and into it where those have changed."""
    facts = state.connection.execute("SELECT name, size, modified FROM part WHERE state = 'committed'")
    for name, size, modified in facts.fetchall():
        found = there.get(name)
        if found is None and admission.rewrites.emptied(name):
            drop_file(state, name)
        if found is None or (found.size, found.modified) == (size, modified):
            continue
        what = admission.look_again(found).what
        if what == "broken" and name not in files_there(output):  # a compaction has just taken it away
            continue
        if what == "broken":
            forget_part(state, output, name)
            yield "quarantined", output.set_aside(name)
            yield "damaged", name
            del there[name]
        elif what in ("edited", "stranger"):
            yield "strangers" if what == "stranger" else what, name


def finish_parts(state: State, output: Output, there: dict[str, StoredFile]) -> Iterator[Event]:
    """Commit the parts that lie under their names already; take those back whose names others have taken."""
    for part in read_parts(state, "state = 'writing'"):
        quarantined: list[str] = []
        if part.name in there and _adopt(state, output, part, quarantined):
            yield "adopted", part.name
        for aside in quarantined:
            yield "quarantined", aside
            del there[part.name]


def _adopt(state: State, output: Output, part: Part, quarantined: list[str]) -> bool:
    """Commit a part that lies under its name with the right rows; set aside what cannot be read there.

    A file that reads well and holds other rows was changed since by a hand: it stays, and the part's rows go back
    to the outbox, to be held against that file's.
    """
    found = output.find(part.name)
    if found is None:
        return False
    sha256 = None
    with disk_errors(part.name), output.open(part.name) as file:
        if parts.same_rows(state, part, pa.PythonFile(file, "r")):
            file.seek(0)
            sha256 = durable.sha256_of(file)
        elif is_readable(output, found):
            take_back(state, part.id)
            return False
    if sha256 is None:
        quarantined.append(output.set_aside(part.name))
        return False
    output.settle(part.name)
    parts.commit(state, Written(part, sha256, found))
    return True


def take_unknown(
    state: State, output: Output, there: Mapping[str, StoredFile], admission: Admission
) -> Iterator[Event]:
    """Make every file known that the state does not know; set aside what cannot be read."""
    names = state.connection.execute("SELECT name FROM part WHERE state <> 'lost'")
    known = {name for (name,) in names}
    for name, found in there.items():
        if name in known:
            continue
        admitted = admission.admit(found)
        if admitted.what == "broken" and name not in files_there(
            output
        ):  # a compaction has just taken it away
            continue
        if admitted.what == "broken":
            yield "quarantined", output.set_aside(name)
        else:
            yield ("strangers" if admitted.what == "stranger" else admitted.what), name


def parts_absent(state: State, there: Container[str]) -> dict[int, str]:
    """Return the committed parts whose files are not there."""
    committed = state.connection.execute("SELECT id, name FROM part WHERE state = 'committed' ORDER BY id")
    return {part: name for part, name in committed if name not in there}


def retire_moved(state: State, there: Container[str]) -> Iterator[Event]:
    """Take the parts that are not there out of the state whose every row lies in another file; name the other losses."""
    absent = parts_absent(state, there)
    gone = rows_gone(state, absent)
    for part, name in absent.items():
        if name not in gone:
            retire(state, part)
            yield "moved", name
    known = {*absent.values()}
    for name in gone:
        is_unknown = _is_unknown(state, name)
        yield "missing" if name in known or is_unknown else "lost", name


def _is_unknown(state: State, name: str) -> bool:
    return state.connection.execute("SELECT 1 FROM part WHERE name = ?", (name,)).fetchone() is None


def follow_settled(
    state: State, output: Output, there: Container[str], manifests: Iterable[Manifest]
) -> None:
    """Let go of what another state's repair has settled; call with every file looked at as it is now."""
    names = {name for content in manifests for name in settled_in(content)}
    for name in parts_absent(state, there).values() if names else ():
        if name in names:
            forget_part(state, output, name)
    settle(state, names)
    known = state.connection.execute("SELECT name, rows FROM part WHERE state = 'committed'") if names else ()
    for name, rows in [(name, rows) for name, rows in known if name in names]:
        note_fewer(state, name, rows)

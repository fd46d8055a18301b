"""What is wrong with a dataset: its files held against their records, its manifests' sums, the state's own counts."""

import contextlib
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence

from columnist.pipelines.dataset.files.locations import Output, is_named_by_a_run
from columnist.pipelines.dataset.files.open_file import CannotRead, opened, reads_well, writer_of
from columnist.pipelines.dataset.files.stored import StoredFile
from columnist.pipelines.dataset.runs.manifests import (
    NO_COUNTS,
    Manifest,
    Recorded,
    recorded_parts,
    renamed_in,
    wrong_sums,
)
from columnist.pipelines.dataset.state.state import STATE_NAME, URL_STATES, State
from columnist.pipelines.dataset.upkeep.compact.follow import follow_merges
from columnist.pipelines.dataset.upkeep.compact.merges import merges_in
from columnist.pipelines.dataset.upkeep.repair.problems import Problem, What
from columnist.pipelines.dataset.writers.adopt import Admission, kind_of
from columnist.pipelines.dataset.writers.at_work import states_at_work
from columnist.pipelines.dataset.writers.follow_forgotten import Rewrites


def expected_files(
    state: State | None, manifests: Sequence[tuple[str, Manifest | None]]
) -> dict[str, Recorded]:
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


def wrong_tables(
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


def wrong_manifests(
    state: State | None,
    expected: Mapping[str, Recorded],
    there: Container[str],
    manifests: Sequence[tuple[str, Manifest | None]],
) -> Iterator[Problem]:
    """Hold each manifest's sums against one another, and its files against what is known of them."""
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


def wrong_counts(state: State) -> Iterator[Problem]:
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

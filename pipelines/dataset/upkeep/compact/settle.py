"""The end of a compaction, by itself or, where it was killed, by whoever comes next: any run, or `columnist compact`."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.locations import Output, files_there
from columnist.pipelines.dataset.files.remote_output import RemoteOutput
from columnist.pipelines.dataset.files.storage_errors import disk_errors
from columnist.pipelines.dataset.files.stored import StoredFile
from columnist.pipelines.dataset.runs.manifests import Manifest, read_manifest, to_bytes
from columnist.pipelines.dataset.runs.vouched import learn_new
from columnist.pipelines.dataset.state.state import State
from columnist.pipelines.dataset.upkeep.compact.follow import follow_merges
from columnist.pipelines.dataset.upkeep.compact.merges import (
    JOURNAL,
    Compaction,
    Journal,
    Merge,
    manifest_of,
    merges_in,
    read_journal,
)
from columnist.pipelines.dataset.writers.at_work import states_at_work


def settle_compaction(output: Output) -> None:
    """Finish what a killed compaction has published: its sources go, and its manifest is written.

    What it had not published is not there, and all of its sources are. Killed in its turn, this is done again.
    """
    journal = read_journal(output)
    if journal is None or journal.by.state_id in states_at_work(output):
        return
    done = [merge for merge in journal.merges if _is_whole(output, merge)]
    for merge in done:
        output.remove_all(merge.sources)
    if isinstance(output, RemoteOutput):
        output.remove_all(output.upload_of(merge.name) for merge in journal.merges)
    name = f"runs/{journal.by.run_id}.json"
    there = read_manifest(output, name) or {}
    if there.get("outcome", "running") == "running" and (there or done):
        tell(output, journal.by, done, "died", there.get("options", {}))
    now = read_journal(output)
    if now is not None and now.by == journal.by:
        output.remove(JOURNAL)


def _is_whole(output: Output, merge: Merge) -> bool:
    found = output.find(merge.name)
    if not merge.rows:
        return True
    if found is None or found.size != merge.bytes:
        return False
    with disk_errors(merge.name), output.open(merge.name) as file:
        return durable.sha256_of(file) == merge.sha256


def tell(
    output: Output, by: Compaction, merges: Iterable[Merge], outcome: str, knobs: Mapping[str, Any]
) -> None:
    """Write the manifest of a compaction, with what an earlier writing of it said."""
    name = f"runs/{by.run_id}.json"
    made = {merge.name: merge for merge in (*merges_in(read_manifest(output, name) or {}), *merges)}
    finished = datetime.now(UTC).isoformat(timespec="seconds")
    output.put(name, to_bytes(manifest_of(by, made.values(), outcome, finished, knobs)))


def published(output: Output) -> tuple[Journal | None, list[Merge]]:
    """Return the journal, and which of its files readers meet already."""
    journal = read_journal(output)
    merges = journal.merges if journal is not None else ()
    return journal, [m for m in merges if not m.rows or output.find(m.name) is not None]


def look(state: State, output: Output) -> tuple[dict[str, StoredFile], dict[str, Manifest]]:
    """List the tables that readers meet, once the state has followed every compaction; return new manifests too.

    The journal and the manifests are read after the listing: whatever a compaction has taken away by then, one of them names.
    """
    read: dict[str, Manifest] = {}
    absent: set[str] = set()
    while True:
        there, (_, merges) = files_there(output), published(output)
        for source in (source for merge in merges for source in merge.sources):
            there.pop(source, None)  # about to go, if it is not gone
        follow_merges(state, merges)
        read |= learn_new(state, output)
        known = state.connection.execute("SELECT name FROM part WHERE state = 'committed'")
        now = {name for (name,) in known} - there.keys()
        if (
            not now or now == absent
        ):  # else something was merged since the listing, or is gone: look once more
            return there, read
        absent = now

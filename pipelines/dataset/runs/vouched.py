"""What the manifests vouch for, kept in the state as far as it has read them: each is read once."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath

from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.files.storage_errors import StorageError
from columnist.pipelines.dataset.runs.manifests import (
    READS_AT_ONCE,
    Manifest,
    parts_of,
    read_manifest,
    rewritten_in,
)
from columnist.pipelines.dataset.runs.months import folded_in, months
from columnist.pipelines.dataset.state.state import State
from columnist.pipelines.dataset.upkeep.compact.follow import follow_merges
from columnist.pipelines.dataset.upkeep.compact.merges import merges_in

_WORD = """INSERT INTO word VALUES (?1, ?2, ?3, ?4) ON CONFLICT(name) DO UPDATE
    SET rows = ?2, sha256 = ?3, run = ?4 WHERE run <= ?4"""


def learn_new(state: State, output: Output) -> dict[str, Manifest]:
    """Read the manifests that this state has not read, oldest first; return them by name, without their sites."""
    seen = {name for (name,) in state.connection.execute("SELECT name FROM manifest_read")}
    marks = dict(state.connection.execute("SELECT name, value FROM note WHERE name LIKE 'runs/%'"))
    found: dict[str, Manifest] = {}
    read = {month.name: f"{month.size} {month.modified}" for month in months(output)}
    for month, mark in read.items():
        if marks.get(month) != mark:
            with contextlib.suppress(StorageError):  # `columnist verify` names it
                found.update((n, _slim(content)) for n, content in folded_in(output, month) if n not in seen)
    names = sorted(f.name for f in output.files("runs") if f.name.endswith(".json") and f.name not in seen)
    with ThreadPoolExecutor(READS_AT_ONCE) as pool:  # a store takes 50 ms for each
        contents = list(pool.map(lambda name: read_manifest(output, name), names))
    found.update((n, _slim(c)) for n, c in zip(names, contents, strict=True) if c is not None)
    with state.transaction(synced=False) as connection:
        for name in sorted(found):
            learn(state, name, found[name])
        connection.executemany("INSERT OR REPLACE INTO note VALUES (?, ?)", read.items())
    return found


def _slim(content: Manifest) -> Manifest:
    return {**content, "sites": {}}  # most of a manifest, and nothing that is learned


def learn(state: State, name: str, content: Manifest) -> None:
    """Keep a manifest's word on each file that it names, and follow what a compaction made of them."""
    run = PurePosixPath(name).stem
    words: list[tuple[str, int | None, str | None, str]] = []
    with contextlib.suppress(KeyError, TypeError, AttributeError):  # JSON, but nothing that a run wrote
        said = {**parts_of(content), **rewritten_in(content)}
        words += [(str(file), int(part.rows), str(part.sha256), run) for file, part in said.items()]
        taken = [*content.get("retired", []), *content.get("emptied", [])]
        words += [(str(file), None, None, run) for file in taken]
    with state.transaction(synced=False) as connection:
        connection.executemany(_WORD, words)
        if content.get("outcome") != "running":  # it is written again at its run's end
            connection.execute("INSERT OR IGNORE INTO manifest_read VALUES (?)", (name,))
        follow_merges(state, merges_in(content))


def settled_in(content: Manifest) -> list[str]:
    """Return the files whose lost rows a repair has settled."""
    names = content.get("settled", [])
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []

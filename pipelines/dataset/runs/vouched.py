"""What the manifests vouch for, kept in the state as far as it has read them: each is read once."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath

from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.runs.manifests import (
    READS_AT_ONCE,
    Manifest,
    parts_of,
    read_manifest,
    rewritten_in,
)
from columnist.pipelines.dataset.state.state import State

_WORD = """INSERT INTO word VALUES (?1, ?2, ?3, ?4) ON CONFLICT(name) DO UPDATE
    SET rows = ?2, sha256 = ?3, run = ?4 WHERE run <= ?4"""


def learn_new(state: State, output: Output) -> dict[str, Manifest]:
    """Read the manifests that this state has not read, oldest first; return them by name."""
    seen = {name for (name,) in state.connection.execute("SELECT name FROM manifest_read")}
    names = sorted(f.name for f in output.files("runs") if f.name.endswith(".json") and f.name not in seen)
    with ThreadPoolExecutor(READS_AT_ONCE) as pool:  # a store takes 50 ms for each
        contents = list(pool.map(lambda name: read_manifest(output, name), names))
    found = {name: content for name, content in zip(names, contents, strict=True) if content is not None}
    with state.transaction(synced=False):
        for name, content in found.items():
            learn(state, name, content)
    return found


def learn(state: State, name: str, content: Manifest) -> None:
    """Keep a manifest's word on each file that it names."""
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


def settled_in(content: Manifest) -> list[str]:
    """Return the files whose lost rows a repair has settled."""
    names = content.get("settled", [])
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []

"""How a state follows what `forget` did to a file that it knows: fewer rows in it, or no file any more.

The manifest of the run that did it says so; a state that was elsewhere meanwhile believes it at its next start.
"""

import contextlib

from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.runs.manifests import Recorded, read_manifests, rewritten_in
from columnist.pipelines.dataset.state.state import State
from columnist.pipelines.dataset.upkeep.forget.ledger import known_by, obey_again, read_ledger


class Rewrites:
    """What the manifests say of files that `forget` has changed or taken away; they are read once, if at all."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._said: dict[tuple[str, str], Recorded] | None = None
        self._emptied: set[str] = set()

    def vouch(self, name: str, sha256: str) -> Recorded | None:
        """Return what a file with these bytes became by a run of `forget`; None where none made it so."""
        return self._read().get((name, sha256))

    def emptied(self, name: str) -> bool:
        """Say whether a file was taken away with all its rows."""
        self._read()
        return name in self._emptied

    def _read(self) -> dict[tuple[str, str], Recorded]:
        if self._said is None:
            self._said = {}
            for _, content in read_manifests(self._output) if read_ledger(self._output).content else ():
                with contextlib.suppress(
                    KeyError, TypeError
                ):  # nothing that a run wrote: `columnist verify` names it
                    self._said.update({(n, r.sha256): r for n, r in rewritten_in(content or {}).items()})
                    self._emptied.update((content or {}).get("emptied", []))
        return self._said


def follow(state: State, output: Output, name: str, now: Recorded) -> bool:
    """Drop the keys of the rows that left a file; return False where those that stay are not the file's."""
    found = output.find(name)
    with state.transaction() as connection:
        part = connection.execute(
            "SELECT id, rows FROM part WHERE name = ? AND state = 'committed'", (name,)
        ).fetchone()
        if part is None or found is None:
            return False
        rows = connection.execute(
            "SELECT id, kind, url, site, key, source FROM staged WHERE part = ?", part[:1]
        ).fetchall()
        gone = [number for number, *facts in rows if state.forgotten.takes(known_by(*facts))]
        if rows and len(rows) - len(gone) != now.rows:
            return False
        connection.executemany("DELETE FROM staged WHERE id = ?", ((number,) for number in gone))
        connection.execute(
            "UPDATE part SET rows = ?, sha256 = ?, size = ?, modified = ? WHERE id = ?",
            (now.rows, now.sha256, found.size, found.modified, part[0]),
        )
        obey_again(state)
    return True


def drop_file(state: State, name: str) -> None:
    """Drop a file of which every row was forgotten."""
    with state.transaction() as connection:
        connection.execute("DELETE FROM staged WHERE part IN (SELECT id FROM part WHERE name = ?)", (name,))
        connection.execute("DELETE FROM part WHERE name = ?", (name,))
        obey_again(state)

"""How a state follows what `forget` did to a file that it knows: fewer rows in it, or no file any more.

The manifest of the run that did it says so; a state that was elsewhere meanwhile believes it at its next start.
"""

from __future__ import annotations

from pipelines.dataset.ledger import known_by, obey_again
from pipelines.dataset.manifests import Recorded, read_manifests
from pipelines.dataset.output import Output
from pipelines.state import State

__all__ = ["Rewrites", "follow", "retire"]


class Rewrites:
    """What the manifests say of files that were rewritten or taken away; they are read once, if at all."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._said: tuple[dict[str, list[Recorded]], frozenset[str]] | None = None

    def vouch(self, name: str, sha256: str) -> Recorded | None:
        """Return what a file with these bytes became by a run of `forget`; None where none made it so."""
        return next((r for r in self._read()[0].get(name, ()) if r.sha256 == sha256), None)

    def retired(self, name: str) -> bool:
        """Say whether a file was taken away with all its rows."""
        return name in self._read()[1]

    def _read(self) -> tuple[dict[str, list[Recorded]], frozenset[str]]:
        if self._said is None:
            changed: dict[str, list[Recorded]] = {}
            gone: set[str] = set()
            for _, content in read_manifests(self._output):
                for part in (content or {}).get("rewritten", []):
                    changed.setdefault(part["name"], []).append(Recorded(part["rows"], part["sha256"]))
                gone.update((content or {}).get("retired", []))
            self._said = changed, frozenset(gone)
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


def retire(state: State, name: str) -> None:
    """Drop a file of which every row was forgotten."""
    with state.transaction() as connection:
        connection.execute("DELETE FROM staged WHERE part IN (SELECT id FROM part WHERE name = ?)", (name,))
        connection.execute("DELETE FROM part WHERE name = ?", (name,))
        obey_again(state)

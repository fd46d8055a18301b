"""Rows that readers had and have no longer: of files that vanished, went bad or were thinned out by hand.

A row that lies in another file as well, as after a compaction by hand, is not gone. What is gone is told by every run
until it is back or a repair has settled it; until then no manifest says anything new of its file, so that a state
made anew finds the same.
"""

from collections.abc import Container, Iterable

from columnist.pipelines.dataset.state.state import State

_ABSENT = "CREATE TEMP TABLE IF NOT EXISTS absent(part INTEGER PRIMARY KEY)"


def note_gone(state: State, part: int) -> None:
    """Note the rows of a part as gone, before the state drops them; they may turn up in another."""
    with state.transaction() as connection:
        connection.execute(
            "INSERT OR IGNORE INTO gone SELECT part.name, staged.kind, key, revision, 1 FROM staged"
            " JOIN part ON part.id = staged.part WHERE part.id = ?",
            (part,),
        )


def note_fewer(state: State, name: str, rows: int) -> None:
    """Note how many rows a file lacks that the manifests vouch for, where this state never had their keys."""
    keyed = "SELECT 1 FROM gone WHERE name = ? AND kind NOT IN ('absent', 'unread')"
    with state.transaction() as connection:
        said = connection.execute("SELECT rows FROM word WHERE name = ?", (name,)).fetchone()
        lacking = ((said and said[0]) or 0) - rows
        if lacking <= 0:
            connection.execute("DELETE FROM gone WHERE name = ? AND kind = 'unread'", (name,))
        elif connection.execute(keyed, (name,)).fetchone() is None:
            _note_unread(state, name, lacking, "unread")


def note_absent(state: State, there: Container[str]) -> None:
    """Note the files that the manifests vouch for, that are not there, and that this state never had."""
    vouched = (
        "SELECT name, rows, EXISTS (SELECT 1 FROM part WHERE sha256 = word.sha256 AND state = 'committed')"
        " FROM word WHERE rows > 0 AND NOT EXISTS (SELECT 1 FROM part WHERE part.name = word.name)"
    )
    with state.transaction() as connection:
        connection.execute("DELETE FROM gone WHERE kind = 'absent'")
        for name, rows, moved in connection.execute(vouched).fetchall():
            if name not in there and moved:
                connection.execute(
                    "INSERT INTO part(kind, day, name, run, state, rows, notes) VALUES (?, '', ?, '', 'lost', 0, '{}')",
                    (name.partition("/")[0], name),
                )
            elif name not in there:
                _note_unread(state, name, rows, "absent")


def _note_unread(state: State, name: str, rows: int, kind: str) -> None:
    state.connection.execute(
        "INSERT OR REPLACE INTO gone VALUES (?, ?, ?, 0, ?)", (name, kind, name.encode(), rows)
    )


def rows_gone(state: State, absent: Iterable[int] = ()) -> dict[str, int]:
    """Return how many rows are gone, by file: those noted, and those of the committed parts that are not there."""
    execute = state.connection.execute
    execute(_ABSENT)
    execute("DELETE FROM absent")
    with state.transaction(synced=False):
        for part in absent:
            execute("INSERT INTO absent VALUES (?)", (part,))
            note_gone(state, part)
        if execute("SELECT 1 FROM gone LIMIT 1").fetchone() is None:
            return {}
        # The one long way through all rows, taken only where something is gone.
        execute(
            "DELETE FROM gone WHERE (key, revision, kind) IN (SELECT staged.key, staged.revision, staged.kind"
            " FROM staged CROSS JOIN gone AS one ON (one.key, one.revision, one.kind)"
            " = (staged.key, staged.revision, staged.kind) JOIN part ON part.id = staged.part"
            " WHERE part.state = 'committed' AND part.id NOT IN (SELECT part FROM absent))"
        )
        return dict(execute("SELECT name, sum(rows) FROM gone GROUP BY name").fetchall())


def settle(state: State, names: Iterable[str]) -> None:
    """Let go of what was lost of these files: a repair has told what became of them."""
    with state.transaction() as connection:
        connection.executemany("DELETE FROM gone WHERE name = ?", ((name,) for name in names))


def lost_files(state: State) -> list[str]:
    """Return the files of which something is lost."""
    return [name for (name,) in state.connection.execute("SELECT DISTINCT name FROM gone ORDER BY name")]


def retire(state: State, part: int) -> None:
    """Take a part out of the state whose file is no longer there or no longer the same; what is seen stays seen."""
    with state.transaction() as connection:
        connection.execute("DELETE FROM staged WHERE part = ?", (part,))
        connection.execute("UPDATE part SET state = 'lost', told = NULL WHERE id = ?", (part,))

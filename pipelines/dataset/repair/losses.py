"""Rows that readers had and have no longer: of files that vanished, went bad or were thinned out by hand.

A row that lies in another file as well, as after a compaction by hand, is not gone.
"""

from collections.abc import Iterable

from pipelines.dataset.state.state import State

# For the length of a run: what it says when it ends.
_TABLE = (
    "CREATE TEMP TABLE IF NOT EXISTS gone(part INTEGER, kind TEXT, key BLOB, revision INTEGER,"
    " PRIMARY KEY(key, revision, kind, part)) WITHOUT ROWID"
)
_ABSENT = "CREATE TEMP TABLE IF NOT EXISTS absent(part INTEGER PRIMARY KEY)"


def note_gone(state: State, part: int) -> None:
    """Note the rows of a part as gone, before the state drops them; they may turn up in another."""
    state.connection.execute(_TABLE)
    state.connection.execute(
        "INSERT OR IGNORE INTO gone SELECT part, kind, key, revision FROM staged WHERE part = ?", (part,)
    )


def note_unread(state: State, name: str, rows: int) -> None:
    """Note the rows that a manifest names in a file that cannot be read, and whose ids nobody knows."""
    state.connection.execute(_TABLE)
    state.connection.executemany(
        "INSERT OR IGNORE INTO gone VALUES (0, 'unread', ?, ?)", ((name.encode(), n) for n in range(rows))
    )


def rows_gone(state: State, absent: Iterable[int] = ()) -> dict[int, int]:
    """Return how many rows are gone, by part: those noted, and those of the committed parts that are not there."""
    execute = state.connection.execute
    execute(_TABLE)
    execute(_ABSENT)
    execute("DELETE FROM absent")
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
    return dict(execute("SELECT part, count(*) FROM gone GROUP BY part").fetchall())


def retire(state: State, part: int) -> None:
    """Take a part out of the state whose file is no longer there or no longer the same; what is seen stays seen."""
    with state.transaction() as connection:
        connection.execute("DELETE FROM staged WHERE part = ?", (part,))
        connection.execute("UPDATE part SET state = 'lost', told = NULL WHERE id = ?", (part,))

"""How a state follows a compaction: the rows that it knows in small files lie in a large one from then on.

The manifest says so, or the journal of a compaction that is still at it. No row is read again where the state knew
every source; otherwise it lets go of those it knew, and the new file is taken in like any other that somebody vouches for.
"""

from collections.abc import Iterable

from columnist.pipelines.dataset.state.state import State
from columnist.pipelines.dataset.upkeep.compact.merges import Merge

_KNOWN = "SELECT id, rows FROM part WHERE state = 'committed' AND name = ?"


def follow_merges(state: State, merges: Iterable[Merge]) -> int:
    """Move what is known of the sources to what was made of them; return of how many merges something was known."""
    return sum(_follow(state, merge) for merge in merges)


def _follow(state: State, merge: Merge) -> bool:
    execute = state.connection.execute
    known = [row for name in merge.sources for row in execute(_KNOWN, (name,))]
    if not known:
        return False
    with state.transaction(synced=False):
        is_there = execute("SELECT 1 FROM part WHERE name = ?", (merge.name,)).fetchone() is not None
        whole = len(known) == len(merge.sources) and sum(rows for _, rows in known) == merge.rows
        into = None if is_there or not whole else _enter(state, merge)
        for part, _ in known:
            if into is None:
                execute("DELETE FROM staged WHERE part = ?", (part,))
            else:
                execute("UPDATE staged SET part = ? WHERE part = ?", (into, part))
            execute("DELETE FROM part WHERE id = ?", (part,))
    return True


def _enter(state: State, merge: Merge) -> int:
    """Enter the file without its time: the next start sees that it has another, and holds it against its checksum."""
    kind, day = merge.name.split("/")[:2]
    cursor = state.connection.execute(
        "INSERT INTO part(kind, day, name, run, state, rows, notes, sha256, size, origin)"
        " VALUES (?, ?, ?, '', 'committed', ?, '{}', ?, ?, 'vouched')",
        (kind, day.removeprefix("day="), merge.name, merge.rows, merge.sha256, merge.bytes),
    )
    return cursor.lastrowid or 0

"""The inputs that `columnist clean` has cleaned to their end: what each was then, and what came of its pages."""

import json
from collections.abc import Mapping
from pathlib import Path

from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.state.state import State

# Beside the state: rows of inputs that wait for those of others (batch/units/pool.py).
POOL_NAME = "cleaned.db"


def finished(state: State, key: bytes, identity: bytes | None) -> dict[str, int] | None:
    """Return what came of an input's pages; None where it was not cleaned to its end as it is now."""
    found = state.connection.execute("SELECT identity, counts FROM unit WHERE key = ?", (key,)).fetchone()
    if identity is None or found is None or found[0] != identity:
        return None
    counts: dict[str, int] = json.loads(found[1])
    return counts


def finish(state: State, key: bytes, identity: bytes, counts: Mapping[str, int]) -> None:
    """Record that an input is cleaned; in the transaction that stages the last of its rows."""
    with state.transaction(synced=False) as connection:
        connection.execute(
            "INSERT OR REPLACE INTO unit VALUES (?, ?, ?)", (key, identity, json.dumps(dict(counts)))
        )


def drop_pool(folder: Path) -> None:
    """Take away what waits: the next run cleans it again."""
    for suffix in ("", "-wal", "-shm"):
        durable.remove(folder / f"{POOL_NAME}{suffix}")


def forget_units(state: State) -> None:
    """Have every input cleaned again: rows that came of one of them are lost, and nobody knows of which."""
    with state.transaction() as connection:
        connection.execute("DELETE FROM unit")

"""The table `robots` of the state file: what is known of each origin, between runs."""

from __future__ import annotations

import sqlite3
from dataclasses import astuple
from typing import cast

from scraper.robots_decisions import RobotsEntry, State

__all__ = ["SqliteRobots"]

_TABLE = """
CREATE TABLE IF NOT EXISTS robots (
    origin TEXT PRIMARY KEY, state TEXT NOT NULL, fetched_at REAL NOT NULL, retry_at REAL NOT NULL,
    body BLOB NOT NULL, failures INTEGER NOT NULL, detail TEXT NOT NULL, tdmrep BLOB NOT NULL
) WITHOUT ROWID
"""


class SqliteRobots:
    """Keep robots entries in SQLite; a loss costs one request per site, so the caller's commits suffice."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute(_TABLE)

    def load(self, origin: str) -> RobotsEntry | None:
        """Return the entry of an origin."""
        row = self._connection.execute("SELECT * FROM robots WHERE origin = ?", (origin,)).fetchone()
        if row is None:
            return None
        return RobotsEntry(row[0], cast("State", row[1]), *row[2:])

    def save(self, entry: RobotsEntry) -> None:
        """Keep an entry in place of an earlier one."""
        self._connection.execute("INSERT OR REPLACE INTO robots VALUES (?,?,?,?,?,?,?,?)", astuple(entry))

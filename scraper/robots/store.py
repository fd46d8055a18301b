"""The table `robots` of the state file: what is known of each origin, between runs."""

import sqlite3
from dataclasses import astuple
from typing import cast

from columnist.scraper.robots.decisions import RobotsEntry, State

_TABLE = """
CREATE TABLE IF NOT EXISTS robots (
    origin TEXT PRIMARY KEY, state TEXT NOT NULL, fetched_at REAL NOT NULL, retry_at REAL NOT NULL,
    body BLOB NOT NULL, failures INTEGER NOT NULL, detail TEXT NOT NULL, tdmrep BLOB NOT NULL,
    licence BLOB NOT NULL DEFAULT x''
) WITHOUT ROWID
"""
_LICENCE = (
    "ALTER TABLE robots ADD COLUMN licence BLOB NOT NULL DEFAULT x''"  # to the table of an earlier version
)


# Bytes: 500 full files, or the files of 10,000 papers. A site with any number of subdomains cannot make state.db larger
# by more than this; what is dropped costs one request more.
MAX_STORED_BYTES = 256_000_000
_ROW_BYTES = 200  # origin, numbers and their place in the tree
_SIZE = f"coalesce(sum(length(body) + length(tdmrep) + length(licence) + {_ROW_BYTES}), 0)"
_DROPPED_AT_ONCE = 20  # rows, 10 MB of full files: the search for the oldest reads the whole table


class SqliteRobots:
    """Keep robots entries in SQLite; a loss costs one request per site, so the caller's commits suffice."""

    def __init__(self, connection: sqlite3.Connection, most_bytes: int = MAX_STORED_BYTES) -> None:
        self._connection = connection
        self._most = most_bytes
        connection.execute(_TABLE)
        if not any(row[1] == "licence" for row in connection.execute("PRAGMA table_info(robots)")):
            connection.execute(_LICENCE)
        self._bytes: int = connection.execute(f"SELECT {_SIZE} FROM robots").fetchone()[0]  # noqa: S608  constant text

    def load(self, origin: str) -> RobotsEntry | None:
        """Return the entry of an origin."""
        row = self._connection.execute("SELECT * FROM robots WHERE origin = ?", (origin,)).fetchone()
        if row is None:
            return None
        return RobotsEntry(row[0], cast("State", row[1]), *row[2:])

    def save(self, entry: RobotsEntry) -> None:
        """Keep an entry in place of an earlier one."""
        self._bytes += _size_of(entry) - self._stored(entry.origin)
        self._connection.execute("INSERT OR REPLACE INTO robots VALUES (?,?,?,?,?,?,?,?,?)", astuple(entry))
        while self._bytes > self._most and self._drop_oldest(entry.origin):
            pass

    def _stored(self, origin: str) -> int:
        query = f"SELECT {_SIZE} FROM robots WHERE origin = ?"  # noqa: S608  constant text
        return int(self._connection.execute(query, (origin,)).fetchone()[0])

    def _drop_oldest(self, kept: str) -> int:
        """Drop some of the entries that were asked for first; return how many."""
        query = "SELECT origin FROM robots WHERE origin <> ? ORDER BY fetched_at LIMIT ?"
        oldest = self._connection.execute(query, (kept, _DROPPED_AT_ONCE)).fetchall()
        for (origin,) in oldest:
            self._bytes -= self._stored(origin)
            self._connection.execute("DELETE FROM robots WHERE origin = ?", (origin,))
        return len(oldest)


def _size_of(entry: RobotsEntry) -> int:
    return len(entry.body) + len(entry.tdmrep) + len(entry.licence) + _ROW_BYTES

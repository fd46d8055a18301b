"""The state database: one SQLite file that holds the frontier, the outbox, the parts and the runs.

They share one file so that one transaction can mark an address done, stage its article and add what it
links to. WAL with synchronous=FULL: what a transaction committed survives kill -9 and power loss.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipelines import durable
from pipelines.durable import StorageError, state_errors

__all__ = ["STATE_NAME", "URL_STATES", "State", "open_state"]

STATE_NAME = "state.db"
# The life of an address; the database stores the place in this tuple. The first three count as pending.
URL_STATES = ("pending", "leased", "waiting", "done", "filtered", "failed", "quarantined", "gone")
_VERSION = 1
_BUSY_SECONDS = 5.0  # a person's `sqlite3 state.db` may hold it for a moment; longer is an error to report
_CACHE_KIB = 65_536  # 64 MB of pages whatever the number of addresses: the rest is the kernel's cache

_NONE: Counter[str] = Counter()

_SCHEMA = """
CREATE TABLE run(id TEXT PRIMARY KEY, command TEXT NOT NULL, options TEXT NOT NULL, started TEXT NOT NULL,
    finished TEXT, state TEXT NOT NULL, parts INTEGER NOT NULL DEFAULT 0, manifest INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
-- scope '' holds what is (addresses by state), a run's id what that run did
CREATE TABLE tally(scope TEXT NOT NULL, site TEXT NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY(scope, site, what)) WITHOUT ROWID;
-- the seen set: the newest revision of each article, staged or committed
CREATE TABLE article(id BLOB PRIMARY KEY, source BLOB NOT NULL, revision INTEGER NOT NULL, content BLOB NOT NULL,
    title BLOB NOT NULL, metadata BLOB NOT NULL, paragraphs BLOB NOT NULL, corrections INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE reject(id BLOB PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
-- every row of the dataset; its bytes are in payload until its part is committed
CREATE TABLE staged(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, day TEXT NOT NULL, site TEXT NOT NULL, url TEXT NOT NULL,
    key BLOB NOT NULL, source BLOB NOT NULL, revision INTEGER NOT NULL, bytes INTEGER NOT NULL, at REAL NOT NULL,
    run TEXT NOT NULL, part INTEGER);
CREATE INDEX staged_open ON staged(kind, day, bytes, at) WHERE part IS NULL;
CREATE INDEX staged_part ON staged(part) WHERE part IS NOT NULL;
CREATE TABLE payload(id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE part(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, day TEXT NOT NULL, name TEXT NOT NULL UNIQUE,
    run TEXT NOT NULL, state TEXT NOT NULL, rows INTEGER NOT NULL, notes TEXT NOT NULL,
    sha256 TEXT, size INTEGER, modified INTEGER);
CREATE INDEX part_writing ON part(state) WHERE state <> 'committed';
CREATE TABLE url(id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, url TEXT NOT NULL, site TEXT NOT NULL,
    kind TEXT NOT NULL, state INTEGER NOT NULL, via TEXT, depth INTEGER NOT NULL, priority INTEGER NOT NULL,
    newest INTEGER NOT NULL, hints TEXT, found REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    visited REAL, born REAL, next_visit REAL, status INTEGER, reason TEXT, etag TEXT, modified TEXT, content BLOB);
CREATE INDEX url_pending ON url(site, priority DESC, newest DESC, id) WHERE state = 0;
CREATE INDEX url_leased ON url(state) WHERE state = 1;
CREATE INDEX url_due ON url(state, next_visit) WHERE next_visit IS NOT NULL;
CREATE INDEX url_hubs ON url(kind) WHERE kind <> 'page';
"""


class State:
    """The open database and its one writer. Counts are kept with the rows that they count."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection
        self.run_id = "no-run"  # until a run starts; the scope of what is counted
        self._depth = 0
        self.is_new = connection.execute("SELECT 1 FROM run LIMIT 1").fetchone() is None
        self._now: dict[str, Counter[str]] = {}  # what -> site -> how many, as committed
        self._changes: Counter[tuple[str, str, str]] = Counter()  # of the running transaction
        self.stirred: set[str] = (
            set()
        )  # sites that got pending addresses since somebody last looked and cleared it
        for site, what, n in connection.execute("SELECT site, what, n FROM tally WHERE scope = ''"):
            self._now.setdefault(what, Counter())[site] = n
        self.stirred.update(self._now.get("pending", ()))

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing, durable on return. A transaction within a transaction joins it."""
        if self._depth:
            yield self.connection
            return
        with state_errors(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                yield self.connection
                self._write_changes()
                self.connection.execute("COMMIT")
            except BaseException:
                self._changes.clear()
                if self.connection.in_transaction:  # SQLite has already rolled back after some errors
                    self.connection.execute("ROLLBACK")
                raise
            else:
                for (scope, site, what), n in self._changes.items():
                    if not scope:
                        self._now.setdefault(what, Counter())[site] += n
                self._changes.clear()
            finally:
                self._depth = 0

    def _write_changes(self) -> None:
        rows = [(*key, n) for key, n in self._changes.items() if n]
        self.connection.executemany(
            "INSERT INTO tally VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n", rows
        )

    def count_now(self, site: str, what: str, by: int = 1) -> None:
        """Change a count of what is (addresses of a site in a state); part of the running transaction."""
        self._changes["", site, what] += by
        if by > 0 and what == "pending":
            self.stirred.add(site)

    def count_event(self, site: str, what: str, by: int = 1) -> None:
        """Count what this run did; part of the running transaction."""
        self._changes[self.run_id, site, what] += by

    def counted(self, site: str, what: str) -> int:
        """Return a count of what is, with the running transaction's changes."""
        return self._now.get(what, _NONE)[site] + self._changes.get(("", site, what), 0)

    def census(self) -> dict[str, dict[str, int]]:
        """Return what is: site -> what -> how many, as committed."""
        return _by_site((site, what, n) for what, sites in self._now.items() for site, n in sites.items())

    def events(self, run_id: str) -> dict[str, dict[str, int]]:
        """Return what a run did: site -> what -> how often, as committed."""
        found = self.connection.execute("SELECT site, what, n FROM tally WHERE scope = ?", (run_id,))
        return _by_site(found)

    def reader(self) -> sqlite3.Connection:
        """Open a second, read-only connection, for a thread that writes a part meanwhile."""
        with state_errors(self.path):
            connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True)
            connection.execute("PRAGMA query_only = 1")
            return connection

    def close(self) -> None:
        """Close the database; nothing is lost without it."""
        with state_errors(self.path):
            self.connection.close()


def _by_site(rows: Iterator[tuple[str, str, int]] | sqlite3.Cursor) -> dict[str, dict[str, int]]:
    out: dict[str, dict[str, int]] = {}
    for site, what, n in rows:
        if n:
            out.setdefault(site, {})[what] = n
    return out


def open_state(path: Path) -> State:
    """Open the state database, making it if it is not there. Call with the data folder locked."""
    durable.make_folder(path.parent)
    with state_errors(path):
        # The event loop's thread writes; a helper thread may commit while the loop awaits it, never both at once.
        connection = sqlite3.connect(
            path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(connection, path)
            return State(path, connection)
        except BaseException:
            connection.close()
            raise


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.execute(
        "PRAGMA journal_size_limit = 67108864"
    )  # a WAL that grew under a slow part shrinks again
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > _VERSION:
        raise StorageError(
            f"The state database has version {version}, this Columnist reads up to {_VERSION}",
            str(path),
            "Use the newer Columnist, or run `columnist state rebuild` with this one.",
        )
    if version == 0:
        connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")

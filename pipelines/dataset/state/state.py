"""The state database: one SQLite file that holds the frontier, the outbox, the parts and the runs.

They share one file so that one transaction can mark an address done, stage its article and add what it
links to. WAL: what a transaction committed survives kill -9 at once, and power loss once the log is synced. A
transaction waits for that by itself; a crawl's do not, for a thread of its own syncs the log for all of them.
"""

import contextlib
import errno
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.storage_errors import StorageError, disk_errors, state_errors
from columnist.pipelines.dataset.state.schema import VERSION, bring_up_to_date
from columnist.pipelines.dataset.upkeep.forget.hashes import load_forgotten

STATE_NAME = "state.db"
# The life of an address; the database stores the place in this tuple. The first three count as pending.
URL_STATES = ("pending", "leased", "waiting", "done", "filtered", "failed", "quarantined", "gone")
_BUSY_SECONDS = 5.0  # a person's `sqlite3 state.db` may hold it for a moment; longer is an error to report
_CACHE_KIB = 65_536  # 64 MB of pages whatever the number of addresses: the rest is the kernel's cache
# Bytes: twenty seconds of a busy crawl. SQLite's own bound, 4 MB, means syncs each second, of which those of the log's
# new beginning are the writer's to wait for.
_LONG_LOG = 64_000_000

_NONE: Counter[str] = Counter()


class State:
    """The open database and its one writer. Counts are kept with the rows that they count."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection
        self._log = path.with_name(f"{path.name}-wal")
        # Made once with the file: whose a part and a manifest are, where several states write one dataset.
        self.id: str = connection.execute("SELECT value FROM note WHERE name = 'state_id'").fetchone()[0]
        self.forgotten = load_forgotten(connection)  # what must not be fetched or written again
        self.run_id = "no-run"  # until a run starts; the scope of what is counted
        self.shard = 0  # in the names of the files that the run writes
        self._depth = 0
        self.is_new = connection.execute("SELECT 1 FROM run LIMIT 1").fetchone() is None
        self._now: dict[str, Counter[str]] = {}  # what -> site -> how many, as committed
        self._changes: Counter[tuple[str, str, str]] = Counter()  # of the running transaction
        # Sites that got pending addresses since somebody last looked and cleared it.
        self.stirred: set[str] = set()
        for site, what, n in connection.execute("SELECT site, what, n FROM tally WHERE scope = ''"):
            self._now.setdefault(what, Counter())[site] = n
        self.stirred.update(self._now.get("pending", ()))

    @contextlib.contextmanager
    def transaction(self, synced: bool = True) -> Iterator[sqlite3.Connection]:
        """All of it or nothing, durable on return. A transaction within a transaction joins it.

        Not synced, it is safe from kill -9 at once, from power loss with the next one that is, or with `sync`: the
        log keeps the order, so power loss takes the last transactions whole. The caller does not wait for the disk.
        """
        if self._depth:
            yield self.connection
            return
        with state_errors(self.path):
            self.connection.execute(f"PRAGMA synchronous = {'FULL' if synced else 'NORMAL'}")
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

    def sync(self) -> None:
        """Return once all that was committed before is on the disk; for a thread beside the writer."""
        if self._log.exists():  # none on a file system without shared memory: there SQLite's own commit waits
            durable.sync_file(self._log)

    def log_is_long(self) -> bool:
        """Say whether it is time for a checkpoint."""
        return self._log.exists() and self._log.stat().st_size > _LONG_LOG

    def checkpoint_elsewhere(self) -> None:
        """Leave checkpoints to `checkpoint`: in a commit they hold the caller up for as long as the disk wants."""
        self.connection.execute("PRAGMA wal_autocheckpoint = 0")

    def checkpoint(self) -> None:
        """Take what is committed from the log into the database, and sync it; for a thread beside the writer."""
        with state_errors(self.path), contextlib.closing(sqlite3.connect(self.path)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def checkpoint_rest(self) -> None:
        """Take in what was committed during `checkpoint`, so that the log begins anew."""
        with state_errors(self.path):
            self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def erase(self) -> None:
        """Leave no byte of what was deleted in the file, its free pages and the log; takes as long as a copy of it."""
        with state_errors(self.path):
            self.connection.execute("VACUUM")
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

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
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        durable.refuse_link(path.with_name(name))  # SQLite would write to whatever it leads to
    _make_private(path)
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


def _make_private(path: Path) -> None:
    """Make the file for its owner alone, and follow no link to another; SQLite gives its log the same mode.

    It holds addresses that a crawl came by; what is for readers lies in the dataset. A mode that somebody set stays.
    """
    with disk_errors(path):
        if path.is_symlink():
            raise OSError(errno.ELOOP, "is a link", str(path))
        if path.is_dir():
            raise OSError(errno.EISDIR, "is a folder", str(path))
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.execute(
        "PRAGMA journal_size_limit = 67108864"
    )  # a WAL that grew under a slow part shrinks again
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise StorageError(
            f"The state database has version {version}, this Columnist reads up to {VERSION}",
            str(path),
            "Use the newer Columnist, or run `columnist state rebuild` with this one.",
        )
    bring_up_to_date(connection, version)

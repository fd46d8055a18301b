"""Cleaned rows that wait until it is known which lines are their site's: a file beside the state, there while a run lasts.

What is asked is fixed by the inputs, so that their order, the engine, shards and kills change no row. A file that gives
three articles is asked alone: its rows follow from it. Smaller ones, as saved pages are, are asked together, once all of the
run's are cleaned; a run that was killed goes on with those that it had.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from columnist.pipelines.batch.cleaned import Cleaned
from columnist.pipelines.batch.site_lines import without_known_lines
from columnist.pipelines.batch.units.unit import Ended, Unit
from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.storage_errors import state_errors
from columnist.pipelines.dataset.state.revisions import Key
from columnist.pipelines.dataset.state.rows import Row
from columnist.pipelines.dataset.state.site_lines import recurring, seen_from_bytes, seen_to_bytes
from columnist.pipelines.dataset.state.units import POOL_NAME, drop_pool

_ENOUGH = 3  # articles: fewer have no line that three have
_AT_ONCE = 100  # rows of one transaction, as of one look at how far the run is
_OPEN = b""  # the key of the unit that is being cleaned
_TABLES = """
CREATE TABLE IF NOT EXISTS cleaned(unit BLOB NOT NULL, n INTEGER NOT NULL, site TEXT NOT NULL, seen BLOB, about TEXT NOT NULL,
    payload BLOB NOT NULL, PRIMARY KEY(unit, n));
CREATE TABLE IF NOT EXISTS ends(unit BLOB PRIMARY KEY, identity BLOB, told TEXT NOT NULL, same INTEGER NOT NULL,
    passed TEXT NOT NULL);
"""


class Pool:
    """The file of one run; call with the state's folder locked."""

    def __init__(self, folder: Path, units: Sequence[Unit]) -> None:
        self._path = folder / POOL_NAME
        self._open, self._waiting, self._ends = 0, 0, dict[bytes, Ended]()
        for suffix in ("-wal", "-shm"):
            durable.refuse_link(folder / f"{POOL_NAME}{suffix}")  # SQLite would write to whatever it leads to
        handle = durable.open_own(self._path, os.O_RDWR | os.O_CREAT)
        os.fchmod(handle, 0o600)  # as the state's, for it holds what is not yet for readers
        os.close(handle)
        with state_errors(self._path):
            self._file = sqlite3.connect(self._path, isolation_level=None)
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute("PRAGMA synchronous = NORMAL")
            self._file.executescript(_TABLES)
            self._keep_only({unit.key: unit for unit in units})

    def _keep_only(self, ours: dict[bytes, Unit]) -> None:
        """Drop what a killed run left of units that are none of this one's as they are now."""
        with self._file:
            self._file.execute("BEGIN")
            for key, identity, told, same, passed in self._file.execute("SELECT * FROM ends").fetchall():
                unit = ours.get(key)
                if unit is not None and unit.identity is not None and unit.identity == identity:
                    counts = tuple((what, n) for what, n in json.loads(passed))
                    self._ends[key] = Ended(unit, tuple(json.loads(told)), bool(same), passed=counts)
                else:
                    self._file.execute("DELETE FROM ends WHERE unit = ?", (key,))
            self._file.execute("DELETE FROM cleaned WHERE unit NOT IN (SELECT unit FROM ends)")
            (self._waiting,) = self._file.execute("SELECT count(*) FROM cleaned").fetchone()

    def holds(self, unit: Unit) -> bool:
        """Say whether a unit is cleaned, and waits."""
        return unit.key in self._ends

    def settled(
        self, outcomes: Iterable[Cleaned | Ended], todo: Sequence[Unit], tick: Callable[[int], None]
    ) -> Iterator[Cleaned | Ended]:
        """Yield the rows of units, each without its site's lines, in an order that follows from the units'.

        `tick` hears how many rows wait. `todo`: the units to stage, held ones among them.
        """
        with state_errors(self._path):
            self._file.execute("BEGIN")
            for item in outcomes:
                if isinstance(item, Cleaned):
                    self._put(item)
                    if self._open % _AT_ONCE == 0:
                        self._commit()
                        tick(self._open + self._waiting)
                elif item.failed:
                    yield item
                elif self._articles() >= _ENOUGH:
                    self._commit()
                    yield from self._rows(_OPEN, self._site_lines("unit = x''"))
                    yield item
                    self._empty()
                else:
                    self._close(item)
            self._commit()
            lines = self._site_lines("unit <> x''")
            for end in [self._ends[unit.key] for unit in todo if self.holds(unit)]:
                yield from self._rows(end.unit.key, lines)
                yield end
            self._file.execute("COMMIT")

    def drop(self) -> None:
        """Take the file away: all of its rows are in the dataset."""
        self._file.close()
        drop_pool(self._path.parent)

    def _commit(self) -> None:
        self._file.execute("COMMIT")
        self._file.execute("BEGIN")

    def _put(self, cleaned: Cleaned) -> None:
        row = cleaned.row
        about = {
            "row": [row.kind, row.day.isoformat(), row.site, row.url, row.size],
            "reason": cleaned.reason,
        }
        key = {**asdict(row.key), "paragraphs": row.key.paragraphs.hex()}
        seen = None if row.seen is None else seen_to_bytes(row.seen)
        # The site as bytes too: an address of a page may hold what is no UTF-8.
        values = (_OPEN, self._open, _text(row.site), seen, json.dumps({**about, "key": key}), row.payload)
        self._file.execute("INSERT INTO cleaned VALUES (?, ?, ?, ?, ?, ?)", values)
        self._open += 1

    def _articles(self) -> int:
        found = self._file.execute("SELECT count(seen) FROM cleaned WHERE unit = x''").fetchone()
        return int(found[0])

    def _close(self, end: Ended) -> None:
        unit = end.unit
        execute = self._file.execute
        for table in ("cleaned", "ends"):  # where an input is named twice
            execute(f"DELETE FROM {table} WHERE unit = ?", (unit.key,))  # noqa: S608  two words
        execute("UPDATE cleaned SET unit = ? WHERE unit = x''", (unit.key,))
        execute(
            "INSERT INTO ends VALUES (?, ?, ?, ?, ?)",
            (
                unit.key,
                unit.identity if end.whole else None,
                json.dumps(end.told),
                end.same,
                json.dumps(end.passed),
            ),
        )
        self._ends[unit.key] = end
        self._waiting, self._open = self._waiting + self._open, 0

    def _empty(self) -> None:
        self._file.execute("DELETE FROM cleaned WHERE unit = x''")
        self._open = 0

    def _site_lines(self, where: str) -> dict[str, frozenset[bytes]]:
        found: dict[str, frozenset[bytes]] = {}
        sites = self._file.execute(
            f"SELECT site FROM cleaned WHERE {where} GROUP BY site HAVING count(seen) >= ?",  # noqa: S608  two literals
            (_ENOUGH,),
        ).fetchall()
        for (site,) in sites:
            seen = self._file.execute(
                f"SELECT seen FROM cleaned WHERE {where} AND site = ? AND seen IS NOT NULL",  # noqa: S608  likewise
                (site,),
            )
            if lines := recurring(seen_from_bytes(packed) for (packed,) in seen):
                found[site] = lines
        return found

    def _rows(self, unit: bytes, lines: dict[str, frozenset[bytes]]) -> Iterator[Cleaned]:
        found = self._file.execute(
            "SELECT site, seen, about, payload FROM cleaned WHERE unit = ? ORDER BY n", (unit,)
        )
        for site, seen, about, payload in found:
            cleaned = without_known_lines(
                _cleaned(json.loads(about), seen, payload), lines.get(site, frozenset())
            )
            # A run's own memory is the pool; what a crawl remembers is what it met itself.
            yield replace(cleaned, row=replace(cleaned.row, seen=None))


def _cleaned(about: dict[str, Any], seen: bytes | None, payload: bytes) -> Cleaned:
    kind, day, site, url, size = about["row"]
    key = Key(**{**about["key"], "paragraphs": bytes.fromhex(about["key"]["paragraphs"])})
    known = None if seen is None else seen_from_bytes(seen)
    row = Row(kind, date.fromisoformat(day), site, url, payload, size, key, seen=known)
    return Cleaned(row, reason=about["reason"])


def _text(words: str) -> str:
    return words.encode("utf-8", "replace").decode()

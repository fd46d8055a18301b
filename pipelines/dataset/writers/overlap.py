"""Rows of the outbox that lie in a file already: written by a later life of a state.db that came back from a backup,
or by another state that read the same page."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from columnist.pipelines.dataset.state.line_memory import known_lines
from columnist.pipelines.dataset.state.outbox import newest_version, remember
from columnist.pipelines.dataset.state.revisions import (
    RECLEANED,
    Key,
    change_kind,
    key_of,
    without_lines,
)
from columnist.pipelines.dataset.state.rows import KINDS, Kind, Row, Staged, patched, unpack
from columnist.pipelines.dataset.state.state import State
from columnist.pipelines.records.arrow_schema import batch_from_bytes

Version = tuple[Kind, bytes, int]


class OpenRows:
    """The rows in no file yet, held against the rows of a file that is entered."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._open: dict[Version, list[int]] | None = None
        self._twice: list[int] = []
        self._other: list[int] = []

    def compare(self, kind: Kind, version: tuple[Key, int], row: Mapping[str, Any]) -> None:
        """Note which open rows are this row of a file, or claim its id and revision for another text."""
        key, revision = version
        if self._open is None:
            self._open = _open_rows(self._state)
        for number in self._open.get((kind, bytes.fromhex(key.id), revision), ()):
            ours, batch = _read(self._state, number)
            if kind == "rejects":
                (there,) = _values(self._state, number)
                if (there["reason"], there["fetched_at"]) == (row["reason"], row["fetched_at"]):
                    self._twice.append(number)
            elif self._change_kind(key, ours) is None:
                self._twice.append(number)
            else:
                # What an older page gave must not come out above what a newer one did: it is cleaned again.
                is_ours = batch.column("change_kind")[0].as_py() == RECLEANED
                (self._twice if is_ours else self._other).append(number)
                newest = newest_version(self._state, key.id)
                if newest is None or newest[1] <= revision:
                    remember(self._state, key, revision, row["site"])

    def settle(self) -> None:
        """Drop the rows that are in a file, give the others the next revision; part of the running transaction."""
        for number in (*self._twice, *self._other):
            self._free(number)
        for number in self._other:
            self._decide_again(number)
        for number in self._twice:
            self._drop(number)
        self.reset()

    def reset(self) -> None:
        """Forget what was noted of a file whose entering came to nothing."""
        if self._twice or self._other:
            self._open = None
        self._twice, self._other = [], []

    def _free(self, number: int) -> None:
        """Take the row's part back, if it has one: its rows are no longer those that were fixed."""
        (part,) = self._state.connection.execute("SELECT part FROM staged WHERE id = ?", (number,)).fetchone()
        if part is not None:
            take_back(self._state, part)

    def _decide_again(self, number: int) -> None:
        row, batch = _read(self._state, number)
        known = newest_version(self._state, row.key.id)
        kind = None if known is None else self._change_kind(known[0], row)
        if known is None or kind is None:
            self._twice.append(number)
            return
        revision = known[1] + 1
        row = patched(row, batch, Staged("changed", row.key.id, revision, kind))
        remember(self._state, row.key, revision, row.site)
        execute = self._state.connection.execute
        execute("UPDATE staged SET revision = ?, bytes = ? WHERE id = ?", (revision, row.size, number))
        execute("UPDATE payload SET body = ? WHERE id = ?", (row.payload, number))

    def _change_kind(self, old: Key, row: Row) -> str | None:
        # Another state may know other lines of the site: that is no change of the page.
        return change_kind(*without_lines(old, row.key, known_lines(self._state, row.site)))

    def _drop(self, number: int) -> None:
        self._state.connection.execute("DELETE FROM payload WHERE id = ?", (number,))
        self._state.connection.execute("DELETE FROM staged WHERE id = ?", (number,))
        self._state.count_event("", "outbox_at_start", -1)  # it was in a file, as it turns out


def take_back(state: State, part: int) -> None:
    """Put the rows of a part that was never published back into the outbox."""
    with state.transaction() as connection:
        connection.execute("UPDATE staged SET part = NULL WHERE part = ?", (part,))
        connection.execute("DELETE FROM part WHERE id = ?", (part,))


def _open_rows(state: State) -> dict[Version, list[int]]:
    found: dict[Version, list[int]] = {}
    for where in ("part IS NULL", "part IN (SELECT id FROM part WHERE state = 'writing')"):
        rows = state.connection.execute(f"SELECT kind, key, revision, id FROM staged WHERE {where}")  # noqa: S608  literals
        for kind, key, revision, number in rows:
            found.setdefault((kind, key, revision), []).append(number)
    return found


def _read(state: State, number: int) -> tuple[Row, pa.RecordBatch]:
    kind, day, site, url, size, body = state.connection.execute(
        "SELECT kind, day, site, url, bytes, body FROM staged JOIN payload USING (id) WHERE id = ?", (number,)
    ).fetchone()
    batch = batch_from_bytes(unpack(body, size), KINDS[kind])
    (values,) = batch.to_pylist()
    return Row(kind, date.fromisoformat(day), site, url, body, size, key_of(values)), batch


def _values(state: State, number: int) -> Iterator[dict[str, Any]]:
    yield from _read(state, number)[1].to_pylist()

"""A file of the dataset made known to a state: its rows' ids and revisions, and the addresses they came from.

A table is taken for one of ours by what a key is made of: the columns of NEEDED, in any type that can be cast to ours.
Other columns may lack, as in files of older versions and in what people made of ours, and any may be added.
"""

import re
from collections.abc import Iterator
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from columnist.pipelines.dataset.files.open_file import File, content_errors, note_of, parquet_of
from columnist.pipelines.dataset.files.parquet_format import filed_schema
from columnist.pipelines.dataset.state.line_memory import learn_lines
from columnist.pipelines.dataset.state.outbox import remember
from columnist.pipelines.dataset.state.revisions import Key, Visits, key_of, next_visit
from columnist.pipelines.dataset.state.rows import KINDS, Kind
from columnist.pipelines.dataset.state.site_lines import lines_told
from columnist.pipelines.dataset.state.state import URL_STATES, State
from columnist.pipelines.dataset.writers.overlap import OpenRows
from columnist.pipelines.document.addresses import address_key
from columnist.pipelines.records.entries import as_map
from columnist.pipelines.records.options import CrawlOptions

Origin = Literal["vouched", "found", "stranger"]
_DONE, _PENDING = URL_STATES.index("done"), URL_STATES.index("pending")
# What a key is made of, and what the frontier shows of an address.
_COLUMNS: dict[Kind, list[str]] = {
    "articles": ["id", "revision", "url", "requested_url", "canonical_url", "site", "title", "description", "paragraphs", "authors",
                 "agency", "section", "tags", "published_at", "language", "content_hash", "discovered_via",
                 "fetched_at", "http_status", "extra"],
    "rejects": ["url", "requested_url", "site", "reason", "discovered_via", "fetched_at", "http_status"],
}  # fmt: skip
NEEDED: dict[Kind, frozenset[str]] = {
    "articles": frozenset(("id", "revision", "url", "site", "content_hash", "fetched_at")),
    "rejects": frozenset(("url", "site", "reason", "fetched_at")),
}
_LISTS = ("paragraphs", "authors", "tags", "extra")  # empty, never null
_DAY = re.compile(r"/day=(\d{4}-\d\d-\d\d)/")
_BATCH_ROWS = 1000  # rows held as Python values at a time
# What rows of a hand-made table raise: no hex, no text, times out of range.
_ODD = (KeyError, ValueError, TypeError, OverflowError, AttributeError)


class NotOurs(Exception):  # noqa: N818
    """A table that reads well and is none of ours."""


def enter_file(state: State, file: File, origin: Origin, waiting: OpenRows, whole: bool = True) -> int | None:
    """Make a file's rows known, all or none; return how many, or None for a table that is none of ours.

    Each page is read where nobody vouches for the `whole`. Rows of the outbox that turn out to lie in the file are not
    written again. Raises CannotRead.
    """
    try:
        with content_errors(), parquet_of(file) as parquet, state.transaction(synced=False):
            rows = int(parquet.metadata.num_rows)
            part = _enter_part(state, file, rows, origin, note_of(parquet, "run_id"))
            for row in _rows(parquet, file.kind, whole):
                _enter_row(state, file.kind, row, (_day(file.found.name), part), waiting)
            waiting.settle()
            return rows
    except NotOurs:
        return None
    finally:
        waiting.reset()


def enter_stranger(state: State, file: File) -> None:
    """Remember that a table that is none of ours lies there, so that it is told once."""
    with state.transaction(synced=False):
        _enter_part(state, file, 0, "stranger", "")  # no row of ours is in it


def _enter_part(state: State, file: File, rows: int, origin: Origin, run: str) -> int:
    found = file.found
    state.connection.execute("DELETE FROM part WHERE name = ? AND state = 'lost'", (found.name,))
    cursor = state.connection.execute(
        "INSERT INTO part(kind, day, name, run, state, rows, notes, sha256, size, modified, origin)"
        " VALUES (?, ?, ?, ?, 'committed', ?, '{}', ?, ?, ?, ?)",
        (file.kind, _day(found.name), found.name, run, rows, file.sha256, found.size, found.modified, origin),
    )
    return cursor.lastrowid or 0


def _day(name: str) -> str:
    found = _DAY.search(name)
    return found[1] if found else ""


def _rows(parquet: pq.ParquetFile, kind: Kind, whole: bool) -> Iterator[dict[str, Any]]:
    """Yield the key columns of each row; read `whole` pages too where nobody vouches for them."""
    names = parquet.schema_arrow.names
    there = [name for name in _COLUMNS[kind] if names.count(name) == 1]
    if not NEEDED[kind] <= {*there}:
        raise NotOurs
    blank: dict[str, Any] = {name: [] if name in _LISTS else None for name in _COLUMNS[kind]}
    for batch in parquet.iter_batches(_BATCH_ROWS, columns=None if whole else there):
        columns = {name: values for name in there if (values := _column(batch, kind, name)) is not None}
        for row in zip(*columns.values(), strict=True):
            yield {**blank, **dict(zip(columns, row, strict=True))}


def _column(batch: pa.RecordBatch, kind: Kind, name: str) -> list[Any] | None:
    column = batch.column(batch.schema.get_field_index(name))
    try:
        values: list[Any] = column.cast(filed_schema(KINDS[kind]).field(name).type).to_pylist()
    except (pa.ArrowException, ValueError):
        values = [None]
    if name in NEEDED[kind] and None in values:
        raise NotOurs
    if len(values) != batch.num_rows:
        return None
    return [[] if v is None else v for v in values] if name in _LISTS else values


def _enter_row(
    state: State, kind: Kind, row: dict[str, Any], place: tuple[str, int], waiting: OpenRows
) -> None:
    try:
        key = key_of(row)
        revision = row.get("revision", 0)
        _enter_key(state, kind, row, (key, revision), place)
        for address in _addresses(row):
            _enter_address(state, row, address)
    except _ODD as error:
        raise NotOurs from error
    waiting.compare(kind, (key, revision), row)


def _enter_key(
    state: State, kind: Kind, row: dict[str, Any], version: tuple[Key, int], place: tuple[str, int]
) -> None:
    key, revision = version
    ids = (bytes.fromhex(key.id), bytes.fromhex(key.source))
    at = row["fetched_at"].timestamp()
    day, part = place
    state.connection.execute(
        "INSERT INTO staged(kind, day, site, url, key, source, revision, bytes, at, run, part)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, '', ?)",
        (kind, day, row["site"], row["url"], *ids, revision, at, part),
    )
    if kind == "rejects":
        state.connection.execute("INSERT OR REPLACE INTO reject VALUES (?, ?)", (ids[0], key.content))
        return
    newest = state.connection.execute("SELECT revision FROM article WHERE id = ?", (ids[0],)).fetchone()
    # A version that is known stays as the page gave it: what a hand changed in the file is no change of the page.
    if newest is None or newest[0] < revision:
        remember(state, key, revision, row["site"])
        # Its page still has them: known again, they are no change of it.
        learn_lines(state, row["site"], lines_told(as_map(row["extra"])))


def _addresses(row: dict[str, Any]) -> set[str]:
    """Return the addresses that this row shows to be fetched: the one asked for and the one that answered."""
    return {row["requested_url"] or row["url"], row["url"]}


def _enter_address(state: State, row: dict[str, Any], address: str) -> None:
    key, at = address_key(address), row["fetched_at"].timestamp()
    born = min(row.get("published_at") or row["fetched_at"], row["fetched_at"])
    due = None  # a reject is not asked again
    if "reason" not in row:
        visits = Visits(born, row["fetched_at"], is_first=row["revision"] == 0)
        due = next_visit(visits, CrawlOptions().revisit_hours)
    facts = (at, born.timestamp(), due and due.timestamp(), row.get("reason"))
    known = state.connection.execute(
        "SELECT id, site, state, visited, kind FROM url WHERE key = ?", (key,)
    ).fetchone()
    if known is None:
        state.connection.execute(
            "INSERT INTO url(key, url, site, kind, state, via, depth, priority, newest, found, visited, born,"
            " next_visit, reason, status) VALUES (?, ?, ?, 'page', ?, ?, 0, 0, 0, ?, ?, ?, ?, ?, ?)",
            (key, address, row["site"], _DONE, row["discovered_via"], at, *facts, row["http_status"]),
        )
        state.count_now(row["site"], "done")
        return
    number, site, place, visited, what = known
    if visited is None and place == _PENDING and what == "page":  # another state has been there since
        state.connection.execute("UPDATE url SET state = ? WHERE id = ?", (_DONE, number))
        state.count_now(site, "pending", -1)
        state.count_now(site, "done")
    elif visited is None or visited >= at:
        return
    state.connection.execute(
        "UPDATE url SET visited = ?, born = ?, next_visit = ?, reason = ? WHERE id = ?", (*facts, number)
    )

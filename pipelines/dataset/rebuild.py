"""The state made anew from the dataset: what is in its files is seen, and is not fetched again unless due."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import durable
from pipelines.addresses import address_key
from pipelines.dataset.manifests import Recorded, read_manifests, recorded_parts
from pipelines.dataset.output import QUARANTINE, Found, LocalOutput, Output, open_output
from pipelines.lock import lock_data
from pipelines.options import CrawlOptions
from pipelines.outbox import KINDS, Kind, remember
from pipelines.revisions import Visits, key_of, next_visit
from pipelines.state import STATE_NAME, URL_STATES, State, open_state

__all__ = ["Rebuilt", "rebuild", "rebuild_state"]

_DONE = URL_STATES.index("done")
_COLUMNS: dict[Kind, list[str]] = {
    # What a key is made of, and what the frontier shows of an address.
    "articles": ["id", "revision", "url", "requested_url", "canonical_url", "site", "title", "description",
                 "paragraphs", "authors", "agency", "section", "tags", "published_at", "language", "content_hash", "discovered_via",
                 "fetched_at", "http_status"],
    "rejects": ["url", "requested_url", "site", "reason", "discovered_via", "fetched_at", "http_status"],
}  # fmt: skip
_PART_NAME = re.compile(r"(articles|rejects)/day=\d{4}-\d\d-\d\d/[^/]+\.parquet")
_BATCH_ROWS = 1000  # rows held as Python values at a time


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found."""

    parts: int = 0
    rows: int = 0
    quarantined: tuple[str, ...] = ()


def rebuild(data: str | Path, state_folder: Path | None = None) -> Rebuilt:
    """Set the old state aside and make a new one from the dataset: `columnist state rebuild`.

    What only the old state knew is gone: pending addresses, validators, rows in no file yet. The next crawl
    finds those pages again.
    """
    output = open_output(data)
    home = state_folder or (output.root if isinstance(output, LocalOutput) else None)
    if home is None:
        raise ValueError(f"{data} is not on this machine: say with state_folder where state.db may lie.")
    with lock_data(home):
        for name in (STATE_NAME, f"{STATE_NAME}-wal", f"{STATE_NAME}-shm"):
            if (home / name).exists():
                durable.move_aside(home / name, home / QUARANTINE)
        with closing(open_state(home / STATE_NAME)) as state:
            return rebuild_state(state, output)


def rebuild_state(state: State, output: Output) -> Rebuilt:
    """Enter every file of the dataset into a state that does not know it; set aside what is not whole."""
    parts, rows, aside = 0, 0, []
    recorded = recorded_parts(content for _, content in read_manifests(output))
    for kind in KINDS:
        for found in list(output.files(kind)):
            known = state.connection.execute("SELECT 1 FROM part WHERE name = ?", (found.name,)).fetchone()
            if known:  # a rebuild that was killed goes on
                continue
            count = _enter(state, output, (kind, found), recorded.get(found.name))
            if count is None:
                aside.append(output.set_aside(found.name))
            else:
                parts, rows = parts + 1, rows + count
    return Rebuilt(parts, rows, tuple(aside))


def _enter(state: State, output: Output, file: tuple[Kind, Found], recorded: Recorded | None) -> int | None:
    """Enter one file, all of it or nothing; None where it is no whole part of ours."""
    kind, found = file
    if not _PART_NAME.fullmatch(found.name):
        return None
    try:
        with output.open(found.name) as source:
            sha256 = durable.sha256_of(source)
            if recorded is not None and recorded.sha256 != sha256:
                return None
            source.seek(0)
            with pq.ParquetFile(source, page_checksum_verification=True) as parquet:
                if recorded is None:
                    _read_all(parquet)
                return _enter_rows(state, kind, parquet, (found, sha256))
    except (pa.ArrowException, OSError, KeyError, ValueError):
        return None


def _read_all(parquet: pq.ParquetFile) -> None:
    """Read every page, so that its checksum is looked at: no manifest says what the file should be."""
    for number in range(parquet.metadata.num_row_groups):
        parquet.read_row_group(number)


def _enter_rows(state: State, kind: Kind, parquet: pq.ParquetFile, file: tuple[Found, str]) -> int:
    found, sha256 = file
    day, rows = found.name.split("/")[1].removeprefix("day="), int(parquet.metadata.num_rows)
    with state.transaction() as connection:
        cursor = connection.execute(
            "INSERT INTO part(kind, day, name, run, state, rows, notes, sha256, size, modified)"
            " VALUES (?, ?, ?, ?, 'committed', ?, '{}', ?, ?, ?)",
            (kind, day, found.name, _run_of(parquet), rows, sha256, found.size, found.modified),
        )
        for batch in parquet.iter_batches(_BATCH_ROWS, columns=_COLUMNS[kind]):
            for row in batch.to_pylist():
                _enter_row(state, kind, row, (day, cursor.lastrowid or 0))
    return rows


def _run_of(parquet: pq.ParquetFile) -> str:
    notes: dict[bytes, bytes] = parquet.schema_arrow.metadata or {}
    return notes.get(b"columnist.run_id", b"").decode()


def _enter_row(state: State, kind: Kind, row: dict[str, Any], place: tuple[str, int]) -> None:
    key, revision = key_of(row), row.get("revision", 0)
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
    else:
        newest = state.connection.execute("SELECT revision FROM article WHERE id = ?", (ids[0],)).fetchone()
        if newest is None or newest[0] <= revision:
            remember(state, key, revision, row["site"])
    for address in _addresses(row):
        _enter_address(state, row, address)


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
    new = state.connection.execute("SELECT 1 FROM url WHERE key = ?", (key,)).fetchone() is None
    state.connection.execute(
        "INSERT INTO url(key, url, site, kind, state, via, depth, priority, newest, found, visited, born,"
        " next_visit, status, reason) VALUES (?, ?, ?, 'page', ?, ?, 0, 0, 0, ?, ?, ?, ?, ?, ?) ON CONFLICT(key) DO UPDATE SET"
        " visited = excluded.visited, born = excluded.born, next_visit = excluded.next_visit,"
        " reason = excluded.reason WHERE excluded.visited >= visited",
        (key, address, row["site"], _DONE, row["discovered_via"], at, at, born.timestamp(), due and due.timestamp(),
         row["http_status"], row.get("reason")),
    )  # fmt: skip
    if new:
        state.count_now(row["site"], "done")

"""`columnist forget`: rows leave the dataset and the state for good, and never come back.

First all is found that belongs to what was named, then the ledger is written: from then on no run takes it in again.
Then the state drops it, and file after file is rewritten without it. Killed at any point, the same call goes on.
"""

import contextlib
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from columnist.pipelines.dataset.archive.forgotten import count_pages, empty_archive, note_places
from columnist.pipelines.dataset.files.locations import Output, open_output
from columnist.pipelines.dataset.files.open_file import CannotRead, content_errors
from columnist.pipelines.dataset.files.rewrite import Rewritten, rows_to_go, stage_without
from columnist.pipelines.dataset.files.stored import QUARANTINE
from columnist.pipelines.dataset.open_store import Store, StoreOptions, open_store
from columnist.pipelines.dataset.runs.manifests import Recorded, read_manifests
from columnist.pipelines.dataset.runs.months import put_manifests
from columnist.pipelines.dataset.runs.runs import write_ahead
from columnist.pipelines.dataset.state.lock import home_of
from columnist.pipelines.dataset.state.revisions import text_key
from columnist.pipelines.dataset.state.rows import KINDS
from columnist.pipelines.dataset.state.state import STATE_NAME, State
from columnist.pipelines.dataset.upkeep.forget.hashes import (
    Entry,
    Forgotten,
    by_address,
    by_id,
    by_key,
    entry_for,
    identity_of,
    is_root,
    sites_of,
)
from columnist.pipelines.dataset.upkeep.forget.ledger import (
    append_entries,
    apply_ledger,
    outbox_rows,
    read_ledger,
    unspoken,
)
from columnist.pipelines.dataset.upkeep.forget.targets import Names, Target, entries_of
from columnist.pipelines.dataset.writers.follow_forgotten import drop_file, follow
from columnist.pipelines.document.addresses import is_web_address

_FILES_AT_ONCE = 16  # staged before the manifest names them: at 64 MB each, a gigabyte of disk


@dataclass(slots=True)
class ForgetPlan:
    """What was found of the targets before anything was changed."""

    forgotten: Forgotten
    entries: list[Entry] = field(default_factory=list)  # new lines of the ledger
    files: dict[str, int] = field(default_factory=dict)  # name -> rows that go
    addresses: set[bytes] = field(default_factory=set)
    hit: set[Target] = field(default_factory=set)
    known: set[Target] = field(default_factory=set)  # that the ledger had before
    places: dict[str, set[int]] = field(
        default_factory=dict
    )  # archive file -> where the raw pages of rows lie that go
    waiting: int = 0  # rows that go, and are in no file yet


@dataclass(frozen=True, slots=True)
class Forgot:
    """What a call of `forget` did."""

    run_id: str | None  # None: a preview
    rows: int = 0
    files: int = 0
    addresses: int = 0
    unknown: tuple[str, ...] = ()  # targets of which nothing was there; in the ledger all the same
    quarantined: int = 0  # files that lie set aside, and are not looked into
    already: tuple[str, ...] = ()  # targets that were forgotten before, and of which nothing was left
    archived: int = 0  # pages that the archive of raw pages had


def names_in(data: str | Path) -> Names:
    """Return by what a dataset knows its sites, and its pages that have no web address."""
    output, sites, pages = open_output(data), set[str](), set[str]()
    for kind in KINDS:
        for found in list(output.files(kind)):
            with contextlib.suppress(CannotRead, KeyError), content_errors(), output.open(found.name) as file:
                table = pq.read_table(pa.PythonFile(file, "r"), columns=["site", "url"], partitioning=None)
                sites.update(table["site"].unique().to_pylist())
                pages.update(url for url in table["url"].to_pylist() if url and not is_web_address(url))
    return Names(frozenset(sites), frozenset(pages))


def preview(data: str | Path, targets: Sequence[Target], state_folder: Path | None = None) -> Forgot:
    """Say what `forget` would take out of files and state, and change nothing."""
    output, home = open_output(data), home_of(data, state_folder)
    state = None if home is None else home / STATE_NAME
    if state is None or not state.is_file():
        found = _find(output, targets, None)
        pages = count_pages(output, found.forgotten, found.places)
        return replace(_told(None, output, found, targets), archived=pages)
    try:  # read only: another run may be at work on it
        with contextlib.closing(sqlite3.connect(f"{state.absolute().as_uri()}?mode=ro", uri=True)) as read:
            found = _find(output, targets, read)
    except sqlite3.Error:  # damaged, or of an older version: `forget` itself mends that first
        found = _find(output, targets, None)
    told = _told(None, output, found, targets)
    pages = count_pages(output, found.forgotten, found.places)
    return replace(told, rows=told.rows + found.waiting, archived=pages)


def forget(data: str | Path, targets: Sequence[Target], reason: str, options: StoreOptions) -> Forgot:
    """Take everything of the targets out of dataset and state, and write down that it stays out.

    Needs the dataset alone. Raises DataLocked where another process writes to it.
    """
    told = {"reason": reason}
    with open_store(data, replace(options, alone=True, settings=told)) as store:
        output, state = store.dataset.output, store.state
        when = datetime.now(UTC).isoformat(timespec="seconds")
        found = _find(output, targets, state.connection, (when, reason, store.run_id))
        result = _told(store.run_id, output, found, targets)
        append_entries(output, found.entries, read_ledger(output))
        purged = apply_ledger(state, output)
        pages = empty_archive(output, store.dataset.staging, found.forgotten, found.places, _vouch_in(store))
        rewrite_files(state, output, store.dataset.staging, found.files)
        _clear_manifests(output, state.forgotten)
        result = replace(result, rows=result.rows + purged.outbox, archived=pages)
        counts = {
            "targets": len(targets),
            "rows": result.rows,
            "files": result.files,
            "addresses": result.addresses,
            "archived": pages,
        }
        store.finish(more={"forgotten": counts})
        apply_ledger(state, output)  # of each file the state has dropped rows since
        return result


def _vouch_in(store: Store) -> Callable[[dict[str, Any]], None]:
    """Return what has the running run's manifest name a file of the archive before it is as it says."""

    def vouch(file: dict[str, Any]) -> None:
        store.archive.files.append(file)
        write_ahead(store.state, store.dataset.output, store.run_id, {"archive": store.archive.files})

    return vouch


def _told(run_id: str | None, output: Output, found: ForgetPlan, targets: Sequence[Target]) -> Forgot:
    unknown = tuple(t.given for t in targets if t not in found.hit | found.known)
    already = tuple(t.given for t in targets if t in found.known - found.hit)
    aside = sum(1 for _ in output.files(QUARANTINE))
    return Forgot(
        run_id,
        sum(found.files.values()),
        len(found.files),
        len(found.addresses),
        unknown,
        aside,
        already,
    )


def _find(
    output: Output,
    targets: Sequence[Target],
    state: sqlite3.Connection | None,
    told: tuple[str, str, str] = ("", "", ""),
) -> ForgetPlan:
    """Look for all that belongs to the targets, until a look brings nothing new: one more address, one more look."""
    ledger = read_ledger(output)
    salt = ledger.entries[0].salt if ledger.entries else secrets.token_bytes(16)
    found = ForgetPlan(Forgotten(ledger.entries))
    named = [(target, entry) for target in targets for entry in entries_of(target, salt, told)]
    found.known = {target for target, entry in named if found.forgotten.has(entry)}
    _learn(found, (entry for _, entry in named))
    wanted = _Wanted(targets)
    if state is not None:
        _look_at_addresses(state, found, wanted)
    while True:
        before = len(found.entries)
        found.files.clear()
        found.waiting = 0
        for name, rows in _looked_at(output, state, found.forgotten):
            for row in rows:
                if name is None:
                    found.waiting += 1
                else:
                    found.files[name] = found.files.get(name, 0) + 1
                found.hit |= wanted.named_by(row)
                note_places(found.places, (row,))
                _learn(found, _entries_of_row(row, salt, found.forgotten, told))
                found.addresses |= identity_of(row).own | identity_of(row).others
        if len(found.entries) == before:
            return found


def _looked_at(
    output: Output, state: sqlite3.Connection | None, forgotten: Forgotten
) -> Iterator[tuple[str | None, Iterable[dict[str, Any]]]]:
    if state is not None:
        yield None, [row for row in outbox_rows(state) if forgotten.takes(identity_of(row))]
    for kind in KINDS:
        for found in list(output.files(kind)):
            with contextlib.suppress(CannotRead), content_errors(), output.open(found.name) as file:
                yield found.name, [row for _, row in rows_to_go(file, forgotten)]


class _Wanted:
    """Which target a row was found for."""

    def __init__(self, targets: Sequence[Target]) -> None:
        self._addresses = {t.hashed_by: t for t in targets if t.hashed_by is not None}
        self._sites = {t.site: t for t in targets if t.site is not None}

    def named_by(self, row: dict[str, Any]) -> set[Target]:
        known = identity_of(row)
        found = {t for key in known.own | known.others if (t := self._addresses.get(key))}
        return found | {t for site in known.sites if (t := self._sites.get(site))}

    def of_address(self, key: bytes, url: str, site: str) -> set[Target]:
        found = {t for t in (self._addresses.get(by_key(key)),) if t}
        return found | (
            {t for name in sites_of(url, site) if (t := self._sites.get(name))} if self._sites else set()
        )


def _look_at_addresses(state: sqlite3.Connection, found: ForgetPlan, wanted: _Wanted) -> None:
    for key, url, site in state.execute("SELECT key, url, site FROM url"):
        if targets := wanted.of_address(key, url, site):
            found.hit |= targets
            found.addresses.add(by_key(key))


def _learn(found: ForgetPlan, entries: Iterable[Entry]) -> None:
    for entry in entries:
        if not found.forgotten.has(entry):
            found.forgotten.add((entry,))
            found.entries.append(entry)


def _entries_of_row(
    row: dict[str, Any], salt: bytes, forgotten: Forgotten, told: tuple[str, str, str]
) -> Iterator[Entry]:
    """Yield what a row that goes is known by; what its site's own line covers needs no line."""
    for name in ("url", "requested_url", "canonical_url"):
        if (url := row.get(name)) and not is_root(url) and not forgotten.site(sites_of(url)):
            yield entry_for(salt, "address", by_address(url), told)
    if forgotten.site(sites_of(row.get("url"))):
        return
    if "reason" not in row and row.get("id"):
        yield entry_for(salt, "address", by_id(row["id"]), told)
    if row.get("content_hash"):
        yield entry_for(salt, "text", text_key(row["site"], row["content_hash"]), told)


def rewrite_files(state: State, output: Output, staging: Path, files: Iterable[str]) -> None:
    """Write these files anew without their forgotten rows, as part of the running run."""
    names = iter(sorted(files))
    while some := list(islice(names, _FILES_AT_ONCE)):
        staged = [
            stage_without(output, name, _places(output, name, state.forgotten), staging) for name in some
        ]
        with state.transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO rewritten VALUES (?, ?, ?, ?, ?, ?)",
                [(state.run_id, f.name, f.rows, f.size, f.sha256, f.dropped) for f in staged],
            )
        write_ahead(state, output, state.run_id)
        for file in staged:
            _put_in_place(state, output, file)


def _places(output: Output, name: str, forgotten: Forgotten) -> list[int]:
    with output.open(name) as source:
        return [number for number, _ in rows_to_go(source, forgotten)]


def _put_in_place(state: State, output: Output, file: Rewritten) -> None:
    if file.staged is None:
        output.remove(file.name)
        drop_file(state, file.name)
    else:
        output.replace(file.staged, file.name)
        follow(state, output, file.name, Recorded(file.rows, file.sha256))


def _clear_manifests(output: Output, forgotten: Forgotten) -> None:
    """Take forgotten addresses out of the command lines that the manifests of runs keep."""
    cleared = []
    for name, content in read_manifests(output):
        command = str(content.get("command") or "") if content else ""
        if content and (words := unspoken(command, forgotten)) != command:
            cleared.append((name, {**content, "command": words}))
    put_manifests(output, cleared)

"""The ledger of what was forgotten, `runs/forgotten.jsonl`, and how a state comes to know and to obey it.

Every state on the dataset reads it at its start: what another one was told to forget leaves its memory too.
"""

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.state.line_memory import forget_articles
from columnist.pipelines.dataset.state.rows import KINDS, unpack
from columnist.pipelines.dataset.state.site_lines import ARTICLE_BYTES
from columnist.pipelines.dataset.state.state import URL_STATES, State
from columnist.pipelines.dataset.state.units import drop_pool
from columnist.pipelines.dataset.upkeep.forget.hashes import (
    WHATS,
    Entry,
    Forgotten,
    Identity,
    by_address,
    by_key,
    keep_entries,
    load_forgotten,
    sites_of,
)
from columnist.pipelines.records.arrow_schema import batch_from_bytes

LEDGER = "runs/forgotten.jsonl"
_OBEYED = "forgotten"  # the note that says which ledger this state has obeyed to the end
_WORD = re.compile(r"[a-z]+://[^\s\"'<>]+", re.IGNORECASE)
_GONE = "<forgotten>"  # in the place of an address in a command line


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger as it lies there."""

    entries: tuple[Entry, ...] = ()
    broken: tuple[int, ...] = ()  # numbers of lines that cannot be read
    digest: str = ""
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Purged:
    """What a state forgot."""

    addresses: int = 0
    outbox: int = 0  # rows that were in no file yet


def read_ledger(output: Output) -> Ledger:
    """Read the ledger; of a broken line, its number."""
    if output.find(LEDGER) is None:
        return Ledger()
    with output.open(LEDGER) as file:
        content = file.read()
    entries, broken = [], []
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            entries.append(_from_line(json.loads(line)))
        except (ValueError, TypeError, KeyError):
            broken.append(number)
    return Ledger(tuple(entries), tuple(broken), hashlib.sha256(content).hexdigest(), content)


def append_entries(output: Output, entries: Iterable[Entry], ledger: Ledger) -> None:
    """Write the ledger with more lines, in one step; a line that was torn keeps its place."""
    lines = b"".join(_to_line(entry) for entry in entries)
    if lines:
        kept = (
            ledger.content if ledger.content.endswith(b"\n") or not ledger.content else ledger.content + b"\n"
        )
        output.put(LEDGER, kept + lines)


def _to_line(entry: Entry) -> bytes:
    fields = {
        "id_hash": entry.hash.hex(),
        "what": entry.what,
        "when": entry.when,
        "why": entry.why,
        "run_id": entry.run_id,
        "salt": entry.salt.hex(),
    }
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _from_line(found: dict[str, Any]) -> Entry:
    if found["what"] not in WHATS:
        raise ValueError(found["what"])
    told = (str(found.get(key) or "") for key in ("when", "why", "run_id"))
    return Entry(bytes.fromhex(found["id_hash"]), bytes.fromhex(found["salt"]), found["what"], *told)


def apply_ledger(state: State, output: Output) -> Purged:
    """Have a state know the ledger and drop what it forbids, so that no byte of it is left in the file.

    May be killed at any point and run again: which ledger was obeyed is noted last.
    """
    ledger = read_ledger(output)
    noted = state.connection.execute("SELECT value FROM note WHERE name = ?", (_OBEYED,)).fetchone()
    if noted == (ledger.digest,) or not (ledger.content or noted):
        return Purged()
    with state.transaction() as connection:
        keep_entries(connection, ledger.entries)
        state.forgotten = load_forgotten(connection)
        purged = Purged(_drop_addresses(state), _drop_rows(state))
        _drop_keys(state)
        _clear_commands(state)
    drop_pool(state.path.parent)
    state.erase()
    with state.transaction() as connection:
        connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (_OBEYED, ledger.digest))
    return purged


def obey_again(state: State) -> None:
    """Have the state be cleared again at the end: more was dropped, as part of the running transaction."""
    state.connection.execute("DELETE FROM note WHERE name = ?", (_OBEYED,))


def _drop_addresses(state: State) -> int:
    """Drop the frontier's rows of forgotten addresses, with what was said of them."""
    forgotten = state.forgotten
    gone = [
        (number, site, at)
        for number, key, url, site, at in state.connection.execute(
            "SELECT id, key, url, site, state FROM url"
        )
        if forgotten.address(by_key(key)) or (forgotten.names_sites and forgotten.site(sites_of(url, site)))
    ]
    for number, site, at in gone:
        state.connection.execute("DELETE FROM url WHERE id = ?", (number,))
        state.count_now(site, URL_STATES[at], -1)
    return len(gone)


def _drop_rows(state: State) -> int:
    """Drop what is known of forgotten articles and rejects, and their rows that are in no file yet."""
    forgotten, execute = state.forgotten, state.connection.execute
    rows = execute(
        "SELECT staged.id, part, part.id IS NULL OR part.state = 'writing', staged.kind, url, staged.site, key, source"
        " FROM staged LEFT JOIN part ON part.id = staged.part"
    )
    waiting = [
        (number, part)
        for number, part, is_open, *facts in rows
        if is_open and forgotten.takes(known_by(*facts))
    ]
    for number, part in waiting:
        execute("DELETE FROM payload WHERE id = ?", (number,))
        execute("DELETE FROM staged WHERE id = ?", (number,))
        execute("UPDATE part SET rows = rows - 1 WHERE id = ?", (part,))
    execute("DELETE FROM part WHERE state = 'writing' AND rows = 0")
    state.count_event("", "outbox-forgotten", len(waiting))
    return len(waiting)


def _drop_keys(state: State) -> None:
    """Drop forgotten articles and rejects from the seen set, and what robots.txt said of forgotten sites."""
    execute, forgotten = state.connection.execute, state.forgotten
    known = "SELECT kind, url, site, key, source FROM staged"
    taken = [(kind, key) for kind, url, site, key, source in execute(known)
             if forgotten.takes(known_by(kind, url, site, key, source))]  # fmt: skip
    taken += [
        ("articles", key) for (key,) in execute("SELECT id FROM article") if forgotten.address(key[:12])
    ]
    taken += [
        ("rejects", key) for (key,) in execute("SELECT id FROM reject") if forgotten.address(by_key(key))
    ]
    for kind, key in taken:
        execute(f"DELETE FROM {'article' if kind == 'articles' else 'reject'} WHERE id = ?", (key,))  # noqa: S608  two words
    forget_articles(state, {key[:ARTICLE_BYTES] for kind, key in taken if kind == "articles"})
    execute("DELETE FROM archived WHERE key NOT IN (SELECT key FROM url)")
    if forgotten.names_sites and execute("SELECT 1 FROM sqlite_schema WHERE name = 'robots'").fetchone():
        for (origin,) in execute("SELECT origin FROM robots").fetchall():
            if forgotten.site(sites_of(f"{origin}/")):
                execute("DELETE FROM robots WHERE origin = ?", (origin,))


def known_by(kind: str, url: str, site: str, key: bytes, source: bytes) -> Identity:
    """Return by what a row is known as far as the state knows it."""
    asked = frozenset((by_key(source),))
    own = frozenset((by_address(url), *((key[:12],) if kind == "articles" else asked)))
    return Identity(own, asked - own, frozenset(sites_of(url, site)))


def outbox_rows(state: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """Yield the rows that are in no file yet."""
    rows = state.execute("SELECT kind, bytes, body FROM staged JOIN payload USING (id)")
    for kind, size, body in rows:
        yield from batch_from_bytes(unpack(body, size), KINDS[kind]).to_pylist()


def _clear_commands(state: State) -> None:
    for run, command, options in state.connection.execute("SELECT id, command, options FROM run").fetchall():
        cleared = unspoken(command, state.forgotten), unspoken(options, state.forgotten)
        if cleared != (command, options):
            state.connection.execute("UPDATE run SET command = ?, options = ? WHERE id = ?", (*cleared, run))


def unspoken(words: str, forgotten: Forgotten) -> str:
    """Return a command line without the addresses that are forgotten."""
    return _WORD.sub(lambda found: _GONE if forgotten.covers(found[0]) else found[0], words)

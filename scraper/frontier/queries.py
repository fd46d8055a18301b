"""The frontier's rows: the queries behind its interface. The counts change with the rows, in one transaction."""

import json
import time
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from columnist.pipelines.dataset.state.state import URL_STATES, State
from columnist.pipelines.records.article import Hint
from columnist.scraper.frontier.records import LISTED, MOVED, PART, Candidate, Lease, Standing, VisitResult
from columnist.scraper.frontier.revisits import wake

_AT = {name: number for number, name in enumerate(URL_STATES)}
_MAX_HINTS = 4  # a page is found by a feed, a news sitemap, a sitemap and a link; more is repetition
_DAY = 86_400.0  # seconds; clocks that are wrong by less do no harm here
_LOWEST = -(2**62)  # below any priority
_KEYS_AT_ONCE = 500  # of one query: a page's links; SQLite takes 32,766

_LEASED = (
    "id, key, url, site, kind, via, depth, attempts + 1, hints, etag, modified, content, visited, born, found"
)

Outcome = tuple[str | None, int | None, datetime | None]  # reason, status, when to ask again


def known(state: State, keys: Sequence[bytes]) -> set[bytes]:
    """Return which of these addresses were ever made known."""
    found: set[bytes] = set()
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        some = sorted(keys[start : start + _KEYS_AT_ONCE])  # neighbours in the index are read together
        marks = ", ".join("?" * len(some))
        query = f"SELECT key FROM url WHERE key IN ({marks})"  # noqa: S608  question marks
        found.update(key for (key,) in state.connection.execute(query, some))
    return found


def mapped(state: State, keys: Collection[bytes]) -> int:
    """Return how many of these addresses a sitemap names."""
    number, listed = 0, sorted(keys)
    for start in range(0, len(listed), _KEYS_AT_ONCE):
        some = listed[start : start + _KEYS_AT_ONCE]
        marks = ", ".join("?" * len(some))
        named = "(via = 'sitemap' OR hints LIKE '%\"source\":\"sitemap\"%')"
        query = f"SELECT count(*) FROM url WHERE key IN ({marks}) AND {named}"  # noqa: S608  question marks
        number += state.connection.execute(query, some).fetchone()[0]
    return number


def reason_of(state: State, key: bytes) -> str | None:
    """Return why the last answer of an address gave no article."""
    row = state.connection.execute("SELECT reason FROM url WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def standing(state: State, key: bytes) -> Standing | None:
    """Return where an address is in its life."""
    row = state.connection.execute(
        "SELECT state, reason, next_visit FROM url WHERE key = ?", (key,)
    ).fetchone()
    if row is None:
        return None
    at, reason, due = row
    return Standing(URL_STATES[at], reason, None if due is None else datetime.fromtimestamp(due, UTC))


def insert(state: State, key: bytes, url: str, found: Candidate, reason: str | None) -> None:
    """Make an address known: pending, or filtered with the reason."""
    name = "pending" if reason is None else "filtered"
    state.connection.execute(
        "INSERT INTO url(key, url, site, kind, state, via, depth, priority, newest, hints, found, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (key, _storable(url), found.site, found.kind, _AT[name], found.via, found.depth, found.priority,
         _epoch(found.newest), _pack(found.hints), time.time(), reason),
    )  # fmt: skip
    state.count_now(found.site, name)
    state.count_event(found.site, "discovered")
    if reason is not None:
        state.count_event(found.site, f"filtered:{reason}")


def refresh(state: State, key: bytes, found: Candidate) -> bool:
    """Return whether the address is known; if it still waits to be fetched, add what this finder says of it.

    One that was fetched before the day on which the finder says that it last changed is due again.
    """
    query = "SELECT id, state, hints, priority, newest, visited, reason FROM url WHERE key = ?"
    row = state.connection.execute(query, (key,)).fetchone()
    if row is None:
        return False
    number, at, hints, priority, newest, visited, reason = row
    if at == _AT["done"] and reason not in (MOVED, PART) and _has_news(found, visited):
        wake(state, "id = ?", (number,))
    known = _unpack(hints)
    if at != _AT["pending"]:
        _note_mapped(state, number, known, found)
        return True
    more = tuple(hint for hint in found.hints if hint not in known)
    better = max(priority, found.priority), max(newest, _epoch(found.newest))
    if (more and len(known) < _MAX_HINTS) or better != (priority, newest):
        state.connection.execute(
            "UPDATE url SET hints = ?, priority = ?, newest = ? WHERE id = ?",
            (_pack((*known, *more)[:_MAX_HINTS]), *better, number),
        )
    return True


def _note_mapped(state: State, number: int, known: tuple[Hint, ...], found: Candidate) -> None:
    """Note of an address that a link found first that the sitemap names it too: lists need not be read for it."""
    named = tuple(hint for hint in found.hints if hint.source == "sitemap" and hint not in known)
    if named and len(known) < _MAX_HINTS:
        state.connection.execute("UPDATE url SET hints = ? WHERE id = ?", (_pack((*known, *named)), number))


def _has_news(found: Candidate, visited: float | None) -> bool:
    """Say whether an address changed since it was fetched; a day in the future is a mistake, no news.

    A visit in the future is one too, of our own clock: then any change counts, and the visit is made anew.
    """
    now = time.time()
    return visited is not None and (0 if visited > now + _DAY else int(visited)) < _epoch(found.newest) <= now


def take(state: State, site: str, n: int, listed: bool = False) -> list[Lease]:
    """Lease a site's next addresses, or the next of those that a person listed."""
    least = LISTED if listed else _LOWEST
    found = state.connection.execute(
        f"SELECT {_LEASED} FROM url WHERE state = 0 AND site = ? AND priority >= ? ORDER BY priority DESC, newest DESC, id LIMIT ?",  # noqa: S608  constant text
        (site, least, n),
    ).fetchall()
    state.connection.executemany(
        "UPDATE url SET state = ?, attempts = attempts + 1 WHERE id = ?",
        [(_AT["leased"], row[0]) for row in found],
    )
    state.count_now(site, "pending", -len(found))
    state.count_now(site, "leased", len(found))
    return [_lease(row[1:]) for row in found]


def take_one(state: State, key: bytes) -> Lease | None:
    """Lease one address that waits, or gave an article before: without validators, for it is to be read anew."""
    article = f"(state = {_AT['done']} AND reason IS NULL)"
    row = state.connection.execute(
        f"SELECT {_LEASED}, state FROM url WHERE key = ? AND (state = 0 OR {article})",  # noqa: S608  constant text
        (key,),
    ).fetchone()
    if row is None:
        return None
    number, *lease, at = row
    state.connection.execute(
        "UPDATE url SET state = ?, attempts = attempts + 1, next_visit = NULL WHERE id = ?",
        (_AT["leased"], number),
    )
    taken = _lease(tuple(lease))
    state.count_now(taken.site, URL_STATES[at], -1)
    state.count_now(taken.site, "leased")
    return replace(taken, etag=None, modified=None, content=None)


def _lease(row: tuple[Any, ...]) -> Lease:
    key, url, site, kind, via, depth, attempts, hints, etag, modified, content, *times = row
    visited, born, found = (None if at is None else datetime.fromtimestamp(at, UTC) for at in times)
    return Lease(
        key=key,
        url=url,
        site=site,
        kind=kind,
        via=via,
        depth=depth,
        attempts=attempts,
        hints=_unpack(hints),
        etag=etag,
        modified=modified,
        content=None if content is None else content.hex(),
        visited=visited,
        born=born,
        found=found,
    )


def settle(
    state: State, lease: Lease, visit: VisitResult, times: tuple[datetime, datetime, datetime | None]
) -> None:
    """Record a good answer: when it came, from when its age counts, when to look again."""
    now, born, due = times
    kept = (lease.etag, lease.modified, lease.content) if visit.status == 304 else (None, None, None)
    as_before = visit.status == 304 or (visit.content is not None and visit.content == lease.content)
    etag, modified, content = (visit.etag or kept[0], visit.modified or kept[1], visit.content or kept[2])
    with state.transaction() as connection:
        _move(state, lease, "done")
        connection.execute(
            "UPDATE url SET attempts = 0, visited = ?, born = ?, next_visit = ?, status = ?, reason = ?, etag = ?,"
            " modified = ?, content = ?,"
            " same_as = coalesce(?, CASE WHEN ? THEN same_as END), kind = coalesce(?, kind) WHERE key = ?",
            (now.timestamp(), born.timestamp(), due and due.timestamp(), visit.status, visit.reason, etag, modified,
             None if content is None else bytes.fromhex(content), visit.same_as, as_before, visit.kind, lease.key),
        )  # fmt: skip
        state.count_event(lease.site, "done")
        if visit.status == 304:
            state.count_event(lease.site, "not-modified")


def end(state: State, lease: Lease, name: str, outcome: Outcome, fetched: bool = True) -> None:
    """Take a lease back with any other outcome. Should the power fail, the address is asked once more."""
    reason, status, again = outcome
    with state.transaction(synced=False) as connection:
        _move(state, lease, name)
        connection.execute(
            "UPDATE url SET reason = ?, status = ?, next_visit = ?, attempts = attempts - ? WHERE key = ?",
            (reason, status, again and again.timestamp(), 0 if fetched else 1, lease.key),
        )
        if fetched:
            state.count_event(lease.site, f"{name}:{reason}")


def drop(state: State, lease: Lease) -> None:
    """Take a leased address out of the frontier."""
    _move(state, lease, "filtered")
    state.connection.execute("DELETE FROM url WHERE key = ?", (lease.key,))
    state.count_now(lease.site, "filtered", -1)


def _move(state: State, lease: Lease, name: str) -> None:
    changed = state.connection.execute(
        "UPDATE url SET state = ? WHERE key = ? AND state = ?", (_AT[name], lease.key, _AT["leased"])
    ).rowcount
    if changed != 1:
        raise ValueError(f"{lease.url} is not leased: it was answered for already")
    state.count_now(lease.site, "leased", -1)
    state.count_now(lease.site, name)


def _epoch(when: datetime | None) -> int:
    return 0 if when is None else int(when.timestamp())


def _pack(hints: Collection[Hint]) -> str | None:
    """Write down what is known of hints and nothing else: most have a source and a title, and each link has one."""
    said = [{name: value for name, value in asdict(hint).items() if value} for hint in hints]
    return _storable(json.dumps(said, ensure_ascii=False, separators=(",", ":"))) if said else None


def _unpack(text: str | None) -> tuple[Hint, ...]:
    made = json.loads(text) if text else []
    return tuple(
        Hint(**{**hint, **{name: tuple(hint.get(name, ())) for name in ("authors", "tags")}}) for hint in made
    )


def _storable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()

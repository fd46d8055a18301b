"""Addresses that show what another one shows: redirects, parts of an article, copies. One of them is asked for."""

from datetime import datetime

from columnist.pipelines.dataset.state.state import URL_STATES, State
from columnist.scraper.frontier import queries as rows
from columnist.scraper.frontier.records import MOVED, PART, Candidate, Lease, VisitResult

_AT = {name: number for number, name in enumerate(URL_STATES)}


def alias(state: State, key: bytes, found: Candidate, visit: VisitResult, now: datetime) -> None:
    """Make an address known as done that answered for another one; leave it alone if it is in other hands."""
    row = state.connection.execute("SELECT state, site FROM url WHERE key = ?", (key,)).fetchone()
    if row is None:
        rows.insert(state, key, found.url, found, None)
        row = (_AT["pending"], found.site)
    if row[0] in (_AT["pending"], _AT["waiting"], _AT["failed"]):
        state.connection.execute(
            "UPDATE url SET state = ?, visited = ?, status = ?, next_visit = NULL WHERE key = ?",
            (_AT["done"], now.timestamp(), visit.status, key),
        )
        state.count_now(row[1], URL_STATES[row[0]], -1)
        state.count_now(row[1], "done")


def file_part(
    state: State, key: bytes, found: Candidate, visit: VisitResult, seen: tuple[bytes, datetime]
) -> None:
    """Make an address known whose text went into an article of another address: it is never asked for by itself again.

    One that is being asked for bears the reason at once: who reads it sees that there is nothing more to do.
    """
    first, now = seen
    alias(state, key, found, visit, now)
    state.connection.execute(
        "UPDATE url SET reason = ?, next_visit = NULL, same_as = ? WHERE key = ? AND state IN (?, ?)",
        (PART, first, key, _AT["done"], _AT["leased"]),
    )


def hand_on(state: State, lease: Lease, key: bytes) -> None:
    """Let an address that leads to another one for good rest, and ask for that one when it would have been asked."""
    facts = "visited, born, next_visit, status, etag, modified, content"
    with state.transaction() as connection:
        changed = connection.execute(
            f"UPDATE url SET ({facts}) = (SELECT {facts} FROM url WHERE key = ?), kind = 'page', reason = NULL"  # noqa: S608  names
            " WHERE key = ? AND state = ?",
            (lease.key, key, _AT["done"]),
        ).rowcount
        if changed:
            connection.execute(
                "UPDATE url SET reason = ?, same_as = ?, next_visit = NULL, etag = NULL, modified = NULL, content = NULL"
                " WHERE key = ?",
                (MOVED, key, lease.key),
            )


def pass_on(state: State, key: bytes) -> None:
    """Let the article of an address that is gone live on at another one that shows the same, if there is one."""
    copy = "SELECT key FROM url WHERE same_as = ? AND state <> ? AND reason IS NULL ORDER BY id LIMIT 1"
    found = state.connection.execute(copy, (key, _AT["gone"])).fetchone()
    if found is not None:
        state.connection.execute("UPDATE article SET source = ? WHERE source = ?", (*found, key))


def gone_address(state: State, key: bytes) -> str | None:
    """Return an address if the server says that it is gone."""
    query = "SELECT url FROM url WHERE key = ? AND state = ?"
    row = state.connection.execute(query, (key, _AT["gone"])).fetchone()
    return row[0] if row else None

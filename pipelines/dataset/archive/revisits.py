"""What the state knows of archived pages, so that an unchanged one costs the archive a line."""

import base64
from datetime import UTC, datetime, timedelta

from columnist.pipelines.dataset.archive.records import Kept
from columnist.pipelines.dataset.state.state import State
from columnist.pipelines.document.addresses import address_key

_SHA1 = "sha1:"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def note_archived(state: State, url: str, kept: Kept) -> None:
    """Remember the newest response of an address; part of the running transaction."""
    payload = base64.b32decode(kept.payload.removeprefix(_SHA1))
    state.connection.execute(
        "INSERT OR REPLACE INTO archived VALUES (?, ?, ?)",
        (address_key(url), (kept.at - _EPOCH) // timedelta(microseconds=1), payload),
    )


def archived_before(state: State, url: str) -> Kept | None:
    """Return what a revisit of an address refers to; None where the archive has no response of it."""
    found = state.connection.execute(
        "SELECT at, payload FROM archived WHERE key = ?", (address_key(url),)
    ).fetchone()
    if found is None:
        return None
    payload = _SHA1 + base64.b32encode(found[1]).decode("ascii")
    return Kept(b"", _EPOCH + timedelta(microseconds=found[0]), payload)


def drop_archived_until(state: State, day: str) -> None:
    """Let go of what was archived until the end of a day: the cap has taken it away."""
    end = datetime.fromisoformat(f"{day}T00:00:00+00:00") + timedelta(days=1)
    with state.transaction() as connection:
        connection.execute(
            "DELETE FROM archived WHERE at < ?", ((end - _EPOCH) // timedelta(microseconds=1),)
        )

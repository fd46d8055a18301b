"""When an address is asked for again: the dates of retries and revisits, and how what is due becomes pending."""

import json
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from columnist.pipelines.dataset.state.state import URL_STATES, State
from columnist.scraper.frontier.records import LISTED

_AT = {name: number for number, name in enumerate(URL_STATES)}
_REVISIT_PRIORITY = -1  # a revisit waits until the site has nothing new
# What an address ends as and can be woken from, each with its own index range.
_WAKEABLE = ("waiting", "failed", "done", "filtered")
# Rows of one call: 50 ms, so that the event loop is not held up by a million due at once.
_WAKE_AT_ONCE = 5_000
# Seconds: nothing that waits for its host, or failed, is put off for more than a day (robots.txt is); twice that is
# the work of a clock that was ahead.
_LONGEST_WAIT = 2 * 86_400.0
AGES = "revisit-hours"  # the note that says by which ages the dates of revisits were reckoned


def wake_kinds(
    state: State, kinds: Collection[str], reason: str | None = None, above: int | None = None
) -> int:
    """Set all settled addresses of these kinds pending again, or those that ended well with this reason."""
    marks = ", ".join("?" * len(kinds))
    settled = tuple(_AT[name] for name in ("waiting", "done", "failed", "gone"))
    # "<> 'page'" lets SQLite use the small index of what is no page
    condition = f"kind <> 'page' AND kind IN ({marks}) AND state IN {settled}"
    values: tuple[object, ...] = tuple(kinds)
    if above is not None:
        condition, values = f"{condition} AND priority > ?", (*values, above)
    if reason is None:
        return wake(state, condition, values)
    return wake(state, f"{condition} AND state = ? AND reason = ?", (*values, _AT["done"], reason))


def wake_due(state: State, now: datetime, revisits: datetime) -> int:
    """Set pending what is due by now, and the revisits that are due by that other moment."""
    due = f"state = ? AND next_visit <= ? LIMIT {_WAKE_AT_ONCE}"
    by = {name: now.timestamp() for name in _WAKEABLE} | {"done": revisits.timestamp()}
    return sum(wake(state, due, (_AT[name], moment)) for name, moment in by.items())


def forget_lists(state: State, sites: Collection[str]) -> None:
    """Count what an earlier list left pending on these sites as any other address that waits."""
    state.connection.executemany(
        "UPDATE url SET priority = 0 WHERE state = 0 AND site = ? AND priority >= ?",
        [(site, LISTED) for site in sorted(sites)],
    )


def wake_listed(state: State, keys: Sequence[bytes], now: datetime) -> None:
    """Set pending what a person lists anew and what gave no page so far, and what is due among the known."""
    again = tuple(_AT[name] for name in ("waiting", "failed", "filtered", "gone"))
    condition = f"key = ? AND (state IN {again} OR (state = ? AND next_visit <= ?))"
    for key in keys:
        wake(state, condition, (key, _AT["done"], now.timestamp()))


def listed_left(state: State, sites: Collection[str]) -> int:
    """Return how many listed addresses of these sites are pending, in hand or deferred."""
    count = "SELECT count(*) FROM url WHERE"
    queries = (  # each by an index of its own
        f"{count} state = 0 AND site = ? AND priority >= {LISTED}",
        f"{count} state = 1 AND site = ? AND priority >= {LISTED}",
        f"{count} state = {_AT['waiting']} AND next_visit IS NOT NULL AND site = ? AND priority >= {LISTED}",
    )
    found = (state.connection.execute(query, (site,)).fetchone()[0] for query in queries for site in sites)
    return sum(found)


def put_off(state: State, sites: Collection[str], listed: bool) -> dict[str, int]:
    """Return how many addresses of these sites wait for their time, by why; of a list's alone, if there is one."""
    found = state.connection.execute(
        "SELECT site, coalesce(reason, 'put-off'), count(*) FROM url WHERE state = ? AND next_visit IS NOT NULL"
        " AND priority >= ? GROUP BY 1, 2",
        (_AT["waiting"], LISTED if listed else -(2**62)),
    )
    counts: Counter[str] = Counter()
    for site, reason, number in found:
        counts[reason] += number if site in sites else 0
    return {reason: number for reason, number in counts.items() if number}


def wake(state: State, condition: str, values: tuple[object, ...]) -> int:
    """Set the addresses pending that meet a condition, with their counts; a revisit waits behind what is new."""
    with state.transaction() as connection:
        found = connection.execute(f"SELECT id, site, state FROM url WHERE {condition}", values).fetchall()  # noqa: S608  literals
        for number, site, at in found:
            connection.execute(
                "UPDATE url SET state = 0, next_visit = NULL,"
                " priority = CASE WHEN state = ? AND kind = 'page' THEN min(priority, ?) ELSE priority END WHERE id = ?",
                (_AT["done"], _REVISIT_PRIORITY, number),
            )
            state.count_now(site, URL_STATES[at], -1)
            state.count_now(site, "pending")
        return len(found)


def keep_ages(state: State, hours: Sequence[float]) -> None:
    """Reckon every article's next visit by these ages, unless it was reckoned by them already.

    The law is that of `next_visit`; an article that had its last look comes back only for an age it has not reached.
    """
    words = json.dumps(sorted(hours))
    known = state.connection.execute("SELECT value FROM note WHERE name = ?", (AGES,)).fetchone()
    if known == (words,):
        return
    seconds = [3600 * age for age in hours]
    marks = ", ".join(["(?)"] * len(seconds)) or "(NULL)"
    longest = max(seconds, default=None)
    with state.transaction() as connection:
        connection.execute(
            "UPDATE url SET next_visit = coalesce((SELECT min(born + column1) FROM (VALUES "  # noqa: S608  marks
            f"{marks}) WHERE born + column1 > visited), CASE WHEN next_visit IS NOT NULL THEN visited + ? END)"
            " WHERE state = ? AND kind = 'page' AND reason IS NULL AND born IS NOT NULL"
            " AND (next_visit IS NOT NULL OR born + ? > visited)",
            (*seconds, longest, _AT["done"], longest),
        )
        connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (AGES, words))


def mend_dates(state: State, hours: Sequence[float], now: datetime) -> None:
    """Set dates that lie further ahead than any is ever set to where they can be at most."""
    longest = dict.fromkeys(("waiting", "failed", "filtered"), _LONGEST_WAIT)
    longest["done"] = 3600 * max(hours, default=0.0) + _LONGEST_WAIT
    with state.transaction() as connection:
        for name, seconds in longest.items():
            at = now.timestamp()
            due = at if name != "done" else at + seconds
            connection.execute(
                "UPDATE url SET next_visit = ? WHERE state = ? AND next_visit > ?",
                (due, _AT[name], at + seconds),
            )


def soonest(state: State) -> float | None:
    """Return the earliest time at which a deferred or failed address may be asked again."""
    times = [
        state.connection.execute(
            "SELECT min(next_visit) FROM url WHERE state = ? AND next_visit IS NOT NULL", (_AT[name],)
        ).fetchone()[0]
        for name in ("waiting", "failed", "filtered")
    ]
    return min((t for t in times if t is not None), default=None)

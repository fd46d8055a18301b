"""Runs: each one has an id, its counts, and a manifest in runs/ that is written last and adds up."""

import json
import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.files.parquet_format import versions_in_use
from columnist.pipelines.dataset.runs.manifests import read_manifest, to_bytes
from columnist.pipelines.dataset.runs.months import folded_names
from columnist.pipelines.dataset.runs.vouched import learn
from columnist.pipelines.dataset.state.outbox import Outbox
from columnist.pipelines.dataset.state.state import URL_STATES, State
from columnist.pipelines.records.article import SCHEMA_VERSION
from columnist.pipelines.records.redact import redacted_command, redacted_options
from columnist.pipelines.records.run_summary import GIVEN_BY

Counts = dict[str, int]


def new_run_id(now: datetime) -> str:
    """Return an id that sorts by time, and that no other state makes: two in one millisecond draw 48 bits alike
    once in 280 million million times."""
    utc = now.astimezone(UTC)
    return f"{utc:%Y%m%dT%H%M%S}{utc.microsecond // 1000:03d}Z-{secrets.token_hex(6)}"


def start_run(state: State, run_id: str, command: str, options: Mapping[str, Any]) -> None:
    """Record that a run begins; what is counted from now on is counted for it."""
    state.run_id = run_id
    with state.transaction() as connection:
        connection.execute(
            "INSERT INTO run(id, command, options, started, state) VALUES (?, ?, ?, ?, 'running')",
            (
                run_id,
                redacted_command(command.split()),
                json.dumps(redacted_options(options), sort_keys=True, default=str),
                _now(),
            ),
        )
        state.count_event("", "outbox_at_start", Outbox(state).waiting())


def release_leases(state: State) -> None:
    """Set the addresses pending again that a dead run held. Call with the data folder locked."""
    leased, pending = (URL_STATES.index(name) for name in ("leased", "pending"))
    with state.transaction() as connection:
        held = connection.execute("SELECT site, count(*) FROM url WHERE state = ? GROUP BY site", (leased,))
        for site, n in held.fetchall():
            state.count_now(site, "leased", -n)
            state.count_now(site, "pending", n)
        connection.execute("UPDATE url SET state = ? WHERE state = ?", (pending, leased))


def dead_runs(state: State) -> list[str]:
    """Return the runs that have no manifest, oldest first."""
    return [run for (run,) in state.connection.execute("SELECT id FROM run WHERE manifest = 0 ORDER BY id")]


def finish_dead_runs(
    state: State, output: Output, known: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
) -> list[str]:
    """Write the manifests of runs that died before theirs was: their counts were committed with their work.

    One that is there stays: in a state.db that came back from a backup, a run may look dead that was not. `known` is
    what else a manifest is to say, by run.
    """
    dead = dead_runs(state)
    for run_id in dead:
        there = read_manifest(output, f"runs/{run_id}.json")
        if f"runs/{run_id}.json" in (folded_names(output) if there is None else ()):
            _close(state, run_id)
        elif there is None or there.get("outcome") == "running":  # it wrote its manifest ahead
            write_manifest(state, output, run_id, "died", known.get(run_id))
        else:
            _close(state, run_id)
    return dead


def write_manifest(
    state: State, output: Output, run_id: str, outcome: str, more: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """End a run: its row is closed, then its manifest is put into runs/ in one step.

    `more` is what only the living run knows, such as how its event loop fared. A run that was closed keeps its
    outcome, should it have died before its manifest was there.
    """
    with state.transaction() as connection:
        connection.execute(
            "UPDATE run SET state = ?, finished = ? WHERE id = ? AND finished IS NULL",
            (outcome, _now(), run_id),
        )
        connection.execute(
            "UPDATE part SET told = ? WHERE told IS NULL AND (state = 'lost' OR origin IN ('found', 'stranger'))"
            " AND name NOT IN (SELECT name FROM gone)",  # what is lost is told once it is settled
            (run_id,),
        )
    content = {**manifest(state, run_id), **(more or {})}
    name = f"runs/{run_id}.json"
    output.put(name, to_bytes(content))
    learn(state, name, content)
    _close(state, run_id)
    return content


def _close(state: State, run_id: str) -> None:
    with state.transaction() as connection:
        connection.execute("UPDATE run SET manifest = 1 WHERE id = ?", (run_id,))
        # The manifest has them now.
        connection.execute("DELETE FROM tally WHERE scope = ?", (run_id,))
        connection.execute("DELETE FROM rewritten WHERE run = ?", (run_id,))


def write_ahead(state: State, output: Output, run_id: str, more: Mapping[str, Any] | None = None) -> None:
    """Put the manifest of a run that goes on: it vouches for files before they are there."""
    output.put(f"runs/{run_id}.json", to_bytes({**manifest(state, run_id), **(more or {})}))


def manifest(state: State, run_id: str) -> dict[str, Any]:
    """Return what the run was, did and left. The state's sums at the run's end; events are the run's own."""
    command, options, started, finished, outcome = state.connection.execute(
        "SELECT command, options, started, finished, state FROM run WHERE id = ?", (run_id,)
    ).fetchone()
    knobs = json.loads(options)
    events = state.events(run_id)
    census, articles = state.census(), _last_articles(state)
    return {
        "run_id": run_id,
        "state_id": state.id,
        "command": command,
        "options": {key: value for key, value in knobs.items() if key != GIVEN_BY},
        GIVEN_BY: knobs.get(GIVEN_BY, {}),
        "started": started,
        "finished": finished,
        "outcome": outcome,
        "versions": {"schema": str(SCHEMA_VERSION), **dict(versions_in_use())},
        "addresses": _addresses(_sum(census)),
        "events": dict(sorted(_sum(events).items())),
        "rows": _rows(_sum(events), Outbox(state).waiting()),
        "sites": {
            site: {
                "addresses": _addresses(Counter(census.get(site, {}))),
                "events": events.get(site, {}),
                "last_article": articles.get(site),
            }
            for site in sorted({*census, *events} - {""})
        },
        "parts": _parts(state, "run = ? AND origin = 'own'", run_id),
        "adopted": _parts(state, "told = ? AND origin IN ('found', 'stranger')", run_id),
        **_vouched(state, run_id),
        "retired": _retired(state, run_id),
        **_rewritten(state, run_id),
    }


def _addresses(counts: Counter[str]) -> Counts:
    """Return the life of all addresses: discovered = done + filtered + failed + gone + pending."""
    known = {
        "done": counts["done"],
        "filtered": counts["filtered"],
        "failed": counts["failed"] + counts["quarantined"],
        "gone": counts["gone"],
        "pending": sum(counts[name] for name in ("pending", "leased", "waiting")),
    }
    return {"discovered": sum(known.values()), **known, "quarantined": counts["quarantined"]}


def _rows(events: Counter[str], outbox: int) -> Counts:
    """Return the run's rows: outbox_at_start + staged = written + outbox + forgotten."""
    staged = sum(
        n
        for what, n in events.items()
        if what in ("new", "changed", "recleaned") or what.startswith("rejected:")
    )
    written = sum(n for what, n in events.items() if what.startswith("rows:"))
    return {
        "outbox_at_start": events["outbox_at_start"],
        "staged": staged,
        "written": written,
        "outbox": outbox,
        **({"forgotten": events["outbox-forgotten"]} if events["outbox-forgotten"] else {}),
    }


def _last_articles(state: State) -> dict[str, str]:
    """Return when each site last gave an article not seen before: what a check must know without years of runs."""
    query = "SELECT site, max(at) FROM staged WHERE kind = 'articles' AND revision = 0 GROUP BY site"
    found = state.connection.execute(query)
    return {site: datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds") for site, at in found}


def _sum(counts: Mapping[str, Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for by_site in counts.values():
        total.update(by_site)
    return total


def _parts(state: State, which: str, run_id: str) -> list[dict[str, Any]]:
    query = f"SELECT name, rows, size, sha256 FROM part WHERE state = 'committed' AND {which} ORDER BY id"  # noqa: S608  literals
    found = state.connection.execute(query, (run_id,))
    return [{"name": n, "rows": r, "bytes": s, "sha256": h} for n, r, s, h in found]


def _retired(state: State, run_id: str) -> list[str]:
    found = state.connection.execute(
        "SELECT name FROM part WHERE state = 'lost' AND told = ? ORDER BY id", (run_id,)
    )
    return [name for (name,) in found]


def _vouched(state: State, run_id: str) -> dict[str, Any]:
    """Return the files that a repair names anew, for no manifest does any more."""
    found = _parts(state, "told = ? AND origin IN ('own', 'vouched')", run_id)
    return {"vouched": found} if found else {}


def _rewritten(state: State, run_id: str) -> dict[str, Any]:
    """Return the files out of which a run of `forget` took rows, and those of which nothing was left."""
    found = state.connection.execute(
        "SELECT name, rows, size, sha256, dropped FROM rewritten WHERE run = ? ORDER BY name", (run_id,)
    ).fetchall()
    changed = [{"name": n, "rows": r, "bytes": s, "sha256": h, "dropped": d} for n, r, s, h, d in found if r]
    return {"rewritten": changed, "emptied": [row[0] for row in found if not row[1]]} if found else {}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

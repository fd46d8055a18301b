"""Sites dealt to shards, and where each shard's state lies: beside one another, for one number of shards at a time."""

import json
import re
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from pathlib import Path

from columnist.pipelines.dataset.state.state import STATE_NAME, State
from columnist.pipelines.document.addresses import registered_domain
from columnist.pipelines.sites.shards import Shard, owner, shard_keys
from columnist.scraper.frontier.site_jobs import SiteJob, jobs_by_name

MOVING = "state-move.json"  # there while a move is not through: no crawl may begin
WHOLE = Shard(1, 1)  # its state lies in the folder itself, as that of a crawl without --shard
_FOLDER = re.compile(r"shard-([1-9]\d*)-of-([1-9]\d*)")
_DOMAINS = "domains"  # the note that says by which domains sites are dealt whose names do not


class OtherShards(Exception):  # noqa: N818  an outcome that the caller reports, exit code 3
    """States that belong to another number of shards, or are being moved: a crawl would fetch anew what they know."""


def home_of_shard(folder: Path, shard: Shard) -> Path:
    """Return where a shard's state.db and lock lie."""
    return folder if shard == WHOLE else folder / f"shard-{shard.index}-of-{shard.count}"


def shard_homes(folder: Path) -> dict[Shard, Path]:
    """Return the folders of shards that are there, with a state or without."""
    found = {
        path: _FOLDER.fullmatch(path.name) for path in sorted(folder.glob("shard-*-of-*")) if path.is_dir()
    }
    return {Shard(int(words[1]), int(words[2])): path for path, words in found.items() if words}


def shard_counts(folder: Path) -> set[int]:
    """Return of how many shards the states in a folder are."""
    return {one.count for one, home in shard_homes(folder).items() if (home / STATE_NAME).exists()}


def has_frontier(home: Path) -> bool:
    """Say whether a state has crawled: what `columnist clean` keeps in the same folder is no shard's."""
    path = home / STATE_NAME
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT 1 FROM url WHERE kind <> 'page' LIMIT 1").fetchone() is not None
    except sqlite3.Error:  # whoever opens it says what is wrong with it
        return False


def refuse_other_shards(folder: Path, shard: Shard) -> None:
    """Raise OtherShards where the states of a folder are of another number of shards, or half-way to another."""
    if (folder / MOVING).exists():
        to = json.loads((folder / MOVING).read_bytes())["to"]
        raise OtherShards(
            f"the states in {folder} are being moved to {to} shards; if that was interrupted, "
            f"run `columnist state move --to {to}` again with the same --data and --state"
        )
    others = sorted((shard_counts(folder) | ({1} if has_frontier(folder) else set())) - {shard.count})
    if others:
        raise OtherShards(
            f"the sites' states in {folder} are of {' and '.join(map(str, others))} "
            f"{'shard' if others == [1] else 'shards'}, not {shard.count}: run `columnist state move --to {shard.count}` "
            "with the same --data and --state first, and nothing is fetched anew"
        )


def dealt(jobs: Iterable[SiteJob], shard: Shard) -> tuple[SiteJob, ...]:
    """Return the jobs of one shard."""
    named = jobs_by_name(jobs)
    keys = shard_keys({name: job.seeds for name, job in named.items()})
    return tuple(job for name, job in named.items() if shard.owns(keys[name]))


def note_domains(state: State, jobs: Mapping[str, SiteJob]) -> None:
    """Keep by which domains sites are dealt whose names do not say it; part of the running transaction."""
    before = _noted(state)
    now = dict(before)
    for name, job in jobs.items():
        domains = sorted({registered_domain(seed) or seed for seed in job.seeds})
        now.pop(name, None)
        if domains != [registered_domain(_address(name))]:
            now[name] = domains
    if now != before:
        state.connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (_DOMAINS, json.dumps(now)))


def move_domains(state: State, old: State, sites: Iterable[str]) -> None:
    """Keep what another state has noted of sites that come from it; part of the running transaction."""
    theirs = _noted(old)
    moved = {site: theirs[site] for site in sites if site in theirs}
    if moved:
        value = json.dumps(_noted(state) | moved)
        state.connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (_DOMAINS, value))


def sites_of(state: State) -> set[str]:
    """Return the sites of which a state knows addresses."""
    return {site for site, counts in state.census().items() if site and counts}


def owners(states: Collection[State], count: int) -> dict[str, int]:
    """Return which of so many shards each site of these states belongs to."""
    noted = {site: domains for state in states for site, domains in _noted(state).items()}
    sites = set[str]().union(*map(sites_of, states))
    keys = shard_keys({site: map(_address, noted.get(site, (site,))) for site in sites})
    return {site: owner(key, count) for site, key in keys.items()}


def _noted(state: State) -> dict[str, list[str]]:
    found = state.connection.execute("SELECT value FROM note WHERE name = ?", (_DOMAINS,)).fetchone()
    return dict(json.loads(found[0])) if found else {}


def _address(name: str) -> str:
    """Return an address on a domain; an IPv6 address has its brackets already where a port follows."""
    return f"https://[{name}]/" if name.count(":") > 1 and "[" not in name else f"https://{name}/"

"""Sites move between shards with all that is known of them, each to one state, whatever kills the move."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from crashline import count_ticks, die_at, in_child
from newsroom import HOUR, NOON, REVISITS, an_article, identities, read, rows_of

from columnist.pipelines.dataset.files.storage_errors import StorageError
from columnist.pipelines.dataset.open_store import StoreOptions, open_store
from columnist.pipelines.dataset.state.lock import lock_data
from columnist.pipelines.dataset.state.state import STATE_NAME, open_state
from columnist.pipelines.dataset.upkeep.forget.hashes import entry_for, keep_entries
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.pipelines.sites.shards import Shard, owner
from columnist.scraper.cli.main import run
from columnist.scraper.frontier import move_sites
from columnist.scraper.frontier.frontier import Frontier
from columnist.scraper.frontier.records import Candidate, VisitResult
from columnist.scraper.frontier.reshard import NoStates, Reshard, reshard
from columnist.scraper.frontier.shard_states import MOVING, home_of_shard, note_domains, shard_homes
from columnist.scraper.frontier.site_jobs import job_for_address
from columnist.scraper.robots.decisions import RobotsEntry
from columnist.scraper.robots.store import SqliteRobots

SITES = [f"paper{n}.example" for n in range(9)]
PAGES = 7  # of a site, each with another fate
Known = dict[bytes, tuple[Any, ...]]


def crawl_some(data: Path, home: Path, sites: list[str], finish: bool = True) -> None:
    """Leave a state as a crawl does: addresses in every state, articles, robots.txt, something forgotten."""
    with open_store(data, StoreOptions(state_folder=home)) as store:
        state, frontier = store.state, Frontier(store.state, REVISITS)
        frontier.keep_ages()
        robots = SqliteRobots(state.connection)
        for site in sites:
            frontier.add([Candidate(f"https://{site}/", site, via="seed", kind="front", priority=100)])
            frontier.add(Candidate(f"https://{site}/{n}", site, via="feed") for n in range(PAGES))
            robots.save(RobotsEntry(f"https://{site}", "rules", 1.0, 2.0, b"Disallow: /x", 0, "", b""))
        leased = frontier.lease(
            PAGES * len(sites), NOON, per_site=PAGES
        )  # of each site one page is left pending
        for site in sites:
            with state.transaction() as connection:
                keep_entries(connection, [entry_for(b"salt", "address", f"gone {site}".encode())])
            front, *leases = [lease for lease in leased if lease.site == site]
            frontier.done(front, VisitResult(200, etag='"front"'), NOON)
            for lease in leases[:2]:
                with state.transaction():
                    store.outbox.stage(rows_of(an_article(lease.url, site=site))[0])
                    frontier.done(lease, VisitResult(200, etag='"1"', published=NOON - HOUR), NOON)
            frontier.failed(leases[2], "timeout", NOON + HOUR)
            frontier.blocked(leases[3], "a wall", 403, NOON + HOUR)
            frontier.gone(leases[4], 410)
            frontier.quarantined(leases[5], "crashed")
        if finish:
            store.finish()


def known(folder: Path) -> Known:
    """Return what the states know of every address, where no address is in two of them, nor a site in another's hands."""
    found: Known = {}
    homes = {**shard_homes(folder), Shard(1, 1): folder}
    for shard, home in homes.items():
        if not (home / STATE_NAME).exists():
            continue
        with closing(open_state(home / STATE_NAME)) as state:
            names = move_sites._columns(state, "url", without="id")
            for key, *facts in state.connection.execute(f"SELECT key, {names} FROM url"):
                assert key not in found, "an address is in two states"
                assert owner(facts[names.split(", ").index("site")], shard.count) == shard.index
                found[key] = tuple(facts)
            has_robots = move_sites._has_robots(state.connection, "main")
            for origin, *entry in state.connection.execute("SELECT * FROM robots") if has_robots else ():
                assert owner(origin.removeprefix("https://"), shard.count) == shard.index
                assert origin.encode() not in found
                found[origin.encode()] = tuple(entry)
    return found


def move(data: Path, folder: Path, to: int, *others: Path) -> Any:
    return reshard(Reshard(str(data), folder, to, others, "columnist state move"))


def check(data: Path, folder: Path, before: Known, sites: list[str] = SITES) -> None:
    assert known(folder) == before
    assert not (folder / MOVING).exists()
    assert len(identities(data)) == len(set(identities(data))) == 2 * len(sites)
    homes = [home for home in (folder, *shard_homes(folder).values()) if (home / STATE_NAME).exists()]
    for home in homes:
        with open_store(data, StoreOptions(state_folder=home)) as store:
            for site in sites:  # the text of every article is known, whoever has the site
                row = rows_of(an_article(f"https://{site}/0", site=site))[0]
                assert store.outbox.stage(row).decision == "unchanged"
            hashes = store.state.connection.execute("SELECT count(*) FROM forgotten").fetchone()[0]
            if any(store.state.connection.execute("SELECT 1 FROM url LIMIT 1")):
                assert hashes >= 1
            store.finish()
        assert verify(data, home, repair=False).problems == ()


def test_every_table_of_the_state_moves_or_is_the_states_own(tmp_path: Path) -> None:
    crawl_some(tmp_path, tmp_path, SITES[:1])
    with closing(sqlite3.connect(tmp_path / STATE_NAME)) as connection:
        tables = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        }

    assert tables == {*move_sites.FRONTIER, *move_sites.SEEN, *move_sites.WHOLE, *move_sites.OWN}


def test_sites_move_with_all_that_is_known_of_them_and_back(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "state"
    crawl_some(data, folder, SITES, finish=False)  # killed: its rows are in no file yet
    before = known(folder)
    assert {facts[4] for key, facts in before.items() if not key.startswith(b"http")} == {0, 2, 3, 5, 6, 7}

    for count, least in ((3, 3), (2, 1), (4, 1), (1, 1), (1, 0)):
        done = move(data, folder, count)
        check(data, folder, before)
        assert [*shard_homes(folder)] == ([Shard(n, count) for n in range(1, count + 1)] if count > 1 else [])
        assert len(SITES) >= done.moved >= least
        assert done.moved < len(SITES) or 1 in (count, done.states)
        assert move(data, folder, count).moved == 0
    assert read(data)["run_id"].combine_chunks().null_count == 0


def test_what_is_due_stays_due_and_nothing_else_becomes_so(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "state"
    crawl_some(data, folder, SITES)
    move(data, folder, 3)
    woken = 0
    for home in shard_homes(folder).values():
        with open_store(data, StoreOptions(state_folder=home)) as store:
            frontier = Frontier(store.state, REVISITS)
            frontier.keep_ages()
            woken += frontier.wake_due(NOON + timedelta(minutes=30))
            assert all(lease.visited is None for lease in frontier.lease(99, NOON, per_site=9))
    assert woken == 0


def test_states_of_other_machines_come_together(tmp_path: Path) -> None:
    data, folder, others = tmp_path / "data", tmp_path / "state", [tmp_path / "a", tmp_path / "b"]
    for home, sites in zip(others, (SITES[:4], SITES[4:]), strict=True):
        crawl_some(data, home, sites)
    crawl_some(data, others[0], [])  # it knows the other's articles from their files
    with pytest.raises(NoStates, match=r"no state\.db of a crawl"):
        move(data, folder, 2)
    before: Known = {}
    for home, sites in zip(others, (SITES[:4], SITES[4:]), strict=True):
        before |= {
            key: facts for key, facts in known(home).items() if key[:4] == b"http" or facts[2] in sites
        }

    assert move(data, folder, 2, *others).moved == len(SITES)
    check(data, folder, before)
    assert not any((home / STATE_NAME).exists() for home in others)


def test_a_site_is_dealt_by_its_addresses_whatever_its_name(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "state"
    job = replace(job_for_address("https://example.org/"), name="odd")
    crawl_some(data, folder, ["odd"])
    with closing(open_state(folder / STATE_NAME)) as state, state.transaction():
        note_domains(state, {"odd": job})
    for count in (5, 3):
        move(data, folder, count)
        with closing(
            open_state(home_of_shard(folder, Shard(owner("example.org", count), count)) / STATE_NAME)
        ) as state:
            assert state.counted("odd", "done") == 3


@pytest.mark.torture  # SQLite waits five seconds for the person
def test_a_state_that_a_person_reads_is_not_torn_from_its_log(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "state"
    crawl_some(data, folder, SITES[:3])
    move(data, folder, 2)
    before = known(folder)
    with closing(sqlite3.connect(folder / "shard-1-of-2" / STATE_NAME, isolation_level=None)) as person:
        person.execute("BEGIN")
        person.execute("SELECT count(*) FROM url").fetchone()
        with pytest.raises(StorageError, match="open in another program"):
            move(data, folder, 3)
    move(data, folder, 3)
    check(data, folder, before, SITES[:3])


@pytest.mark.parametrize("every", [60, pytest.param(1, marks=pytest.mark.torture)])
def test_a_move_killed_anywhere_goes_on(tmp_path: Path, every: int) -> None:
    sites = SITES[:4]
    data, folder = tmp_path / "made" / "data", tmp_path / "made" / "state"
    crawl_some(data, folder, sites)
    move(data, folder, 2)
    before = known(folder)
    shutil.copytree(tmp_path / "made", tmp_path / "counted")
    counted = tmp_path / "counted"
    points = count_ticks(lambda: move(counted / "data", counted / "state", 3))
    for point in range(os.getpid() % every, len(points), every):
        place = tmp_path / str(point)
        shutil.copytree(tmp_path / "made", place)
        went = (place / "data", place / "state", 3)
        assert in_child(lambda went=went, point=point: die_at(point, lambda: move(*went))) == -9  # type: ignore[misc]
        if (place / "state" / MOVING).exists():
            words = [
                "crawl",
                "http://127.0.0.1:9/",
                "--data",
                str(place / "data"),
                "--state",
                str(place / "state"),
            ]
            assert run([*words, "--shard", "1/3"]) == run(words) == 3
        move(*went)
        check(place / "data", place / "state", before, sites)
        shutil.rmtree(place)


def test_a_crawl_of_another_number_of_shards_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, folder = tmp_path / "data", tmp_path / "state"
    crawl_some(data, folder, SITES[:3])
    words = ["crawl", "http://127.0.0.1:9/", "--data", str(data), "--state", str(folder)]
    ask = ["state", "move", "--data", str(data), "--state", str(folder), "--to"]

    assert run([*words, "--shard", "1/2"]) == 3
    assert "are of 1 shard, not 2: run `columnist state move --to 2`" in capsys.readouterr().err
    assert not shard_homes(folder)
    with lock_data(folder):
        assert run([*ask, "2"]) == 4
    assert run([*ask, "2"]) == 0
    assert capsys.readouterr().out == "1 state to 2 shards: 3 of 3 sites moved, with 24 addresses\n"
    for shard in (["--shard", "1/3"], ["--shard", "1/1"], []):
        assert run([*words, *shard]) == 3
    with lock_data(folder / "shard-2-of-2"):
        assert run([*ask, "3"]) == run([*words, "--shard", "2/2"]) == 4
    for wrong in ("0", "x", "10001"):
        assert run([*ask, wrong]) == 2
    assert run(["state", "move", "--data", str(data), "--state", str(tmp_path / "none"), "--to", "2"]) == 2
    assert run(["crawl", "--shard", "3/2", "http://127.0.0.1:9/"]) == 2

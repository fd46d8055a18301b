"""A crawl's shards on Ray: whoever is killed, the rows are those of one process, and no page is fetched by two."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from unittest.mock import patch

import psutil
import pytest
from commandline import COMMAND
from fakesite import Answer, FakeSite, article, articles_text
from test_shard_crawls import DELAY, PAGES, fetched, hosts, paths, publish

import columnist
from columnist.pipelines.batch.cluster import cluster
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.pipelines.records.run_summary import RunSummary, sum_of
from columnist.scraper.cli.exit_codes import worst_of
from columnist.scraper.cli.main import run

needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="the extra ray is not installed"
)
Begin = Callable[..., subprocess.Popen[bytes]]
IN_HAND = 4  # pages that a process had asked for or was cleaning when it was killed: they are asked for again
OF_A_RUN = ("run_id", "fetched_at", "archive_file", "archive_offset", "rights")  # when robots.txt was read


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Return where one cluster for all these tests listens: as the command starts one, with four cores."""
    # Ray's workers make room for others at the same machine's cores; these tests would wait for minutes.
    with patch.dict(os.environ, {"RAY_worker_niceness": "0"}), cluster(None, 4) as ray:
        yield ray.get_runtime_context().gcs_address


@pytest.fixture
def sites() -> Iterator[list[FakeSite]]:
    with ExitStack() as stack:
        found = [stack.enter_context(FakeSite(host)) for host in hosts([(1, 1), (1, 3), (2, 3), (2, 2)])]
        for site in found:
            publish(site, PAGES)
        yield found


@pytest.fixture
def begin(sites: list[FakeSite]) -> Iterator[Begin]:
    """Give a function that starts a crawl of the sites; what is at work still goes with the test."""
    with ExitStack() as stack:

        def started(place: Path, *more: str) -> subprocess.Popen[bytes]:
            (place / "sites.txt").write_text("".join(f"{site.base}/\n" for site in sites))
            words = [
                "--sites",
                str(place / "sites.txt"),
                "--data",
                str(place / "data"),
                "--delay",
                str(DELAY),
            ]
            with (place / "log").open("ab") as log:
                crawl = subprocess.Popen([*COMMAND, "crawl", *words, *more], stdout=log, stderr=log)
            stack.callback(crawl.kill)
            return crawl

        yield started


def wait_for(site: FakeSite, hits: int) -> None:
    """Wait for a site to be asked: on a busy machine the processes of a shard start in a minute."""
    deadline = time.monotonic() + 240
    while len(site.hits) < hits:
        assert time.monotonic() < deadline, "nobody asks"
        time.sleep(0.02)


def end(process: subprocess.Popen[bytes], place: Path) -> str:
    assert process.wait(200) == 0, (place / "log").read_text()
    return (place / "log").read_text()


def rows(place: Path) -> list[str]:
    table = columnist.read(str(place / "data"), all_revisions=True).to_table()
    return sorted(map(str, table.drop_columns([*OF_A_RUN, "cluster_id"]).to_pylist()))


def at_work(words: str, place: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            line = " ".join(process.cmdline())
            found += [process] if words in line and str(place) in line else []
        except psutil.Error:
            continue
    return found


@pytest.mark.slow
@needs_ray
def test_ray_gives_the_rows_of_one_process_though_a_shard_and_a_worker_die(
    address: str, sites: list[FakeSite], begin: Begin, tmp_path: Path
) -> None:
    (tmp_path / "one").mkdir()
    end(begin(tmp_path / "one"), tmp_path / "one")
    for site in sites:
        site.hits.clear()

    knobs = ("--no-archive", "--revisit-hours", "2", "--revisit-hours", "7")
    crawl = begin(tmp_path, "--engine", "ray", "--address", address, "--shards", "3", *knobs)
    wait_for(sites[0], 3)
    (shard,) = at_work("--shard 1/3", tmp_path)
    shard.kill()
    wait_for(sites[3], 3)
    workers = [one.parent() for one in at_work("--shard 2/3", tmp_path)]
    for worker in workers:
        worker.kill()
    log = end(crawl, tmp_path)

    assert rows(tmp_path) == rows(tmp_path / "one")
    for site in sites:
        assert {*fetched(site)} == {*paths(0, PAGES)}
        assert fetched(site).total() - PAGES <= IN_HAND
        assert (site.hits[-1].at - site.hits[0].at) >= DELAY * 0.95 * (len(site.hits) - 3), "its pace"
    assert len(workers) == 1
    manifest = json.loads(max((tmp_path / "data" / "runs").glob("*.json")).read_bytes())
    assert (manifest["options"]["archive"], manifest["options"]["revisit_hours"]) == (False, [2.0, 7.0])
    assert all(f"shard {n}/3: " in log for n in (1, 2, 3))
    assert log.splitlines()[-1].startswith("20 new, 0 changed")
    assert {path.name for path in (tmp_path / "data").glob("shard-*")} == {
        f"shard-{n}-of-3" for n in (1, 2, 3)
    }


@pytest.mark.torture
@needs_ray
def test_a_crawl_that_is_stopped_or_killed_goes_on(
    address: str, sites: list[FakeSite], begin: Begin, tmp_path: Path
) -> None:
    more = ("--engine", "ray", "--address", address)
    released, last = Event(), paths(0, PAGES)[-1]
    body = article(f"{last} of {sites[0].base}", articles_text(f"{last} {sites[0].base}"))

    def when_released(
        _: str,
    ) -> Answer:  # else the crawl ends while the second run waits for a dying one's lock
        released.wait(60)
        return Answer(body=body)

    sites[0].route(last, when_released)
    crawl = begin(tmp_path, *more, "--shards", "2")
    wait_for(sites[0], 3)
    assert run(["crawl", sites[0].base, "--data", str(tmp_path / "data"), *more]) == 4, "it is at work"
    crawl.send_signal(signal.SIGTERM)
    assert crawl.wait(60) == 143
    released.set()
    assert "shard 1/2: " in (tmp_path / "log").read_text()
    assert at_work("--shard 1/2", tmp_path) == []

    crawl = begin(tmp_path, *more)  # of two shards: their states say so
    wait_for(sites[0], len(sites[0].hits) + 3)
    crawl.kill()
    crawl.wait()
    gone = time.monotonic()
    while at_work("--shard 1/2", tmp_path) or at_work("--shard 2/2", tmp_path):
        assert time.monotonic() < gone + 30, "its shards outlive it"
        time.sleep(0.05)
    end(begin(tmp_path, *more), tmp_path)

    found = columnist.read(str(tmp_path / "data"), all_revisions=True).to_table(["url", "revision"])
    assert found.num_rows == len({*found["url"].to_pylist()}) == PAGES * len(sites)
    for site in sites:
        assert {*fetched(site)} == {*paths(0, PAGES)}
        assert fetched(site).total() - PAGES <= IN_HAND
    for n in (1, 2):
        home = tmp_path / "data" / f"shard-{n}-of-2"
        assert verify(tmp_path / "data", home, repair=False).problems == ()


@pytest.mark.slow
@needs_ray
def test_a_cluster_of_our_own_listens_to_this_machine_alone(address: str) -> None:
    listening = [
        c.laddr.ip.removeprefix("::ffff:")
        for child in psutil.Process().children(recursive=True)
        for c in child.net_connections("inet")
        if c.status == psutil.CONN_LISTEN
    ]

    assert {*listening} == {"127.0.0.1"}
    with patch.dict(os.environ, {"RAY_AUTH_TOKEN": "f" * 64}):
        stranger = subprocess.run(
            [sys.executable, "-c", f"import ray; ray.init(address={address!r})"], capture_output=True, check=False
        )  # fmt: skip
    assert stranger.returncode != 0


def test_a_run_of_several_has_their_sum_and_the_worst_exit_code() -> None:
    parts = (
        RunSummary(new=2, rejected={"too-short": 1}),
        RunSummary(new=1, rejected={"too-short": 2}, stopped="x"),
    )

    assert sum_of(parts) == RunSummary(new=3, rejected={"too-short": 3}, stopped="x")
    assert sum_of(()) == RunSummary()
    assert [worst_of(codes) for codes in ((), (0, 0), (0, 1, 4), (5, 3), (0, 77))] == [0, 0, 4, 5, 1]


@pytest.mark.parametrize(
    "words",
    [("--shards", "2"), ("--engine", "ray", "--shards", "0"), ("--engine", "ray", "--shard", "1/2")],
)
def test_shards_that_cannot_be_are_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert run(["crawl", "http://127.0.0.1:9/", "--data", str(tmp_path / "data"), *words]) == 2
    assert not (tmp_path / "data").exists()

"""A crawl by several processes: each site is one's alone, at its own pace, whatever is killed, added or dealt anew."""

from __future__ import annotations

import os
import subprocess
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

import pytest
import s3fs
from commandline import COMMAND
from fakesite import FakeSite, article, articles_text, links
from flakystore import Relay
from newsroom import identities, read
from s3server import BUCKET, s3_server

import columnist
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.pipelines.sites.shards import owner
from columnist.scraper.cli.main import run

DELAY = 0.2
PAGES = 5


def hosts(wanted: list[tuple[int, int]]) -> list[str]:
    """Return loopback addresses, one each, that these shards of two and of three own."""
    free = [f"127.0.{a}.{b}" for a in range(3) for b in range(2, 60)]
    chosen: list[str] = []
    for pair in wanted:
        chosen.append(next(h for h in free if (owner(h, 2), owner(h, 3)) == pair and h not in chosen))
    return chosen


def paths(since: int, to: int) -> list[str]:
    return [f"/2026/11/22/the-council-meets-for-the-{n}th-time" for n in range(since, to)]


def publish(site: FakeSite, pages: int) -> None:
    site.route("/", links(*paths(0, pages)))
    for path in paths(0, pages):
        site.route(path, article(f"{path} of {site.base}", articles_text(f"{path} {site.base}")))


def begin(tmp_path: Path, sites: list[FakeSite], shard: str, place: str = "") -> subprocess.Popen[bytes]:
    """Start a worker; who it is stands in its user agent."""
    listed = tmp_path / f"sites-{shard.replace('/', '-')}.txt"
    listed.write_text("".join(f"{site.base}/\n" for site in sites))
    words = ["crawl", "--sites", str(listed), "--shard", shard, "--data", place or str(tmp_path / "data"), "--delay", str(DELAY),
             "--state", str(tmp_path / "state"), "--contact", f"w{shard[0]}@desk.example", "--workers", "1"]  # fmt: skip
    with (tmp_path / "log").open("ab") as log:
        return subprocess.Popen([*COMMAND, *words], stdout=log, stderr=log)


def wait_for(site: FakeSite, hits: int) -> None:
    end = time.monotonic() + 60
    while len(site.hits) < hits and time.monotonic() < end:
        time.sleep(0.01)
    assert len(site.hits) >= hits


def fetched(site: FakeSite) -> Counter[str]:
    return Counter(hit.path for hit in site.hits if hit.path in paths(0, PAGES + 1))


def check_hits(site: FakeSite, shard: int) -> None:
    agents = {hit.headers["user-agent"] for hit in site.hits}
    assert [agent.partition("@")[0][-1] for agent in agents] == [str(shard)], "a site asked by two"


@pytest.mark.slow
def test_several_workers_share_no_site_and_lose_none(tmp_path: Path) -> None:
    owners = [(1, 1), (2, 3), (2, 2), (1, 3), (1, 1)]
    with ExitStack() as stack:
        sites = [stack.enter_context(FakeSite(host)) for host in hosts(owners)]
        for site in sites:
            publish(site, PAGES)
        killed, other = begin(tmp_path, sites[:4], "1/2"), begin(tmp_path, sites[:4], "2/2")
        wait_for(sites[0], 4)
        killed.kill()
        killed.wait()
        before = [len(site.hits) for site in sites]
        again = begin(tmp_path, sites, "1/2")  # and its list is longer now
        assert (again.wait(100), other.wait(100)) == (0, 0), (tmp_path / "log").read_text()

        for number, (site, (shard, _)) in enumerate(zip(sites, owners, strict=True)):
            check_hits(site, shard)
            assert {*fetched(site)} == {*paths(0, PAGES)}
            twice = fetched(site).total() - PAGES  # what the killed worker had in hand is asked for again
            assert twice <= (2 if shard == 1 else 0)
            hits = site.hits[before[number] :] if shard == 1 else site.hits
            # A busy machine takes a request up late; over all of them the pace holds.
            assert hits[-1].at - hits[0].at >= DELAY * 0.95 * (len(hits) - 1), "faster than its pace"
        assert (
            len({*identities(tmp_path / "data")}) == len(identities(tmp_path / "data")) == PAGES * len(sites)
        )

        words = ["--data", str(tmp_path / "data"), "--state", str(tmp_path / "state")]
        assert run(["state", "move", *words, "--to", "3"]) == 0
        for site in sites:
            site.hits.clear()
            publish(site, PAGES + 1)
        three = [begin(tmp_path, sites, f"{n}/3") for n in (1, 2, 3)]
        assert [one.wait(100) for one in three] == [0, 0, 0], (tmp_path / "log").read_text()
        for site, (_, shard) in zip(sites, owners, strict=True):
            check_hits(site, shard)
            assert fetched(site) == Counter(paths(PAGES, PAGES + 1)), "what was known is fetched anew"
            assert "/robots.txt" not in site.paths(), "what robots.txt said is known"

    assert (
        len({*identities(tmp_path / "data")}) == read(tmp_path / "data").num_rows == (PAGES + 1) * len(sites)
    )
    assert run(["check", "--data", str(tmp_path / "data")]) == 0
    names = {path.name.split("-")[2] for path in (tmp_path / "data" / "articles").rglob("*.parquet")}
    assert names == {"1", "2", "3"}, "the middle number of a file is the shard that wrote it"
    assert verify(tmp_path / "data", tmp_path / "state" / "shard-1-of-3", repair=False).problems == ()


def test_a_shard_that_no_site_is_dealt_to_has_nothing_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shard = 1 + owner("127.0.0.1", 2) % 2
    words = ["crawl", "http://127.0.0.1:9/", "--shard", f"{shard}/2", "--data", str(tmp_path / "data")]
    assert [run(words), run(words)] == [0, 0]
    assert capsys.readouterr().out == 2 * "0 new, 0 changed, 0 known, 0 rejected\n"


@pytest.mark.torture
def test_workers_whose_store_goes_away_lose_nothing(tmp_path: Path) -> None:
    with ExitStack() as stack:
        variables = stack.enter_context(s3_server())
        relay = stack.enter_context(Relay(int(variables["AWS_ENDPOINT_URL"].rpartition(":")[2])))
        stack.enter_context(
            patch.dict(os.environ, {"AWS_ENDPOINT_URL": relay.url, "COLUMNIST_SECONDS_PER_FILE": "1"})
        )
        sites = [stack.enter_context(FakeSite(host)) for host in hosts([(1, 1), (2, 2), (2, 3)])]
        for site in sites:
            publish(site, PAGES)
        place = f"s3://{BUCKET}/paper"
        for _ in range(3):
            relay.begin(lambda n, method, path: "cut-before" if n > 60 else "pass")
            workers = [begin(tmp_path, sites, shard, place) for shard in ("1/2", "2/2")]
            assert {one.wait(300) for one in workers} <= {0, 5}
        relay.begin(lambda n, method, path: "pass")
        workers = [begin(tmp_path, sites, shard, place) for shard in ("1/2", "2/2")]
        assert [one.wait(300) for one in workers] == [0, 0], (tmp_path / "log").read_text()

        assert [{*fetched(site)} == {*paths(0, PAGES)} for site in sites] == [True] * 3
        s3fs.S3FileSystem.clear_instance_cache()
        rows = columnist.read(place).to_table().to_pylist()
        assert len({row["id"] for row in rows}) == len(rows) == PAGES * len(sites)
        assert {row["revision"] for row in rows} == {0}
        for shard in (1, 2):
            assert verify(place, tmp_path / "state" / f"shard-{shard}-of-2", repair=False).problems == ()

"""`columnist check` and the site files: the same wherever the data lies and wherever the command is started."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import fsspec
import pytest
from commandline import columnist
from fakesite import Answer, FakeSite, article, links
from s3server import BUCKET, s3_server

from columnist.scraper.cli.main import run

ROOT = Path(__file__).resolve().parent.parent
PATHS = [f"/2026/11/22/the-council-of-ward-{n}-adopts-its-budget" for n in range(3)]
FILE = 'seeds = ["{base}/"]\n[floors]\narticles_per_crawl = 9\nmedian_words = 1\n'


@pytest.fixture(scope="module")
def paper() -> Iterator[FakeSite]:
    with FakeSite() as site:
        site.route("/", links(*PATHS))
        site.under("/2026/", lambda path: Answer(body=article(path)))
        yield site


def name_of(site: FakeSite) -> str:
    return site.base.removeprefix("http://").replace(":", "_")


@pytest.mark.slow
def test_a_dataset_on_an_object_store_is_checked_with_the_site_files_beside_it(
    paper: FakeSite, tmp_path: Path
) -> None:
    with s3_server() as variables:
        data, state = f"s3://{BUCKET}/deep/paper", ("--state", str(tmp_path / "state"))
        store = fsspec.filesystem("s3")
        store.pipe_file(
            f"{BUCKET}/deep/paper/sites/{name_of(paper)}.toml", FILE.format(base=paper.base).encode()
        )
        none = columnist("check", "--data", data, **variables)
        crawled = columnist("crawl", "--data", data, *state, "--delay", "0", cwd=tmp_path, **variables)
        checked = columnist("check", "--data", data, cwd=tmp_path, **variables)
        told = columnist("check", "--data", data, "--json", **variables)
        store.pipe_file(f"{BUCKET}/deep/paper/sites/odd.example.toml", b"seeds = 5\n")
        odd = columnist("sites", "check", "--data", data, **variables)

    assert (none.returncode, none.stderr) == (2, f"columnist: {data}: no runs/ here; name the data folder of a crawl with --data\n")  # fmt: skip
    assert crawled.returncode == 1, crawled.stderr
    assert f"below the floors: {name_of(paper)}: 3 articles, floor 9" in crawled.stderr
    assert (checked.returncode, checked.stdout) == (
        1,
        f"{name_of(paper)}: 3 articles, floor 9\n"
        f"1 crawl looked at, 2 floors of 1 site file in {data}/sites applied, 1 site below floors or adrift\n",
    ), checked.stderr
    assert json.loads(told.stdout)["floors"] == 2
    assert odd.returncode == 2
    assert f"{data}/sites/odd.example.toml: seeds" in odd.stderr


@pytest.mark.slow
def test_site_files_lie_beside_the_data_wherever_the_command_is_started(
    paper: FakeSite, tmp_path: Path
) -> None:
    data, elsewhere = tmp_path / "srv" / "news", tmp_path / "home"
    for folder in (data / "sites", elsewhere / "data" / "sites"):
        folder.mkdir(parents=True)
    (data / "sites" / f"{name_of(paper)}.toml").write_text(FILE.format(base=paper.base))
    (elsewhere / "data" / "sites" / "trap.toml").write_text("seeds = 5\n")  # read by nobody

    crawled = columnist("crawl", "--data", str(data), "--delay", "0", cwd=elsewhere)
    checks = [columnist("check", "--data", str(data), cwd=cwd) for cwd in (elsewhere, tmp_path, data)]
    inside = columnist("check", "--data", ".", cwd=data)
    by_variable = columnist("sites", "check", cwd=elsewhere, COLUMNIST_DATA=str(data))
    listed = columnist("sites", "list", "--data", str(data), cwd=elsewhere)
    none = columnist("check", "--data", str(data), "--site-files", str(tmp_path / "none"))

    assert crawled.returncode == 1, crawled.stderr
    assert {(c.returncode, c.stdout) for c in checks} == {(1, checks[0].stdout)}
    assert f"2 floors of 1 site file in {data}/sites applied" in checks[0].stdout
    assert (inside.returncode, "2 floors of 1 site file in sites applied" in inside.stdout) == (1, True)
    assert by_variable.stdout == "1 site file read, no mistake found\n"
    assert name_of(paper) in listed.stdout
    assert none.stdout == (
        f"1 crawl looked at, no floors applied: none for these sites in {tmp_path}/none, "
        "0 sites below floors or adrift\n"
    )


def manifest(day: int, sites: dict[str, Any], outcome: str = "finished") -> dict[str, Any]:
    at = (datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=day)).isoformat()
    return {"command": "columnist crawl", "outcome": outcome, "started": at, "finished": at, "sites": sites}


def site(last: int | None, **events: int) -> dict[str, Any]:
    at = None if last is None else (datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=last)).isoformat()
    return {"events": {"crawled": 1, **events}, "last_article": at}


def test_a_site_that_gives_nothing_is_named_without_a_site_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "runs").mkdir()
    run_of_day = {
        0: manifest(0, {"cut-short.example": site(None)}, "max-minutes"),
        30: manifest(
            30,
            {
                "well.example": site(29, new=2),
                "weekly.co.uk": site(23, requests=3),
                "never.example": site(None, requests=3),
                "resting.example": site(None),  # not even asked: its robots.txt gave no answer an hour ago
                "silent.example": site(2, requests=3),  # the run of that day is long gone from runs/
                "cut-short.example": site(None, requests=3),
                "other.example": {"events": {}, "last_article": None},  # another crawl's
            },
        ),
    }
    for day, content in run_of_day.items():
        (tmp_path / "runs" / f"{day:02}.json").write_text(json.dumps(content))

    assert run(["check", "--data", str(tmp_path)]) == 1
    *named, _ = capsys.readouterr().out.splitlines()
    assert named == [
        "cut-short.example: never gave an article, in 2 runs",
        "never.example: never gave an article, in 1 run",
        "resting.example: never gave an article, in 1 run",
        "silent.example: no new article for 28 days, at most 8",
    ]
    assert run(["check", "--data", str(tmp_path), "--silent-days", "40"]) == 1
    assert "silent.example" not in capsys.readouterr().out
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "www.weekly.co.uk.toml").write_text(
        'seeds = ["https://www.weekly.co.uk/"]\n[floors]\nsilent_days_at_most = 3\n'
    )
    assert run(["check", "--data", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert "weekly.co.uk: no new article for 7 days, at most 3" in told
    assert "1 floor of 1 site file in" in told


def test_a_check_in_cron_says_nothing_when_all_is_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "0.json").write_text(json.dumps(manifest(0, {"well.example": site(0, new=2)})))

    assert run(["check", "--data", str(tmp_path), "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.slow
def test_a_site_that_lacks_what_the_crawl_guesses_is_no_broken_one(
    paper: FakeSite, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("crawl", f"{paper.base}/", "--data", str(tmp_path), "--delay", "0")
    done = columnist(*words)
    (path,) = (tmp_path / "runs").glob("*.json")
    first = json.loads(path.read_text())
    for n in range(40):  # as many as make a share
        later = datetime.fromisoformat(first["started"]) + timedelta(minutes=30 * n)
        copied = {**first, "started": later.isoformat(), "finished": later.isoformat()}
        path.with_name(f"z{n:02}.json").write_text(json.dumps(copied))

    assert done.returncode == 0, done.stderr
    (about,) = first["sites"].values()
    assert about["events"]["guessed:404"] >= 4  # robots.txt and the places of feeds and sitemaps
    assert run(["check", "--data", str(tmp_path)]) == 0, capsys.readouterr().out

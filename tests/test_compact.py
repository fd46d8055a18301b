"""Small files become few: no row lost or doubled for whoever reads, no alarm for whoever writes, whatever is killed when."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from crashline import count_ticks, die_at, in_child, ticking
from newsroom import HOUR, NOON, a_reject, an_article, flip, identities, read, rows_of, write

import columnist
from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.open_store import StoreOptions, open_store
from columnist.pipelines.dataset.read import open_rejects
from columnist.pipelines.dataset.runs.manifests import newest_manifests, read_manifests
from columnist.pipelines.dataset.runs.months import folded_in, months
from columnist.pipelines.dataset.upkeep.compact.compact import COMMAND, compact, preview
from columnist.pipelines.dataset.upkeep.compact.merges import JOURNAL
from columnist.pipelines.dataset.upkeep.compact.plan import Wanted
from columnist.pipelines.dataset.upkeep.forget.forget import forget
from columnist.pipelines.dataset.upkeep.forget.targets import read_targets
from columnist.pipelines.dataset.upkeep.repair.rebuild import rebuild
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.pipelines.dataset.writers.at_work import Claim, at_work
from columnist.pipelines.dataset.writers.written_twice import written_twice
from columnist.pipelines.records.article import Article, Reject
from columnist.scraper.cli.main import run

ALL = Wanted(date(2026, 11, 22), 128)
LATEST = replace(ALL, drop_superseded=True)
STORY = "https://a.example/story"
PUT = "columnist.pipelines.dataset.files.fsync:replace_file"
RUNS = 10  # of the state in the data folder; two more are another's


def hour(number: int) -> list[Article | Reject]:
    """Return what an hour brings: of two days in turn, two new articles, a new headline of the first one, a reject."""
    at = NOON - (number % 2) * 24 * HOUR
    new = [
        an_article(f"https://{site}.example/{number}", paragraphs=2, site=f"{site}.example", fetched_at=at)
        for site in "ba"
    ]
    first = an_article(STORY, 2, site="a.example", title=f"Take {number}", fetched_at=at)
    return [*new, first, replace(a_reject(f"https://a.example/tag/{number}"), fetched_at=at)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    with patch.object(durable, "_sync"):  # the disk is not what is looked at
        for number in range(RUNS):
            write(folder / "data", *hour(number))
        for number in (RUNS, RUNS + 1):
            more = replace(an_article(f"https://c.example/{number}", 2, site="c.example"), fetched_at=NOON)
            write(folder / "data", more, state=folder / "two")
    return folder


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    """Return a dataset of two states: `data` and, beside it, `two`."""
    for name in ("data", "two"):
        shutil.copytree(made / name, tmp_path / name)
    return tmp_path / "data"


def tables(data: Path) -> list[Path]:
    return sorted(path for kind in ("articles", "rejects") for path in data.glob(f"{kind}/*/*"))


def rows(data: Path, kind: str = "articles") -> list[str]:
    """Return every row with all its columns, in an order of their own."""
    return sorted(map(str, read(data, kind).to_pylist()))


def no_alarm(data: Path, *states: Path) -> None:
    """Hold verify with and without state, and a next run, to seeing nothing that is wrong."""
    for state in states:
        with open_store(data, StoreOptions(state_folder=state)) as store:
            found = store.recovery
            assert (
                found.quarantined,
                found.damaged,
                found.missing,
                found.lost,
                found.moved,
                found.found,
            ) == ((),) * 6
            manifest = store.finish()
        assert (manifest["rows_gone"], manifest["retired"], manifest["adopted"]) == (0, [], [])
        assert verify(data, state, repair=False).problems == ()


def test_a_day_is_a_file_and_every_row_and_revision_stays(data: Path) -> None:
    articles, rejects = rows(data), rows(data, "rejects")

    assert preview(data, ALL).files_after == 4
    done = compact(data, ALL)

    assert (done.files_before, done.files_after, len(tables(data))) == (2 * RUNS + 2, 4, 4)
    assert (done.rows, done.superseded, done.left) == (len(articles) + len(rejects), 0, ())
    assert (rows(data), rows(data, "rejects")) == (articles, rejects)
    assert done.bytes_after < done.bytes_before / 4
    for path in tables(data):
        table = pq.read_table(path, partitioning=None).select(["site", "url"])
        assert table.equals(table.sort_by([("site", "ascending"), ("url", "ascending")]))
    assert compact(data, ALL).run_id is None
    no_alarm(data, data, data.parent / "two")
    with open_store(data) as store:  # what is known stays known, and the next revision is the next
        assert store.outbox.stage(rows_of(hour(3)[0])[0]).decision == "unchanged"
        assert store.outbox.stage(rows_of(an_article(STORY, 2, title="Last"))[0]).revision == RUNS
        store.finish()
    late = compact(data, ALL)  # the newcomer joins the small file of its day
    assert (late.files_before, late.files_after) == (2, 1)
    rebuild(data)
    no_alarm(data, data)


def test_every_engine_reads_it_and_the_latest_of_each_in_one_line(data: Path) -> None:
    compact(data, replace(ALL, until=date(2026, 11, 21)))  # one day merged, one as it was
    files, articles = f"{data}/articles/**/*.parquet", columnist.read(data)
    latest = f"""FROM '{files}' AS a ANTI JOIN (SELECT id, max(revision) AS newest FROM '{files}' WHERE revision > 0
        GROUP BY id) AS n ON a.id = n.id AND a.revision < n.newest SELECT id, revision"""
    old = (
        pl.scan_parquet(files)
        .filter(pl.col("revision") > 0)
        .group_by("id")
        .agg(newest=pl.col("revision").max())
    )
    kept = pl.scan_parquet(files).join(old, on="id", how="left")
    wanted = sorted(dict(identities(data)).items())

    assert len(wanted) == 2 * RUNS + 3
    assert sorted(duckdb.sql(latest).fetchall()) == wanted
    assert sorted(duckdb.sql("SELECT id, revision FROM articles").fetchall()) == wanted
    assert duckdb.sql("SELECT count(*) FROM articles WHERE revision = 0").fetchall() == [(2 * RUNS + 2,)]
    assert sorted(pl.scan_pyarrow_dataset(articles).select("id", "revision").collect().rows()) == wanted
    kept = kept.filter(pl.col("revision") >= pl.col("newest").fill_null(0)).select("id", "revision")
    assert sorted(kept.collect().rows()) == wanted
    frame = pd.read_parquet(data / "articles").sort_values("revision").drop_duplicates("id", keep="last")
    assert sorted(zip(frame["id"], frame["revision"], strict=True)) == wanted


def test_at_each_step_a_reader_of_the_folder_misses_nothing_and_columnist_reads_it_exactly(
    data: Path,
) -> None:
    wanted, doubled = Counter(identities(data)), []
    steps: list[str] = []
    exact = sorted(dict(identities(data)).items())
    rejects = open_rejects(open_output(data)).count_rows()
    assert rejects

    def look(step: str) -> None:
        steps.append(step)
        if len(steps) % 5 and "publish" not in step:
            return
        found = Counter(identities(data))
        assert found >= wanted, f"a row is missing {step}"
        if found != wanted:
            doubled.append(step)
            assert max(found.values()) == 2
        now = columnist.read(data).to_table(columns=["id", "revision"])
        assert sorted(zip(*now.to_pydict().values(), strict=True)) == exact, step
        assert columnist.read(data, all_revisions=True).count_rows() == wanted.total(), step
        assert open_rejects(open_output(data)).count_rows() == rejects, step

    with ticking(look):
        compact(data, ALL)

    short = {"after columnist.pipelines.dataset.files.fsync:publish", "sync_folder", "remove"}
    assert doubled
    assert {step for step in doubled if not any(word in step for word in short)} == set()


def steps_of(data: Path, wanted: Wanted = ALL) -> int:
    shutil.copytree(data, data.parent / "counted")
    return len(count_ticks(lambda: compact(data.parent / "counted", wanted)))


def killed_at(data: Path, point: int, how: str, wanted: Wanted = ALL) -> None:
    """Kill a compaction at this step; then the same call, or a run of either state, or a repair, leads to one end."""
    folder, articles, rejects = data.parent / f"{how}-{point}", rows(data), rows(data, "rejects")
    for name in ("data", "two"):
        shutil.copytree(data.parent / name, folder / name)
    here, two = folder / "data", folder / "two"
    in_child(lambda: die_at(point, lambda: compact(here, wanted)))
    if how == "run":
        no_alarm(here, two, here)
    elif how == "repair":
        verify(here)
        assert verify(here).problems == ()
    compact(here, wanted)
    if not wanted.drop_superseded:
        assert (rows(here), rows(here, "rejects")) == (articles, rejects), (how, point)
    assert len(tables(here)) == 4, (how, point)
    assert not (here / JOURNAL).exists()
    assert list((here / "tmp").iterdir()) == []
    assert not (here / "quarantine").exists()
    with patch.object(durable, "_sync"):
        no_alarm(here, here, two)
    assert verify(here).problems == ()


@pytest.mark.slow
def test_a_kill_at_any_step_costs_nothing(data: Path) -> None:
    for number, point in enumerate(range(2, steps_of(data), 29)):  # the torture version takes each
        killed_at(data, point, ("again", "run", "repair")[number % 3])


@pytest.mark.torture
@pytest.mark.parametrize("how", ["again", "run", "repair"])
@pytest.mark.parametrize("wanted", [ALL, LATEST], ids=["all", "latest"])
def test_torture_a_kill_at_every_step(data: Path, how: str, wanted: Wanted) -> None:
    for point in range(steps_of(data, wanted)):
        killed_at(data, point, how, wanted)


def test_runs_that_go_on_meanwhile_write_and_end_without_an_alarm(data: Path) -> None:
    two = data.parent / "two"
    with open_store(data) as store, open_store(data, StoreOptions(state_folder=two)) as other:
        for row in rows_of(an_article(STORY, 2, site="a.example", title="Beside")):
            assert store.outbox.stage(row).revision == RUNS
        before = Counter(identities(data))
        (part,) = store.dataset.allocate_all()

        def write_beside(step: str) -> None:
            if step == "before columnist.pipelines.dataset.files.fsync:publish" and not done:
                done.append(step)
                written.append(store.dataset.write(part))

        done: list[str] = []
        written: list[Any] = []
        with ticking(write_beside):
            compact(data, ALL)
        store.dataset.commit(written[0])
        assert store.finish()["rows_gone"] == 0
        assert other.finish()["rows_gone"] == 0
    assert Counter(identities(data)).total() == before.total() + 1
    assert max(Counter(identities(data)).values()) == 1
    no_alarm(data, data, two)


def test_only_one_compacts_and_who_must_be_alone_keeps_it_out(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for claim in (Claim(COMMAND, compacts=True, state_id="x"), Claim("columnist forget", alone=True)):
        with at_work(open_output(data), claim):
            assert run(["compact", "--data", str(data)]) == 4
            assert claim.command in capsys.readouterr().err


def test_superseded_revisions_go_where_that_is_asked_for_and_are_counted(data: Path) -> None:
    wanted = sorted(dict(identities(data)).items())
    assert preview(data, LATEST).superseded == RUNS - 1

    done = compact(data, LATEST)

    assert (done.superseded, identities(data)) == (RUNS - 1, wanted)
    assert compact(data, LATEST).run_id is None
    no_alarm(data, data, data.parent / "two")
    with open_store(data) as store:
        assert store.outbox.stage(rows_of(an_article(STORY, 2, title="Last"))[0]).revision == RUNS
        store.finish()


def test_a_day_of_nothing_but_superseded_revisions_is_no_file_any_more(tmp_path: Path) -> None:
    data = tmp_path / "data"
    write(data, an_article(fetched_at=NOON - 24 * HOUR))
    write(data, an_article(title="New"))

    compact(data, LATEST)

    assert [path.parent.name for path in tables(data)] == ["day=2026-11-22"]
    no_alarm(data, data)


def test_what_is_not_as_it_was_written_stays_and_is_told(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, added, *_ = sorted(data.glob("articles/day=2026-11-22/*"))
    flip(bad)
    table = pq.read_table(added, partitioning=None)
    pq.write_table(table.append_column("mine", pa.nulls(len(table), pa.string())), added)
    write(
        data, an_article("https://a.example/later")
    )  # a run adopts the edited file, and sets the bad one aside
    shutil.copy(next((data / "quarantine").rglob("*.parquet")), bad)

    assert run(["compact", "--data", str(data), "--json", "--before", "0d"]) == 1

    told = capsys.readouterr()
    assert f"{added.relative_to(data)}: it has columns of its own (mine), and stays as it is" in told.err
    assert json.loads(told.out)["left"] == [
        line.removeprefix("columnist: ") for line in told.err.splitlines()
    ]
    assert added.exists()


def test_a_file_that_a_hand_changes_meanwhile_is_not_taken_away(data: Path) -> None:
    mine = sorted(data.glob("articles/day=2026-11-22/*"))[1]

    def edit(step: str) -> None:
        if step == f"after {PUT}" and not mine.read_bytes().endswith(b"mine"):
            mine.write_bytes(mine.read_bytes() + b"mine")

    with ticking(edit):
        left = compact(data, ALL).left

    assert mine.exists()
    assert len(left) == 1
    assert "changed meanwhile" in left[0]
    assert not (data / JOURNAL).exists()


def test_files_of_an_older_schema_are_written_in_that_of_today(data: Path) -> None:
    old = sorted(data.glob("articles/day=2026-11-22/*"))[0]
    table = pq.read_table(old, partitioning=None).drop_columns(["publisher", "extra", "removed"])
    rights = table["rights"].combine_chunks()
    kept = pa.StructArray.from_arrays(
        [rights.field(0), rights.field(1)], names=["robots_allowed", "tdm_reservation"]
    )
    table = table.set_column(table.schema.get_field_index("rights"), "rights", kept)
    pq.write_table(table, old)
    write(data, an_article("https://a.example/later"))  # it is known as it is now
    (data / "state.db").unlink()

    assert compact(data, ALL).left == ()
    schemas = {str(pq.read_schema(path).remove_metadata()) for path in data.glob("articles/*/*")}
    assert len(schemas) == 1
    assert verify(data).problems == ()


def test_manifests_are_folded_and_whoever_reads_them_goes_on(data: Path) -> None:
    output, two = open_output(data), data.parent / "two"
    with open_store(data, StoreOptions(command=f"columnist clean {STORY}")) as store:
        store.outbox.stage(rows_of(an_article("https://a.example/listed"))[0])
        store.finish()
    before = dict(read_manifests(output))
    size = sum(path.stat().st_size for path in data.glob("runs/*.json"))
    newest = newest_manifests(output, 5)
    asked = open_output(data)

    assert compact(data, ALL).manifests_folded == RUNS + 4

    (month,) = months(output)
    assert month.size < size / 10
    assert list(data.glob("runs/*.json")) == []
    after = dict(read_manifests(output))
    assert {name: after[name] for name in before} == before
    assert newest_manifests(output, 6)[:5] == newest
    assert written_twice(asked, newest_manifests(asked, 100)) == []
    write(data, an_article("https://a.example/later"))
    told = forget(data, read_targets([STORY], lambda: None), "asked", StoreOptions())  # type: ignore[arg-type,return-value]
    assert told.rows == RUNS
    assert not any("/story" in str(content) for _, content in read_manifests(output))
    no_alarm(data, two, data)
    compact(data, ALL)
    assert len(dict(folded_in(output, month.name))) >= RUNS + 3
    flip(data / month.name)
    problems = verify(data).problems
    assert (month.name, "bad-manifest") in {(p.name, p.what) for p in problems}
    assert verify(data).problems == ()
    no_alarm(data, data)


def test_what_two_states_wrote_is_seen_after_a_compaction_too(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for state in ("one", "two"):
        with open_store(data, StoreOptions(state_folder=tmp_path / state)) as store:
            article = an_article(run_id=store.run_id, title=state)
            with patch("columnist.pipelines.dataset.state.outbox.newest_version", return_value=None):
                store.outbox.stage(rows_of(article)[0])
            store.finish()
    output = open_output(data)
    twice = written_twice(output, newest_manifests(output, 10))
    assert len(twice) == 1

    compact(data, ALL)

    assert written_twice(output, newest_manifests(output, 10)) == twice


def test_a_store_is_compacted_like_a_folder(tmp_path: Path) -> None:
    data, state = f"memory://{tmp_path.name}-compact", tmp_path / "state"
    for number in range(3):
        write(data, *hour(number), state=state)

    done = compact(data, ALL)

    assert (done.files_before, done.files_after) == (4, 2)
    assert verify(data, state, repair=False).problems == ()
    with open_store(data, StoreOptions(state_folder=state)) as store:
        assert store.recovery.missing == store.recovery.moved == ()
        assert store.finish()["rows_gone"] == 0
    assert columnist.read(data).count_rows() == 7


def test_the_command_says_what_it_did_and_what_it_cannot_do(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["compact", "--data", str(data), "--before", "2"]) == 2
    assert "such as 36h, 2d or 1w" in capsys.readouterr().err
    assert run(["compact", "--data", str(data.parent)]) == 2
    assert run(["compact", "--data", str(data), "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("would merge 22 files into 4: 42 rows")
    assert run(["compact", "--data", str(data), "--before", "5200w"]) == 0
    assert capsys.readouterr().out.startswith("merged 0 files into 0")
    assert run(["compact", "--data", str(data)]) == 0
    assert "13 manifests folded" in capsys.readouterr().out


@pytest.mark.torture
def test_torture_300_hourly_runs_and_then_the_next(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with patch.object(durable, "_sync"):
        for number in range(300):
            write(data, *(replace(r, fetched_at=NOON - timedelta(hours=300 - number)) for r in hour(number)))
    articles = rows(data)
    done = compact(data, ALL)

    assert (done.files_before, rows(data)) == (600, articles)
    assert len(tables(data)) == done.files_after <= 2 * 14
    with open_store(data) as store:
        assert store.outbox.stage(rows_of(hour(7)[0])[0]).decision == "unchanged"
        assert store.outbox.stage(rows_of(hour(300)[0])[0]).decision == "new"
        assert store.finish()["rows_gone"] == 0
    assert len(rows(data)) == len(articles) + 1
    no_alarm(data, data)

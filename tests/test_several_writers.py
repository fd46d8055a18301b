"""The dataset belongs to its readers: whoever wrote a file, and whatever became of a state.db, every row stays."""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import fsspec
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from commandline import COMMAND
from crashline import count_ticks, die_at, in_child
from newsroom import NOON, a_reject, addresses, an_article, crawl, flip, identities, read, rows_of, write

from columnist.pipelines.dataset.files.local_output import LocalOutput
from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.open_store import StoreOptions, open_store
from columnist.pipelines.dataset.upkeep.compact.merges import JOURNAL
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.pipelines.dataset.writers.belonging import WrongDataset
from columnist.pipelines.records.options import DatasetOptions
from columnist.scraper.cli.main import run

PAGE = "https://paper.example/{}"


def urls(*names: str) -> list[str]:
    return [PAGE.format(name) for name in names]


def some(*names: str, **changes: Any) -> list[Any]:
    return [an_article(url, **changes) for url in urls(*names)]


def there(data: Path) -> list[str]:
    return sorted(url.rpartition("/")[2] for url in read(data)["url"].to_pylist())


def file_of(data: Path, run_id: str) -> Path:
    (path,) = (data / "articles").rglob(f"{run_id}*.parquet")
    return path


def told(data: Path, state: Path | None = None) -> Any:
    with open_store(data, StoreOptions(state_folder=state)) as store:
        store.finish()
        return store.recovery


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """Run an S3 server on loopback, in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    words = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    names = {"AWS_ENDPOINT_URL": address, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
             "AWS_DEFAULT_REGION": "us-east-1"}  # fmt: skip
    try:
        with patch.dict(os.environ, names):
            for _ in range(300):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            fsspec.filesystem("s3").clear_instance_cache()
            fsspec.filesystem("s3").mkdir("news")
            yield "s3://news"
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.slow)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path / "data")
    return f"{request.getfixturevalue('s3')}/{tmp_path.name}"


def rows_at(place: str, kind: str = "articles") -> list[tuple[str, int]]:
    system, root = fsspec.url_to_fs(place)
    system.invalidate_cache()
    found = ds.dataset(f"{root}/{kind}", filesystem=system, format="parquet", partitioning="hive").to_table(
        ["url", "revision"] if kind == "articles" else ["url"]
    )
    return sorted(tuple(row.values()) for row in found.to_pylist())


def test_two_states_in_turn_keep_and_know_each_others_rows(place: str, tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    write(place, *some("1", "2"), a_reject(), state=a)
    write(place, *some("3"), state=b)
    second = write(place, *some("1"), *some("2", title="Anew"), *some("4"), a_reject(), state=b)
    third = write(place, *some("2", title="Anew"), *some("3", title="Anew"), *some("4"), state=a)

    def events(manifest: dict[str, Any]) -> dict[str, int]:
        return {what: manifest["events"].get(what, 0) for what in ("new", "changed", "unchanged")}

    assert events(second) == {"new": 1, "changed": 1, "unchanged": 2}
    assert events(third) == {"new": 0, "changed": 1, "unchanged": 2}
    assert [(url.rpartition("/")[2], revision) for url, revision in rows_at(place)] == [
        ("1", 0), ("2", 0), ("2", 1), ("3", 0), ("3", 1), ("4", 0),
    ]  # fmt: skip
    assert len(rows_at(place, "rejects")) == 1
    for state in (a, b, None):
        write(place, state=state or tmp_path / "new")
        assert verify(place, state or tmp_path / "new", repair=False).problems == ()


WRITE = """
import sys
sys.path.insert(0, "tests")
from pathlib import Path
from newsroom import an_article, rows_of
from columnist.pipelines.records.options import DatasetOptions
from columnist.pipelines.dataset.open_store import StoreOptions, open_store
data, state, name, rounds = sys.argv[1:]
for part in range(int(rounds)):
    with open_store(data, StoreOptions(DatasetOptions(rows_per_file=2), Path(state))) as store:
        for row in rows_of(*(an_article(f"https://{name}.example/{part}-{n}") for n in range(6))):
            store.outbox.stage(row)
        store.finish()
"""


@pytest.mark.slow
def test_two_states_at_once_lose_nothing(place: str, tmp_path: Path) -> None:
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE, place, str(tmp_path / name), name, "4"], cwd=Path.cwd()
        )
        for name in ("a", "b")
    ]
    assert [one.wait() for one in runs] == [0, 0]

    wanted = sorted(
        (f"https://{name}.example/{part}-{n}", 0) for name in "ab" for part in range(4) for n in range(6)
    )
    assert wanted == rows_at(place)
    for name in "ab":
        write(place, state=tmp_path / name)
        assert verify(place, tmp_path / name, repair=False).problems == ()


def test_a_name_that_is_taken_is_never_written_over(place: str, tmp_path: Path) -> None:
    output = open_output(place)
    for number, content in enumerate((b"one", b"two")):
        (tmp_path / str(number)).write_bytes(content)
    output.publish(tmp_path / "0", "articles/x.parquet")
    with pytest.raises(FileExistsError):
        output.publish(tmp_path / "1", "articles/x.parquet")
    with output.open("articles/x.parquet") as file:
        assert file.read() == b"one"


@pytest.mark.slow
def test_an_upload_whose_answer_got_lost_is_ours(s3: str, tmp_path: Path) -> None:
    output = open_output(f"{s3}/lost-answer")
    (tmp_path / "one").write_bytes(b"one")
    output.publish(tmp_path / "one", "articles/x.parquet")
    output.publish(tmp_path / "one", "articles/x.parquet")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["clean", "verify"])
def test_an_s3_server_out_of_reach_is_told_in_one_line(
    tmp_path: Path,
    page: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    for name, value in (("AWS_ENDPOINT_URL", "http://127.0.0.1:9"), ("AWS_ACCESS_KEY_ID", "a"),
                        ("AWS_SECRET_ACCESS_KEY", "b")):  # fmt: skip
        monkeypatch.setenv(name, value)
    fsspec.filesystem("s3").clear_instance_cache()

    words = [command, *([str(page)] if command == "clean" else [])]
    assert run([*words, "--data", "s3://nobody/here", "--state", str(tmp_path)]) == 5
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("columnist: The store of the dataset does not answer: s3://nobody/here")


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize("end", ["finished", "killed"])
def test_a_state_from_a_backup_takes_nothing_away_and_writes_nothing_twice(
    tmp_path: Path, known: bool, end: str
) -> None:
    data, state, backup = tmp_path / "data", tmp_path / "state", tmp_path / "backup"
    if known:
        write(data, *some("1"), state=state)
    with open_store(data, StoreOptions(state_folder=state)) as store:
        for row in rows_of(*some("2", "3"), a_reject()):
            store.outbox.stage(row)
        list(store.dataset.allocate_all())
        for row in rows_of(*some("4")):
            store.outbox.stage(row)
    shutil.copytree(state, backup)
    write(data, *some("5"), *some("4", title="Anew"), state=state)
    if end == "killed":
        with open_store(data, StoreOptions(state_folder=state)) as store:
            store.outbox.stage(rows_of(*some("6"))[0])
            store.dataset.flush()
    before = sorted(path.name for path in data.rglob("*.parquet"))
    manifests = {path: path.read_bytes() for path in (data / "runs").iterdir()}
    shutil.rmtree(state)
    shutil.copytree(backup, state)

    again = write(data, *some("4", title="Anew"), *some("5"), state=state)

    assert (again["rows"]["staged"], again["rows"]["outbox"]) == (0, 0)
    assert before == sorted(path.name for path in data.rglob("*.parquet"))
    assert {path: path.read_bytes() for path in manifests} == manifests
    assert len(set(identities(data))) == len(identities(data)) == 5 + known + (end == "killed")
    assert not (data / "quarantine").exists()
    assert verify(data, state, repair=False).problems == ()


def test_rows_of_an_old_outbox_that_another_text_has_overtaken_are_the_next_revision(tmp_path: Path) -> None:
    data, a, b = tmp_path / "data", tmp_path / "a", tmp_path / "b"
    with open_store(data, StoreOptions(state_folder=a)) as store:
        for row in rows_of(*some("1", title="Of a"), *some("2")):
            store.outbox.stage(row)
        list(store.dataset.allocate_all())
    write(data, *some("1", title="Of b"), state=b)
    write(data, *some("1", title="Of b, again"), state=b)

    manifest = write(data, state=a)

    found = {(row["title"], row["revision"], row["change_kind"]) for row in read(data).to_pylist()}
    assert found == {
        ("Of b", 0, None), ("Of b, again", 1, "headline"), ("Of a", 2, "headline"),
        ("Headline of https://paper.example/2", 0, None),
    }  # fmt: skip
    assert manifest["rows"] == {"outbox_at_start": 2, "staged": 0, "written": 2, "outbox": 0}
    assert verify(data, a, repair=False).problems == verify(data, b, repair=False).problems == ()


def test_the_state_of_another_dataset_is_refused_with_both_names(tmp_path: Path) -> None:
    one, two, state = tmp_path / "one", tmp_path / "two", tmp_path / "state"
    write(one, *some("1"), state=state)
    write(two, *some("2"), state=tmp_path / "other")
    for data in (two, tmp_path / "mistyped"):
        for use in (lambda data=data: write(data, state=state), lambda data=data: verify(data, state)):
            with pytest.raises(WrongDataset) as refused:
                use()
            assert str(state) in str(refused.value)
            assert str(data) in str(refused.value)
    assert run(["clean", __file__, "--data", str(tmp_path / "mistyped"), "--state", str(state)]) == 3
    assert (there(one), there(two)) == (["1"], ["2"])


def test_another_folders_state_takes_nothing_away(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    write(one, *some("1"))
    write(two, *some("2"))
    shutil.copy(one / "state.db", two / "state.db")

    with pytest.raises(WrongDataset, match="of another dataset"):
        write(two)
    assert there(two) == ["2"]
    (two / "state.db").unlink()
    assert write(two, *some("2"))["events"]["unchanged"] == 1


def test_a_lost_state_knows_again_what_any_state_wrote(tmp_path: Path) -> None:
    data = tmp_path / "data"
    write(data, *some("1"))
    write(data, *some("2"), state=tmp_path / "b")
    for path in data.glob("state.db*"):
        path.unlink()

    assert write(data, *some("1", "2"))["events"]["unchanged"] == 2
    assert there(data) == ["1", "2"]


def compact(data: Path) -> None:
    table, paths = read(data).drop_columns("day"), list((data / "articles").rglob("*.parquet"))
    pq.write_table(table, data / "articles" / "day=2026-11-22" / "compacted.parquet")
    for path in paths:
        path.unlink()


def copy_in(data: Path) -> None:
    write(data.parent / "elsewhere", *some("9"))
    shutil.copytree(data.parent / "elsewhere" / "articles", data / "articles", dirs_exist_ok=True)


def take_a_row_out(data: Path) -> None:
    path = min((data / "articles").rglob("*.parquet"))
    table = pq.read_table(path, partitioning=None)
    pq.write_table(table.slice(1), path)


def change_a_row(data: Path) -> None:
    path = min((data / "articles").rglob("*.parquet"))
    table = pq.read_table(path, partitioning=None)
    titles = pa.array(["By hand"] * table.num_rows)
    pq.write_table(table.set_column(table.schema.get_field_index("title"), "title", titles), path)


def fewer_and_more_columns(data: Path) -> None:
    wanted = ["id", "revision", "url", "site", "content_hash", "fetched_at"]
    (data.parent / "elsewhere").mkdir()
    write(data.parent / "elsewhere", *some("9"))
    table = read(data.parent / "elsewhere").select(wanted).append_column("mine", pa.array([1]))
    table = table.set_column(1, "revision", table["revision"].cast(pa.int64()))
    table = table.set_column(5, "fetched_at", table["fetched_at"].cast(pa.timestamp("ms", "UTC")))
    (data / "articles" / "by-hand").mkdir()
    pq.write_table(table, data / "articles" / "by-hand" / "old.parquet")


def link_in(data: Path) -> None:
    write(data.parent / "elsewhere", *some("9"))
    (data / "articles" / "day=2020-01-01").symlink_to(
        data.parent / "elsewhere" / "articles" / "day=2026-11-22"
    )


def put_a_stranger(data: Path) -> None:
    pq.write_table(pa.table({"a": [1, 2]}), data / "articles" / "other.parquet")


# what a hand does, what is told of it, the articles that are known afterwards
BY_HAND: dict[str, tuple[Callable[[Path], None], str, list[str]]] = {
    "compaction": (compact, "found", ["1", "2", "3"]),
    "a file copied in": (copy_in, "found", ["1", "2", "3", "9"]),
    "an older version": (fewer_and_more_columns, "found", ["1", "2", "3", "9"]),
    "a folder linked in": (link_in, "found", ["1", "2", "3", "9"]),
    "a row taken out": (take_a_row_out, "edited", ["1", "2", "3"]),
    "a row changed": (change_a_row, "edited", ["1", "2", "3"]),
    "a table of another kind": (put_a_stranger, "strangers", ["1", "2", "3"]),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_what_a_hand_does_stays_and_is_told_once(tmp_path: Path, name: str) -> None:
    hand, what, known = BY_HAND[name]
    data, other = tmp_path / "data", tmp_path / "other"
    write(data, *some("1", "2"))
    write(data, *some("3"))
    write(data, state=other)
    hand(data)
    before = {path: path.read_bytes() for path in (data / "articles").rglob("*.parquet")}
    problems = verify(data, repair=False).problems
    assert [p.what for p in problems if p.what != "missing"] == [what if what == "edited" else "unknown"]

    first = told(data)
    assert len(getattr(first, what)) == 1
    assert len(first.moved) == (2 if name == "compaction" else 0)
    assert {path: path.read_bytes() for path in (data / "articles").rglob("*.parquet")} == before
    assert not (data / "quarantine").exists()
    again, lost = told(data), {"lost": first.lost} if name == "a row taken out" else {}
    assert again == type(again)(**lost)
    if lost:
        assert [(p.name, p.what) for p in verify(data).problems] == [(first.lost[0], "lost")]
    assert "new" not in write(data, *some(*known))["events"]
    assert verify(data, repair=False).problems == ()
    write(data, state=other)  # the other state finds it as well, in its own way, and once
    assert verify(data, other, repair=False).problems == ()
    assert told(data, other) == type(again)()
    for path in data.glob("state.db*"):
        path.unlink()
    assert verify(data, repair=False).problems == ()  # the manifests say so too


@pytest.mark.parametrize("repair", [False, True])
def test_verify_with_repair_takes_files_as_the_next_run_would(tmp_path: Path, repair: bool) -> None:
    for name, (hand, _, known) in BY_HAND.items():
        data = tmp_path / name / "data"
        write(data, *some("1", "2"))
        write(data, *some("3"))
        hand(data)
        before = {path: path.read_bytes() for path in (data / "articles").rglob("*.parquet")}
        assert verify(data, repair=repair).problems != ()

        assert (verify(data, repair=False).problems == ()) is repair
        assert {path: path.read_bytes() for path in (data / "articles").rglob("*.parquet")} == before
        assert "new" not in write(data, *some(*known))["events"]


def test_bytes_of_another_state_that_went_bad_are_set_aside_by_whoever_comes(tmp_path: Path) -> None:
    data, a, b = tmp_path / "data", tmp_path / "a", tmp_path / "b"
    run_id = write(data, *some("1"), state=a)["run_id"]
    write(data, *some("2"), state=a)
    flip(file_of(data, run_id))

    manifest = write(data, state=b)
    assert manifest["rows_gone"] == 1
    assert there(data) == ["2"]
    assert write(data, state=a)["rows_gone"] == 1
    verify(data, a)
    assert write(data, *some("1"), state=a)["events"]["new"] == 1
    assert write(data, state=a)["rows_gone"] == write(data, state=b)["rows_gone"] == 0


@pytest.mark.parametrize("command", ["clean", "crawl"])
@pytest.mark.parametrize("how", ["vanished", "damaged", "thinned out"])
def test_a_run_after_which_readers_see_fewer_rows_says_so(
    tmp_path: Path, page: Path, capsys: pytest.CaptureFixture[str], how: str, command: str
) -> None:
    data = tmp_path / "data"
    write(data, *some("1", "2"))
    write(data, *some("3", "4"))
    path = min((data / "articles").rglob("*.parquet"))
    {"vanished": Path.unlink, "damaged": flip, "thinned out": lambda _: take_a_row_out(data)}[how](path)
    words = [
        command,
        str(page) if command == "clean" else "http://127.0.0.1:9/",
        "--data",
        str(data),
        "--quiet",
    ]
    code = run(words) if command == "clean" else subprocess.run(
        [*COMMAND, *words, "--json"], check=False
    ).returncode  # fmt: skip

    assert code == 1
    if command == "clean":
        lost = 1 if how == "thinned out" else 2
        assert f"{lost} rows that {data} had are gone" in capsys.readouterr().err
        assert run(words) == 1
        assert run(["verify", "--data", str(data)]) == 1
        assert run(["verify", "--data", str(data), "--repair"]) == 1
        assert (run(["verify", "--data", str(data)]), run(words)) == (0, 0)


def test_rows_that_come_back_in_the_same_run_are_not_gone(tmp_path: Path) -> None:
    crawl(tmp_path, addresses(6))
    flip(next((tmp_path / "articles").rglob("*.parquet")))

    assert crawl(tmp_path, [])["rows_gone"] == 0


def test_a_known_file_is_read_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for number in range(30):
        write(data, *some(str(number)), state=tmp_path / "a")
    opened: list[str] = []
    original = LocalOutput.open

    def counting(self: LocalOutput, name: str) -> Any:
        opened.append(name)
        return original(self, name)

    with patch.object(LocalOutput, "open", counting):
        assert len(told(data, tmp_path / "b").vouched) == 30
        assert len([name for name in opened if name != JOURNAL]) == 60  # each file and its manifest
        opened.clear()
        assert told(data, tmp_path / "b").vouched == ()
    assert {*opened} <= {JOURNAL}


def test_check_names_the_versions_that_two_states_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, apart = tmp_path / "data", tmp_path / "apart"
    manifests = [write(data, *some("1", "2"), state=tmp_path / "a")]
    manifests.append(write(apart, *some("2", "3"), state=tmp_path / "b"))  # as on a store, at the same time
    crawl(data, [])
    assert run(["check", "--data", str(data)]) == 0
    shutil.copytree(apart, data, dirs_exist_ok=True)
    capsys.readouterr()

    assert run(["check", "--data", str(data)]) == 1
    line, summary = capsys.readouterr().out.splitlines()
    (article,) = (row["id"] for row in read(apart).to_pylist() if row["url"].endswith("/2"))
    states = " and ".join(sorted(manifest["state_id"] for manifest in manifests))
    assert line == f"paper.example: {article} revision 0 is written by states {states}"
    assert summary.endswith("1 version written by two states")


def test_a_crawl_of_a_site_that_another_state_crawls_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = StoreOptions(
        state_folder=tmp_path / "a", sites=("127.0.0.1:9",), command="columnist crawl first"
    )
    with open_store(tmp_path / "data", options):
        words = [
            "crawl",
            "http://127.0.0.1:9/",
            "--data",
            str(tmp_path / "data"),
            "--state",
            str(tmp_path / "b"),
        ]
        code = subprocess.run(
            [*COMMAND, *words],
            check=False,
            capture_output=True,
            text=True,
        )
    assert code.returncode == 4
    assert "columnist crawl first" in code.stderr
    assert f"--state {tmp_path / 'a'}" in code.stderr


def test_a_table_of_another_kind_under_a_known_name_is_a_loss_and_stays(tmp_path: Path) -> None:
    write(tmp_path, *some("1", "2"))
    path = next((tmp_path / "articles").rglob("*.parquet"))
    pq.write_table(pa.table({"a": [1]}), path)

    assert write(tmp_path)["rows_gone"] == 2
    assert path.exists()
    assert write(tmp_path)["rows_gone"] == 2
    assert [p.what for p in verify(tmp_path).problems] == ["lost"]
    assert write(tmp_path)["rows_gone"] == 0
    assert verify(tmp_path, repair=False).problems == ()


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="no second file system here")
def test_a_state_on_another_file_system_than_its_dataset_works(tmp_path: Path) -> None:
    state = Path("/dev/shm") / f"columnist-{os.getpid()}-{tmp_path.name}"
    try:
        assert state.parent.stat().st_dev != tmp_path.stat().st_dev
        write(tmp_path / "data", *some("1"), state=state)
        write(tmp_path / "data", *some("2"), state=state)
        assert there(tmp_path / "data") == ["1", "2"]
        assert verify(tmp_path / "data", state).problems == ()
    finally:
        shutil.rmtree(state, ignore_errors=True)


def test_what_a_state_writes_that_has_not_ended_yet_is_no_find(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with open_store(data, StoreOptions(state_folder=tmp_path / "a")) as store:
        store.outbox.stage(rows_of(*some("1"))[0])
        store.dataset.flush()
        assert verify(data, repair=False).problems == ()
        found = told(data, tmp_path / "b")
        assert (len(found.vouched), found.found) == (1, ())
        assert verify(data, tmp_path / "b", repair=False).problems == ()


def test_half_written_parts_of_a_state_at_work_are_left_to_it(tmp_path: Path) -> None:
    with open_store(tmp_path / "data", StoreOptions(state_folder=tmp_path / "a")) as store:
        store.outbox.stage(rows_of(*some("1"))[0])
        half = tmp_path / "data" / "tmp" / f"articles-{store.state.id}-x.parquet"
        half.parent.mkdir()
        half.write_bytes(b"half")
        write(tmp_path / "data", *some("2"), state=tmp_path / "b")
        assert half.read_bytes() == b"half"
    write(tmp_path / "data", state=tmp_path / "b")
    assert not half.exists()


def one_run(data: Path, name: str, number: int) -> None:
    options = StoreOptions(DatasetOptions(rows_per_file=2), data.parent / name)
    with open_store(data, options) as store:
        for row in rows_of(*some(*(f"{name}{number}{n}" for n in range(5)))):
            store.outbox.stage(row)
        store.dataset.flush_due(NOON)
        store.finish()


def check_two(data: Path, rounds: int) -> None:
    for name in "ab":
        one_run(data, name, rounds - 1)
    wanted = sorted(f"{name}{number}{n}" for name in "ab" for number in range(rounds) for n in range(5))
    assert wanted == there(data)
    assert not (data / "quarantine").exists()
    for name in "ab":
        write(data, state=data.parent / name)
        assert verify(data, data.parent / name, repair=False).problems == ()
    manifests = [json.loads(path.read_bytes()) for path in (data / "runs").glob("*.json")]
    assert not any(manifest["adopted"] for manifest in manifests), "our own files taken for a stranger's"


@pytest.mark.slow
def test_a_state_killed_at_any_step_costs_neither_it_nor_the_other(tmp_path: Path) -> None:
    def after_one(folder: Path) -> Path:
        for name in "ab":
            one_run(folder / "data", name, 0)
        return folder / "data"

    counted = after_one(tmp_path / "counted")
    points = len(count_ticks(lambda: one_run(counted, "b", 1)))
    for point in range(random.randrange(12), points, 12):
        data = after_one(tmp_path / str(point))
        in_child(lambda data=data, point=point: die_at(point, lambda: one_run(data, "b", 1)))  # type: ignore[misc]
        in_child(lambda data=data, point=point: die_at(point // 2, lambda: one_run(data, "a", 1)))  # type: ignore[misc]
        check_two(data, 2)


@pytest.mark.slow
def test_two_states_killed_at_random_while_both_write(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for name in "ab":  # a state that no manifest names yet is a stranger to the other
        one_run(data, name, 0)
    for number in range(1, 12):
        children = []
        for name in "ab":
            child = os.fork()
            if child == 0:
                try:
                    one_run(data, name, number)
                finally:
                    os._exit(0)
            children.append(child)
        time.sleep(random.uniform(0.01, 0.15))
        for child in children:
            with_luck = number % 3 != 2
            if with_luck:
                os.kill(child, 9)
            os.waitpid(child, 0)
        for name in "ab":
            one_run(data, name, number)
    check_two(data, 12)

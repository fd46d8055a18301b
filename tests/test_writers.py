"""Who is at work on a dataset: states side by side, one site in one hand, one process alone, and what a kill leaves."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
from newsroom import an_article, rows_of, write

from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.files.storage_errors import StorageError
from columnist.pipelines.dataset.open_store import StoreOptions, open_store
from columnist.pipelines.dataset.state.lock import DataLocked, lock_data
from columnist.pipelines.dataset.state.state import STATE_NAME, open_state
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.pipelines.dataset.writers import at_work as writers
from columnist.pipelines.dataset.writers.at_work import Claim, at_work

A, B = Claim("columnist crawl a", state_id="a"), Claim("columnist crawl b", state_id="b")
CONFLICTS = {
    "alone beside a writer": (A, Claim("columnist forget", alone=True), "writes to it"),
    "a writer beside one alone": (Claim("columnist forget", alone=True), A, "must have it alone"),
    "a copied state": (A, Claim("again", state_id="a"), "a copy of this state.db"),
    "one site": (
        Claim("columnist crawl", state="/one", state_id="a", sites=("x.example", "y.example")),
        Claim("columnist crawl", state="/two", state_id="b", sites=("y.example", "z.example")),
        "crawls y.example into it with --state /one",
    ),
}
HOLD = """import sys, time
from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.writers.at_work import Claim, at_work
with at_work(open_output(sys.argv[1]), Claim('columnist forget x', alone=True)):
    print('held', flush=True); time.sleep(60)"""


@pytest.fixture(params=["folder", "store"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "data") if request.param == "folder" else f"memory://{tmp_path.name}-writers"


@pytest.mark.parametrize("case", CONFLICTS)
def test_what_stands_against_each_other_is_refused_with_both_names(place: str, case: str) -> None:
    first, second, why = CONFLICTS[case]
    output = open_output(place)
    with at_work(output, first):
        with pytest.raises(DataLocked) as refused, at_work(output, second):
            pass
        assert why in str(refused.value)
        assert first.command in str(refused.value)
        assert output.address in str(refused.value)
    with at_work(output, second):  # nothing of the refused one is left, nor of the first
        pass
    assert list(output.files(writers.WRITERS)) == []


def test_states_on_different_sites_work_side_by_side(place: str) -> None:
    output = open_output(place)
    with (
        at_work(output, A),
        at_work(output, B),
        pytest.raises(DataLocked),
        at_work(output, CONFLICTS["one site"][1]),
        at_work(output, CONFLICTS["one site"][0]),
    ):
        pass


def test_a_process_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    with pytest.raises(DataLocked, match=f"process {holder.pid}"), at_work(open_output(tmp_path), A):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.communicate()

    with at_work(open_output(tmp_path), A):
        assert len(list((tmp_path / writers.WRITERS).iterdir())) == 1


def test_a_lease_is_over_with_its_time_or_with_its_state(tmp_path: Path) -> None:
    output = open_output(f"memory://{tmp_path.name}-leases")
    alone = Claim("columnist forget", alone=True)
    output.put("writers/a.json", json.dumps({"command": "killed", "alone": True, "until": 1.0}).encode())
    with at_work(output, A):
        pass
    left = {"command": "killed", "state": "/one", "host": writers.socket.gethostname(), "until": 1e12}
    output.put("writers/a.json", json.dumps(left).encode())
    with pytest.raises(DataLocked), at_work(output, alone):
        pass
    with at_work(output, Claim("columnist crawl", state="/one")):  # it holds that state's own lock
        pass
    output.put("writers/a.json", b"?")  # whoever wrote that: better nothing than two alone
    with pytest.raises(DataLocked, match="another process"), at_work(output, A):
        pass


def test_a_lease_is_renewed_while_its_process_lives(tmp_path: Path) -> None:
    output = open_output(f"memory://{tmp_path.name}-renewed")

    def until() -> float:
        (found,) = output.files(writers.WRITERS)
        return float(json.loads(output.open(found.name).read())["until"])

    with patch.object(writers, "_LEASE_SECONDS", 0.5), at_work(output, A):
        first = until()
        for _ in range(100):
            if until() > first:
                break
            writers.threading.Event().wait(0.05)
        assert until() > first


def test_verify_with_repair_wants_the_data_folder_alone_whatever_the_state(tmp_path: Path) -> None:
    data, states = tmp_path / "data", (tmp_path / "a", tmp_path / "b")
    write(data, state=states[1])
    with open_store(data, StoreOptions(state_folder=states[0])):
        with pytest.raises(DataLocked):
            verify(data, states[1])
        assert verify(data, states[1], repair=False).problems == ()
    verify(data, states[1])


def test_a_copy_of_a_state_that_is_at_work_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "data", an_article(), state=tmp_path / "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / STATE_NAME).write_bytes((tmp_path / "a" / STATE_NAME).read_bytes())

    with (
        open_store(tmp_path / "data", StoreOptions(state_folder=tmp_path / "a")) as store,
        pytest.raises(DataLocked, match="copy of this state"),
        open_store(tmp_path / "data", StoreOptions(state_folder=tmp_path / "b")),
    ):
        store.outbox.stage(rows_of(an_article())[0])


@pytest.mark.parametrize("name", ["state.lock", "state.db", "state.db-wal", "writers/lock"])
def test_links_in_the_place_of_our_own_files_are_not_followed(tmp_path: Path, name: str) -> None:
    data, outside = tmp_path / "data", tmp_path / "outside"
    (data / name).parent.mkdir(parents=True)
    (data / name).symlink_to(outside)

    with pytest.raises(StorageError, match="A link lies"), open_store(data):
        pass
    assert not outside.exists()


def test_a_state_keeps_its_id_and_writes_it_on_all_that_it_makes(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    first = write(tmp_path, an_article())
    second = write(tmp_path, an_article("https://paper.example/b"))

    with lock_data(tmp_path):
        state = open_state(tmp_path / STATE_NAME)
        state.close()
    assert {state.id} == {first["state_id"], second["state_id"]}
    for path in (tmp_path / "articles").rglob("*.parquet"):
        assert pq.read_metadata(path).metadata[b"columnist.state_id"] == state.id.encode()
    assert write(tmp_path / "other", an_article())["state_id"] != state.id

"""One run for each data folder; the lock says who holds it and dies with its holder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from newsroom import files

from columnist.pipelines.dataset.open_store import StoreOptions, open_store
from columnist.pipelines.dataset.state.lock import DataLocked, home_of, is_used, lock_data

HOLD = "import sys, time; from pathlib import Path; from columnist.pipelines.dataset.state.lock import lock_data\nwith lock_data(Path(sys.argv[1]), 'columnist crawl x'):\n    print('held', flush=True); time.sleep(60)"


def test_a_second_run_is_refused_at_once_and_writes_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path, StoreOptions(command="columnist crawl https://paper.example")):
        before, start = files(tmp_path), time.monotonic()
        with pytest.raises(DataLocked) as refused, open_store(tmp_path):
            pass

        assert time.monotonic() - start < 2
        assert before == files(tmp_path)
    assert f"process {os.getpid()} (columnist crawl https://paper.example)" in str(refused.value)
    with open_store(tmp_path):
        pass


def test_the_lock_dies_with_its_holder(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    with pytest.raises(DataLocked) as refused, lock_data(tmp_path):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.communicate()

    assert refused.value.holder is not None
    assert (holder.pid, "columnist crawl x") == (refused.value.holder.pid, refused.value.holder.command)
    with lock_data(tmp_path):
        pass


def test_a_holder_that_has_not_yet_written_its_name_is_another_process(tmp_path: Path) -> None:
    with lock_data(tmp_path):
        (tmp_path / "state.lock").write_text("")
        with pytest.raises(DataLocked, match="another process"), lock_data(tmp_path):
            pass


def test_the_folder_of_the_lock_is_on_this_machine_or_none(tmp_path: Path) -> None:
    assert home_of("data", None) == Path("data")
    assert home_of(tmp_path, None) == tmp_path
    assert home_of(f"file://{tmp_path}", None) == tmp_path
    assert home_of("s3://bucket/news", None) is None
    assert home_of("s3://bucket/news", tmp_path) == tmp_path


def test_a_folder_is_used_once_it_was_locked(tmp_path: Path) -> None:
    assert not is_used(tmp_path)
    with lock_data(tmp_path):
        pass
    assert is_used(tmp_path)

"""The laws of the sandbox: a task costs at most itself, and no future is left without an answer."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any

import psutil
import pytest
import sandbox_tasks as tasks

from columnist.pipelines.batch.sandbox.pool import Sandbox
from columnist.pipelines.batch.sandbox.processes import SandboxError
from columnist.pipelines.batch.sandbox.worker import Failure
from columnist.pipelines.records.options import SandboxOptions

QUICK = SandboxOptions(workers=2, page_seconds=3.0, page_memory_mb=512)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(QUICK, preload=()) as opened:
        yield opened


def workers_of(process: int) -> list[psutil.Process]:
    """The processes two levels down: the first level is the nursery."""
    return [w for child in psutil.Process(process).children() for w in child.children()]


def is_alive(process: psutil.Process) -> bool:
    """Tell whether a process runs; one that ended may wait for its parent to hear of it."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def test_a_task_gives_its_value(sandbox: Sandbox) -> None:
    assert sandbox.submit(tasks.double, 21).result(30) == 42


@pytest.mark.parametrize(
    ("task", "reason", "words"),
    [
        (tasks.hang_in_c, "too-slow", "3 s"),
        (tasks.segfault, "crashed", "SIGSEGV"),
        (tasks.leave, "crashed", "exit status 3"),
        (tasks.end_interpreter, "crashed", "SystemExit: 5"),
        (tasks.eat_memory, "too-large", "memory"),
        (tasks.fail, "crashed", "ValueError: the page says"),
        (tasks.unpicklable, "crashed", "local object"),
    ],
)
def test_a_task_that_misbehaves_costs_itself_and_nothing_else(
    sandbox: Sandbox, task: Callable[[], Any], reason: str, words: str
) -> None:
    before = [sandbox.submit(tasks.double, n) for n in range(5)]
    bad = sandbox.submit(task)
    after = [sandbox.submit(tasks.double, n) for n in range(5)]

    failure = bad.result(30)

    assert [f.result(30) for f in before + after] == [0, 2, 4, 6, 8] * 2
    assert isinstance(failure, Failure)
    assert failure.reason == reason
    assert words in failure.detail


def test_a_task_that_cannot_be_handed_over_is_a_failure(sandbox: Sandbox) -> None:
    failure = sandbox.submit(lambda: 1).result(30)

    assert isinstance(failure, Failure)
    assert "pickle" in failure.detail


def test_the_words_of_a_page_cannot_forge_a_line_of_the_log(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "columnist.pipelines.batch.sandbox.pool"):
        sandbox.submit(tasks.fail).result(30)

    lines = caplog.records[-1].getMessage().splitlines()
    assert "\x1b" not in caplog.text
    assert any("ValueError" in line for line in lines)
    assert all(line.startswith("  | ") for line in lines[1:])


def test_large_pages_pass_both_ways_without_deadlock(sandbox: Sandbox) -> None:
    page = os.urandom(1000) * 20_000  # 20 MB, twice the largest page
    futures = [sandbox.submit(tasks.echo, page) for _ in range(4)]

    assert all(f.result(30) == page for f in futures)


def test_the_hand_over_costs_less_than_a_millisecond_a_task(sandbox: Sandbox) -> None:
    list(sandbox.map(tasks.double, range(50)))
    family = [psutil.Process(), *psutil.Process().children(recursive=True)]
    started = sum(sum(process.cpu_times()[:2]) for process in family)

    results = list(sandbox.map(tasks.double, range(1000)))
    spent = sum(sum(process.cpu_times()[:2]) for process in family) - started

    assert results == [2 * n for n in range(1000)]
    assert spent / 1000 < 0.001  # of processor time, on both sides


def test_map_keeps_the_order_and_takes_items_only_as_workers_get_free(sandbox: Sandbox) -> None:
    taken: list[int] = []
    most = 0

    def items() -> Iterator[float]:
        for number in range(30):
            taken.append(number)
            yield (30 - number) / 1000

    results = []
    for result in sandbox.map(tasks.nap, items()):
        results.append(result)
        most = max(most, len(taken) - len(results))

    assert results == [(30 - n) / 1000 for n in range(30)]
    assert most < 30


def test_map_bounds_the_tasks_in_flight() -> None:
    with Sandbox(SandboxOptions(workers=1, in_flight_per_worker=2), preload=()) as sandbox:
        taken: list[int] = []

        def items() -> Iterator[float]:
            for number in range(20):
                taken.append(number)
                yield (0.2, 1.0, 0.0)[min(number, 2)]  # the second is at work however late the first is taken

        first = next(iter(sandbox.map(tasks.nap, items())))

    assert first == 0.2
    assert len(taken) <= sandbox.limit + 1


def test_a_source_that_raises_is_heard(sandbox: Sandbox) -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="disk is gone"):
        list(sandbox.map(tasks.double, items()))


def test_it_works_under_asyncio(sandbox: Sandbox) -> None:
    async def ask() -> list[Any]:
        futures = [asyncio.wrap_future(sandbox.submit(tasks.double, n)) for n in range(20)]
        return await asyncio.gather(*futures)

    assert asyncio.run(ask()) == [2 * n for n in range(20)]


def test_workers_have_no_standard_input(sandbox: Sandbox) -> None:
    assert sandbox.submit(tasks.standard_input_is_closed).result(30) is True


def test_a_worker_is_replaced_after_its_number_of_tasks() -> None:
    with Sandbox(SandboxOptions(workers=1, pages_per_worker=3), preload=()) as sandbox:
        seen = list(sandbox.map(tasks.process_id, range(9)))

    assert [seen.count(pid) for pid in dict.fromkeys(seen)] == [3, 3, 3]


def test_a_worker_that_keeps_memory_is_replaced() -> None:
    with Sandbox(SandboxOptions(workers=1, page_memory_mb=512), preload=()) as sandbox:
        seen = [sandbox.submit(tasks.leak, 60).result(30) for _ in range(9)]

    assert len(set(seen)) == 3  # a quarter of 512 MB is passed at the third


def test_close_is_quick_with_a_hung_worker_and_cancels_what_waits() -> None:
    options = SandboxOptions(workers=1, page_seconds=600)
    with Sandbox(options, preload=()) as sandbox:
        sandbox.submit(tasks.double, 1).result(30)
        hung, waiting = sandbox.submit(tasks.hang_in_c), sandbox.submit(tasks.double, 1)
        time.sleep(0.2)
        worker = workers_of(os.getpid())[-1]
        started = time.monotonic()

    assert time.monotonic() - started < 2
    for future in (hung, waiting):
        with pytest.raises(CancelledError):
            future.result(0)
    with pytest.raises(SandboxError, match="closed"):
        sandbox.submit(tasks.double, 1)
    for _ in range(100):  # killed, it ends when it gets a core
        if not is_alive(worker):
            break
        time.sleep(0.1)
    assert not is_alive(worker)


def test_workers_that_cannot_start_raise_and_name_the_module() -> None:
    with Sandbox(QUICK, preload=("no_such_module",)) as sandbox:
        future = sandbox.submit(tasks.double, 1)

        with pytest.raises(SandboxError, match="no_such_module"):
            future.result(30)


@pytest.mark.parametrize("options", [SandboxOptions(workers=0), SandboxOptions(page_seconds=0)])
def test_limits_that_are_none_are_refused(options: SandboxOptions) -> None:
    with pytest.raises(ValueError, match="must be above 0"):
        Sandbox(options)


def test_a_death_of_the_nursery_costs_nothing(sandbox: Sandbox) -> None:
    futures = [sandbox.submit(tasks.nap, 0.05) for _ in range(20)]
    psutil.Process().children()[0].kill()

    assert [f.result(30) for f in futures] == [0.05] * 20


def kill_workers(number: int) -> tuple[int, list[Any], int]:
    """Kill workers at random moments while tasks run; give the kills, the results and how many were right."""
    killed = 0
    done = threading.Event()

    def killer() -> None:
        nonlocal killed
        chance = random.Random(7)
        while killed < number:
            time.sleep(chance.random() * 0.03)
            workers = workers_of(os.getpid())
            if workers:
                try:
                    chance.choice(workers).kill()
                    killed += 1
                except psutil.NoSuchProcess:
                    continue
        done.set()

    def items() -> Iterator[int]:
        count = 0
        while not done.is_set() or count < 100:
            yield count
            count += 1

    with Sandbox(SandboxOptions(workers=2), preload=()) as sandbox:
        sandbox.submit(tasks.double, 1).result(30)
        threading.Thread(target=killer, daemon=True).start()
        results = list(sandbox.map(tasks.numbered, items()))
    good = sum(isinstance(r, tuple) and r[0] == n for n, r in enumerate(results))
    return killed, [r for r in results if isinstance(r, Failure)], len(results) - good


def test_forced_deaths_of_workers_lose_no_task() -> None:
    killed, failures, lost = kill_workers(40)

    assert (killed, failures, lost) == (40, [], 0)


@pytest.mark.torture
def test_five_hundred_forced_deaths_of_workers_lose_no_task() -> None:
    killed, failures, lost = kill_workers(500)

    assert (killed, failures, lost) == (500, [], 0)


@pytest.mark.torture
def test_the_memory_of_the_parent_stays_flat_over_many_tasks() -> None:
    with Sandbox(SandboxOptions(workers=2), preload=()) as sandbox:
        list(sandbox.map(tasks.numbered, range(2000)))
        before = psutil.Process().memory_info().rss
        for _ in sandbox.map(tasks.numbered, range(20_000)):
            pass

    assert psutil.Process().memory_info().rss - before < 30 << 20


SCRIPT = """
import os, sys, time
from columnist.pipelines.batch.sandbox.pool import Sandbox
from columnist.pipelines.records.options import SandboxOptions
import sandbox_tasks as tasks
with Sandbox(SandboxOptions(workers=2, page_seconds=600), preload=()) as sandbox:
    assert sandbox.submit(tasks.double, 4).result(60) == 8
    futures = [sandbox.submit(tasks.hang_in_c) for _ in range(2)] if "hang" in sys.argv else []
    pids = {str(sandbox.submit(tasks.process_id).result(60))} if not futures else {"none"}
    os.write(3, b"ready\\n")
    time.sleep(60) if futures else None
"""


def run_script(word: str, redirect: str) -> tuple[subprocess.Popen[bytes], bytes]:
    """Run the script in a process of its own, without a terminal, its standard files as the shell is told."""
    reader, writer = os.pipe()
    here = Path(__file__).parent
    command = f'exec "$0" -c "$1" {word} 3>&{writer} {redirect}'
    process = subprocess.Popen(
        ["bash", "-c", command, sys.executable, SCRIPT],
        pass_fds=(writer,),
        start_new_session=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{here.parent}:{here}", "LANG": "C"},
    )
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        return process, told.readline()


def test_it_works_with_no_terminal_no_home_and_closed_standard_files() -> None:
    process, told = run_script("quiet", "<&- >&- 2>&-")

    assert told == b"ready\n"
    assert process.wait(10) == 0


def test_workers_die_with_a_parent_that_is_killed() -> None:
    process, told = run_script("hang", "</dev/null")
    time.sleep(0.3)
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    process.wait(10)

    _, alive = psutil.wait_procs(family, timeout=2)

    assert told == b"ready\n"
    assert len(family) == 3
    assert alive == []


def test_signals_to_the_group_leave_workers_at_work(sandbox: Sandbox) -> None:
    sandbox.submit(tasks.double, 1).result(30)
    future: Future[Any] = sandbox.submit(tasks.nap, 0.3)
    time.sleep(0.1)
    for worker in workers_of(os.getpid()):
        worker.send_signal(signal.SIGINT)
        worker.send_signal(signal.SIGTERM)

    assert future.result(30) == 0.3


@pytest.mark.parametrize(
    ("task", "words"),
    [
        (tasks.end_by_real_time_signal, "2 workers died of it; the last was killed by signal 40"),
        (tasks.end_by_operator, "101 workers died of it; the last was killed by SIGKILL"),
        (tasks.fail_without_words, "OddError: no message"),
        (tasks.value_that_does_not_unpickle, "the result cannot be read back: TypeError"),
    ],
)
def test_whatever_ends_a_task_is_told(sandbox: Sandbox, task: Callable[[], Any], words: str) -> None:
    failure = sandbox.submit(task).result(30)

    assert isinstance(failure, Failure)
    assert failure.reason == "crashed"
    assert words in failure.detail


def test_a_crash_with_most_of_the_memory_in_use_is_told_as_such(sandbox: Sandbox) -> None:
    failure = sandbox.submit(tasks.take_memory_then_crash, 300).result(30)

    assert isinstance(failure, Failure)
    assert failure.reason == "too-large"
    assert "SIGSEGV" in failure.detail


def test_a_task_that_leads_to_the_out_of_memory_killer_is_tried_less_often(sandbox: Sandbox) -> None:
    failure = sandbox.submit(tasks.take_memory_and_be_killed, 150).result(30)

    assert isinstance(failure, Failure)
    assert failure.detail == "4 workers died of it; the last was killed by SIGKILL"


@pytest.mark.slow
def test_a_worker_that_is_stopped_is_ended_by_the_parent() -> None:
    with Sandbox(SandboxOptions(workers=1, page_seconds=0.2), preload=()) as sandbox:
        pid = sandbox.submit(tasks.process_id).result(30)
        assert isinstance(pid, int)
        os.kill(pid, signal.SIGSTOP)

        failure = sandbox.submit(tasks.double, 1).result(30)

        assert isinstance(failure, Failure)
        assert failure.reason == "too-slow"
        assert sandbox.submit(tasks.double, 2).result(30) == 4


@pytest.mark.slow
def test_workers_that_are_paused_for_longer_than_a_page_may_take_lose_no_task() -> None:
    with Sandbox(SandboxOptions(workers=2, page_seconds=1.0), preload=()) as sandbox:
        sandbox.submit(tasks.double, 1).result(30)
        futures = [sandbox.submit(tasks.work_for, 0.5) for _ in range(4)]
        time.sleep(0.2)
        workers = workers_of(os.getpid())
        for worker in workers:
            worker.suspend()
        time.sleep(3.0)
        for worker in workers:
            worker.resume()

        assert [future.result(60) for future in futures] == [0.5] * 4


@pytest.mark.slow
def test_load_makes_no_task_slow_and_processor_time_does() -> None:
    with Sandbox(SandboxOptions(workers=8, page_seconds=0.8), preload=()) as sandbox:
        futures = [sandbox.submit(tasks.work_for, 0.5) for _ in range(8)]  # on two cores, two seconds each
        naps = sandbox.submit(tasks.nap, 1.5)

        assert [future.result(60) for future in futures] == [0.5] * 8
        assert naps.result(60) == 1.5
        failure = sandbox.submit(tasks.work_for, 3.0).result(60)

    assert isinstance(failure, Failure)
    assert failure.detail == "ended after 0.8 s of processor time"


def test_close_is_quick_while_workers_are_being_born() -> None:
    with Sandbox(QUICK, preload=("sandbox_tasks:sleep_long",)) as sandbox:
        futures = [sandbox.submit(tasks.double, n) for n in range(3)]
        time.sleep(0.2)
        started = time.monotonic()

    assert time.monotonic() - started < 2
    for future in futures:
        with pytest.raises(CancelledError):
            future.result(1)


def test_small_tasks_go_without_what_is_loaded_later() -> None:
    children = len(psutil.Process().children())
    with Sandbox(QUICK, preload=(), later=("wave",)) as sandbox:
        assert len(psutil.Process().children()) == children, "nothing starts before the first task"
        assert sandbox.submit_small(tasks.is_loaded, "wave").result(30) is False
        assert [sandbox.submit(tasks.is_loaded, "wave").result(30) for _ in range(3)] == [True] * 3
        assert sandbox.submit_small(tasks.double, 4).result(30) == 8


def test_what_cannot_be_loaded_later_is_told_to_whom_it_concerns() -> None:
    with Sandbox(QUICK, preload=(), later=("no_such_module",)) as sandbox:
        assert sandbox.submit_small(tasks.double, 4).result(30) == 8
        with pytest.raises(SandboxError, match="no_such_module"):
            sandbox.submit(tasks.double, 4).result(30)


def test_a_death_of_the_nursery_before_it_is_ready_costs_nothing() -> None:
    with Sandbox(QUICK, preload=("sandbox_tasks:sleep_a_little",)) as sandbox:
        future = sandbox.submit(tasks.double, 4)
        time.sleep(0.3)
        psutil.Process().children()[-1].kill()

        assert future.result(30) == 8


def test_an_idle_sandbox_closes_and_leaves_no_process_and_no_open_file() -> None:
    files, children = len(os.listdir("/dev/fd")), len(psutil.Process().children(recursive=True))  # noqa: PTH208  the numbers alone
    for _ in range(3):
        with Sandbox(QUICK, preload=()) as opened:
            assert opened.submit(tasks.double, 1).result(30) == 2

    assert len(os.listdir("/dev/fd")) <= files  # noqa: PTH208
    assert len(psutil.Process().children(recursive=True)) <= children

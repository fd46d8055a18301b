"""The watch on the event loop: it says how long the loop was held up, by what, and by whose fault."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from columnist.pipelines.dataset.files.fsync import sha256_of
from columnist.scraper.crawl import loop_lag as loopwatch
from columnist.scraper.crawl.loop_lag import LoopWatch


def asleep() -> None:
    time.sleep(0.4)


def at_work() -> None:
    end = time.thread_time() + 0.4
    while time.thread_time() < end:
        pass


async def watched(*steps: Callable[[], None]) -> dict[str, Any]:
    with LoopWatch() as watch:
        for step in steps:
            await asyncio.sleep(0.1)
            step()
            await asyncio.sleep(0.1)
    return watch.report()


def test_a_step_that_holds_the_loop_up_is_named_with_its_time() -> None:
    told = asyncio.run(watched(asleep, at_work))

    by_place = {block["where"].partition(" < ")[0].rpartition(".")[2]: block for block in told["longest"]}
    assert told["over_250_ms"] >= 2
    assert by_place["asleep"]["ms"] >= 350
    assert by_place["asleep"]["cpu_ms"] < 200
    assert by_place["at_work"]["cpu_ms"] >= 350


def test_a_loop_that_is_not_held_up_has_nothing_over_the_limit_of_its_own_doing() -> None:
    told = asyncio.run(watched(lambda: None))

    assert all(block["cpu_ms"] < 100 for block in told["longest"])


class SlowFile:
    """A file that takes its time."""

    def read(self, size: int) -> bytes:
        time.sleep(0.4)
        return b""


def hash_slowly() -> None:
    sha256_of(SlowFile())  # type: ignore[arg-type]


def test_the_function_of_ours_that_called_a_slow_one_is_named_too() -> None:
    told = asyncio.run(watched(hash_slowly))

    assert (
        told["longest"][0]["where"]
        == f"{__name__}.SlowFile.read < columnist.pipelines.dataset.files.fsync.sha256_of"
    )


@pytest.mark.parametrize("there", [True, False])
def test_a_machine_without_schedstats_is_watched_too(monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    if not there:
        monkeypatch.setattr(loopwatch.threading, "get_native_id", lambda: 0)
    told = asyncio.run(watched(asleep))

    assert told["longest"][0]["ms"] >= 350
    assert there or told["longest"][0]["waited_for_core_ms"] == 0

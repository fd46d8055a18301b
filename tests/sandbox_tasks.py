"""Top-level functions that workers import by name: honest ones, and ones that misbehave."""

from __future__ import annotations

import ctypes
import os
import re
import sys
import time
from collections.abc import Callable


def double(number: int) -> int:
    return number * 2


def echo(body: bytes) -> bytes:
    return body


def is_loaded(module: str) -> bool:
    return module in sys.modules


def process_id(_: object = None) -> int:
    return os.getpid()


def nap(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def numbered(number: int, seconds: float = 0.0) -> tuple[int, bytes]:
    time.sleep(seconds)
    return number, b"x" * 100_000


def hang_in_c() -> bool:
    """Backtrack for centuries inside one call of C code, where no Python signal handler runs."""
    return bool(re.match(r"(a+)+$", "a" * 64 + "b"))


def segfault() -> bytes:
    return ctypes.string_at(0)


def leave() -> None:
    os._exit(3)


def end_interpreter() -> None:
    sys.exit(5)


def eat_memory() -> int:
    # Asked for and not written to: on a busy machine writing takes longer than the task may.
    return len([bytes(1_000_000) for _ in range(100_000)])


def fail() -> None:
    raise ValueError("the page says:\x1b[31m\nCRITICAL forged line")


def unpicklable() -> Callable[[], None]:
    return lambda: None


def leak(megabytes: int) -> int:
    sys.modules[__name__].__dict__.setdefault("LEAKED", []).append(b"x" * (megabytes << 20))
    return os.getpid()


def standard_input_is_closed() -> bool:
    return os.read(0, 1) == b""


def end_by_real_time_signal() -> None:
    os.kill(os.getpid(), 40)


def take_memory_and_be_killed(megabytes: int) -> None:
    kept = b"x" * (megabytes << 20)
    os.kill(os.getpid(), 9 * len(kept[:1]))


def end_by_operator() -> None:
    os.kill(os.getpid(), 9)


def take_memory_then_crash(megabytes: int) -> bytes:
    kept = b"x" * (megabytes << 20)
    return kept[:1] + ctypes.string_at(0)


class OddError(Exception):
    """An error that cannot even be told."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


def fail_without_words() -> None:
    raise OddError


class OnlyThere:
    """A value that pickles in the worker and does not unpickle in the parent."""

    def __reduce__(self) -> tuple[object, tuple[int, str]]:
        return int, (0, "not a base")


def value_that_does_not_unpickle() -> OnlyThere:
    return OnlyThere()


def sleep_long() -> None:
    time.sleep(60)


def sleep_a_little() -> None:
    time.sleep(1)


def work_for(seconds: float) -> float:
    """Spend processor time."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return seconds

"""Inside a worker process: take a task, do it within the limits, answer, and never outlive the parent."""

import contextlib
import ctypes
import logging
import os
import pickle
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

_MEGABYTE = 1 << 20
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
# A worker that kept this share of the memory limit from earlier pages starts the next one handicapped.
_KEPT_SHARE = 0.25
_OOM_SCORE = 500  # of 1000: short of memory, the kernel should take a worker, not the process with the state


@dataclass(frozen=True, slots=True)
class Failure:
    """A task that gave no value, as a value: it pickles, and nobody has to catch it."""

    reason: Literal["too-slow", "crashed", "too-large"]
    detail: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may take, and when a worker is replaced."""

    seconds: float  # of processor time; the parent watches the clock
    memory_mb: int
    tasks: int  # 0: never replaced for its age


def die_with(parent: int) -> None:
    """Ask Linux to kill this process when its parent dies; elsewhere the closed pipe ends it."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before the request
        os._exit(1)


def confine(limits: Limits) -> None:
    """Put the limits on this process; there is no way back."""
    # The parent alone answers Ctrl-C, a terminal that hangs up, and systemd's SIGTERM to the whole group.
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    # The default action kills inside C code too, where a Python handler would wait for the call to end.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGPROF})
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    allowed = limits.memory_mb * _MEGABYTE
    with contextlib.suppress(ValueError, OSError):  # macOS refuses RLIMIT_AS
        resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
    with contextlib.suppress(OSError):  # not Linux, or a container without /proc
        Path("/proc/self/oom_score_adj").write_text(str(_OOM_SCORE), encoding="ascii")
    # Libraries log words of the page; what matters goes to the parent with the answer.
    logging.disable(logging.CRITICAL)


def work(connection: Connection, limits: Limits) -> None:
    """Serve tasks until the parent hangs up or this worker is due for replacement."""
    kept = _resident_mb() + limits.memory_mb * _KEPT_SHARE
    done = 0
    while True:
        try:
            task = connection.recv_bytes()
        except (EOFError, OSError):
            return
        done += 1
        answer, spent = _answer(task, limits.seconds)
        last = spent or (limits.tasks and done >= limits.tasks) or _resident_mb() > kept
        connection.send_bytes((b"L" if last else b"K") + answer)
        if last:
            return


def _answer(task: bytes, seconds: float) -> tuple[bytes, bool]:
    """Do the task; return the pickled (value, traceback) and whether the worker's memory is spent."""
    try:
        function, args, kwargs = pickle.loads(task)  # noqa: S301  it comes from our own parent
        return _timed(function, args, kwargs, seconds), False
    except MemoryError:
        return pickle.dumps((Failure("too-large", "out of memory"), None)), True
    except BaseException as bug:  # noqa: BLE001  SystemExit too: a task must not end its worker
        failure = Failure("crashed", f"{type(bug).__name__}: {_short(bug)}")
        return pickle.dumps((failure, traceback.format_exc(limit=20))), False
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _timed(function: Callable[..., Any], args: Any, kwargs: Any, seconds: float) -> bytes:
    # Of processor time, in all threads: a busy machine must not make a good page slow, nor a paused one.
    signal.setitimer(signal.ITIMER_PROF, seconds)
    return pickle.dumps((function(*args, **kwargs), None), protocol=5)


def _short(bug: BaseException) -> str:
    try:
        return str(bug)[:500]  # enough to tell one bug from another; messages may quote the whole page
    except Exception:  # noqa: BLE001  a broken __str__ must not cost the worker
        return "no message"


def _resident_mb() -> float:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * resource.getpagesize() / _MEGABYTE
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / _MEGABYTE if sys.platform == "darwin" else peak / 1024

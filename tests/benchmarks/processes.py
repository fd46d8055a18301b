"""What a command costs, every process of it counted.

A process that outlives its parent comes to the one that measures (a subreaper), which waits for it: workers that the
sandbox's nursery leaves behind are counted too. Call `run` in a process that has no other children.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil

__all__ = ["Cost", "run", "run_apart"]

_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took, all its processes together."""

    seconds: float
    cpu: float
    peak_mb: float  # of the largest process
    busy: float  # share of the workers' life in which they had a page, on a core or waiting for one
    together_mb: float  # most that all held at once, what they share counted once


class Watch(threading.Thread):
    """Looks at how long each process below this one has run, and waited for a core, as Linux counts it."""

    def __init__(self, every: float = 0.1) -> None:
        super().__init__(daemon=True)
        self.seen: dict[int, list[tuple[float, float]]] = {}  # process -> (time, seconds on or before a core)
        self.most_mb = 0.0
        self.over = threading.Event()
        self._every = every

    def run(self) -> None:
        while not self.over.wait(self._every):
            held = 0
            for child in psutil.Process().children(recursive=True):
                try:
                    ran, waited, _ = Path(f"/proc/{child.pid}/schedstat").read_text(encoding="ascii").split()
                    held += _held_kb(child.pid)
                except OSError:
                    continue
                self.seen.setdefault(child.pid, []).append((time.monotonic(), (int(ran) + int(waited)) / 1e9))
            self.most_mb = max(self.most_mb, held / 1024)

    def busy(self, workers: int) -> float:
        """Return the busy share of the processes that did most."""
        lives = [(marks[-1][0] - marks[0][0], marks[-1][1] - marks[0][1]) for marks in self.seen.values()]
        most = sorted(lives, key=lambda life: -life[1])[:workers]
        return sum(done for _, done in most) / (sum(alive for alive, _ in most) or 1.0)


def _held_kb(pid: int) -> int:
    """Return the memory of a process, its part of what it shares: forked workers share their imports."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def _compiled() -> dict[str, str]:
    """Return the environment of a package that is installed: its modules are compiled once, not in each process (.6 s)."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(words: Sequence[str], cores: int, every: float = 0.1) -> Cost:
    """Run a command on so many cores and wait for every process that comes of it."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    allowed = sorted(os.sched_getaffinity(0))[:cores]
    began, cpu, peak, seconds = time.monotonic(), 0.0, 0.0, 0.0
    process = subprocess.Popen(words, preexec_fn=lambda: os.sched_setaffinity(0, allowed), env=_compiled())  # noqa: PLW1509
    watch = Watch(every)
    watch.start()
    while True:
        try:
            pid, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            watch.over.set()
            return Cost(seconds, cpu, peak, watch.busy(cores), watch.most_mb)
        cpu += usage.ru_utime + usage.ru_stime  # with those that it waited for itself
        peak = max(peak, usage.ru_maxrss / 1024)
        if pid == process.pid:
            seconds = time.monotonic() - began
            if os.waitstatus_to_exitcode(status) not in (0, 1):
                raise SystemExit(f"{' '.join(words)} ended with {status}")


def run_apart(words: Sequence[str], cores: int, every: float = 0.5) -> Cost:
    """Do as `run` in a process of its own: this one may have a server among its children."""
    with ProcessPoolExecutor(1) as apart:
        return apart.submit(run, words, cores, every).result()

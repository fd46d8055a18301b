"""What the death of a worker means for the task that it had in hand."""

import os
import signal

from columnist.pipelines.batch.sandbox.processes import Death
from columnist.pipelines.batch.sandbox.worker import Failure, Limits

# A death in the middle of a task may have nothing to do with it. A crash that comes again is the task's.
# SIGKILL comes from outside: a page cannot send it, so it is the page's only by way of the out-of-memory
# killer, and then the worker had grown. An operator's kills never cost a page; the bound is for a machine
# on which no worker lives at all.
_RETRIES_AFTER_CRASH = 1
_RETRIES_AFTER_GROWTH = 3
_RETRIES_AFTER_KILL = 100
_GROWN_SHARE = 0.25
# A worker that died with half its limit in use died of memory: C libraries crash where Python raises.
_MEMORY_SHARE = 0.5


def verdict_of(death: Death, deaths: int, limits: Limits) -> Failure | None:
    """Say what a worker's death means for its task; None: try again in another worker."""
    number = os.WTERMSIG(death.status) if death.status is not None and os.WIFSIGNALED(death.status) else 0
    if death.overdue:
        return Failure("too-slow", f"ended by the clock, several times {limits.seconds:g} s")
    if number == signal.SIGPROF:
        return Failure("too-slow", f"ended after {limits.seconds:g} s of processor time")
    if number and death.peak_mb > limits.memory_mb * _MEMORY_SHARE:
        return Failure("too-large", f"took {death.peak_mb:.0f} MB of memory and {words_of(death)}")
    if deaths <= _retries(death, number, limits):
        return None
    return Failure("crashed", f"{deaths} workers died of it; the last {words_of(death)}")


def _retries(death: Death, number: int, limits: Limits) -> int:
    if death.status is not None and number != signal.SIGKILL:
        return _RETRIES_AFTER_CRASH
    grown = death.peak_mb > limits.memory_mb * _GROWN_SHARE
    return _RETRIES_AFTER_GROWTH if grown else _RETRIES_AFTER_KILL


def words_of(death: Death) -> str:
    """Say how a worker ended, for a log line: "was killed by SIGSEGV"."""
    if death.status is None:
        return "ended without a word"
    if os.WIFSIGNALED(death.status):
        number = os.WTERMSIG(death.status)
        try:
            return f"was killed by {signal.Signals(number).name}"
        except ValueError:  # a real-time signal
            return f"was killed by signal {number}"
    return f"ended with exit status {os.WEXITSTATUS(death.status)}"

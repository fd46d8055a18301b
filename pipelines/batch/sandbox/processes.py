"""The parent's side: start the nursery, get workers from it, ask them, and learn how they ended."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection, Pipe

from columnist.pipelines.batch.sandbox.fork_server import COMMAND, ENDED, STARTED
from columnist.pipelines.batch.sandbox.worker import Limits

# The clock's limit is for what spends no processor time: a stopped process, one that waits for ever. A page on a
# machine that is busy with other things, or paused for a while, has several times its own seconds.
_TIMES_AS_LONG = 6.0
_GRACE_SECONDS = 10.0
_LOOK_SECONDS = (
    1.0  # between two looks at the clock: what this process was paused counts as no more than that
)
_SECONDS_TO_START = 120.0  # imports take 1 s on an idle machine; a loaded one may be far slower
_SECONDS_TO_REPORT = 2.0  # the nursery reports a death within a millisecond
_FORK_TRIES = 20  # with a pause of 0.1 to 1 s between: a process limit or short memory may pass
_MAIN = (
    "import json, sys; told = json.loads(sys.argv[1]); sys.path[:] = told['path'];"
    "from columnist.pipelines.batch.sandbox.fork_server import main; from columnist.pipelines.batch.sandbox.worker import Limits;"
    "main(told['descriptor'], told['preload'], Limits(**told['limits']))"
)
# One core a worker: numpy's thread pool would only take address space and make forking unsafe.
_ONE_THREAD = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # the others reserve address space, which RLIMIT_AS counts
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


class SandboxError(RuntimeError):
    """Workers cannot be started at all: nothing about a page, everything about the machine or the code."""


@dataclass(frozen=True, slots=True)
class WorkerAnswer:
    """What a worker sent back, and whether it was its last."""

    pickled: bytes
    last: bool


@dataclass(frozen=True, slots=True)
class Death:
    """How a worker ended in the middle of a task."""

    seconds: float  # since the task was handed over
    status: int | None = None  # as of waitpid; None where nobody is left to tell
    peak_mb: float = 0.0
    overdue: bool = False  # the parent had to end it


class Worker:
    """One worker process with a pipe of its own, so that its death in mid-write harms nobody else."""

    def __init__(self, nursery: Nursery, pid: int, tasks: Connection, status: Connection) -> None:
        self.pid = pid
        self.whole = nursery.whole  # whether it was born with all that is ever loaded
        self._nursery, self._tasks, self._status = nursery, tasks, status

    def ask(self, payload: bytes, seconds: float) -> WorkerAnswer | Death:
        """Hand over a task and wait for its answer, or for the worker's end."""
        started = time.monotonic()
        overdue = False
        try:
            self._tasks.send_bytes(payload)
            if self._answers_within(_by_the_clock(seconds)):
                frame = self._tasks.recv_bytes()
                return WorkerAnswer(frame[1:], frame[:1] == b"L")
            overdue = True
        except (EOFError, OSError):
            overdue = time.monotonic() - started > _by_the_clock(seconds)
        self._nursery.kill(self.pid)
        return self._death(time.monotonic() - started, overdue)

    def _answers_within(self, seconds: float) -> bool:
        while seconds > 0:
            if self._tasks.poll(min(_LOOK_SECONDS, seconds)):
                return True
            seconds -= _LOOK_SECONDS
        return False

    def close(self) -> None:
        """Hang up: an idle worker ends by itself."""
        self._tasks.close()
        self._status.close()

    def _death(self, seconds: float, overdue: bool) -> Death:
        try:
            if self._status.poll(_SECONDS_TO_REPORT):
                status, peak = ENDED.unpack(self._status.recv_bytes())
                return Death(seconds, status, peak / 1024, overdue)
        except (EOFError, OSError, struct.error):
            pass
        return Death(seconds, overdue=overdue)


class Nursery:
    """The process that forks workers; started again if it is killed."""

    def __init__(self, preload: tuple[tuple[str, ...], tuple[str, ...]], limits: Limits) -> None:
        """Take what to load at the start, and what once a worker is asked for that needs all."""
        self._preload, self._limits = preload, limits
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._awake = self.whole = False
        self._closed = False
        self._broken: SandboxError | None = None

    def _start(self) -> socket.socket:
        ours, theirs = (_above_standard(end) for end in socket.socketpair())
        told = {
            "path": sys.path,
            "descriptor": theirs.fileno(),
            "preload": self._preload,
            "limits": asdict(self._limits),
        }
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  our own interpreter, our own words
                [sys.executable, "-P", "-c", _MAIN, json.dumps(told)],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # libraries print words of the page, which no terminal should see
                env={**os.environ, **_ONE_THREAD},
            )
        self._control, self._awake, self.whole = ours, False, not self._preload[1]
        return ours

    def spawn(self, *, whole: bool = True) -> Worker:
        """Return a fresh worker; raise SandboxError where none can be had. It is `whole` also where it need not be."""
        why = 0
        for attempt in range(_FORK_TRIES):
            time.sleep(min(1.0, 0.1 * attempt))
            found = self._try_spawn(whole)
            if isinstance(found, Worker):
                return found
            why = found
        raise SandboxError(f"no worker process could be started in {_FORK_TRIES} tries: {os.strerror(why)}")

    def _try_spawn(self, whole: bool) -> Worker | int:
        ours, theirs = _task_pipe(_by_the_clock(self._limits.seconds))
        report, status = Pipe(duplex=False)
        with theirs, status:
            try:
                with self._lock:
                    control = self._running(whole)
                    socket.send_fds(control, [COMMAND.pack(b"f", 0)], [theirs.fileno(), status.fileno()])
            except OSError:
                ours.close()
                report.close()
                return errno.ECHILD
        try:
            if report.poll(_SECONDS_TO_START):
                pid: int = STARTED.unpack(report.recv_bytes())[0]
                if pid > 0:
                    return Worker(self, pid, ours, report)
                return -pid
        except (EOFError, OSError):
            pass  # the nursery was killed in between: the next try starts another
        ours.close()
        report.close()
        return errno.ECHILD

    def _running(self, whole: bool) -> socket.socket:
        if self._closed:
            raise SandboxError("the sandbox is closed")
        if self._broken:
            raise self._broken
        control = self._control
        if control is None or self._process is None or self._process.poll() is not None:
            if control:
                control.close()
            control = self._start()
        if not self._awake:
            self._wait_for_imports(control)
        if whole and not self.whole:
            control.sendall(COMMAND.pack(b"l", 0))
            self._wait_for_imports(control)
            self.whole = True
        return control

    def _wait_for_imports(self, control: socket.socket) -> None:
        control.settimeout(_SECONDS_TO_START)
        first = control.recv(1)
        if first == b"!":
            trace = b"".join(iter(lambda: control.recv(65536), b"")).decode("utf-8", "replace")
            names, why = ", ".join(sum(self._preload, ())), trace.strip().rpartition("\n")[2]
            self._broken = SandboxError(f"worker processes cannot load {names}: {why}")
            self._broken.add_note(trace)
            raise self._broken
        if first != b"+":
            raise ConnectionError("the nursery ended before it was ready")
        control.settimeout(None)
        self._awake = True

    def kill(self, pid: int) -> None:
        """End a worker that does not end by itself."""
        with self._lock, contextlib.suppress(OSError):
            if self._control:
                self._control.sendall(COMMAND.pack(b"k", pid))

    def close(self) -> None:
        """End the nursery and every worker, hung ones too, without waiting for them."""
        self._closed = True
        process, control = self._process, self._control
        if control:
            with contextlib.suppress(OSError):  # it may never have connected
                control.shutdown(socket.SHUT_RDWR)
        if process:
            try:
                process.wait(1.0)
            except subprocess.TimeoutExpired:  # still importing: it has no workers yet
                process.send_signal(signal.SIGKILL)
                process.wait()
        if control:
            control.close()


def _by_the_clock(seconds: float) -> float:
    return _TIMES_AS_LONG * seconds + _GRACE_SECONDS


def _above_standard(end: socket.socket) -> socket.socket:
    """Move a socket off the numbers 0 to 2, which it gets where cron closed stdin or stdout."""
    moved = fcntl.fcntl(end.fileno(), fcntl.F_DUPFD_CLOEXEC, 3)
    end.close()
    return socket.socket(fileno=moved)


def _task_pipe(seconds: float) -> tuple[Connection, Connection]:
    """Return two ends of a pipe; ours gives up on a worker that neither reads nor writes for so long."""
    ours, theirs = (_above_standard(end) for end in socket.socketpair())
    timeout = struct.pack("ll", int(seconds) + 1, 0)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeout)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeout)
    return Connection(ours.detach()), Connection(theirs.detach())

"""A small process of one thread that imports the heavy modules once and forks workers from itself.

Forking the crawl's own process would copy its threads' locks in whatever state they are; starting each
worker anew would import for a second. `multiprocessing`'s fork server would do, but it imports the
caller's `__main__` again and is one for the whole process, whoever set it up first.
"""

import contextlib
import gc
import importlib
import os
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Sequence
from multiprocessing.connection import Connection, wait
from typing import NoReturn

from columnist.pipelines.batch.sandbox.worker import Limits, confine, die_with, work

COMMAND = struct.Struct(
    "<ci"
)  # b"f": fork, with two file descriptors; b"k": kill this worker; b"l": load the rest
STARTED = struct.Struct("<i")  # the worker's process id, or minus the errno of the fork
ENDED = struct.Struct("<iq")  # wait status, peak memory in KB


def main(descriptor: int, preload: tuple[Sequence[str], Sequence[str]], limits: Limits) -> None:
    """Serve the parent's commands on this socket until it hangs up; then end every worker."""
    at_start, later = preload
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    control = socket.socket(fileno=descriptor)
    if not _load(at_start, control):
        return
    workers: dict[int, Connection] = {}
    try:
        _serve(control, workers, (limits, later))
    finally:
        for pid in workers:
            os.kill(pid, signal.SIGKILL)


def _load(names: Sequence[str], control: socket.socket) -> bool:
    """Load modules, call functions of them, and say that it is done, or what went wrong."""
    try:
        for name in names:
            module, _, function = name.partition(":")
            loaded = importlib.import_module(module)
            if function:
                getattr(loaded, function)()
    except BaseException:  # noqa: BLE001  the parent raises it as its own
        control.sendall(b"!" + traceback.format_exc().encode("utf-8", "replace"))
        return False
    gc.collect()
    gc.freeze()  # a collection in a worker would otherwise copy every page that it shares with the others
    control.sendall(b"+")
    return True


def _serve(
    control: socket.socket, workers: dict[int, Connection], told: tuple[Limits, Sequence[str]]
) -> None:
    bell, ring = os.pipe()
    os.set_blocking(bell, False)
    os.set_blocking(ring, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # without a handler the wake-up descriptor stays silent
    signal.set_wakeup_fd(ring, warn_on_full_buffer=False)
    while True:
        ready = wait([control, bell])
        if bell in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(bell, 4096)
        _reap(workers)
        if control in ready and not _obey(control, workers, told):
            return


def _obey(control: socket.socket, workers: dict[int, Connection], told: tuple[Limits, Sequence[str]]) -> bool:
    """Carry out one command; False where the parent has hung up, or nothing more can be done."""
    limits, later = told
    try:
        message, descriptors, _, _ = socket.recv_fds(control, COMMAND.size, 2)
    except OSError:
        return False
    if len(message) < COMMAND.size:
        return False
    command, pid = COMMAND.unpack(message)
    if command == b"l":
        return _load(later, control)
    if command == b"k":
        if pid in workers:  # it is still ours: the number cannot have gone to another process
            os.kill(pid, signal.SIGKILL)
    elif len(descriptors) == 2:
        tasks, status = Connection(descriptors[0]), Connection(descriptors[1])
        _fork(control, (tasks, status), workers, limits)
        tasks.close()
    return True


def _fork(
    control: socket.socket,
    pipes: tuple[Connection, Connection],
    workers: dict[int, Connection],
    limits: Limits,
) -> None:
    status = pipes[1]
    nursery = os.getpid()
    try:
        pid = os.fork()
    except OSError as error:  # no more processes, no memory
        _tell(status, STARTED.pack(-(error.errno or 1)))
        status.close()
        return
    if pid == 0:
        _live(control, pipes, workers, (nursery, limits))
    workers[pid] = status
    _tell(status, STARTED.pack(pid))


def _live(
    control: socket.socket,
    pipes: tuple[Connection, Connection],
    siblings: dict[int, Connection],
    told: tuple[int, Limits],
) -> NoReturn:
    """Be a worker: let go of what belongs to the nursery, work, and end without its clean-up."""
    nursery, limits = told
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        die_with(nursery)
        control.close()
        pipes[1].close()
        for status in siblings.values():
            status.close()
        confine(limits)
        work(pipes[0], limits)
        code = 0
    except BaseException:  # noqa: BLE001  the parent sees the status and gives the task to a fresh worker
        code = 1
    finally:
        os._exit(code)


def _reap(workers: dict[int, Connection]) -> None:
    while workers:
        try:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        peak = usage.ru_maxrss // 1024 if sys.platform == "darwin" else usage.ru_maxrss
        pipe = workers.pop(pid, None)
        if pipe is not None:
            _tell(pipe, ENDED.pack(status, peak))
            pipe.close()


def _tell(status: Connection, message: bytes) -> None:
    with contextlib.suppress(OSError):  # the parent has closed it: it no longer wants to know
        status.send_bytes(message)

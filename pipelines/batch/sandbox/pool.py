"""Runs functions on untrusted bytes in worker processes that may hang, crash or eat memory at no one's cost.

Why not a library: pebble 5.2.3, the best kept one, shares one pipe and one lock between its workers and
declared the whole pool broken after 10 kill -9 (14 of 220 tasks lost); the standard library's pool breaks
at the first. Here each worker has a pipe of its own, and its death costs at most its own task.

    with Sandbox(SandboxOptions()) as sandbox:
        future = sandbox.submit(read_feed, body)  # read_feed: a top-level function of an importable module
        value = future.result()  # what it returned, or a Failure; under asyncio: await asyncio.wrap_future(future)
"""

import logging
import os
import pickle
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

from columnist.pipelines.batch.sandbox.exit_reasons import verdict_of, words_of
from columnist.pipelines.batch.sandbox.processes import Nursery, SandboxError, Worker, WorkerAnswer
from columnist.pipelines.batch.sandbox.worker import Failure, Limits
from columnist.pipelines.records.options import SandboxOptions

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")
_log = logging.getLogger(__name__)

PRELOAD = ("columnist.pipelines.batch.clean_batches:warm_up",)
# Finished results that `map` keeps while an earlier task is still running: some 10 MB of rows.
_AHEAD = 500


@dataclass(frozen=True, slots=True)
class _Task:
    future: Future[Any]
    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    small: bool = False  # whether a worker without what is loaded later will do


class Sandbox:
    """A fixed number of workers, one task each at a time. Safe to use from several threads."""

    def __init__(
        self,
        options: SandboxOptions = SandboxOptions(),
        preload: tuple[str, ...] = PRELOAD,
        later: tuple[str, ...] = (),
    ) -> None:
        """Take the limits, modules (or `module:function` to call) that workers are born with, and those that are
        loaded when the first task comes that is not small. Before the first task there is no process at all."""
        if options.page_seconds <= 0 or (options.workers is not None and options.workers < 1):
            raise ValueError(
                f"page_seconds ({options.page_seconds}) must be above 0 and workers ({options.workers}) at least 1"
            )
        self.options = options
        self._limits = Limits(options.page_seconds, options.page_memory_mb, options.pages_per_worker)
        self.workers = options.workers or _cores()
        self._in_flight_per_worker = options.in_flight_per_worker
        self._nursery = Nursery((preload, later), self._limits)
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._closed = False

    @property
    def limit(self) -> int:
        """How many tasks to have in flight: enough to keep workers busy, few enough to bound memory."""
        return self.workers * self._in_flight_per_worker

    def __enter__(self) -> Self:
        for number in range(self.workers):
            thread = threading.Thread(target=self._serve, name=f"sandbox-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def submit(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T | Failure]:
        """Run a top-level function in a worker. The future never raises for the task's sake: it gives a
        Failure. It raises SandboxError where workers cannot be started, and is cancelled by `close`."""
        future: Future[T | Failure] = Future()
        self._put(_Task(future, function, args, kwargs))
        return future

    def submit_small(
        self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T | Failure]:
        """Do as `submit`, for a function that needs nothing of what is loaded later."""
        future: Future[T | Failure] = Future()
        self._put(_Task(future, function, args, kwargs, small=True))
        return future

    def _put(self, task: _Task) -> None:
        with self._lock:
            if self._closed:
                raise SandboxError("the sandbox is closed")
            self._tasks.put(task)

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R | Failure]:
        """Run the function on every item and give the results in the items' order. Items are taken only
        as workers get free; results wait for a slow item, up to a bound."""
        source = iter(items)
        window: deque[Future[R | Failure]] = deque()
        running: set[Future[R | Failure]] = set()
        more = True
        try:
            while more or window:
                while more and len(running) < self.limit and len(window) < _AHEAD:
                    try:
                        item = next(source)
                    except StopIteration:
                        more = False
                        break
                    future = self.submit(function, item)
                    window.append(future)
                    running.add(future)
                while window and window[0].done():
                    yield window.popleft().result()
                running = {future for future in running if not future.done()}
                if running and (len(running) >= self.limit or not more or len(window) >= _AHEAD):
                    running = set(wait(running, return_when=FIRST_COMPLETED).not_done)
        finally:
            for future in window:
                future.cancel()

    def close(self) -> None:
        """End all workers, hung ones too. Futures without a result are cancelled."""
        with self._lock:
            self._closed = True
        while True:
            try:
                task = self._tasks.get_nowait()
            except queue.Empty:
                break
            if task is not None:
                _cancel(task.future)
        for _ in self._threads:
            self._tasks.put(None)
        self._nursery.close()
        for thread in self._threads:
            thread.join(2.0)

    def _serve(self) -> None:
        """One thread a worker: it waits for tasks, and for the worker."""
        worker: Worker | None = None
        while (task := self._tasks.get()) is not None:
            if not task.future.set_running_or_notify_cancel():
                continue
            try:
                worker = self._run(task, worker)
            except CancelledError:
                _cancel(task.future)
                worker = None
            except Exception as error:  # noqa: BLE001  the thread must live; the caller gets the error
                task.future.set_exception(error)
                worker = None
            del task  # a page of 10 MB should not wait for the next one
        if worker:
            worker.close()

    def _run(self, task: _Task, worker: Worker | None) -> Worker | None:
        """Do one task, in another worker where one dies; return the worker if it lives on."""
        try:
            payload = pickle.dumps((task.function, task.args, task.kwargs), protocol=5)
        except Exception as error:  # noqa: BLE001  pickle raises whatever an object's own methods raise
            task.future.set_result(Failure("crashed", f"the task cannot be pickled: {error}"))
            return worker
        if worker and not (task.small or worker.whole):
            worker.close()
            worker = None
        deaths = 0
        while True:
            worker = worker or self._spawn(whole=not task.small)
            outcome = worker.ask(payload, self._limits.seconds)
            if isinstance(outcome, WorkerAnswer):
                if outcome.last:
                    worker.close()
                task.future.set_result(_value(outcome.pickled))
                return None if outcome.last else worker
            worker.close()
            worker = None
            if self._closed:
                raise CancelledError
            deaths += 1
            verdict = verdict_of(outcome, deaths, self._limits)
            if verdict:
                task.future.set_result(verdict)
                return None
            _log.warning("a worker %s in the middle of a task; the task goes to another", words_of(outcome))

    def _spawn(self, *, whole: bool) -> Worker:
        try:
            return self._nursery.spawn(whole=whole)
        except SandboxError:
            if self._closed:
                raise CancelledError from None
            raise


def _cores() -> int:
    """Return the cores that this process may use: in a container fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _cancel(future: Future[Any]) -> None:
    if not future.cancel() and not future.done():
        future.set_exception(CancelledError())


def _value(pickled: bytes) -> Any:
    try:
        value, trace = pickle.loads(pickled)  # noqa: S301  from our own worker
    except Exception as error:  # noqa: BLE001  a result that pickles but does not unpickle
        return Failure("crashed", f"the result cannot be read back: {type(error).__name__}: {error}")
    if trace:
        # Set off line by line and escaped: the words of a page must not forge a line of the log.
        lines = (line.encode("unicode_escape").decode("ascii") for line in trace.splitlines())
        _log.error("a task crashed in its worker: %s", "".join(f"\n  | {line}" for line in lines))
    return value

"""How long the event loop was held up in one go, by what, and how much of that was its own work.

A beat runs in the loop; a thread looks at the loop's stack when the beat is late. On a busy machine the clock
alone says little: the CPU time of the loop's thread and its wait for a core are told beside it.
"""

import asyncio
import os
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

BEAT = 0.02  # seconds between two beats: 50 wake-ups a second cost a thousandth of a core
LOOK = 0.04  # seconds between two looks of the thread: six stacks of a block of a quarter of a second
TOO_LONG = 0.25  # seconds; held for longer, a thousand sites feel it: their timeouts and turns come late
_PLACES = 5  # kept for the manifest: the worst
_OURS = ("columnist.",)


@dataclass(frozen=True, slots=True)
class LoopBlock:
    """One time that the loop did not come round."""

    seconds: float  # by the clock
    cpu: float = 0.0  # of it, the loop's thread at work
    waited: float = 0.0  # of it, ready to run but without a core (Linux; 0 elsewhere)
    where: str = ""  # innermost function, and of ours, as seen in most looks; empty: shorter than two looks

    def as_dict(self) -> dict[str, float | str]:
        """Return it in milliseconds, for the manifest."""
        times = {"ms": self.seconds, "cpu_ms": self.cpu, "waited_for_core_ms": self.waited}
        return {**{name: round(1000 * seconds) for name, seconds in times.items()}, "where": self.where}


class LoopWatch:
    """Watch the running loop from `with` to its end."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread_id = threading.get_ident()
        self._schedstat = _open_schedstat()
        self._seen: Counter[str] = Counter()
        self._places: dict[str, LoopBlock] = {}
        self._over = 0
        self._handle: asyncio.TimerHandle | None = None
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, name="loop-watch", daemon=True)
        self._last = self._times()

    def __enter__(self) -> Self:
        self._last = self._times()
        self._handle = self._loop.call_later(BEAT, self._beat)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._note()
        if self._handle is not None:
            self._handle.cancel()
        self._done.set()
        self._thread.join(1.0)
        if self._schedstat is not None:
            os.close(self._schedstat)
            self._schedstat = None

    def report(self) -> dict[str, object]:
        """Return the worst places, the longest first, and how often the loop was held up for too long."""
        worst = sorted(self._places.values(), key=lambda block: -block.seconds)[:_PLACES]
        return {"over_250_ms": self._over, "longest": [block.as_dict() for block in worst]}

    def _beat(self) -> None:
        self._note()
        self._handle = self._loop.call_later(BEAT, self._beat)

    def _note(self) -> None:
        now, before = self._times(), self._last
        seconds, cpu, waited = (a - b for a, b in zip(now, before, strict=True))
        self._last = now
        seconds -= BEAT
        where = self._seen.most_common(1)[0][0] if self._seen else ""
        self._seen.clear()
        self._over += seconds > TOO_LONG
        known = self._places.get(where)
        if seconds > LOOK and (known is None or seconds > known.seconds):
            self._places[where] = LoopBlock(seconds, cpu, waited, where)

    def _times(self) -> tuple[float, float, float]:
        return time.monotonic(), time.thread_time(), _waited(self._schedstat)

    def _look(self) -> None:
        while not self._done.wait(LOOK):
            if time.monotonic() - self._last[0] > BEAT + LOOK:
                frame = sys._current_frames().get(self._thread_id)
                if frame is not None:
                    self._seen[_words(frame)] += 1


def _words(frame: FrameType | None) -> str:
    """Name the innermost function on a stack, and the innermost of ours above it."""
    names: list[str] = []
    while frame is not None and len(names) < 2:
        name = _name(frame)
        if not names or name.startswith(_OURS):
            names.append(name)
        frame = frame.f_back
    return " < ".join(names)


def _name(frame: FrameType) -> str:
    return f"{frame.f_globals.get('__name__', '?')}.{frame.f_code.co_qualname}"


def _open_schedstat() -> int | None:
    path = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:  # not Linux, or a kernel without schedstats
        return None


def _waited(descriptor: int | None) -> float:
    """Return the seconds that a thread was ready to run and had no core."""
    if descriptor is None:
        return 0.0
    return int(os.pread(descriptor, 100, 0).split()[1]) / 1e9  # "on the CPU, waiting, slices", nanoseconds

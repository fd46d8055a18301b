"""Runs a command on a terminal of a given width and keeps what stood on its screen, moment by moment."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time

import pyte
from commandline import COMMAND, ROOT

__all__ = ["on_a_terminal"]

_LINES = 400  # so that nothing scrolls away
_PAUSE = 0.02  # seconds without a byte: what was being drawn is drawn; a bar moves ten times a second


def on_a_terminal(columns: int, *words: str, seconds: float = 120.0) -> tuple[int, list[list[str]]]:
    """Run columnist there; return its exit code and the screens that differ, the last one at its end."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _LINES, columns, 0, 0))
    variables = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR")}
    process = subprocess.Popen(
        [*COMMAND, *words],
        stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True,
        env={**variables, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    os.close(theirs)
    screen, seen = pyte.Screen(columns, _LINES), [[""]]
    stream, end = pyte.ByteStream(screen), time.monotonic() + seconds
    with os.fdopen(ours, "rb", buffering=0) as terminal, contextlib.suppress(OSError):  # Linux ends so
        while time.monotonic() < end and (piece := terminal.read(65_536)):
            stream.feed(piece)
            if select.select([terminal], [], [], _PAUSE)[0]:
                continue  # in the middle of a line
            _keep(screen, seen)
    _keep(screen, seen)  # a terminal that was hung up is readable too: its last lines came without a pause
    return process.wait(10), seen


def _keep(screen: pyte.Screen, seen: list[list[str]]) -> None:
    lines = [line.rstrip() for line in screen.display]
    if lines != seen[-1]:
        seen.append(lines)

"""Programs that run as long as a test needs them, and a server of a folder's files."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

__all__ = ["PICTURE", "free_port", "running", "serving", "until_answers"]

# A PNG of one pixel.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63606060f80f00010401007f"
    "a5a9b90000000049454e44ae426082"
)


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: Sequence[str], log: Path, more: Mapping[str, str] | None = None) -> Iterator[None]:
    """Run a program until the block ends, in a process group of its own; what it says goes to the log."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, stdout=said, stderr=said, stdin=subprocess.DEVNULL, env={**os.environ, **(more or {})}, start_new_session=True
        )  # fmt: skip
        try:
            yield
        finally:
            os.killpg(process.pid, 15)
            process.wait(30)


def until_answers(address: str, seconds: float = 30.0) -> None:
    """Wait until the address answers."""
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(address, timeout=10).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


@contextmanager
def serving(folder: Path, log: Path, port: int) -> Iterator[str]:
    """Serve a folder's files."""
    command = [
        sys.executable,
        "-m",
        "http.server",
        str(port),
        "--bind",
        "127.0.0.1",
        "--directory",
        str(folder),
    ]
    with running(command, log):
        address = f"http://127.0.0.1:{port}"
        until_answers(address)
        yield address

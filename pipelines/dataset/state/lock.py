"""One run for each data folder: a lock that dies with its holder, and says who that is."""

import contextlib
import fcntl
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from columnist.pipelines.dataset.files.fsync import make_folder, open_own
from columnist.pipelines.dataset.files.storage_errors import disk_errors
from columnist.pipelines.records.redact import redacted_command

LOCK_NAME = "state.lock"


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds a data folder."""

    pid: int
    command: str
    started: str


class DataLocked(Exception):  # noqa: N818  it is a state of affairs that the caller reports, exit code 4
    """Another run works on this data folder, or with this state."""

    def __init__(self, folder: Path | str, holder: Holder | None, why: str = "") -> None:
        super().__init__(folder, holder, why)
        self.folder, self.holder, self.why = folder, holder, why

    def __str__(self) -> str:
        who = "another process"
        if self.holder is not None:
            who = f"process {self.holder.pid} ({self.holder.command}), running since {self.holder.started}"
        if self.why:
            return f"{self.folder} is in use: {who} {self.why}. Wait for it to end."
        return (
            f"{self.folder} is in use by {who}. Wait for it to end; "
            "a crawl of other sites may write to the same --data with a --state of its own."
        )


def home_of(data: str | Path, state_folder: Path | None) -> Path | None:
    """Return where state.db and the lock lie: a folder of this machine; None where none was named."""
    if state_folder is not None:
        return state_folder
    text = str(data)
    if isinstance(data, Path) or "://" not in text:
        return Path(text)
    return Path(text.removeprefix("file://")) if text.startswith("file://") else None


def is_used(folder: Path) -> bool:
    """Say whether a run ever locked this folder."""
    return (folder / LOCK_NAME).exists()


def is_held(folder: Path) -> bool:
    """Say whether a run uses this folder now."""
    if not is_used(folder):
        return False
    handle = open_own(folder / LOCK_NAME, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


@contextlib.contextmanager
def lock_data(folder: Path, command: str | None = None) -> Iterator[None]:
    """Hold the folder for this process, or raise DataLocked at once. The kernel lets go when we die."""
    path = folder / LOCK_NAME
    make_folder(folder)
    handle = open_own(path, os.O_RDWR | os.O_CREAT)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataLocked(folder, _read_holder(handle)) from None
        _write_holder(handle, command or redacted_command(sys.argv))
        yield
    finally:
        os.close(handle)


def _write_holder(handle: int, command: str) -> None:
    holder = Holder(os.getpid(), command, datetime.now(UTC).isoformat(timespec="seconds"))
    with disk_errors(LOCK_NAME):
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(asdict(holder)).encode(), 0)


def _read_holder(handle: int) -> Holder | None:
    """Return who holds the lock; None in the instant before the holder has written its name."""
    try:
        return Holder(**json.loads(os.pread(handle, 65536, 0)))  # 64 KB: far above any command line shown
    except (ValueError, TypeError):
        return None

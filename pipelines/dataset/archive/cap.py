"""--archive-gigabytes: the oldest days of the archive go first, a whole file at a time. Rows keep their text and pointer."""

import contextlib
import logging
from datetime import UTC, datetime
from pathlib import PurePosixPath

from columnist.pipelines.dataset.archive.revisits import drop_archived_until
from columnist.pipelines.dataset.archive.write import FOLDER, SUFFIX
from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.local_output import LocalOutput
from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.state.state import State

_log = logging.getLogger(__name__)


def drop_oldest(output: Output, most: int) -> list[str]:
    """Take files away until so many bytes are left, but none that a run is writing; return their names."""
    found = [file for file in output.files(FOLDER) if file.name.endswith(SUFFIX)]
    total, dropped = sum(file.size for file in found), list[str]()
    for file in sorted(found, key=lambda file: file.name):
        if total <= most:
            break
        if _is_being_written(output, file.name):
            continue
        output.remove(file.name)
        _remove_empty_folder(output, file.name)
        total -= file.size
        dropped.append(file.name)
    return dropped


def note_dropped(state: State, dropped: list[str]) -> None:
    """Tell of files that were taken away, and refer to none of them in a revisit. Of the last day, files may be left."""
    if dropped:
        first, last = _day_of(dropped[0]), _day_of(dropped[-1])
        _log.warning(
            "archive: %d of its files, of %s to %s, are gone, to keep --archive-gigabytes; their rows stay",
            len(dropped),
            first,
            last,
        )
        drop_archived_until(state, last)


def _is_being_written(output: Output, name: str) -> bool:
    return isinstance(output, LocalOutput) and durable.is_locked(output.root / name)


def _remove_empty_folder(output: Output, name: str) -> None:
    if (
        isinstance(output, LocalOutput) and _day_of(name) < f"{datetime.now(UTC):%Y-%m-%d}"
    ):  # nobody fills it any more
        with contextlib.suppress(OSError):  # it has other files
            (output.root / name).parent.rmdir()


def _day_of(name: str) -> str:
    return PurePosixPath(name).parent.name.removeprefix("day=")

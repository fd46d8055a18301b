"""The archive of raw pages, as one run writes it: archive/day=YYYY-MM-DD/<run>-<number>.warc.gz.

A row that points to a record is committed only once `append` has returned: the record is then whole and on the disk. In
a folder of this machine the file grows in its place. For an object store it grows beside the state, and is uploaded
before any row that points into it is published: see `publish`.
"""

import hashlib
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from columnist.pipelines.dataset.archive.records import warcinfo
from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.local_output import LocalOutput
from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.files.storage_errors import StorageError, disk_errors

FOLDER = "archive"
SUFFIX = ".warc.gz"
GIGABYTE = 1_000_000_000
_FILE_BYTES = GIGABYTE  # as the WARC standard advises
_FILES_OF_CAP = 4  # files that fit a cap, at least: it is kept by taking whole ones away


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page's records begin."""

    file: str  # relative to the data folder
    offset: int


@dataclass(slots=True)
class _Open:
    name: str
    path: Path
    day: str
    handle: int
    size: int = 0
    digest: Any = None


class Archive:
    """The files of one run. Safe to use from several threads; no file is made before there is a record."""

    def __init__(self, output: Output, home: Path, run_id: str, cap: int | None = None) -> None:
        self._output = output
        self._root = root_of(output, home)
        self.run_id = run_id
        self._file_bytes = min(_FILE_BYTES, (cap or _FILE_BYTES * _FILES_OF_CAP) // _FILES_OF_CAP)
        self._lock = threading.Lock()
        self._open: _Open | None = None
        self._number = 0
        self._error: StorageError | None = None
        self._closed: list[_Open] = []  # whole, and not yet uploaded
        self.files: list[dict[str, Any]] = []  # whole and in their places, for the manifest

    def append(self, records: Sequence[bytes]) -> list[Place]:
        """Write pages' records and return once they are on the disk; say where each begins.

        After an error nothing more is written: what the kernel did with the bytes, nobody knows.
        """
        with self._lock:
            if self._error is not None:
                raise self._error
            if not records:
                return []
            try:
                places = [self._write(one) for one in records]
                if self._open is not None:
                    durable.sync_file(self._open.path)
            except StorageError as error:
                self._error = error
                raise
        return places

    def _write(self, records: bytes) -> Place:
        day = f"{datetime.now(UTC):%Y-%m-%d}"
        file = self._open
        if file is not None and (file.day != day or file.size + len(records) > self._file_bytes):
            self._end_file()
        file = self._open = self._open or self._new_file(day)
        place = Place(file.name, file.size)
        _grow(file, records)
        return place

    def _new_file(self, day: str) -> _Open:
        self._number += 1
        name = f"{FOLDER}/day={day}/{self.run_id}-{self._number:05d}{SUFFIX}"
        path = self._root / name
        with disk_errors(path):  # it reads a file, and there may be too many open ones
            software = f"columnist {version('columnist')}"
        durable.make_folder(path.parent)
        file = _Open(name, path, day, durable.open_log(path), digest=hashlib.sha256())
        _grow(file, warcinfo(path.name, self.run_id, software))
        durable.sync_folder(path.parent)
        return file

    def _end_file(self) -> None:
        file = self._open
        if file is not None:
            durable.sync_file(file.path)
            os.close(file.handle)
            self._closed.append(file)
            self._open = None
            if isinstance(self._output, LocalOutput):
                self._settle(file)

    def publish(self) -> None:
        """Have every record that a row may point to where readers look for it: a call ahead of such rows."""
        if isinstance(self._output, LocalOutput):
            return
        with self._lock:
            self._end_file()
            for file in list(self._closed):
                upload(self._output, file.path, file.name)
                self._settle(file)

    def _settle(self, file: _Open) -> None:
        self._closed.remove(file)
        self.files.append(facts(file.name, file.size, file.digest.hexdigest()))

    def close(self) -> None:
        """End the file that is open, and have all files in their places."""
        with self._lock:
            self._end_file()
        self.publish()

    def abandon(self) -> None:
        """Let go of the open file as it is: the next run ends it."""
        if self._open is not None:
            os.close(self._open.handle)
            self._open = None


def facts(name: str, size: int, sha256: str) -> dict[str, Any]:
    """Return what a manifest says of a file."""
    return {"name": name, "bytes": size, "sha256": sha256}


def root_of(output: Output, home: Path) -> Path:
    """Return the folder below which the files grow under their names."""
    return output.root if isinstance(output, LocalOutput) else home


def upload(output: Output, path: Path, name: str) -> None:
    """Put a whole file into an object store, and take it away here; a try of a run that died may have done the first."""
    output.publish(path, name)
    durable.remove(path)


def _grow(file: _Open, content: bytes) -> None:
    durable.append(file.handle, file.path, content, file.size)
    file.size += len(content)
    file.digest.update(content)

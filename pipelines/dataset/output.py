"""Where the dataset lies: a local folder, or any address that fsspec or pyarrow.fs knows.

Both kinds give a file its final name without overwriting, and keep articles/, rejects/ and runs/ side by side.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from pipelines import durable

__all__ = ["QUARANTINE", "Found", "LocalOutput", "Output", "RemoteOutput", "UnknownPlace", "open_output"]

QUARANTINE = "quarantine"


class UnknownPlace(ValueError):  # noqa: N818  the user's word for it
    """An address of a dataset that nothing here can open."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the dataset as it lies there."""

    name: str
    size: int
    modified: int | None  # nanoseconds; None where the store gives no such fact


@dataclass(frozen=True, slots=True)
class LocalOutput:
    """A folder of this machine: names are linked, and file and folder are fsynced."""

    root: Path

    @property
    def address(self) -> str:
        """Return the place as a person would type it."""
        return str(self.root)

    def publish(self, staged: Path, name: str) -> None:
        """Give a staged, synced file its name; raise FileExistsError rather than overwrite."""
        final = self.root / name
        durable.make_folder(final.parent)
        durable.publish(staged, final)
        self._sync_folders(final)

    def settle(self, name: str) -> None:
        """Make the name durable of a file that an earlier run published."""
        durable.sync_file(self.root / name)
        self._sync_folders(self.root / name)

    def _sync_folders(self, final: Path) -> None:
        # All of them: a run that was killed may have made one and not come to sync its parent.
        for folder in final.relative_to(self.root).parents:
            durable.sync_folder(self.root / folder)
        durable.sync_folder(self.root.absolute().parent)

    def open(self, name: str) -> BinaryIO:
        """Open a file of the dataset for reading."""
        with durable.disk_errors(self.root / name):
            return (self.root / name).open("rb")

    def find(self, name: str) -> Found | None:
        """Return the file's facts, or None where there is no such file."""
        try:
            facts = (self.root / name).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return Found(name, facts.st_size, facts.st_mtime_ns)

    def files(self, folder: str) -> Iterator[Found]:
        """Yield every file below a folder, hidden and foreign ones too."""
        for path in sorted((self.root / folder).rglob("*")):
            if path.is_symlink() or not path.is_dir():
                facts = path.lstat()
                yield Found(path.relative_to(self.root).as_posix(), facts.st_size, facts.st_mtime_ns)

    def set_aside(self, name: str) -> str:
        """Move a file into the quarantine folder and return where it is now."""
        return str(durable.move_aside(self.root / name, self.root / QUARANTINE / Path(name).parent))

    def put(self, name: str, content: bytes) -> None:
        """Write a small file, replacing an older one in one step."""
        durable.replace_file(self.root / name, content)


@dataclass(frozen=True, slots=True)
class RemoteOutput:
    """A folder of an fsspec file system: uploaded beside the dataset, checked, then moved to its name.

    Object stores show an object only once it is whole; on others the move hides the upload. Names carry the
    run's id, so no two runs ever want the same one.
    """

    system: Any  # fsspec.AbstractFileSystem; fsspec ships no types
    root: str
    address: str

    def publish(self, staged: Path, name: str) -> None:
        """Upload a staged file and give it its name; raise FileExistsError rather than overwrite."""
        final, upload = self._path(name), self._path(f"tmp/{PurePosixPath(name).name}.upload")
        if self.system.exists(final):
            raise FileExistsError(final)
        for path in (upload, final):
            self.system.makedirs(path.rpartition("/")[0], exist_ok=True)
        self.system.put_file(str(staged), upload)
        with staged.open("rb") as here, self.system.open(upload, "rb") as there:
            if durable.sha256_of(here) != durable.sha256_of(there):
                raise durable.StorageError("The upload differs from the file", upload, "Run again.")
        self.system.mv(upload, final)

    def settle(self, name: str) -> None:
        """Nothing to do: a stored object stays stored."""

    def open(self, name: str) -> BinaryIO:
        """Open a file of the dataset for reading."""
        return cast(BinaryIO, self.system.open(self._path(name), "rb"))

    def find(self, name: str) -> Found | None:
        """Return the file's facts, or None where there is no such file."""
        self.system.invalidate_cache()
        try:
            return Found(name, int(self.system.info(self._path(name))["size"]), None)
        except FileNotFoundError:
            return None

    def files(self, folder: str) -> Iterator[Found]:
        """Yield every file below a folder; raise StorageError where the store does not answer."""
        self.system.invalidate_cache()
        try:
            with _reached(self.address):  # `find` takes a store out of reach for an empty one
                self.system.ls(self._path(folder))
        except FileNotFoundError:
            return
        found = self.system.find(self._path(folder), detail=True)
        prefix = self.system.info(self.root)["name"].rstrip("/") if found else ""
        for path, facts in sorted(found.items()):
            yield Found(path[len(prefix) :].lstrip("/"), int(facts["size"]), None)

    def set_aside(self, name: str) -> str:
        """Move a file into the quarantine folder and return where it is now."""
        names = (self._path(f"{QUARANTINE}/{name}" + (f".{n}" if n else "")) for n in count())
        target = next(path for path in names if not self.system.exists(path))
        self.system.makedirs(target.rpartition("/")[0], exist_ok=True)
        self.system.mv(self._path(name), target)
        return target

    def put(self, name: str, content: bytes) -> None:
        """Write a small file."""
        path = self._path(name)
        self.system.makedirs(path.rpartition("/")[0], exist_ok=True)
        self.system.pipe_file(path, content)

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}"


Output = LocalOutput | RemoteOutput


def open_output(address: str | Path) -> Output:
    """Return the place behind an address: a path, file://, or what fsspec or pyarrow.fs knows."""
    text = str(address)
    if isinstance(address, Path) or "://" not in text:
        return LocalOutput(Path(text))
    if text.startswith("file://"):
        return LocalOutput(Path(text.removeprefix("file://")))
    with _reached(text):
        system, root = _remote(text)
    return RemoteOutput(system, root.rstrip("/"), text)


@contextlib.contextmanager
def _reached(address: str) -> Iterator[None]:
    """Turn what a driver says of a store that it cannot reach into a StorageError."""
    try:
        yield
    except (FileNotFoundError, UnknownPlace):
        raise
    except Exception as error:  # drivers have errors of their own: no key, no such bucket, no bucket's name
        advice = f"Check the address, the network and the credentials. ({_first_line(error)})"
        raise durable.StorageError("The store of the dataset does not answer", address, advice) from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _remote(address: str) -> tuple[Any, str]:
    # Imported here: only remote datasets pay for it.
    import fsspec
    from fsspec.implementations.arrow import ArrowFSWrapper
    from pyarrow import ArrowException, fs

    with contextlib.suppress(ValueError, ImportError):  # unknown to fsspec, or its driver is not installed
        system, root = fsspec.core.url_to_fs(address)
        return system, str(root)
    try:
        inner, root = fs.FileSystem.from_uri(address)
    except (ArrowException, ValueError) as error:
        message = f"Neither fsspec nor pyarrow.fs can open {address}: {error}"
        raise UnknownPlace(
            f"{message}. Install the driver that fsspec names for it, or use a folder."
        ) from None
    return ArrowFSWrapper(inner), str(root)

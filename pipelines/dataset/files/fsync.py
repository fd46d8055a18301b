"""What reaches the disk, and in which order: the few calls to the operating system that the commit makes.

Every function here is one step of the commit protocol, so that tests can kill the process around each, and
replay a run with unsynced writes dropped. Errors of the disk leave as `StorageError`.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import BinaryIO

from columnist.pipelines.dataset.files.storage_errors import StorageError, disk_errors

_READ_BYTES = 1 << 20  # one read call; larger blocks were no faster


# A file system without hard links (FAT, some network and container mounts) answers with one of these.
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


@contextlib.contextmanager
def create(path: Path) -> Iterator[BinaryIO]:
    """Open a new file for writing; take it away again if writing fails. Not yet durable: see sync_file."""
    with disk_errors(path), path.open("xb") as file:
        try:
            yield file
            file.flush()
        except BaseException:
            _unlink(path)
            raise


def open_log(path: Path) -> int:
    """Make a new file that grows, locked for as long as it is open; its name is not yet durable: see sync_folder."""
    refuse_link(path)
    with disk_errors(path):
        _make(path)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW)
        fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def is_locked(path: Path) -> bool:
    """Say whether a living process has this file from `open_log`."""
    with disk_errors(path):
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
    return False


def append(handle: int, path: Path, content: bytes, end: int) -> None:
    """Write at the file's end, which is known; take what was written back where it is not all. Not yet durable."""
    with disk_errors(path):
        try:
            _append(path, handle, content)
        except OSError:
            _truncate(path, end)
            raise


def overwrite_at(path: Path, start: int, content: bytes) -> None:
    """Put other bytes in the place of as many. Not yet durable."""
    with disk_errors(path):
        _write_at(path, start, content)


def cut(path: Path, size: int) -> None:
    """Shorten a file, durably."""
    with disk_errors(path):
        _truncate(path, size)
    sync_file(path)


def sync_file(path: Path) -> None:
    """Return once the file's bytes are on the disk."""
    with disk_errors(path):
        _sync(path, os.O_RDONLY)


def sync_folder(path: Path) -> None:
    """Return once the folder's names are on the disk."""
    with disk_errors(path):
        try:
            _sync(path, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            if error.errno != errno.EINVAL:  # some network file systems sync names by themselves, and say so
                raise


def make_folder(path: Path) -> None:
    """Make the folder and its missing parents, each name durable in its parent."""
    if path.is_dir():
        return
    make_folder(path.parent)
    with disk_errors(path):
        try:
            _mkdir(path)
        except FileExistsError as error:
            raise NotADirectoryError(errno.ENOTDIR, "is no folder", str(path)) from error
        except (
            FileNotFoundError
        ) as error:  # its parent is there: a file system such as /proc, made by the kernel
            raise StorageError("No folder can be made here", str(path), "Choose another --data.") from error
    sync_folder(path.parent)


def publish(staged: Path, final: Path) -> None:
    """Give the staged file its final name; raise FileExistsError rather than overwrite."""
    with disk_errors(final):
        try:
            _link(staged, final)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            # Safe too: the name carries the run's id and was made for this file alone.
            if final.exists():
                raise FileExistsError(errno.EEXIST, "exists", str(final)) from error
            _rename(staged, final)


def overwrite(staged: Path, final: Path) -> None:
    """Give a staged, synced file the name of an older one, in whose place it is from then on."""
    with disk_errors(final):
        _rename(staged, final)
    sync_folder(final.parent)


def open_own(path: Path, flags: int) -> int:
    """Open a file that only Columnist writes, or make it; a link in its place is refused, wherever it leads."""
    with disk_errors(path):
        return os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)


def refuse_link(path: Path) -> None:
    """Raise StorageError where a link lies in the place of a file that only Columnist writes."""
    with disk_errors(path):
        if path.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))


def remove(path: Path) -> None:
    """Remove the file if it is there."""
    with disk_errors(path):
        _unlink(path)


def replace_file(path: Path, content: bytes) -> None:
    """Write a small file in one step: a reader sees the old content or the new, also after power loss."""
    make_folder(path.parent)
    staged = path.with_name(f".{path.name}.new")
    remove(staged)
    with create(staged) as file:
        file.write(content)
    sync_file(staged)
    with disk_errors(path):
        _rename(staged, path)
    sync_folder(path.parent)


def move_aside(path: Path, folder: Path) -> Path:
    """Move a file into the folder under a free name; nothing is deleted."""
    make_folder(folder)
    names = (folder / (f"{path.name}.{n}" if n else path.name) for n in count())
    target = next(name for name in names if not name.exists())
    with disk_errors(target):
        _rename(path, target)
    sync_folder(folder)
    sync_folder(path.parent)
    return target


def sha256_of(file: BinaryIO, copy: BinaryIO | None = None) -> str:
    """Return the SHA-256 of what is left to read, as hex; write it to the copy on the way."""
    digest = hashlib.sha256()
    while block := file.read(_READ_BYTES):
        digest.update(block)
        if copy is not None:
            copy.write(block)
    return digest.hexdigest()


# What changes the disk, each in one place: tests record these calls and replay them with unsynced ones dropped.


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _mkdir(path: Path) -> None:
    path.mkdir(exist_ok=True)


def _make(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666))


def _append(path: Path, handle: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]


def _write_at(path: Path, start: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(content)


def _truncate(path: Path, size: int) -> None:
    os.truncate(path, size)


def _link(source: Path, target: Path) -> None:
    os.link(source, target)


def _rename(source: Path, target: Path) -> None:
    source.replace(target)


def _unlink(path: Path) -> None:
    path.unlink(missing_ok=True)

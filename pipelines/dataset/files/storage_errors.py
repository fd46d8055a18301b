"""What the disk and the state database refuse, in words that say what to do."""

import contextlib
import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path


class StorageError(Exception):
    """The disk or the state database refused; nothing that was committed is lost."""

    def __init__(self, what: str, where: str, advice: str) -> None:
        super().__init__(what, where, advice)
        self.what, self.where, self.advice = what, where, advice

    def __str__(self) -> str:
        return f"{self.what}: {self.where}. {self.advice}"


_RERUN = "Then run the same command again: it goes on where it stopped."
_DISK = {
    errno.ENOSPC: ("The disk is full", f"Free some space. {_RERUN}"),
    errno.EDQUOT: ("The disk quota is used up", f"Free some space or raise the quota. {_RERUN}"),
    errno.EFBIG: ("A file passed the size limit of this process (ulimit -f)", f"Raise the limit. {_RERUN}"),
    errno.EIO: ("The disk reports an input/output error", f"Check the disk and its cables. {_RERUN}"),
    errno.EMFILE: ("Too many open files", f"Raise the limit (ulimit -n). {_RERUN}"),
    errno.ENFILE: ("Too many open files on this machine", f"Raise fs.file-max. {_RERUN}"),
    errno.EROFS: ("The file system is read-only", f"Mount it writable or choose another --data. {_RERUN}"),
    errno.EACCES: ("No permission to read or write", f"Change the owner or the mode of the folder. {_RERUN}"),
    errno.EPERM: ("No permission to read or write", f"Change the owner or the mode of the folder. {_RERUN}"),
    errno.EXDEV: ("Staging folder and dataset lie on two file systems", "Publishing needs both on one."),
    errno.ELOOP: (
        "A link lies where a file of ours is to be",
        "Remove it; --state DIR names another folder.",
    ),
    errno.EISDIR: ("A folder lies where a file is needed", "Move it away, then run the same command again."),
    errno.ENOTDIR: ("A file lies where a folder is needed", "Move it away or choose another --data."),
}
REBUILD = "Run `columnist verify --repair` with the same --data and --state: it is made anew from the files."

# By the names that SQLite gives its errors; a longer name (SQLITE_IOERR_WRITE) counts as its stem.
_STATE = (
    ("SQLITE_FULL", "The disk is full", f"Free some space. {_RERUN}"),
    ("SQLITE_BUSY", "The state database is locked by another program", f"Close it. {_RERUN}"),
    ("SQLITE_LOCKED", "The state database is locked by another program", f"Close it. {_RERUN}"),
    ("SQLITE_IOERR", "The disk reports an input/output error", f"Check space and disk. {_RERUN}"),
    ("SQLITE_CANTOPEN", "The state database cannot be opened", "Check its folder, mode and ulimit -n."),
    ("SQLITE_READONLY", "The state database is read-only", "Change the owner or the mode of the file."),
    ("SQLITE_CORRUPT", "The state database is damaged", REBUILD),
    ("SQLITE_NOTADB", "This file is no state database", REBUILD),
)


@contextlib.contextmanager
def disk_errors(where: Path | str) -> Iterator[None]:
    """Turn what the operating system says of a full or failing disk into a StorageError."""
    try:
        yield
    except OSError as error:
        if error.errno not in _DISK:
            raise
        what, advice = _DISK[error.errno]
        raise StorageError(what, str(where), advice) from error


@contextlib.contextmanager
def state_errors(where: Path | str) -> Iterator[None]:
    """Turn what SQLite says of a full disk, a lock or damage into a StorageError."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        for stem, what, advice in _STATE:
            if name.startswith(stem):
                raise StorageError(what, str(where), advice) from error
        raise

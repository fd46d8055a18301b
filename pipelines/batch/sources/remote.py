"""Files elsewhere: any address that fsspec knows, read as a stream from its beginning, and asked again where it drops."""

import glob
import re
import time
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

from columnist.pipelines.batch.sources.rows import BadSource
from columnist.pipelines.records.redact import loggable_url

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*(?:::[a-z][a-z0-9+.-]*)*://", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.(?:warc|wet)(?:\.gz|\.zst)?$", re.IGNORECASE)
_LIST = re.compile(r"\.paths(?:\.gz)?$", re.IGNORECASE)  # as Common Crawl calls its lists of archives
_PAUSES = (0.5, 2.0, 8.0)  # seconds before a read is tried again: an archive of 1 GB is some 200 requests
_SILENCE = 60  # seconds without a byte; aiohttp's own limit of five minutes is for the whole file
_SETTLED = (FileNotFoundError, PermissionError, IsADirectoryError)  # asking again changes nothing


def is_remote(name: str) -> bool:
    """Say whether a name is an address of fsspec's, not a path."""
    return bool(_ADDRESS.match(name))


def is_archive(name: str) -> bool:
    """Say whether a path or address is an archive's, by its name."""
    return bool(_ARCHIVE.search(_path(name)))


def is_archive_list(name: str) -> bool:
    """Say whether a path or address is that of a list of archives, by its name."""
    return bool(_LIST.search(_path(name)))


def file_name(address: str) -> str:
    """Return the last part of an address."""
    return PurePosixPath(_path(address)).name


def archives_at(address: str) -> list[str]:
    """Return the addresses of the archives that a glob, a folder or an archive's own address means.

    Raises BadSource where there is none; one that is named itself is looked for when it is read.
    """
    system, path = _system(address)
    if address.lower().startswith(("http://", "https://")):
        return [address]
    try:
        if glob.has_magic(path):
            found = sorted(p for p in system.glob(path) if is_archive(p))
        elif is_archive(path):
            return [address]
        else:
            found = sorted(p for p in system.find(path) if is_archive(p))
    except Exception as error:
        raise BadSource(f"{loggable_url(address)}: {_words(error)}; {_ADVICE}") from error
    if not found:
        raise BadSource(
            f"{loggable_url(address)}: no archive there (.warc, .warc.gz, .warc.zst); check the address"
        )
    return [str(system.unstrip_protocol(p)) for p in found]


def check_driver(address: str) -> None:
    """Raise BadSource where nothing installed can open such an address."""
    _system(address)


def read_whole(address: str, most: int) -> bytes:
    """Return a small file; raise BadSource where it cannot be had."""
    try:
        file = open_remote(address)
        try:
            return file.read(most)
        finally:
            file.close()
    except Exception as error:
        raise BadSource(f"{loggable_url(address)}: {_words(error)}; {_ADVICE}") from error


def open_remote(address: str) -> BinaryIO:
    """Open a file elsewhere; raise what its driver raises where it cannot be opened."""
    return cast(BinaryIO, _Patient(address))


_ADVICE = "check the address, the network and the credentials"


class _Patient:
    """A file elsewhere, opened again at its place where reading fails."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._at = 0
        self._file: Any = None
        self._try(lambda: None)

    @property
    def size(self) -> int | None:
        return getattr(self._file, "size", None)

    def read(self, size: int) -> bytes:
        found: bytes = self._try(lambda: self._file.read(size))
        self._at += len(found)
        return found

    def close(self) -> None:
        with suppress(Exception):
            if self._file is not None:
                self._file.close()
        self._file = None

    def _try(self, action: Any) -> Any:
        for pause in (*_PAUSES, None):
            try:
                if self._file is None:
                    self._open()
                return action()
            except Exception as error:
                self.close()
                if pause is None or isinstance(error, (*_SETTLED, BadSource)):
                    raise
                time.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _open(self) -> None:
        system, path = _system(self._address)
        self._file = system.open(path, "rb")
        if self._at:
            self._file.seek(self._at)  # what cannot seek says so, and the reading ends here


def _system(address: str) -> tuple[Any, str]:
    import fsspec  # only what lies elsewhere pays for it

    options: dict[str, Any] = {}
    try:
        if address.lower().startswith(("http://", "https://")):
            from aiohttp import ClientTimeout

            options["client_kwargs"] = {
                "timeout": ClientTimeout(total=None, sock_connect=30, sock_read=_SILENCE)
            }
        system, path = fsspec.core.url_to_fs(address, **options)
    except (ImportError, ValueError) as error:
        raise BadSource(
            f"{loggable_url(address)}: {_words(error)}; install the driver that it names"
        ) from error
    return system, str(path)


def _path(name: str) -> str:
    if not is_remote(name):
        return name
    try:
        return urlsplit(name).path or name
    except ValueError:
        return name


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"[:300]

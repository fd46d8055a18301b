"""A dataset behind an address of fsspec or pyarrow.fs."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.storage_errors import StorageError
from columnist.pipelines.dataset.files.stored import QUARANTINE, StoredFile, UnknownPlace

# Drivers whose `put_file(mode="create")` is one conditional request; of the others it looks first, then writes.
_CONDITIONAL = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az"})
# What drivers raise for a store out of reach; by name, for they are installed only where they are used.
STORE_ERRORS = (
    "builtins.OSError",
    "botocore.exceptions.BotoCoreError",
    "aiohttp.client_exceptions.ClientError",
    "azure.core.exceptions.AzureError",
    "google.auth.exceptions.GoogleAuthError",
)
# As drivers name them, the surest first.
_MARKS = ("ETag", "etag", "md5Hash", "mtime", "LastModified", "created")
_REQUESTS_AT_ONCE = 16  # to a store: a day of hourly files is gone after two rounds


@dataclass(frozen=True, slots=True)
class RemoteOutput:
    """A folder of an fsspec file system: put under its name if there is none, and read back.

    Object stores show an object only once it is whole, and S3, Google and Azure put it on condition that nobody was
    first. Elsewhere a file is uploaded beside the dataset and moved: the name carries 48 random bits of the run.
    """

    system: Any  # fsspec.AbstractFileSystem; fsspec ships no types
    root: str
    address: str

    def staging(self, home: Path) -> Path:
        """Return where parts are written before they are uploaded: beside the state."""
        return home / "tmp"

    def publish(self, staged: Path, name: str) -> None:
        """Upload a staged file under its name; raise FileExistsError rather than overwrite."""
        with reached(self.address):
            self._publish(staged, name)

    def _publish(self, staged: Path, name: str) -> None:
        final = self._path(name)
        if _puts_on_condition(self.system):
            with contextlib.suppress(FileExistsError):  # perhaps by a try of ours whose answer got lost
                self.system.put_file(str(staged), final, mode="create")
            if not self._holds(final, staged):
                raise FileExistsError(final)
            return
        upload = self._path(self.upload_of(name))
        if self.system.exists(final):
            raise FileExistsError(final)
        for path in (upload, final):
            self.system.makedirs(path.rpartition("/")[0], exist_ok=True)
        self.system.put_file(str(staged), upload)
        if not self._holds(upload, staged):
            raise StorageError("The upload differs from the file", upload, "Run again.")
        self.system.mv(upload, final)

    def move(self, name: str, to: str) -> None:
        """Give a file another name that is free."""
        with reached(self.address):
            self._in_folder(self._path(to), lambda: self.system.mv(self._path(name), self._path(to)))

    def replace(self, staged: Path, name: str) -> None:
        """Put a staged file in the place of an older one: an upload is seen once it is whole."""
        final = self._path(name)
        with reached(self.address):
            self.system.put_file(str(staged), final)
            same = self._holds(final, staged)
        if not same:
            raise StorageError("The upload differs from the file", final, "Run again.")
        durable.remove(staged)

    def _holds(self, path: str, staged: Path) -> bool:
        with staged.open("rb") as here, self.system.open(path, "rb") as there:
            return durable.sha256_of(here) == durable.sha256_of(there)

    def settle(self, name: str) -> None:
        """Nothing to do: a stored object stays stored."""

    def open(self, name: str) -> BinaryIO:
        """Open a file of the dataset for reading."""
        with reached(self.address):
            return cast(BinaryIO, self.system.open(self._path(name), "rb"))

    def find(self, name: str) -> StoredFile | None:
        """Return the file's facts, or None where there is no such file."""
        self.system.invalidate_cache()
        try:
            with reached(self.address):
                facts = self.system.info(self._path(name))
            return StoredFile(name, int(facts["size"]), content_mark(facts))
        except FileNotFoundError:
            return None

    def files(self, folder: str) -> Iterator[StoredFile]:
        """Yield every file below a folder; raise StorageError where the store does not answer."""
        self.system.invalidate_cache()
        try:
            with reached(self.address):
                self.system.ls(self._path(folder))  # `find` takes a store out of reach for an empty one
                found = self.system.find(self._path(folder), detail=True)
                prefix = self._prefix(found)
        except FileNotFoundError:
            return
        for path, facts in sorted(found.items()):
            yield StoredFile(path[len(prefix) :].lstrip("/"), int(facts["size"]), content_mark(facts))

    def _prefix(self, found: Iterable[str]) -> str:
        """Return how a listing spells the root."""
        spelled: str = self.system._strip_protocol(self.root).rstrip(
            "/"
        )  # no `info`: it asks for an object of that name
        if all(path.startswith(f"{spelled}/") for path in found):
            return spelled
        return str(self.system.info(self.root)["name"]).rstrip("/")

    def remove(self, name: str) -> None:
        """Take a file away for good."""
        with contextlib.suppress(FileNotFoundError), reached(self.address):
            self.system.rm_file(self._path(name))

    def merge(self, staged: Path, name: str, sources: Iterable[str]) -> None:
        """Publish a file and take away those that it was made of: until the last is gone readers meet both.

        What takes long, to upload and to read back, is done beside the dataset; the store itself copies it there.
        """
        upload, final = self._path(self.upload_of(name)), self._path(name)
        with reached(self.address):
            self._in_folder(upload, lambda: self.system.put_file(str(staged), upload))
            if not self._holds(upload, staged):
                raise StorageError("The upload differs from the file", upload, "Run again.")
            self._in_folder(final, lambda: self.system.cp_file(upload, final))
        found = self.find(name)
        if found is None or found.size != staged.stat().st_size:
            raise StorageError("The copy differs from the upload", name, "Run again.")
        self.remove_all((*sources, self.upload_of(name)))

    def upload_of(self, name: str) -> str:
        """Return where a file is uploaded before it has its name."""
        return f"tmp/{PurePosixPath(name).name}.upload"

    def remove_all(self, names: Iterable[str]) -> None:
        """Take files away for good, many at once."""
        with ThreadPoolExecutor(_REQUESTS_AT_ONCE) as pool:
            list(pool.map(self.remove, names))

    def set_aside(self, name: str) -> str:
        """Move a file into the quarantine folder and return where it is now."""
        names = (self._path(f"{QUARANTINE}/{name}" + (f".{n}" if n else "")) for n in count())
        with reached(self.address):
            target = next(path for path in names if not self.system.exists(path))
            self._in_folder(target, lambda: self.system.mv(self._path(name), target))
        return target

    def put(self, name: str, content: bytes) -> None:
        """Write a small file."""
        path = self._path(name)
        with reached(self.address):
            self._in_folder(path, lambda: self.system.pipe_file(path, content))

    def _in_folder(self, path: str, act: Callable[[], object]) -> None:
        """Put something under a path; make its folder where there must be one and is none.

        Not ahead of need: object stores have no folders, and their drivers want the right to make buckets for it.
        """
        try:
            act()
        except FileNotFoundError:
            self.system.makedirs(path.rpartition("/")[0], exist_ok=True)
            act()

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}"


def _puts_on_condition(system: Any) -> bool:
    protocols = (system.protocol,) if isinstance(system.protocol, str) else system.protocol
    return not _CONDITIONAL.isdisjoint(protocols)


def content_mark(facts: Mapping[str, Any]) -> str | None:
    """Return a store's word for an object's very content, by its driver's facts; None where it has none."""
    return next((str(facts[key]) for key in _MARKS if facts.get(key) is not None), None)


@contextlib.contextmanager
def reached(address: str) -> Iterator[None]:
    """Turn what a driver says of a store that it cannot reach into a StorageError."""
    try:
        yield
    except (FileNotFoundError, FileExistsError, UnknownPlace):
        raise
    except Exception as error:
        kinds = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__}
        if kinds.isdisjoint(STORE_ERRORS):
            raise
        advice = f"Check the address, the network and the credentials. ({_first_line(error)})"
        raise StorageError("The store of the dataset does not answer", address, advice) from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]

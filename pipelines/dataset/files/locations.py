"""Where the dataset lies: a local folder, or any address that fsspec or pyarrow.fs knows.

Both kinds give a file its final name without overwriting, and keep articles/, rejects/ and runs/ side by side.
"""

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

from columnist.pipelines.dataset.files import fsync as durable

QUARANTINE = "quarantine"
TABLES = ("articles", "rejects")  # the folders that readers are pointed at
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
_ARROWS = (
    "s3",
    "gs",
    "gcs",
)  # whose addresses may carry options and keys for pyarrow.fs, which fsspec's drivers misread
_MARKS = (
    "ETag",
    "etag",
    "md5Hash",
    "mtime",
    "LastModified",
    "created",
)  # as drivers name them, the surest first

_REQUESTS_AT_ONCE = 16  # to a store: a day of hourly files is gone after two rounds
_GOOGLE_RETRIES = "retry_limit_seconds=20"  # a store that was away for longer is the next run's
_OUR_NAME = re.compile(r"\d{8}T\d{9}Z-[0-9a-f]+-\d+-\d+\.parquet")  # see runs.new_run_id and parts.allocate


class UnknownPlace(ValueError):  # noqa: N818  the user's word for it
    """An address of a dataset that nothing here can open."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the dataset as it lies there."""

    name: str
    size: int
    # Nanoseconds; of a store, its word for this very content (an ETag), or None where it has none.
    modified: int | str | None


@dataclass(frozen=True, slots=True)
class LocalOutput:
    """A folder of this machine: names are linked, and file and folder are fsynced."""

    root: Path

    def staging(self, home: Path) -> Path:
        """Return where parts are written before they are published: a link needs the dataset's file system."""
        return self.root / "tmp"

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

    def move(self, name: str, to: str) -> None:
        """Give a file another name that is free."""
        durable.make_folder((self.root / to).parent)
        durable.overwrite(self.root / name, self.root / to)
        durable.sync_folder((self.root / name).parent)

    def replace(self, staged: Path, name: str) -> None:
        """Put a staged, synced file in the place of an older one, in one step."""
        durable.overwrite(staged, self.root / name)

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

    def find(self, name: str) -> StoredFile | None:
        """Return the file's facts, or None where there is no such file."""
        try:
            facts = (self.root / name).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return StoredFile(name, facts.st_size, facts.st_mtime_ns)

    def files(self, folder: str) -> Iterator[StoredFile]:
        """Yield every file below a folder, hidden and foreign ones too, as readers of the folder meet them."""
        with durable.disk_errors(self.root / folder):
            paths = sorted(_walk(self.root / folder, set()))
        for path in paths:
            try:
                facts = path.stat()
            except OSError:  # a link that leads nowhere
                facts = path.lstat()
            yield StoredFile(path.relative_to(self.root).as_posix(), facts.st_size, facts.st_mtime_ns)

    def remove(self, name: str) -> None:
        """Take a file away for good, durably."""
        durable.remove(self.root / name)
        durable.sync_folder((self.root / name).parent)

    def merge(self, staged: Path, name: str, sources: Iterable[str]) -> None:
        """Publish a file and take away those of its folder that it was made of: for that moment readers meet both."""
        final = self.root / name
        durable.publish(staged, final)
        durable.sync_folder(final.parent)  # the one must stay before the others may go
        self.remove_all(sources)

    def remove_all(self, names: Iterable[str]) -> None:
        """Take files away for good, one right after the other, then durably."""
        paths = [self.root / name for name in names]
        for path in paths:
            durable.remove(path)
        for folder in dict.fromkeys(path.parent for path in paths):
            durable.sync_folder(folder)

    def set_aside(self, name: str) -> str:
        """Move a file into the quarantine folder and return where it is now."""
        return str(durable.move_aside(self.root / name, self.root / QUARANTINE / Path(name).parent))

    def put(self, name: str, content: bytes) -> None:
        """Write a small file, replacing an older one in one step."""
        durable.replace_file(self.root / name, content)


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
        with _reached(self.address):
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
            raise durable.StorageError("The upload differs from the file", upload, "Run again.")
        self.system.mv(upload, final)

    def move(self, name: str, to: str) -> None:
        """Give a file another name that is free."""
        with _reached(self.address):
            self._in_folder(self._path(to), lambda: self.system.mv(self._path(name), self._path(to)))

    def replace(self, staged: Path, name: str) -> None:
        """Put a staged file in the place of an older one: an upload is seen once it is whole."""
        final = self._path(name)
        with _reached(self.address):
            self.system.put_file(str(staged), final)
            same = self._holds(final, staged)
        if not same:
            raise durable.StorageError("The upload differs from the file", final, "Run again.")
        durable.remove(staged)

    def _holds(self, path: str, staged: Path) -> bool:
        with staged.open("rb") as here, self.system.open(path, "rb") as there:
            return durable.sha256_of(here) == durable.sha256_of(there)

    def settle(self, name: str) -> None:
        """Nothing to do: a stored object stays stored."""

    def open(self, name: str) -> BinaryIO:
        """Open a file of the dataset for reading."""
        with _reached(self.address):
            return cast(BinaryIO, self.system.open(self._path(name), "rb"))

    def find(self, name: str) -> StoredFile | None:
        """Return the file's facts, or None where there is no such file."""
        self.system.invalidate_cache()
        try:
            with _reached(self.address):
                facts = self.system.info(self._path(name))
            return StoredFile(name, int(facts["size"]), content_mark(facts))
        except FileNotFoundError:
            return None

    def files(self, folder: str) -> Iterator[StoredFile]:
        """Yield every file below a folder; raise StorageError where the store does not answer."""
        self.system.invalidate_cache()
        try:
            with _reached(self.address):
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
        with contextlib.suppress(FileNotFoundError), _reached(self.address):
            self.system.rm_file(self._path(name))

    def merge(self, staged: Path, name: str, sources: Iterable[str]) -> None:
        """Publish a file and take away those that it was made of: until the last is gone readers meet both.

        What takes long, to upload and to read back, is done beside the dataset; the store itself copies it there.
        """
        upload, final = self._path(self.upload_of(name)), self._path(name)
        with _reached(self.address):
            self._in_folder(upload, lambda: self.system.put_file(str(staged), upload))
            if not self._holds(upload, staged):
                raise durable.StorageError("The upload differs from the file", upload, "Run again.")
            self._in_folder(final, lambda: self.system.cp_file(upload, final))
        found = self.find(name)
        if found is None or found.size != staged.stat().st_size:
            raise durable.StorageError("The copy differs from the upload", name, "Run again.")
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
        with _reached(self.address):
            target = next(path for path in names if not self.system.exists(path))
            self._in_folder(target, lambda: self.system.mv(self._path(name), target))
        return target

    def put(self, name: str, content: bytes) -> None:
        """Write a small file."""
        path = self._path(name)
        with _reached(self.address):
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


Output = LocalOutput | RemoteOutput


def is_table(name: str) -> bool:
    """Say whether readers take a file below articles/ for a table: marks and hidden files of other engines are none."""
    below = PurePosixPath(name).parts[1:]
    return name.endswith(".parquet") and not any(part.startswith(("_", ".")) for part in below)


def files_there(output: Output) -> dict[str, StoredFile]:
    """Return every table that readers of the dataset meet, in one listing; other files are left alone."""
    return {found.name: found for kind in TABLES for found in output.files(kind) if is_table(found.name)}


def is_named_by_a_run(name: str) -> bool:
    """Say whether a run of ours made this name; whatever else lies there is somebody else's."""
    return _OUR_NAME.fullmatch(PurePosixPath(name).name) is not None


def _walk(folder: Path, seen: set[Path]) -> Iterator[Path]:
    """Yield what is no folder below a folder; linked ones are walked too, each once."""
    if not folder.is_dir() or folder.resolve() in seen:
        return
    seen.add(folder.resolve())
    for path in folder.iterdir():
        if path.is_dir():
            yield from _walk(path, seen)
        else:
            yield path


def _puts_on_condition(system: Any) -> bool:
    protocols = (system.protocol,) if isinstance(system.protocol, str) else system.protocol
    return not _CONDITIONAL.isdisjoint(protocols)


def content_mark(facts: Mapping[str, Any]) -> str | None:
    """Return a store's word for an object's very content, by its driver's facts; None where it has none."""
    return next((str(facts[key]) for key in _MARKS if facts.get(key) is not None), None)


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
    except (FileNotFoundError, FileExistsError, UnknownPlace):
        raise
    except Exception as error:
        kinds = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__}
        if kinds.isdisjoint(STORE_ERRORS):
            raise
        advice = f"Check the address, the network and the credentials. ({_first_line(error)})"
        raise durable.StorageError("The store of the dataset does not answer", address, advice) from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _bounded(address: str) -> str:
    """Return the address with a bound on how long Google's client tries: by itself that is 15 minutes for each call."""
    parts = urlsplit(address)
    if parts.scheme not in ("gs", "gcs") or "retry_limit_seconds" in parts.query:
        return address
    return parts._replace(query="&".join(filter(None, (parts.query, _GOOGLE_RETRIES)))).geturl()


def _remote(address: str) -> tuple[Any, str]:
    # Imported here: only remote datasets pay for it.
    import fsspec
    from fsspec.implementations.arrow import ArrowFSWrapper
    from pyarrow import ArrowException, fs

    parts = urlsplit(address)
    if parts.scheme in _ARROWS and (parts.query or "@" in parts.netloc):
        inner, root = fs.FileSystem.from_uri(_bounded(address))
        return ArrowFSWrapper(inner), str(root)
    with contextlib.suppress(ValueError, ImportError):  # unknown to fsspec, or its driver is not installed
        system, root = fsspec.core.url_to_fs(address)
        return system, str(root)
    try:
        inner, root = fs.FileSystem.from_uri(_bounded(address))
    except (ArrowException, ValueError) as error:
        message = f"Neither fsspec nor pyarrow.fs can open {address}: {error}"
        raise UnknownPlace(
            f"{message}. Install the driver that fsspec names for it, or use a folder."
        ) from None
    return ArrowFSWrapper(inner), str(root)

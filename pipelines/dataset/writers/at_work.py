"""Who is at work on a dataset: any number of states side by side, or one process alone, wherever its state lies.

`writers/` in the data folder has a file for each: who it is, with which state, on which sites. In a folder of this
machine the kernel's lock on that file says whether its process lives. On an object store a time in it does, put off
while the process lives: after a kill, who must be alone waits that long.
"""

import contextlib
import fcntl
import json
import logging
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from columnist.pipelines.dataset.files.fsync import make_folder, open_own
from columnist.pipelines.dataset.files.local_output import LocalOutput
from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.files.remote_output import RemoteOutput
from columnist.pipelines.dataset.files.storage_errors import StorageError, disk_errors
from columnist.pipelines.dataset.state.lock import DataLocked, Holder

WRITERS = "writers"
_MUTEX = "lock"  # held for the moment in which a writer looks at the others and enters itself
_LEASE_SECONDS = 600.0  # clocks of two machines differ by seconds; an upload of a file takes minutes at most
_RENEWALS = 5  # of a lease in its time: four in a row may fail
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a process wants with a dataset, as it stands in writers/ while it works."""

    command: str
    alone: bool = False  # nobody else may write meanwhile: forget, verify --repair
    state: str = ""  # the folder of state.db, for who is refused
    state_id: str = ""
    sites: tuple[str, ...] = ()  # crawled; two states never crawl one site at once
    compacts: bool = False  # beside any writer, but not beside another that does
    folder: str = ""  # written beside the articles, such as clusters/, by one process at a time
    pid: int = 0
    host: str = ""
    started: str = ""
    until: float = 0.0  # seconds since 1970; of a lease


@contextlib.contextmanager
def at_work(output: Output, claim: Claim) -> Iterator[None]:
    """Be entered as a writer of the dataset; raise DataLocked at once where another one stands against it."""
    started = datetime.now(UTC).isoformat(timespec="seconds")
    claim = replace(claim, pid=os.getpid(), host=socket.gethostname(), started=started)
    entered = _file(output, claim) if isinstance(output, LocalOutput) else _lease(output, claim)
    with entered:
        yield


def _refuse_conflict(place: str, mine: Claim, others: Iterator[Claim]) -> None:
    for other in others:
        shared = sorted({*mine.sites} & {*other.sites})
        if mine.alone or other.alone:
            why = "must have it alone" if other.alone else "writes to it"
        elif mine.state_id and mine.state_id == other.state_id:
            why = "writes to it with a copy of this state.db"
        elif mine.compacts and other.compacts:
            why = "compacts it"
        elif mine.folder and mine.folder == other.folder:
            why = f"writes its {mine.folder}/"
        elif shared:
            why = f"crawls {', '.join(shared[:3])}{' and more' if shared[3:] else ''} into it"
        else:
            continue
        state = f" with --state {other.state}" if other.state else ""
        raise DataLocked(place, Holder(other.pid, other.command, other.started), f"{why}{state}")


def states_at_work(output: Output) -> frozenset[str]:
    """Return the ids of the states that are at work on a dataset."""
    if not isinstance(output, LocalOutput):
        return frozenset(claim.state_id for _, claim in _claims(output) if not _is_over(claim)) - {""}
    folder = output.root / WRITERS
    if not folder.is_dir():
        return frozenset()
    with _locked(folder / _MUTEX), disk_errors(folder):
        return frozenset(claim.state_id for claim in _living(folder)) - {""}


@contextlib.contextmanager
def _file(output: LocalOutput, claim: Claim) -> Iterator[None]:
    folder = output.root / WRITERS
    make_folder(folder)
    path = folder / f"{secrets.token_hex(8)}.json"
    with _locked(folder / _MUTEX), disk_errors(folder):
        _refuse_conflict(output.address, claim, _living(folder))
        handle = open_own(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        fcntl.flock(handle, fcntl.LOCK_EX)
        os.pwrite(handle, _to_bytes(claim), 0)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the mutex, and take it away again: the folder is empty when nobody writes."""
    while True:
        handle = open_own(path, os.O_RDWR | os.O_CREAT)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:
            break
        os.close(handle)  # whoever held it before has taken it away
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def _living(folder: Path) -> Iterator[Claim]:
    """Yield the claims whose process lives, and clear away the others. Call with the mutex."""
    for path in sorted(folder.glob("*.json")):
        try:
            handle = open_own(path, os.O_RDONLY)  # perhaps another user's
        except FileNotFoundError:  # its process has just ended
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            yield _from_bytes(path.read_bytes())
        else:
            path.unlink(missing_ok=True)
        finally:
            os.close(handle)


@contextlib.contextmanager
def _lease(output: RemoteOutput, claim: Claim) -> Iterator[None]:
    """Enter, then look: of two that come at once, each sees the other, and none goes on unseen."""
    name, ended = f"{WRITERS}/{secrets.token_hex(8)}.json", threading.Event()
    output.put(name, _to_bytes(_prolonged(claim)))
    try:
        _refuse_conflict(output.address, claim, _leased(output, claim, name))
        renewing = threading.Thread(target=_renew, args=(output, claim, name, ended), daemon=True)
        renewing.start()
        yield
        ended.set()
        renewing.join()
    finally:
        ended.set()
        output.remove(name)


def _renew(output: RemoteOutput, claim: Claim, name: str, ended: threading.Event) -> None:
    while not ended.wait(_LEASE_SECONDS / _RENEWALS):
        try:
            output.put(name, _to_bytes(_prolonged(claim)))
        except (OSError, StorageError) as error:  # the run itself will meet the store's trouble, and say so
            _log.warning("%s/%s was not renewed: %s", output.address, name, error)


def _leased(output: RemoteOutput, mine: Claim, name: str) -> Iterator[Claim]:
    """Yield the claims of others whose time is not up, and clear away those that are over."""
    for found, other in _claims(output):
        # Who holds this machine's lock on a state knows that the run before it is over.
        ours = mine.state != "" and (mine.host, mine.state) == (other.host, other.state)
        if found == name:
            continue
        if ours or _is_over(other):
            output.remove(found)
        else:
            yield other


def _claims(output: RemoteOutput) -> Iterator[tuple[str, Claim]]:
    for found in list(output.files(WRITERS)):
        with (
            contextlib.suppress(FileNotFoundError),
            output.open(found.name) as file,
        ):  # it may just have ended
            yield found.name, _from_bytes(file.read())


def _is_over(claim: Claim) -> bool:
    return claim.until < datetime.now(UTC).timestamp()


def _prolonged(claim: Claim) -> Claim:
    return replace(claim, until=datetime.now(UTC).timestamp() + _LEASE_SECONDS)


def _to_bytes(claim: Claim) -> bytes:
    return json.dumps(asdict(claim)).encode()


def _from_bytes(content: bytes) -> Claim:
    """Read a claim; of one that another version wrote, what this one knows."""
    try:
        found = json.loads(content)
        known = {key: found[key] for key in Claim.__dataclass_fields__ if key in found}
        return Claim(**{"command": "another process", **known, "sites": tuple(known.get("sites", ()))})
    except (ValueError, TypeError):
        return Claim("another process", alone=True, until=float("inf"))

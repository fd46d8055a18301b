"""A unit of work: one input file, known again by its address, and told from an older state of itself by its identity."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from columnist.pipelines.batch.sources.files import Piece, address_of
from columnist.pipelines.batch.sources.rows import Reading
from columnist.pipelines.dataset.files.parquet_format import versions_in_use
from columnist.pipelines.records.article import SCHEMA_VERSION
from columnist.pipelines.records.options import CleanOptions, SandboxOptions

# Of the sandbox, what decides on a page's outcome; how many workers there are does not.
_LIMITS = ("page_seconds", "page_memory_mb", "page_megabytes")


@dataclass(frozen=True, slots=True)
class Job:
    """What all units of a run have in common; it goes to wherever one is cleaned."""

    run_id: str
    now: datetime  # for pages without a time of their own: the same whoever cleans them, and when
    clean: CleanOptions = CleanOptions()
    sandbox: SandboxOptions = SandboxOptions()
    url: str | None = None  # the address of the only page
    versions: tuple[tuple[str, str], ...] = field(default_factory=versions_in_use)

    def reading(
        self, tell: Callable[[str], None], count: Callable[[Mapping[str, int]], None] = lambda _: None
    ) -> Reading:
        """Return how a unit is read; `tell` hears of one that breaks off, `count` of records without a page."""
        return Reading(self.run_id, self.now, self.url, tell, count)


@dataclass(frozen=True, slots=True)
class Unit:
    """One input file."""

    piece: Piece
    key: bytes  # of its address
    identity: bytes | None  # of its content, the options and the versions; None: it cannot be told


@dataclass(frozen=True, slots=True)
class Ended:
    """Follows the last row of a unit."""

    unit: Unit
    told: tuple[
        str, ...
    ] = ()  # what was wrong with it, for the user: such a unit is cleaned again by the next run
    same: bool = True  # whether the file is still what it was at the beginning
    failed: bool = False  # whether it was not cleaned at all
    passed: tuple[tuple[str, int], ...] = ()  # records without a page, by what they are

    @property
    def whole(self) -> bool:
        """Say whether the next run may pass it over."""
        return self.same and not self.told and self.unit.identity is not None


def units_of(pieces: Sequence[Piece], job: Job) -> list[Unit]:
    """Return the units of these files."""
    return [Unit(piece, _hash(address_of(piece)), identity_of(piece, job)) for piece in pieces]


def identity_of(piece: Piece, job: Job) -> bytes | None:
    """Return a hash of all that a unit's rows follow from, the file's bytes by their size and time."""
    marks = _marks(piece)
    if marks is None:
        return None
    limits = {name: value for name, value in asdict(job.sandbox).items() if name in _LIMITS}
    told = [marks, piece.kind, job.url, asdict(job.clean), limits, job.versions, SCHEMA_VERSION]
    return _hash(json.dumps(told, sort_keys=True))


def _marks(piece: Piece) -> list[int | str] | None:
    if piece.body is not None:
        return []  # its address is a hash of it
    if piece.address:
        return _remote_marks(piece.address)
    try:
        facts = piece.path.stat()
    except OSError:
        return None
    return [facts.st_size, facts.st_mtime_ns]


def _remote_marks(address: str) -> list[int | str] | None:
    import fsspec  # here: only files elsewhere pay for it

    from columnist.pipelines.dataset.files.remote_output import content_mark

    try:
        system, path = fsspec.core.url_to_fs(address)
        facts = system.info(path)
    except Exception:  # noqa: BLE001  drivers raise what they like; whoever reads the file says what is wrong
        return None
    mark = content_mark(facts)
    return None if mark is None else [int(facts.get("size") or 0), mark]


def _hash(words: str) -> bytes:
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).digest()

"""Which files of a dataset become one: the small ones of a day that a manifest vouches for, up to the size aimed at."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from columnist.pipelines.dataset.files.local_output import LocalOutput
from columnist.pipelines.dataset.files.locations import Output, files_there
from columnist.pipelines.dataset.files.open_file import CannotRead, content_errors
from columnist.pipelines.dataset.files.stored import StoredFile
from columnist.pipelines.dataset.runs.manifests import Manifest, Recorded, parts_of, recorded_parts
from columnist.pipelines.dataset.state.rows import Kind
from columnist.pipelines.records.article import SCHEMA_VERSION

_PLACE = re.compile(r"(articles|rejects)/day=(\d{4}-\d\d-\d\d)/[^/]+")


@dataclass(frozen=True, slots=True)
class Source:
    """A file that is to become a part of another."""

    found: StoredFile
    recorded: Recorded
    kind: Kind
    day: str


@dataclass(frozen=True, slots=True)
class Group:
    """Files of one kind and day that become one."""

    kind: Kind
    day: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a compaction aims at."""

    until: date  # the last day that is looked at
    megabytes: float
    drop_superseded: bool = False


Newest = dict[str, int]  # id -> newest revision, of the articles that have several


def plan(output: Output, manifests: Iterable[Manifest], wanted: Wanted, newest: Newest) -> list[Group]:
    """Return what is to be merged, day by day.

    A file of at least half the size aimed at stays as it is: it was merged before, or was never small. So a file that
    comes late costs the writing of small ones, and a second compaction finds nothing.
    """
    contents = list(manifests)
    recorded, old = recorded_parts(contents), _of_older_schemas(contents)
    sources = [
        Source(found, said, cast(Kind, place[1]), place[2])
        for name, found in sorted(files_there(output).items())
        if (place := _PLACE.fullmatch(name)) and place[2] <= wanted.until.isoformat()
        and (said := recorded.get(name)) and said.rows and not _is_linked(output, name)
    ]  # fmt: skip
    groups: list[Group] = []
    for (kind, day), some in groupby(sources, key=lambda s: (s.kind, s.day)):
        files = list(some)
        anew = {s.found.name for s in files if s.found.name in old or any(superseded_in(output, s, newest))}
        groups += (Group(kind, day, tuple(g)) for g in _grouped(files, anew, wanted.megabytes * 1_000_000))
    return groups


def _grouped(files: Iterable[Source], anew: Collection[str], most: float) -> Iterator[list[Source]]:
    """Yield the small files together, and by themselves the others that must be written anew."""
    group: list[Source] = []
    for file in files:
        if file.found.size >= most / 2:
            if file.found.name in anew:
                yield [file]
            continue
        if group and sum(f.found.size for f in group) + file.found.size > most:
            yield group
            group = []
        group.append(file)
    if len(group) > 1 or any(f.found.name in anew for f in group):
        yield group


def _of_older_schemas(manifests: Iterable[Manifest]) -> set[str]:
    """Return the files of runs that wrote another version of the schema."""
    old: set[str] = set()
    for content in manifests:
        version = content.get("versions")
        names = {*parts_of(content)}
        is_old = isinstance(version, dict) and version.get("schema") != str(SCHEMA_VERSION)
        old = old | names if is_old else old - names
    return old


def _is_linked(output: Output, name: str) -> bool:
    """Say whether a file lies elsewhere, where somebody linked it in: it is not ours to take away."""
    if not isinstance(output, LocalOutput):
        return False
    return (output.root / name).resolve() != output.root.resolve() / name


def newest_revisions(output: Output) -> Newest:
    """Return the newest revision of each article that has several."""
    newest: Newest = {}
    for name in files_there(output):
        if name.startswith("articles/"):
            rows = _versions(output, name, pc.field("revision") > 0)
            for article, revision in zip(rows["id"].to_pylist(), rows["revision"].to_pylist(), strict=True):
                newest[article] = max(revision, newest.get(article, 0))
    return newest


def superseded_in(output: Output, source: Source, newest: Newest) -> list[bool]:
    """Say of each row of a file whether it is superseded; nothing, where no article is known to have two revisions."""
    if not newest or source.kind != "articles":
        return []
    return superseded(_versions(output, source.found.name), newest)


def superseded(rows: pa.Table, newest: Newest) -> list[bool]:
    """Say of each row whether a newer revision of its article is in the dataset."""
    pairs = zip(rows["id"].to_pylist(), rows["revision"].to_pylist(), strict=True)
    return [revision < newest.get(article, 0) for article, revision in pairs]


def _versions(output: Output, name: str, where: Any = None) -> pa.Table:
    """Return id and revision of a file's rows; none, for a table that is not ours or cannot be read."""
    columns = ["id", "revision"]
    try:
        with content_errors(), output.open(name) as file:
            return pq.read_table(pa.PythonFile(file, "r"), columns=columns, filters=where, partitioning=None)
    except (CannotRead, KeyError, FileNotFoundError):
        return pa.table({column: [] for column in columns})

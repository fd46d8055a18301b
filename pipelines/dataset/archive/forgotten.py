"""Forgotten pages leave the archive: a record that says nothing lies in their place, as long as they were.

So every other row's pointer holds. A file is copied, and the copy put in its place in one step.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from columnist.pipelines.dataset.archive.members import Member, filler, whole_members
from columnist.pipelines.dataset.archive.records import warc_date
from columnist.pipelines.dataset.archive.write import FOLDER, SUFFIX, facts
from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.files.storage_errors import disk_errors
from columnist.pipelines.dataset.upkeep.forget.hashes import Forgotten, identity_of

Stretch = tuple[int, int]
_BLOCK = 1 << 20


def stretches_of(file: BinaryIO, forgotten: Forgotten, starts: Container[int] = ()) -> list[Stretch]:
    """Return where forgotten pages lie, by their addresses, their sites, or by the offsets of rows that go."""
    going: list[Stretch] = []
    for page in _pages(file):
        first, *_ = page
        if first.start in starts or forgotten.takes(identity_of(_known(page))):
            going.append((first.start, page[-1].end))
    return going


def _pages(file: BinaryIO) -> Iterator[list[Member]]:
    """Yield the records of each page: those that belong to the first, and lie behind it."""
    page: list[Member] = []
    number: str | None = None
    for member in whole_members(file):
        headers = member.headers()
        if page and headers.get("warc-concurrent-to") == number and member.start == page[-1].end:
            page.append(member)
            continue
        if page:
            yield page
        number = headers.get("warc-record-id", "")
        page = [member] if "warc-target-uri" in headers else []
    if page:
        yield page


def _known(page: Sequence[Member]) -> dict[str, Any]:
    from columnist.pipelines.dataset.archive.read import known_of  # which loads the WARC reader

    asked = next((known_of(one) for one in page if one.headers().get("warc-type") == "metadata"), {})
    return {
        "url": page[0].headers()["warc-target-uri"],
        "requested_url": asked.get("requested_url"),
        "site": asked.get("site"),
    }


def blank_copy(source: BinaryIO, staged: Path, going: Sequence[Stretch]) -> str:
    """Write a file anew with the stretches blanked, durably; return the SHA-256 of what was written."""
    date, at = warc_date(datetime.now(UTC)), 0
    with durable.create(staged) as file:
        for start, end in going:
            _copy(source, file, at, start)
            file.write(filler(end - start, date))
            at = end
        _copy(source, file, at, None)
    durable.sync_file(staged)
    with disk_errors(staged), staged.open("rb") as file:
        return durable.sha256_of(file)


def _copy(source: BinaryIO, file: BinaryIO, start: int, end: int | None) -> None:
    source.seek(start)
    left = end - start if end is not None else None
    while left is None or left > 0:
        block = source.read(_BLOCK if left is None else min(_BLOCK, left))
        if not block:
            return
        file.write(block)
        left = None if left is None else left - len(block)


def note_places(places: dict[str, set[int]], rows: Iterable[Mapping[str, Any]]) -> None:
    """Note where the raw pages of these rows lie."""
    for row in rows:
        if row.get("archive_file"):
            places.setdefault(row["archive_file"], set()).add(row["archive_offset"])


def count_pages(output: Output, forgotten: Forgotten, places: Mapping[str, Container[int]]) -> int:
    """Return how many pages `empty_archive` would blank."""
    pages = 0
    for found in list(output.files(FOLDER)):
        if found.name.endswith(SUFFIX):
            with output.open(found.name) as source:
                pages += len(stretches_of(source, forgotten, places.get(found.name, ())))
    return pages


def empty_archive(
    output: Output,
    staging: Path,
    forgotten: Forgotten,
    places: Mapping[str, Container[int]],
    vouch: Callable[[dict[str, Any]], None],
) -> int:
    """Blank what is forgotten in every file, and the pages at these places; return how many pages that were.

    `vouch` is told what a file is about to be, so that a manifest names it before it lies there.
    """
    pages = 0
    for found in list(output.files(FOLDER)):
        if not found.name.endswith(SUFFIX):
            continue
        with output.open(found.name) as source:
            going = stretches_of(source, forgotten, places.get(found.name, ()))
            if not going:
                continue
            staged = staging / f"{FOLDER}-{PurePosixPath(found.name).name}"
            durable.make_folder(staging)
            durable.remove(staged)
            sha256 = blank_copy(source, staged, going)
        vouch(facts(found.name, staged.stat().st_size, sha256))
        output.replace(staged, found.name)
        pages += len(going)
    return pages

"""What a dead run left of the archive: its torn tail is cut, and its files are put where they belong.

No row points behind what was on the disk when it was staged; what lies there is half a record, or one of no row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from columnist.pipelines.dataset.archive.forgotten import blank_copy, stretches_of
from columnist.pipelines.dataset.archive.members import filler, whole_members
from columnist.pipelines.dataset.archive.records import warc_date
from columnist.pipelines.dataset.archive.write import FOLDER, SUFFIX, facts, root_of, upload
from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.local_output import LocalOutput
from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.files.storage_errors import disk_errors
from columnist.pipelines.dataset.upkeep.forget.hashes import Forgotten

_LEAST = 300  # bytes of a filler, at the least; a gap that is smaller stays


@dataclass(frozen=True, slots=True)
class Mended:
    """A file whose every byte belongs to a whole record."""

    name: str
    size: int
    sha256: str
    cut: int = 0  # bytes taken off its end
    filled: int = 0  # bytes in its middle, in whose place a record lies that says nothing


def recover_archive(
    output: Output, home: Path, dead: list[str], forgotten: Forgotten
) -> dict[str, list[Mended]]:
    """End the files that runs of this state left open; return them by their run. To be done before any other step."""
    root, found = root_of(output, home), dict[str, list[Mended]]()
    for path, name in _left(output, root, dead):
        run = path.name.removesuffix(SUFFIX).rpartition("-")[0]
        mended = mend(path, name)
        if mended is None:
            durable.remove(path)
            continue
        if not isinstance(output, LocalOutput):
            mended = _without_forgotten(path, mended, forgotten)
            upload(output, path, name)
        found.setdefault(run, []).append(mended)
    return found


def _left(output: Output, root: Path, dead: list[str]) -> Iterator[tuple[Path, str]]:
    """Yield what dead runs were writing; beside the state of an object store, all that is there."""
    runs = dead if isinstance(output, LocalOutput) else [""]
    for run in runs:
        for path in sorted((root / FOLDER).glob(f"day=*/{run}*{SUFFIX}")):
            yield path, path.relative_to(root).as_posix()


def mend(path: Path, name: str) -> Mended | None:
    """Cut what follows the last whole record, and fill what lies broken between two; None where there is no record."""
    durable.refuse_link(path)
    with disk_errors(path), path.open("rb") as file:
        gaps, end = [], 0
        for member in whole_members(file):
            if member.start > end:
                gaps.append((end, member.start))
            end = member.end
    if end == 0:
        return None
    gaps = [(start, stop) for start, stop in gaps if stop - start >= _LEAST]
    for start, stop in gaps:
        durable.overwrite_at(path, start, filler(stop - start, warc_date(datetime.now(UTC))))
    size = path.stat().st_size
    if size > end:
        durable.cut(path, end)
    durable.sync_file(path)  # also of a run that was killed between a write and its sync
    durable.sync_folder(path.parent)
    with disk_errors(path), path.open("rb") as file:
        sha256 = durable.sha256_of(file)
    return Mended(name, end, sha256, size - end, sum(stop - start for start, stop in gaps))


def _without_forgotten(path: Path, mended: Mended, forgotten: Forgotten) -> Mended:
    """Blank what was forgotten while the file lay here, out of sight of who forgot it."""
    with path.open("rb") as file:
        going = stretches_of(file, forgotten)
    if not going:
        return mended
    staged = path.with_name(f"{path.name}.new")
    durable.remove(staged)
    with path.open("rb") as file:
        sha256 = blank_copy(file, staged, going)
    durable.overwrite(staged, path)
    return Mended(mended.name, mended.size, sha256, mended.cut, mended.filled)


def told(found: list[Mended]) -> dict[str, Any]:
    """Return what the manifest of a dead run says of its files."""
    return {"archive": [facts(f.name, f.size, f.sha256) for f in found]} if found else {}

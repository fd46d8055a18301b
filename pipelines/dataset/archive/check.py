"""`columnist verify` on the archive: every file as a manifest names it, and nothing but whole records in the others."""

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from columnist.pipelines.dataset.archive.members import whole_members
from columnist.pipelines.dataset.archive.recover import mend
from columnist.pipelines.dataset.archive.write import FOLDER, SUFFIX, facts
from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.local_output import LocalOutput
from columnist.pipelines.dataset.files.locations import Output

Content = Mapping[str, Any]


def wrong_files(
    output: Output, manifests: Iterable[Content | None]
) -> Iterator[tuple[str, Literal["bad-archive", "left-over"], str]]:
    """Yield each file that is not as it was written, with what is wrong; of a run that was killed, what is no record."""
    said, dropped = _said(manifests)
    there = {found.name: found for found in output.files(FOLDER) if found.name.endswith(SUFFIX)}
    for name in sorted({*said} - {*there} - dropped):
        yield name, "bad-archive", "is gone; rows point to it"
    for name in there:
        if _is_open(output, name):
            continue
        with output.open(name) as file:
            if said.get(name) and durable.sha256_of(file) in said[name]:
                continue
            odd = _bytes_of_no_record(output, name)
        if odd:
            what: Literal["bad-archive", "left-over"] = "bad-archive" if name in said else "left-over"
            yield name, what, f"{odd} bytes of it are no whole record"
        elif name in said:
            yield name, "bad-archive", "has other bytes than were written; its records are whole"


def _said(manifests: Iterable[Content | None]) -> tuple[dict[str, set[str]], set[str]]:
    said: defaultdict[str, set[str]] = defaultdict(set)
    dropped: set[str] = set()
    for content in manifests:
        with contextlib.suppress(KeyError, TypeError, AttributeError):  # JSON, but nothing that a run wrote
            for file in (content or {}).get("archive", ()):
                said[file["name"]].add(file["sha256"])
            dropped.update((content or {}).get("archive_dropped", ()))
    return said, dropped


def _is_open(output: Output, name: str) -> bool:
    return isinstance(output, LocalOutput) and durable.is_locked(output.root / name)


def _bytes_of_no_record(output: Output, name: str) -> int:
    with output.open(name) as file:
        whole = sum(member.end - member.start for member in whole_members(file))
    found = output.find(name)
    return (found.size if found else 0) - whole


def mend_files(
    output: Output, names: Iterable[str], known: Iterable[dict[str, Any]]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Blank what is no whole record, and write off what is gone; return what a manifest says, and how each was mended.

    `known` are files that this repair has changed already.
    """
    told: dict[str, Any] = {"archive": [*known], "archive_dropped": []}
    how: dict[str, str] = {}
    for name in names:
        mended = (
            mend(output.root / name, name) if isinstance(output, LocalOutput) and output.find(name) else None
        )
        if mended is not None:
            told["archive"].append(facts(name, mended.size, mended.sha256))
            how[name] = "its whole records stay where they are; known as it is now"
        elif output.find(name) is None:
            told["archive_dropped"].append(name)
            how[name] = "written off: the rows stay, without their raw pages"
    return {key: value for key, value in told.items() if value}, how

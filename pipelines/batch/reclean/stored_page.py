"""A page out of the data folder's archive/, by what a row says of it: its WARC file and the record's place in there.

Files that a crawl wrote tell all that it knew of the page. Files that `columnist clean` read, and that were put into
archive/ by hand, are read as it reads them.
"""

import re
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from columnist.pipelines.batch.sources.files import Piece
from columnist.pipelines.batch.sources.rows import Reading
from columnist.pipelines.batch.sources.warc.read import read_warc
from columnist.pipelines.dataset.archive.members import Torn, member_at
from columnist.pipelines.dataset.archive.read import NoRecord, read_page
from columnist.pipelines.dataset.archive.write import FOLDER
from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.records.article import Page, Reject

_HEAD = 1 << 16  # bytes in which a record's own header ends
_LENGTH = re.compile(rb"^Content-Length:[ \t]*(\d{1,8})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


class DamagedRecord(Exception):  # noqa: N818  an outcome of one row
    """What lies where a row points at is no whole record of a page."""


def stored_name(archive_file: str) -> str:
    """Return the name in the data folder of a file that a row names; what leads out of archive/ is no such file."""
    if ".." in PurePosixPath(archive_file).parts or archive_file.startswith("/"):
        raise DamagedRecord(f"it names no file in {FOLDER}/")
    return archive_file if _is_ours(archive_file) else f"{FOLDER}/{archive_file}"


def stored_page(data: str, archive_file: str, offset: int) -> Page:
    """Return the page that lies there; raise DamagedRecord where none does, OSError where the file cannot be read."""
    name = stored_name(archive_file)
    try:
        if _is_ours(archive_file):
            return read_page(data, name, offset)
        with open_output(data).open(name) as file:
            record = _record_at(file, offset)
    except NoRecord as error:
        raise DamagedRecord(str(error)) from error
    except Torn as error:
        raise DamagedRecord(f"{archive_file} at {offset}: {error}") from error
    found = next(read_warc(Piece(Path(archive_file), archive_file, "warc", body=record), Reading()), None)
    if isinstance(found, Page):
        return found
    why = found.detail if isinstance(found, Reject) else "no record of a page begins there"
    raise DamagedRecord(f"{archive_file} at {offset}: {why}")


def _is_ours(archive_file: str) -> bool:
    """Say whether a crawl named the file: from the data folder on; `columnist clean` gives a file's own name."""
    return archive_file.startswith(f"{FOLDER}/")


def _record_at(file: BinaryIO, offset: int) -> bytes:
    """Return a record's bytes, unpacked: each is a gzip member of its own, or the file is not packed."""
    file.seek(offset)
    begin = file.read(_HEAD)
    if begin.startswith(b"\x1f\x8b"):
        member = member_at(file, offset)
        return member.content if member else b""
    head, _, begun = begin.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return begin + file.read(max(0, int(length[1]) - len(begun))) if length else begin

"""A page out of the data folder's archive/, by what a row says of it: its WARC file and the record's place in there."""

import re
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from columnist.pipelines.batch.sources.archives import read_warc
from columnist.pipelines.batch.sources.files import Piece
from columnist.pipelines.batch.sources.rows import Reading
from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.records.article import Page, Reject

ARCHIVE = "archive"
_CHUNK = 1 << 16
_LENGTH = re.compile(rb"^Content-Length:[ \t]*(\d{1,12})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_LARGEST = (
    65 << 20
)  # bytes of a record: a page of 64 MB, the most that an archive's reader takes, and its headers


class DamagedRecord(Exception):  # noqa: N818  an outcome of one row
    """What lies where a row points at is no whole record of a page."""


def stored_name(archive_file: str) -> str:
    """Return the name in the data folder of a file that a row names; what leads out of archive/ is no such file."""
    parts = PurePosixPath(archive_file).parts
    if not parts or ".." in parts or archive_file.startswith("/"):
        raise DamagedRecord(f"it names no file in {ARCHIVE}/")
    return f"{ARCHIVE}/{archive_file}"


def read_page(output: Output, archive_file: str, offset: int) -> Page:
    """Return the page that lies there; raise DamagedRecord where none does, OSError where the file cannot be read."""
    with output.open(stored_name(archive_file)) as file:
        record = _record_at(file, offset)
    piece = Piece(Path(archive_file), archive_file, "warc", body=record)
    found = next(read_warc(piece, Reading()), None)
    if isinstance(found, Page):
        return found
    raise DamagedRecord((isinstance(found, Reject) and found.detail) or "no record of a page begins there")


def _record_at(file: BinaryIO, offset: int) -> bytes:
    """Return a record's bytes, unpacked: each is a gzip member of its own, or the file is not packed."""
    file.seek(offset)
    packed = file.read(_CHUNK)
    if not packed.startswith(b"\x1f\x8b"):
        head, _, begun = packed.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        return packed + file.read(max(0, min(int(length[1]), _LARGEST) - len(begun))) if length else packed
    member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    record = bytearray()
    try:
        while packed and not member.eof and len(record) <= _LARGEST:
            record += member.decompress(packed, _LARGEST + 1 - len(record))
            packed = member.unconsumed_tail or file.read(_CHUNK)
    except zlib.error as error:
        raise DamagedRecord(str(error)) from error
    return bytes(record)

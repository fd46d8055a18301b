"""The gzip members of an archive file: walked one by one, mended where one is broken, put in another's place.

Rows point to offsets, so a member that goes leaves a filler of its very length: nothing behind it moves.
"""

import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_BLOCK = 1 << 18  # bytes of one read: some ten pages
_MAGIC = b"\x1f\x8b\x08"
_STORED = 65_535  # bytes of a stored block of deflate at most
_AROUND = 18  # bytes of a gzip member's head and tail


class Torn(ValueError):  # noqa: N818  what a walk comes upon
    """Bytes that are no whole gzip member."""


@dataclass(frozen=True, slots=True)
class Member:
    """One record as it lies in a file."""

    start: int
    end: int
    content: bytes

    def headers(self) -> dict[str, str]:
        """Return the record's WARC headers, names in lower case."""
        head = self.content.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
        pairs = (line.partition(":") for line in head.split("\r\n")[1:])
        return {name.strip().lower(): value.strip() for name, _, value in pairs}


def member_at(file: BinaryIO, start: int) -> Member | None:
    """Read the member that begins at an offset; None at the file's end. Raises Torn where there is none."""
    file.seek(start)
    stream = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    read = 0
    while not stream.eof:
        block = file.read(_BLOCK if read else 1 << 16)
        if not block:
            if not read:
                return None
            raise Torn(f"breaks off at {start + read}")
        read += len(block)
        try:
            parts.append(stream.decompress(block))
        except zlib.error as error:
            raise Torn(str(error)) from error
    return Member(start, start + read - len(stream.unused_data), b"".join(parts))


def members(file: BinaryIO, start: int = 0) -> Iterator[Member]:
    """Yield the members from an offset on; raise Torn at the first that is not whole."""
    while (found := member_at(file, start)) is not None:
        yield found
        start = found.end


def whole_members(file: BinaryIO) -> Iterator[Member]:
    """Yield every whole member that holds a record, whatever lies between them."""
    at: int | None = 0
    while at is not None:
        try:
            found = member_at(file, at)
            if found is None:
                return
            yield found
            at = found.end
        except Torn:
            at = _next_record(file, at + 1)


def _next_record(file: BinaryIO, start: int) -> int | None:
    """Return where the next whole record begins, from an offset on; None where there is none."""
    while True:
        file.seek(start)
        block = file.read(_BLOCK)
        found = block.find(_MAGIC)
        while found >= 0:
            try:
                member = member_at(file, start + found)
                if member is not None and member.content.startswith(b"WARC/"):
                    return start + found
            except Torn:
                pass
            found = block.find(_MAGIC, found + 1)
        if len(block) < _BLOCK:
            return None
        start += len(block) - len(_MAGIC) + 1


def filler(length: int, date: str) -> bytes:
    """Return a record of exactly so many bytes that says nothing; raise ValueError where there is no room for one."""
    for pad in ("", " "):  # one byte more where the digits of the length would not come out
        head = (
            f"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:{uuid.uuid4()}>\r\n"
            f"WARC-Date: {date}\r\nContent-Type: text/plain{pad}\r\nContent-Length: "
        )
        room = length - _AROUND
        blocks = -(-room // (_STORED + 5))
        for digits in range(1, 12):
            empty = room - 5 * blocks - len(head) - digits - 8  # 8: the lines that end head and record
            if empty >= 0 and len(str(empty)) == digits:
                content = f"{head}{empty}\r\n\r\n{' ' * empty}\r\n\r\n".encode("ascii")
                return _stored(content, blocks)
    raise ValueError(f"{length} bytes are too few for a record")


def _stored(content: bytes, blocks: int) -> bytes:
    """Return a gzip member that holds the content unpacked, in so many blocks."""
    out = [b"\x1f\x8b\x08\0\0\0\0\0\0\xff"]
    for n in range(blocks):
        part = content[n * _STORED : (n + 1) * _STORED]
        size = len(part)
        out += [bytes([n == blocks - 1]), size.to_bytes(2, "little"), (size ^ 0xFFFF).to_bytes(2, "little"), part]  # fmt: skip
    out += [zlib.crc32(content).to_bytes(4, "little"), len(content).to_bytes(4, "little")]
    return b"".join(out)

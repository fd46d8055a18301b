"""The packing of a web archive: which bytes lie in it, in which frame, and where after damage it can be read again.

A frame is a gzip member or a zstd frame; a plain archive is one frame. Archives are packed record by record, as a
whole, or in blocks that know nothing of records: all three come out as frames.
"""

import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from isal import isal_zlib  # unpacks twice as fast as zlib, which is most of the reading
from isal.igzip_lib import IsalError

from columnist.pipelines.document.content_encoding import GZIP_MAGIC

if sys.version_info >= (3, 14):  # pragma: no cover
    from compression import zstd
else:
    from backports import zstd

_CHUNK = 256 << 10  # bytes read at once
_BEHIND = 256 << 10  # bytes kept to go back to: inflating notices damage late, at times in the next record
# Bytes unpacked from at once: what lies behind a member's end is copied, and members are small.
_TAKEN = 32 << 10
_UNPACKED = 256 << 10  # bytes unpacked at once: a bomb gets no further
_PROBE = 16 << 10  # bytes in which a gzip member that is none shows it
_GZIP_BITS = 31  # the largest window, in gzip's wrapping
_GZIP = GZIP_MAGIC + b"\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"
_SKIPPED = range(0x184D2A50, 0x184D2A60)  # zstd's frames of other content ...
_DICTIONARY = 0x184D2A5D  # ... of which the WARC-zstd format takes one, in front of all records
_LARGEST_DICTIONARY = 64 << 20
CUT = "the archive ends inside this record; copy it again"


@dataclass(frozen=True, slots=True)
class Start:
    """A frame begins."""

    offset: int  # in the file
    plain: bool = False  # not packed: each byte has an offset of its own


@dataclass(frozen=True, slots=True)
class Damage:
    """The packing is broken here; what follows comes from a later frame."""

    offset: int
    why: str


Event = Start | Damage | bytes


class Raw:
    """A file read once from its beginning, with some bytes behind the place kept to go back to."""

    def __init__(self, file: BinaryIO) -> None:
        """Take the file, at its beginning."""
        self._file = file
        self._kept = b""
        self._first = 0  # where in the file the kept bytes begin
        self.at = 0

    def peek(self, size: int) -> memoryview:
        """Return the next bytes, fewer only at the end of the file."""
        while self._first + len(self._kept) - self.at < size and self._more():
            pass
        return memoryview(self._kept)[self.at - self._first :][:size]

    def take(self) -> memoryview:
        """Return some bytes, none at the end of the file, and pass over them."""
        found = self.peek(1) and memoryview(self._kept)[self.at - self._first :][:_TAKEN]
        self.at += len(found)
        return found

    def go_back(self, to: int) -> None:
        """Go back to a place, or as far as bytes are kept."""
        self.at = max(to, self._first)

    def find(self, sign: bytes) -> bool:
        """Pass over all bytes before the sign; say whether it is there."""
        while (found := self._kept.find(sign, self.at - self._first)) < 0:
            self.at = max(self.at, self._first + len(self._kept) - len(sign) + 1)
            if not self._more():
                return False
        self.at = self._first + found
        return True

    def _more(self) -> bool:
        chunk = self._file.read(_CHUNK)
        drop = max(0, self.at - self._first - _BEHIND) if len(self._kept) > 2 * _BEHIND else 0
        self._kept = self._kept[drop:] + chunk
        self._first += drop
        return bool(chunk)


def frames(raw: Raw) -> Iterator[Event]:
    """Give the frames of a file and what is in them, unpacked."""
    head = bytes(raw.peek(4))
    if head.startswith(_GZIP[:2]):
        return _gzip_frames(raw)
    if head == _ZSTD or (len(head) == 4 and int.from_bytes(head, "little") in _SKIPPED):
        return _zstd_frames(raw)
    return _plain(raw)


def _plain(raw: Raw) -> Iterator[Event]:
    yield Start(0, plain=True)
    while chunk := raw.take():
        yield bytes(chunk)


def _gzip_frames(raw: Raw) -> Iterator[Event]:
    while raw.peek(1):
        start = raw.at
        if bytes(raw.peek(3)) != _GZIP:
            if _is_padding(raw):
                return
            yield Damage(start, "what should be the next gzip member is none")
        else:
            yield Start(start)
            try:
                yield from _inflated(raw)
                continue
            except (IsalError, EOFError) as error:  # type: ignore[misc]  # its stub calls it a value
                yield Damage(start, str(error))
        if not _find_frame(raw, start, _GZIP, _inflates):
            return


def _inflated(raw: Raw) -> Iterator[bytes]:
    member = isal_zlib.decompressobj(_GZIP_BITS)
    while not member.eof:
        packed = raw.take()
        part = member.decompress(packed, _UNPACKED)
        # At the end of a member Python leaves the same bytes in both.
        raw.at -= len(member.unused_data if member.eof else member.unconsumed_tail)
        if part:
            yield part
        elif not packed:
            raise EOFError(CUT)


def _inflates(packed: bytes) -> bool:
    """Say whether a gzip member begins here: a record, whatever becomes of it, or what can be unpacked a while."""
    for size in (_PROBE >> 4, _PROBE):
        try:
            found = isal_zlib.decompressobj(_GZIP_BITS).decompress(packed[:size], _UNPACKED)
        except IsalError:  # type: ignore[misc]
            return False
        if found.startswith(b"WARC/"):
            return True
    return bool(found)


def _zstd_frames(raw: Raw) -> Iterator[Event]:
    dictionary: zstd.ZstdDict | None = None
    while raw.peek(1):
        start, head = raw.at, bytes(raw.peek(8))
        number, size = struct.unpack("<II", head) if len(head) == 8 else (0, 0)
        try:
            if number in _SKIPPED:
                content = _skipped(raw, size, keep=number == _DICTIONARY and start == 0)
                dictionary = _dictionary(content) if content else dictionary
                continue
            if not head.startswith(_ZSTD):
                raise zstd.ZstdError("what should be the next zstd frame is none")
            yield Start(start)
            yield from _decompressed(raw, dictionary)
            continue
        except (zstd.ZstdError, EOFError) as error:
            yield Damage(start, str(error))
        if not _find_frame(raw, start, _ZSTD, _is_frame):
            return


def _decompressed(raw: Raw, dictionary: zstd.ZstdDict | None) -> Iterator[bytes]:
    frame = zstd.ZstdDecompressor(zstd_dict=dictionary)
    while not frame.eof:
        packed = raw.take() if frame.needs_input else memoryview(b"")
        part = frame.decompress(packed, _UNPACKED)
        raw.at -= len(frame.unused_data)
        if part:
            yield part
        elif not packed and frame.needs_input and not frame.eof:
            raise EOFError(CUT)


def _is_frame(packed: bytes) -> bool:
    try:
        return zstd.get_frame_info(packed) is not None
    except zstd.ZstdError:
        return False


def _skipped(raw: Raw, size: int, keep: bool) -> bytes:
    """Pass over a frame of other content; return it if it is to be kept."""
    if keep and size > _LARGEST_DICTIONARY:
        raise zstd.ZstdError(f"a dictionary of {size} bytes, above {_LARGEST_DICTIONARY >> 20} MB")
    parts, left = [], size + 8
    while left:
        part = raw.take()
        if not part:
            raise EOFError(CUT)
        raw.at -= max(0, len(part) - left)
        parts.append(bytes(part[:left]) if keep else b"")
        left -= min(left, len(part))
    return b"".join(parts)[8:]


def _dictionary(content: bytes) -> zstd.ZstdDict:
    """Read the dictionary, which may be packed itself."""
    if content.startswith(_ZSTD):
        content = zstd.ZstdDecompressor().decompress(content, _LARGEST_DICTIONARY)
    return zstd.ZstdDict(content)


def _is_padding(raw: Raw) -> bool:
    """Say whether only zeros follow, as tapes and disks fill a file up; else stay at the first other byte."""
    while chunk := raw.take():
        filled = len(bytes(chunk).lstrip(b"\0"))
        if filled:
            raw.at -= filled
            return False
    return True


def _find_frame(raw: Raw, start: int, sign: bytes, opens: Callable[[bytes], bool]) -> bool:
    """Go to the next frame after the damaged one that can be opened; say whether there is one."""
    raw.go_back(start + 1)
    while raw.find(sign):
        if opens(bytes(raw.peek(_PROBE))):
            return True
        raw.at += 1
    return False

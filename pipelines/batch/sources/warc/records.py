"""The records of a web archive: their headers and, of those that are wanted, their blocks; broken ones are told.

Neither warcio nor fastwarc finds the way back behind damage: warcio ends without a word inside a header, fastwarc at
the first bad member. Here a broken record costs itself: reading goes on at the next frame or `WARC/` line.
"""

import io
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from warcio.statusandheaders import StatusAndHeaders

from columnist.pipelines.batch.sources.warc.answers import PARSER, begins_answer, parse_answer
from columnist.pipelines.batch.sources.warc.frames import CUT, Damage, Event, Raw, Start, frames

LARGEST = 64 << 20  # bytes of a page, as for files
_LONGEST_HEAD = 256 << 10  # bytes of headers: servers stop at 64 KB
_USUAL_HEAD = 8 << 10
_BETWEEN = 1 << 10  # bytes of blank lines between two records: the format says four
_BEGINS = b"WARC/"
_LINE = re.compile(rb"\nWARC/[01]\.\d{1,2}[ \t]*\r?\n")
_LONGEST_LINE = 32  # of such
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_BLANK = b"\r\n"
_END = b"\r\n\r\n"  # of a record; many writers leave out some
_DEFLATE = 1_032  # times that gzip makes bytes shorter, at the very most
_SNIFFED = 512  # bytes of a block by which it is seen whether it is a page: MIME sniffing takes 512 too


@dataclass(frozen=True, slots=True)
class Record:
    """One record that is whole."""

    offset: int  # of the frame in which it begins; in a plain archive, of its own first byte
    headers: StatusAndHeaders
    http: StatusAndHeaders | None  # of an answer
    body: bytes | None  # behind the headers; None: above LARGEST


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that cannot be had."""

    offset: int
    why: str
    url: str | None = None  # where its header could still be read


# By the record's headers, those of its answer, and the first bytes of its block.
Wanted = Callable[[StatusAndHeaders, StatusAndHeaders | None, bytes], bool]


def read_records(file: BinaryIO, wanted: Wanted, size: int | None = None) -> Iterator[Record | Broken]:
    """Give the wanted records of an archive, and those that are broken; `size` is the file's, where it is known."""
    raw = Raw(file)
    tape = Tape(frames(raw))
    told = False  # what follows a broken record belongs to it, up to the next one that is whole
    while tape.next_stretch():
        while tape.skip_blank_lines():
            if tape.peek(len(_BEGINS)) == _BEGINS:
                left = None if size is None else (size - raw.at) * (1 if tape.plain else _DEFLATE)
                found = _record(tape, wanted, left)
                told = isinstance(found, Broken)
                if found is not None:
                    yield found
                if not told:
                    continue
            elif not told:
                told = True
                yield Broken(tape.offset, "no record begins where the one before it ends")
            tape.find_record()
        if tape.damage and not told:
            told = True
            yield Broken(tape.damage.offset, tape.damage.why)


def url_of(headers: StatusAndHeaders) -> str | None:
    """Return the address of a record's page, or the record's own name."""
    names = (headers.get_header(name) for name in ("WARC-Target-URI", "WARC-Record-ID"))
    return next((name.strip("<> ") for name in names if name), None)  # WARC 1.0 writers put it in brackets


def _record(tape: "Tape", wanted: Wanted, left: int | None) -> Record | Broken | None:
    """Read the record at the tape's place and pass over it; a broken one is left where it is, for what is in it."""
    offset = tape.offset
    head = _head(tape, 0, _LONGEST_HEAD)
    if head is None:
        reason = tape.why_cut(_LONGEST_HEAD) or f"a header of more than {_LONGEST_HEAD >> 10} KB"
        # No blank line so far: no record that is whole begins there, but at the end of it.
        tape.pass_over(max(0, len(tape.peek(_LONGEST_HEAD)) - _USUAL_HEAD))
        return Broken(offset, reason)
    headers = PARSER.parse(io.BytesIO(head))
    said = (headers.get_header("Content-Length") or "").strip()
    url = url_of(headers)
    if not (said.isascii() and said.isdigit()) or len(said) > len(str(1 << 62)):
        return Broken(offset, f"Content-Length is {said[:80]!r}, no number", url)
    length = int(said)
    begins = tape.peek(min(length, _SNIFFED), len(head))
    answers = begins_answer(begins, headers)
    http_head = _head(tape, len(head), min(length, _LONGEST_HEAD)) if answers else None
    http = parse_answer(http_head) if http_head is not None else None
    if length > LARGEST:
        fits = (left is None or length <= left + LARGEST) and tape.pass_over(len(head) + length)
        why = _misfit(tape, 0) if fits else tape.why_cut() or f"Content-Length is {said}, more than there is"
    else:
        why = _misfit(tape, len(head) + length)
    if why:
        return Broken(offset, why, url)
    if not wanted(headers, http, begins):
        tape.pass_over(0 if length > LARGEST else len(head) + length)
        return None
    body = None if length > LARGEST else tape.read(len(head) + length)
    return Record(offset, headers, http, body and body[len(head) + len(http_head or b"") :])


def _head(tape: "Tape", at: int, most: int) -> bytes | None:
    """Return headers with the blank line behind them; None where they do not end."""
    for size in (min(_USUAL_HEAD, most), most):
        seen = tape.peek(size, at)
        if end := _HEAD_END.search(seen):
            return seen[: end.end()]
    return None


def _misfit(tape: "Tape", at: int) -> str | None:
    """Say what is wrong with a record's length: behind it come blank lines, the next record, or the stretch's end."""
    follows = tape.peek(_BETWEEN, at)
    if not follows.strip(_BLANK):
        return tape.why_cut(at)
    sound = follows.startswith(_END) or follows.lstrip(_BLANK).startswith(_BEGINS)
    return None if sound else "its Content-Length is wrong: no record begins behind it"


class Tape:
    """The unpacked bytes of an archive in stretches: each begins with a record, or behind damage.

    Where each record is packed by itself, a stretch is a record: no wrong length leads out of it.
    """

    def __init__(self, events: Iterator[Event]) -> None:
        """Take the frames."""
        self._events = events
        self._ahead: deque[Event] = deque()  # looked at, not yet used
        self._buffer = bytearray()
        self._at = 0
        self._dropped = 0  # bytes of this stretch before the buffer
        self._starts: deque[tuple[int, int]] = (
            deque()
        )  # of its frames: where in the stretch, where in the file
        self._ended = True
        self.plain = False
        self.damage: Damage | None = None  # by which this stretch ends

    def next_stretch(self) -> bool:
        """Go to the next stretch; say whether there is one."""
        while self._fill():
            self._buffer.clear()
        while True:
            self._buffer.clear()
            self._starts.clear()
            self._at, self._dropped, self._ended, self.damage = 0, 0, False, None
            if self._fill() or self.damage:
                return True
            if not self._ahead:
                return False

    @property
    def offset(self) -> int:
        """Where in the file the frame begins in which the tape stands; in a plain archive, where it stands."""
        here = self._dropped + self._at
        while len(self._starts) > 1 and self._starts[1][0] <= here:
            self._starts.popleft()
        start = self._starts[0][1] if self._starts else 0
        return start + here if self.plain else start

    def peek(self, size: int, at: int = 0) -> bytes:
        """Return bytes from there on, fewer only at the end of the stretch."""
        begin = self._at + at
        while len(self._buffer) < begin + size and self._fill():
            begin = self._at + at
        with memoryview(self._buffer) as buffer:
            return bytes(buffer[begin : begin + size])

    def read(self, size: int) -> bytes:
        """Return the next bytes and pass over them."""
        found = self.peek(size)
        self._at += len(found)
        return found

    def pass_over(self, size: int) -> bool:
        """Pass over bytes without keeping them; say whether they were there."""
        while size:
            step = min(size, len(self._buffer) - self._at)
            self._at += step
            size -= step
            if size and not self._fill():
                return False
        return True

    def skip_blank_lines(self) -> bool:
        """Pass over line ends; say whether anything is left of the stretch."""
        while seen := self.peek(_BETWEEN):
            kept = len(seen.lstrip(_BLANK))
            self._at += len(seen) - kept
            if kept:
                return True
        return False

    def find_record(self) -> None:
        """Go to the next line of the stretch that begins a record, or to its end."""
        self._at += len(self.peek(1))
        while not (found := _LINE.search(self._buffer, self._at)):
            self._at = max(self._at, len(self._buffer) - _LONGEST_LINE)
            if not self._fill():
                self._at = len(self._buffer)
                return
        self._at = found.start() + 1

    def why_cut(self, at: int = 0) -> str | None:
        """Say why there are not so many bytes, or no sound end behind them; None where all is well."""
        if self.damage:
            return self.damage.why
        if not self._ended or len(self._buffer) >= self._at + at:
            return None
        return "it is shorter than its Content-Length says" if self._ahead else CUT

    def _fill(self) -> bool:
        """Add bytes of this stretch to the buffer; say whether there were any."""
        while not self._ended:
            event = self._ahead.popleft() if self._ahead else next(self._events, None)
            if isinstance(event, bytes):
                del self._buffer[: self._at]
                self._dropped += self._at
                self._at = 0
                self._buffer += event
                return True
            if isinstance(event, Start):
                self._begin(event)
            elif event is None or not self._owns(event):
                self._ended = True
                self._ahead.extend(() if event is None else (event,))
            else:
                self._ended, self.damage = True, event
        return False

    def _owns(self, damage: Damage) -> bool:
        """Say whether damage is of this stretch; bytes between two frames are of none and make one of their own."""
        return not self._starts or damage.offset == self._starts[-1][1]

    def _begin(self, start: Start) -> None:
        """Begin another frame: of this stretch, where no record begins with it."""
        first: list[Event] = []
        if self._starts:
            while len(b"".join(p for p in first if isinstance(p, bytes))) < len(_BEGINS):
                event = next(self._events, None)
                if event is not None:
                    first.append(event)
                if not isinstance(event, bytes):
                    break
            head = b"".join(p for p in first if isinstance(p, bytes))
            if head.lstrip(_BLANK).startswith(_BEGINS) or isinstance(first[-1] if first else None, Damage):
                self._ended = True
                self._ahead.extend((start, *first))
                return
        self.plain = start.plain
        self._starts.append((self._dropped + len(self._buffer), start.offset))
        self._ahead.extend(first)

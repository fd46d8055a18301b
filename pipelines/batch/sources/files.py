"""Files of HTML or text: what kind a file is, which address its page has, and its bytes."""

import gzip
import html as html_words
import io
import os
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from columnist.pipelines.batch.sources import remote
from columnist.pipelines.batch.sources.rows import BadSource, Reading, bad_input, file_address
from columnist.pipelines.document.addresses import is_web_address
from columnist.pipelines.document.charset import decode
from columnist.pipelines.records.article import Page, Reject, content_address
from columnist.pipelines.records.redact import loggable_url

_LARGEST = 64 << 20  # no page of a newspaper comes near; cleaning refuses above page_megabytes anyway
_HEAD = 256 << 10  # bytes in which a page names its own address: heads with inlined styles reach 200 KB
_GZIP = b"\x1f\x8b"


class BadFile(Exception):  # noqa: N818  it becomes a reject
    """A file whose bytes cannot be had: too large, damaged, gone since it was listed."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of the input, or what came from standard input."""

    path: Path
    name: str  # as the user gave it, printable
    kind: str = ""  # its name in SOURCES
    body: bytes | None = None  # of standard input
    address: str | None = None  # of an archive elsewhere

    @property
    def file_name(self) -> str:
        """The name of the file alone."""
        return remote.file_name(self.address) if self.address else self.path.name


def address_of(piece: Piece) -> str:
    """Return the url by which a file is known, or, of standard input, its content."""
    if piece.address:
        return loggable_url(piece.address)  # it goes into rows: without keys
    return file_address(piece.path) if piece.body is None else content_address(piece.body)


# Each part is bounded: a hostile file must not make the search slow.
_SAVED_FROM = re.compile(rb"<!--\s{0,9}saved from url=\(\d{1,6}\)(https?://[^\s<>]{1,2000})", re.IGNORECASE)
_SINGLE_FILE = re.compile(
    rb"Page saved with SingleFile\s{1,9}url:\s{0,9}(https?://[^\s<>]{1,2000})", re.IGNORECASE
)
_TAG = re.compile(rb"<(?:link|meta)\b[^>]{1,2000}>", re.IGNORECASE)
_ADDRESS = re.compile(rb"""(?:href|content)\s{0,9}=\s{0,9}["']?(https?://[^\s"'<>]{1,2000})""", re.IGNORECASE)
_CANONICAL = re.compile(rb"""rel\s{0,9}=\s{0,9}["']?canonical["'\s/>]""", re.IGNORECASE)
_OG_URL = re.compile(rb"""property\s{0,9}=\s{0,9}["']?og:url["'\s/>]""", re.IGNORECASE)
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|article|div|meta|p|h1|table)[\s>/]", re.IGNORECASE
)
_WHOLE_HTML = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s{0,99}(?:<\?xml[^>]{0,200}>\s{0,99})?<(?:!doctype\s+html|html)\b", re.I
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def looks_like_html(head: bytes, certain: bool) -> bool:
    """Say whether the bytes begin like a page; certain: its first tag says so, not any tag further on."""
    plain = head.replace(b"\0", b"")  # UTF-16 of ASCII markup
    return bool((_WHOLE_HTML if certain else _HTML).search(plain))


def looks_like_text(head: bytes) -> bool:
    """Say whether the bytes are text in some encoding: no control characters but white space."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not _CONTROLS.search(head)


def read_html(piece: Piece, reading: Reading) -> Iterator[Page | Reject]:
    """Give the page of one HTML file."""
    body = _body(piece, reading)
    if isinstance(body, Reject):
        yield body
        return
    url = reading.url or _own_address(body[:_HEAD])
    yield Page(
        url=url or _unnamed(piece, body),
        html=body,
        fetched_at=reading.now,
        discovered_via="html",
        site=None if url else "file",
        run_id=reading.run_id,
    )


def read_text(piece: Piece, reading: Reading) -> Iterator[Page | Reject]:
    """Give the page of one file of flattened text."""
    body = _body(piece, reading)
    if isinstance(body, Reject):
        yield body
        return
    text = decode(body).utf8.decode("utf-8", "replace")
    yield Page(
        url=reading.url or _unnamed(piece, text),
        text=text,
        fetched_at=reading.now,
        discovered_via="text",
        site=None if reading.url else "file",
        run_id=reading.run_id,
    )


def open_bytes(piece: Piece) -> BinaryIO:
    """Open a file, unpacked where it is gzip; raise BadFile with the reason where it cannot be opened."""
    raw = open_raw(piece)
    packed = raw.read(2) == _GZIP
    raw.seek(0)
    if not packed:
        return raw
    if piece.body is not None:
        return io.BufferedReader(gzip.GzipFile(fileobj=raw))
    raw.close()  # GzipFile would leave a file open that it did not open itself
    return io.BufferedReader(gzip.GzipFile(piece.path))


def open_raw(piece: Piece) -> BinaryIO:
    """Open a file as it is, packed or not; raise BadFile with the reason where it cannot be opened."""
    if piece.body is not None:
        return io.BytesIO(piece.body)
    if piece.address:
        return remote.open_remote(piece.address)
    try:
        return piece.path.open("rb")
    except OSError as error:
        raise BadFile(error.strerror or str(error)) from error


def size_of(file: BinaryIO) -> int | None:
    """Return the size of an open file, None where only reading it would tell."""
    try:
        return os.fstat(file.fileno()).st_size or None
    except (AttributeError, OSError):  # not of this machine
        return getattr(file, "size", None)


def head_of(piece: Piece, size: int = 4096) -> bytes:
    """Return the first bytes of a file, unpacked; none where it cannot be read."""
    with suppress(BadFile, OSError, EOFError, zlib.error), open_bytes(piece) as file:
        return file.read(size)
    return b""


def _unnamed(piece: Piece, content: bytes | str) -> str:
    return file_address(piece.path) if piece.body is None else content_address(content)


def _body(piece: Piece, reading: Reading) -> bytes | Reject:
    url = reading.url or address_of(piece)
    try:
        with open_bytes(piece) as file:
            body = file.read(_LARGEST + 1)
    except (BadFile, OSError, EOFError, zlib.error) as error:
        return bad_input(url, f"{piece.name}: cannot be read: {error}; write or copy the file again", reading)
    if len(body) > _LARGEST:
        return bad_input(
            url, f"{piece.name}: more than {_LARGEST >> 20} MB, no page of HTML or text", reading
        )
    return body


def _own_address(head: bytes) -> str | None:
    """Return the address that a saved page names: the browser's comment, the canonical link, og:url."""
    for pattern in (_SAVED_FROM, _SINGLE_FILE):
        if found := pattern.search(head):
            return _address(found[1])
    tags = [tag[0] for tag in _TAG.finditer(head)]
    for sign in (_CANONICAL, _OG_URL):
        for tag in tags:
            if sign.search(tag) and (found := _ADDRESS.search(tag)):
                return _address(found[1])
    return None


def _address(raw: bytes) -> str | None:
    url = html_words.unescape(raw.decode("utf-8", "replace"))
    return url if is_web_address(url) else None


def check_readable(path: Path, name: str) -> None:
    """Raise BadSource where a file that the user named cannot be opened."""
    try:
        with path.open("rb"):
            return
    except OSError as error:
        raise BadSource(f"{name}: {error.strerror}; check the path and its permissions") from error


Reader = Callable[[Piece, Reading], Iterator[Page | Reject]]

"""Content-Encoding undone within a limit: gzip, deflate, brotli, zstd, at most two layers. Pure.

Own code around the same codecs that Scrapy uses, for two reasons: Scrapy returns what it has of a stream that
breaks off, so that half an article passes for a whole one, and it sets no limit to the number of layers.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import brotli


def joined_headers(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return headers by their names in lower case, repeated ones joined as HTTP joins them: by commas.

    Lines of X-Robots-Tag stay lines, for a robot's name in one holds to its end.
    """
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name.lower(), []).append(value)
    return {name: ("\n" if name == "x-robots-tag" else ", ").join(lines) for name, lines in found.items()}


if sys.version_info >= (3, 14):  # pragma: no cover
    from compression import zstd
else:
    from backports import zstd


MAX_LAYERS = 2  # `gzip, gzip` happens by mistake of two proxies; more is an attack
CHUNK = 256 * 1024  # bytes made at a time: how far past the limit a bomb gets
ZSTD_WINDOW_LOG = 23  # 8 MB, the most that RFC 9659 lets a server ask of a client
GZIP_MAGIC = b"\x1f\x8b"

Problem = Literal["too-large", "damaged", "too-many-encodings"]
Unpacked = tuple[bytes, list[str]]


class UnpackError(ValueError):
    """The body cannot be had: `problem` is counted."""

    def __init__(self, problem: Problem, detail: str) -> None:
        super().__init__(f"{problem}: {detail}")
        self.problem: Problem = problem


def layers_of(headers: Sequence[str]) -> list[str]:
    """Return the encodings that were applied, in order, of all Content-Encoding headers."""
    named = [name.strip().lower() for header in headers for name in header.split(",")]
    return [name for name in named if name not in ("", "identity", "none", "utf-8")]


def unpack(body: bytes, layers: Sequence[str], limit: int) -> Unpacked:
    """Undo the layers, the last first; return the body and the layers that nobody here can undo."""
    left = list(layers)
    if len(left) > MAX_LAYERS:
        raise UnpackError("too-many-encodings", f"{len(left)} layers of Content-Encoding")
    while left and left[-1] in _CODECS:
        name = left.pop()
        try:
            body = _CODECS[name](body, limit) if body else body
        except (zlib.error, brotli.error, zstd.ZstdError, EOFError, IndexError) as error:
            raise UnpackError("damaged", f"the body is no {name}: {error}") from error
    return body, left


class _Output:
    """Bytes gathered up to a limit."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.parts: list[bytes] = []
        self.size = 0

    def add(self, part: bytes) -> None:
        self.size += len(part)
        if self.size > self.limit:
            raise UnpackError("too-large", f"more than {self.limit} bytes after decompression")
        self.parts.append(part)

    def whole(self) -> bytes:
        return b"".join(self.parts)


def _gunzip(body: bytes, limit: int) -> bytes:
    if not body.startswith(GZIP_MAGIC):
        return body  # a proxy unpacked it and left the header: browsers show such pages too
    output = _Output(limit)
    while body.startswith(GZIP_MAGIC):  # members in a row; what follows the last is padding
        # Raw deflate behind the header: checksums are passed over, as browsers do, for some servers' are wrong.
        stream = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
        body = _inflate_into(output, stream, body[_gzip_header(body) :])[8:]
    return output.whole()


def _gzip_header(body: bytes) -> int:
    flags, at = body[3], 10
    if flags & 4:
        at += 2 + int.from_bytes(body[at : at + 2], "little")
    for flag in (8, 16):  # file name, comment: to their NUL
        if flags & flag:
            at = body.find(b"\0", at) + 1
            if at == 0:
                raise EOFError("it breaks off in its header")
    return at + (2 if flags & 2 else 0)


def _inflate(body: bytes, limit: int) -> bytes:
    try:
        output = _Output(limit)
        _inflate_into(output, zlib.decompressobj(), body)
    except zlib.error:  # raw deflate without the zlib header, as old Microsoft servers send it
        output = _Output(limit)
        _inflate_into(output, zlib.decompressobj(wbits=-zlib.MAX_WBITS), body)
    return output.whole()


def _inflate_into(output: _Output, stream: zlib._Decompress, body: bytes) -> bytes:
    while not stream.eof:
        part = stream.decompress(body, CHUNK)
        body = stream.unconsumed_tail
        output.add(part)
        if not part and not body and not stream.eof:
            raise EOFError("it breaks off")
    return stream.unused_data


def _unbrotli(body: bytes, limit: int) -> bytes:
    output, stream = _Output(limit), brotli.Decompressor()
    part = stream.process(body, output_buffer_limit=CHUNK)
    output.add(part)
    while not stream.is_finished():
        part = stream.process(b"", output_buffer_limit=CHUNK)
        if not part:
            raise EOFError("it breaks off")
        output.add(part)
    return output.whole()


def _unzstd(body: bytes, limit: int) -> bytes:
    output = _Output(limit)
    while body:  # frames in a row
        stream = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: ZSTD_WINDOW_LOG})
        while not stream.eof:
            part = stream.decompress(body, CHUNK)
            body = b""
            output.add(part)
            if not part and stream.needs_input and not stream.eof:
                raise EOFError("it breaks off")
        body = stream.unused_data
    return output.whole()


_CODECS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}

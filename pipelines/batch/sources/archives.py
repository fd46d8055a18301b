"""Pages in web archives: the HTML answers and files of WARC, and the flattened texts of WET."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from columnist.pipelines.batch.sources.files import BadFile, Piece, address_of, looks_like_html, open_raw
from columnist.pipelines.batch.sources.rows import Reading, bad_input, broken_off, fetch_time
from columnist.pipelines.document.content_encoding import UnpackError, joined_headers, layers_of, unpack
from columnist.pipelines.records.article import Page, Reject

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord


_LARGEST = 64 << 20  # as for files
_BEGINNING = 4096  # bytes in which a page has a tag
_HTML_TYPES = ("text/html", "application/xhtml+xml", "application/xhtml")
# A redirect is an answer, but no page: where it leads is a record of its own. An error page is one, for
# cleaning to refuse by its status.
_REDIRECTS = range(300, 400)
_CUT = "the archive ends inside this record; copy it again"


class _CutOff(Exception):  # noqa: N818  it becomes a reject
    """A record of fewer bytes than it says: the archive ends there."""


def read_warc(piece: Piece, reading: Reading) -> Iterator[Page | Reject]:
    """Give every page of an archive, and where in it the page lies: HTML that a server answered (error pages
    too) or that was filed as a resource, and text that a conversion took out of a page (WET)."""
    from warcio.archiveiterator import ArchiveIterator  # here: only archives pay for it

    try:
        with open_raw(piece) as file:
            records = ArchiveIterator(file)
            for record in records:
                found = _page(record, piece, reading) if _is_page(record) else None
                # Asking where the record lies reads it to its end: not before its page is read.
                offset = records.get_record_offset()
                if isinstance(found, Page):
                    yield replace(found, archive_offset=offset)
                elif found is not None:
                    yield found
                elif _is_cut(record):
                    yield broken_off(address_of(piece), f"{piece.name}: {_CUT}", reading)
            if records.offset < file.seek(0, os.SEEK_END):  # warcio stops without a word inside a header
                yield broken_off(address_of(piece), f"{piece.name}: {_CUT}", reading)
    except Exception as error:  # noqa: BLE001  a damaged archive raises whatever its bytes lead to
        words = f"{piece.name}: not readable as WARC from here on: {type(error).__name__}: {error}"
        yield broken_off(address_of(piece), words[:1000], reading)


def _is_cut(record: ArcWarcRecord) -> bool:
    """Say whether a record that was read to its end, or its own header, is shorter than it says."""
    whole = record.rec_type and record.rec_headers.get_header("Content-Length")
    return not whole or getattr(record.raw_stream, "limit", 0) > 0


def _is_page(record: ArcWarcRecord) -> bool:
    headers = record.http_headers
    if record.rec_type == "response" and headers is not None:
        return _kind(headers, "text/html") in _HTML_TYPES and _status(headers) not in _REDIRECTS
    if record.rec_type == "resource":
        return _kind(record.rec_headers, "") in _HTML_TYPES
    return record.rec_type == "conversion" and _kind(record.rec_headers, "text/plain") == "text/plain"


def _kind(headers: Any, unsaid: str) -> str:
    return (headers.get_header("Content-Type") or unsaid).partition(";")[0].strip().lower()


def _page(record: ArcWarcRecord, piece: Piece, reading: Reading) -> Page | Reject:
    names = ("WARC-Target-URI", "WARC-Record-ID")  # each record has the second
    url = next((name for name in map(record.rec_headers.get_header, names) if name), address_of(piece))
    url = url.strip("<> ")  # WARC 1.0 writers put the address in brackets
    headers = joined_headers(record.http_headers.headers) if record.http_headers else {}
    try:
        body = _body(record, headers)
    except _CutOff as error:
        return broken_off(url, f"{piece.name}: {error}", reading)
    except (BadFile, OSError, EOFError, ValueError, zlib.error) as error:
        return bad_input(url, f"{piece.name}: the record's body cannot be had: {error}", reading)
    flat = record.rec_type == "conversion"
    return Page(
        url=url,
        html=None if flat else body,
        text=body.decode("utf-8", "replace") if flat else None,  # WET is UTF-8 by its format
        fetched_at=fetch_time(record.rec_headers.get_header("WARC-Date"), reading),
        http_status=_status(record.http_headers) if record.http_headers else None,
        headers=headers,
        discovered_via="warc",
        archive_file=piece.path.name,
        run_id=reading.run_id,
    )


def _body(record: ArcWarcRecord, headers: Mapping[str, str]) -> bytes:
    """Return the page's bytes, unpacked; raise ValueError with the reason where they cannot be had."""
    from warcio.bufferedreaders import ChunkedDataReader

    # warcio's own unpacking knows no zstd, and the archive is lost to it from the first brotli page on.
    chunked = "chunked" in headers.get("transfer-encoding", "").lower()
    stream = ChunkedDataReader(record.raw_stream) if chunked else record.raw_stream
    body: bytes = stream.read(_LARGEST + 1)
    if len(body) > _LARGEST:
        raise ValueError(f"more than {_LARGEST >> 20} MB, no page")
    if getattr(record.raw_stream, "limit", 0) > 0:  # bytes promised, not there
        raise _CutOff(_CUT)
    try:
        return unpack(body, layers_of([headers.get("content-encoding", "")]), _LARGEST)[0]
    except UnpackError:
        if looks_like_html(body[:_BEGINNING], certain=False):
            return body  # the archiver unpacked it and left the header
        raise


def _status(headers: Any) -> int | None:
    code = headers.get_statuscode() or ""
    return int(code) if code.isascii() and code.isdigit() and len(code) == 3 else None

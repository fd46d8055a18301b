"""Pages in web archives: the HTML answers and files of WARC, and the flattened texts of WET."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING

from columnist.pipelines.batch.sources.files import (
    BadFile,
    Piece,
    address_of,
    looks_like_html,
    open_raw,
    size_of,
)
from columnist.pipelines.batch.sources.rows import Reading, bad_input, broken_off, fetch_time
from columnist.pipelines.document.content_encoding import UnpackError, joined_headers, layers_of, unpack
from columnist.pipelines.records.article import Page, Reject

if TYPE_CHECKING:
    from warcio.statusandheaders import StatusAndHeaders

    from columnist.pipelines.batch.sources.warc_records import Broken, Record


_BEGINNING = 4096  # bytes in which a page has a tag
_HTML_TYPES = ("text/html", "application/xhtml+xml", "application/xhtml")
# A redirect is an answer, but no page: where it leads is a record of its own. An error page is one, for
# cleaning to refuse by its status.
_REDIRECTS = range(300, 400)


def read_warc(piece: Piece, reading: Reading) -> Iterator[Page | Reject]:
    """Give every page of an archive, and where in it the page lies: HTML that a server answered (error pages
    too) or that was filed as a resource, and text that a conversion took out of a page (WET).

    A broken record is a reject, and the user is told how many there are."""
    from columnist.pipelines.batch.sources.warc_records import (
        Broken,
        read_records,
    )  # only archives pay for it

    broken: list[Broken] = []  # the first
    count = 0
    try:
        with closing(open_raw(piece)) as file:
            for record in read_records(file, _is_page, size_of(file)):
                if isinstance(record, Broken):
                    count += 1
                    broken = broken or [record]
                    url = record.url or f"{address_of(piece)}#{record.offset}"
                    yield bad_input(url, f"{piece.name}: byte {record.offset}: {record.why}", reading)
                else:
                    yield _page(record, piece, reading)
    except Exception as error:  # noqa: BLE001  a store or a damaged archive raises whatever it comes to
        words = f"{piece.name}: not readable as WARC from here on: {type(error).__name__}: {error}"
        yield broken_off(address_of(piece), words[:1000], reading)
    if broken:
        records = "1 broken record" if count == 1 else f"{count} broken records"
        first = "" if count == 1 else "the first "
        reading.tell(
            f"{piece.name}: {records} passed over, {first}at byte {broken[0].offset}: {broken[0].why}"
        )


def _is_page(record: StatusAndHeaders, http: StatusAndHeaders | None) -> bool:
    kind = (record.get_header("WARC-Type") or "").strip().lower()
    if kind == "response":
        return (
            http is not None and _kind(http, "text/html") in _HTML_TYPES and _status(http) not in _REDIRECTS
        )
    if kind == "resource":
        return _kind(record, "") in _HTML_TYPES
    return kind == "conversion" and _kind(record, "text/plain") == "text/plain"


def _kind(headers: StatusAndHeaders, unsaid: str) -> str:
    return (headers.get_header("Content-Type") or unsaid).partition(";")[0].strip().lower()


def _page(record: Record, piece: Piece, reading: Reading) -> Page | Reject:
    from columnist.pipelines.batch.sources.warc_records import url_of

    url = url_of(record.headers) or address_of(piece)
    headers = joined_headers(record.http.headers) if record.http else {}
    try:
        body = _body(record, headers)
    except (BadFile, OSError, EOFError, ValueError, zlib.error) as error:
        return bad_input(url, f"{piece.name}: the record's body cannot be had: {error}", reading)
    flat = (record.headers.get_header("WARC-Type") or "").strip().lower() == "conversion"
    return Page(
        url=url,
        html=None if flat else body,
        text=body.decode("utf-8", "replace") if flat else None,  # WET is UTF-8 by its format
        fetched_at=fetch_time(record.headers.get_header("WARC-Date"), reading),
        http_status=_status(record.http) if record.http else None,
        headers=headers,
        discovered_via="warc",
        archive_file=piece.file_name,
        archive_offset=record.offset,
        run_id=reading.run_id,
    )


def _body(record: Record, headers: Mapping[str, str]) -> bytes:
    """Return the page's bytes, unpacked; raise ValueError with the reason where they cannot be had."""
    from warcio.bufferedreaders import ChunkedDataReader

    from columnist.pipelines.batch.sources.warc_records import LARGEST

    body = record.body
    if body is None:
        raise ValueError(f"more than {LARGEST >> 20} MB, no page")
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = ChunkedDataReader(io.BytesIO(body)).read(LARGEST)
    try:
        return unpack(body, layers_of([headers.get("content-encoding", "")]), LARGEST)[0]
    except UnpackError:
        if looks_like_html(body[:_BEGINNING], certain=False):
            return body  # the archiver unpacked it and left the header
        raise


def _status(headers: StatusAndHeaders) -> int | None:
    code = headers.get_statuscode() or ""
    return int(code) if code.isascii() and code.isdigit() and len(code) == 3 else None

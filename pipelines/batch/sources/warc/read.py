"""Pages in web archives: the HTML answers and files of WARC, and the flattened texts of WET."""

from __future__ import annotations

import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
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

    from columnist.pipelines.batch.sources.warc.records import Broken, Record


_BEGINNING = 4096  # bytes in which a page has a tag
_HTML_TYPES = ("text/html", "application/xhtml+xml", "application/xhtml")
_UNSAID = ("", "*/*", "unknown/unknown", "application/unknown")  # of no type, as MIME sniffing has it
# A redirect is an answer, but no page: where it leads is a record of its own. An error page is one, for
# cleaning to refuse by its status.
_REDIRECTS = range(300, 400)
# What is no page and no answer either; it is not counted.
_ABOUT = ("warcinfo", "request", "metadata")
_TYPES = (*_ABOUT, "response", "resource", "conversion", "revisit", "continuation")
# WARC 1.1 lets a writer leave out the end of a time; ARC's has no signs between.
_DATE = re.compile(
    r"(\d{4})(?:-?(\d\d)(?:-?(\d\d)(?:[T ]?(\d\d):?(\d\d)(?::?(\d\d)(\.\d{1,9})?)?)?)?)?(?:Z|\+00:?00)?"
)


def read_warc(piece: Piece, reading: Reading) -> Iterator[Page | Reject]:
    """Give every page of an archive, and where in it the page lies: HTML that a server answered (error pages
    too) or that was filed as a resource, and text that a conversion took out of a page (WET).

    A broken record is a reject, and the user is told how many there are. Whole ones without a page are counted."""
    from columnist.pipelines.batch.sources.warc.records import (
        Broken,
        read_records,
    )  # only archives pay for it

    broken: list[Broken] = []  # the first
    count = 0
    passed = Counter[str]()

    def wanted(record: StatusAndHeaders, http: StatusAndHeaders | None, begins: bytes) -> bool:
        why = _no_page(record, http, begins)
        if why:
            passed[why] += 1
        return why is None

    try:
        with closing(open_raw(piece)) as file:
            for record in read_records(file, wanted, size_of(file)):
                if isinstance(record, Broken):
                    count += 1
                    broken = broken or [record]
                    url = record.url or f"{address_of(piece)}#{record.offset}"
                    yield bad_input(url, f"{piece.name}: byte {record.offset}: {record.why}", reading)
                else:
                    yield _page(record, piece, reading)
    except FileNotFoundError:
        yield broken_off(address_of(piece), f"{piece.name}: no such file; check the address", reading)
    except Exception as error:  # noqa: BLE001  a store or a damaged archive raises whatever it comes to
        words = f"{piece.name}: not readable as WARC from here on: {type(error).__name__}: {error}"
        yield broken_off(address_of(piece), words[:1000], reading)
    reading.count(passed)
    if broken:
        records = "1 broken record" if count == 1 else f"{count} broken records"
        first = "" if count == 1 else "the first "
        reading.tell(
            f"{piece.name}: {records} passed over, {first}at byte {broken[0].offset}: {broken[0].why}"
        )


def _no_page(record: StatusAndHeaders, http: StatusAndHeaders | None, begins: bytes) -> str | None:
    """Say why a record holds no page: a word to count it by, or none; None where it holds one."""
    kind = _type(record)
    if kind == "response" and http is not None:
        if _status(http) in _REDIRECTS:
            return "redirect"
        return None if _kind(http, "text/html") in _HTML_TYPES else "not-html"
    if kind == "response":
        return None if looks_like_html(begins, certain=True) else "not-http"
    if kind == "resource" and _kind(record, "") == "":
        return None if looks_like_html(begins, certain=True) else "not-html"
    if kind in ("resource", "conversion"):
        return None if _is_flat(record) or _kind(record, "") in _HTML_TYPES else "not-html"
    return "" if kind in _ABOUT else kind


def _is_flat(record: StatusAndHeaders) -> bool:
    return _type(record) == "conversion" and _kind(record, "text/plain") == "text/plain"


def _type(record: StatusAndHeaders) -> str:
    kind = (record.get_header("WARC-Type") or "").strip().lower()
    return kind if kind in _TYPES else "other"


def _kind(headers: StatusAndHeaders, unsaid: str) -> str:
    said = (headers.get_header("Content-Type") or "").partition(";")[0].strip().lower()
    return unsaid if said in _UNSAID or "/" not in said else said


def _page(record: Record, piece: Piece, reading: Reading) -> Page | Reject:
    from columnist.pipelines.batch.sources.warc.answers import why_cut
    from columnist.pipelines.batch.sources.warc.records import url_of

    url = url_of(record.headers) or address_of(piece)
    headers = joined_headers(record.http.headers) if record.http else {}
    try:
        body = _body(record, headers)
    except (BadFile, OSError, EOFError, ValueError, zlib.error) as error:
        return bad_input(url, f"{piece.name}: the record's body cannot be had: {error}", reading)
    flat = _is_flat(record.headers)
    return Page(
        url=url,
        html=None if flat else body,
        text=body.decode("utf-8", "replace") if flat else None,  # WET is UTF-8 by its format
        fetched_at=fetch_time(_date(record.headers.get_header("WARC-Date")), reading),
        http_status=_status(record.http) if record.http else None,
        headers=headers,
        discovered_via="warc",
        archive_file=piece.file_name,
        archive_offset=record.offset,
        run_id=reading.run_id,
        cut=why_cut(record.headers, record.http, record.body or b""),
    )


def _date(said: str | None) -> datetime | str | None:
    """Return a record's time; words that are none of WARC's or ARC's forms are left as they are."""
    found = _DATE.fullmatch((said or "").strip())
    if not found:
        return said
    year, month, day, hour, minute, second = (
        int(n or least) for n, least in zip(found.groups()[:6], (0, 1, 1, 0, 0, 0), strict=True)
    )
    micro = int((found[7] or ".0")[1:7].ljust(6, "0"))
    with suppress(ValueError):  # the 31st of February
        return datetime(year, month, day, hour, minute, second, micro, UTC)
    return None


def _body(record: Record, headers: Mapping[str, str]) -> bytes:
    """Return the page's bytes, unpacked; raise ValueError with the reason where they cannot be had."""
    from warcio.bufferedreaders import ChunkedDataReader

    from columnist.pipelines.batch.sources.warc.records import LARGEST

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

"""A page as it came -> WARC/1.1 records, each a gzip member of its own.

A page is one stretch of an archive: its response, a metadata record with what the crawl knew of it, its request, and
of each further part of the article a response and a request. Bodies stay as they came over the wire, Content-Encoding
and all; of headers, those that may hold a credential are left out.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http.client import responses
from io import BytesIO
from urllib.parse import urlsplit

from isal import isal_zlib
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from columnist.pipelines.records.article import Page

PAGE_FIELD = "columnist-page"  # the line of the metadata record that holds what the crawl knew
# .7 ms a page of 360 KB, zlib's level 1 takes 2.9 for 3 % more bytes. Bodies that came packed are stored as they are, in .1 ms.
_GZIP_LEVEL = 2
_CREDENTIALS = frozenset({"authorization", "cookie", "cookie2", "set-cookie", "set-cookie2", "www-authenticate",
                          "authentication-info", "x-api-key", "x-auth-token"})  # fmt: skip
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


@dataclass(frozen=True, slots=True)
class Kept:
    """A page's records, and what later revisits say of it."""

    records: bytes
    at: datetime
    payload: str  # WARC-Payload-Digest of its response


def without_credentials(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that may be stored: none by which somebody could log in as us."""
    return {n: v for n, v in headers.items() if n.lower() not in _CREDENTIALS and n.lower()[:6] != "proxy-"}


def keep_page(page: Page, asked: Mapping[str, str], parts: Sequence[Page] = ()) -> Kept:
    """Return the records of a page whose `html` is the body as it came; `asked` are the request's headers."""
    response = _response(page, {})
    number = response.rec_headers.get_header("WARC-Record-ID")
    beside = {"WARC-Concurrent-To": number}
    records = [response, _metadata(page, len(parts), beside), _request(page, asked, beside)]
    for part in parts:
        records += [_response(part, beside), _request(part, asked, beside)]
    payload = response.rec_headers.get_header("WARC-Payload-Digest")
    return Kept(b"".join(map(_packed, records)), page.fetched_at, payload)


def keep_revisit(page: Page, before: Kept) -> bytes:
    """Return the record of an answer with the body of `before`, or of a 304 that says so."""
    url = page.url
    record = _writer().create_revisit_record(
        url, before.payload, url, warc_date(before.at), _http(page), {"WARC-Date": warc_date(page.fetched_at)}
    )
    if page.http_status == 304:
        record.rec_headers.replace_header("WARC-Profile", _NOT_MODIFIED)
    return _packed(record)


def warcinfo(name: str, run_id: str, software: str) -> bytes:
    """Return the first record of a file."""
    about = {
        "software": software,
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "robots": "rfc9309",
        "isPartOf": run_id,
    }
    return _packed(_writer().create_warcinfo_record(name, about))


def warc_date(at: datetime) -> str:
    """Return a time as WARC/1.1 has it, to the microsecond: it is the page's `fetched_at`."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _response(page: Page, more: Mapping[str, str]) -> ArcWarcRecord:
    body = page.html or b""
    dated = {"WARC-Date": warc_date(page.fetched_at), **more}
    return _writer().create_warc_record(
        page.url, "response", BytesIO(body), len(body), warc_headers_dict=dated, http_headers=_http(page)
    )


def _http(page: Page) -> StatusAndHeaders:
    """Return status line and headers: names in lower case, repeated ones joined, the length that of what is stored."""
    status = page.http_status or 200
    headers = [
        (name, line)
        for name, value in without_credentials(page.headers).items()
        if name not in ("content-length", "transfer-encoding")  # of the wire: chunks are joined here
        for line in value.split("\n")  # lines of X-Robots-Tag
    ]
    headers.append(("content-length", str(len(page.html or b""))))
    return StatusAndHeaders(f"{status} {responses.get(status, '')}".strip(), _lines(headers), "HTTP/1.1")


def _request(page: Page, asked: Mapping[str, str], beside: Mapping[str, str]) -> ArcWarcRecord:
    parts = urlsplit(page.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = _lines([("Host", parts.netloc.rpartition("@")[2]), *without_credentials(asked).items()])
    http = StatusAndHeaders(f"GET {target} HTTP/1.1", headers, is_http_request=True)
    dated = {"WARC-Date": warc_date(page.fetched_at), **beside}
    return _writer().create_warc_record(
        page.url, "request", BytesIO(), 0, warc_headers_dict=dated, http_headers=http
    )


def _metadata(page: Page, parts: int, beside: Mapping[str, str]) -> ArcWarcRecord:
    known = {
        "requested_url": page.requested_url,
        "discovered_via": page.discovered_via,
        "site": page.site,
        "run_id": page.run_id,
        "rights": {name: value for name, value in asdict(page.rights).items() if value is not None},
        "hints": [asdict(hint) for hint in page.hints],
        "parts": parts,
    }
    line = f"{PAGE_FIELD}: {json.dumps(known, default=datetime.isoformat)}\r\n".encode("ascii")
    dated = {"WARC-Date": warc_date(page.fetched_at), **beside}
    return _writer().create_warc_record(
        page.url, "metadata", BytesIO(line), len(line), warc_headers_dict=dated
    )


def _lines(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Keep each header on a line of its own: none may begin another, whatever a server sent."""
    return [(" ".join(name.split()), " ".join(value.split())) for name, value in headers]


def _writer(out: BytesIO | None = None) -> WARCWriter:
    return WARCWriter(out or BytesIO(), gzip=False, warc_version="1.1")


def _packed(record: ArcWarcRecord) -> bytes:
    out = BytesIO()
    _writer(out).write_record(record)
    return isal_zlib.compress(out.getvalue(), _GZIP_LEVEL, wbits=31)

"""What an archive holds of an HTTP answer: its headers, also where the status line lacks, and whether it is whole."""

import re
from io import BytesIO

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

PARSER = StatusAndHeadersParser([], verify=False)

_STATUS_LINE = re.compile(rb"(?:HTTP/|ICY )", re.IGNORECASE)  # ICY: what streaming servers say
_FIELD = re.compile(rb":?[\w!#$%&'*+.^`|~-]{1,60}:[ \t]")
# HTTP/2's and 3's, as some writers file them.
_PSEUDO = re.compile(rb"^:(\w+):[ \t]*([^\r\n]*)\r?\n", re.MULTILINE)
_CHUNK = re.compile(rb"[0-9A-Fa-f]{1,8}[ \t]*(?:;[^\r\n]*)?\r?\n")
_LAST_CHUNK = re.compile(rb"(?:^|\n)0+[ \t]*(?:;[^\r\n]*)?\r?\n")
_TRAILERS = 1 << 10  # bytes behind the last chunk
_PARTIAL = "206"


def begins_answer(block: bytes, record: StatusAndHeaders) -> bool:
    """Say whether a record's block begins with an answer's headers; a status line may lack where the record is an answer."""
    if _STATUS_LINE.match(block):
        return True
    kind = (record.get_header("WARC-Type") or "").strip().lower()
    said = (record.get_header("Content-Type") or "application/http").partition(";")[0].strip().lower()
    return kind == "response" and said == "application/http" and bool(_FIELD.match(block))


def parse_answer(head: bytes) -> StatusAndHeaders:
    """Read an answer's headers; without a status line its status is that of HTTP/2's `:status`, or none."""
    if not _STATUS_LINE.match(head):
        pseudo = dict(_PSEUDO.findall(head))
        head = b"HTTP/2 %s\r\n" % pseudo.get(b"status", b"") + _PSEUDO.sub(b"", head)
    return PARSER.parse(BytesIO(head))


def why_cut(record: StatusAndHeaders, http: StatusAndHeaders | None, body: bytes) -> str | None:
    """Say by what an archive tells that it holds a part of the page alone; None where nothing does."""
    if said := (record.get_header("WARC-Truncated") or "").strip():
        return f"WARC-Truncated: {said[:40]}"
    if (record.get_header("WARC-Segment-Number") or "").strip():
        return "WARC-Segment-Number"
    if http is None:
        return None
    if http.get_statuscode() == _PARTIAL:
        return f"HTTP status {_PARTIAL}"
    if "chunked" in (http.get_header("Transfer-Encoding") or "").lower():
        # Who filed it joined, and left the header, has no chunk in front.
        broken = _CHUNK.match(body) and not _LAST_CHUNK.search(body[-_TRAILERS:])
        return "chunks break off" if broken else None
    length = (http.get_header("Content-Length") or "").strip()
    # Of a packed body the length may be that of another packing.
    if http.get_header("Content-Encoding") or not (length.isascii() and length.isdigit()):
        return None
    return f"{len(body)} of {length[:20]} bytes" if len(body) < int(length[:20]) else None

"""archive_file and archive_offset of a row -> the page as it came, to be cleaned anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pyarrow.compute as pc

from columnist.pipelines.dataset.archive.members import Member, Torn, members
from columnist.pipelines.dataset.archive.records import PAGE_FIELD
from columnist.pipelines.dataset.archive.write import FOLDER
from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.read import open_articles
from columnist.pipelines.dataset.state.site_lines import lines_told
from columnist.pipelines.document.content_encoding import UnpackError, joined_headers, layers_of, unpack
from columnist.pipelines.records.arrow_schema import rights_of
from columnist.pipelines.records.article import Hint, Page
from columnist.pipelines.records.entries import as_map

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

_LARGEST = 64 << 20  # bytes of an unpacked body, as `columnist clean` takes them
_ENCODING = "content-encoding"


class NoRecord(ValueError):  # noqa: N818  an outcome that the caller reports
    """There is no page where a row points to."""


def read_page(data: str | Path, archive_file: str, archive_offset: int) -> Page:
    """Read the page that a row of this data folder was made of, body unpacked, with all that the crawl knew of it.

    Raises NoRecord where it is not there: taken away by a cap or by hand, or forgotten.
    """
    output = open_output(data)
    try:
        with output.open(archive_file) as file:
            page = _page(members(file, archive_offset))
    except FileNotFoundError:
        words = (
            "is not there any more: --archive-gigabytes or a hand took it away, or it lies in another folder"
        )
        raise NoRecord(f"{output.address}/{archive_file} {words}") from None
    except (Torn, UnpackError, StopIteration, KeyError, ValueError) as error:
        words = f"holds no page at byte {archive_offset}: {error or 'the file ends there'}"
        raise NoRecord(f"{output.address}/{archive_file} {words}") from error
    return replace(page, archive_file=archive_file, archive_offset=archive_offset)


def page_of_article(data: str | Path, article: str) -> Page:
    """Read the raw page of the newest revision of an article, and which of its site's lines that lacks. Raises NoRecord where there is none."""
    columns = ["revision", "archive_file", "archive_offset", "extra"]
    rows = (
        open_articles(data, all_revisions=True)
        .to_table(columns, filter=pc.field("id") == article)
        .to_pylist()
    )
    if not rows:
        raise NoRecord(f"{data} has no article {article}")
    newest = max(rows, key=lambda row: int(row["revision"]))
    file, offset = newest["archive_file"], newest["archive_offset"]
    if file is None:
        why = "--no-archive was given, the page asks for noarchive, or an earlier version wrote the row"
        raise NoRecord(f"{article}: the raw page of revision {newest['revision']} was not kept: {why}")
    if not file.startswith(f"{FOLDER}/"):
        raise NoRecord(f"{article}: it was cleaned out of {file}; show its page by the path of that file")
    extra = as_map(newest["extra"])
    return replace(read_page(data, file, offset), site_lines=lines_told(extra))


def _page(found: Iterator[Member]) -> Page:
    """Read a response, the metadata record behind it, and the responses of further parts."""
    page, number = _response(next(found))
    known: dict[str, Any] = {}
    parts: list[bytes] = []
    for member in found:
        if member.headers().get("warc-concurrent-to") != number:
            break
        kind = member.headers().get("warc-type")
        if kind == "metadata":
            known = known_of(member)
        elif kind == "response":
            parts.append(_response(member)[0].html or b"")
        if kind == "request" and len(parts) >= known.get("parts", 0):
            break
    hints = map(_hint, known.get("hints", ()))
    return replace(
        page,
        requested_url=known.get("requested_url"),
        discovered_via=known.get("discovered_via", "warc"),
        site=known.get("site"),
        run_id=known.get("run_id", page.run_id),
        rights=rights_of(known.get("rights", {})),
        hints=tuple(hints),
        more=tuple(parts),
    )


def _hint(said: dict[str, Any]) -> Hint:
    known: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list) else v for name, v in said.items()
    }  # JSON has lists
    return Hint(**known)


def _response(member: Member) -> tuple[Page, str]:
    record = _parsed(member)
    if record.rec_type != "response" or record.http_headers is None:
        raise ValueError(
            f"a record of type {record.rec_type} lies there: the page was forgotten, or never was"
        )
    headers = joined_headers(record.http_headers.headers)
    body, left = unpack(record.raw_stream.read(), layers_of([headers.pop(_ENCODING, "")]), _LARGEST)
    if left:
        headers[_ENCODING] = ", ".join(left)
    page = Page(
        url=record.rec_headers.get_header("WARC-Target-URI"),
        html=body,
        fetched_at=datetime.fromisoformat(record.rec_headers.get_header("WARC-Date")),
        http_status=int(record.http_headers.get_statuscode()),
        headers=headers,
    )
    return page, record.rec_headers.get_header("WARC-Record-ID")


def known_of(member: Member) -> dict[str, Any]:
    """Return what the crawl knew of a page, from its metadata record; nothing of a record that is none of ours."""
    lines = _parsed(member).raw_stream.read().decode("utf-8", "replace").splitlines()
    said = next((line.partition(":")[2] for line in lines if line.startswith(f"{PAGE_FIELD}:")), "{}")
    known: dict[str, Any] = json.loads(said)
    return known


def _parsed(member: Member) -> ArcWarcRecord:
    from warcio.recordloader import ArcWarcRecordLoader  # here: who looks at no archive does not load it

    stream: BinaryIO = BytesIO(member.content)
    return ArcWarcRecordLoader().parse_record_stream(stream, known_format="warc")

"""What archives of the world hold beside plain answers: each record is a page, is told, or is counted as none."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from columnist.pipelines.batch.sources.open import open_source, sort_inputs
from columnist.pipelines.batch.sources.rows import BadSource, Reading
from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Article, Page, Reject
from columnist.scraper.cli.main import run

HTML = b"<!DOCTYPE html><html><head><title>Snow</title></head><body><p>Snow fell.</p></body></html>"
OK, TYPED = b"HTTP/1.1 200 OK\r\n", b"Content-Type: text/html\r\n"
ANSWER = OK + TYPED + b"\r\n" + HTML
ADDRESS = "https://a.example/1"


def record(
    block: bytes,
    kind: str = "response",
    media: str | None = "application/http",
    more: str = "",
    date: str = "2026-03-04T05:06:07Z",
) -> bytes:
    head = f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {ADDRESS}\r\nWARC-Date: {date}\r\n{more}"
    head += "" if media is None else f"Content-Type: {media}\r\n"
    return head.encode() + b"Content-Length: %d\r\n\r\n" % len(block) + block + b"\r\n\r\n"


def read(tmp_path: Path, *records: bytes) -> tuple[list[Page], Counter[str]]:
    path, passed = tmp_path / "a.warc.gz", Counter[str]()
    path.write_bytes(b"".join(map(gzip.compress, records)))
    found = [*open_source(sort_inputs([str(path)]), Reading(count=passed.update))]
    assert all(isinstance(page, Page) for page in found)
    return [page for page in found if isinstance(page, Page)], passed


def chunked(*sizes: bytes) -> bytes:
    return OK + TYPED + b"Transfer-Encoding: chunked\r\n\r\n" + b"5a\r\n" + HTML + b"\r\n" + b"".join(sizes)


@pytest.mark.parametrize(
    ("block", "status"),
    [
        (b"http/1.1 200 ok\r\n" + TYPED + b"\r\n" + HTML, 200),
        (b"ICY 200 OK\r\n" + TYPED + b"\r\n" + HTML, 200),
        (b"HTTP/2 200\r\n" + TYPED + b"\r\n" + HTML, 200),
        (b":status: 200\r\ncontent-type: text/html\r\n\r\n" + HTML, 200),
        (b":status: 404\n:scheme: https\ncontent-type: text/html\n\n" + HTML, 404),
        (TYPED + b"\r\n" + HTML, None),
        (HTML, None),
        (b"HTTP/1.1 200 OK\n" + TYPED.replace(b"\r", b"") + b"\n" + HTML, 200),
        (OK + b"Content-Type: unknown/unknown\r\n\r\n" + HTML, 200),
        (OK + b"Content-Type: html\r\n\r\n" + HTML, 200),
        (OK + b"\r\n" + HTML, 200),
    ],
)
def test_an_answer_is_a_page_whatever_its_status_line_is(
    tmp_path: Path, block: bytes, status: int | None
) -> None:
    (page,), passed = read(tmp_path, record(block))

    assert (page.html, page.http_status, page.cut, +passed) == (HTML, status, None, Counter())


@pytest.mark.parametrize("media", ["text/html", "text/html; charset=utf-8", "application/xhtml+xml"])
@pytest.mark.parametrize("kind", ["resource", "conversion"])
def test_html_that_was_filed_without_an_answer_is_a_page(tmp_path: Path, kind: str, media: str) -> None:
    (page,), _ = read(tmp_path, record(HTML, kind, media))

    assert (page.html, page.text) == (HTML, None)


def test_a_resource_of_no_type_is_a_page_where_it_is_html(tmp_path: Path) -> None:
    (page,), passed = read(tmp_path, record(HTML, "resource", None), record(b"%PDF-1.4", "resource", None))

    assert (page.html, passed) == (HTML, Counter({"not-html": 1}))


@pytest.mark.parametrize(
    ("what", "given"),
    [
        ("revisit", record(OK + b"\r\n", "revisit")),
        ("redirect", record(b"HTTP/1.1 301 Moved\r\nLocation: /b\r\n\r\n")),
        ("not-html", record(OK + b"Content-Type: image/png\r\n\r\n\x89PNG")),
        ("not-html", record(b"note", "resource", "text/plain")),
        ("not-http", record(b"20260304\na.example. A 192.0.2.1\n", media="text/dns")),
        ("not-http", record(b"\x16\x03\x01\x02", media="application/http")),
        ("continuation", record(b"the rest", "continuation", None)),
        ("other", record(b"?", "sketch", "text/html")),
    ],
)
def test_a_record_without_a_page_is_counted_by_what_it_is(tmp_path: Path, what: str, given: bytes) -> None:
    aside = [record(b"a: b\r\n", kind) for kind in ("warcinfo", "request", "metadata")]

    pages, passed = read(tmp_path, *aside, given, record(ANSWER))

    assert (len(pages), passed) == (1, Counter({what: 1}))


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (record(ANSWER, more="WARC-Truncated: length\r\n"), "WARC-Truncated: length"),
        (record(ANSWER, more="WARC-Segment-Number: 1\r\n"), "WARC-Segment-Number"),
        (record(b"HTTP/1.1 206 Partial Content\r\n" + TYPED + b"\r\n" + HTML), "HTTP status 206"),
        (record(OK + TYPED + b"Content-Length: 4000\r\n\r\n" + HTML), f"{len(HTML)} of 4000 bytes"),
        (record(chunked(b"ff\r\nmore")), "chunks break off"),
        (record(chunked(b"0\r\nDigest: x\r\n\r\n")), None),
        (record(OK + TYPED + b"Transfer-Encoding: chunked\r\n\r\n" + HTML), None),  # joined as it was filed
        (record(OK + TYPED + b"Content-Length: 10\r\n\r\n" + HTML), None),  # unpacked as it was filed
        (record(OK + TYPED + b"Content-Encoding: gzip\r\nContent-Length: 4000\r\n\r\n" + HTML), None),
    ],
)
def test_a_page_of_which_the_archive_has_a_part_is_doubted(
    tmp_path: Path, given: bytes, why: str | None
) -> None:
    (page,), _ = read(tmp_path, given)

    assert page.cut == why


def test_an_article_says_that_its_page_is_cut() -> None:
    text = "".join(
        f"<p>Snow fell on the town for the {n}th day, and the ploughs came late.</p>" for n in range(20)
    )
    page = Page(ADDRESS, f"<html><body><article><h1>Snow</h1>{text}</article></body></html>".encode())

    whole, part = clean(page), clean(Page(page.url, page.html, cut="HTTP status 206"))

    assert isinstance(whole, Article)
    assert isinstance(part, Article)
    assert "doubt" not in whole.extra
    assert part.extra["doubt"] == "cut-short HTTP status 206"


@pytest.mark.parametrize(
    ("date", "day"),
    [
        ("2026-03-04T05:06:07.123456789Z", "2026-03-04T05:06:07.123456+00:00"),
        ("2026-03-04T05:06Z", "2026-03-04T05:06:00+00:00"),
        ("2026-03", "2026-03-01T00:00:00+00:00"),
        ("20260304050607", "2026-03-04T05:06:07+00:00"),
        ("2026-03-04T05:06:07+02:00", "2026-03-04T03:06:07+00:00"),
    ],
)
def test_a_records_time_is_read_in_all_its_forms(tmp_path: Path, date: str, day: str) -> None:
    (page,), _ = read(tmp_path, record(ANSWER, date=date))

    assert page.fetched_at.isoformat() == day


@pytest.mark.parametrize("date", ["", "yesterday", "2026-02-31T00:00:00Z", "9999-12-31T23:59:59Z", "0000"])
def test_a_time_that_cannot_be_is_that_of_the_reading(tmp_path: Path, date: str) -> None:
    (page,), _ = read(tmp_path, record(ANSWER, date=date))

    assert page.fetched_at.year > 2025


def test_a_run_says_how_many_records_hold_no_page(tmp_path: Path) -> None:
    moved, seen = record(b"HTTP/1.1 301 Moved\r\n\r\n"), record(OK + b"\r\n", "revisit")
    (tmp_path / "a.warc").write_bytes(moved + moved + seen + record(ANSWER))
    data = tmp_path / "data"

    assert run(["clean", str(tmp_path / "a.warc"), "--data", str(data), "--quiet"]) == 1  # a page too short

    (manifest,) = (data / "runs").glob("*.json")
    events = json.loads(manifest.read_bytes())["events"]
    assert {k: n for k, n in events.items() if k.startswith("records:")} == {
        "records:redirect": 2,
        "records:revisit": 1,
    }


def test_an_archive_that_is_not_at_its_address_is_told_in_plain_words() -> None:
    told: list[str] = []

    (found,) = open_source(sort_inputs(["memory://nowhere/a.warc.gz"]), Reading(tell=told.append))

    assert isinstance(found, Reject)
    assert told == [found.detail] == ["memory://nowhere/a.warc.gz: no such file; check the address"]


def test_an_arc_file_is_refused_with_what_makes_a_warc_of_it(tmp_path: Path) -> None:
    block = b"filedesc://x.arc 0.0.0.0 20260304050607 text/plain 77\n1 0 Ours\nURL IP-address\n\n" + ANSWER
    folder = tmp_path / "old"
    folder.mkdir()
    for name in ("a.arc", "b.arc.gz", "c"):
        (folder / name).write_bytes(gzip.compress(block) if name.endswith("gz") else block)
        with pytest.raises(BadSource, match="warcio recompress"):
            sort_inputs([str(folder / name)])
    told: list[str] = []

    found = [*open_source(sort_inputs([str(folder)]), Reading(tell=told.append))]

    assert [getattr(one, "reason", None) for one in found] == ["bad-input"] * 3
    assert len(told) == 3

"""The laws of the inputs: every page that is there comes out, and what is none says so."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import brotli
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from backports import zstd
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from columnist.pipelines.batch.sources.open import SOURCES, count_pages, open_source, sort_inputs
from columnist.pipelines.batch.sources.rows import BadSource, Reading
from columnist.pipelines.batch.sources.tables import pages_of_batch
from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Page, Reject, content_address

HTML = (
    b"<!DOCTYPE html><html><head><title>Snow</title></head><body><p>Snow fell on the town.</p></body></html>"
)
READING = Reading(run_id="test", now=datetime(2026, 3, 1, tzinfo=UTC))


def pages(*inputs: str | Path, reading: Reading = READING) -> list[Page | Reject]:
    return list(open_source([str(i) for i in inputs], reading))


def page(*inputs: str | Path, reading: Reading = READING) -> Page:
    (only,) = pages(*inputs, reading=reading)
    assert isinstance(only, Page)
    return only


def reject(*inputs: str | Path) -> Reject:
    (only,) = pages(*inputs)
    assert isinstance(only, Reject)
    assert only.reason == "bad-input"
    return only


def write(path: Path, body: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


def test_a_local_file_is_known_by_its_absolute_path_however_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "saved" / "a b#1.html", HTML)
    monkeypatch.chdir(tmp_path)

    named = [page(name) for name in ("saved/a b#1.html", path, "./saved/../saved", "saved/*.html")]
    monkeypatch.chdir(tmp_path / "saved")
    named.append(page(path.name))

    assert {p.url for p in named} == {f"file://{tmp_path}/saved/a%20b%231.html"}
    found = named[0]
    assert (found.html, found.discovered_via, found.site) == (HTML, "html", "file")
    assert (found.fetched_at, found.run_id) == (READING.now, "test")


def test_files_of_one_name_in_two_folders_are_two_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = set()
    for folder in ("p", "o/p"):
        write(tmp_path / folder / "a.html", HTML)
        write(tmp_path / folder / "a.jsonl", b'{"html": "<p>x</p>"}\n[]\n')
        parquet(tmp_path / folder / "a.parquet", url=pa.array([None, None], pa.string()), html=[HTML, HTML])
        monkeypatch.chdir(tmp_path / folder / "..")
        seen |= {p.url for p in pages("p")}

    assert len(seen) == 10


def test_a_link_is_known_by_its_own_path(tmp_path: Path) -> None:
    write(tmp_path / "a.html", HTML)
    (tmp_path / "link.html").symlink_to(tmp_path / "a.html")

    assert page(tmp_path / "link.html").url == f"file://{tmp_path}/link.html"


@pytest.mark.parametrize(
    ("head", "url"),
    [
        (b"<!-- saved from url=(0030)https://news.example/a?b=1 --><title>x", "https://news.example/a?b=1"),
        (b"<!--\n Page saved with SingleFile \n url: https://news.example/b \n-->", "https://news.example/b"),
        (
            b'<link href="https://news.example/c?x=1&amp;y=2" rel="canonical">',
            "https://news.example/c?x=1&y=2",
        ),
        (b"<LINK REL=canonical HREF=https://news.example/d>", "https://news.example/d"),
        (b'<meta property="og:url" content="https://news.example/e"/>', "https://news.example/e"),
        (b'<link rel="canonical" href="/relative">', "file:"),
        (b'<link rel="stylesheet" href="https://cdn.example/s.css">', "file:"),
        (b'<link rel="canonical" href="https://[news.example/">', "file:"),
    ],
)
def test_a_saved_page_tells_its_own_address(tmp_path: Path, head: bytes, url: str) -> None:
    path = write(tmp_path / "a.html", b"<html><head>" + head + b"</head><body><p>x</p></body></html>")

    assert page(path).url.startswith(url)


def test_the_user_can_name_the_address_of_one_page(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", b"Snow\n\nSnow fell.")
    named = Reading(url="https://news.example/snow")

    assert page(path, reading=named).url == "https://news.example/snow"
    with pytest.raises(BadSource, match="2 inputs"):
        pages(path, path, reading=named)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Café\n\nNeige".encode(), "Café\n\nNeige"),
        ("Café au lait, déjà vu, très élégant".encode("cp1252"), "Café au lait, déjà vu, très élégant"),
        ("Neige à Paris".encode("utf-16"), "Neige à Paris"),
        (b"", ""),
    ],
)
def test_a_text_file_is_read_in_its_encoding(tmp_path: Path, body: bytes, text: str) -> None:
    found = page(write(tmp_path / "a.txt", body))

    assert (found.text, found.html, found.discovered_via) == (text, None, "text")


@pytest.mark.parametrize(
    ("name", "body", "html"),
    [
        ("page", HTML, True),
        ("page.php", b"  <p>Snow</p>", True),
        ("page.txt", HTML, True),
        ("wide", HTML.decode().encode("utf-16"), True),
        ("page.dat", b"Snow fell on the town.", False),
        ("notes", "Neige".encode("utf-16"), False),
        ("picture.dat", b"\x89PNG\x00\x01\x02", True),  # for cleaning to refuse as not-html
    ],
)
def test_a_name_that_says_nothing_is_told_by_its_content(
    tmp_path: Path, name: str, body: bytes, html: bool
) -> None:
    assert (page(write(tmp_path / name, body)).html is not None) is html


@pytest.mark.parametrize("name", ["a.html.gz", "a.txt.gz", "a"])
def test_gzip_is_unpacked(tmp_path: Path, name: str) -> None:
    found = page(write(tmp_path / name, gzip.compress(HTML)))

    assert found.html == HTML


def test_a_damaged_gzip_is_a_reject_that_names_the_file(tmp_path: Path) -> None:
    found = reject(write(tmp_path / "a.html.gz", gzip.compress(HTML * 50)[:-12]))

    assert "a.html.gz" in (found.detail or "")


def test_a_file_beyond_any_page_is_a_reject(tmp_path: Path) -> None:
    path = tmp_path / "large.html"
    with path.open("wb") as file:
        file.truncate((64 << 20) + 1)

    assert "64 MB" in (reject(path).detail or "")


def test_a_folder_gives_its_pages_sorted_and_leaves_out_what_lies_beside_them(tmp_path: Path) -> None:
    for name in ("b.html", "a/z.html", "a/y.txt", "B.htm"):
        write(tmp_path / name, HTML)
    for name in ("b_files/style.css", "b_files/x.png", ".git/a.html", "a.expected.json", "_SUCCESS"):
        write(tmp_path / name, b"x")
    (tmp_path / "gone.html").symlink_to(tmp_path / "nowhere")

    names = [p.url.removeprefix(f"file://{tmp_path}/") for p in pages(tmp_path)]

    assert names == ["B.htm", "b.html", "a/y.txt", "a/z.html"]


def test_a_glob_is_resolved_where_the_shell_did_not(tmp_path: Path) -> None:
    for name in ("1.html", "2.html", "x/3.html", "4.txt"):
        write(tmp_path / name, HTML)
    write(tmp_path / "odd[1].html", HTML)

    assert len(pages(tmp_path / "**" / "*.html")) == 4
    assert page(tmp_path / "odd[1].html").html == HTML


@pytest.mark.parametrize("name", ["missing.html", "none*.html", "", "a\0b", "empty"])
def test_a_name_that_leads_nowhere_is_wrong_use(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(BadSource, match=name.rstrip("*.html").split("\0")[0] or "no file name"):
        open_source([str(tmp_path / name) if name.isprintable() and name else name])


def test_a_file_that_may_not_be_read_is_wrong_use(tmp_path: Path) -> None:
    path = write(tmp_path / "locked.html", HTML)
    path.chmod(0)
    if os.access(path, os.R_OK):  # root reads everything: a broken chain of links stands in
        path.unlink()
        path.symlink_to(path)

    with pytest.raises(BadSource, match=r"locked\.html"):
        open_source([str(path)])


def test_a_file_name_in_no_encoding_still_gives_an_address(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.html")
    try:
        path.write_bytes(HTML)
    except OSError:
        return  # this file system takes UTF-8 names alone

    found = page(path)

    assert found.url.endswith("caf%E9.html")


def test_addresses_are_told_from_pages(tmp_path: Path) -> None:
    listed = write(
        tmp_path / "list.txt", b"# seeds\nhttps://a.example/1\n\r\nhttps://b.example/\nhttps://a.example/1\n"
    )
    text = write(tmp_path / "text.txt", b"https://a.example/1\nis an address.")

    found = sort_inputs(["https://c.example/x", str(listed), str(text)])

    assert found.urls == ("https://c.example/x", "https://a.example/1", "https://b.example/")
    assert [p.path for p in found.pieces] == [text]


def test_a_list_of_addresses_may_hold_no_other_line(tmp_path: Path) -> None:
    listed = write(tmp_path / "list.txt", b"https://a.example/1\nhttps://a.example/2\n\nnot one\n")

    with pytest.raises(BadSource, match=r"list\.txt: line 4 is no address: 'not one'; correct it"):
        sort_inputs([str(listed)])


@pytest.mark.parametrize(
    ("words", "good", "odd"),
    [
        (b"https://a.example/1\nhttps://a.example/a b\nnot a url\n", ["https://a.example/1"], [2, 3]),
        (
            b"htps:/a.example/1\nhttps://a.example/2\nhttps://a.example:99999/\n",
            ["https://a.example/2"],
            [1, 3],
        ),
        (b"https://a.example/1\nwww.b.example\na.example/x/y\nwhat\n", ["https://a.example/1"], [2, 3, 4]),
        (b"# mine\nhttps://a.example/1\nnonsense\n", ["https://a.example/1"], [3]),
    ],
)
def test_a_line_that_is_no_address_costs_itself(
    words: bytes, good: list[str], odd: list[int], tmp_path: Path
) -> None:
    told: list[str] = []

    found = sort_inputs([str(write(tmp_path / "list.txt", words))], told.append)

    assert list(found.urls) == good
    assert found.pieces == ()
    assert [int(line.partition(": line ")[2].split()[0]) for line in told] == odd
    assert all("list.txt: line" in line for line in told)


def test_a_list_without_one_good_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSource, match="line 1 is no address"):
        sort_inputs([str(write(tmp_path / "list.txt", b"www.a.example/1\nwww.a.example/2\n"))], print)


def test_a_text_that_quotes_addresses_is_a_text(tmp_path: Path) -> None:
    lines = [
        b"A paragraph.\nhttps://a.example/1\n" * 30,
        b"A paragraph.\n" * 30 + b"https://a.example/1\n" * 99,
        b"Sources: see below.\nThe paper said so on Monday.\nhttps://a.example/1\nwww.b.example/2\n",
    ]
    for text in lines:
        (piece,) = sort_inputs([str(write(tmp_path / "text.txt", text))]).pieces

        assert piece.kind == "text"


def parquet(path: Path, **columns: object) -> Path:
    pq.write_table(pa.table(columns), path, row_group_size=2)
    return path


def test_a_parquet_file_gives_a_page_a_row(tmp_path: Path) -> None:
    at = datetime(2025, 5, 5, 12, tzinfo=UTC)
    path = parquet(
        tmp_path / "p.parquet",
        url=["https://a.example/1", None, None, "https://a.example/4"],
        html=[HTML, HTML, HTML, None],
        id=["one", "two", None, "four"],
        fetched_at=pa.array([at, None, at, at], pa.timestamp("ms", tz="Europe/Paris")),
        http_status=[200, None, 99999, 200],
        headers=pa.array(
            [[("Content-Type", "text/html")], None, [], None], pa.map_(pa.string(), pa.string())
        ),
        body=["not ours"] * 4,
    )

    one, two, three, four = pages(path)

    assert isinstance(one, Page)
    assert (one.url, one.id, one.html, one.http_status) == ("https://a.example/1", "one", HTML, 200)
    assert (one.fetched_at, dict(one.headers)) == (at, {"content-type": "text/html"})
    assert isinstance(two, Page)
    assert (two.url, two.fetched_at) == ("two", READING.now)
    assert isinstance(three, Page)
    assert (three.url, three.http_status) == (f"file://{path}#2", None)
    assert isinstance(four, Reject)
    assert (four.url, four.reason) == ("https://a.example/4", "bad-input")
    assert count_pages(sort_inputs([str(path)])) == 4


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.binary(), pa.large_binary()])
def test_html_may_be_text_or_bytes(tmp_path: Path, kind: pa.DataType) -> None:
    path = parquet(tmp_path / "p.parquet", url=["https://a.example/"], html=pa.array([HTML], kind))

    assert (page(path).html or b"").removeprefix(b"\xef\xbb\xbf") == HTML


@pytest.mark.parametrize(
    "value",
    [
        "2025-05-05T12:00:00Z",
        "2025-05-05 14:00+02:00",
        datetime(2025, 5, 5, 12, tzinfo=UTC).replace(tzinfo=None),
    ],
)
def test_times_are_read_as_utc(value: object) -> None:
    batch = pa.RecordBatch.from_pylist([{"url": "u", "html": "x", "fetched_at": value}])

    (found,) = pages_of_batch(batch, READING)

    assert found.fetched_at == datetime(2025, 5, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize("value", ["yesterday", 12, None, "0001-01-01T00:00:00+14:00"])
def test_a_time_that_cannot_be_read_is_that_of_the_run(value: object) -> None:
    batch = pa.RecordBatch.from_pylist([{"url": "u", "html": "x", "fetched_at": value}])

    (found,) = pages_of_batch(batch, READING)

    assert found.fetched_at == READING.now


@pytest.mark.parametrize(
    ("value", "status"),
    [(404, 404), (404.0, 404), ("404", 404), (float("nan"), None), (99999, None), (True, None), ("ok", None)],
)
def test_a_status_is_read_as_tables_give_it(value: object, status: int | None) -> None:
    batch = pa.RecordBatch.from_pylist([{"url": "u", "html": "x", "http_status": value}])

    (found,) = pages_of_batch(batch, READING)

    assert isinstance(found, Page)
    assert found.http_status == status


def test_a_name_of_nan_is_none() -> None:
    batch = pa.RecordBatch.from_pylist([{"url": "https://a.example/", "html": "x", "id": float("nan")}])

    (found,) = pages_of_batch(batch, READING)

    assert isinstance(found, Page)
    assert found.id is None


def test_a_folder_of_parquet_files_is_read_file_by_file(tmp_path: Path) -> None:
    for number in range(3):
        folder = tmp_path / f"day={number}"
        folder.mkdir()
        parquet(folder / "x.parquet", url=[f"https://a.example/{number}"], html=[HTML])
    parquet(tmp_path / "z-other.parquet", name=["x"])

    *good, bad = sorted(pages(tmp_path), key=lambda p: isinstance(p, Reject))

    assert [p.url for p in good] == [f"https://a.example/{n}" for n in range(3)]
    assert isinstance(bad, Reject)
    assert "z-other.parquet: no column url and no column html; it has name" in (bad.detail or "")


def test_missing_columns_of_a_named_file_are_wrong_use(tmp_path: Path) -> None:
    path = parquet(tmp_path / "p.parquet", url=["https://a.example/"], content=[HTML])

    with pytest.raises(BadSource, match=r"p\.parquet: no column html; it has url, content"):
        open_source([str(path)])


def test_a_truncated_parquet_file_is_a_reject_that_names_it(tmp_path: Path) -> None:
    path = parquet(tmp_path / "p.parquet", url=["https://a.example/"], html=[HTML])
    path.write_bytes(path.read_bytes()[:-9])

    assert "p.parquet" in (reject(path).detail or "")


@pytest.mark.parametrize("name", ["p.jsonl", "p.jsonl.gz", "unnamed"])
def test_json_lines_cost_only_their_own_line(tmp_path: Path, name: str) -> None:
    good = json.dumps({"url": "https://a.example/1", "html": "<p>é\ud800</p>", "headers": '{"X-A": "b"}'})
    body = f'{good}\n\n{{"url": "https://a.example/2", "html": 7}}\nnot json\n[1]\n{good}\n'.encode()
    path = write(tmp_path / name, gzip.compress(body) if name.endswith("gz") else body)

    found = pages(path)

    assert [type(p) for p in found] == [Page, Reject, Reject, Reject, Page]
    assert "p.jsonl" not in name or found[2].url.endswith(f"{name}#4")
    assert isinstance(found[0], Page)
    assert found[0].headers == {"x-a": "b"}
    assert count_pages(sort_inputs([str(path)])) is None


def warc(path: Path, packed: bool = True) -> Path:
    answers = [
        ("https://a.example/1", "200 OK", "text/html; charset=utf-8", HTML),
        ("https://a.example/feed", "200 OK", "application/rss+xml", b"<rss/>"),
        ("https://a.example/old", "301 Moved", "text/html", b"moved"),
        ("https://a.example/2", "200 OK", "text/html", HTML),
    ]
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=packed)
        writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "test"}))
        for url, status, kind, body in answers:
            headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    url, "response", payload=io.BytesIO(body), http_headers=headers,
                    warc_headers_dict={"WARC-Date": "2024-02-03T04:05:06Z"},
                )
            )  # fmt: skip
    return path


def test_json_lines_whose_packing_is_damaged_end_in_a_reject(tmp_path: Path) -> None:
    packed = gzip.compress(b'{"url": "https://a.example/1", "html": "x"}\n')
    path = write(tmp_path / "p.jsonl.gz", packed[:10] + b"\x07" + packed[11:])  # a block of no known kind

    assert "p.jsonl.gz: Error -3" in (reject(path).detail or "")


def write_answers(
    path: Path, answers: list[tuple[tuple[str, str], ...]], body: bytes, moment: str = "2024-02-03T04:05:06Z"
) -> None:
    """Write an archive with an answer for each group of headers, all with the same body."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=False)
        for headers in answers:
            lines = [("Content-Type", "text/html"), *headers]
            answer = StatusAndHeaders("200 OK", lines, protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    "https://a.example/1", "response", payload=io.BytesIO(body), http_headers=answer,
                    warc_headers_dict={"WARC-Date": moment},
                )
            )  # fmt: skip


def test_a_web_archive_gives_its_files_texts_and_error_pages(tmp_path: Path) -> None:
    with (tmp_path / "b.warc").open("wb") as file:
        writer = WARCWriter(file, gzip=False)
        missing = StatusAndHeaders("404 Not Found", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        for url, record, kind, body, headers in (
            ("https://a.example/1", "resource", "text/html", HTML, None),
            ("https://a.example/2", "resource", "image/png", b"\x89PNG", None),
            ("https://a.example/3", "conversion", "text/plain", "Neige à Norley.".encode(), None),
            ("https://a.example/4", "response", "application/http; msgtype=response", HTML, missing),
        ):
            writer.write_record(
                writer.create_warc_record(
                    url, record, payload=io.BytesIO(body), http_headers=headers, warc_content_type=kind
                )
            )

    found = [p for p in pages(tmp_path / "b.warc") if isinstance(p, Page)]

    assert [(p.url[-1], p.html, p.text, p.http_status) for p in found] == [
        ("1", HTML, None, None),
        ("3", None, "Neige à Norley.", None),
        ("4", HTML, None, 404),
    ]
    outcome = clean(found[2])
    assert isinstance(outcome, Reject)
    assert outcome.reason == "http-error"


@pytest.mark.parametrize(("name", "packed"), [("a.warc.gz", True), ("a.warc", False), ("unnamed", True)])
def test_a_web_archive_gives_its_html_answers(tmp_path: Path, name: str, packed: bool) -> None:
    path = warc(tmp_path / name, packed)

    one, two = pages(path)

    assert isinstance(one, Page)
    assert (one.url, one.html, one.http_status, one.discovered_via) == (
        "https://a.example/1",
        HTML,
        200,
        "warc",
    )
    assert one.fetched_at == datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert one.headers["content-type"] == "text/html; charset=utf-8"
    assert (two.url, isinstance(two, Page) and two.archive_file) == ("https://a.example/2", name)
    start = path.read_bytes()[one.archive_offset or 0 :]
    assert start.startswith(b"\x1f\x8b" if packed else b"WARC/")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("br", brotli.compress(HTML)),
        ("zstd", zstd.compress(HTML)),
        ("gzip", gzip.compress(HTML)),
        ("br", HTML),  # the archiver unpacked it and left the header
    ],
    ids=["br", "zstd", "gzip", "unpacked"],  # the bytes of a gzip hold the second
)
def test_a_packed_page_of_an_archive_is_unpacked(tmp_path: Path, name: str, body: bytes) -> None:
    path = tmp_path / "b.warc"
    write_answers(path, [(("Content-Encoding", name),)], body)

    assert page(path).html == HTML


def test_a_damaged_page_of_an_archive_costs_its_own_row(tmp_path: Path) -> None:
    path = tmp_path / "b.warc"
    write_answers(path, [(("Content-Encoding", "br"),), ()], b"\xff" * 99)

    damaged, after = pages(path)

    assert isinstance(damaged, Reject)
    assert "br" in (damaged.detail or "")
    assert isinstance(after, Page)


def test_a_repeated_header_of_an_archive_keeps_its_opt_out(tmp_path: Path) -> None:
    path = tmp_path / "b.warc"
    write_answers(path, [(("X-Robots-Tag", "noai"), ("X-Robots-Tag", "nosnippet"))], HTML)

    assert page(path).headers["x-robots-tag"] == "noai\nnosnippet"


def test_a_time_without_a_zone_in_an_archive_is_utc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "b.warc"
    write_answers(path, [()], HTML, "2024-02-03T04:05:06")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()

    found = page(path).fetched_at
    monkeypatch.undo()
    time.tzset()

    assert found == datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC)


def test_a_cut_web_archive_gives_what_is_whole_and_a_reject(tmp_path: Path) -> None:
    path = warc(tmp_path / "a.warc.gz")
    path.write_bytes(path.read_bytes()[:-40])

    whole, cut = pages(path)

    assert isinstance(whole, Page)
    assert whole.html == HTML
    assert isinstance(cut, Reject)
    assert (cut.url, cut.reason) == ("https://a.example/2", "bad-input")
    assert "ends inside this record" in (cut.detail or "")


class Pipe:
    """Standard input with these bytes."""

    closed = False

    def __init__(self, body: bytes) -> None:
        self.buffer = io.BytesIO(body)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (HTML, "html"),
        (b"Snow fell.", "text"),
        (b'{"url": "u", "html": "x"}\n', "html"),
        (gzip.compress(HTML, mtime=0), "html"),
    ],
)
def test_standard_input_is_told_by_its_content(
    monkeypatch: pytest.MonkeyPatch, body: bytes, kind: str
) -> None:
    monkeypatch.setattr(sys, "stdin", Pipe(body))

    assert page("-").discovered_via == kind


def test_standard_input_is_known_by_its_content(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = (HTML, HTML + b" ", b"Snow fell.", "N\u00e9v\u00e9".encode("utf-16"), b'{"html": "<p>x</p>"}\n')
    urls = []
    for body in bodies:
        monkeypatch.setattr(sys, "stdin", Pipe(body))
        urls.append(page("-").url)
    monkeypatch.setattr(sys, "stdin", Pipe(gzip.compress(HTML)))

    assert page("-").url == urls[0] == content_address(HTML) == Page(url="", html=HTML).url
    assert all(url.startswith("page:") for url in urls)
    assert len(set(urls)) == len(bodies)


def test_a_row_of_an_engine_without_a_name_is_known_by_its_content() -> None:
    one, two = (pa.RecordBatch.from_pylist([{"url": None, "html": html}]) for html in ("x", "y"))

    assert len({next(pages_of_batch(batch)).url for batch in (one, two, one)}) == 2


def test_addresses_on_standard_input_are_for_the_crawl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Pipe(b"https://a.example/1\n"))

    assert sort_inputs(["-"]).urls == ("https://a.example/1",)


def test_a_table_on_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "p.parquet", url=["https://a.example/1", "https://a.example/2"], html=[HTML, HTML]
    )
    monkeypatch.setattr(sys, "stdin", Pipe(path.read_bytes()))

    found = sort_inputs(["-"])

    assert count_pages(found) == 2
    assert [p.url for p in open_source(found)] == ["https://a.example/1", "https://a.example/2"]


def test_closed_standard_input_is_wrong_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)

    with pytest.raises(BadSource, match="closed"):
        open_source(["-"])


def test_pages_are_counted_where_that_is_cheap(tmp_path: Path) -> None:
    for number in range(5):
        write(tmp_path / f"{number}.html", HTML)

    assert count_pages(sort_inputs([str(tmp_path)])) == 5


def test_no_two_kinds_of_input_claim_one_file_name() -> None:
    suffixes = [s for source in SOURCES for s in source.suffixes]

    assert len(suffixes) == len(set(suffixes))


def test_odd_cells_cost_themselves(tmp_path: Path) -> None:
    beyond = pa.array([1, 2**52, 3], pa.int64()).cast(pa.timestamp("ms", "UTC"))
    latin = pa.array([b"<p>caf\xe9</p>", b"<p>x</p>", b"<p>y</p>"], pa.binary())
    path = parquet(
        tmp_path / "p.parquet",
        url=pa.array([b"https://a.example/1", b"https://a.example/\xff", None], pa.binary()),
        html=pa.Array.from_buffers(pa.string(), 3, latin.buffers()),
        fetched_at=beyond,
        id=[1, 2, 3],
    )

    one, two, three = pages(path)

    assert isinstance(one, Page)
    assert (one.url, one.html, one.fetched_at.year) == ("https://a.example/1", b"<p>caf\xe9</p>", 1970)
    assert (two.url, two.fetched_at) == ("https://a.example/\ufffd", READING.now)
    assert (three.url, isinstance(three, Page) and three.id) == ("3", "3")


def test_nanoseconds_are_cut() -> None:
    times = pa.array([1_700_000_000_123_456_789], pa.timestamp("ns", "UTC"))
    batch = pa.RecordBatch.from_arrays(
        [pa.array(["u"]), pa.array(["x"]), times], names=["url", "html", "fetched_at"]
    )

    (found,) = pages_of_batch(batch, READING)

    assert type(found.fetched_at) is datetime
    assert found.fetched_at.microsecond == 123_456


def test_a_day_is_its_midnight() -> None:
    batch = pa.RecordBatch.from_pylist([{"url": "u", "html": "x", "fetched_at": date(2025, 5, 5)}])

    (found,) = pages_of_batch(batch, READING)

    assert found.fetched_at == datetime(2025, 5, 5, tzinfo=UTC)


def test_a_damaged_text_file_is_a_reject(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt.gz", gzip.compress(b"https://a.example/\n" * 9999)[:-9])

    assert "a.txt.gz" in (reject(path).detail or "")


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, HTML)
    os.close(writer)

    found = page(f"/dev/fd/{reader}")

    os.close(reader)
    assert found.html == HTML

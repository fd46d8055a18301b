"""Inputs that are made, or broken, to take others along: each costs itself, says so, and everything else comes out."""

from __future__ import annotations

import io
import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq
import pytest
from fakesite import article, articles_text
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from columnist.pipelines.batch.sources.open import open_source
from columnist.pipelines.batch.sources.rows import BadSource, Reading
from columnist.pipelines.clean import clean
from columnist.pipelines.document.repair import drop_open_formatting
from columnist.pipelines.records.article import Article, Page, Reject
from columnist.pipelines.sites.site_files import SiteFileError, load_site
from columnist.scraper.cli.main import run

HTML = article("Budget adopted")
NOW = datetime(2026, 11, 28, tzinfo=UTC)
DEEP = "[" * 900 + "]" * 900
GOOD = {"url": "https://news.example/good", "html": HTML.decode()}


def table(path: Path, **columns: pa.Array) -> Path:
    named = {"url": pa.array(["https://news.example/a"]), "html": pa.array([HTML]), **columns}
    pq.write_table(pa.table(named), path)
    return path


def archive(path: Path, records: int = 3) -> list[int]:
    """Write a packed archive, a request behind each page; return where each pair ends."""
    out, ends = io.BytesIO(), []
    writer = WARCWriter(out, gzip=path.suffix == ".gz")
    for n in range(records):
        answer = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        asked = StatusAndHeaders(f"GET /{n} HTTP/1.1", [("Host", "news.example")], is_http_request=True)
        url = f"https://news.example/{n}"
        page = writer.create_warc_record(
            url, "response", payload=io.BytesIO(article(f"Story {n}")), http_headers=answer
        )
        request = writer.create_warc_record(url, "request", payload=io.BytesIO(b""), http_headers=asked)
        writer.write_request_response_pair(request, page)
        ends.append(out.tell())
    path.write_bytes(out.getvalue())
    return ends


def articles(data: Path) -> list[str]:
    found = pads.dataset(data / "articles", partitioning="hive").to_table(columns=["url"])
    return sorted(found.column("url").to_pylist())


def test_a_column_that_is_there_twice_costs_its_file(tmp_path: Path) -> None:
    url, html = pa.array(["https://news.example/a"]), pa.array([HTML])
    pq.write_table(
        pa.Table.from_arrays([url, html, html], names=["url", "html", "html"]), tmp_path / "p.parquet"
    )

    (found,) = open_source([str(tmp_path / "p.parquet")])

    assert isinstance(found, Reject)
    assert found.detail is not None
    assert "the column html is there 2 times" in found.detail


@pytest.mark.parametrize("zone", ["Mars/Olympus", "+99:00", "../../etc/passwd", "Z" * 3_000])
def test_a_zone_that_nobody_knows_costs_nothing(tmp_path: Path, zone: str) -> None:
    micros = pa.array([1_700_000_000_000_000], pa.timestamp("us", zone))
    path = table(tmp_path / "p.parquet", fetched_at=micros, headers=pa.array([[micros[0]]]))

    (found,) = open_source([str(path)])

    assert isinstance(found, Page)
    assert found.fetched_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    "said", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-10:00", "0001-01-01", "2026-11-30", "NaN", 1e308]
)
def test_a_fetch_at_a_time_that_cannot_be_was_now(tmp_path: Path, said: object) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text(json.dumps({**GOOD, "fetched_at": said}), encoding="utf-8")

    (found,) = open_source([str(path)], Reading(now=NOW))

    assert isinstance(found, Page)
    assert found.fetched_at == NOW


def test_values_nested_deep_cost_at_most_their_line(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    lines = [json.dumps({**GOOD, "headers": nested}) for nested in (DEEP, DEEP * 200, '{"a":' * 99_999)]
    lines += [
        f'{{"html": "<p>", "{key}": {DEEP}}}' for key in ("headers", "id", "url", "http_status", "html")
    ]
    lines += ['{"html": "<p>", "url": ' + "[" * 99_999, json.dumps({**GOOD, "headers": [[[DEEP], "x"]]})]
    path.write_text("\n".join([*lines, json.dumps(GOOD)]), encoding="utf-8")

    found = list(open_source([str(path)]))

    assert len(found) == len(lines) + 1
    assert isinstance(found[-1], Page)
    assert all(isinstance(page, Page) for page in found[:3])


@pytest.mark.parametrize("name", ["x" * 5_000, "a/" * 5_000, "*" * 5_000])
def test_a_name_too_long_for_a_file_is_told(name: str) -> None:
    with pytest.raises(BadSource, match="too long"):
        open_source([name])


@pytest.mark.parametrize(
    "content",
    ["a" + ".a" * 20_000 + " = 1", "[" + "a . " * 20_000 + "a]", "x = " + "[" * 99_999, "x = " + "{a=" * 900 + "1" + "}" * 900,
     "name = " + "[" * 90 + "]" * 90, "delay = " + "9" * 5_000, "delay = 0x" + "f" * 90_000, "delay = inf",
     "[floors]\narticles_per_crawl = 99999999999", "k" * 900_000 + " = 1",
     "[[layout]]\nbody = '" + ":not(" * 20_000 + "'"],
)  # fmt: skip
def test_a_site_file_of_whatever_depth_or_size_is_a_mistake_with_its_name(
    tmp_path: Path, content: str
) -> None:
    path = tmp_path / "news.example.toml"
    path.write_text(f'seeds = ["https://news.example/"]\n{content}', encoding="utf-8")

    with pytest.raises(SiteFileError, match=r"news\.example\.toml") as caught:
        load_site(path)

    assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize("name", ["cut.warc", "cut.warc.gz"])
def test_an_archive_cut_anywhere_keeps_what_is_whole_and_says_so(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    ends = archive(path)
    whole = path.read_bytes()
    trailer = 24  # bytes: the end of a member and the blank lines behind a record hold nothing
    for cut in range(1, len(whole) - trailer, 37 if name.endswith("c") else 11):
        path.write_bytes(whole[:cut])
        told: list[str] = []

        found = list(open_source([str(path)], Reading(tell=told.append)))

        kept = sum(isinstance(page, Page) for page in found)
        assert kept >= sum(end <= cut for end in ends), cut
        at_an_end = any(0 <= cut - end < 1 or 0 < end - cut < trailer for end in ends)
        assert told or at_an_end or kept > sum(end <= cut for end in ends), cut


def test_a_cut_archive_ends_with_1_and_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, data = tmp_path / "cut.warc.gz", tmp_path / "data"
    ends = archive(path, records=4)
    whole = path.read_bytes()
    broken = ends[0] + 60  # in the second page
    path.write_bytes(whole[:broken] + b"\xff\xff" + whole[broken + 2 : -400])

    assert run(["clean", str(path), "--data", str(data)]) == 1
    said = f"cut.warc.gz: 2 broken records passed over, the first at byte {ends[0]}: "
    assert said in capsys.readouterr().err
    assert articles(data) == [f"https://news.example/{n}" for n in (0, 2)]


@pytest.mark.parametrize("body", [b"", b"<p>Not much.</p>", b"%PDF-1.7", b"\0" * 5_000])
def test_a_single_input_without_an_article_ends_with_1(tmp_path: Path, body: bytes) -> None:
    page, other = tmp_path / "a.html", tmp_path / "b.html"
    page.write_bytes(body)
    other.write_bytes(HTML)

    assert run(["clean", str(page), "--data", str(tmp_path / "data")]) == 1
    assert run(["clean", str(page), str(other), "--data", str(tmp_path / "data")]) == 0
    assert run(["clean", str(other), "--data", str(tmp_path / "data")]) == 0  # known is no failure


@pytest.mark.parametrize(
    "open_tags", ["<p><b id={}>w", "<table><b id={}></table><p>w", "<p><i class={}><em><p>w"]
)
def test_formatting_that_never_ends_costs_no_time(open_tags: str) -> None:
    story = "".join(f"<p>{words}</p>" for words in articles_text("Upper Town"))
    trap = "<style><p>x</p></style>" + "".join(open_tags.format(n) for n in range(8_000))  # it took 40 s
    began = time.process_time()

    found = clean(Page(url="https://news.example/a", html=f"<h1>Budget</h1>{story}{trap}".encode()))

    assert time.process_time() - began < 8
    assert isinstance(found, Article)
    assert "This is point 5 of Upper Town." in found.text


def test_cells_end_what_they_open() -> None:
    cells = b"<table>" + b"<tr><td><font size=2>Old paper</td></tr>" * 99 + b"</table>"

    assert drop_open_formatting(cells) == cells
    assert drop_open_formatting(b"<b>" * 20 + b"</b>" * 20) == b"<b>" * 16 + b"</b>" * 16

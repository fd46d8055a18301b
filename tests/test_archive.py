"""The archive of raw pages: what is kept, that rows lead back to it, and what a kill, a cap and forgetting make of it."""

from __future__ import annotations

import gzip
import io
import json
import shutil
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pytest
from crawldriver import crawl
from fakesite import Answer, FakeSite, article, articles_text, links
from newsroom import NOON, an_article, read, rows_of
from warcio.archiveiterator import ArchiveIterator

from columnist.pipelines.clean import clean
from columnist.pipelines.dataset.archive.members import filler, member_at
from columnist.pipelines.dataset.archive.read import NoRecord, read_page
from columnist.pipelines.dataset.archive.records import keep_page
from columnist.pipelines.dataset.archive.write import Archive, Place
from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.files.parquet_format import to_filed
from columnist.pipelines.dataset.files.storage_errors import StorageError
from columnist.pipelines.dataset.open_store import Store, StoreOptions, open_store
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.pipelines.publish.browse.view import stored_page, view_of_article
from columnist.pipelines.records.arrow_schema import ARTICLES as SCHEMA
from columnist.pipelines.records.arrow_schema import to_batch, to_row
from columnist.pipelines.records.article import Page
from columnist.scraper.cli.main import run

KEPT = 4  # articles whose pages may be kept raw
PATHS = [f"/2026/11/22/the-council-of-town-{n}-adopts-its-budget" for n in range(KEPT + 2)]


def newspaper() -> FakeSite:
    """Serve articles packed and with a cookie, half of them with an ETag; the last two ask not to be kept raw."""
    site = FakeSite()
    site.route("/", links(*PATHS))
    for n, path in enumerate(PATHS):
        head = '<meta name="robots" content="noarchive">' if n == KEPT else ""
        page = article(f"The council of town {n} adopts its budget", articles_text(f"town {n}"), head=head)
        headers = (("Content-Encoding", "gzip"), ("Set-Cookie", "sid=secret"))
        if n == KEPT + 1:
            headers += (("X-Robots-Tag", "noarchive"),)
        body = gzip.compress(page, mtime=0)
        site.route(path, Answer(body=body, headers=headers, validators=n % 2 == 0))
    return site


def records(file: Path) -> list[Any]:
    """Return type, WARC headers and body of each record, as warcio reads them, digests checked."""
    with file.open("rb") as stream:
        found = ArchiveIterator(stream, check_digests="raise")
        return [(r.rec_type, dict(r.rec_headers.headers), r.raw_stream.read()) for r in found]


def archives(data: Path) -> list[Path]:
    return sorted(data.glob("archive/day=*/*.warc.gz"))


def kept_rows(data: Path) -> dict[str, dict[str, Any]]:
    return {row["url"]: row for row in read(data).drop_columns(["day"]).to_pylist()}


@dataclass(frozen=True)
class Crawled:
    """A data folder after two crawls, and the addresses whose pages it keeps raw."""

    data: Path
    kept: list[str]
    first: dict[str, Any]  # manifest


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    data, site = tmp_path_factory.mktemp("crawled") / "data", newspaper()
    with site:
        first = crawl(data, [f"{site.base}/"])
        again = crawl(data, [f"{site.base}/"], revisit_hours=[0.0, 0.0])
    assert again["summary"]["new"] == 0
    return Crawled(data, [site.base + path for path in PATHS[:KEPT]], first["manifest"])


@pytest.fixture
def crawled(once: Crawled, tmp_path: Path) -> Crawled:
    """Give each test a copy to spoil."""
    shutil.copytree(once.data, tmp_path / "data")
    return replace(once, data=tmp_path / "data")


@pytest.mark.slow
def test_every_row_leads_back_to_its_page_which_gives_the_same_article(
    crawled: Crawled, capsys: pytest.CaptureFixture[str]
) -> None:
    data, rows = crawled.data, kept_rows(crawled.data)

    assert sorted(url for url, row in rows.items() if row["archive_file"]) == sorted(crawled.kept)
    for url in crawled.kept:
        row = rows[url]
        made = to_batch([to_row(clean(read_page(data, row["archive_file"], row["archive_offset"])))], SCHEMA)
        assert to_filed(pa.Table.from_batches([made])).to_pylist() == [row]
    row = rows[crawled.kept[0]]
    assert run(["show", row["id"], "--data", str(data), "--json", "--blocks"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["text"], bool(shown["blocks"])) == (row["text"], True)
    not_kept = next(row for row in rows.values() if row["archive_file"] is None)
    assert run(["show", not_kept["id"], "--data", str(data)]) == 1
    assert "noarchive" in capsys.readouterr().err


@pytest.mark.slow
def test_a_stored_page_is_shown_as_its_sites_file_says_today(
    crawled: Crawled, capsys: pytest.CaptureFixture[str]
) -> None:
    data, row = crawled.data, kept_rows(crawled.data)[crawled.kept[0]]
    dropped = row["paragraphs"][-1]["text"]
    file = data / "sites" / f"{row['site'].replace(':', '_')}.toml"  # as names of files spell a port
    file.parent.mkdir()
    file.write_text(
        f"""seeds = ["{row["url"]}"]\ncountry = "NZ"\n[[layout]]\ndrop = ["//p[contains(., '{dropped}')]"]\n"""
    )

    assert run(["show", row["id"], "--data", str(data), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["country"], shown["found_by"]["country"]) == ("NZ", "site-file")
    assert dropped not in shown["text"]
    view = view_of_article(data, row["id"], stored_page)
    assert view.page is not None
    assert dropped not in [b.text for b in view.page.explanation.blocks if b.fate.startswith("kept")]


@pytest.mark.slow
def test_what_is_unchanged_is_a_revisit_of_a_response_that_is_there(crawled: Crawled) -> None:
    old, new = archives(crawled.data)
    responses = {h["WARC-Target-URI"]: h for kind, h, _ in records(old) if kind == "response"}
    revisits = [h for kind, h, _ in records(new) if kind == "revisit"]

    assert [kind for kind, _, _ in records(old)][:4] == ["warcinfo", "response", "metadata", "request"]
    assert sorted(responses) == sorted(h["WARC-Target-URI"] for h in revisits) == sorted(crawled.kept)
    assert {h["WARC-Profile"].rpartition("/")[2] for h in revisits} == {
        "identical-payload-digest",
        "server-not-modified",
    }
    for h in revisits:
        response = responses[h["WARC-Target-URI"]]
        assert h["WARC-Refers-To-Date"] == response["WARC-Date"]
        assert h["WARC-Payload-Digest"] == response["WARC-Payload-Digest"]
    assert all(b"secret" not in gzip.decompress(file.read_bytes()) for file in (old, new))
    assert [f["name"] for f in crawled.first["archive"]] == [old.relative_to(crawled.data).as_posix()]
    fastwarc = pytest.importorskip("fastwarc.warc")
    with old.open("rb") as stream:
        found = [r for r in fastwarc.ArchiveIterator(stream, parse_http=False) if r.verify_block_digest()]
        assert sum(r.record_type == fastwarc.WarcRecordType.response for r in found) == len(responses)


@pytest.mark.slow
def test_forgetting_takes_pages_out_and_moves_no_other(crawled: Crawled) -> None:
    data, rows = crawled.data, kept_rows(crawled.data)
    going, *staying = crawled.kept
    old, new = archives(data)
    sizes = old.stat().st_size, new.stat().st_size
    assert run(["forget", going, "--data", str(data), "--reason", "asked to"]) == 0

    assert (old.stat().st_size, new.stat().st_size) == sizes
    assert b"town-0" not in gzip.decompress(old.read_bytes()) + gzip.decompress(new.read_bytes())
    assert [h for _, h, _ in records(old) if h.get("WARC-Target-URI") == going] == []
    for url in staying:
        row = kept_rows(data)[url]
        assert read_page(data, row["archive_file"], row["archive_offset"]).url == url
    assert run(["show", rows[going]["id"], "--data", str(data)]) == 1
    with pytest.raises(NoRecord, match="forgotten"):
        read_page(data, rows[going]["archive_file"], rows[going]["archive_offset"])
    assert verify(data, repair=False).problems == ()


@pytest.mark.slow
def test_verify_names_what_went_bad_and_a_repair_keeps_the_other_records(crawled: Crawled) -> None:
    data, rows = crawled.data, kept_rows(crawled.data)
    old, new = archives(data)
    damaged = bytearray(old.read_bytes())
    damaged[rows[crawled.kept[0]]["archive_offset"] + 20] ^= 0xFF
    old.write_bytes(damaged)
    new.unlink()

    assert [p.what for p in verify(data, repair=False).problems] == ["bad-archive"] * 2
    assert all(p.mended for p in verify(data, repair=True).problems)
    assert verify(data, repair=False).problems == ()
    for url in crawled.kept[1:]:
        assert read_page(data, rows[url]["archive_file"], rows[url]["archive_offset"]).url == url


@pytest.mark.slow
def test_without_an_archive_nothing_is_kept_raw(tmp_path: Path) -> None:
    site = newspaper()
    with site:
        done = crawl(tmp_path, [f"{site.base}/"], archive=False)

    assert done["summary"]["new"] == len(PATHS)
    assert not (tmp_path / "archive").exists()
    assert {row["archive_file"] for row in kept_rows(tmp_path).values()} == {None}


def a_page(url: str, body: bytes = b"<p>as it came") -> Page:
    return Page(url, html=body, http_status=200, fetched_at=NOON, run_id="test")


def keep(store: Store, url: str, body: bytes = b"<p>as it came") -> Place:
    """Keep a page and stage its row, as the crawl does."""
    (place,) = store.archive.append([keep_page(a_page(url, body), {}).records])
    (row,) = rows_of(an_article(url))
    store.outbox.stage(replace(row, place=place))
    return place


def addresses(count: int) -> list[str]:
    return [f"https://paper.example/{n}" for n in range(count)]


@pytest.mark.parametrize(
    "tail", [b"\x1f\x8b\x08\x00half", b"\0" * 5000, filler(700, "2026-11-22T12:00:00Z")[:-3]]
)
def test_a_torn_tail_is_cut_at_the_next_start_and_told(tmp_path: Path, tail: bytes) -> None:
    urls = addresses(3)
    with open_store(tmp_path) as store:
        places = [keep(store, url) for url in urls]
        file = tmp_path / places[0].file
        whole = file.read_bytes()
        dead = store.run_id
    file.write_bytes(whole + tail)

    assert [p.what for p in verify(tmp_path, repair=False).problems if p.what != "unknown"] == ["left-over"]
    with open_store(tmp_path) as store:
        torn = store.recovery.torn
        store.finish()
    assert torn == (f"{places[0].file}: {len(tail)} bytes",)
    assert file.read_bytes() == whole
    named = json.loads((tmp_path / f"runs/{dead}.json").read_bytes())["archive"]
    assert [(f["name"], f["bytes"]) for f in named] == [(places[0].file, len(whole))]
    assert [read_page(tmp_path, place.file, place.offset).url for place in places] == urls
    assert verify(tmp_path, repair=False).problems == ()


def test_what_broke_between_two_records_is_blanked_so_that_the_file_reads_on(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        places = [keep(store, url) for url in addresses(3)]
        file = tmp_path / places[0].file
    content = bytearray(file.read_bytes())
    with file.open("rb") as stream:
        end = member_at(stream, places[1].offset).end  # type: ignore[union-attr]
    content[places[1].offset : end] = bytes(end - places[1].offset)
    file.write_bytes(content)

    with open_store(tmp_path) as store:
        store.finish()
    assert file.stat().st_size == len(content)
    assert records(file)[-1][1]["WARC-Target-URI"] == addresses(3)[2]
    assert read_page(tmp_path, places[2].file, places[2].offset).url == addresses(3)[2]
    with pytest.raises(NoRecord):
        read_page(tmp_path, places[1].file, places[1].offset)


def test_a_disk_that_is_full_leaves_no_half_record_and_no_row(tmp_path: Path) -> None:
    write = durable._append

    def half(path: Path, handle: int, content: bytes) -> None:
        write(path, handle, content[: len(content) // 2])
        raise OSError(28, "No space left on device")

    with open_store(tmp_path) as store:
        place = keep(store, addresses(2)[0])
        size = (tmp_path / place.file).stat().st_size
        for fails in (half, write):  # what comes after the error is refused too
            with patch.object(durable, "_append", fails), pytest.raises(StorageError, match="full"):
                keep(store, addresses(2)[1])
        assert store.outbox.waiting() == 1
    assert (tmp_path / place.file).stat().st_size == size


def test_the_oldest_days_go_first_when_the_cap_is_reached(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    body = bytes(range(256)) * 40
    for day in ("2026-11-20", "2026-11-21"):
        file = tmp_path / f"archive/day={day}/old-00001.warc.gz"
        file.parent.mkdir(parents=True)
        file.write_bytes(filler(9_000, f"{day}T00:00:00Z"))
    with closing(Archive(open_output(tmp_path), tmp_path, "another-state")) as other:
        other.append([keep_page(a_page("https://paper.example/other", body), {}).records])
        with open_store(tmp_path, StoreOptions(archive_bytes=16_000)) as store:
            assert archives(tmp_path)[0].parent.name == "day=2026-11-21"
            places = [keep(store, url, body + url.encode()) for url in addresses(20)]
            manifest = store.finish()

    assert manifest["archive_dropped"][:2] == [
        "archive/day=2026-11-20/old-00001.warc.gz",
        "archive/day=2026-11-21/old-00001.warc.gz",
    ]
    left = archives(tmp_path)
    assert sum(path.stat().st_size for path in left) <= 16_000
    assert "another-state-00001.warc.gz" in [path.name for path in left]  # it is being written
    assert read_page(tmp_path, places[-1].file, places[-1].offset).url == addresses(20)[-1]
    with pytest.raises(NoRecord, match="archive-gigabytes"):
        read_page(tmp_path, places[0].file, places[0].offset)
    assert "2026-11-20" in caplog.text
    assert [p for p in verify(tmp_path, repair=False).problems if p.what != "unknown"] == []
    assert read(tmp_path).num_rows == 20


def test_an_object_store_has_a_record_before_the_row_that_points_to_it(tmp_path: Path) -> None:
    data, urls = f"memory://archive-{tmp_path.name}", addresses(3)
    options = StoreOptions(state_folder=tmp_path)
    with open_store(data, options) as store:
        place = keep(store, urls[0])
        assert (tmp_path / place.file).exists()
        store.dataset.flush()  # publishes the row
        assert read_page(data, place.file, place.offset).url == urls[0]
        dead = keep(store, urls[1])  # and the run dies
    assert open_output(data).find(dead.file) is None

    with open_store(data, options) as store:
        store.finish()
    assert read_page(data, dead.file, dead.offset).url == urls[1]
    assert list((tmp_path / "archive").rglob("*.gz")) == []
    assert verify(data, tmp_path, repair=False).problems == ()


def test_a_filler_has_any_length_and_says_nothing() -> None:
    for length in (*range(230, 480), *range(65_700, 65_800), 1_000_000):
        made = filler(length, "2026-11-22T12:00:00Z")
        (record,) = ArchiveIterator(io.BytesIO(made))
        assert (len(made), record.rec_type) == (length, "metadata")

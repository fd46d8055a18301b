"""The laws of web archives: however packed, from wherever, every whole page comes out, and what is broken is told."""

from __future__ import annotations

import gzip
import random
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import fsspec
import pytest
from backports import zstd
from s3server import BUCKET, s3_server

from columnist.pipelines.batch.sources.open import open_source, sort_inputs
from columnist.pipelines.batch.sources.rows import BadSource, Reading
from columnist.pipelines.records.article import Page, Reject

HTML = (
    b"<!DOCTYPE html><html><head><title>Snow</title></head><body><p>Snow fell on the town.</p></body></html>"
)


def record(
    n: int, body: bytes = HTML, http: bytes = b"", version: bytes = b"1.0", length: bytes | None = None
) -> bytes:
    """Return an answer's record, of a page of its own."""
    block = b"HTTP/1.1 200 OK\r\n" + (http or b"Content-Type: text/html\r\n") + b"\r\n" + body
    return (
        b"WARC/" + version + b"\r\nWARC-Type: response\r\n"
        b"WARC-Target-URI: https://a.example/%d\r\nWARC-Date: 2024-02-03T04:05:06Z\r\n"
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: " % n
        + (b"%d" % len(block) if length is None else length)
        + b"\r\n\r\n" + block + b"\r\n\r\n"
    )  # fmt: skip


RECORDS = [record(n, HTML + random.Random(n).randbytes(300)) for n in range(4)]
DICTIONARY = zstd.train_dict([record(n, HTML + b"%d" % n) for n in range(300)], 4_000)


def whole(records: list[bytes]) -> list[bytes]:
    return [b"".join(records)]


def cut_up(records: list[bytes]) -> list[bytes]:
    """Cut into blocks that know nothing of records, as bgzip does."""
    all_of = b"".join(records)
    return [all_of[at : at + 500] for at in range(0, len(all_of), 500)]


def packed(parts: list[bytes], pack: Callable[[bytes], bytes]) -> bytes:
    return b"".join(map(pack, parts))


def with_dictionary(records: list[bytes], pack: Callable[[bytes], bytes]) -> bytes:
    content = pack(DICTIONARY.dict_content)
    frame = (0x184D2A5D).to_bytes(4, "little") + len(content).to_bytes(4, "little") + content
    return frame + packed(records, lambda r: zstd.compress(r, zstd_dict=DICTIONARY))


PACKINGS: dict[str, Callable[[list[bytes]], bytes]] = {
    "plain.warc": b"".join,
    "records.warc.gz": lambda r: packed(r, gzip.compress),
    "whole.warc.gz": lambda r: packed(whole(r), gzip.compress),
    "blocks.warc.gz": lambda r: packed(cut_up(r), gzip.compress),
    "records.warc.zst": lambda r: packed(r, zstd.compress),
    "whole.warc.zst": lambda r: packed(whole(r), zstd.compress),
    "dictionary.warc.zst": lambda r: with_dictionary(r, bytes),
    "packed-dictionary.warc.zst": lambda r: with_dictionary(r, zstd.compress),
}
STARTS = (b"WARC/", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd")


def read(name: str | Path, base: str | None = None) -> tuple[list[Page], list[Reject], list[str]]:
    told: list[str] = []
    found = list(open_source(sort_inputs([str(name)], base=base), Reading(tell=told.append)))
    return (
        [p for p in found if isinstance(p, Page)],
        [r for r in found if isinstance(r, Reject)],
        told,
    )


def numbers(found: list[Page]) -> list[int]:
    return [int(page.url.rpartition("/")[2]) for page in found]


@pytest.mark.parametrize("name", PACKINGS)
@pytest.mark.parametrize("named", [True, False])
def test_an_archive_is_read_however_it_is_packed(tmp_path: Path, name: str, named: bool) -> None:
    path = tmp_path / (name if named else "unnamed")
    path.write_bytes(PACKINGS[name](RECORDS))

    found, rejects, told = read(path)

    assert (numbers(found), rejects, told) == ([0, 1, 2, 3], [], [])
    assert [(p.html or b"")[: len(HTML)] for p in found] == [HTML] * 4
    content = path.read_bytes()
    offsets = [p.archive_offset or 0 for p in found]
    assert all(content[at:].startswith(STARTS) for at in offsets)
    assert len(set(offsets)) == (1 if name.startswith("whole") else 4)
    assert all(p.archive_file == path.name for p in found)


@pytest.mark.parametrize("name", PACKINGS)
def test_damage_anywhere_costs_the_records_that_it_hits(tmp_path: Path, name: str) -> None:
    path, sound = tmp_path / name, PACKINGS[name]([record(n, HTML * (1 + n % 3)) for n in range(8)])
    chance = random.Random(name)
    for _ in range(40):
        at = chance.randrange(len(sound) // 3, len(sound))
        path.write_bytes(sound[:at] + bytes([sound[at] ^ chance.randrange(1, 256)]) + sound[at + 1 :])

        found, rejects, told = read(path)

        assert bool(rejects) == bool(told)
        if name.startswith(("records", "plain", "blocks")):
            assert len(found) >= (5 if name.startswith("blocks") else 6), at
        if name.endswith("gz"):  # whose sums tell every damage
            assert rejects or len(found) == 8, at
            assert set(numbers(found)) <= set(range(8))


ODD = {
    "length too short": (record(1, length=b"60"), 1),
    "length too long": (record(1, length=b"400"), 1),
    "length beyond the file": (record(1, length=b"99999999999"), 1),
    "length no number": (record(1, length=b"x"), 1),
    "no length": (record(1).replace(b"Content-Length", b"X-Length"), 1),
    "header without end": (b"WARC/1.0\r\nWARC-Type: response\r\n" + b"X: " + b"y" * 400_000 + b"\r\n\r\n", 1),
    "garbage": (b"garbage!\n" * 10, 1),
    "no address": (record(1).replace(b"WARC-Target-URI: https://a.example/1\r\n", b""), 0),
}  # fmt: skip


@pytest.mark.parametrize("name", ["plain.warc", "records.warc.gz", "whole.warc.gz", "records.warc.zst"])
@pytest.mark.parametrize("odd", ODD)
def test_a_broken_record_costs_itself(tmp_path: Path, odd: str, name: str) -> None:
    path, (broken, rejected) = tmp_path / name, ODD[odd]
    path.write_bytes(PACKINGS[name]([record(0), broken, record(2), record(3)]))

    found, rejects, told = read(path)

    assert numbers([p for p in found if p.url.startswith("https:")]) == [0, 2, 3]
    assert (len(rejects), len(told), len(found)) == (rejected, rejected, 4 - rejected)
    assert all(f"{name}: 1 broken record passed over, at byte" in words for words in told)


@pytest.mark.parametrize(
    "archive",
    [
        *(b"".join(record(n, version=version) for n in (0, 1)) for version in (b"0.17", b"0.18", b"1.0", b"1.1")),
        b"".join(record(n).replace(b"WARC-", b"warc-").replace(b"Content-L", b"content-l") for n in (0, 1)),
        b"".join(record(n, length=b"%d" % (41 + len(HTML))).replace(b"\r\n", b"\n") for n in (0, 1)),
        b"".join(record(n).rstrip() for n in (0, 1)),
        b"".join(record(n).replace(b"WARC-Date", b"X: y\r\n  folded\r\nWARC-Date") for n in (0, 1)),
        gzip.compress(record(0)) + gzip.compress(b"") + gzip.compress(record(1)) + bytes(700),
    ],
    ids=["0.17", "0.18", "1.0", "1.1", "lower", "line feeds", "no blank lines", "folded", "padded"],
)  # fmt: skip
def test_every_dialect_is_read(tmp_path: Path, archive: bytes) -> None:
    (tmp_path / "a.warc").write_bytes(archive)

    found, rejects, _ = read(tmp_path / "a.warc")

    assert (numbers(found), rejects) == ([0, 1], [])
    assert {p.html for p in found} == {HTML}


def test_pages_in_chunks_and_codings_are_unpacked_and_the_rest_is_passed_over(tmp_path: Path) -> None:
    squeezed = gzip.compress(HTML)
    chunks = (
        b"".join(b"%x;a=b\r\n%b\r\n" % (len(c), c) for c in (squeezed[:40], squeezed[40:])) + b"0\r\n\r\n"
    )
    page = b"content-type: text/html\r\nTransfer-Encoding: Chunked\r\nContent-Encoding: gzip\r\n"
    image = b"Content-Type: image/png\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"
    nested = b"Content-Type: application/warc\r\n"
    records = [record(0, chunks, page), record(1, b"no gzip", image), record(2, record(9), nested), record(3)]
    (tmp_path / "a.warc").write_bytes(b"".join(records))

    found, rejects, _ = read(tmp_path / "a.warc")

    assert [(p.url[-1], p.html) for p in found] == [("0", HTML), ("3", HTML)]
    assert rejects == []


def test_memory_does_not_grow_with_a_record(tmp_path: Path) -> None:
    video = b"Content-Type: video/mp4\r\n"
    archive = gzip.compress(record(0, bytes(100 << 20), video), 1) + gzip.compress(record(1))
    (tmp_path / "a.warc.gz").write_bytes(archive)
    del archive
    tracemalloc.start()

    found, rejects, _ = read(tmp_path / "a.warc.gz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (numbers(found), rejects) == ([1], [])
    assert peak < 40 << 20


class Ranges(SimpleHTTPRequestHandler):
    """A server that knows ranges, and once breaks off in the middle of an answer."""

    drops: list[int] = []  # noqa: RUF012  a handler is made for each request

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        wanted = self.headers.get("Range")
        if wanted is None or "noranges" in self.path:
            return super().do_GET()
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        content = path.read_bytes()
        part = content[int(first) : int(last or len(content)) + 1]
        self.send_response(206)
        self.send_header("Content-Length", str(len(part)))
        self.send_header("Content-Range", f"bytes {first}-{int(first) + len(part) - 1}/{len(content)}")
        self.end_headers()
        if len(part) > 100 and self.drops:
            self.drops.pop()
            self.wfile.write(part[:50])
            self.close_connection = True
            return None
        self.wfile.write(part)
        return None

    def end_headers(self) -> None:
        if "noranges" not in self.path:
            self.send_header("Accept-Ranges", "bytes")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Ranges, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def test_archives_and_lists_of_them_are_read_from_a_server(tmp_path: Path) -> None:
    folder = tmp_path / "crawl-data" / "CC-NEWS"
    folder.mkdir(parents=True)
    for n, name in enumerate(("a.warc.gz", "b-noranges.warc.gz", "c.warc.zst")):
        pack = PACKINGS["records.warc" + Path(name).suffix]
        (folder / name).write_bytes(pack([record(10 * n + m) for m in range(3)]))
    paths = [f"crawl-data/CC-NEWS/{p.name}" for p in sorted(folder.iterdir())]
    (tmp_path / "warc.paths.gz").write_bytes(gzip.compress("\n".join(paths).encode()))
    (tmp_path / "local.txt").write_text("\n".join([*paths, "crawl-data/gone.warc.gz"]))
    everything = [0, 1, 2, 10, 11, 12, 20, 21, 22]
    with served(tmp_path) as server:
        Ranges.drops.append(1)  # the first read of the first archive; it is asked for again
        one = read(f"{server}/{paths[0]}?key=secret")
        listed = read(f"{server}/warc.paths.gz")
        based = read(tmp_path / "local.txt", base=f"{server}/")
        (tmp_path / "whole.txt").write_text("\n".join(f"{server}/{path}" for path in paths))
        addressed = read(tmp_path / "whole.txt")

    assert numbers(one[0]) == [0, 1, 2]
    assert {p.archive_file for p in one[0]} == {"a.warc.gz"}
    assert numbers(listed[0]) == numbers(based[0]) == numbers(addressed[0]) == everything
    assert [len(based[1]), len(based[2])] == [1, 1]
    assert "gone.warc.gz" in based[2][0]
    assert sort_inputs(["https://a.example/warc", "https://a.example/page.html"]).pieces == ()


def test_a_list_names_archives_beside_it_or_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.warc").write_bytes(record(1))
    listed = tmp_path / "warc.paths"
    listed.write_text("sub/a.warc\n")

    assert numbers(read(listed)[0]) == [1]
    assert numbers(read(tmp_path)[0]) == [1]  # a folder's archives come once
    listed.write_text("crawl-data/b.warc.gz\n")
    with pytest.raises(BadSource, match=r"--base https://data\.commoncrawl\.org/"):
        read(listed)
    listed.write_text("nothing here\n")
    with pytest.raises(BadSource, match="names no archive"):
        read(listed)
    with pytest.raises(BadSource, match="install the driver"):
        read("nowhere9://bucket/a.warc.gz")


@pytest.mark.slow
def test_archives_are_read_from_an_object_store(tmp_path: Path) -> None:
    with s3_server():
        for n in range(3):
            with fsspec.open(f"s3://{BUCKET}/2026/{n}.warc.gz", "wb") as file:
                file.write(PACKINGS["records.warc.gz"]([record(n)]))
        with fsspec.open(f"s3://{BUCKET}/2026/notes.txt", "wb") as file:
            file.write(b"x")
        (tmp_path / "warc.paths").write_text("2026/1.warc.gz\n")

        found = [
            read(f"s3://{BUCKET}/2026/{name}") for name in ("1.warc.gz", "*.warc.gz", "", "gone.warc.gz")
        ]
        found.append(read(tmp_path / "warc.paths", base=f"s3://{BUCKET}"))

        assert [numbers(pages) for pages, _, _ in found] == [[1], [0, 1, 2], [0, 1, 2], [], [1]]
        assert [len(told) for _, _, told in found] == [0, 0, 0, 1, 0]
        with pytest.raises(BadSource, match="no archive there"):
            read(f"s3://{BUCKET}/2025/")

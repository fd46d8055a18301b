"""What CC-NEWS costs: an archive of its shape from corpus pages, cleaned by the command, and 10^8 pages reckoned from it.

    python -m tests.benchmarks.ccnews [--corpus ../shared/corpus] [--gigabytes 1] [--keep FOLDER]

The archive is Common Crawl's: a member a record, a request before each answer, some answers that are no page. Corpus
pages come again under other addresses until it is full. Prints one JSON line each: the reading alone beside warcio
and, where it is installed, fastwarc; cleaning from the archive beside cleaning the same pages from memory (one core,
CPU); the command `columnist clean` with each engine that it knows (every process counted).
"""

from __future__ import annotations

import argparse
import ctypes
import importlib.util
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count, islice
from pathlib import Path

import pyarrow.parquet as pq
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from columnist.pipelines.batch.clean_batches import clean_to_row, warm_up
from columnist.pipelines.batch.sources.files import Piece
from columnist.pipelines.batch.sources.rows import Reading
from columnist.pipelines.batch.sources.warc.read import read_warc
from columnist.pipelines.records.article import Page
from tests.benchmarks.memory import pages

ALL = 100_000_000  # pages that the costs are reckoned for
DEMO = "https://paper.example/"  # small pages of our own: no measure of a newspaper's
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of Linux
NO_PAGE = 10  # every tenth answer is a feed, a picture, a redirect
KIND = {"Content-Type": "text/html; charset=utf-8", "Server": "nginx", "Cache-Control": "max-age=60"}


def make(path: Path, corpus: Path, size: int) -> int:
    """Write an archive of about that many bytes; return how many pages are in it."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "benchmark"}))
        for number, page in enumerate(again(corpus), 1):
            write(writer, page, "200 OK", KIND)
            if number % NO_PAGE == 0:
                write(writer, page, "200 OK", {"Content-Type": "application/rss+xml"})
            if file.tell() >= size:
                break
    return number


def again(corpus: Path) -> Iterator[Page]:
    """Give the corpus pages, each round under addresses of its own."""
    for turn in count():
        for page in pages(corpus):
            if page.url and page.url.startswith(DEMO):
                continue
            url = page.url if page.url and "://" in page.url else f"https://news.example/{page.url}"
            mark = "&" if "?" in url else "?"
            yield Page(url=f"{url}{mark}turn={turn}" if turn else url, html=page.html)


def write(writer: WARCWriter, page: Page, status: str, headers: dict[str, str]) -> None:
    """Write a request and its answer."""
    host = page.url.split("/")[2]
    asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", host)], is_http_request=True)
    answered = StatusAndHeaders(status, list(headers.items()), protocol="HTTP/1.1")
    body = io.BytesIO(page.html or b"")
    answer = writer.create_warc_record(page.url, "response", payload=body, http_headers=answered)
    request = writer.create_warc_record(page.url, "request", payload=io.BytesIO(b""), http_headers=asked)
    writer.write_request_response_pair(request, answer)


def from_archive(path: Path) -> Iterator[Page]:
    """Give the archive's pages, as the command reads them."""
    return (p for p in read_warc(Piece(path, path.name, "warc"), Reading()) if isinstance(p, Page))


def by_warcio(path: Path) -> Iterator[bytes]:
    """Give the answers' blocks."""
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                yield record.raw_stream.read()


def by_fastwarc(path: Path) -> Iterator[bytes]:
    """Give the answers' blocks."""
    warc = importlib.import_module("fastwarc.warc")
    with path.open("rb") as file:
        for record in warc.ArchiveIterator(file, record_types=warc.WarcRecordType.response):
            yield record.reader.read()


def milliseconds(work: Callable[[], int]) -> float:
    """Return the CPU time for each of the things that the work did, the best of three runs."""
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        done = work()
        best = min(best, (time.process_time() - began) / done)
    return best * 1_000


def tell(**facts: object) -> None:
    """Print a line."""
    print(json.dumps(facts), flush=True)


def compare(path: Path, compared: int) -> None:
    """Print what reading costs, alone and beside cleaning."""
    warm_up()
    readers = {"columnist": from_archive, "warcio": by_warcio}
    if importlib.util.find_spec("fastwarc"):
        readers["fastwarc"] = by_fastwarc
    tell(what="reading", ms_per_page={n: round(milliseconds(lambda r=r: sum(1 for _ in islice(r(path), compared))), 3) for n, r in readers.items()})  # fmt: skip
    held = list(islice(from_archive(path), compared))
    for page in held:
        clean_to_row(page)  # what is made once
    cost = {
        "memory": milliseconds(lambda: sum(bool(clean_to_row(p)) for p in held)),
        "archive": milliseconds(lambda: sum(bool(clean_to_row(p)) for p in islice(from_archive(path), compared))),
    }  # fmt: skip
    ratio = round(cost["archive"] / cost["memory"], 3)
    tell(what="cleaning", ms_per_page={n: round(ms, 2) for n, ms in cost.items()}, ratio=ratio)


def command(path: Path, pages_in: int, engine: tuple[str, ...]) -> None:
    """Run the command and print what it cost, and what 10^8 pages would."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "columnist", "clean", str(path), "--data", f"{folder}/data", *engine]
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        with suppress(ChildProcessError):  # workers that outlived the command
            while True:
                os.wait()
        wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        if done.returncode:
            tell(what="command", engine=engine, failed=done.stderr[-500:])
            return
        rows = {kind: stored(Path(folder, "data", kind)) for kind in ("articles", "rejects")}
    cores = len(os.sched_getaffinity(0))
    tell(
        what="command",
        engine=engine,
        pages=pages_in,
        articles=rows["articles"][0],
        rejects=rows["rejects"][0],
        seconds=round(wall, 1),
        cores=cores,
        pages_per_second_per_core=round(pages_in / wall / cores, 1),
        cpu_ms_per_page=round(cpu / pages_in * 1_000, 1),
        dataset_bytes_per_page=round((rows["articles"][1] + rows["rejects"][1]) / pages_in),
        for_1e8_pages={
            "core_hours": round(cpu / pages_in * ALL / 3_600),
            "archive_terabytes": round(path.stat().st_size / pages_in * ALL / 1e12, 2),
            "dataset_terabytes": round((rows["articles"][1] + rows["rejects"][1]) / pages_in * ALL / 1e12, 3),
        },
    )


def stored(folder: Path) -> tuple[int, int]:
    """Return the rows and bytes of a folder of Parquet files."""
    files = list(folder.rglob("*.parquet"))
    return sum(pq.read_metadata(f).num_rows for f in files), sum(f.stat().st_size for f in files)


def main() -> None:
    """Make the archive, measure, print."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--corpus", type=Path, default=Path("../shared/corpus"))
    words.add_argument("--gigabytes", type=float, default=1.0)
    words.add_argument("--compared", type=int, default=300, help="Pages of the comparisons in one process.")
    words.add_argument("--keep", type=Path, help="Folder in which the archive stays.")
    asked = words.parse_args()
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)  # what the command's workers cost comes to us, too
    with tempfile.TemporaryDirectory() as folder:
        path = Path(asked.keep or folder, "CC-NEWS-20260101000000-00000.warc.gz")
        path.parent.mkdir(parents=True, exist_ok=True)
        pages_in = make(path, asked.corpus, int(asked.gigabytes * 1e9))
        tell(what="archive", pages=pages_in, megabytes=round(path.stat().st_size / 1e6, 1))
        compare(path, asked.compared)
        command(path, pages_in, ())
        offered = subprocess.run([sys.executable, "-m", "columnist", "clean", "--help"], capture_output=True, text=True, check=True)  # fmt: skip
        if "--engine" in offered.stdout and importlib.util.find_spec("ray"):
            command(path, pages_in, ("--engine", "ray"))


if __name__ == "__main__":
    main()

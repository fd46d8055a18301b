"""What a crawl of a given list of addresses costs, beside plain Scrapy, trafilatura's command and cleaning alone.

    python -m tests.benchmarks.crawl [--pages 3000] [--ways columnist,...] [--shared ../shared] [--folder FOLDER]
    python -m tests.benchmarks.crawl --flat 3000,30000

The newsstand serves the corpus's news pages on loopback, one address a publisher, without any delay. Every process is
counted, start-up too; the server's CPU apart, though it shares the two cores. `--flat` crawls two sizes instead: what a
page costs must not grow with their number.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from pathlib import Path

import psutil
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from tests.benchmarks.crawlers import WAYS, WORKERS
from tests.benchmarks.processes import Cost, run_apart

COMMAND = "trafilatura --parallel"
NAMES = (*list(WAYS)[:-1], COMMAND, list(WAYS)[-1])
SET = "fundus_pub_dev"  # 140 news pages of 90 publishers
# trafilatura's own settings but for two: the pause of 5 s between two requests to one host, and that it asks no loopback.
_OF_COMMAND = {"SLEEP_TIME": "0", "SSRF_PROTECTION": "off"}


@dataclass(frozen=True, slots=True)
class Stand:
    """The server and its addresses."""

    process: psutil.Process
    addresses: list[str]


@contextmanager
def newsstand(shared: Path, pages: int, port: int) -> Iterator[Stand]:
    """Serve at least so many pages; what waits for a Crawl-delay, the first site, is not in the list."""
    corpus = shared / "corpus" / f"{SET}.parquet"
    copies = 1 + pages // (pq.read_metadata(corpus).num_rows - 5)
    words = [sys.executable, str(shared / "newsstand" / "newsstand.py"), "--corpus", str(corpus)]
    with subprocess.Popen(
        [*words, "--port", str(port), "--copies", str(copies)], stdout=subprocess.PIPE
    ) as server:
        try:
            assert server.stdout is not None
            told = json.loads(server.stdout.readline())
            with urllib.request.urlopen(f"{told['control']}/manifest") as answer:
                sites = json.loads(answer.read())["sites"]
            of_sites = [[base + path for path in site["articles"]] for base, site in sites.items()][1:]
            mixed = chain.from_iterable(zip_longest(*of_sites))  # as a list has them: no site in a row
            addresses = list(islice(filter(None, mixed), pages))
            yield Stand(psutil.Process(server.pid), addresses)
        finally:
            server.terminate()


def words_of(way: str, listed: Path, out: Path) -> list[str]:
    """Return the command of a way."""
    if way != COMMAND:
        return [sys.executable, "-m", "tests.benchmarks.crawlers", way, str(listed), str(out)]
    from trafilatura import settings

    config = out.parent / "trafilatura.cfg"
    lines = Path(settings.__file__).with_name("settings.cfg").read_text(encoding="utf-8").splitlines()
    names = [line.partition(" = ")[0] for line in lines]
    told = [
        f"{name} = {_OF_COMMAND[name]}" if name in _OF_COMMAND else line
        for name, line in zip(names, lines, strict=True)
    ]
    config.write_text("\n".join(told), encoding="utf-8")
    command = [
        str(Path(sys.executable).with_name("trafilatura")),
        "-i",
        str(listed),
        "-o",
        str(out),
        "--json",
    ]
    return [*command, "--with-metadata", "--parallel", str(WORKERS), "--config-file", str(config)]


def articles_in(way: str, out: Path) -> int:
    """Return how many articles a way gave."""
    if way == COMMAND:
        return len(list(out.rglob("*.json")))
    if (out / "count").exists():
        return int((out / "count").read_text(encoding="ascii"))
    if (out / "articles.jsonl").exists():
        lines = (out / "articles.jsonl").read_text(encoding="utf-8").splitlines()
        return sum(bool(json.loads(line)["text"]) for line in lines)
    return int(ds.dataset(out / "articles", format="parquet").count_rows())


@dataclass(frozen=True, slots=True)
class Result:
    """One way over one list."""

    way: str
    pages: int
    articles: int
    cost: Cost
    server: float  # CPU seconds

    @property
    def rate(self) -> float:
        return self.pages / self.cost.seconds

    @property
    def cpu_ms(self) -> float:
        return 1000 * self.cost.cpu / self.pages


def go(way: str, stand: Stand, pages: int, place: Path, shared: Path) -> Result:
    """Go one way over the first so many addresses."""
    addresses = stand.addresses[:pages]
    folder = Path(tempfile.mkdtemp(dir=place))
    out, listed = folder / "out", folder / "addresses.txt"
    out.mkdir()
    listed.write_text("\n".join(addresses), encoding="utf-8")
    if way == list(WAYS)[-1]:
        table = pq.read_table(shared / "corpus" / f"{SET}.parquet", columns=["url", "html"])
        pq.write_table(table, out / "pages.parquet")
    before = sum(stand.process.cpu_times()[:2])
    cost = run_apart(words_of(way, listed, out), WORKERS)
    spent = sum(stand.process.cpu_times()[:2]) - before
    return Result(way, len(addresses), articles_in(way, out), cost, spent)


def tell(one: Result, beside: Result | None) -> None:
    """Print a row of the table; the ratios are to plain Scrapy."""
    cells = [f"{one.pages:,}", f"{one.articles:,}", f"{one.rate:.1f}", f"{one.cpu_ms:.1f}"]
    ratios = ("", "") if beside is None else (one.rate / beside.rate, one.cpu_ms / beside.cpu_ms)
    cells += [f"{ratio:.2f}" if ratio else "" for ratio in ratios]
    cells += [f"{one.cost.together_mb:.0f}", f"{1000 * one.server / one.pages:.1f}"]
    print(f"| {one.way} | {' | '.join(cells)} |", flush=True)


def head() -> None:
    """Print the head of the table."""
    print(
        "| | pages | articles | pages/s | CPU ms/page | pages/s to Scrapy's | CPU to Scrapy's | MB | server's ms |"
    )
    print("|---|---|---|---|---|---|---|---|---|", flush=True)


def main() -> None:
    """Serve, go each way, print."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--pages", type=int, default=3000)
    words.add_argument("--ways", default=";".join(NAMES), help="with semicolons between")
    words.add_argument("--flat", help="two sizes with a comma between, for the crawl alone")
    words.add_argument("--shared", type=Path, default=Path("../shared"))
    words.add_argument("--folder", type=Path, help="where the ways may write; default: a temporary folder")
    words.add_argument("--port", type=int, default=8930)
    asked = words.parse_args()
    sizes = [int(size) for size in asked.flat.split(",")] if asked.flat else [asked.pages]
    ways = [NAMES[0]] if asked.flat else asked.ways.split(";")
    ways.sort(key=lambda way: way != "Scrapy with trafilatura")  # first: the others are held against it
    beside: Result | None = None
    with (
        tempfile.TemporaryDirectory(dir=asked.folder) as place,
        newsstand(asked.shared, max(sizes), asked.port) as stand,
    ):
        head()
        for way in ways:
            for size in sizes:
                one = go(way, stand, size, Path(place), asked.shared)
                beside = beside or (one if way.startswith("Scrapy") else None)
                tell(one, beside)


if __name__ == "__main__":
    main()

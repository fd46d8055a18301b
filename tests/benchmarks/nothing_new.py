"""What a crawl costs that finds nothing new: known sites, whose feeds and fronts say that they are as they were.

    python -m tests.benchmarks.nothing_new [--sites 1000] [--runs 2] [--folder FOLDER] [--port 8940]

Each site has a loopback address of its own, a front page, a feed with a validator and one article. The first crawl learns
them; those after it are measured, every process counted. Start-up is a crawl of a list that names one page which is known.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from tests.benchmarks.processes import Cost, run_apart

WORDS = [
    "bridge",
    "council",
    "harbour",
    "budget",
    "school",
    "river",
    "market",
    "station",
    "garden",
    "library",
    "winter",
    "vote",
    "ferry",
    "road",
]
_A_NET = 250  # addresses of a loopback network that are used


def address(number: int, port: int) -> str:
    """Return where a site lies."""
    return f"http://127.1.{number // _A_NET}.{1 + number % _A_NET}:{port}"


def article(number: int) -> str:
    """Return a site's one article: words of its own, so that no site has another's text."""
    chance = random.Random(number)
    lines = [" ".join(chance.choices(WORDS, k=40)).capitalize() + "." for _ in range(6)]
    title = f"The {chance.choice(WORDS)} and the {chance.choice(WORDS)} of town {number}"
    body = "".join(f"<p>{line}</p>" for line in lines)
    head = f'<title>{title}</title><meta property="og:type" content="article">'
    return f"<!doctype html><html lang=en><head>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>"


def front(number: int) -> str:
    """Return a site's front page."""
    feed = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    links = f'<a href="/news/2026/11/a-story-of-town-{number}/">The story</a>'
    return f"<!doctype html><html lang=en><head><title>Town {number}</title>{feed}</head><body>{links}</body></html>"


def feed(number: int, port: int) -> str:
    """Return a site's feed."""
    link = f"{address(number, port)}/news/2026/11/a-story-of-town-{number}/"
    item = f"<item><title>The story</title><link>{link}</link><pubDate>Mon, 02 Nov 2026 08:00:00 GMT</pubDate></item>"
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Town {number}</title>{item}</channel></rss>'
    )


async def _answer(
    number: int, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: list[int]
) -> None:
    pages = {"/": front(number), "/feed.xml": feed(number, port)}
    pages[f"/news/2026/11/a-story-of-town-{number}/"] = article(number)
    try:
        while True:
            asked = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            seen[0] += 1
            path = asked.split(" ", 2)[1]
            mark = f'ETag: "{number}"\r\n'
            if path not in pages:
                told = "404 Not Found\r\nContent-Length: 0\r\n"
            elif "if-none-match:" in asked.lower():
                told = f"304 Not Modified\r\n{mark}"
            else:
                kind = "application/rss+xml" if path.endswith(".xml") else "text/html"
                length = len(pages[path].encode())
                told = f"200 OK\r\n{mark}Content-Type: {kind}; charset=utf-8\r\nContent-Length: {length}\r\n"
            body = pages[path] if told.startswith("200") else ""
            writer.write(f"HTTP/1.1 {told}\r\n{body}".encode())
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def _serve(sites: int, port: int, control: Connection) -> None:
    async def main() -> None:
        seen = [0]
        for number in range(sites):
            host = address(number, port).removeprefix("http://").partition(":")[0]
            await asyncio.start_server(
                lambda r, w, n=number: _answer(n, port, r, w, seen),  # type: ignore[misc]
                host,
                port,
            )
        asyncio.get_running_loop().add_reader(control.fileno(), lambda: control.send(seen[control.recv()]))
        control.send(0)
        await asyncio.Event().wait()

    asyncio.run(main())


@dataclass(frozen=True, slots=True)
class Towns:
    """The sites' server."""

    control: Connection

    def requests(self) -> int:
        """Return how many requests it has had."""
        self.control.send(0)
        return int(self.control.recv())


@contextmanager
def towns(sites: int, port: int) -> Iterator[Towns]:
    """Serve so many sites."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(sites, port, theirs), daemon=True)
    server.start()
    ours.recv()
    yield Towns(ours)
    server.terminate()


def crawl(listed: Path, data: Path, sites: int) -> Cost:
    """Crawl all sites once."""
    words = ["crawl", "--sites", str(listed), "--data", str(data), "--delay", "0", "--quiet"]
    at_once = ["--sites-at-once", str(min(sites, 200))]
    return run_apart([sys.executable, "-m", "columnist", *words, *at_once], 2)


def start_up(page: str, data: Path) -> Cost:
    """Do next to nothing: ask for one known page."""
    words = ["clean", page, "--data", str(data), "--delay", "0", "--quiet"]
    return run_apart([sys.executable, "-m", "columnist", *words], 2)


def main() -> None:
    """Serve, learn, measure, print."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--sites", type=int, default=1000)
    words.add_argument("--runs", type=int, default=2)
    words.add_argument("--folder", type=Path)
    words.add_argument("--port", type=int, default=8940)
    asked = words.parse_args()
    with (
        tempfile.TemporaryDirectory(dir=asked.folder) as place,
        towns(asked.sites, asked.port) as server,
    ):
        listed, data = Path(place, "sites.txt"), Path(place, "data")
        fronts = [f"{address(number, asked.port)}/" for number in range(asked.sites)]
        listed.write_text("\n".join(fronts), encoding="utf-8")
        print("| | sites | requests | seconds | CPU s | CPU ms/request, start-up left out | MB |")
        print("|---|---|---|---|---|---|---|")
        page, other = f"{fronts[0]}news/2026/11/a-story-of-town-0/", Path(place, "other")
        start_up(page, other)
        before = start_up(page, other)
        print(f"| start-up |  |  | {before.seconds:.1f} | {before.cpu:.2f} |  | {before.together_mb:.0f} |")
        for number in range(asked.runs + 1):
            had = server.requests()
            cost = crawl(listed, data, asked.sites)
            count = server.requests() - had
            a_request = 1000 * (cost.cpu - before.cpu) / max(count, 1)
            name = f"nothing new, {number}" if number else "first crawl"
            print(
                f"| {name} | {asked.sites} | {count} | {cost.seconds:.1f} | {cost.cpu:.2f} | {a_request:.1f} "
                f"| {cost.together_mb:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()

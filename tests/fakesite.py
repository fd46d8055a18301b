"""A real HTTP server on 127.0.0.1 that misbehaves on request, for tests of the crawl.

    with FakeSite() as site:
        site.page("/", links("/2026/11/22/the-council-adopts-its-budget"))
        site.route("/broken", Answer(500), Answer(500), article("Third time lucky"))
        ...
        assert site.paths() == [...]

A route given several answers gives them in turn and the last one from then on.
"""

from __future__ import annotations

import hashlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from html import escape
from socketserver import StreamRequestHandler, ThreadingTCPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

__all__ = ["Answer", "FakeSite", "Hit", "article", "articles_text", "links", "rss", "sitemap"]

SENTENCE = "The council of {place} adopted the budget for the coming year on Tuesday evening after four hours of debate. "
MORE = "Members of the opposition in {place} had asked for more time, which the mayor refused with thanks. "


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes over the wire for one request."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "text/html; charset=utf-8"
    raw: bytes | None = None  # sent as it is instead of all the above; b"" closes without an answer
    reset: bool = False  # drop the connection with a reset before any answer
    drip: float | None = None  # seconds between two bytes of the body
    wait: float = 0.0  # seconds before the answer
    length: int | None = None  # a Content-Length that is not true
    validators: bool = False  # ETag; a request that names it is answered with 304


@dataclass(frozen=True, slots=True)
class Hit:
    """One request as it came in."""

    path: str
    at: float
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200


Route = Answer | Callable[[str], Answer]


class FakeSite:
    """The server, its routes and what was asked of it."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self._routes: dict[str, list[Route]] = {}
        self._prefixes: dict[str, Route] = {}
        self._lock = threading.Lock()
        self.hits: list[Hit] = []
        self.open = self.most_open = 0
        self._server = _Server((host, port), _Handler)
        self._server.site = self
        self.base = f"http://{host}:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def route(self, path: str, *answers: Route | bytes) -> None:
        """Say what a path (with its query) answers, the last answer for ever."""
        self._routes[path] = [Answer(body=a) if isinstance(a, bytes) else a for a in answers]

    def under(self, prefix: str, answer: Callable[[str], Answer]) -> None:
        """Say what every path that begins so answers."""
        self._prefixes[prefix] = answer

    def paths(self) -> list[str]:
        """Return the paths asked for, in order."""
        return [hit.path for hit in self.hits]

    def count(self, path: str) -> int:
        """Return how often a path was asked for."""
        return self.paths().count(path)

    def answer(self, path: str, headers: dict[str, str]) -> Answer:
        """Choose the answer to one request and write it down."""
        with self._lock:
            answer = self._choose(path)
            tag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
            if answer.validators:
                known = headers.get("if-none-match") == tag
                answer = replace(answer, headers=(*answer.headers, ("ETag", tag)))
                answer = replace(answer, status=304, body=b"") if known else answer
            self.hits.append(Hit(path, time.monotonic(), headers, answer.status))
        return answer

    def _choose(self, path: str) -> Answer:
        answers = self._routes.get(path)
        if answers:
            route = answers.pop(0) if len(answers) > 1 else answers[0]
        else:
            found = [prefix for prefix in self._prefixes if path.startswith(prefix)]
            if not found:
                return Answer(404, b"<title>404</title><p>Not found</p>")
            route = self._prefixes[max(found, key=len)]
        return route if isinstance(route, Answer) else route(path)


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    site: FakeSite


class _Handler(StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        site = self.server.site
        with site._lock:
            site.open += 1
            site.most_open = max(site.most_open, site.open)
        try:
            while self._serve_one(site):
                pass
        except (OSError, ValueError):
            pass
        finally:
            with site._lock:
                site.open -= 1

    def _serve_one(self, site: FakeSite) -> bool:
        words = self.rfile.readline(65_536).decode("latin-1").split()
        if len(words) != 3:
            return False
        headers: dict[str, str] = {}
        while line := self.rfile.readline(65_536).decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        answer = site.answer(words[1], headers)
        time.sleep(answer.wait)
        return self._send(answer)

    def _send(self, answer: Answer) -> bool:
        if answer.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return False
        if answer.raw is not None:
            self.wfile.write(answer.raw)
            return False
        length = len(answer.body) if answer.length is None else answer.length
        head = [f"HTTP/1.1 {answer.status} Whatever", f"Content-Length: {length}"]
        if answer.status != 304:
            head.append(f"Content-Type: {answer.content_type}")
        head += [f"{name}: {value}" for name, value in answer.headers]
        self.wfile.write(("\r\n".join(head) + "\r\n\r\n").encode("latin-1"))
        if answer.drip is None:
            self.wfile.write(answer.body)
        else:
            for byte in answer.body:
                self.wfile.write(bytes([byte]))
                time.sleep(answer.drip)
        return answer.length is None


def articles_text(place: str, paragraphs: int = 6) -> list[str]:
    """Return the paragraphs of an article about a place: different for different places."""
    return [
        (SENTENCE + MORE).format(place=place) + f"This is point {n} of {place}." for n in range(paragraphs)
    ]


def article(title: str, paragraphs: Iterable[str] | None = None, more: str = "", head: str = "") -> bytes:
    """Return an article's page."""
    body = "".join(f"<p>{escape(p)}</p>" for p in paragraphs or articles_text(title))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>{head}</head>'
        f"<body><nav><a href='/'>Home</a></nav><article><h1>{escape(title)}</h1>{body}</article>{more}</body></html>"
    ).encode()


def links(*paths: str, head: str = "", more: str = "") -> bytes:
    """Return a front or section page that links to the paths, each with words that make it a headline."""
    items = "".join(f'<li><a href="{escape(p)}">{escape(_headline(p))}</a></li>' for p in paths)
    return (
        f"<!doctype html><html><head><title>The Paper</title>{head}</head><body><h1>The Paper</h1>"
        f"<ul>{items}</ul>{more}</body></html>"
    ).encode()


def _headline(path: str) -> str:
    return urlsplit(path).path.rstrip("/").rpartition("/")[2].replace("-", " ") or "Home"


def rss(base: str, paths: Iterable[str]) -> Answer:
    """Return an RSS feed of the paths."""
    items = "".join(
        f"<item><title>{escape(_headline(p))}</title><link>{base}{escape(p)}</link>"
        "<pubDate>Sun, 22 Nov 2026 09:30:00 GMT</pubDate></item>"
        for p in paths
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>The Paper</title>{items}</channel></rss>'
    return Answer(body=body.encode(), content_type="application/rss+xml", validators=True)


def sitemap(base: str, paths: Iterable[str]) -> Answer:
    """Return a sitemap of the paths."""
    urls = "".join(f"<url><loc>{base}{escape(p)}</loc></url>" for p in paths)
    body = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    return Answer(body=body.encode(), content_type="application/xml", validators=True)

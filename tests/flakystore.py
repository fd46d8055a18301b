"""A relay before a store's server that fails as networks and servers do: for tests of datasets on object stores.

    with Relay(port) as relay:
        relay.fate = lambda n, method, path: "cut-after" if method == "PUT" else "pass"

Fates: pass; 500 (and the server never hears of it); cut-before and cut-after (the connection ends before the request is
carried out, or after, so that nobody hears of it); twice (as a request sent again whose first answer got lost); slow.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

__all__ = ["Relay"]

Fate = Callable[[int, str, str], str]
SLOW = 0.5  # seconds
_HOP = ("connection", "expect", "host", "transfer-encoding")


class Relay:
    """The relay and the requests that came to it."""

    def __init__(self, port: int) -> None:
        self.fate: Fate = lambda number, method, path: "pass"
        self.requests: list[tuple[str, str]] = []
        self.port, self._lock = port, threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.relay = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def begin(self, fate: Fate) -> None:
        """Count the requests from here, and give each its fate."""
        self.requests, self.fate = [], fate

    def decide(self, method: str, path: str) -> str:
        """Write a request down and say what becomes of it."""
        with self._lock:
            self.requests.append((method, path))
            return self.fate(len(self.requests) - 1, method, path)

    def carry(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Have the server carry a request out."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.getheaders(), content


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    relay: Relay


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *words: object) -> None:
        pass

    def serve(self) -> None:
        fate = self.server.relay.decide(self.command, self.path)
        self.close_connection = True
        if fate == "cut-before":
            return
        body = self._body()
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
        if fate == "500":
            self._answer(500, [], b"<Error><Code>InternalError</Code></Error>")
            return
        answer = self.server.relay.carry(self.command, self.path, headers, body)
        if fate == "cut-after":
            return
        if fate == "twice":
            answer = self.server.relay.carry(self.command, self.path, headers, body)
        if fate == "slow":
            time.sleep(SLOW)
        self._answer(*answer)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        found = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in (*_HOP, "content-length"):
                self.send_header(name, value)
        length = next(
            (value for name, value in headers if name.lower() == "content-length"), str(len(content))
        )
        self.send_header("Content-Length", length if self.command == "HEAD" else str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else content)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = serve  # noqa: N815  the names that http.server calls

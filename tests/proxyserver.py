"""A forward proxy on loopback: GET of whole addresses and CONNECT, every name led to one server; logs what it was asked."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPResponse

_OF_THE_HOP = ("connection", "content-length", "transfer-encoding")


class ProxyServer:
    """Lead every target to `inside`; with a log-in, ask for it."""

    def __init__(self, inside: tuple[str, int], login: str | None = None) -> None:
        self.inside = inside
        self.login = login
        self.asked: list[str] = []  # "GET http://paper.example/" or "CONNECT paper.example:443"
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, near: socket.socket) -> None:
        with near, suppress(OSError):
            near.settimeout(30)
            while head := _head_of(near):
                first, _, rest = head.partition(b"\r\n")
                method, target, _ = first.decode("latin-1").split(" ", 2)
                self.asked.append(f"{method} {target}")
                if self.login is not None and _login_in(rest) != self.login:
                    near.sendall(b"HTTP/1.1 407 Log in\r\nContent-Length: 0\r\n\r\n")
                    continue
                with socket.create_connection(self.inside, timeout=30) as far:
                    if method == "CONNECT":
                        near.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
                        back = threading.Thread(target=_pipe, args=(far, near), daemon=True)
                        back.start()
                        _pipe(near, far)
                        back.join()
                        return
                    near.sendall(_fetched(far, method, target, rest))
                return


def _head_of(connection: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        received = connection.recv(65536)
        if not received:
            return b""
        head += received
    return head


def _login_in(headers: bytes) -> str | None:
    for line in headers.split(b"\r\n"):
        if line.lower().startswith(b"proxy-authorization: basic "):
            return base64.b64decode(line.rpartition(b" ")[2]).decode()
    return None


def _fetched(far: socket.socket, method: str, target: str, rest: bytes) -> bytes:
    """Ask the server inside and return its answer as the proxy passes it on."""
    path = "/" + target.split("/", 3)[3] if target.count("/") > 2 else "/"
    lines = [line for line in rest.split(b"\r\n") if not line.lower().startswith((b"proxy-", b"connection:"))]
    far.sendall(f"{method} {path} HTTP/1.1\r\n".encode("latin-1") + b"\r\n".join(lines))
    response = HTTPResponse(far, method=method)
    response.begin()
    body = response.read()
    passed = [f"{name}: {value}" for name, value in response.getheaders() if name.lower() not in _OF_THE_HOP]
    head = [
        f"HTTP/1.1 {response.status} {response.reason}",
        *passed,
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


def _pipe(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def proxy_server(inside: tuple[str, int], login: str | None = None) -> Iterator[ProxyServer]:
    """Serve for the length of a with block."""
    server = ProxyServer(inside, login)
    try:
        yield server
    finally:
        server.close()

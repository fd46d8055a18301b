"""A TCP server on loopback that says exactly what a test wrote, byte for byte, and logs what it was asked."""

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

Script = Callable[[socket.socket], None]


def say(*parts: bytes | float, end: str = "close") -> Script:
    """Make a script: bytes are sent, numbers slept; then close, reset or keep the connection open."""

    def script(connection: socket.socket) -> None:
        for part in parts:
            if isinstance(part, bytes):
                connection.sendall(part)
            else:
                time.sleep(part)
        if end == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif end == "hang":
            connection.settimeout(20)
            connection.recv(1)

    return script


def answer(status: str = "200 OK", body: bytes = b"ok", *headers: str) -> Script:
    """Make a script of one well-formed answer."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return say("\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body)


class RawServer:
    """Answer each path by its script, others by 404; `log` holds the paths in the order they were asked."""

    def __init__(
        self, scripts: Mapping[str, Script], host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
    ) -> None:
        self.scripts = dict(scripts)
        self.log: list[str] = []
        self.requests: list[bytes] = []
        self.connections = 0
        self._listener = socket.create_server((host, 0), backlog=256)
        self.host, self.port = self._listener.getsockname()[:2]
        self.url = f"{'https' if tls else 'http'}://{self.host}:{self.port}"
        self._tls = tls
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _opened(self, connection: socket.socket) -> socket.socket:
        if self._tls is None:
            return connection
        connection.settimeout(30)
        return self._tls.wrap_socket(connection, server_side=True)

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError), self._opened(connection) as connection:
            connection.settimeout(30)
            request = b""
            while b"\r\n\r\n" not in request:
                received = connection.recv(65536)
                if not received:
                    return
                request += received
            path = request.split(b" ", 2)[1].decode("latin-1")
            self.log.append(path)
            self.requests.append(request)
            self.scripts.get(path, answer("404 Not Found", b"no"))(connection)


@contextmanager
def raw_server(
    scripts: Mapping[str, Script], host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> Iterator[RawServer]:
    """Serve for the length of a with block."""
    server = RawServer(scripts, host, tls)
    try:
        yield server
    finally:
        server.close()

"""Twisted's HTTP/1.1 client with bounds: on a header section, on what many small chunks cost, and who is connected where."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from twisted.internet.defer import Deferred
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web._newclient import HTTP11ClientProtocol, ParseError
from twisted.web._newclient import Request as TxRequest
from twisted.web.http import _ChunkedTransferDecoder
from twisted.web.http_headers import InvalidHeaderName
from twisted.web.iweb import IResponse

# Bytes of status line and headers, interim (1xx) answers included; servers themselves send 8 to 32 KiB at most.
MAX_HEADER_BYTES = 128 * 1024


class _ChunksOfOneRead(_ChunkedTransferDecoder):
    """Hand on the chunks of one read together: an answer in chunks of a byte has ten thousand in one, for each of which
    Scrapy sends a signal; that held the event loop for a quarter of a second."""

    def __init__(  # Twisted names the arguments
        self,
        dataCallback: Callable[[bytes], None],  # noqa: N803
        finishCallback: Callable[[bytes], None],  # noqa: N803
    ) -> None:
        self._chunks: list[bytes] = []
        self._hand_on, self._finish = dataCallback, finishCallback
        super().__init__(self._chunks.append, self._finished)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        try:
            super().dataReceived(data)
        finally:
            self._flush()

    def _finished(self, rest: bytes) -> None:
        self._flush()
        self._finish(rest)

    def _flush(self) -> None:
        if self._chunks:
            together = b"".join(self._chunks)
            self._chunks.clear()
            self._hand_on(together)


class _BoundedParser(_LenientHTTPClientParser):
    """Give up on a header section that does not end."""

    _transferDecoders = {b"chunked": _ChunksOfOneRead}  # noqa: N815, RUF012  Twisted's table
    MAX_LENGTH = MAX_HEADER_BYTES  # of one line; Twisted's own is 16 KiB, and it hangs up without a word
    header_bytes = 0

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802
        # One name that is no name (empty, or bytes outside ASCII) must not lose the page.
        with suppress(InvalidHeaderName):
            super().headerReceived(name, value)  # type: ignore[no-untyped-call]

    def lineReceived(self, line: bytes) -> None:  # noqa: N802
        self.header_bytes += len(line) + 2
        if self.header_bytes > MAX_HEADER_BYTES:
            raise ParseError("header section too large", b"")  # type: ignore[no-untyped-call]
        super().lineReceived(line)


class BoundedProtocol(_LenientHTTP11ClientProtocol):
    """A connection that says while it is open, by its IP address."""

    address = ""
    opened: dict[str, set[BoundedProtocol]] | None = None

    def connectionMade(self) -> None:  # noqa: N802
        super().connectionMade()
        if self.opened is not None:
            self.opened.setdefault(self.address, set()).add(self)

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802
        super().connectionLost(reason)  # type: ignore[no-untyped-call]
        if self.opened is not None and self in self.opened.get(self.address, ()):
            self.opened[self.address].remove(self)
            if not self.opened[self.address]:
                del self.opened[self.address]

    def request(self, request: TxRequest) -> Deferred[IResponse]:
        answer = super().request(request)
        # The parser is made inside request(); Scrapy's own lenient parser is set in the same way.
        self._parser.__class__ = _BoundedParser
        return answer


class BoundedFactory(_LenientHTTP11ClientFactory):
    """Make such connections."""

    noisy = False
    opened: dict[str, set[BoundedProtocol]]

    def buildProtocol(self, addr: Any) -> HTTP11ClientProtocol:  # noqa: N802
        protocol = BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
        protocol.address, protocol.opened = addr.host, self.opened
        return protocol

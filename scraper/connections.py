"""The download handler: Scrapy's HTTP/1.1, with every socket checked and every header section bounded.

All requests, robots.txt and redirects included, pass through one pool, and a pool opens sockets in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Any, cast

from scrapy import Request
from scrapy.core.downloader.contextfactory import _ScrapyClientContextFactory
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError, IgnoreRequest
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import IHostnameResolver, IReactorPluggableNameResolver
from twisted.web._newclient import HTTP11ClientProtocol, ParseError
from twisted.web._newclient import Request as TxRequest
from twisted.web.client import HTTPConnectionPool
from twisted.web.http_headers import InvalidHeaderName
from twisted.web.iweb import IPolicyForHTTPS, IResponse
from zope.interface import implementer

from scraper.guard import AddressPolicy, AddressRefused, check_address, check_url, policy_for

__all__ = ["ALLOW_PRIVATE", "NAMED_ADDRESSES", "UNVERIFIED_HOSTS", "GuardedDownloadHandler", "RequestRefused"]

NAMED_ADDRESSES = "COLUMNIST_NAMED_ADDRESSES"  # Scrapy setting: addresses as the user named them
ALLOW_PRIVATE = "COLUMNIST_ALLOW_PRIVATE"  # Scrapy setting: CrawlOptions.allow_private
# Scrapy setting: hosts whose site file says verify_tls = false.
UNVERIFIED_HOSTS = "COLUMNIST_UNVERIFIED_HOSTS"

CONNECT_SECONDS = 15.0  # a server that takes longer to accept is down or a tarpit
IDLE_SECONDS = 15  # Twisted's 240 would keep a socket open for each of hundreds of sites
# Bytes of status line and headers, interim (1xx) answers included; servers themselves send 8 to 32 KiB at most.
MAX_HEADER_BYTES = 128 * 1024


class RequestRefused(AddressRefused, IgnoreRequest):
    """AddressRefused as Scrapy knows it: neither retried nor logged as an error."""


class GuardedDownloadHandler(HTTP11DownloadHandler):
    """Fetch http and https, refusing what the address policy refuses."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor  # importing it installs one: only inside a crawl

        self._policy = _policy_from(crawler.settings)
        pool = _GuardedPool(reactor, self._policy, _TlsPolicy(self._contextFactory, crawler.settings))
        pool.cachedConnectionTimeout = IDLE_SECONDS
        pool.maxPersistentPerHost = self._pool.maxPersistentPerHost
        self._pool = pool

    async def download_request(self, request: Request) -> Response:
        """Fetch one request; raise AddressRefused where it may not be fetched."""
        try:
            check_url(request.url, self._policy)
            if request.meta.get("proxy"):
                raise AddressRefused("proxy", "a proxy would connect for us, past the address check")
            response = await super().download_request(request)
        except AddressRefused as refused:
            raise RequestRefused(refused.reason, refused.detail) from refused
        if not 100 <= response.status <= 999:  # RFC 9112: three digits
            raise DownloadFailedError(f"status {response.status} is no HTTP status")
        return response


def _policy_from(settings: BaseSettings) -> AddressPolicy:
    named = settings.getlist(NAMED_ADDRESSES)
    return policy_for(named, allow_private=settings.getbool(ALLOW_PRIVATE))


class _TlsPolicy:
    """Verify certificates, but for the hosts whose site file says otherwise."""

    def __init__(self, verifying: IPolicyForHTTPS, settings: BaseSettings) -> None:
        self._verifying = verifying
        self._lenient = _ScrapyClientContextFactory(verify_certificates=False)
        self._unverified = frozenset(host.lower() for host in settings.getlist(UNVERIFIED_HOSTS))

    def creator(self, host: bytes, port: int) -> Any:
        lenient = host.decode("ascii").lower() in self._unverified
        factory: Any = self._lenient if lenient else self._verifying  # zope interfaces declare no self
        return factory.creatorForNetloc(host, port)


@implementer(IReactorPluggableNameResolver)  # what HostnameEndpoint asks for; it calls no more than is here
class _GuardedReactor:
    """The part of a reactor that an endpoint uses, with the address checked at connectTCP."""

    def __init__(self, reactor: Any, policy: AddressPolicy, host: str) -> None:
        self._reactor = reactor
        self._policy = policy
        self._host = host

    @property
    def nameResolver(self) -> IHostnameResolver:  # noqa: N802  Twisted's name
        return cast("IHostnameResolver", self._reactor.nameResolver)

    def connectTCP(self, host: str, port: int, factory: Any, **kwargs: Any) -> Any:  # noqa: N802
        check_address(self._policy, self._host, port, host)
        return self._reactor.connectTCP(host, port, factory, **kwargs)

    def callLater(self, delay: float, call: Callable[..., object], *args: Any, **kwargs: Any) -> Any:  # noqa: N802
        return self._reactor.callLater(delay, call, *args, **kwargs)

    def seconds(self) -> float:
        return float(self._reactor.seconds())


class _GuardedPool(HTTPConnectionPool):
    """A connection pool that makes its own endpoints, so that no caller can hand it an unchecked one."""

    def __init__(self, reactor: Any, policy: AddressPolicy, tls: _TlsPolicy) -> None:
        super().__init__(reactor, persistent=True)  # type: ignore[no-untyped-call]  # Twisted has no types here
        self._guarded = reactor, policy
        self._tls = tls
        self._factory = _BoundedFactory

    def getConnection(self, key: Hashable, endpoint: Any) -> Deferred[HTTP11ClientProtocol]:  # noqa: N802
        scheme, host, port, *_ = cast("tuple[Any, ...]", key)
        reactor, policy = self._guarded
        guarded = _GuardedReactor(reactor, policy, host.decode("ascii"))
        endpoint = HostnameEndpoint(guarded, host, port, timeout=CONNECT_SECONDS)
        if scheme == b"https":
            endpoint = wrapClientTLS(self._tls.creator(host, port), endpoint)
        return super().getConnection(key, endpoint)


class _BoundedParser(_LenientHTTPClientParser):
    """Give up on a header section that does not end."""

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


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: TxRequest) -> Deferred[IResponse]:
        answer = super().request(request)
        # The parser is made inside request(); Scrapy's own lenient parser is set in the same way.
        self._parser.__class__ = _BoundedParser
        return answer


class _BoundedFactory(_LenientHTTP11ClientFactory):
    noisy = False

    def buildProtocol(self, addr: Any) -> HTTP11ClientProtocol:  # noqa: N802
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]

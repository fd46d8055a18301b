"""The download handler: Scrapy's HTTP/1.1, with every socket checked and every header section bounded.

All requests, robots.txt and redirects included, pass through one pool, and a pool opens sockets in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, cast

from scrapy import Request
from scrapy.core.downloader.contextfactory import _ScrapyClientContextFactory
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    TunnelError,
    _TunnelingTCP4ClientEndpoint,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadConnectionRefusedError, DownloadFailedError, IgnoreRequest
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import IHostnameResolver, IReactorPluggableNameResolver
from twisted.web._newclient import HTTP11ClientProtocol
from twisted.web.client import HTTPConnectionPool
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from columnist.scraper.fetch.guard.address_guard import (
    AddressPolicy,
    AddressRefused,
    check_address,
    check_url,
    policy_for,
)
from columnist.scraper.fetch.guard.bounded_http import BoundedFactory, BoundedProtocol
from columnist.scraper.fetch.guard.ip_addresses import is_ones_own
from columnist.scraper.fetch.guard.proxies import PROXIES, Lookup, ProxyFailed, shown_proxy, through

NAMED_ADDRESSES = "COLUMNIST_NAMED_ADDRESSES"  # Scrapy setting: addresses as the user named them
ALLOW_PRIVATE = "COLUMNIST_ALLOW_PRIVATE"  # Scrapy setting: CrawlOptions.allow_private
ADDRESS_CONNECTIONS = "COLUMNIST_ADDRESS_CONNECTIONS"  # Scrapy setting: CrawlOptions.address_connections
# Scrapy setting: hosts whose site file says verify_tls = false.
UNVERIFIED_HOSTS = "COLUMNIST_UNVERIFIED_HOSTS"

CONNECT_SECONDS = 15.0  # a server that takes longer to accept is down or a tarpit
IDLE_SECONDS = 15  # Twisted's 240 would keep a socket open for each of hundreds of sites


class RequestRefused(AddressRefused, IgnoreRequest):
    """AddressRefused as Scrapy knows it: neither retried nor logged as an error."""


class GuardedDownloadHandler(HTTP11DownloadHandler):
    """Fetch http and https, refusing what the address policy refuses."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor  # importing it installs one: only inside a crawl

        self._policy = _policy_from(crawler.settings)
        self._proxies = frozenset(crawler.settings.getdict(PROXIES).values())
        self._lookup = Lookup(reactor)
        tls = _TlsPolicy(self._contextFactory, crawler.settings)
        self._contextFactory = cast("IPolicyForHTTPS", tls)  # tunnels ask it too
        pool = _GuardedPool(reactor, self._policy, tls)
        pool.most_per_address = crawler.settings.getint(ADDRESS_CONNECTIONS)
        pool.cachedConnectionTimeout = IDLE_SECONDS
        pool.maxPersistentPerHost = self._pool.maxPersistentPerHost
        self._pool = pool

    async def download_request(self, request: Request) -> Response:
        """Fetch one request; raise AddressRefused where it may not be fetched."""
        try:
            check_url(request.url, self._policy)
            proxy = request.meta.get("proxy")
            if proxy and proxy not in self._proxies:
                raise AddressRefused("proxy", "a proxy that was not named by --proxy or a site file")
            response = await (self._through(proxy, request) if proxy else super().download_request(request))
        except AddressRefused as refused:
            raise RequestRefused(refused.reason, refused.detail) from refused
        if not 100 <= response.status <= 999:  # RFC 9112: three digits
            raise DownloadFailedError(f"status {response.status} is no HTTP status")
        return response

    async def _through(self, proxy: str, request: Request) -> Response:
        sent = await through(proxy, request, self._policy, self._lookup)
        try:
            response = await super().download_request(sent)
        except DownloadConnectionRefusedError as error:
            raise ProxyFailed(f"{shown_proxy(proxy)} refuses connections") from error
        except TunnelError as error:
            # Scrapy's words for what the proxy said hold its status, and nothing else to go by.
            wants = "wants another log-in" if "407" in str(error) else "finds no way to the site"
            raise ProxyFailed(f"{shown_proxy(proxy)} {wants}") from error
        if response.status == 407:
            raise ProxyFailed(f"{shown_proxy(proxy)} wants another log-in")
        return response


def _policy_from(settings: BaseSettings) -> AddressPolicy:
    named = settings.getlist(NAMED_ADDRESSES)
    return policy_for(named, allow_private=settings.getbool(ALLOW_PRIVATE))


@implementer(IPolicyForHTTPS)
class _TlsPolicy:
    """Verify certificates, but for the hosts whose site file says otherwise."""

    def __init__(self, verifying: IPolicyForHTTPS, settings: BaseSettings) -> None:
        self._verifying = verifying
        self._lenient = _ScrapyClientContextFactory(verify_certificates=False)
        self._unverified = frozenset(host.lower() for host in settings.getlist(UNVERIFIED_HOSTS))

    def creatorForNetloc(self, host: bytes, port: int) -> Any:  # noqa: N802  Twisted's name
        lenient = host.decode("ascii").lower() in self._unverified
        factory: Any = self._lenient if lenient else self._verifying  # zope interfaces declare no self
        return factory.creatorForNetloc(host, port)


@implementer(IReactorPluggableNameResolver)  # what HostnameEndpoint asks for; it calls no more than is here
class _GuardedReactor:
    """The part of a reactor that an endpoint uses, with the address checked at connectTCP."""

    def __init__(
        self, reactor: Any, policy: AddressPolicy, host: str, make_room: Callable[[str], None]
    ) -> None:
        self._reactor = reactor
        self._policy = policy
        self._host = host
        self._make_room = make_room

    @property
    def nameResolver(self) -> IHostnameResolver:  # noqa: N802  Twisted's name
        return cast("IHostnameResolver", self._reactor.nameResolver)

    def connectTCP(self, host: str, port: int, factory: Any, **kwargs: Any) -> Any:  # noqa: N802
        check_address(self._policy, self._host, port, host)
        if not is_ones_own(self._host):
            self._make_room(host)
        return self._reactor.connectTCP(host, port, factory, **kwargs)

    def callLater(self, delay: float, call: Callable[..., object], *args: Any, **kwargs: Any) -> Any:  # noqa: N802
        return self._reactor.callLater(delay, call, *args, **kwargs)

    def seconds(self) -> float:
        return float(self._reactor.seconds())


class _GuardedPool(HTTPConnectionPool):
    """A connection pool that makes its own endpoints, so that no caller can hand it an unchecked one.

    Endpoints to a proxy are Scrapy's: their address was checked before they were made.
    """

    most_per_address = 0  # connections to one IP address; 0: no bound

    def __init__(self, reactor: Any, policy: AddressPolicy, tls: _TlsPolicy) -> None:
        super().__init__(reactor, persistent=True)  # type: ignore[no-untyped-call]  # Twisted has no types here
        self._guarded = reactor, policy
        self._tls = tls
        self._opened: dict[str, set[BoundedProtocol]] = {}  # by IP address
        self._factory: Any = self._factory_for

    def _factory_for(self, quiescent: Callable[[Any], None], about: str) -> BoundedFactory:
        factory = BoundedFactory(quiescent, about)  # type: ignore[no-untyped-call]
        factory.opened = self._opened
        return factory

    def _putConnection(self, key: Any, connection: Any) -> None:  # noqa: N802
        """Keep a connection for further requests, unless its IP address has half of what it may have, or more.

        The other names of an address then find room without waiting for a server to take note of a close.
        """
        most, opened = self.most_per_address, self._opened.get(connection.address, ())
        if most and len(opened) > max(1, most // 2) and not is_ones_own(key[1].decode("ascii")):
            connection.transport.loseConnection()
        else:
            super()._putConnection(key, connection)  # type: ignore[no-untyped-call]

    def _make_room(self, address: str) -> None:
        """Close connections to an IP address that wait for further requests, so that one more is within the bound.

        Those that are in use are as many as the throttle lets through.
        """
        opened = self._opened.get(address, ())
        spare = len(opened) + 1 - self.most_per_address
        if not self.most_per_address or spare <= 0:
            return
        idle = [(key, one) for key, some in self._connections.items() for one in some if one in opened]
        for key, one in idle[:spare]:
            self._timeouts[one].cancel()
            self._removeConnection(key, one)  # type: ignore[no-untyped-call]

    def _newConnection(self, key: Hashable, endpoint: Any) -> Deferred[HTTP11ClientProtocol]:  # noqa: N802
        """Open a connection: the one place where a request that finds none in the pool, or a closed one, gets another."""
        opened: Deferred[HTTP11ClientProtocol] = super()._newConnection(key, self._checked(key, endpoint))
        return opened

    def _checked(self, key: Hashable, endpoint: Any) -> Any:
        scheme, host, port, *_ = cast("tuple[Any, ...]", key)
        if scheme == b"http-proxy" or isinstance(endpoint, _TunnelingTCP4ClientEndpoint):
            return endpoint  # to the address that `through` looked at
        reactor, policy = self._guarded
        guarded = _GuardedReactor(reactor, policy, host.decode("ascii"), self._make_room)
        checked: Any = HostnameEndpoint(guarded, host, port, timeout=CONNECT_SECONDS)
        return (
            wrapClientTLS(self._tls.creatorForNetloc(host, port), checked) if scheme == b"https" else checked
        )

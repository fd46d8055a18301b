"""Proxies that the user named: which site's requests go through which, and what is checked before one does.

Through a proxy we open no connection to the site, so the check at the socket cannot be made. Instead the name is looked
at, and looked up here where that can be done; what the proxy then makes of a name is its own.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from typing import Any
from urllib.parse import unquote, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response
from twisted.internet.interfaces import IResolutionReceiver
from zope.interface import implementer

from columnist.pipelines.document.addresses import is_web_address
from columnist.pipelines.sites.site_values import proxy_address
from columnist.scraper.fetch.guard.address_guard import (
    AddressPolicy,
    AddressRefused,
    check_proxied,
    is_loopback,
)
from columnist.scraper.fetch.guard.ip_addresses import AddressOf
from columnist.scraper.fetch.guard.never_reachable import is_never, literal_of
from columnist.scraper.frontier.site_jobs import SiteJob

PROXIES = "COLUMNIST_PROXIES"  # Scrapy setting: site -> its proxy; "" is every site without one of its own
# Behind many proxies names outside are not known here, and a resolver may stay silent about them.
_LOOKUP_SECONDS = 3.0
_HOSTS_KEPT = 1_000  # five times sites_at_once

# The site whose errand this task runs: also what it is redirected to, and robots.txt there, goes by its proxy.
_site: ContextVar[str] = ContextVar("site", default="")


class ProxyFailed(DownloadFailedError):  # noqa: N818  as Scrapy names what a download ends with
    """The proxy gave no way through: not there, no log-in, or nothing behind it."""


def proxies_of(default: str | None, jobs: Iterable[SiteJob]) -> dict[str, str]:
    """Return which proxy each site's requests go through; raise ValueError for what is none."""
    of_sites = {job.name: job.site.proxy for job in jobs if job.site is not None and job.site.proxy}
    return {**({"": proxy_address(default)} if default else {}), **of_sites}


def unused_proxies(environment: Mapping[str, str], jobs: Iterable[SiteJob]) -> list[str]:
    """Return the variables that name a proxy to other programs, where the crawl leaves this machine."""
    seeds = [seed for job in jobs for seed in job.seeds if is_web_address(seed)]
    if all(is_loopback(urlsplit(seed).hostname or "") for seed in seeds):
        return []
    names = ("http_proxy", "https_proxy", "all_proxy")
    return sorted(name for name, value in environment.items() if name.lower() in names and value)


def on_behalf_of(site: str) -> None:
    """Say whose errand the running task is; tasks that it starts inherit it."""
    _site.set(site)


async def download(crawler: Crawler, request: Request) -> Response:
    """Fetch by Scrapy's downloader, through the site's proxy where it has one."""
    if proxy := _proxy_of(crawler):
        request.meta["proxy"] = proxy
    return await crawler.engine.download_async(request)


def unless_proxied(address_of: AddressOf, crawler: Crawler) -> AddressOf:
    """Return the same but for proxied errands: no address of theirs is reached from here, so none is bounded or looked up."""

    async def found(url: str) -> str | None:
        return None if _proxy_of(crawler) else await address_of(url)

    return found


def _proxy_of(crawler: Crawler) -> str | None:
    """Return the proxy of the site whose errand the running task is."""
    proxies: dict[str, str] = crawler.settings.getdict(PROXIES)
    return proxies.get(_site.get()) or proxies.get("")


async def through(proxy: str, request: Request, policy: AddressPolicy, lookup: Lookup) -> Request:
    """Return the request as it goes to the proxy; raise AddressRefused where it may not, ProxyFailed without one."""
    target = urlsplit(request.url).hostname or ""
    check_proxied(request.url, policy, await lookup.addresses(target))
    parts = urlsplit(proxy)
    found = await lookup.addresses(parts.hostname or "")
    if not found:
        raise ProxyFailed(f"{parts.hostname} does not resolve")
    if any((literal := literal_of(one)) is not None and is_never(literal) for one in found):
        raise AddressRefused("private-address", f"the proxy {parts.hostname} leads to {', '.join(found)}")
    address = min(found, key=lambda one: ":" in one)  # the first, IPv4 before IPv6
    host = f"[{address}]" if ":" in address else address
    sent = request.replace(meta={**request.meta, "proxy": f"http://{host}:{parts.port or 80}"})
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        sent.headers["Proxy-Authorization"] = b"Basic " + base64.b64encode(pair.encode())
    return sent


def shown_proxy(proxy: str) -> str:
    """Return a proxy's host and port, without its log-in."""
    return urlsplit(proxy).netloc.rpartition("@")[2]


class Lookup:
    """Names looked up once a run, by whatever Twisted resolves them with."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._known: dict[str, asyncio.Future[list[str]]] = {}

    async def addresses(self, host: str) -> list[str]:
        """Return the IP addresses of a host; none where it cannot be looked up."""
        if host not in self._known:
            if len(self._known) >= _HOSTS_KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[host] = asyncio.ensure_future(self._look_up(host))
        return await asyncio.shield(self._known[host])

    async def _look_up(self, host: str) -> list[str]:
        literal = literal_of(host)
        if literal is not None:
            return [str(literal)]
        answer = _Answer()
        with suppress(TimeoutError, ValueError):  # a name that is none
            self._reactor.nameResolver.resolveHostName(answer, host)
            async with asyncio.timeout(_LOOKUP_SECONDS):
                await answer.complete.wait()
        return answer.found


@implementer(IResolutionReceiver)
class _Answer:
    def __init__(self) -> None:
        self.found: list[str] = []
        self.complete = asyncio.Event()

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802  Twisted's names
        pass

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.found.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.complete.set()

"""Which IP address a host's requests go to, so that many names of one server share the bound of one address."""

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from twisted.internet.error import DNSLookupError

Resolve = Callable[[str], Awaitable[str]]
AddressOf = Callable[
    [str], Awaitable[str | None]
]  # the IP address whose bound holds for a request; None: none does


def is_ones_own(host: str) -> bool:
    """Say whether a host is named as this machine or an intranet's: localhost, 127.0.0.1, 10.0.0.8.

    Whoever writes such an address knows the server behind it; a name that merely resolves there is not one.
    """
    try:
        return not ipaddress.ip_address(host.strip("[]").partition("%")[0]).is_global
    except ValueError:
        return host.rstrip(".").lower() == "localhost"


def address_finder(resolve: Resolve) -> AddressOf:
    """Return what gives the IP address that bounds a request to an address; None where none does.

    A name that does not resolve is asked for here once a run: the request itself then says so.
    """
    known: dict[str, str | None] = {}  # a name each of the hosts that are asked, as in Scrapy's own table

    async def address_of(url: str) -> str | None:
        host = (urlsplit(url).hostname or "").rstrip(".")
        if not host or is_ones_own(host):
            return None
        if host not in known:
            try:
                known[host] = await resolve(host)
            except (DNSLookupError, OSError, ValueError):
                known[host] = None
        return known[host]

    return address_of


async def resolve(host: str) -> str:
    """Resolve a name as Scrapy's downloader does: through the reactor, whose table then has the answer for both."""
    from twisted.internet import reactor  # importing it installs one: only inside a crawl

    asked: Any = reactor  # zope interfaces declare no self
    found: str = await asked.resolve(host).asFuture(asyncio.get_running_loop())
    return found

"""What may be connected to: the scheme allow-list and the check of the resolved address. Pure.

`columnist.scraper.fetch.download_handler` asks `check_address` at the one place where a socket is opened, after name resolution,
so decimal and octal addresses, odd digits, names that resolve to private addresses and rebinding all end here.
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from columnist.scraper.fetch.guard.never_reachable import Address, is_never, is_never_name, literal_of

Refusal = Literal["scheme", "no-host", "too-long", "port", "credentials", "private-address", "proxy"]

_DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_URL = 4096  # characters; sitemaps allow 2,048, and Scrapy and servers grow slow on what is longer

# Intranets, the only ranges that --allow-private opens: RFC 1918, shared address space, unique local.
_INTRANET = tuple(
    ipaddress.ip_network(n)
    for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)
# Never global, whatever the Python version's own tables say of them.
_REFUSED = tuple(
    ipaddress.ip_network(n)
    for n in (
        "0.0.0.0/8", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4",
        "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16",
        "fec0::/10",
    )
)  # fmt: skip
# Addresses that carry an IPv4 address which a gateway may deliver to: NAT64 and 6to4.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

# Names that no public resolver answers for: RFC 6761, 6762, 8375, and what ICANN set aside for private use.
_PRIVATE_NAMES = (".local", ".localhost", ".home.arpa", ".internal", ".intranet", ".lan", ".corp", ".home")

# Ports of other services, where an HTTP request can do harm: the list that browsers block (WHATWG Fetch).
BAD_PORTS = frozenset(
    (1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
     109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
     526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
     3659, 4045, 4190, 5060, 5061, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080)
)  # fmt: skip


class AddressRefused(Exception):  # noqa: N818  it is an outcome, not an error
    """This address may not be fetched; `reason` is counted, the text names what and why."""

    def __init__(self, reason: Refusal, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: Refusal = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """What the user opened beyond the public web."""

    named: frozenset[tuple[str, int]] = frozenset()  # (host, port) of the loopback or private seeds
    allow_private: bool = False  # intranet ranges; loopback and link-local stay shut


def policy_for(urls: Iterable[str], *, allow_private: bool = False) -> AddressPolicy:
    """Open exactly the (host, port) pairs of those addresses that name an IP address or localhost.

    A name that resolves to a private address is not opened by being named: it may be somebody else's name.
    """
    fronts = {_front_of(url) for url in urls}  # a list has thousands of pages of one host
    named = (_opened_by(front) for front in fronts)
    return AddressPolicy(frozenset(pair for pair in named if pair is not None), allow_private)


def _front_of(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}/" if len(url) <= MAX_URL else ""


def _opened_by(url: str) -> tuple[str, int] | None:
    """Return the host and port that an address opens by being named."""
    if refusal(url, AddressPolicy()) not in (None, "private-address", "port"):
        return None
    parts = urlsplit(url)
    host = _host_key(parts.hostname or "")
    literal = _literal(host)
    if not _is_localhost(host) and (literal is None or is_never(literal)):
        return None
    return host, parts.port or _DEFAULT_PORTS[parts.scheme]


def refusal(url: str, policy: AddressPolicy) -> Refusal | None:
    """Say why an address is not to be asked for, as far as its text alone tells; None where it may be."""
    try:
        parts = urlsplit(url)
        host, port = _host_key(parts.hostname or ""), parts.port
    except ValueError:
        return "no-host"
    if parts.scheme not in _DEFAULT_PORTS:
        return "scheme"
    if not host:
        return "no-host"
    if len(url) > MAX_URL:
        return "too-long"
    if parts.username is not None or parts.password is not None:
        return "credentials"
    port = _DEFAULT_PORTS[parts.scheme] if port is None else port
    spelled = literal_of(host)
    if is_never_name(host) or (spelled is not None and is_never(spelled)):
        return "private-address"
    if (host, port) in policy.named:
        return None
    if port in BAD_PORTS or port == 0:
        return "port"
    if _is_localhost(host) or (spelled is not None and not _may_connect(spelled, policy)):
        return "private-address"
    return None


def check_url(url: str, policy: AddressPolicy = AddressPolicy()) -> None:
    """Raise AddressRefused where `refusal` has a reason."""
    reason = refusal(url, policy)
    if reason is not None:
        raise AddressRefused(reason, f"{url[:200]!r} is not fetched")


def check_address(policy: AddressPolicy, host: str, port: int, address: str) -> None:
    """Raise AddressRefused unless a socket may be opened to `address`, to which `host` resolved."""
    resolved = _literal(address)
    if resolved is None:
        raise AddressRefused("private-address", f"{host!r} resolved to {address!r}, which is no IP address")
    if is_never(resolved):
        raise AddressRefused(
            "private-address",
            f"{host} leads to {resolved}, which no flag opens: link-local, or a cloud's metadata",
        )
    key = _host_key(host)
    as_named = resolved.is_loopback if _is_localhost(key) else resolved == _literal(key)
    if (key, port) in policy.named and as_named:
        return
    if port in BAD_PORTS:
        raise AddressRefused("port", f"{host}:{port} is a port of another service")
    if not _may_connect(resolved, policy):
        raise AddressRefused(
            "private-address",
            f"{host} resolved to {resolved}, which is not on the public web; "
            "name the address on the command line, or set --allow-private for an intranet",
        )


def check_proxied(url: str, policy: AddressPolicy, addresses: Iterable[str]) -> None:
    """Raise AddressRefused unless a proxy may be asked for this; `addresses` is what its name resolves to here, if known.

    The proxy resolves the name anew, so names that mean nothing on the public web are refused too.
    """
    check_url(url, policy)
    parts = urlsplit(url)
    host = _host_key(parts.hostname or "")
    port = parts.port or _DEFAULT_PORTS[parts.scheme]
    for address in addresses:
        check_address(policy, host, port, address)
    if literal_of(host) is not None or (host, port) in policy.named:
        return
    if not re.fullmatch(r"[a-z0-9._-]+", host):  # the proxy may decode what is no plain name
        raise AddressRefused("no-host", f"{host!r} is no host name that a proxy is asked for")
    if not policy.allow_private and ("." not in host or host.endswith(_PRIVATE_NAMES)):
        raise AddressRefused(
            "private-address", f"{host} is a name of private networks; set --allow-private for an intranet"
        )


def is_loopback(host: str) -> bool:
    """Say whether a host, as written, is this machine: a loopback address or localhost."""
    key = _host_key(host)
    literal = _literal(key)
    return _is_localhost(key) or (literal is not None and literal.is_loopback)


def _may_connect(address: Address, policy: AddressPolicy) -> bool:
    address = _carried(address)
    if policy.allow_private and any(address in net for net in _INTRANET if net.version == address.version):
        return True
    refused = any(address in net for net in _REFUSED if net.version == address.version)
    return address.is_global and not (refused or address.is_multicast or address.is_reserved)


def _carried(address: Address) -> Address:
    """Return the IPv4 address inside a mapped, 6to4, NAT64 or ISATAP address; else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    low = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _NAT64 or (int(address) >> 32) & 0xFFFFFFFF in (0x00005EFE, 0x02005EFE):
        return low
    return address.ipv4_mapped or address.sixtofour or address


def _host_key(host: str) -> str:
    return host.strip("[]").rstrip(".").lower()


def _is_localhost(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost")


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None

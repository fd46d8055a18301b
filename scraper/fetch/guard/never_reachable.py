"""Addresses of the machine under us that no flag opens: clouds' metadata and their agents, link-local. Pure.

They answer with the machine's own keys to whoever asks from it, so a page must never lead there.
"""

import ipaddress
import socket
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# network, whose, where it says so
NEVER: tuple[tuple[str, str, str], ...] = (
    ("169.254.0.0/16", "AWS, Azure, Google, Oracle, DigitalOcean, OpenStack, Akamai, Tencent (.169.254, .0.23), AWS ECS "
     "and EKS (.170.2, .170.23), Scaleway (.42.42): link-local, RFC 3927", "docs.cloud-init.io datasources"),
    ("fe80::/10", "OpenStack (fe80::a9fe:a9fe): link-local, RFC 4291", "docs.openstack.org/nova metadata"),
    ("168.63.129.16/32", "Azure's agent", "learn.microsoft.com what-is-ip-address-168-63-129-16"),
    ("100.100.100.200/32", "Alibaba Cloud", "alibabacloud.com ecs view-instance-metadata"),
    ("fd00:100::100:200/128", "Alibaba Cloud", "alibabacloud.com ecs view-instance-metadata"),
    ("192.0.0.192/32", "Oracle Cloud Classic", "docs.oracle.com iaas classic instance metadata"),
    ("fd00:c1::a9fe:a9fe/128", "Oracle Cloud", "docs.oracle.com iaas gettingmetadata"),
    ("fd00:ec2::/32", "AWS: metadata (::254), EKS (::23), time and names", "docs.aws.amazon.com instancedata-data-retrieval"),
    ("fd20:ce::254/128", "Google Cloud", "docs.cloud.google.com compute metadata"),
    ("fd00:42::42/128", "Scaleway", "docs.cloud-init.io datasources scaleway"),
    ("fd00:a9fe:a9fe::1/128", "Akamai", "docs.cloud-init.io datasources akamai"),
)  # fmt: skip
_NETWORKS = tuple(ipaddress.ip_network(network) for network, _, _ in NEVER)
# Names that a proxy may resolve for us to one of them; by themselves they would be refused once resolved.
_NAMES = ("metadata", "instance-data", "metadata.google.internal", "metadata.goog", "instance-data.ec2.internal",
          "metadata.tencentyun.com", "metadata.oraclecloud.com")  # fmt: skip
# Those of them with an IPv4 address of its own, for gateways whose prefix nobody knows.
_HOSTS = frozenset(
    ipaddress.IPv4Address(host)
    for host in ("169.254.169.254", "169.254.170.2", "169.254.170.23", "169.254.42.42", "169.254.0.23",
                 "168.63.129.16", "100.100.100.200", "192.0.0.192")
)  # fmt: skip
# Prefixes that say that an IPv4 address follows: mapped and compatible, NAT64 (RFC 6052, 8215), 6to4, Teredo.
_GATEWAYS = tuple(ipaddress.IPv6Network(n) for n in ("::/64", "64:ff9b::/32", "2002::/16", "2001::/32"))
_32_BITS = (1 << 32) - 1


def is_never(address: Address) -> bool:
    """Say whether this is one of them, also where an IPv6 address carries it to a gateway."""
    if _is_listed(address):
        return True
    if isinstance(address, ipaddress.IPv4Address):
        return False
    carried = _carried(int(address))
    # Behind any other prefix, 32 bits that happen to lie in 169.254.0.0/16 are no reason to refuse a site.
    return not carried.isdisjoint(_HOSTS) or (
        any(address in net for net in _GATEWAYS) and any(map(_is_listed, carried))
    )


@lru_cache(maxsize=4096)  # a host is looked at some seven times a request, and has many requests
def _is_listed(address: Address) -> bool:
    return any(address in net for net in _NETWORKS if net.version == address.version)


def is_never_name(host: str) -> bool:
    """Say whether a host name is known for leading to one of them."""
    return host in _NAMES


def literal_of(host: str) -> Address | None:
    """Return the address that a host spells: dotted, IPv6, or as C libraries read 0xa9fea9fe and 0251.0376.43518."""
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        pass
    if not host[:1].isdigit() or not host.isascii():
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _carried(bits: int) -> set[ipaddress.IPv4Address]:
    """Return every IPv4 address that an IPv6 one may hold, at the places where standards put it."""
    # NAT64 of /96, /64 and /32 (where Teredo has its server), and 6to4.
    whole = [bits >> shift for shift in (0, 24, 64, 80)]
    # NAT64 of /40, /48 and /56: bits 64 to 71 are zero and cut the four bytes in two.
    cut = [(bits >> 64) << below | (bits >> (56 - below)) & ((1 << below) - 1) for below in (8, 16, 24)]
    turned = ~bits  # Teredo's client, RFC 4380
    return {ipaddress.IPv4Address(number & _32_BITS) for number in (*whole, *cut, turned)}

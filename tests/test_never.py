"""Metadata services of clouds: out of reach whatever is named or set, in every spelling and through every way in."""

from __future__ import annotations

import ipaddress

import pytest
from fetcher import fetch_all
from rawserver import answer, raw_server, say

from columnist.scraper.fetch.guard.address_guard import (
    AddressPolicy,
    AddressRefused,
    check_address,
    policy_for,
    refusal,
)
from columnist.scraper.fetch.guard.never_reachable import NEVER

AWS, AZURE, ALIBABA = "169.254.169.254", "168.63.129.16", "100.100.100.200"
ADDRESSES = (AWS, AZURE, ALIBABA, "192.0.0.192", "169.254.170.2", "169.254.42.42", "169.254.0.23", "fd00:ec2::254",
             "fd00:ec2::23", "fd20:ce::254", "fd00:c1::a9fe:a9fe", "fd00:42::42", "fd00:a9fe:a9fe::1",
             "fd00:100::100:200", "fe80::a9fe:a9fe")  # fmt: skip


def dressed(address: str) -> list[str]:
    """Return the IPv6 addresses that carry an IPv4 one to a gateway, by RFC 4291, 6052, 8215, 3056, 4380 and 5214."""
    v4 = ipaddress.IPv4Address(address)
    hexes = f"{int(v4) >> 16:x}:{int(v4) & 0xFFFF:x}"
    turned = f"{int(v4) >> 16 ^ 0xFFFF:x}:{int(v4) & 0xFFFF ^ 0xFFFF:x}"
    a, b, c, d = v4.packed
    return [f"::ffff:{address}", f"::{address}", f"::ffff:0:{address}", f"64:ff9b::{address}", f"64:ff9b:1::{address}",
            f"2002:{hexes}::1", f"2001:0:{hexes}::1", f"2001:0:808:808::{turned}", f"2606:4700::5efe:{address}",
            f"2606:4700:64::{address}", f"64:ff9b:1:{a:02x}{b:02x}:{c:x}:{d:02x}00::",
            f"2606:4700:{hexes}::"]  # fmt: skip


def numbers(address: str) -> list[str]:
    """Return how C libraries read an IPv4 address too."""
    v4 = int(ipaddress.IPv4Address(address))
    a, b, c, d = v4.to_bytes(4, "big")
    return [str(v4), hex(v4), f"0{v4:o}", f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}", f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
            f"{a}.{b}.{v4 & 0xFFFF}", f"{a}.{v4 & 0xFFFFFF}", f"{address}."]  # fmt: skip


SPELLINGS = [*ADDRESSES, *(one for v4 in (AWS, AZURE, ALIBABA) for one in (*dressed(v4), *numbers(v4)))]


def url_of(host: str, port: int = 80) -> str:
    return f"http://[{host}]:{port}/" if host.count(":") > 1 else f"http://{host}:{port}/"


@pytest.mark.parametrize("host", [*SPELLINGS, "metadata.google.internal", "METADATA.TENCENTYUN.COM."])
def test_it_is_refused_by_its_text_though_it_is_named_and_private_networks_are_open(host: str) -> None:
    policy = policy_for([url_of(host)], allow_private=True)

    assert policy.named == frozenset()
    assert refusal(url_of(host), policy) == "private-address"


@pytest.mark.parametrize("address", [*ADDRESSES, *dressed(AWS), *dressed(AZURE), *dressed(ALIBABA)])
def test_no_name_may_lead_there_though_it_is_named_and_private_networks_are_open(address: str) -> None:
    named = frozenset({("intranet.example", 80), (address, 80), ("localhost", 80)})
    for host in ("intranet.example", "localhost", address):
        with pytest.raises(AddressRefused, match="private-address"):
            check_address(AddressPolicy(named, allow_private=True), host, 80, address)


@pytest.mark.parametrize("address", ["100.100.100.201", "fd00:ec3::1", "10.169.254.1", "fd20:ce::255"])
def test_its_neighbours_are_an_intranet(address: str) -> None:
    check_address(AddressPolicy(allow_private=True), "intranet.example", 80, address)


@pytest.mark.parametrize(
    "address", ["2606:4700::a9fe:1", "2a00:1450:a9fe:4009::200e", "168.63.129.17", "8.8.8.8"]
)
def test_a_public_address_that_looks_a_little_like_it_is_fetched(address: str) -> None:
    check_address(AddressPolicy(), "paper.example", 443, address)


def test_each_says_whose_it_is_and_where_that_is_written() -> None:
    assert all(whose and source for _, whose, source in NEVER)


@pytest.mark.slow
def test_no_socket_is_opened_to_it_by_name_redirect_or_robots_file() -> None:
    names = {f"trap{n}.example": [address] for n, address in enumerate(ADDRESSES)}
    with raw_server({"/control": answer()}) as site:
        hosts = [*names, *SPELLINGS]
        for n, host in enumerate(hosts):
            location = f"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\nLocation: {url_of(host)}\r\n\r\n"
            site.scripts[f"/r/{n}"] = say(location.encode())
        urls = [*map(url_of, hosts), *(f"{site.url}/r/{n}" for n in range(len(hosts))), f"{site.url}/control"]
        found = fetch_all(
            urls, COLUMNIST_NAMED_ADDRESSES=[site.url, *map(url_of, hosts)], COLUMNIST_ALLOW_PRIVATE=True,
            REDIRECT_ENABLED=True, ASK_ROBOTS=False, NAMES={**names, **{h: [h] for h in ADDRESSES}},
        )  # fmt: skip

        assert found[f"{site.url}/control"][0] == 200
        assert {tuple(address[:2]) for address in found["connected"]} == {(site.host, site.port)}
        for name in names:
            assert found[url_of(name)][:2] == ["RequestRefused", "private-address"]

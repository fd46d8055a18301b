"""The address guard: what may be connected to, asserted at the socket of real crawls."""

import subprocess
import sys
from typing import Any

import pytest
from fetcher import fetch_all
from rawserver import RawServer, answer, raw_server, say

from columnist.scraper.fetch.guard.address_guard import (
    AddressPolicy,
    AddressRefused,
    check_address,
    check_url,
    policy_for,
    refusal,
)

# Hosts that must not be reached, whatever they are spelled like; {port} is a listening canary's.
ADDRESS_TRICKS = (
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7F.1", "0177.0.0.1", "017700000001",
    "0x7f.0x0.0x0.0x1", "127.000.000.001", "127.0.0.01", "127.255.255.254", "127.0.1.5", "0", "0.0.0.0", "00",
    "0x0", "127.0.0.1.", "localhost", "LOCALHOST", "localhost.", "paper.localhost", "[::1]", "[::]",
    "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]",
    "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2002:a00:1::1]",
    "[fe80::1]", "[fe80::5efe:7f00:1]", "[fc00::1]", "[fd12:3456::1]", "[fec0::1]", "[ff02::1]", "[100::1]",
    "[2001:db8::1]", "[2001:0:7f00:1::]", "①②⑦.⓪.⓪.①", "１２７.０.０.１", "127。0。0。1", "127．0．0．1", "127｡0｡0｡1",
    "127%2e0%2e0%2e1", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.9.9", "192.168.0.1",
    "169.254.169.254", "169.254.1.1", "100.64.0.1", "198.18.0.1", "192.0.0.1", "192.0.2.1", "203.0.113.7",
    "198.51.100.1", "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "private.example", "mapped.example", "metadata.google.internal", "rebind.example", "rebind.example",
    "paper.example@127.0.0.1", "u:p@127.0.0.1", "127.0.0.1:80@127.0.0.1",
)  # fmt: skip
# Locations that a redirect may carry and that lead to the canary in some URL parser.
REDIRECT_TRICKS = (
    "//127.0.0.1:{port}/", "///127.0.0.1:{port}/", "http:127.0.0.1:{port}/", "http:/127.0.0.1:{port}/",
    "/\\127.0.0.1:{port}/", "\\\\127.0.0.1:{port}/", "http:\\\\127.0.0.1:{port}\\", " http://127.0.0.1:{port}/",
    "http://127.0.0.1\t:{port}/", "ht\ttp://127.0.0.1:{port}/", "http://127.0.0.1:{port}\\@paper.example/",
    "http://paper.example#@127.0.0.1:{port}/", "http://paper.example?@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}%00.paper.example/", "http://0x7f.1:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
    "http://2130706433:{port}/", "https://127.0.0.1:{port}/", "HTTP://LOCALHOST:{port}/",
)  # fmt: skip
SCHEME_TRICKS = (
    "file:///etc/passwd", "FILE:///etc/passwd", "file:/etc/passwd", "file://localhost/etc/passwd",
    "file://127.0.0.1/etc/passwd", "file:etc/passwd", " file:///etc/passwd", "\tfile:///etc/passwd",
    "fi\tle:///etc/passwd", "\x00file:///etc/passwd", "ftp://127.0.0.1:{port}/", "ftps://127.0.0.1:{port}/",
    "sftp://127.0.0.1:{port}/", "tftp://127.0.0.1:{port}/", "gopher://127.0.0.1:{port}/_x",
    "dict://127.0.0.1:{port}/d:x", "ldap://127.0.0.1:{port}/", "ldaps://127.0.0.1:{port}/",
    "ws://127.0.0.1:{port}/", "wss://127.0.0.1:{port}/", "s3://127.0.0.1:{port}/key", "gs://bucket/key",
    "data:text/html,<p>x", "data:;base64,eA==", "javascript:alert(1)", "vbscript:x", "about:blank",
    "blob:http://127.0.0.1:{port}/x", "view-source:http://127.0.0.1:{port}/", "feed:http://127.0.0.1:{port}/",
    "jar:http://127.0.0.1:{port}!/x", "mailto:a@paper.example", "tel:+123", "urn:isbn:1", "chrome://settings",
    "netdoc:///etc/passwd", "unix:/run/docker.sock", "http+unix://%2Frun%2Fdocker.sock/x", "ssh://127.0.0.1:{port}",
    "telnet://127.0.0.1:{port}/", "rtsp://127.0.0.1:{port}/", "smb://127.0.0.1:{port}/x", "hxxp://127.0.0.1:{port}/",
    "h2://127.0.0.1:{port}/", "httpx://127.0.0.1:{port}/", "://127.0.0.1:{port}/",
)  # fmt: skip
NAMES = {
    "private.example": ["127.0.0.1"],
    "mapped.example": ["10.1.2.3"],
    "metadata.google.internal": ["169.254.169.254"],
    "rebind.example": ["10.0.0.7", "127.0.0.1"],
    "localhost": ["127.0.0.1"],
    "paper.localhost": ["127.0.0.1"],
    "0": ["0.0.0.0"],
    "127.1": ["127.0.0.1"],
    "2130706433": ["127.0.0.1"],
    "0x7f000001": ["127.0.0.1"],
}
OPEN = AddressPolicy()


def _redirect(location: str) -> Any:
    raw = location.encode("utf-8").replace(b"\r", b"").replace(b"\n", b"")
    return say(
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\nLocation: " + raw + b"\r\n\r\n"
    )


def _crawl_tricks(site: RawServer, tricks: list[str], **settings: Any) -> dict[str, Any]:
    site.scripts |= {f"/r/{n}": _redirect(trick) for n, trick in enumerate(tricks)}
    urls = [*tricks, *(f"{site.url}/r/{n}" for n in range(len(tricks))), f"{site.url}/control"]
    return fetch_all(urls, COLUMNIST_NAMED_ADDRESSES=[site.url], REDIRECT_ENABLED=True, **settings)


@pytest.mark.slow
@pytest.mark.parametrize("names", [None, NAMES], ids=["system resolver", "names that resolve to private"])
def test_no_address_trick_opens_a_socket(names: dict[str, list[str]] | None) -> None:
    with raw_server({"/control": answer()}) as site, raw_server({"/": answer()}, "0.0.0.0") as canary:
        tricks = [f"http://{host}:{canary.port}/" for host in ADDRESS_TRICKS]
        tricks += [location.format(port=canary.port) for location in REDIRECT_TRICKS]
        outcomes = _crawl_tricks(site, tricks, **({"NAMES": names} if names else {}))

        assert outcomes[f"{site.url}/control"][0] == 200
        assert canary.connections == 0
        assert {tuple(address[:2]) for address in outcomes["connected"]} == {(site.host, site.port)}
        assert [t for t in tricks if outcomes[t][0] == 200] == []
        if names:  # refused after resolution, not for want of an address
            for name in ("private.example", "mapped.example", "metadata.google.internal", "rebind.example"):
                assert outcomes[f"http://{name}:{canary.port}/"][:2] == ["RequestRefused", "private-address"]


@pytest.mark.slow
def test_no_scheme_trick_is_fetched() -> None:
    with raw_server({"/control": answer()}) as site, raw_server({"/": answer()}) as canary:
        tricks = [trick.format(port=canary.port) for trick in SCHEME_TRICKS]
        outcomes = _crawl_tricks(site, tricks)

        assert outcomes[f"{site.url}/control"][0] == 200
        assert canary.connections == 0
        assert {tuple(address[:2]) for address in outcomes["connected"]} == {(site.host, site.port)}
        assert [t for t in tricks if outcomes[t][0] == 200] == []


@pytest.mark.slow
def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server({"/control": answer()}) as site, raw_server({}) as proxy:
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        outcomes = fetch_all([f"{site.url}/control"], COLUMNIST_NAMED_ADDRESSES=[site.url])

        assert outcomes[f"{site.url}/control"][0] == 200
        assert proxy.connections == 0


def test_the_tricks_are_as_many_as_promised() -> None:
    assert len(set(ADDRESS_TRICKS)) + len(set(REDIRECT_TRICKS)) >= 40
    assert len(set(SCHEME_TRICKS)) >= 30


@pytest.mark.parametrize("trick", SCHEME_TRICKS)
def test_other_schemes_are_refused_by_their_text(trick: str) -> None:
    assert refusal(trick.format(port=8900), OPEN) in ("scheme", "no-host", "private-address")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://paper.example/a", None),
        ("http://paper.example:8080/", None),
        ("http://8.8.8.8/", None),
        ("http:///x", "no-host"),
        ("http://paper.example:99999/", "no-host"),
        ("http://paper.example:0/", "port"),
        ("http://[::1", "no-host"),
        ("http://paper.example:25/", "port"),
        ("http://paper.example:6379/", "port"),
        ("http://u@paper.example/", "credentials"),
        ("http://:p@paper.example/", "credentials"),
        ("http://127.0.0.1/", "private-address"),
        ("http://localhost/", "private-address"),
        ("http://paper.example/" + "a" * 4096, "too-long"),
        ("", "scheme"),
    ],
)
def test_an_address_is_refused_by_its_text_where_that_tells(url: str, reason: str | None) -> None:
    assert refusal(url, OPEN) == reason


def test_check_url_names_the_address_and_the_reason() -> None:
    with pytest.raises(AddressRefused, match=r"private-address.*127"):
        check_url("http://127.0.0.1/x")
    check_url("http://paper.example/")


def test_only_the_named_host_and_port_are_opened() -> None:
    policy = policy_for(
        ["http://127.0.1.5:8900/", "http://localhost:8080", "http://[::1]:81/", "https://127.0.0.9"]
    )

    assert policy.named == {("127.0.1.5", 8900), ("localhost", 8080), ("::1", 81), ("127.0.0.9", 443)}
    assert refusal("http://127.0.1.5:8900/a", policy) is None
    assert refusal("http://127.0.1.5:8901/a", policy) == "private-address"
    check_address(policy, "127.0.1.5", 8900, "127.0.1.5")
    check_address(policy, "localhost", 8080, "127.0.0.1")
    check_address(policy, "::1", 81, "::1")
    for host, port, address in [
        ("127.0.0.1", 8901, "127.0.0.1"),
        ("127.0.1.5", 8901, "127.0.1.5"),
        ("127.0.1.6", 8900, "127.0.1.6"),
        ("127.0.1.5", 8900, "127.0.0.1"),
        ("other.example", 8900, "127.0.1.5"),
        ("localhost", 8080, "10.0.0.1"),
        ("127.0.0.9", 80, "127.0.0.9"),
    ]:
        with pytest.raises(AddressRefused):
            check_address(policy, host, port, address)


def test_a_name_is_not_opened_by_being_named() -> None:
    policy = policy_for(["http://intranet.example/", "file:///etc/passwd", "http://0x7f.1:8900/"])

    assert policy.named == frozenset()
    with pytest.raises(AddressRefused, match="--allow-private"):
        check_address(policy, "intranet.example", 80, "10.0.0.1")


def test_a_list_opens_each_host_that_one_of_its_pages_names() -> None:
    pages = [f"http://127.0.0.{host}:8900/a/{page}?b#c" for host in (1, 2) for page in range(2_000)]

    policy = policy_for([*pages, "http://[::1/", f"http://127.0.0.3/{'a' * 5_000}", "http://me@127.0.0.4/"])

    assert policy.named == {("127.0.0.1", 8900), ("127.0.0.2", 8900)}


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "172.20.1.1", "192.168.1.1", "100.64.0.1", "fd00::1", "::ffff:10.0.0.1"]
)
def test_an_intranet_is_opened_by_option(address: str) -> None:
    check_address(AddressPolicy(allow_private=True), "intranet.example", 80, address)
    with pytest.raises(AddressRefused):
        check_address(OPEN, "intranet.example", 80, address)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1", "::", "255.255.255.255",
     "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "not an address"],
)  # fmt: skip
def test_an_intranet_is_not_this_machine_nor_its_metadata(address: str) -> None:
    with pytest.raises(AddressRefused):
        check_address(AddressPolicy(allow_private=True), "intranet.example", 80, address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_the_public_web_is_open(address: str) -> None:
    check_address(OPEN, "paper.example", 443, address)


def test_ports_of_other_services_stay_shut_on_the_public_web() -> None:
    with pytest.raises(AddressRefused, match="port"):
        check_address(OPEN, "paper.example", 25, "8.8.8.8")


def test_the_guard_needs_no_scrapy() -> None:
    code = "import sys, columnist.scraper.fetch.guard.address_guard, columnist.scraper.throttle.pace, columnist.scraper.robots.parser; sys.exit('scrapy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

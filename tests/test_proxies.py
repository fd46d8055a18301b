"""Proxies that the user names: everything goes through them, and nothing that the guard refuses does."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow.dataset as pads
import pytest
from commandline import columnist
from crawldriver import crawl
from fakesite import Answer, FakeSite, article, links
from fetcher import fetch_all
from proxyserver import proxy_server
from rawserver import answer, raw_server
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from test_connections import _certificate

from columnist.pipelines.records.redact import redacted
from columnist.pipelines.sites.site_values import proxy_address
from columnist.scraper.fetch.guard.address_guard import AddressPolicy, AddressRefused, check_proxied
from columnist.scraper.fetch.guard.proxies import (
    PROXIES,
    on_behalf_of,
    proxies_of,
    unless_proxied,
    unused_proxies,
)
from columnist.scraper.frontier.site_jobs import job_for_address
from columnist.scraper.spiders.news import NewsSpider

PAPER = "http://paper.example"
PATHS = ["/2026/11/22/the-council-adopts-its-budget", "/2026/11/21/a-bridge-is-closed-for-a-year"]


def place(site: FakeSite) -> tuple[str, int]:
    parts = urlsplit(site.base)
    return str(parts.hostname), int(parts.port or 80)


def stock(site: FakeSite) -> None:
    site.route("/", links(*PATHS))
    site.under("/2026/", lambda path: Answer(body=article(path)))


def urls_of(data: Path) -> list[str]:
    rows = pads.dataset(data / "articles", partitioning="hive").to_table(columns=["url"]).to_pylist()
    return sorted(row["url"] for row in rows)


@pytest.mark.slow
def test_a_crawl_goes_through_the_proxy_and_its_password_is_kept_nowhere(tmp_path: Path) -> None:
    with FakeSite() as site, proxy_server(place(site), "desk:s3cr3t/word") as proxy:
        stock(site)
        named = proxy.url.replace("://", "://desk:s3cr3t%2Fword@")
        done = crawl(tmp_path, [f"{PAPER}/"], proxy=named, contact="desk@you.example")

        assert done["summary"]["new"] == 2, done
        assert {f"GET {PAPER}{path}" for path in ("/robots.txt", "/", *PATHS)} <= set(proxy.asked)
        assert len(proxy.asked) == len(site.hits)
        assert not any("proxy" in name.lower() for hit in site.hits for name in hit.headers)
    assert urls_of(tmp_path) == sorted(PAPER + path for path in PATHS)
    assert done["manifest"]["options"].get("proxy") in (None, proxy.url)
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"s3cr3t" not in kept


@pytest.mark.slow
def test_a_site_has_a_proxy_of_its_own_also_where_it_is_redirected_to(tmp_path: Path) -> None:
    with FakeSite() as site, FakeSite() as direct, proxy_server(place(site), "desk:s3cr3t") as proxy:
        stock(site)
        stock(direct)
        site.route("/old", Answer(301, headers=(("Location", "http://moved.example/"),)))
        (tmp_path / "sites").mkdir()
        named = proxy.url.replace("://", "://desk:s3cr3t@")
        (tmp_path / "sites" / "paper.toml").write_text(f'seeds = ["{PAPER}/old"]\nproxy = "{named}"\n')
        where = ("--site-files", "sites", "--data", "data", "--delay", "0", "--contact", "desk@you.example")
        ran = columnist("crawl", "paper", f"{direct.base}/", *where, cwd=tmp_path)

        assert ran.returncode == 0, ran.stderr
        assert "4 new" in ran.stdout
        assert {"GET http://moved.example/robots.txt", "GET http://moved.example/"} <= set(proxy.asked)
        assert not any(direct.base in asked for asked in proxy.asked)
    (manifest,) = (tmp_path / "data" / "runs").glob("*.json")
    assert json.loads(manifest.read_bytes())["options"]["site_proxies"] == {"paper": proxy.url}
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert b"s3cr3t" not in kept + ran.stderr.encode() + ran.stdout.encode()
    assert f"paper through the proxy {proxy.url}" in ran.stderr


@pytest.mark.slow
def test_a_proxy_of_the_environment_is_named_and_not_used(tmp_path: Path) -> None:
    with raw_server({}) as proxy:
        where = ("--data", "data", "--contact", "desk@you.example")
        ran = columnist(
            "crawl", "http://10.0.0.1/", *where, HTTPS_PROXY=proxy.url, no_proxy="x", cwd=tmp_path
        )

        assert "HTTPS_PROXY is set and not used: name the proxy with --proxy" in ran.stderr
        assert proxy.connections == 0


def test_only_variables_that_name_a_proxy_count_and_only_beyond_this_machine() -> None:
    theirs = {"https_proxy": "http://p:1", "ALL_PROXY": "socks5://p:1", "http_proxy": "", "NO_PROXY": "x"}

    assert unused_proxies(theirs, [job_for_address("https://paper.example/")]) == ["ALL_PROXY", "https_proxy"]
    assert unused_proxies(theirs, [job_for_address("http://127.0.0.1:8737/")]) == []


@pytest.mark.slow
def test_a_tunnel_is_verified_like_any_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "valid.pem"))
    with (
        raw_server({"/a": answer()}, tls=_certificate(tmp_path)) as good,
        raw_server({"/a": answer()}, tls=_certificate(tmp_path, expired=True)) as expired,
    ):
        for opted_out, fetched in (([], [good]), (["127.0.0.1"], [good, expired])):
            with (
                proxy_server((good.host, good.port), "desk:pass") as one,
                proxy_server((expired.host, expired.port), "desk:pass") as other,
            ):
                logins = [proxy.url.replace("://", "://desk:pass@") for proxy in (one, other)]
                through = dict(zip((f"{good.url}/a", f"{expired.url}/a"), logins, strict=True))
                found = fetch_all(
                    [*through], COLUMNIST_NAMED_ADDRESSES=[*through], COLUMNIST_UNVERIFIED_HOSTS=opted_out,
                    COLUMNIST_PROXIES=dict(enumerate(logins)), PROXY_OF=through,
                )  # fmt: skip

                assert [url for url in through if found[url][0] == 200] == [f"{s.url}/a" for s in fetched]
                for server, proxy in ((good, one), (expired, other)):
                    assert proxy.asked[0] == f"CONNECT {server.host}:{server.port}"
                assert {tuple(address[:2]) for address in found["connected"]} == {
                    ("127.0.0.1", one.port),
                    ("127.0.0.1", other.port),
                }
        assert not any(b"Proxy-Authorization" in request for request in (*good.requests, *expired.requests))


REFUSED = ("http://169.254.169.254/", "http://2852039166/", "http://0xa9fea9fe/", "http://[::ffff:169.254.169.254]/",
           "http://[64:ff9b::a9fe:a9fe]/", "http://metadata.google.internal/", "http://localhost:81/", "http://10.0.0.1/",
           "http://127.1/", "http://0177.0.0.1/", "http://printer/", "http://wiki.corp/", "http://nas.local/",
           "http://private.example/", "https://trap.example/", "http://paper%2eexample/", "http://168.63.129.16/")  # fmt: skip


@pytest.mark.slow
def test_nothing_that_the_guard_refuses_is_asked_of_a_proxy() -> None:
    names = {
        "private.example": ["10.1.2.3"],
        "trap.example": ["100.100.100.200"],
        "paper.example": ["8.8.8.8"],
    }
    with raw_server({"/": answer()}) as server, proxy_server((server.host, server.port)) as proxy:
        urls = [*REFUSED, f"{PAPER}/", "http://unknown-here.example/"]
        found: dict[str, Any] = fetch_all(
            urls, COLUMNIST_PROXIES={"": proxy.url}, PROXY_OF=dict.fromkeys(urls, proxy.url), NAMES=names
        )

        assert [url for url in REFUSED if found[url][0] != "RequestRefused"] == []
        assert found[f"{PAPER}/"][0] == found["http://unknown-here.example/"][0] == 200
        assert sorted(proxy.asked) == [f"GET {PAPER}/", "GET http://unknown-here.example/"]


@pytest.mark.slow
def test_a_proxy_that_does_not_work_is_told_as_that() -> None:
    with (
        raw_server({"/": answer()}) as server,
        proxy_server((server.host, server.port), "desk:pass") as proxy,
    ):
        metadata = "http://169.254.169.254:3128"
        through = {
            f"{PAPER}/no-log-in": proxy.url,
            "https://paper.example/no-log-in": proxy.url,
            f"{PAPER}/nobody-there": "http://127.0.0.1:1",
            f"{PAPER}/no-name": "http://no-such-proxy.invalid:3128",
            f"{PAPER}/metadata": metadata,
        }
        named = {str(n): each for n, each in enumerate(through.values())}
        found = fetch_all([*through], COLUMNIST_PROXIES=named, PROXY_OF=through)
        refused = found.pop(f"{PAPER}/metadata")
        assert {found[url][0] for url in through if url in found} == {"ProxyFailed"}
        assert refused[:2] == ["RequestRefused", "private-address"]
    assert server.connections == 0


def test_a_private_network_behind_a_proxy_is_opened_by_option_but_not_its_metadata() -> None:
    opened = AddressPolicy(allow_private=True)

    check_proxied("http://wiki.corp/", opened, [])
    check_proxied("http://wiki.corp/", opened, ["10.0.0.1"])
    for url, addresses in (
        ("http://metadata.google.internal/", []),
        ("http://wiki.corp/", ["fd00:ec2::254"]),
    ):
        with pytest.raises(AddressRefused):
            check_proxied(url, opened, addresses)


@pytest.mark.parametrize(
    "proxy", ["http://proxy.example:3128", "http://u:p%2Fw@127.0.0.1:3128/", "http://[::1]:8080"]
)
def test_a_proxy_that_speaks_http_is_taken(proxy: str) -> None:
    assert proxy_address(proxy) == proxy
    assert proxies_of(proxy, []) == {"": proxy}


@pytest.mark.parametrize(
    ("proxy", "words"),
    [("socks5://u:s3cr3t@p.example:1080", "not socks"), ("https://u:s3cr3t@p.example", "not socks or https"),
     ("p.example:3128", "is no proxy"), ("http://u:s3cr3t/x@p.example", "is no proxy"), ("http://", "is no proxy"),
     ("http://p.example:99999", "is no proxy"), ("u:s3cr3t@p.example:1", "is no proxy"), ("", "is no proxy")],
)  # fmt: skip
def test_another_proxy_is_refused_without_its_password(proxy: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        proxy_address(proxy)
    assert "s3cr3t" not in str(refused.value)
    assert redacted(str(refused.value)) == str(refused.value), "the example of a log-in is no secret"


def test_a_site_behind_a_proxy_is_neither_looked_up_nor_bounded_by_an_address_here() -> None:
    asked: list[str] = []

    async def address_of(url: str) -> str | None:
        asked.append(url)
        return "192.0.2.7"

    async def found(site: str) -> str | None:
        on_behalf_of(site)
        crawler = Crawler(NewsSpider, Settings({PROXIES: {"proxied.example": "http://127.0.0.1:3128"}}))
        return await unless_proxied(address_of, crawler)(f"http://{site}/")

    assert [asyncio.run(found(site)) for site in ("proxied.example", "plain.example")] == [None, "192.0.2.7"]
    assert asked == ["http://plain.example/"]


@pytest.mark.slow
def test_a_proxy_that_is_not_there_is_told_with_its_name(tmp_path: Path) -> None:
    place = "127.0.0.1:1"
    where = ("--data", "data", "--delay", "0", "--contact", "desk@you.example")
    ran = columnist("crawl", f"{PAPER}/", *where, "--proxy", f"http://desk:s3cr3t@{place}", cwd=tmp_path)

    assert ran.returncode == 1
    assert f"its proxy {place} refuses connections; look at --proxy" in ran.stderr
    assert "s3cr3t" not in ran.stderr

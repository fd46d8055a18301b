"""Every way that a fetch can end is a value: the real Fetcher and RobotsFetch, Scrapy's engine stood in for.

An engine that answers from a table fails as servers seldom do; that real sockets end in the same outcomes is
for test_crawl, test_broken_http and test_robots to say.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fakeengine import HOME, PAGE, Engine, Outcome, answer, crawler_with
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response

from columnist.pipelines.records.site import Site
from columnist.scraper.crawl.fetcher import Fetcher, Network
from columnist.scraper.fetch.guard.address_guard import AddressPolicy, AddressRefused
from columnist.scraper.fetch.outcomes import DEAD_TRIES, Fetched, Unfetched
from columnist.scraper.fetch.redirect_trail import Trail
from columnist.scraper.fetch.stats import Tally
from columnist.scraper.frontier.records import Lease
from columnist.scraper.frontier.site_jobs import SiteJob, job_for_site
from columnist.scraper.robots.decisions import RobotsAnswer
from columnist.scraper.robots.parser import RobotsRules, read_robots
from columnist.scraper.robots.robots import Robots, RobotsOptions, RobotsTools
from columnist.scraper.throttle.throttle import Throttle, pace_key

SITE = Site(name="paper.example", seeds=(f"{HOME}/",), deny=("/video/",))
AGENT = "Columnist/0.1 (+https://you.example)"


def leading_to(target: str, url: str = PAGE) -> Response:
    return answer(302, url=url, Location=target)


def network_of(engine: Engine, tally: Tally | None = None, robots: bytes = b"") -> Network:
    async def fetch(url: str) -> RobotsAnswer:
        return RobotsAnswer(404) if not robots else RobotsAnswer(200, robots)

    async def rules(body: bytes, agent: str) -> RobotsRules | None:
        return read_robots(body, agent)

    async def tdm(body: bytes, url: str) -> None:
        return None

    tools = RobotsTools(fetch, rules, tdm, time.time)
    asked = Robots(RobotsOptions(AGENT, ask_tdmrep=False), tools)
    throttle = Throttle(0.0, sleep=lambda _: asyncio.sleep(0))
    known = {f"{HOME}/2026/11/22/known"}
    return Network(
        crawler_with(engine), asked, throttle, AddressPolicy(), tally or Tally(), lambda url: url in known
    )


LEASE = Lease(b"k" * 16, PAGE, SITE.name, "page", "link", 1, 1)


def fetched(
    answers: Mapping[str, Outcome | list[Outcome]] | Outcome, lease: Lease = LEASE, tally: Tally | None = None,
    robots: bytes = b"",
) -> Fetched | Unfetched:  # fmt: skip
    engine = Engine(answers if isinstance(answers, Mapping) else {lease.url: answers})
    job: SiteJob = job_for_site(SITE)
    network = network_of(engine, tally, robots)
    return asyncio.run(Fetcher(network, lambda job, verdict: None).fetch(lease, job))


@pytest.mark.parametrize(
    ("outcome", "what", "reason"),
    [
        (AddressRefused("private-address", "10.0.0.1"), "filtered", "private-address"),
        (DownloadTimeoutError("30 s"), "failed", "timeout"),
        (TimeoutError(), "failed", "timeout"),
        (ResponseDataLossError(), "failed", "truncated"),
        (DownloadCancelledError("too large"), "too-large", "too-large"),
        (OSError("more than DOWNLOAD_MAXSIZE"), "too-large", "too-large"),
        (OSError("certificate verify failed"), "failed", "tls"),
        (OSError("ParseError: no status line"), "failed", "bad-response"),
        (ValueError("odd"), "failed", "bad-response"),
        (OSError("Connection lost"), "failed", "connection"),
        (answer(404), "gone", "404"),
        (answer(410), "gone", "410"),
        (answer(401, WWW_Authenticate="License"), "filtered", "licence"),
        (answer(402), "failed", "http-402"),
        (answer(403), "failed", "http-403"),
        (answer(503, Retry_After="1"), "failed", "http-503"),
        (answer(302), "failed", "http-302"),
        (answer(304), "failed", "http-304"),
        (answer(206, b"<p>a part"), "failed", "truncated"),
        (leading_to("mailto:desk@paper.example"), "filtered", "scheme"),
        (leading_to("https://[bad"), "filtered", "scheme"),
        (leading_to("http://127.0.0.1/x"), "filtered", "private-address"),
        (leading_to("https://elsewhere.example/x"), "filtered", "off-site"),
        (leading_to(PAGE), "failed", "redirect-loop"),
        (leading_to("/2026/11/22/known"), "filtered", "known-address"),
        (leading_to("/video/1"), "filtered", "site-excluded"),
    ],
)
def test_each_end_of_a_fetch_has_its_name(outcome: Outcome, what: str, reason: str) -> None:
    found = fetched(outcome)

    assert isinstance(found, Unfetched)
    assert (found.what, found.reason) == (what, reason)


def test_redirects_are_followed_hop_by_hop_and_not_for_ever() -> None:
    two = {PAGE: leading_to("/b"), f"{HOME}/b": leading_to("/c#part"), f"{HOME}/c": answer(url=f"{HOME}/c")}
    ever = {PAGE: leading_to("/0")} | {f"{HOME}/{n}": leading_to(f"/{n + 1}") for n in range(9)}

    found, lost = fetched(two), fetched(ever)

    assert isinstance(found, Fetched)
    assert found.hops == (f"{HOME}/b", f"{HOME}/c")
    assert isinstance(lost, Unfetched)
    assert lost.reason == "redirect-loop"


def test_304_is_an_answer_to_who_named_a_version_alone() -> None:
    known = replace(LEASE, etag='"1"', visited=datetime(2026, 11, 22, tzinfo=UTC))

    assert isinstance(fetched(answer(304), known), Fetched)
    bare = fetched(answer(304, ETag='"other"'))
    assert isinstance(bare, Unfetched)
    assert bare.retry


def test_a_redirect_that_only_sets_a_cookie_is_followed_once() -> None:
    asks = answer(302, Location=PAGE, Set_Cookie="seen=1; Path=/; Secure; HttpOnly")

    found = fetched({PAGE: [asks, answer()]})
    lost = fetched(asks)

    assert isinstance(found, Fetched)
    assert (found.hops, found.moved_from) == ((), ())
    assert isinstance(lost, Unfetched)
    assert lost.reason == "redirect-loop"


def test_cookies_go_to_the_origin_that_set_them_and_nowhere_else() -> None:
    trail = Trail(PAGE)
    trail.keep_cookies(
        PAGE, [b"a=1", b"b=2; Domain=.example", b"a=3", b"bad\r\nX: y=1", b"c=" + b"x" * 5_000]
    )
    trail.keep_cookies(PAGE, [b"n%d=1" % n for n in range(99)])

    assert trail.cookies_for(f"{HOME}/other").startswith("a=3; b=2; n0=1; ")
    assert trail.cookies_for(PAGE).count("=") == 20
    for other in ("https://www.paper.example/", "http://paper.example/", f"{HOME}:8443/"):
        assert trail.cookies_for(other) == ""
    assert Trail(PAGE).cookies_for(PAGE) == ""


def test_only_permanent_redirects_say_that_a_page_moved() -> None:
    def hop(status: int, target: str, url: str = PAGE) -> Response:
        return answer(status, url=url, Location=target)

    last = answer(url=f"{HOME}/c")
    for_good = fetched({PAGE: hop(301, "/b"), f"{HOME}/b": hop(308, "/c"), f"{HOME}/c": last})
    for_now = fetched({PAGE: hop(302, "/b"), f"{HOME}/b": hop(301, "/c"), f"{HOME}/c": last})

    assert isinstance(for_good, Fetched)
    assert for_good.moved_from == (PAGE, f"{HOME}/b")
    assert isinstance(for_now, Fetched)
    assert for_now.moved_from == ()


def test_an_address_that_the_guard_refuses_is_never_asked_for() -> None:
    lease = replace(LEASE, url="https://paper.example:22/x")

    found = fetched(answer(), lease)

    assert isinstance(found, Unfetched)
    assert (found.what, found.reason) == ("filtered", "port")


def test_robots_txt_and_its_licence_end_a_fetch_before_it_begins() -> None:
    found = fetched(answer(), robots=b"User-agent: *\nDisallow: /2026/\n")

    assert isinstance(found, Unfetched)
    assert (found.what, found.reason) == ("filtered", "robots")


@pytest.mark.parametrize(
    ("error", "reason"),
    [(DownloadConnectionRefusedError("x"), "connection-refused"), (CannotResolveHostError("x"), "dns")],
)
def test_a_home_that_is_not_there_closes_the_site_for_the_run(error: Exception, reason: str) -> None:
    tally = Tally()
    found = fetched(error, replace(LEASE, via="seed"), tally)

    assert isinstance(found, Unfetched)
    assert (found.reason, found.stop_site) == (reason, True)
    assert tally.site(SITE.name).dead == {reason: DEAD_TRIES}


def test_a_run_that_stops_asks_a_dead_home_no_further() -> None:
    tally = Tally(stopped="SIGTERM")
    found = fetched(DownloadConnectionRefusedError("x"), replace(LEASE, via="seed"), tally)

    assert isinstance(found, Unfetched)
    assert (found.what, found.reason) == ("released", "connection-refused")
    assert tally.site(SITE.name).dead == {"connection-refused": 1}


def test_a_site_that_rests_gives_its_addresses_back() -> None:
    engine, job = Engine({PAGE: OSError("Connection lost")}), job_for_site(SITE)
    network = network_of(engine)
    fetcher = Fetcher(network, lambda job, verdict: None)

    async def ask_until_it_rests() -> Fetched | Unfetched:
        for _ in range(100):
            network.throttle.failed(pace_key(PAGE))
        return await fetcher.fetch(LEASE, job)

    found = asyncio.run(ask_until_it_rests())

    assert found == Unfetched("released", "site-rests", stop_site=True)
    assert engine.asked == []


def test_an_address_that_leads_to_a_host_at_rest_is_put_off_and_its_own_site_goes_on() -> None:
    target = "https://elsewhere.example/x"
    network = network_of(Engine({f"{HOME}/": leading_to(target), target: answer(url=target)}))
    job = job_for_site(SITE)
    seed = replace(LEASE, url=f"{HOME}/", via="seed")
    for _ in range(100):
        network.throttle.failed(pace_key(target))

    found = asyncio.run(Fetcher(network, lambda job, verdict: None).fetch(seed, job))

    assert isinstance(found, Unfetched)
    assert (found.what, found.reason, found.stop_site) == ("deferred", "site-rests", False)
    assert found.until is not None
    assert not network.throttle.rests(job.scopes)


def test_a_fetch_that_is_cancelled_is_no_word_against_the_site() -> None:
    engine, job = Engine({}), job_for_site(SITE)
    network = network_of(engine)
    engine.answers[PAGE] = [asyncio.CancelledError()]  # type: ignore[list-item]

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(Fetcher(network, lambda job, verdict: None).fetch(LEASE, job))
    assert network.throttle.pace(pace_key(PAGE)).failures == 0
    assert not network.throttle.pace(pace_key(PAGE)).busy

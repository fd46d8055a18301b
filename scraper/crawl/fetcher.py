"""Ask for one address: guard, robots.txt, the site's pace, then the request; redirects hop by hop, each asked anew.

Every way that it can end comes back as a value; nothing is dropped in silence.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from columnist.pipelines.document.addresses import article_id, is_web_address
from columnist.pipelines.document.content_encoding import layers_of
from columnist.pipelines.records.redact import loggable_url
from columnist.pipelines.sites.rights import licence_demanded, merge_rights, rights_from_headers
from columnist.scraper.crawl.as_shown import as_shown
from columnist.scraper.discover.site_scope import in_scope
from columnist.scraper.fetch.bot_walls import HEAD_BYTES, wall_of
from columnist.scraper.fetch.browser.render import Renderer
from columnist.scraper.fetch.faults import fault_of
from columnist.scraper.fetch.guard.address_guard import AddressPolicy, refusal
from columnist.scraper.fetch.guard.ip_addresses import AddressOf
from columnist.scraper.fetch.guard.proxies import download
from columnist.scraper.fetch.outcomes import DEAD, DEAD_TRIES, FORGOTTEN, Fetched, Unfetched
from columnist.scraper.fetch.redirect_trail import Trail
from columnist.scraper.fetch.response import fetched_from, headers_of, is_conditional, request_for
from columnist.scraper.fetch.stats import Tally
from columnist.scraper.frontier.records import Lease
from columnist.scraper.frontier.site_jobs import SiteJob
from columnist.scraper.robots.decisions import RobotsVerdict, wall_behind
from columnist.scraper.robots.robots import Robots
from columnist.scraper.throttle.clock import Clock
from columnist.scraper.throttle.pace import wait_asked_for
from columnist.scraper.throttle.throttle import SiteRests, Throttle, pace_key, slot_of

MAX_HOPS = 5
# Scrapy's own limit is 30 s for the answer; this one holds whatever else may hang: names, hand-shakes, queues.
WHOLE_SECONDS = 90.0
_NOT_IN_THIS_RUN = 6 * 3600.0  # seconds until an address is looked at again that leads to a host at rest
_NO_ANSWER = frozenset({"timeout", "connection", "tls", *DEAD})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529})  # may pass


async def _unbounded(url: str) -> None:
    """Name no IP address: each host's own pace is all that holds."""


@dataclass(frozen=True, slots=True)
class Network:
    """What a fetch needs of the run."""

    crawler: Crawler
    robots: Robots
    throttle: Throttle
    policy: AddressPolicy
    tally: Tally
    is_known: Callable[[str], bool]  # whether an address is in the frontier on its own account
    is_forgotten: Callable[[str, str], bool] = lambda _url, _site: False  # whether it must never be asked for
    clock: Clock = field(default_factory=Clock)
    address_of: AddressOf = _unbounded
    renderer: Renderer | None = None  # where a site's pages are shown in a browser
    # Undoes the layers of Content-Encoding, in a worker; null: bodies are taken as they are.
    unpack: Callable[[bytes, list[str]], Awaitable[bytes | None]] | None = None


class Fetcher:
    """Fetch leased addresses of one run."""

    def __init__(self, network: Network, on_verdict: Callable[[SiteJob, RobotsVerdict], None]) -> None:
        self._net = network
        self._on_verdict = on_verdict  # told what robots.txt says, for its Sitemap lines

    async def fetch(self, lease: Lease, job: SiteJob) -> Fetched | Unfetched:
        """Fetch an address, following redirects within the site."""
        if job.renders:  # an unchanged shell says nothing of what its scripts load
            lease = replace(lease, etag=None, modified=None)
        url, trail = lease.url, Trail(lease.url)
        for _ in range(MAX_HOPS + 1):
            home = lease.via == "seed" or slot_of(url) in map(slot_of, job.seeds)
            verdict = await self._may_ask(url, lease, job, home)
            if isinstance(verdict, Unfetched):
                return verdict
            request = request_for(url, lease, pace_key(url), trail.cookies_for(url))
            answer = await (self._ask_home if home else self._ask)(request, lease, job)
            if isinstance(answer, Unfetched):
                return answer
            target = _target(answer, url)
            if target is None:
                got = await self._blocked(answer, lease) or self._judged(answer, request, verdict, trail)
                return await self._shown(got, lease, job) if job.renders else got
            trail.keep_cookies(url, answer.headers.getlist("Set-Cookie"))
            refused = self._redirect_refused(target, lease, job, trail)
            if refused is not None:
                return refused
            trail.follow(url, target, answer.status)
            url = target
        return Unfetched("failed", "redirect-loop")

    async def _may_ask(self, url: str, lease: Lease, job: SiteJob, home: bool) -> RobotsVerdict | Unfetched:
        refused = refusal(url, self._net.policy)
        if refused is not None:
            return Unfetched("filtered", refused)
        if self._net.is_forgotten(url, job.name):
            return Unfetched("filtered", FORGOTTEN)
        if job.excludes(url):
            return Unfetched("filtered", "site-excluded")
        verdict = await self._net.robots.allowed(url)
        self._net.throttle.ask_for_delay(pace_key(url), verdict.delay)
        if verdict.allowed:
            self._on_verdict(job, verdict)
            return verdict
        if verdict.reason == "robots-unreachable" and verdict.detail in DEAD and home:
            return _dead(verdict.detail)
        if verdict.reason == "robots-unreachable" and lease.via == "seed":
            if verdict.detail == "tls":
                return Unfetched("failed", "tls", stop_site=True)
            if (wall := wall_behind(verdict)) is not None:
                return Unfetched("blocked", wall, verdict.status)
        if verdict.reason == "robots-unreachable":
            until = datetime.fromtimestamp(verdict.retry_at or self._net.clock.time() + 60, UTC)
            return Unfetched("deferred", "robots-unreachable", until=until, detail=verdict.detail)
        return Unfetched("filtered", verdict.reason, stop_site=verdict.reason == "licence")

    async def _ask_home(self, request: Request, lease: Lease, job: SiteJob) -> Response | Unfetched:
        """Ask an address of the site's home; where nothing is there, give it back and close the site for this run."""
        reason = ""
        for _ in range(DEAD_TRIES):
            answer = await self._ask(request, lease, job)
            if not isinstance(answer, Unfetched) or answer.reason not in DEAD:
                return answer
            reason = answer.reason
            self._net.tally.count_dead(job.name, reason)
            if self._net.tally.stopped is not None:
                return Unfetched("released", reason)
        return _dead(reason)

    async def _ask(self, request: Request, lease: Lease, job: SiteJob) -> Response | Unfetched:
        throttle, counts, slot = self._net.throttle, self._net.tally.site(job.name), pace_key(request.url)
        try:
            await throttle.turn(slot, await self._net.address_of(request.url))
        except SiteRests as rest:
            return _at_rest(rest, job, self._net)
        counts.requests += 1
        began = time.monotonic()
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                response = await download(self._net.crawler, request)
        except asyncio.CancelledError:
            throttle.answered(slot, 200, None, 0.0)  # the run stops: no word against the site
            raise
        except Exception as error:  # noqa: BLE001  each ends counted, by what it is
            fault = fault_of(error)
            if fault.reason in DEAD or (fault.reason in _NO_ANSWER and lease.attempts <= 1):
                throttle.failed(slot)
            else:  # it answered somehow, or it is an address that failed before: no news about the site
                throttle.answered(slot, 200, None, time.monotonic() - began)
            return fault
        # A guess that was right once is the site's own: its errors count from then on.
        counts.answered(response.status, guessed=lease.via == "guess" and lease.visited is None)
        wait = wait_asked_for(headers_of(response).get, self._net.clock.time())
        throttle.answered(slot, response.status, wait, time.monotonic() - began)
        return response

    async def _blocked(self, answer: Response, lease: Lease) -> Unfetched | None:
        """Return that a wall answers in the site's place: of a home by all that the answer has, else by its headers."""
        headers, home = headers_of(answer), lease.via == "seed"
        if licence_demanded(answer.status, headers):
            return None
        wall = wall_of(answer.status, headers, await self._head(answer) if home else b"")
        if wall is None or (not home and wall == f"http-{answer.status}"):
            return None  # of a single page, 403 is an answer
        return Unfetched("blocked", wall, answer.status)

    async def _head(self, answer: Response) -> bytes:
        layers = layers_of([line.decode("latin-1") for line in answer.headers.getlist("Content-Encoding")])
        if not layers or self._net.unpack is None:
            return answer.body[:HEAD_BYTES]
        return await self._net.unpack(answer.body, layers) or b""

    def _judged(
        self, answer: Response, request: Request, verdict: RobotsVerdict, trail: Trail
    ) -> Fetched | Unfetched:
        status, url = answer.status, request.url
        if status == 206:  # no request of ours names a range: a cache that is broken
            return Unfetched("failed", "truncated", status, retry=True)
        if status == 304 and not is_conditional(request):  # whose version it means, nobody can say
            return Unfetched("failed", "http-304", status, retry=True)
        if 200 <= status < 300 or status == 304:
            rights = merge_rights(verdict.rights, rights_from_headers(headers_of(answer), url))
            got = fetched_from(answer, request, rights, self._net.clock.now())
            return replace(got, hops=trail.hops, moved_from=trail.moved_from)
        if status in (404, 410):
            return Unfetched("gone", str(status), status)
        if licence_demanded(status, headers_of(answer)):
            return Unfetched("filtered", "licence", status, stop_site=True)
        return Unfetched("failed", f"http-{status}", status, retry=status in _AGAIN)

    async def _shown(self, got: Fetched | Unfetched, lease: Lease, job: SiteJob) -> Fetched | Unfetched:
        try:
            return await as_shown(got, lease, job, self._net)
        except SiteRests as rest:
            return _at_rest(rest, job, self._net)

    async def close(self) -> None:
        """End the browser, where there is one."""
        if self._net.renderer is not None:
            await self._net.renderer.close()

    def _redirect_refused(self, target: str, lease: Lease, job: SiteJob, trail: Trail) -> Unfetched | None:
        if not is_web_address(target):
            return Unfetched("filtered", "scheme")
        refused = refusal(target, self._net.policy)
        if refused is not None:
            return Unfetched("filtered", refused, detail=loggable_url(target))
        # A seed may have moved to another host: the user named it, and the user sees where it went.
        if not in_scope(target, job.scopes) and lease.via != "seed":
            return Unfetched("filtered", "off-site")
        if trail.was_asked(target):
            return Unfetched("failed", "redirect-loop")
        own = article_id(target) == article_id(lease.url)
        if lease.visited is None and lease.via != "seed" and not own and self._net.is_known(target):
            return Unfetched("filtered", "known-address")
        return None


def _at_rest(rest: SiteRests, job: SiteJob, net: Network) -> Unfetched:
    """Close the site where all of its hosts rest; else put off the address, which leads to one that does."""
    if rest.seconds is None and net.throttle.rests(job.scopes):
        return Unfetched("released", "site-rests", stop_site=True)
    seconds = _NOT_IN_THIS_RUN if rest.seconds is None else rest.seconds
    return Unfetched("deferred", "site-rests", until=net.clock.now() + timedelta(seconds=seconds))


def _target(answer: Response, url: str) -> str | None:
    """Return where a redirect leads; None where the answer is none."""
    location = answer.headers.get("Location")
    if answer.status not in _REDIRECTS or not location:
        return None
    try:
        # Servers write UTF-8 here, whatever the standard says.
        return urljoin(url, location.decode("utf-8", "replace").strip()).partition("#")[0]
    except ValueError:
        return "about:invalid"


def _dead(reason: str) -> Unfetched:
    """Return that a site's home is not there: its addresses stay pending for a later run."""
    return Unfetched("released", reason, stop_site=True)

"""Ask for one address: guard, robots.txt, the site's pace, then the request; redirects hop by hop, each asked anew.

Every way that it can end comes back as a value; nothing is dropped in silence.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urljoin

from scrapy.crawler import Crawler
from scrapy.http import Response

from pipelines.addresses import article_id, is_web_address
from pipelines.rights import licence_demanded, merge_rights, rights_from_headers
from pipelines.unpack import layers_of
from scraper.discover import in_scope
from scraper.escape import loggable_url
from scraper.faults import fault_of
from scraper.frontier import Lease
from scraper.guard import AddressPolicy, refusal
from scraper.jobs import SiteJob
from scraper.outcomes import DEAD, DEAD_TRIES, Fetched, Unfetched
from scraper.pages import fetched_from, headers_of, request_for
from scraper.robots import Robots, Verdict
from scraper.robots_decisions import wall_behind
from scraper.tally import Tally
from scraper.throttle import SiteRests, Throttle, slot_of
from scraper.walls import HEAD_BYTES, wall_of

__all__ = ["Fetcher", "Network"]

MAX_HOPS = 5
# Scrapy's own limit is 30 s for the answer; this one holds whatever else may hang: names, hand-shakes, queues.
WHOLE_SECONDS = 90.0
_NO_ANSWER = frozenset({"timeout", "connection", "tls", *DEAD})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529})  # may pass


@dataclass(frozen=True, slots=True)
class Network:
    """What a fetch needs of the run."""

    crawler: Crawler
    robots: Robots
    throttle: Throttle
    policy: AddressPolicy
    tally: Tally
    is_known: Callable[[str], bool]  # whether an address is in the frontier on its own account
    # Undoes the layers of Content-Encoding, in a worker; null: bodies are taken as they are.
    unpack: Callable[[bytes, list[str]], Awaitable[bytes | None]] | None = None


class Fetcher:
    """Fetch leased addresses of one run."""

    def __init__(self, network: Network, on_verdict: Callable[[SiteJob, Verdict], None]) -> None:
        self._net = network
        self._on_verdict = on_verdict  # told what robots.txt says, for its Sitemap lines

    async def fetch(self, lease: Lease, job: SiteJob) -> Fetched | Unfetched:
        """Fetch an address, following redirects within the site."""
        url = lease.url
        hops: tuple[str, ...] = ()
        for _ in range(MAX_HOPS + 1):
            home = lease.via == "seed" or slot_of(url) in map(slot_of, job.seeds)
            verdict = await self._may_ask(url, lease, job, home)
            if isinstance(verdict, Unfetched):
                return verdict
            answer = await (self._ask_home if home else self._ask)(url, lease, job)
            if isinstance(answer, Unfetched):
                return answer
            target = _target(answer, url)
            if target is None:
                return await self._blocked(answer, lease) or self._judged(answer, url, verdict, hops)
            refused = self._redirect_refused(target, lease, job, hops)
            if refused is not None:
                return refused
            url, hops = target, (*hops, target)
        return Unfetched("failed", "redirect-loop")

    async def _may_ask(self, url: str, lease: Lease, job: SiteJob, home: bool) -> Verdict | Unfetched:
        refused = refusal(url, self._net.policy)
        if refused is not None:
            return Unfetched("filtered", refused)
        if job.excludes(url):
            return Unfetched("filtered", "site-excluded")
        verdict = await self._net.robots.allowed(url)
        self._net.throttle.ask_for_delay(job.name, verdict.delay)
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
            until = datetime.fromtimestamp(verdict.retry_at or time.time() + 60, UTC)
            return Unfetched("deferred", "robots-unreachable", until=until, detail=verdict.detail)
        return Unfetched("filtered", verdict.reason, stop_site=verdict.reason == "licence")

    async def _ask_home(self, url: str, lease: Lease, job: SiteJob) -> Response | Unfetched:
        """Ask an address of the site's home; where nothing is there, give it back and close the site for this run."""
        reason = ""
        for _ in range(DEAD_TRIES):
            answer = await self._ask(url, lease, job)
            if not isinstance(answer, Unfetched) or answer.reason not in DEAD:
                return answer
            reason = answer.reason
            self._net.tally.count_dead(job.name, reason)
            if self._net.tally.stopped is not None:
                return Unfetched("released", reason)
        return _dead(reason)

    async def _ask(self, url: str, lease: Lease, job: SiteJob) -> Response | Unfetched:
        throttle, counts = self._net.throttle, self._net.tally.site(job.name)
        try:
            await throttle.turn(job.name)
        except SiteRests:
            return Unfetched("released", "site-rests", stop_site=True)
        counts.requests += 1
        began = time.monotonic()
        try:
            request = request_for(url, lease, job.name)
            async with asyncio.timeout(WHOLE_SECONDS):
                response = await self._net.crawler.engine.download_async(request)
        except asyncio.CancelledError:
            throttle.answered(job.name, 200, None, 0.0)  # the run stops: no word against the site
            raise
        except Exception as error:  # noqa: BLE001  each ends counted, by what it is
            fault = fault_of(error)
            if fault.reason in DEAD or (fault.reason in _NO_ANSWER and lease.attempts <= 1):
                throttle.failed(job.name)
            else:  # it answered somehow, or it is an address that failed before: no news about the site
                throttle.answered(job.name, 200, None, time.monotonic() - began)
            return fault
        counts.statuses[response.status] += 1
        wait = response.headers.get("Retry-After")
        said = None if wait is None else wait.decode("latin-1")
        throttle.answered(job.name, response.status, said, time.monotonic() - began)
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
        self, answer: Response, url: str, verdict: Verdict, hops: tuple[str, ...]
    ) -> Fetched | Unfetched:
        status = answer.status
        if 200 <= status < 300 or status == 304:
            rights = merge_rights(verdict.rights, rights_from_headers(headers_of(answer), url))
            return replace(fetched_from(answer, url, rights, datetime.now(UTC)), hops=hops)
        if status in (404, 410):
            return Unfetched("gone", str(status), status)
        if licence_demanded(status, headers_of(answer)):
            return Unfetched("filtered", "licence", status, stop_site=True)
        return Unfetched("failed", f"http-{status}", status, retry=status in _AGAIN)

    def _redirect_refused(
        self, target: str, lease: Lease, job: SiteJob, hops: tuple[str, ...]
    ) -> Unfetched | None:
        if not is_web_address(target):
            return Unfetched("filtered", "scheme")
        refused = refusal(target, self._net.policy)
        if refused is not None:
            return Unfetched("filtered", refused, detail=loggable_url(target))
        # A seed may have moved to another host: the user named it, and the user sees where it went.
        if not in_scope(target, job.scopes) and lease.via != "seed":
            return Unfetched("filtered", "off-site")
        if target in (lease.url, *hops):
            return Unfetched("failed", "redirect-loop")
        own = article_id(target) == article_id(lease.url)
        if lease.visited is None and lease.via != "seed" and not own and self._net.is_known(target):
            return Unfetched("filtered", "known-address")
        return None


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

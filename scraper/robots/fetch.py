"""Ask for robots.txt through Scrapy's downloader: one hop, at most 512 KiB, every failure as a value."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Response

from columnist.pipelines.document.content_encoding import layers_of
from columnist.scraper.fetch.faults import fault_of, sentence_of
from columnist.scraper.fetch.guard.ip_addresses import AddressOf
from columnist.scraper.fetch.guard.proxies import download
from columnist.scraper.fetch.outcomes import DEAD, DEAD_TRIES
from columnist.scraper.fetch.stats import Tally
from columnist.scraper.robots.decisions import RobotsAnswer
from columnist.scraper.robots.parser import MAX_ROBOTS_BYTES
from columnist.scraper.throttle.pace import wait_asked_for
from columnist.scraper.throttle.throttle import SiteRests, Throttle, pace_key

# Half a page's time: a site whose robots.txt hangs is asked thrice before a run gives up.
SMALL_FILE_SECONDS = 15.0
# Undoes the layers of Content-Encoding, in a worker; None where that fails.
Unpack = Callable[[bytes, list[str]], Awaitable[bytes | None]]
_BYTES = "columnist_small_file_bytes"  # key in Request.meta: bytes received of a robots or tdmrep file
_META = {"dont_redirect": True, "dont_retry": True, "handle_httpstatus_all": True, "download_maxsize": 0}


class RobotsFetch:
    """Callable for `RobotsTools.fetch`; works from the spider's opening on."""

    def __init__(self, crawler: Crawler, unpack: Unpack) -> None:
        self._crawler = crawler
        self._unpack = unpack
        self._seconds = min(SMALL_FILE_SECONDS, crawler.settings.getfloat("DOWNLOAD_TIMEOUT"))
        crawler.signals.connect(self._stop_at_limit, signals.bytes_received)

    async def __call__(self, url: str) -> RobotsAnswer:
        """Fetch one address; never raises for the server's sake."""
        request = Request(
            url,
            meta={**_META, _BYTES: 0, "download_timeout": self._seconds},
            headers={"Accept": "text/plain,application/json,*/*;q=0.5", "Accept-Encoding": "identity"},
            dont_filter=True,
        )
        try:
            response = await download(self._crawler, request)
        except Exception as error:  # noqa: BLE001  whatever went wrong: the file did not come
            fault = fault_of(error)
            return RobotsAnswer(error=sentence_of(fault) if fault.reason == "proxy" else fault.reason)
        if response.status == 206:  # the rule that holds for us may stand in the other part
            return RobotsAnswer(error="a part of the file, where the whole was asked for")
        body: bytes | None = response.body
        layers = layers_of([line.decode("latin-1") for line in response.headers.getlist("Content-Encoding")])
        if layers and 200 <= response.status < 300:  # asked not to, some servers pack it all the same
            body = await self._unpack(response.body, layers)
        if body is None:
            return RobotsAnswer(error=f"the body is no {', '.join(layers)[:50]}")
        return RobotsAnswer(response.status, body[: MAX_ROBOTS_BYTES + 1], _headers(response))

    def _stop_at_limit(self, data: bytes, request: Request) -> None:
        if _BYTES in request.meta:
            request.meta[_BYTES] += len(data)
            if request.meta[_BYTES] > MAX_ROBOTS_BYTES:
                raise StopDownload(fail=False)


def _headers(response: Response) -> tuple[tuple[str, str], ...]:
    names = [name.decode("latin-1").lower() for name in response.headers]
    return tuple((name, b", ".join(response.headers.getlist(name)).decode("latin-1")) for name in names)


def paced(
    fetch: Callable[[str], Awaitable[RobotsAnswer]],
    throttle: Throttle,
    site_of: Callable[[str], str],
    tally: Tally,
    address_of: AddressOf,
) -> Callable[[str], Awaitable[RobotsAnswer]]:
    """Return a fetch of robots.txt that keeps to its host's pace and counts its requests for the site."""

    async def fetch_paced(url: str) -> RobotsAnswer:
        for _ in range(DEAD_TRIES):
            answer = await fetch_once(url)
            if answer.error is None or answer.error not in DEAD:
                break
            tally.count_dead(site_of(url), answer.error)
            if tally.stopped is not None:
                break
        return answer

    async def fetch_once(url: str) -> RobotsAnswer:
        slot = pace_key(url)
        try:
            await throttle.turn(slot, await address_of(url))
        except SiteRests:
            return RobotsAnswer(error="the host rests after too many failures, or asked for much time")
        tally.site(site_of(url)).requests += 1
        began = time.monotonic()
        try:
            answer = await fetch(url)
        except asyncio.CancelledError:
            throttle.answered(slot, 200, None, 0.0)  # the run stops: no word against the host
            raise
        if answer.status is None:
            throttle.failed(slot)
        else:
            tally.site(site_of(url)).answered(answer.status, guessed=True)
            wait = wait_asked_for(answer.header, time.time())
            throttle.answered(slot, answer.status, wait, time.monotonic() - began)
        return answer

    return fetch_paced

"""A page of a site with render = true: shown in a browser, within the site's pace, its scripts asked for by our rules."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from scrapy import Request

from columnist.pipelines.document.content_encoding import layers_of
from columnist.scraper.discover.site_scope import in_scope
from columnist.scraper.fetch.browser.loads import MOST_BYTES, Loaded
from columnist.scraper.fetch.browser.render import is_html
from columnist.scraper.fetch.guard.address_guard import refusal
from columnist.scraper.fetch.guard.proxies import download
from columnist.scraper.fetch.outcomes import Fetched, Unfetched
from columnist.scraper.fetch.response import headers_of
from columnist.scraper.frontier.records import Lease
from columnist.scraper.frontier.site_jobs import SiteJob
from columnist.scraper.throttle.throttle import pace_key

if TYPE_CHECKING:
    from columnist.scraper.crawl.fetcher import Network

LOAD_SECONDS = 10  # of one script or answer that a page loads; the page has some twenty in all
_LISTINGS = frozenset({"feed", "sitemap"})


async def as_shown(got: Fetched | Unfetched, lease: Lease, job: SiteJob, net: Network) -> Fetched | Unfetched:
    """Return a page as its scripts make it; whatever is no page stays as it came.

    Showing takes another turn of the domain: nobody else asks it meanwhile, and the pause is counted from its end.
    """
    if net.renderer is None or isinstance(got, Unfetched) or lease.kind in _LISTINGS:
        return got
    if got.status != 200 or not is_html(got.headers):
        return got
    slot = pace_key(got.url)
    await net.throttle.turn(slot, await net.address_of(got.url))
    try:
        return await net.renderer.render(got, job.name, partial(_load, job, net))
    finally:
        net.throttle.answered(slot, 200, None, 0.0)


async def _load(job: SiteJob, net: Network, url: str, headers: Mapping[str, str]) -> Loaded | None:
    """Fetch what a page's script asks for: one at a time of each domain, at once; of the site itself by its robots.txt."""
    if refusal(url, net.policy) is not None or net.is_forgotten(url, job.name):
        return None
    if in_scope(url, job.scopes) and not (await net.robots.allowed(url)).allowed:
        return None
    net.tally.site(job.name).requests += 1
    meta = {"download_slot": pace_key(url), "download_timeout": LOAD_SECONDS, "download_maxsize": MOST_BYTES}
    try:
        answer = await download(net.crawler, Request(url, headers=dict(headers), meta=meta, dont_filter=True))
    except Exception:  # noqa: BLE001  the page goes on without it, as in any browser
        return None
    layers = layers_of([line.decode("latin-1") for line in answer.headers.getlist("Content-Encoding")])
    body: bytes | None = answer.body
    if layers and net.renderer is not None:
        body = await net.renderer.unpack(answer.body, layers)
    return None if body is None else Loaded(answer.status, headers_of(answer), body)

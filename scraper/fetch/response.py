"""Scrapy response -> Page, and address -> Scrapy request: the only place that knows both."""

from datetime import datetime

from scrapy import Request
from scrapy.http import Response

from columnist.pipelines.dataset.archive.records import without_credentials
from columnist.pipelines.document.content_encoding import joined_headers
from columnist.pipelines.records.article import Page, Rights
from columnist.pipelines.sites.site import with_site
from columnist.scraper.fetch.outcomes import Fetched
from columnist.scraper.frontier.records import Lease
from columnist.scraper.frontier.site_jobs import SiteJob

# Who names articles and nothing else, the most telling first.
NAMED_BY_SITE = ("feed", "news-sitemap", "sitemap")
_XML = "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.5"
LISTING_BYTES = 50 * 1024 * 1024  # the protocol's limit of one sitemap; pages keep DOWNLOAD_MAXSIZE


def request_for(url: str, lease: Lease, slot: str, cookies: str = "") -> Request:
    """Return the request for an address, conditional where we hold the last answer's validators."""
    headers: dict[str, str] = {}
    meta: dict[str, object] = {"download_slot": slot}
    if lease.kind in ("feed", "sitemap"):
        headers["Accept"] = _XML
        meta["download_maxsize"] = LISTING_BYTES
    if lease.etag:
        headers["If-None-Match"] = lease.etag
    if lease.modified:
        headers["If-Modified-Since"] = lease.modified
    if cookies:
        headers["Cookie"] = cookies
    return Request(url, headers=headers, meta=meta, dont_filter=True)


def is_conditional(request: Request) -> bool:
    """Say whether a request names a version, so that 304 can answer it."""
    return "If-None-Match" in request.headers or "If-Modified-Since" in request.headers


def headers_of(message: Request | Response) -> dict[str, str]:
    """Return the headers with lower-case names, a value for each."""
    return joined_headers(
        (name.decode("latin-1"), line.decode("latin-1"))
        for name in message.headers
        for line in message.headers.getlist(name)
    )


def found_via(lease: Lease) -> str | None:
    """Return who named the page: the site's own lists before a link, whichever was read first."""
    sources = {hint.source for hint in lease.hints}
    return next((name for name in NAMED_BY_SITE if name in sources), lease.via)


def page_of(fetched: Fetched, lease: Lease, job: SiteJob, run_id: str) -> Page:
    """Return the page that cleaning gets."""
    page = Page(
        url=fetched.url,
        html=fetched.body,
        requested_url=lease.url,
        fetched_at=fetched.at,
        http_status=fetched.status,
        headers=fetched.headers,
        discovered_via=found_via(lease),
        hints=lease.hints,
        site=job.name,
        rights=fetched.rights,
        run_id=run_id,
    )
    return with_site(page, job.site)


def fetched_from(response: Response, request: Request, rights: Rights, at: datetime) -> Fetched:
    """Return the answer as a value without Scrapy."""
    asked = without_credentials(headers_of(request))
    return Fetched(request.url, response.status, headers_of(response), response.body, rights, at, asked=asked)

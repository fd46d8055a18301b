"""Limits of what one answer may cost: bytes, layers of compression, seconds; and the settings that say so."""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from scraper.unpack import UnpackError, layers_of, unpack

__all__ = ["POLITE_SETTINGS", "BodyRefused", "BoundedCompression"]

MEGABYTE = 1024 * 1024


class BodyRefused(IgnoreRequest):
    """A body that cannot be had; `reason` is too-large, damaged or too-many-encodings."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class BoundedCompression:
    """In place of Scrapy's HttpCompressionMiddleware: bounded, and a stream that breaks off is an error."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BoundedCompression:
        """Take the limit of the body from DOWNLOAD_MAXSIZE."""
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        """Say which encodings we can undo."""
        request.headers.setdefault("Accept-Encoding", "gzip, deflate, br, zstd")

    def process_response(self, request: Request, response: Response) -> Response:
        """Replace the body by the unpacked one; raise BodyRefused where that fails."""
        layers = layers_of([h.decode("latin-1") for h in response.headers.getlist("Content-Encoding")])
        if request.method == "HEAD" or not layers:
            return response
        try:
            body, left = unpack(response.body, layers, self._limit)
        except UnpackError as error:
            raise BodyRefused(error.problem, str(error)) from error
        headers = response.headers.copy()
        headers.pop("Content-Encoding", None)
        if left:
            headers["Content-Encoding"] = ", ".join(left)
        return response.replace(body=body, headers=headers)


# For scraper/settings.py: each with its reason.
POLITE_SETTINGS: dict[str, object] = {
    # our own handler for the web, none for anything else: Scrapy fetches file:///etc/passwd from a link
    "DOWNLOAD_HANDLERS": {
        "http": "scraper.connections.GuardedDownloadHandler",
        "https": "scraper.connections.GuardedDownloadHandler",
        "file": None, "data": None, "ftp": None, "s3": None,
    },
    # BoundedCompression in place of Scrapy's, at its place
    "DOWNLOADER_MIDDLEWARES": {
        "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
        "scraper.limits.BoundedCompression": 590,
        # robots.txt is our own (scraper/robots.py); Scrapy's crawls on 503 and lets waiters through
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
        # never a log-in
        "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    },
    "ROBOTSTXT_OBEY": False,  # see above: ours is asked before a request is made
    "DOWNLOAD_MAXSIZE": 10 * MEGABYTE,  # after decompression; default 1 GiB: 1 KB of brotli costs 2 GB
    "DOWNLOAD_WARNSIZE": 0,  # what passes MAXSIZE is counted; a warning per page helps nobody
    "DOWNLOAD_TIMEOUT": 30,  # whole answer, headers and body: cuts slow loris
    "DOWNLOAD_VERIFY_CERTIFICATES": True,  # Scrapy's default does not verify; per-site opt-out in the site file
    "DNS_TIMEOUT": 20,  # default 60 holds a site's only slot for a minute
    "REACTOR_THREADPOOL_MAXSIZE": 40,  # names resolve in threads: with 10, ten dead names hold up every other site
    "HTTPPROXY_ENABLED": False,  # reads HTTP_PROXY from the environment; a proxy connects past the guard
    "COOKIES_ENABLED": False,  # no sessions; also fetches the public suffix list over the network
    "REFERER_ENABLED": False,  # tells a site where we were
    "TELNETCONSOLE_ENABLED": False,  # runs code, on by default
    "REMOTE_CONTROL_ENABLED": False,  # runs code, on by default since 2.18
    "METAREFRESH_ENABLED": False,  # parses untrusted bytes in the event loop
    "REDIRECT_MAX_TIMES": 5,
    "RETRY_TIMES": 2,
    "URLLENGTH_LIMIT": 0,  # it drops without calling the errback; the guard refuses beyond 4,096, counted
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,  # one connection per site
    "AUTOTHROTTLE_ENABLED": False,  # Pace does it, and knows Retry-After
}  # fmt: skip

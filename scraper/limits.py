"""Limits of what one answer may cost: bytes, layers of compression, seconds; and the settings that say so."""

from __future__ import annotations

import struct
import zlib
from typing import Any

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.utils import _compression

__all__ = ["POLITE_SETTINGS", "BoundedCompression", "TooManyEncodings"]

MAX_ENCODINGS = 2  # `gzip, gzip` happens by mistake of two proxies; more is an attack
MEGABYTE = 1024 * 1024
_codecs: Any = _compression  # the very modules that Scrapy decompresses with
_BROKEN = (zlib.error, EOFError, OSError, struct.error, _codecs.brotli.error, _codecs.zstd.ZstdError)


class TooManyEncodings(IgnoreRequest):
    """More layers of compression than any honest server uses."""


class BoundedCompression(HttpCompressionMiddleware):
    """Decompress within DOWNLOAD_MAXSIZE, at most two layers; a body that only claims to be compressed stays."""

    def _handle_encoding(
        self, body: bytes, content_encoding: list[bytes], max_size: int
    ) -> tuple[bytes, list[bytes]]:
        named = [e.strip().lower() for line in content_encoding for e in line.split(b",")]
        layers = [e for e in named if e not in (b"", b"identity", b"none", b"utf-8")]
        if len(layers) > MAX_ENCODINGS:
            raise TooManyEncodings(f"{len(layers)} layers of Content-Encoding")
        to_decode, to_keep = self._split_encodings(layers)
        for encoding in to_decode:
            # robots.txt asks without a limit on the wire, having its own
            body = _decoded(self._decode, body, encoding, max_size or self._max_size)
        return body, to_keep


def _decoded(decode: Any, body: bytes, encoding: bytes, max_size: int) -> bytes:
    if not body or (encoding in (b"gzip", b"x-gzip") and not body.startswith(b"\x1f\x8b")):
        return body  # a proxy unpacked it and left the header: browsers show such pages too
    try:
        return bytes(decode(body, encoding, max_size=max_size))
    except _BROKEN as error:
        raise IgnoreRequest(f"body is no {encoding.decode('ascii', 'replace')}: {error}") from error


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

"""Discovery, pure: the bytes of a page, feed or sitemap -> addresses with what was said about them.

Runs in the sandbox's workers: no untrusted byte is parsed in the event loop's process.
"""

import re

from scraper.discover.feeds import read_feed
from scraper.discover.records import Listing
from scraper.discover.sitemaps import read_sitemap

_SITEMAP = re.compile(rb"<(?:[\w.-]{1,50}:)?(?:urlset|sitemapindex)\b", re.I)
_FEED = re.compile(rb"<(?:[\w.-]{1,50}:)?(?:rss|feed|RDF)\b")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|body)\b", re.I)
_LOOK = 20_000  # bytes in which the root element must show: comments and style sheets come before it


def read_listing(body: bytes, url: str, now: float) -> Listing:
    """Read a feed or a sitemap, by what the bytes are, not by what the address or the server says."""
    start = body[:_LOOK]
    if not body.strip():
        return Listing("unreadable", detail="no bytes")
    if start[:2] == b"\x1f\x8b" or _SITEMAP.search(start) or _is_utf16_sitemap(start):
        return read_sitemap(body, url, now)
    if _FEED.search(start) or start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return read_feed(body, url, now)
    if _HTML.search(start):
        return Listing("html", detail="a page, no feed or sitemap")
    return read_sitemap(body, url, now)  # a text sitemap, or nothing


def _is_utf16_sitemap(start: bytes) -> bool:
    return start[:2] in (b"\xff\xfe", b"\xfe\xff") and bool(_SITEMAP.search(start.replace(b"\0", b"")))

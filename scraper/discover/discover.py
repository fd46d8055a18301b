"""Discovery, pure: the bytes of a page, feed or sitemap -> addresses with what was said about them.

Runs in the sandbox's workers: no untrusted byte is parsed in the event loop's process.
"""

import re
from dataclasses import replace

from columnist.pipelines.document.charset import decode
from columnist.scraper.discover.feeds import read_feed
from columnist.scraper.discover.records import Listing
from columnist.scraper.discover.said import without_comments
from columnist.scraper.discover.sitemaps import read_sitemap, unzipped

_SITEMAP = re.compile(rb"<(?:[\w.-]{1,50}:)?(?:urlset|sitemapindex)\b", re.I)
_FEED = re.compile(rb"<(?:[\w.-]{1,50}:)?(?:rss|feed|RDF)\b")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|body)\b", re.I)
_ENCODING = re.compile(rb"(<\?xml[^>]{0,200}?)\sencoding\s*=\s*[\"'][^\"']{0,40}[\"']", re.I)
_LOOK = 20_000  # bytes in which the root element must show: comments and style sheets come before it


def read_listing(body: bytes, url: str, now: float) -> Listing:
    """Read a feed or a sitemap, by what the bytes are, not by what the address or the server says."""
    if not body.strip():
        return Listing("unreadable", detail="no bytes")
    data, cut = unzipped(body)
    data = _without_nuls(data)
    listing = _read(data, url, now)
    return replace(listing, truncated=listing.truncated or cut)


def _read(data: bytes, url: str, now: float) -> Listing:
    start = without_comments(data[:_LOOK].decode("latin-1")).encode("latin-1")
    if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return read_feed(data, url, now)
    sitemap, feed = _SITEMAP.search(start), _FEED.search(start)
    if feed and not (sitemap and sitemap.start() < feed.start()):
        return read_feed(data, url, now)
    if sitemap is None and _HTML.search(start):
        return Listing("html", detail="a page, no feed or sitemap")
    return read_sitemap(data, url, now)  # by its root, or a text sitemap, or nothing


def _without_nuls(data: bytes) -> bytes:
    """Return UTF-16 as UTF-8, with a byte order mark or without; its declaration would be a lie then."""
    if b"\0" not in data[:_LOOK]:
        return data
    return _ENCODING.sub(rb"\1", decode(data).utf8, count=1)

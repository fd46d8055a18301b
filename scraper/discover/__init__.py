"""Discovery, pure: the bytes of a page, feed or sitemap -> addresses with what was said about them.

Runs in the sandbox's workers: no untrusted byte is parsed in the event loop's process.
"""

from scraper.discover.feeds import read_feed
from scraper.discover.found import Found, Listing
from scraper.discover.kinds import guess_kind, shape_of
from scraper.discover.links import Links, find_links
from scraper.discover.listings import read_listing
from scraper.discover.scope import in_scope, site_key
from scraper.discover.sitemaps import read_sitemap

__all__ = [
    "Found",
    "Links",
    "Listing",
    "find_links",
    "guess_kind",
    "in_scope",
    "read_feed",
    "read_listing",
    "read_sitemap",
    "shape_of",
    "site_key",
]

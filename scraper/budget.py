"""Bounds on traps: calendars, sessions and tar pits that make ever new addresses. Per site and run.

What a feed or a sitemap names is the site's own word and is not bounded here, only by max_pages_per_site.
"""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from pipelines.options import CrawlOptions
from scraper.discover import shape_of
from scraper.frontier import Lease
from scraper.pages import found_via

__all__ = ["Budget"]

_BY_LINK = frozenset({"link", "section"})
# Up to here a site's own navigation leads; beyond, links of links: a tar pit of random words has no shape of
# its own, but all of it lies this deep and in one folder.
_DEEP = 3


class Budget:
    """Counts the addresses asked for by shape and by folder."""

    def __init__(self, options: CrawlOptions) -> None:
        self._most = options.max_per_pattern
        self._asked: Counter[tuple[str, str]] = Counter()

    def refuse(self, lease: Lease) -> str | None:
        """Return why an address is not asked for in this run, or None, and count it."""
        if not _is_bounded(lease):
            return None
        keys = [(lease.site, shape_of(lease.url))]
        folder = (lease.site, "in " + _folder(lease.url))
        if self._asked[folder] >= self._most:
            return "pattern-budget"
        if lease.depth >= _DEEP:
            keys.append((lease.site, "deep " + _folder(lease.url)))
        if any(self._asked[key] >= self._most for key in keys):
            return "pattern-budget"
        if lease.attempts <= 1:  # a second try is no further address
            self._asked.update(keys)
        return None

    def note_fruitless(self, lease: Lease) -> None:
        """Count a page found by link that was no new article: a folder full of those is a trap."""
        if _is_bounded(lease):
            self._asked[lease.site, "in " + _folder(lease.url)] += 1


def _is_bounded(lease: Lease) -> bool:
    return found_via(lease) in _BY_LINK and lease.visited is None


def _folder(url: str) -> str:
    """Return what a trap's pages have in common: the path before a query, else the path's parent."""
    parts = urlsplit(shape_of(url))
    return parts.path if parts.query else parts.path.rstrip("/").rpartition("/")[0] or "/"

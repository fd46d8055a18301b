"""Bounds on traps: calendars, sessions and tar pits that make ever new addresses. Per site and run.

What a feed or a sitemap names is the site's own word: max_pages_per_site bounds it, and how many of such listings
are read and how many addresses of a site are known at all.
"""

from collections import Counter
from urllib.parse import urlsplit

from columnist.pipelines.records.options import CrawlOptions
from columnist.scraper.discover.url_kinds import names_terms, shape_of
from columnist.scraper.fetch.response import found_via
from columnist.scraper.frontier.records import Candidate, Lease

_BY_LINK = frozenset({"link", "section"})
_BY_PERSON = frozenset({"seed", "url-list"})
_LISTINGS = frozenset({"feed", "sitemap", "section"})
# Up to here a site's own navigation leads; beyond, links of links: a tar pit of random words has no shape of
# its own, but all of it lies this deep and in one folder.
_DEEP = 3
# Lists of one folder in a row that name nothing but what the site's own sitemap names: the folder's others wait for a later
# run. Of one folder: that all tags are in the sitemap says nothing of a section's last page.
_BARREN = 5


class Budget:
    """Counts the addresses asked for by shape and by folder, and the listings by site."""

    def __init__(self, options: CrawlOptions) -> None:
        self._most = options.max_per_pattern
        self._most_listings = options.max_listings_per_site
        self._most_known = options.max_addresses_per_site
        self._asked: Counter[tuple[str, str]] = Counter()
        self._made_known: Counter[tuple[str, str]] = Counter()  # of this run, found by link, by shape
        self._listings: Counter[str] = Counter()
        self._barren: Counter[tuple[str, str]] = Counter()  # by site and folder

    def turn_away(self, found: Candidate, known: int) -> str | None:
        """Return why a new address gets no row of the frontier, or None; `known`: how many the site has.

        More of one shape than a run may ask for would fill the state file for nothing: who finds them again in a
        later run, finds them new.
        """
        if found.via in _BY_PERSON:
            return None
        if known >= self._most_known:
            return "address-cap"
        if found.via not in _BY_LINK or found.kind != "page":
            return None
        key = (found.site, shape_of(found.url))
        if self._made_known[key] >= self._most:
            return "pattern-budget"
        self._made_known[key] += 1
        return None

    def must_wait(self, lease: Lease) -> str | None:
        """Return why a listing is left to a later run, or None, and count it: indexes and pagers may have no end."""
        if lease.kind not in _LISTINGS and found_via(lease) != "section":
            return None
        if _is_of_lists(lease) and self._barren[lease.site, _folder(lease.url)] >= _BARREN:
            return "mapped-list"
        if self._listings[lease.site] >= self._most_listings:
            return "listing-budget"
        self._listings[lease.site] += 1
        return None

    def note_list(self, lease: Lease, is_mapped: bool) -> None:
        """Count a list that named nothing but what a sitemap names; one that names more lets all be asked for again."""
        if _is_of_lists(lease):
            key = (lease.site, _folder(lease.url))
            self._barren[key] = self._barren[key] + 1 if is_mapped else 0

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


def _is_of_lists(lease: Lease) -> bool:
    """Say whether an address is a list, or the sitemap of lists."""
    return "section" in (lease.kind, found_via(lease)) or (lease.kind == "sitemap" and names_terms(lease.url))


def _folder(url: str) -> str:
    """Return what a trap's pages have in common: the path before a query, else the path's parent."""
    parts = urlsplit(shape_of(url))
    return parts.path if parts.query else parts.path.rstrip("/").rpartition("/")[0] or "/"

"""What discovery found -> what the frontier takes: within the site, not too deep, each with its kind and hints."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from columnist.scraper.discover.records import FoundLink
from columnist.scraper.discover.site_scope import in_scope
from columnist.scraper.discover.url_kinds import is_section
from columnist.scraper.frontier.records import LISTED, Candidate, Lease
from columnist.scraper.frontier.site_jobs import SiteJob

# Kinds that every run asks again, for they name what is new; a section only if it has named articles.
STANDING = ("front", "feed", "sitemap")
SECTION, NAMES_ARTICLES = "section", "index-page"
MAX_NESTED = 3  # sitemaps below an index, below an index: the protocol knows one level, some sites have two
MAX_NAMED = 200  # sitemaps of one robots.txt; publishers name up to a hundred
_SEED_PRIORITY, _SITEMAP_PRIORITY, _FALLBACK_PRIORITY = 100, 90, 50
# Where feeds and sitemaps lie that nobody names: WordPress, Drupal, and what most others copy.
FALLBACKS = (
    ("/sitemap.xml", "sitemap"),
    ("/sitemap_index.xml", "sitemap"),
    ("/feed/", "feed"),
    ("/rss.xml", "feed"),
)


def for_frontier(
    found: Iterable[FoundLink], lease: Lease, job: SiteJob, max_depth: int
) -> Iterator[Candidate]:
    """Yield what is worth a row of the frontier; off-site and too deep addresses are left out."""
    if job.listed:
        return
    for one in found:
        depth, most = _depth(one, lease, max_depth)
        if depth > most or not in_scope(one.url, job.scopes):
            continue
        kind = _kind(one, lease)
        if kind is None:
            continue
        yield Candidate(
            url=one.url,
            site=lease.site,
            via=one.via,
            kind=kind,
            depth=depth,
            priority=one.priority,
            newest=_moment(one.changed_at),
            hints=() if one.hint is None else (one.hint,),
        )


def _depth(one: FoundLink, lease: Lease, max_depth: int) -> tuple[int, int]:
    """Return how deep an address lies and may: sitemaps count the indexes above them, pages the links."""
    if lease.kind == "sitemap":
        return (lease.depth + 1, MAX_NESTED) if one.kind == "sitemap" else (0, max_depth)
    return lease.depth + one.deeper, max_depth


def _kind(one: FoundLink, lease: Lease) -> str | None:
    if one.kind == "feed":
        # Articles name feeds of their own comments; fronts and sections name the paper's.
        return "feed" if lease.kind in ("front", "section") else None
    if one.kind == "sitemap":
        return "sitemap"
    if one.kind == "index" and lease.kind == "front" and is_section(one.url):
        return "section"
    return "page"


def seeds_of(job: SiteJob) -> list[Candidate]:
    """Return the site's seeds as the user named them."""
    if job.listed:
        return [Candidate(url, job.name, via="url-list", kind="page", priority=LISTED) for url in job.seeds]
    return [Candidate(url, job.name, via="seed", kind="front", priority=_SEED_PRIORITY) for url in job.seeds]


def sitemaps_of(job: SiteJob, urls: Iterable[str]) -> list[Candidate]:
    """Return the sitemaps that robots.txt names, if they lie on the site."""
    return [
        Candidate(url, job.name, via="robots", kind="sitemap", priority=_SITEMAP_PRIORITY)
        for url in urls
        if not job.listed and in_scope(url, job.scopes)
    ]


def fallback_seeds(job: SiteJob, front: str) -> list[Candidate]:
    """Return where a site keeps its feed or sitemap if it names none."""
    parts = urlsplit(front)
    base = f"{parts.scheme}://{parts.netloc}"
    return [
        Candidate(base + path, job.name, via="guess", kind=kind, priority=_FALLBACK_PRIORITY)
        for path, kind in FALLBACKS
    ]


def _moment(seconds: float | None) -> datetime | None:
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None

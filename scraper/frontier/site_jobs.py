"""What to crawl: a site's seeds, its bounds and its pace, from an address or a site file."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from columnist.pipelines.document.addresses import is_web_address
from columnist.pipelines.records.redact import redacted
from columnist.pipelines.records.site import Site
from columnist.pipelines.sites.site import allows
from columnist.scraper.discover.site_scope import site_key


@dataclass(frozen=True, slots=True)
class SiteJob:
    """One site of a crawl."""

    name: str  # the column `site`: registered domain, host:port of an IP address, or the site file's name
    seeds: tuple[str, ...]
    scopes: frozenset[str]  # site_key() of the addresses that belong to it
    site: Site | None = None  # its site file
    listed: bool = False  # the seeds are the pages themselves: no link is followed

    @property
    def renders(self) -> bool:
        """Whether the site's pages are shown in a browser."""
        return self.site is not None and self.site.render

    def excludes(self, url: str) -> bool:
        """Say whether the site file's rules leave an address out."""
        return self.site is not None and not allows(self.site, url)


def job_for_address(address: str) -> SiteJob:
    """Make the job of a site that is known by its address alone; raise ValueError where it is none."""
    url = _with_path(address.strip() if "://" in address else f"https://{address.strip()}")
    key = None if any(c.isspace() for c in url) else site_key(url)
    if key is None or _is_bare_word(address.strip()):
        raise ValueError(
            f"{redacted(address)!r} is no address of a site: give one such as https://news.example/"
        )
    if "@" in urlsplit(url).netloc:
        raise ValueError(f"{key}: leave user name and password out of the address: log-ins are never used")
    return SiteJob(name=key, seeds=(url,), scopes=frozenset((key,)))


def job_for_site(site: Site) -> SiteJob:
    """Make the job of a site file."""
    seeds = tuple(_with_path(seed) for seed in site.seeds)
    scopes = frozenset(key for key in map(site_key, seeds) if key)
    return SiteJob(site.name, seeds, scopes, site)


def job_of_file(job: SiteJob, sites: Iterable[Site]) -> SiteJob:
    """Return an address's job under the name and rules of the one site file whose seeds lie on the same site.

    Else one site would have two names in state and figures, and each would miss what the other found.
    """
    files = [(site, file) for site in sites if not (file := job_for_site(site)).scopes.isdisjoint(job.scopes)]
    if len(files) != 1:
        return job
    site, file = files[0]
    named = replace(site, seeds=tuple(dict.fromkeys((*site.seeds, *job.seeds))))  # its rules let seeds pass
    return SiteJob(site.name, job.seeds, file.scopes | job.scopes, named)


def jobs_for_list(urls: Iterable[str]) -> tuple[SiteJob, ...]:
    """Make the jobs that fetch a list of addresses and nothing else; raise ValueError for what is none."""
    return tuple(replace(job_for_address(url), listed=True) for url in urls)


def _is_bare_word(name: str) -> bool:
    """Say whether a name is a single word: a mistyped site file's name, and no public host."""
    host = name.partition("/")[0].partition(":")[0]
    return "://" not in name and not set(".[") & set(host) and host != "localhost"


def _with_path(url: str) -> str:
    url = url.partition("#")[0]
    return url if not is_web_address(url) or urlsplit(url).path else f"{url}/"


def jobs_by_name(jobs: Iterable[SiteJob]) -> dict[str, SiteJob]:
    """Return the jobs by name; two addresses of one site become one job with the seeds of both."""
    named: dict[str, SiteJob] = {}
    for job in jobs:
        known = named.get(job.name)
        if known is None:
            named[job.name] = job
        else:
            seeds = tuple(dict.fromkeys((*known.seeds, *job.seeds)))
            named[job.name] = replace(
                known, seeds=seeds, scopes=known.scopes | job.scopes, site=known.site or job.site
            )
    return named

"""Which sites a crawl is asked for: addresses, names, a list, the site files; and the job of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from columnist.pipelines.sites.text_lists import entries
from columnist.scraper.cli.exit_codes import WrongUse
from columnist.scraper.cli.settings_file import is_from_settings

# The addresses' rules take a second to load: inside the functions, after the lock.
if TYPE_CHECKING:
    from columnist.pipelines.records.site import Site
    from columnist.scraper.frontier.site_jobs import SiteJob


@dataclass(frozen=True, slots=True)
class SitesAsked:
    """Which sites the user named, and where their files lie."""

    sites: tuple[str, ...]
    listed: Path | None = None
    site_files: Path | None = None


def named_sites(asked: SitesAsked, data: str) -> tuple[list[str], tuple[SiteJob, ...], dict[str, Site]]:
    """Return the names of the sites to crawl, their jobs, and all site files; raise WrongUse where there is none."""
    from columnist.pipelines.sites.places import sites_beside, sites_place

    known = sites_beside(data, asked.site_files)
    # Who names a site means that one.
    listed = None if asked.sites and is_from_settings("listed") else asked.listed
    names = [*asked.sites, *(_lines(listed) if listed else ())] or sorted(known)
    if listed and not names:
        raise WrongUse(f"--sites {listed}: the file names no site; write one address or site name a line")
    if not names:
        raise WrongUse(
            "name a site: columnist crawl https://news.example/ (or --sites FILE, or columnist sites add); "
            f"there is no site file in {sites_place(data, asked.site_files)}"
        )
    return names, tuple(_jobs(names, known, sites_place(data, asked.site_files))), known


def _jobs(names: Iterable[str], known: dict[str, Site], place: str) -> Iterable[SiteJob]:
    """Return the jobs; raise WrongUse with a line for each name that is neither a site nor an address."""
    from columnist.pipelines.sites.site import site_named
    from columnist.scraper.frontier.site_jobs import job_for_address, job_for_site, job_of_file

    jobs, wrong = [], []
    for name in names:
        site = site_named(name, known)
        try:
            jobs.append(job_for_site(site) if site else job_of_file(job_for_address(name), known.values()))
        except ValueError as error:
            wrong.append(str(error))
    if wrong:
        if known:
            wrong.append(f"the site files in {place} are: {', '.join(sorted(known))}")
        raise WrongUse("\n".join(wrong))
    return jobs


def _lines(path: Path) -> list[str]:
    try:
        words = path.read_text(encoding="utf-8-sig")  # editors on Windows begin a file with a mark
    except UnicodeDecodeError as error:
        raise WrongUse(f"--sites {path}: byte {error.start} is no UTF-8; save the file as UTF-8") from None
    return entries(words)

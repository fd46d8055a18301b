"""columnist sites list | check | add: what we know of each site, beside the data."""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import pyarrow.dataset as pads

from columnist.crawls import CrawlFailed, begin
from columnist.pipelines.dataset.state.lock import home_of
from columnist.pipelines.dataset.state.state import STATE_NAME
from columnist.pipelines.records.options import CleanOptions, CrawlOptions
from columnist.pipelines.records.site import Floors, Site
from columnist.pipelines.sites.places import sites_beside, sites_place
from columnist.pipelines.sites.site_files import free_path, save_site
from columnist.pipelines.sites.site_names import site_name
from columnist.scraper.cli.commands.crawl import run_plan
from columnist.scraper.cli.console import LOG, counted, say, show_table
from columnist.scraper.cli.exit_codes import DONE, CannotStart, WrongUse
from columnist.scraper.cli.flags import Whole, flags
from columnist.scraper.cli.session import session_from, site_files_flag
from columnist.scraper.fetch.browser.find import what_is_missing
from columnist.scraper.frontier.site_jobs import job_for_address

# Pages fetched to measure a site: enough for shares that mean something, few enough to be polite.
_PAGES = 40
# A floor lies this far under what was measured (zavod's habit: 10 to 20 %).
_UNDER = 0.85


@dataclass(frozen=True, slots=True)
class _Measured:
    """What a little of a site gave."""

    articles: Sequence[Mapping[str, Any]]
    hubs: Sequence[str]


_data = click.option("--data", default="data", show_default=True, envvar="COLUMNIST_DATA", metavar="DIR",
                     help="Data folder that the site files lie beside.")  # fmt: skip


@click.group("sites")
def command() -> None:
    """What we know of each site: its seeds, bounds, layouts and floors."""


@command.command("list")
@_data
@site_files_flag
def list_sites(data: str, site_files: Path | None) -> int:
    """List the site files."""
    sites = sites_beside(data, site_files)
    rows = [(s.name, ", ".join(s.seeds), len(s.layouts), s.floors.articles_per_crawl) for s in sites.values()]
    show_table(
        f"{counted(len(rows), 'site')} in {sites_place(data, site_files)}",
        ("name", "seeds", "layouts", "articles at least"),
        rows,
    )
    return DONE


@command.command("check")
@_data
@site_files_flag
def check_sites(data: str, site_files: Path | None) -> int:
    """Read every site file; exit 2 with file and key of each mistake."""
    place, is_local = sites_place(data, site_files), bool(site_files or home_of(data, None))
    if is_local and not Path(place).is_dir():
        raise WrongUse(f"{place}: no such folder; name it with --site-files, or the data folder with --data")
    say(f"{counted(len(sites_beside(data, site_files)), 'site file')} read, no mistake found")
    return DONE


@command.command("add", short_help="Crawl a little of a site and write its file.")
@click.argument("address")
@_data
@site_files_flag
@click.option(
    "--pages",
    type=Whole(min=1),
    default=_PAGES,
    show_default=True,
    help="Pages to fetch for measuring the floors.",
)
@flags(CrawlOptions, CleanOptions)
def add_site(address: str, data: str, site_files: Path | None, pages: int, **given: Any) -> int:
    """Crawl a little of a site and write its file: what was found, and floors under what was measured.

    Where no page has an article until scripts have built it, and a browser is there, the file says render = true.
    """
    try:
        job = job_for_address(address)
    except ValueError as error:
        raise WrongUse(str(error)) from None
    folder_of_files = _writable(data, site_files)
    free_path(site_name(job.seeds[0]), folder_of_files)  # ahead of the crawl
    with tempfile.TemporaryDirectory(prefix="columnist-sites-") as folder:
        session = session_from({**given, "data": folder, "as_json": False, "quiet": False})
        most = min(pages, session.crawl.max_pages or pages)  # --max-pages may be the smaller
        session = replace(session, crawl=replace(session.crawl, max_pages=most))
        done = run_plan((job,), session)
        found = _measured(Path(folder))
    plain = Site(name=site_name(job.seeds[0]), seeds=job.seeds)
    if not found.articles:
        words = f"{address}: no article among {done.summary.requests} answers"
        if job.name in done.unreached:
            raise CannotStart(f"{words}; look with `columnist show`")
        if (missing := what_is_missing(session.crawl.browser)) is not None:
            raise CannotStart(
                f"{words}; perhaps scripts build its pages, which a browser would show: {missing}"
            )
        found = _shown_in_browser(plain, {**given, "max_pages": most})
        if not found.articles:
            raise CannotStart(f"{words}, nor as a browser shows them; look with `columnist show`")
        plain = replace(plain, render=True)
    seeds = tuple(dict.fromkeys((*job.seeds, *found.hubs)))
    path = save_site(replace(plain, seeds=seeds, floors=measured_floors(found.articles)), folder_of_files)
    how = ", render = true: its pages have text in a browser alone" if plain.render else ""
    say(
        f"{path}: {counted(len(seeds), 'seed')}, floors measured on {counted(len(found.articles), 'article')}{how}"
    )
    return DONE


def _measured(folder: Path) -> _Measured:
    return _Measured(_articles(folder / "articles"), _hubs(folder / STATE_NAME))


def _shown_in_browser(site: Site, options: Mapping[str, Any]) -> _Measured:
    """Crawl a little of a site with its pages shown in a browser, in another process: a reactor starts only once."""
    LOG.info("%s: no article; once more, in a browser", site.name)
    with tempfile.TemporaryDirectory(prefix="columnist-sites-") as folder:
        save_site(replace(site, render=True), Path(folder) / "sites")
        with suppress(CrawlFailed):  # what came of it is looked at below
            for _ in begin([site.name], folder, options):
                pass
        return _measured(Path(folder))


def _writable(data: str, site_files: Path | None) -> Path:
    if site_files is None and home_of(data, None) is None:
        raise WrongUse(
            f"--data {data} is not on this machine: name a folder with --site-files, and copy the file to "
            f"{sites_place(data, None)} when you have looked at it"
        )
    return Path(sites_place(data, site_files))


def measured_floors(articles: Sequence[Mapping[str, Any]]) -> Floors:
    """Return floors 15 % under what these articles (columns published_at, authors, word_count) show."""
    n = len(articles)
    return Floors(
        articles_per_crawl=max(1, int(n * _UNDER)),
        share_with_date=round(_UNDER * sum(a["published_at"] is not None for a in articles) / n, 2),
        share_with_author=round(_UNDER * sum(bool(a["authors"]) for a in articles) / n, 2),
        median_words=int(_UNDER * statistics.median(a["word_count"] for a in articles)),
    )


def _hubs(state: Path) -> list[str]:
    """Return the feeds and sitemaps that answered, from the state of the crawl that measured."""
    with closing(sqlite3.connect(state)) as connection:
        query = "SELECT url FROM url WHERE kind IN ('feed', 'sitemap') AND status BETWEEN 200 AND 299 AND depth <= 1 ORDER BY url"
        return [url for (url,) in connection.execute(query)]


def _articles(folder: Path) -> list[dict[str, Any]]:
    if not folder.is_dir():
        return []
    table = pads.dataset(folder, format="parquet").to_table(columns=["published_at", "authors", "word_count"])
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows

"""What we know of each site, in sites/<host>.toml beside the data: where to begin, what to leave out, how its pages are built.

name = "news.example"                       # optional: the file's name
seeds = ["https://news.example/"]
allow = ["/articles/"]                      # paths as in robots.txt; deny wins over allow
deny = ["*/video/", "*.pdf$"]
delay = 2.0
render = true                               # scripts build its pages: they are shown in a browser

[floors]
articles_per_crawl = 40

[[layout]]
until = 2024-10-14
body = "div.story"                          # CSS, or XPath
drop = [".share", "//aside[@data-kind='related']"]
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from columnist.pipelines.records.article import Page
from columnist.pipelines.records.site import Site, SiteLayout
from columnist.pipelines.sites.path_patterns import path_matches


def allows(site: Site, url: str) -> bool:
    """Say whether a site's allow and deny rules let an address through; seeds always pass."""
    if url in site.seeds:
        return True
    if any(path_matches(pattern, url) for pattern in site.deny):
        return False
    return not site.allow or any(path_matches(pattern, url) for pattern in site.allow)


def site_named(name: str, sites: Mapping[str, Site]) -> Site | None:
    """Return a site's file by what the site is called; names of files spell a port with _."""
    return sites.get(name) or sites.get(name.replace(":", "_"))


def with_site(page: Page, site: Site | None) -> Page:
    """Return a page with what its site's file says of it: the country, and the layout of the day it was fetched."""
    return replace(page, country=site.country, layout=layout_for(site, page.fetched_at)) if site else page


def layout_for(site: Site, when: datetime) -> SiteLayout | None:
    """Return the layout that held when a page was fetched: the last in the file whose days cover it."""
    day = when.astimezone(UTC).date()
    covering = (
        layout
        for layout in reversed(site.layouts)
        if (layout.since is None or layout.since <= day) and (layout.until is None or day < layout.until)
    )
    return next(covering, None)

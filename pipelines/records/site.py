"""What we know of one site: facts, not code. A key of the TOML file is one annotated line here."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

Selectors = tuple[str, ...]  # tried in order; CSS, or XPath if it begins with / or ( or ./


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLayout:
    """How the site's pages were built for a time. Old layouts stay, with `until`: archives still need them."""

    since: Annotated[date | None, "First day (of the page's fetch) on which the layout holds."] = None
    until: Annotated[date | None, "First day on which it no longer holds."] = None
    title: Annotated[Selectors, "The headline."] = ()
    author: Annotated[Selectors, "The byline, or each author."] = ()
    date: Annotated[Selectors, "The time of publication: an element, its datetime, or its words."] = ()
    section: Annotated[Selectors, "The rubric."] = ()
    lead: Annotated[Selectors, "The standfirst."] = ()
    body: Annotated[
        Selectors, "The element or elements that hold the body; cleaning looks nowhere else."
    ] = ()
    drop: Annotated[Selectors, "Elements to take out before cleaning; every selector is applied."] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Floors:
    """What a healthy crawl yields, 10 to 20 % under a measured one; `columnist check` holds runs against it."""

    articles_per_crawl: Annotated[int | None, "Articles of the site's first run; later, of all runs."] = None
    share_with_date: Annotated[float | None, "Share of new articles with a date, 0 to 1."] = None
    share_with_author: Annotated[float | None, "Share of new articles with an author, 0 to 1."] = None
    median_words: Annotated[int | None, "Median length of new articles in words."] = None
    reject_share_at_most: Annotated[float | None, "Share of cleaned pages that are no articles, 0 to 1."] = (
        None
    )
    error_share_at_most: Annotated[float | None, "Share of answers with status 4xx or 5xx, 0 to 1."] = None
    doubt_share_at_most: Annotated[float | None, "Share of new articles with extra.doubt, 0 to 1."] = None
    silent_days_at_most: Annotated[int | None, "Days without a new article."] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One site's file, sites/<host>.toml beside the data."""

    name: Annotated[str, "What the column `site` says; by default the file's name."]
    seeds: Annotated[tuple[str, ...], "Addresses where a crawl begins: front page, feeds, sitemaps."]
    allow: Annotated[
        tuple[str, ...], "Paths to crawl, as in robots.txt: a prefix, * is anything, $ the end; empty: all."
    ] = ()
    deny: Annotated[tuple[str, ...], "Paths to leave alone, written likewise; deny wins over allow."] = ()
    delay: Annotated[float | None, "Seconds between two requests; the longest of all that ask wins."] = None
    country: Annotated[str | None, "Country of the publisher, ISO 3166-1 alpha-2, such as DE."] = None
    tls_verify: Annotated[bool, "False where the site's certificate is known to be broken."] = True
    proxy: Annotated[str | None, "Proxy of this site alone, http://[user:password@]host:port."] = None
    render: Annotated[
        bool, "True where scripts build the pages: they are shown in Chromium, which takes seconds a page."
    ] = False
    floors: Annotated[Floors, "What a healthy crawl yields."] = Floors()
    layouts: Annotated[tuple[SiteLayout, ...], "Dated layouts, the oldest first."] = ()

"""Figures -> the parts of a report: pictures with their numbers, in the order in which one asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from columnist.pipelines.batch.check.floors import Finding
from columnist.pipelines.publish.figures import Figures, Site
from columnist.pipelines.publish.report.charts import columns, strips
from columnist.pipelines.publish.report.contents import (
    SHARE_NAMES,
    SHARES,
    copies_part,
    fields_part,
    languages_part,
    lengths_part,
    making_part,
    rejects_part,
    removed_part,
    revisions_part,
    rights_part,
    share_of,
    sources_part,
)
from columnist.pipelines.publish.report.tables import MOST_ROWS, Cell, Part, Table, bounded
from columnist.pipelines.publish.report.timeline import GAP_DAYS, Gaps, Timeline

_FORMATS = {"day": "%Y-%m-%d", "week": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


@dataclass(frozen=True, slots=True)
class Seen:
    """All that a report is made from."""

    figures: Figures
    timeline: Timeline
    gaps: Mapping[str, Gaps]
    findings: Sequence[Finding]
    crawls: int  # runs that the findings rest on


def parts_of(seen: Seen) -> tuple[Part, ...]:
    """Return the page's sections."""
    found = seen.figures
    return (
        _time(seen.timeline),
        _sites(seen),
        _drift(seen),
        languages_part(found),
        lengths_part(found),
        fields_part(found),
        sources_part(found),
        removed_part(found),
        rejects_part(found),
        revisions_part(found),
        copies_part(found),
        rights_part(found),
        making_part(found),
    )


def overview(found: Figures) -> tuple[tuple[str, Cell], ...]:
    """Return the numbers at the top."""
    words = sum(site.words for site in found.sites)
    return (
        ("Articles", found.articles),
        ("Versions", found.revisions),
        ("Sites", len(found.sites)),
        ("Languages", len([code for code in found.languages if code])),
        ("Words per article", round(words / found.articles) if found.articles else None),
        ("Rejected pages", sum(found.rejects.values())),
        ("Runs", found.runs),
        ("Published", _span(found.published)),
        ("Fetched", _span(found.fetched and (found.fetched[0].date(), found.fetched[1].date()))),
    )


def _span(days: tuple[date, date] | None) -> str | None:
    return f"{days[0]} to {days[1]}" if days else None


def _time(timeline: Timeline) -> Part:
    unit, labels = timeline.unit, [at.strftime(_FORMATS[timeline.unit]) for at in timeline.starts]
    words = f"By {unit} of publication; by that of the fetch where no date is known. Days are UTC" + (
        ", weeks begin on Monday." if unit == "week" else "."
    )
    outside = f"{timeline.outside:,} articles lie before the first {unit} shown or after the last fetch."
    if not labels:
        return Part("time", "Over time", ("No article.",))
    rows = tuple(zip(labels, timeline.totals, strict=True))
    return Part(
        "time",
        "Over time",
        (words, outside) if timeline.outside else (words,),
        (columns(f"Articles by {unit}", labels, timeline.totals),),
        (Table(f"Articles by {unit}", (unit.capitalize(), "Articles"), rows),),
    )


def _sites(seen: Seen) -> Part:
    timeline, sites = seen.timeline, seen.figures.sites
    labels = [at.strftime(_FORMATS[timeline.unit]) for at in timeline.starts]
    caption = f"Articles by {timeline.unit} and site, each site to its own scale"
    picture = (strips(caption, labels, timeline.sites),) if timeline.sites else ()
    head = (
        "Site",
        "Articles",
        "Words each",
        "First",
        "Last",
        *SHARE_NAMES,
        "Days without",
        "Longest gap",
    )
    rows = tuple(_site_row(site, seen.gaps.get(site.site)) for site in sites[:MOST_ROWS])
    drawn = f"The {len(timeline.sites)} sites with most articles are drawn, and {MOST_ROWS} at most listed one by one."
    gaps = (
        f"Days without: with no article, of the {GAP_DAYS} before the last fetch or since the site's first in them; "
        "Longest gap: the most of them in a row. Date to Image: share of its articles that have one."
    )
    table = Table("Sites", head, rows, _rest(sites[MOST_ROWS:]), sorts=True)
    return Part(
        "sites",
        "Sites",
        (drawn, gaps) if len(sites) > len(timeline.sites) else (gaps,),
        picture,
        (table,) if rows else (),
    )


def _site_row(site: Site, gaps: Gaps | None) -> tuple[Cell, ...]:
    without = (gaps.without, gaps.longest) if gaps else (GAP_DAYS, GAP_DAYS)
    shares = (float(getattr(site, name)) for name in SHARES)
    return (
        site.site,
        site.articles,
        round(site.words / site.articles),
        site.first,
        site.last,
        *shares,
        *without,
    )


def _rest(sites: Sequence[Site]) -> tuple[Cell, ...]:
    if not sites:
        return ()
    articles, words = sum(s.articles for s in sites), sum(s.words for s in sites)
    days = min(s.first for s in sites), max(s.last for s in sites)
    shares = (share_of(sites, name) for name in SHARES)
    return (f"{len(sites):,} more", articles, round(words / articles), *days, *shares, None, None)


def _drift(seen: Seen) -> Part:
    title = "Silence and drift"
    if not seen.crawls:
        return Part("drift", title, ("No crawl has ended here: there is nothing to hold its sites against.",))
    if not seen.findings:
        return Part("drift", title, ("No site is below its floors, silent or adrift (columnist check).",))
    rows = [(finding.site, "; ".join(finding.problems)) for finding in seen.findings]
    words = "Sites that columnist check names: below their floors, adrift from earlier runs, or silent."
    return Part("drift", title, (words,), (), (bounded("Sites to look at", ("Site", "What is wrong"), rows),))

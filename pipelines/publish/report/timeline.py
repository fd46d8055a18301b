"""Articles over time in as many steps as a picture holds, and each site's days without an article."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from columnist.pipelines.publish.figures import DAY, Ask, Figures

MOST_STEPS = 120  # bars in a picture: three months of days, two years of weeks, ten years of months
MOST_ROWS = 20  # sites drawn one below the other
GAP_DAYS = 90  # that are looked at: a quarter, in which a monthly appears three times
_UNITS = (("day", 1), ("week", 7), ("month", 31), ("year", 366))  # at most so many days
_EARLY = 0.02  # of the articles: a page of 1998 among a year's news makes no picture of decades, and is counted apart


@dataclass(frozen=True, slots=True)
class Timeline:
    """Articles by day, week, month or year of publication; of the fetch where that is not known."""

    unit: str
    starts: tuple[date, ...]
    totals: tuple[int, ...]
    outside: int  # articles of days before the first step, or after the last fetch
    sites: Mapping[str, tuple[int, ...]]  # those with most articles, each with a number for each step


@dataclass(frozen=True, slots=True)
class Gaps:
    """A site's last days, as far as the dataset's last fetch, and how many of them had no article."""

    days: int  # since its first article in the window
    without: int
    longest: int


def timeline_of(ask: Ask, figures: Figures) -> Timeline:
    """Count articles by step, in all and by site."""
    if figures.fetched is None:
        return Timeline("day", (), (), 0, {})
    until = min(max(figures.days), figures.fetched[1].date() + timedelta(days=1))  # zones are ahead by hours
    unit, starts = _steps(min(_first_of_most(figures.days), until), until)
    totals = Counter(dict.fromkeys(starts, 0))
    for day, articles in figures.days.items():
        if starts[0] <= day <= until:
            totals[_start(day, unit)] += articles
    known = {site.site: dict.fromkeys(starts, 0) for site in figures.sites[:MOST_ROWS]}
    for site, start, articles in ask(_by_site(unit, starts[0], until)):
        known[site][start] = articles
    return Timeline(
        unit,
        starts,
        tuple(totals[start] for start in starts),
        figures.articles - totals.total(),
        {site: tuple(steps.values()) for site, steps in known.items()},
    )


def gaps_of(ask: Ask) -> dict[str, Gaps]:
    """Return each site's days without an article lately; a site without an article in the window is not among them."""
    return {site: Gaps(*facts) for site, *facts in ask(_GAPS)}


_GAPS = f"""
WITH fetched AS (SELECT max(fetched_at)::date AS until FROM articles),
seen AS (SELECT DISTINCT site, until, {DAY} AS day FROM articles, fetched
         WHERE {DAY} > until - {GAP_DAYS} AND {DAY} <= until),
gaps AS (SELECT site, until, day,
         coalesce(lead(day) OVER (PARTITION BY site ORDER BY day), until + 1) - day - 1 AS gap FROM seen)
SELECT site, (any_value(until) - min(day) + 1)::int, sum(gap)::int, max(gap)::int FROM gaps GROUP BY site"""  # noqa: S608


def _by_site(unit: str, since: date, until: date) -> str:
    most = f"SELECT site FROM articles GROUP BY site ORDER BY count(*) DESC, site LIMIT {MOST_ROWS}"  # noqa: S608
    return (
        f"SELECT site, date_trunc('{unit}', {DAY})::date, count(*) FROM articles "  # noqa: S608  our own words
        f"WHERE site IN ({most}) AND {DAY} BETWEEN DATE '{since}' AND DATE '{until}' GROUP BY ALL ORDER BY ALL"
    )


def _first_of_most(days: Mapping[date, int]) -> date:
    seen, early = 0, _EARLY * sum(days.values())
    for day in sorted(days):
        seen += days[day]
        if seen > early:
            return day
    return min(days)


def _steps(since: date, until: date) -> tuple[str, tuple[date, ...]]:
    fits = [unit for unit, length in _UNITS if (until - since).days < MOST_STEPS * length]
    unit = fits[0] if fits else "year"
    return unit, tuple(_walk(since, until, unit))[-MOST_STEPS:]


def _walk(since: date, until: date, unit: str) -> Iterator[date]:
    at = _start(since, unit)
    while at <= until:
        yield at
        at = _start(at + timedelta(days=dict(_UNITS)[unit]), unit)


def _start(day: date, unit: str) -> date:
    """Return the first day of the day's week (Monday), month or year, as DuckDB's date_trunc has it."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "year" else day

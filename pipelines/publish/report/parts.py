"""Figures -> the parts of a report: pictures with their numbers, in the order in which one asks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from columnist.pipelines.batch.run_floors import Finding
from columnist.pipelines.content.rules.rule_names import RULES
from columnist.pipelines.publish.card.limits import LIMITS
from columnist.pipelines.publish.figures import Figures, Site
from columnist.pipelines.publish.report.charts import Picture, bars, columns, strips
from columnist.pipelines.publish.report.tables import MOST_ROWS, Cell, Table, bounded, counted_table
from columnist.pipelines.publish.report.timeline import SILENCE_DAYS, Silence, Timeline
from columnist.pipelines.records.arrow_schema import ARTICLES
from columnist.pipelines.records.article import REASONS

_BARS = 15  # of a picture: more are read from the table
_LONG = 3_000  # words, from which on articles are counted together: one in a hundred
_SHARES = ("dated", "authored", "sectioned", "tagged", "pictured")
_SHARE_NAMES = ("Date", "Author", "Section", "Tags", "Image")
_FORMATS = {"day": "%Y-%m-%d", "week": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the page."""

    id: str
    title: str
    words: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """All that a report is made from."""

    figures: Figures
    timeline: Timeline
    silences: Mapping[str, Silence]
    findings: Sequence[Finding]
    crawls: int  # runs that the findings rest on


def parts_of(seen: Seen) -> tuple[Part, ...]:
    """Return the page's sections."""
    found = seen.figures
    return (
        _time(seen.timeline),
        _sites(seen),
        _drift(seen),
        _languages(found),
        _lengths(found),
        _fields(found),
        _sources(found),
        _removed(found),
        _rejects(found),
        _revisions(found),
        _copies(found),
        _rights(found),
        _making(found),
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
    head = ("Site", "Articles", "Words each", "First", "Last", *_SHARE_NAMES, "Silent days", "Longest silence")
    rows = tuple(_site_row(site, seen.silences.get(site.site)) for site in sites[:MOST_ROWS])
    shown = f"The {len(timeline.sites)} sites with most articles are drawn, {MOST_ROWS} at most listed."
    silent = (
        f"Silent days: without an article, of the {SILENCE_DAYS} before the last fetch or since the site's first in them; "
        "Longest silence: the most of them in a row. Date to Image: share of its articles that have one."
    )
    table = Table("Sites", head, rows, _rest(sites[MOST_ROWS:]), sorts=True)
    return Part("sites", "Sites", (shown, silent), picture, (table,) if rows else ())


def _site_row(site: Site, silence: Silence | None) -> tuple[Cell, ...]:
    quiet = (silence.without, silence.longest) if silence else (SILENCE_DAYS, SILENCE_DAYS)
    shares = (float(getattr(site, name)) for name in _SHARES)
    return (site.site, site.articles, round(site.words / site.articles), site.first, site.last, *shares, *quiet)


def _rest(sites: Sequence[Site]) -> tuple[Cell, ...]:
    if not sites:
        return ()
    articles, words = sum(s.articles for s in sites), sum(s.words for s in sites)
    days = min(s.first for s in sites), max(s.last for s in sites)
    shares = (_share(sites, name) for name in _SHARES)
    return (f"{len(sites):,} more", articles, round(words / articles), *days, *shares, None, None)


def _share(sites: Iterable[Site], name: str) -> float:
    every = list(sites)
    articles = sum(s.articles for s in every)
    return float(sum(getattr(s, name) * s.articles for s in every) / articles) if articles else 0.0


def _drift(seen: Seen) -> Part:
    title = "Silence and drift"
    if not seen.crawls:
        return Part("drift", title, ("No crawl has ended here: there is nothing to hold its sites against.",))
    if not seen.findings:
        return Part("drift", title, ("No site is below its floors, silent or adrift (columnist check).",))
    rows = [(finding.site, "; ".join(finding.problems)) for finding in seen.findings]
    words = "Sites that columnist check names: below their floors, adrift from earlier runs, or silent."
    return Part("drift", title, (words,), (), (bounded("Sites to look at", ("Site", "What is wrong"), rows),))


def _languages(found: Figures) -> Part:
    counts = {code or "unknown": n for code, n in found.languages.items()}
    return _counted_part("languages", "Languages", ("Language",), counts, found.articles)


def _counted_part(
    part: str, title: str, head: tuple[str, ...], counts: Mapping[str, int], whole: int
) -> Part:
    if not counts:
        return Part(part, title, ("None.",))
    picture = bars(f"{title}, in articles", _first(counts))
    return Part(part, title, (), (picture,), (counted_table(title, (*head, "Articles"), counts, whole),))


def _first(counts: Mapping[str, int]) -> Mapping[str, float]:
    return dict(sorted(counts.items(), key=lambda item: -item[1])[:_BARS])


def _lengths(found: Figures) -> Part:
    if not found.lengths:
        return Part("length", "Length", ("No article.",))
    longest = min(max(found.lengths), _LONG)
    steps = {f"{at:,}": found.lengths.get(at, 0) for at in range(0, longest, 100)}
    last = f"{longest:,} or more"
    steps[last] = sum(n for at, n in found.lengths.items() if at >= longest)
    return Part(
        "length",
        "Length",
        ("In words; in characters where a script does not space words (CJK, Thai). Steps of a hundred.",),
        (columns("Articles by words", list(steps), list(steps.values())),),
        (counted_table("Articles by length", ("Words, from", "Articles"), steps, found.articles),),
    )


def _fields(found: Figures) -> Part:
    about = {field.name: (field.metadata or {}).get(b"description", b"").decode() for field in ARTICLES}
    rows = tuple((name, share, about.get(name, "")) for name, share in found.unknown.items())
    known = {name: _share(found.sites, key) for name, key in zip(_SHARE_NAMES, _SHARES, strict=True)}
    ordered = tuple(sorted(rows, key=lambda row: -row[1]))
    return Part(
        "fields",
        "What is known, and what is not",
        ("Empty is null, or a list without entries: nothing stands for unknown but that.",),
        (bars("Articles with date, author, section, tags, image", known, share=True),) if found.articles else (),
        (Table("Every column's share of empty values", ("Column", "Empty", "Meaning"), ordered, sorts=True),),
    )


def _sources(found: Figures) -> Part:
    rows = [
        (f"{column}: {source}", n, n / found.articles)
        for column, sources in found.found_by.items()
        for source, n in sources.items()
    ]
    words = "Which source gave each field, as the column found_by has it for every article."
    table = bounded("Sources of each field", ("Field: source", "Articles", "Share"), rows)
    return Part("sources", "Where each field came from", (words,), (), (table,) if rows else ())


def _removed(found: Figures) -> Part:
    title, about = "What cleaning took out", {name: text.replace("`", "") for name, text in RULES}
    if not found.removed:
        return Part("removed", title, ("Nothing.",))
    rows = [
        (rule, characters, articles, articles / found.articles, about.get(rule, ""))
        for rule, (articles, characters) in found.removed.items()
    ]
    picture = bars("Characters taken out, by rule", _first({rule: n for rule, (_, n) in found.removed.items()}))
    table = bounded("Rules", ("Rule", "Characters", "Articles", "Share", "Meaning"), rows)
    return Part("removed", title, (), (picture,), (table,))


def _rejects(found: Figures) -> Part:
    title, about = "Rejected pages", dict(REASONS)
    if not found.rejects:
        return Part("rejects", title, ("None.",))
    total = sum(found.rejects.values())
    rows = [(reason, n, n / total, about.get(reason, "")) for reason, n in found.rejects.items()]  # type: ignore[call-overload]
    words = "Pages that are no article, each a row of rejects/ with its reason."
    picture = bars("Rejected pages, by reason", _first(found.rejects))
    return Part("rejects", title, (words,), (picture,), (bounded("Reasons", ("Reason", "Pages", "Share", "Meaning"), rows),))


def _revisions(found: Figures) -> Part:
    later = found.revisions - found.articles
    words = f"{found.articles:,} articles in {found.revisions:,} versions: {later:,} later ones, by what changed."
    if not found.changes:
        return Part("revisions", "Revisions", (words,))
    table = counted_table("Later versions", ("What changed", "Versions"), found.changes, later)
    picture = bars("Later versions, by what changed", _first(found.changes))
    return Part("revisions", "Revisions", (words,), (picture,), (table,))


def _copies(found: Figures) -> Part:
    if found.copies is None:
        return Part("copies", "Copies", ("Not computed; run columnist cluster.",))
    rows = [(kind or "unknown", *counts) for kind, counts in found.copies.items()]
    table = bounded("Articles with copies", ("Kind", "Articles", "Clusters"), rows)
    return Part("copies", "Copies", (), (), (table,))


def _rights(found: Figures) -> Part:
    access = {name or "unknown": n for name, n in found.access.items()}
    rows = [
        (f"{signal}: {value}", n, n / found.articles if found.articles else 0.0)
        for signal, values in found.rights.items()
        for value, n in values.items()
    ]
    tables = (
        counted_table("Access", ("Access", "Articles"), access, found.articles),
        bounded("What sites said about use", ("Signal: value", "Articles", "Share"), rows),
    )
    return Part("rights", "Access and rights", (), (), tables if found.articles else ())


def _making(found: Figures) -> Part:
    rows = [(name, ", ".join(versions[-5:])) for name, versions in found.versions.items()]
    table = bounded("Versions that wrote here", ("Component", "Versions"), rows)
    return Part("making", "How it was made, and its limits", (), (), (table,) if rows else (), LIMITS)

"""Hold a run against the site files' floors and against the runs before it: one finding for each broken site."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import Any

from columnist.pipelines.batch.check.crawls import crawls, file_of, first_figures, formerly, visited
from columnist.pipelines.batch.check.doubts import DOUBTED, too_many_doubts
from columnist.pipelines.batch.check.figures import Figures, summed
from columnist.pipelines.records.site import Floors, Site

# Few articles a run are the rule in cron: earlier runs are added until a share means something.
_ENOUGH_FOR_A_FLOOR = 10
_ENOUGH_FOR_DRIFT = 20
MOST_RUNS = 200  # of one site that are looked at: a week of hourly runs and some
# Drift that no healthy site showed from one week to the next, and every broken layout did.
_SHORTER = 0.5
_SMALLER = 0.5  # of the share of the page's text that its articles are
_FEWER_DATES = 0.3
_FEWER_AUTHORS = 0.3
_MORE_REJECTS = 0.3
_MORE_ERRORS = 0.4  # a run that only asks for feeds has few answers
# With 15 articles due, 3 or fewer come by chance once in 5,000 times; weekends halve many papers.
_DUE = 15.0
_FEWER_ARTICLES = 0.2
_SHORTEST_PACE = 1.0  # days of history: two runs in an hour know nothing of a day's news
SILENT_DAYS = 8.0  # a weekly paper is silent for seven, and its printer may have a holiday
MOST_MANIFESTS = 1_000  # that are read: MOST_RUNS of five crawls that take turns in one folder


@dataclass(frozen=True, slots=True)
class Finding:
    """One site that is not as it should be."""

    site: str
    problems: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.site}: {'; '.join(self.problems)}"


@dataclass(frozen=True, slots=True)
class FloorsInUse:
    """What a check has to go by."""

    floors: int = 0  # that the latest crawl's sites are held to
    files: int = 0  # site files that these stand in
    idle: tuple[str, ...] = ()  # site files with floors, of no site of the latest crawl


def check_run(
    manifests: Sequence[Mapping[str, Any]],
    sites: Mapping[str, Site],
    drift: bool = True,
    silent_days: float = SILENT_DAYS,
) -> list[Finding]:
    """Check the latest crawl among the manifests, site by site; an empty list where all is well.

    The earlier manifests are needed for floors too: a quiet run of a site that was read before is no failure.
    """
    runs = crawls(manifests)
    findings = []
    for name in visited(runs):
        names = (name, *formerly(name, sites))
        history = [f for run in runs[-MOST_RUNS:] if (f := first_figures(run, names)) is not None]
        site = file_of(name, sites)
        floors = site.floors if site else Floors()
        drifted = (
            (*_silence(history, floors, silent_days), *_doubts(history, floors), *_drift(history))
            if drift
            else ()
        )
        problems = (*_below_floors(history, floors), *drifted)
        if problems:
            findings.append(Finding(name, problems))
    return findings


def floors_in_use(manifests: Sequence[Mapping[str, Any]], sites: Mapping[str, Site]) -> FloorsInUse:
    """Return which floors hold for the sites of the latest crawl: a check without any says little."""
    files = {site.name: site.floors for site in sites.values() if site.floors != Floors()}
    found = (file_of(name, sites) for name in visited(crawls(manifests)))
    used = {site.name for site in found if site is not None and site.name in files}
    floors = sum(value is not None for name in used for value in astuple(files[name]))
    return FloorsInUse(floors, len(used), tuple(sorted(set(files) - used)))


def _below_floors(history: list[Figures], floors: Floors) -> Iterator[str]:
    last = history[-1]
    if last.blocked:
        yield f"blocked: {', '.join(last.blocked)}"
    least = floors.articles_per_crawl
    if least is not None and last.whole and (total := summed(history).new) < least:
        yield f"{total} articles, floor {least}"
    recent = _latest(history, lambda f: f.new, _ENOUGH_FOR_A_FLOOR)
    if recent.new:
        yield from _share_below("with a date", recent.dated, recent.new, floors.share_with_date)
        yield from _share_below("with an author", recent.authored, recent.new, floors.share_with_author)
        yield from _share_above(DOUBTED, recent.doubted, recent.new, floors.doubt_share_at_most)
        median = recent.median_words
        if floors.median_words is not None and median is not None and median < floors.median_words:
            yield f"median length {median} words, floor {floors.median_words}"
    cleaned = _latest(history, lambda f: f.cleaned, _ENOUGH_FOR_A_FLOOR)
    yield from _share_above("rejects", cleaned.rejected, cleaned.cleaned, floors.reject_share_at_most)
    answered = _latest(history, lambda f: f.answers, _ENOUGH_FOR_A_FLOOR)
    if answered.answers >= _ENOUGH_FOR_A_FLOOR:  # one dead link of a quiet run's two answers is no share
        yield from _share_above(
            "errors (4xx, 5xx)", answered.errors, answered.answers, floors.error_share_at_most
        )


def _drift(history: list[Figures]) -> Iterator[str]:
    if len(history) < 2:
        return
    yield from _fewer_articles(history)
    now, before = _split(history, lambda f: f.new)
    if now and before:
        yield from _fell(
            "with a date", _share(now.dated, now.new), _share(before.dated, before.new), _FEWER_DATES
        )
        yield from _fell(
            "with an author",
            _share(now.authored, now.new),
            _share(before.authored, before.new),
            _FEWER_AUTHORS,
        )
        length, earlier = now.median_words, before.median_words
        if length is not None and earlier and length < _SHORTER * earlier:
            yield f"median length {length} words, was {earlier}"
        share, shared = now.median_share, before.median_share
        if share is not None and shared and share < _SMALLER * shared:
            yield f"median text is {share} % of its page, was {shared} %: the layout may have changed"
    now, before = _split(history, lambda f: f.cleaned)
    if now and before:
        yield from _rose(
            "rejects",
            _share(now.rejected, now.cleaned),
            _share(before.rejected, before.cleaned),
            _MORE_REJECTS,
        )
    now, before = _split(history, lambda f: f.answers)
    if now and before:
        yield from _rose(
            "errors (4xx, 5xx)",
            _share(now.errors, now.answers),
            _share(before.errors, before.answers),
            _MORE_ERRORS,
        )


def _doubts(history: list[Figures], floors: Floors) -> Iterator[str]:
    if floors.doubt_share_at_most is None:
        yield from too_many_doubts(_latest(history, lambda f: f.new, _ENOUGH_FOR_DRIFT), _ENOUGH_FOR_DRIFT)


def _silence(history: list[Figures], floors: Floors, silent_days: float) -> Iterator[str]:
    """Find a site without an article not seen before: never, once a run came to its end, or for long."""
    most_days = silent_days if floors.silent_days_at_most is None else floors.silent_days_at_most
    # Where the runs that are looked at had none, the last one's word for all that were before.
    last = max((run.ended for run in history if run.new), default=summed(history).last_article)
    whole = any(run.whole for run in history)
    silent = (history[-1].ended - (last or history[0].started)) / timedelta(days=1)
    if last is None and (whole or silent > most_days):
        yield f"never gave an article, in {len(history)} {'run' if len(history) == 1 else 'runs'}"
    elif last is not None and silent > most_days:
        yield f"no new article for {silent:.0f} days, at most {most_days:g}"


def _fewer_articles(history: list[Figures]) -> Iterator[str]:
    """Find a site that gives far fewer articles than its pace so far. The first run is no pace: it takes
    what had gathered for weeks."""
    for first in range(len(history) - 1, 1, -1):
        before, now = history[:first], summed(history[first:])
        known = (before[-1].ended - before[0].ended) / timedelta(days=1)
        passed = (now.ended - before[-1].ended) / timedelta(days=1)
        came = sum(f.new for f in before[1:])
        if known < _SHORTEST_PACE or passed <= 0:
            continue
        due = came / known * passed
        if due >= _DUE:
            if now.whole and now.new < _FEWER_ARTICLES * due:
                yield f"{now.new} new articles where {due:.0f} were due"
            return
        if passed > known:  # too little is known of its pace
            return


def _split(history: list[Figures], size: Callable[[Figures], int]) -> tuple[Figures | None, Figures | None]:
    """Return the latest runs and all before them, each with enough to compare; None where there is not."""
    first = len(history)
    while first > 0 and sum(map(size, history[first:])) < _ENOUGH_FOR_DRIFT:
        first -= 1
    if first == 0 or sum(map(size, history[:first])) < _ENOUGH_FOR_DRIFT:
        return None, None
    return summed(history[first:]), summed(history[:first])


def _latest(history: list[Figures], size: Callable[[Figures], int], enough: int) -> Figures:
    first = len(history) - 1
    while first > 0 and sum(map(size, history[first:])) < enough:
        first -= 1
    return summed(history[first:])


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _share_below(what: str, part: int, whole: int, floor: float | None) -> Iterator[str]:
    if floor is not None and _share(part, whole) < floor:
        yield f"{part} of {whole} articles {what}, floor {floor:g}"


def _share_above(what: str, part: int, whole: int, most: float | None) -> Iterator[str]:
    if most is not None and _share(part, whole) > most:
        yield f"{part} {what} of {whole}, at most {most:g}"


def _fell(what: str, now: float, before: float, by: float) -> Iterator[str]:
    if before - now > by:
        yield f"{now:.0%} of articles {what}, was {before:.0%}"


def _rose(what: str, now: float, before: float, by: float) -> Iterator[str]:
    if now - before > by:
        yield f"{now:.0%} {what}, was {before:.0%}"

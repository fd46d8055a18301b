"""Hold a run against the site files' floors and against the runs before it: one finding for each broken site."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from pipelines.figures import Figures, facts_of, read_figures, summed
from pipelines.sites.records import Floors, Site

__all__ = ["MOST_RUNS", "Finding", "check_run", "facts_of", "is_crawl", "read_manifests"]

# Few articles a run are the rule in cron: earlier runs are added until a share means something.
_ENOUGH_FOR_A_FLOOR = 10
_ENOUGH_FOR_DRIFT = 20
MOST_RUNS = 200  # of one site that are looked at: a week of hourly runs and some
# Drift that no healthy site showed from one week to the next, and every broken layout did.
_SHORTER = 0.5
_FEWER_DATES = 0.3
_FEWER_AUTHORS = 0.3
_MORE_REJECTS = 0.3
_MORE_ERRORS = 0.4  # a run that only asks for feeds has few answers, a missing robots.txt among them
# With 15 articles due, 3 or fewer come by chance once in 5,000 times; weekends halve many papers.
_DUE = 15.0
_FEWER_ARTICLES = 0.2
_SHORTEST_PACE = 1.0  # days of history: two runs in an hour know nothing of a day's news
# A site that publishes daily and is silent for a week has changed its feed or its markup.
_SILENT_DAYS = 7
_OTHER = frozenset(("clean", "forget", "verify"))  # commands that are no crawl


@dataclass(frozen=True, slots=True)
class Finding:
    """One site that is not as it should be."""

    site: str
    problems: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.site}: {'; '.join(self.problems)}"


def check_run(
    manifests: Sequence[Mapping[str, Any]], sites: Mapping[str, Site], drift: bool = True
) -> list[Finding]:
    """Check the latest crawl among the manifests, site by site; an empty list where all is well.

    The earlier manifests are needed for floors too: a quiet run of a site that was read before is no failure.
    """
    runs = sorted((m for m in manifests if is_crawl(m)), key=lambda m: str(m.get("started")))
    if not runs:
        return []
    findings = []
    for name in sorted(runs[-1].get("sites", {})):
        if read_figures(runs[-1], name) is None:  # not visited in that run
            continue
        history = [f for run in runs[-MOST_RUNS:] if (f := read_figures(run, name)) is not None]
        site = sites.get(name) or sites.get(name.replace(":", "_"))  # a port: file names spell it _
        floors = site.floors if site else Floors()
        problems = (*_below_floors(history, floors), *(_drift(history, floors) if drift else ()))
        if problems:
            findings.append(Finding(name, problems))
    return findings


def read_manifests(folder: Path, newest: int = 0) -> list[dict[str, Any]]:
    """Read the manifests of a data folder's runs/, all or the newest; what is none is for `columnist verify` to say."""
    found = []
    for path in sorted(folder.glob("*.json"))[-newest:]:
        try:
            content = json.loads(path.read_bytes())
        except (OSError, ValueError):
            continue
        if isinstance(content, dict):
            found.append(content)
    return found


def is_crawl(manifest: Mapping[str, Any]) -> bool:
    """Say whether a run was a crawl: what `columnist clean`, `forget` or a repair did says nothing of a site today."""
    words = str(manifest.get("command") or "").split()
    return isinstance(manifest.get("sites"), dict) and _OTHER.isdisjoint(words[:3])


def _below_floors(history: list[Figures], floors: Floors) -> Iterator[str]:
    last = history[-1]
    least = floors.articles_per_crawl
    if least is not None and last.whole and (total := summed(history).new) < least:
        yield f"{total} articles, floor {least}"
    recent = _latest(history, lambda f: f.new, _ENOUGH_FOR_A_FLOOR)
    if recent.new:
        yield from _share_below("with a date", recent.dated, recent.new, floors.share_with_date)
        yield from _share_below("with an author", recent.authored, recent.new, floors.share_with_author)
        median = recent.median_words
        if floors.median_words is not None and median is not None and median < floors.median_words:
            yield f"median length {median} words, floor {floors.median_words}"
    cleaned = _latest(history, lambda f: f.cleaned, _ENOUGH_FOR_A_FLOOR)
    yield from _share_above("rejects", cleaned.rejected, cleaned.cleaned, floors.reject_share_at_most)
    yield from _share_above("errors (4xx, 5xx)", last.errors, last.answers, floors.error_share_at_most)


def _drift(history: list[Figures], floors: Floors) -> Iterator[str]:
    yield from _silence(history, floors)
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


def _silence(history: list[Figures], floors: Floors) -> Iterator[str]:
    """Find a site without a new article for long, that used to have some at least every other day."""
    with_news = [f for f in history if f.new]
    if not with_news:
        return
    silent = (history[-1].ended - with_news[-1].ended) / timedelta(days=1)
    limit = floors.silent_days_at_most
    if limit is None:
        usual = (with_news[-1].ended - with_news[0].started) / timedelta(days=1) / max(1, len(with_news) - 1)
        if len(with_news) < 3 or usual > 2:
            return
        limit = _SILENT_DAYS
    if silent > limit:
        yield f"no new article for {silent:.0f} days, at most {limit}"


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

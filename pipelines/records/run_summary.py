"""What a run did, as counts that add up and as one line that always says something."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

GIVEN_BY = "options_from"  # among a run's options: who gave each knob; a key of its own in the manifest
# What a page or address is counted as: the same word in the summary, a site's line, the manifest and Prometheus.
WORDS: tuple[tuple[str, str, str], ...] = (
    ("new", "articles", "Not seen before."),
    ("changed", "articles", "New revisions of known ones."),
    ("recleaned", "articles", "New revisions by `columnist reclean`: the same pages, another version or other options of ours."),
    ("known", "articles", "Known before the run and neither changed nor gone: found as they were, or not due. Of all runs, so no event of one."),
    ("unchanged", "pages", "Part of known: asked for again in this run, and the same."),
    ("duplicate", "pages", "Further addresses of an article that is known; `duplicates` in JSON."),
    ("forgotten", "pages", "`columnist forget` forbids them; nothing of them is kept."),
    ("rejected", "pages", "No article, by reason: a row of rejects."),
    ("filtered", "addresses", "Not asked for, or not followed, for a reason of ours: robots.txt, the guard, a budget."),
    ("failed", "addresses", "No good answer after the tries that make sense. Events count each try."),
    ("blocked", "addresses", "A bot wall answers in the site's place, or its home page answers 401 or 403; still pending."),
    ("gone", "addresses", "404 or 410, of a link that led nowhere as of an article that was taken down. No failure."),
    ("pending", "addresses", "Left for a later run: not-reached (the run ended first, or its site is away), or put off for a reason below; `pending_why` in JSON."),
    ("index", "pages", "Fronts and sections, read for their links alone."),
    ("listing", "answers", "Feeds and sitemaps; in a site's line alone."),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """Outcome counts of one run; every page that came in is in exactly one of the first five, or is forgotten."""

    new: int = 0  # articles not seen before
    changed: int = 0  # new revisions of known articles
    recleaned: int = 0  # new revisions of articles whose pages are the same
    known: int = 0  # known articles: unchanged when asked again, or not due
    duplicates: int = 0  # further addresses of an article already taken in this run
    rejected: Mapping[str, int] = field(default_factory=dict)  # reason -> pages
    filtered: Mapping[str, int] = field(default_factory=dict)  # reason -> addresses never fetched
    failed: Mapping[str, int] = field(default_factory=dict)  # reason -> addresses that could not be fetched
    forgotten: int = 0  # pages that came in and that `columnist forget` forbids
    blocked: Mapping[str, int] = field(default_factory=dict)  # wall or status -> addresses shut to us
    gone: int = 0  # addresses that answer 404 or 410
    pending: int = 0  # addresses left for the next run
    pending_why: Mapping[str, int] = field(default_factory=dict)  # why they wait -> addresses
    requests: int = 0
    not_modified: int = 0  # answers 304
    stopped: str | None = None  # why the run ended before its work did: max-pages, max-minutes, signal


def sum_of(runs: Iterable[RunSummary]) -> RunSummary:
    """Return what several runs did together."""
    total: dict[str, Any] = {}
    for run in runs:
        for name in (one.name for one in fields(RunSummary)):
            more, so_far = getattr(run, name), total.get(name)
            if isinstance(more, Mapping):
                total[name] = Counter(so_far) + Counter(more)
            elif isinstance(more, int):
                total[name] = (so_far or 0) + more
            else:  # why it ended early: one reason stands for all
                total[name] = so_far or more
    return RunSummary(**total)


def summary_line(run: RunSummary) -> str:
    """Return the run's last line: `38 new, 0 changed, 412 known, 7 rejected: 4 index-page, 3 too-short`."""
    parts = [f"{run.new} new", f"{run.changed} changed", f"{run.known} known"]
    if run.recleaned:
        parts.insert(2, f"{run.recleaned} recleaned")
    further = ((run.duplicates, "duplicate"), (run.forgotten, "forgotten"))
    parts += [f"{n} {word}" for n, word in further if n]
    parts += [_counted(run.rejected, "rejected")]
    for counts, word in ((run.failed, "failed"), (run.blocked, "blocked"), (run.filtered, "filtered")):
        parts += [_counted(counts, word)] if counts else []
    parts += [f"{run.gone} gone"] if run.gone else []
    if run.pending:
        parts += [_counted(run.pending_why, "pending") if run.pending_why else f"{run.pending} pending"]
    parts += [f"stopped by {run.stopped}"] if run.stopped else []
    return ", ".join(parts)


def _counted(reasons: Mapping[str, int], word: str) -> str:
    total = sum(reasons.values())
    if not total:
        return f"0 {word}"
    ranked = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return f"{total} {word}: " + ", ".join(f"{n} {reason}" for reason, n in ranked)

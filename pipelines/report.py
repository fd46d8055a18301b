"""What a run did, as counts that add up and as one line that always says something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["RunSummary", "summary_line"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """Outcome counts of one run; every page that came in is in exactly one of the first five, or is forgotten."""

    new: int = 0  # articles not seen before
    changed: int = 0  # new revisions of known articles
    known: int = 0  # known articles: unchanged when asked again, or not due
    duplicates: int = 0  # further addresses of an article already taken in this run
    rejected: Mapping[str, int] = field(default_factory=dict)  # reason -> pages
    filtered: Mapping[str, int] = field(default_factory=dict)  # reason -> addresses never fetched
    failed: Mapping[str, int] = field(default_factory=dict)  # reason -> addresses that could not be fetched
    forgotten: int = 0  # pages that came in and that `columnist forget` forbids
    gone: int = 0  # known articles that now answer 404 or 410
    pending: int = 0  # addresses left for the next run
    requests: int = 0
    not_modified: int = 0  # answers 304
    stopped: str | None = None  # why the run ended before its work did: max-pages, max-minutes, signal


def summary_line(run: RunSummary) -> str:
    """Return the run's last line: `38 new, 0 changed, 412 known, 7 rejected: 4 index-page, 3 too-short`."""
    parts = [f"{run.new} new", f"{run.changed} changed", f"{run.known} known"]
    further = ((run.duplicates, "duplicate"), (run.forgotten, "forgotten"), (run.gone, "gone"))
    parts += [f"{n} {word}" for n, word in further if n]
    parts += [_counted(run.rejected, "rejected")]
    parts += [_counted(c, word) for c, word in ((run.failed, "failed"), (run.filtered, "filtered")) if c]
    parts += [f"{run.pending} left for the next run"] if run.pending else []
    parts += [f"stopped by {run.stopped}"] if run.stopped else []
    return ", ".join(parts)


def _counted(reasons: Mapping[str, int], word: str) -> str:
    total = sum(reasons.values())
    if not total:
        return f"0 {word}"
    ranked = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return f"{total} {word}: " + ", ".join(f"{n} {reason}" for reason, n in ranked)

"""What one run did on one site, in figures: counted as events while it runs, read back from its manifest."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from columnist.pipelines.batch.cleaned import Cleaned  # the check of a run needs no cleaning


# Lengths are counted in steps of a quarter of a doubling: the median comes out within 10 %.
_STEPS = 4
_SHARE_STEP = 5  # percent: twenty counts a site are enough for a median
_OUTCOMES = ("new", "changed", "unchanged")


@dataclass(frozen=True, slots=True)
class Figures:
    """One site in one run, or in several."""

    started: datetime
    ended: datetime
    whole: bool = True  # the run came to its own end
    new: int = 0
    cleaned: int = 0  # pages, articles and rejects
    rejected: int = 0
    dated: int = 0
    authored: int = 0
    doubted: int = 0  # new articles that may not be whole
    answers: int = 0  # of addresses that the site named
    errors: int = 0  # of these, with 4xx or 5xx
    words: Mapping[int, int] = field(default_factory=dict)  # length -> new articles
    shares: Mapping[int, int] = field(
        default_factory=dict
    )  # percent of the page's visible text -> new articles
    blocked: tuple[str, ...] = ()  # by whom, where nothing else answered
    last_article: datetime | None = None  # as the run knew it, of all runs before too

    @property
    def median_words(self) -> int | None:
        """The median length of new articles, within 10 %."""
        return _median(self.words)

    @property
    def median_share(self) -> int | None:
        """The median share of its page's visible text that a new article is, in percent."""
        return _median(self.shares)


def _median(counts: Mapping[int, int]) -> int | None:
    total, seen = sum(counts.values()), 0
    for value in sorted(counts):
        seen += counts[value]
        if 2 * seen >= total:
            return value
    return None


def facts_of(cleaned: Cleaned, decision: str) -> tuple[str, ...]:
    """Return what to count of a row once it is staged; `state.count_event(site, fact)` for each."""
    if decision != "new":
        return ()
    facts = [f"words:{_step(cleaned.word_count)}", f"via:{cleaned.discovered_via or 'unknown'}"]
    if cleaned.text_share is not None:
        facts.append(f"share:{_SHARE_STEP * round(100 * cleaned.text_share / _SHARE_STEP)}")
    if cleaned.published_at is not None:
        facts.append("with-date")
    if cleaned.authors:
        facts.append("with-author")
    if cleaned.is_doubted:
        facts.append("with-doubt")
    return tuple(facts)


def read_figures(manifest: Mapping[str, Any], site: str) -> Figures | None:
    """Read one site's figures from a run's manifest; None where the run did nothing there."""
    about = manifest.get("sites", {}).get(site, {})
    events = Counter(about.get("events", {}))
    started = _time(manifest.get("started"))
    if not events or started is None:
        return None
    rejected = _with_prefix(events, "rejected:").total()
    duplicates = _with_prefix(events, "duplicate:").total()
    named = _with_prefix(events, "http:") - _with_prefix(events, "guessed:")  # a 404 to a guess is no error
    answers = {int(code): n for code, n in named.items() if code.isdecimal()}
    words, shares = _numbers(events, "words:"), _numbers(events, "share:")
    return Figures(
        started=started,
        ended=_time(manifest.get("finished")) or started,
        whole=manifest.get("outcome") == "finished",
        new=events["new"],
        cleaned=sum(events[name] for name in _OUTCOMES) + duplicates + rejected,
        rejected=rejected,
        dated=events["with-date"],
        authored=events["with-author"],
        doubted=events["with-doubt"],
        answers=sum(answers.values()),
        errors=sum(n for code, n in answers.items() if code >= 400),
        words=words,
        shares=shares,
        blocked=() if events["done"] else tuple(sorted(_with_prefix(events, "blocked:"))),
        last_article=_time(about.get("last_article")),
    )


def summed(runs: list[Figures]) -> Figures:
    """Return the figures of several runs together."""
    words: Counter[int] = Counter()
    shares: Counter[int] = Counter()
    for run in runs:
        words.update(run.words)
        shares.update(run.shares)
    return Figures(
        started=min(run.started for run in runs),
        ended=max(run.ended for run in runs),
        whole=all(run.whole for run in runs),
        new=sum(run.new for run in runs),
        cleaned=sum(run.cleaned for run in runs),
        rejected=sum(run.rejected for run in runs),
        dated=sum(run.dated for run in runs),
        authored=sum(run.authored for run in runs),
        doubted=sum(run.doubted for run in runs),
        answers=sum(run.answers for run in runs),
        errors=sum(run.errors for run in runs),
        words=words,
        shares=shares,
        last_article=max((run.last_article for run in runs if run.last_article), default=None),
    )


def _step(words: int) -> int:
    return round(2 ** (round(_STEPS * math.log2(words)) / _STEPS)) if words > 0 else 0


def _with_prefix(events: Counter[str], prefix: str) -> Counter[str]:
    return Counter({k.removeprefix(prefix): n for k, n in events.items() if k.startswith(prefix)})


def _numbers(events: Counter[str], prefix: str) -> dict[int, int]:
    return {int(n): count for n, count in _with_prefix(events, prefix).items() if n.isdecimal()}


def _time(words: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(words)
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)

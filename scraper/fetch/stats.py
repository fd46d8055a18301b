"""What a run has done so far, counted where it happens; the summary and the progress line are read from it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from columnist.pipelines.records.run_summary import RunSummary


@dataclass(slots=True)
class SiteTally:
    """Counts of one site in this run."""

    counts: Counter[str] = field(default_factory=Counter)  # new, changed, unchanged, duplicate, rejected ...
    requests: int = 0
    pages: int = 0  # answers that were pages, for max_pages_per_site
    statuses: Counter[int] = field(default_factory=Counter)  # of every answer, robots.txt and feeds too
    guessed: Counter[int] = field(default_factory=Counter)  # of these, of what the site itself never named
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)  # of failed and blocked addresses
    answers: int = 0  # good ones, 304 included: somebody is there
    dead: Counter[str] = field(default_factory=Counter)  # tries at a home that is not there, by reason

    def events(self) -> dict[str, int]:
        """Return the counts that the run's manifest keeps beside those that are kept with the rows."""
        mine = {"requests": self.requests, "pages": self.pages, "index": self.counts["index"]}
        every = {f"http:{status}": n for status, n in sorted(self.statuses.items())}
        return {**mine, **every, **{f"guessed:{status}": n for status, n in sorted(self.guessed.items())}}

    def answered(self, status: int, guessed: bool) -> None:
        """Count an answer by its status; guessed: nobody said that there is anything at that address."""
        self.statuses[status] += 1
        self.guessed[status] += guessed

    def as_dict(self) -> dict[str, int]:
        """Return the counts for a manifest or a table."""
        return {
            **dict(sorted(self.counts.items())),
            **self.dead,
            "requests": self.requests,
            "pages": self.pages,
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """A moment of the run, for a progress bar."""

    done: int  # addresses answered for in this run
    pending: int  # addresses of this run's sites that wait
    new: int
    changed: int
    rejected: int
    failed: int
    sites_at_work: int


@dataclass(slots=True)
class Tally:
    """Counts of one run."""

    known_at_start: int = 0
    sites: dict[str, SiteTally] = field(default_factory=dict)
    rejected: Counter[str] = field(default_factory=Counter)
    filtered: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    blocked: Counter[str] = field(default_factory=Counter)
    known_gone: int = 0  # articles that were known, and are gone
    troubles: dict[str, str] = field(default_factory=dict)  # site -> what keeps it away, in a sentence
    lost: dict[str, str] = field(default_factory=dict)  # site -> why its home could not be had
    faults: Counter[str] = field(
        default_factory=Counter
    )  # every try that failed, also those that were tried again
    not_modified: int = 0
    pages: int = 0
    stopped: str | None = None
    event_loop: dict[str, object] = field(
        default_factory=dict
    )  # what held it up: see scraper/crawl/loop_lag.py

    def site(self, name: str) -> SiteTally:
        """Return the counts of a site, made on first use."""
        return self.sites.setdefault(name, SiteTally())

    def count(self, site: str, what: str, reason: str | None = None) -> None:
        """Count one outcome of one address."""
        self.site(site).counts[what] += 1
        if what in ("failed", "blocked"):
            self.site(site).reasons[what, reason or "unknown"] += 1
        by_reason = {"rejected": self.rejected, "filtered": self.filtered, "failed": self.failed,
                     "blocked": self.blocked}.get(what)  # fmt: skip
        if by_reason is not None:
            by_reason[reason or "unknown"] += 1

    def count_dead(self, site: str, reason: str) -> None:
        """Count one try at a site's home that found nothing there."""
        self.faults[reason] += 1
        self.site(site).dead[reason] += 1

    def unreached(self) -> dict[str, str]:
        """Return the sites that gave no good answer in this run, with why their home could not be had."""
        return {site: why for site, why in self.lost.items() if not self.site(site).answers}

    def total(self, what: str) -> int:
        """Return one count over all sites."""
        return sum(site.counts[what] for site in self.sites.values())

    def progress(self, pending: int, at_work: int) -> Progress:
        """Return the moment's counts."""
        done = sum(site.counts.total() for site in self.sites.values())
        return Progress(
            done,
            pending,
            self.total("new"),
            self.total("changed"),
            self.rejected.total(),
            self.failed.total(),
            at_work,
        )

    def summary(self, pending: Mapping[str, int]) -> RunSummary:
        """Return the run's counts as its last line tells them."""
        changed = self.total("changed")
        return RunSummary(
            new=self.total("new"),
            changed=changed,
            known=max(0, self.known_at_start - changed - self.known_gone),
            duplicates=self.total("duplicate"),
            rejected=dict(self.rejected),
            filtered=dict(self.filtered),
            failed=dict(self.failed),
            blocked=dict(self.blocked),
            forgotten=self.total("forgotten"),
            gone=self.total("gone"),
            pending=sum(pending.values()),
            pending_why=dict(pending),
            requests=sum(site.requests for site in self.sites.values()),
            not_modified=self.not_modified,
            stopped=self.stopped,
        )

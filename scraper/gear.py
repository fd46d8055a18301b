"""What one run holds: the data folder, the sandbox, the frontier, the sites' paces and the counts."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pipelines.options import CleanOptions, CrawlOptions
from pipelines.sandbox import Sandbox
from pipelines.store import Store
from scraper.budget import Budget
from scraper.clock import Clock
from scraper.frontier import Frontier
from scraper.items import Handover
from scraper.jobs import SiteJob
from scraper.output import Output
from scraper.syncs import Syncs
from scraper.tally import Progress, Tally
from scraper.throttle import Throttle


@dataclass(frozen=True, slots=True)
class Gear:
    """Everything that the parts of a run share."""

    store: Store
    sandbox: Sandbox
    frontier: Frontier
    throttle: Throttle
    tally: Tally
    output: Output
    budget: Budget
    jobs: dict[str, SiteJob]
    crawl: CrawlOptions
    clean: CleanOptions
    syncs: Syncs
    on_progress: Callable[[Progress], None] | None = None
    items: Handover | None = None  # where articles go besides the outbox
    closed_sites: set[str] = field(default_factory=set)  # nothing more is asked of them in this run
    with_sitemaps: set[str] = field(default_factory=set)  # sites whose robots.txt names sitemaps
    clock: Clock = field(default_factory=Clock)

    def pending(self) -> int:
        """Return how many addresses of this run's sites wait, or of its list."""
        left = self.frontier.listed_left()
        if left is not None:
            return left
        counts = self.frontier.counts()
        states = ("pending", "leased", "waiting")
        return sum(counts.get(site, {}).get(state, 0) for site in self.jobs for state in states)

    def report(self, at_work: int) -> None:
        """Tell whoever watches how far the run is."""
        if self.on_progress is not None:
            self.on_progress(self.tally.progress(self.pending(), at_work))

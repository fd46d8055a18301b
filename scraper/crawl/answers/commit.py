"""What came of an address -> outbox and frontier in one transaction, and the run's counts.

The one-transaction rule: an address is done exactly when its row is staged and its links are known. No call waits
for the disk: who called does, off the event loop (scraper/crawl/answers/fsync_batches.py), before it takes up more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from columnist.pipelines.batch.cleaned import Cleaned
from columnist.pipelines.batch.run_figures import facts_of
from columnist.pipelines.dataset.archive.revisits import note_archived
from columnist.pipelines.dataset.archive.write import Place
from columnist.pipelines.dataset.open_store import Store
from columnist.pipelines.dataset.state.outbox import BadRow, Staged
from columnist.pipelines.records.article import PASSING, NotAnArticle, Page, Rights
from columnist.scraper.crawl.answers.page_worker import Harvest, rejected
from columnist.scraper.crawl.answers.project_items import Handover
from columnist.scraper.fetch.outcomes import FORGOTTEN, Fetched, Unfetched
from columnist.scraper.fetch.response import NAMED_BY_SITE, found_via
from columnist.scraper.fetch.stats import Tally
from columnist.scraper.frontier.frontier import Frontier
from columnist.scraper.frontier.records import Candidate, Lease, VisitResult
from columnist.scraper.frontier.seeds import NAMES_ARTICLES, SECTION
from columnist.scraper.throttle.clock import Clock

MAX_TRIES = 3  # in one run
SLOW_TRIES = 2  # each try of what does not end costs its site half a minute
# Seconds before the second and the third try: a server that restarts is back; one that is deployed anew is the
# next run's
_BACKOFF = (1.0, 5.0)
_NEXT_RUN = timedelta(hours=6)  # an address that failed in this run is worth another one some runs later ...
_LAST_TRY = 8  # ... but not for ever


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """A page and where it came from."""

    lease: Lease
    page: Page
    got: Fetched
    left_out: int | None = None  # `Output.links_left_out` before its links were made known
    place: Place | None = None  # of its raw page in the archive


class Output:
    """Settle leases: each exactly once."""

    def __init__(
        self,
        store: Store,
        frontier: Frontier,
        tally: Tally,
        items: Handover | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._store = store
        self._clock = clock or Clock()
        self._frontier = frontier
        self._tally = tally
        self._items = items

    def page(self, answer: PageOutcome, harvest: Harvest, found: Sequence[Candidate]) -> bool:
        """Settle a page with what it gave; return whether it was a new article."""
        lease, got, state = answer.lease, answer.got, self._store.state
        with state.transaction(synced=False):
            is_copy = self._is_copy(answer, harvest)
            staged = None if is_copy else self._staged(answer, harvest.cleaned)
            if answer.place is not None and harvest.raw is not None and staged is not None:
                note_archived(state, lease.url, harvest.raw)
            if is_copy:
                state.count_event(lease.site, "duplicate:same-text")
            if staged is not None and harvest.cleaned is not None:
                for name in facts_of(harvest.cleaned, staged.decision):
                    state.count_event(lease.site, name)
            self._frontier.add(found)
            if staged is not None and staged.decision == "forgotten":
                self._frontier.forget(lease)
            else:
                visit = _visit(lease, got, harvest)
                if answer.left_out not in (None, self.links_left_out):  # the next run is to read it again
                    visit = replace(visit, etag=None, modified=None, content=None)
                self._frontier.done(lease, visit, got.at)
        if staged is not None and staged.decision in ("new", "changed"):
            self._hand_over(harvest.cleaned, staged, answer.place)
        what = "duplicate" if is_copy else "index" if staged is None else staged.decision
        self._tally.count(lease.site, what, harvest.reason)
        return what == "new"

    @property
    def links_left_out(self) -> int:
        """How many links got no row so far, for a run asks for so many of one shape alone."""
        return self._tally.filtered["pattern-budget"]

    def _is_copy(self, answer: PageOutcome, harvest: Harvest) -> bool:
        """Say whether a link led to a text that this site has under another address, in this run or any before.

        Printer's versions, parameters that change nothing, sessions: feeds and sitemaps do not name those. A
        page that moved to another address with its text is no new article either, whoever named it.
        """
        if harvest.cleaned is None:
            return False
        row = harvest.cleaned.row
        original = self._store.outbox.original_of(row, answer.got.moved_from)
        return original is not None and (
            found_via(answer.lease) not in NAMED_BY_SITE or original == row.key.source
        )

    def _staged(self, answer: PageOutcome, cleaned: Cleaned | None) -> Staged | None:
        if cleaned is None:
            return None
        try:
            return self._store.outbox.stage(replace(cleaned.row, place=answer.place), answer.got.moved_from)
        except BadRow as refused:
            bad = rejected(answer.page, NotAnArticle("crashed", str(refused)[:500]))
            return self._store.outbox.stage(bad.row)

    def _hand_over(self, cleaned: Cleaned | None, staged: Staged, place: Place | None) -> None:
        if self._items is not None and cleaned is not None:
            self._items.take(replace(cleaned.row, place=place), staged)

    def gives_row(self, answer: PageOutcome, harvest: Harvest) -> bool:
        """Say whether `page` is about to stage a row for this page: the raw page of no other is kept."""
        if harvest.cleaned is None or self._is_copy(answer, harvest):
            return False
        return self._store.outbox.is_news(harvest.cleaned.row)

    def more_links(self, found: Sequence[Candidate]) -> None:
        """Make addresses known ahead of the page that named them: long listings come in portions."""
        if not found:
            return
        with self._store.state.transaction(synced=False):
            self._frontier.add(found)

    def listing(self, lease: Lease, got: Fetched, content: str, found: Sequence[Candidate]) -> None:
        """Settle a feed or sitemap."""
        with self._store.state.transaction(synced=False):
            self._frontier.add(found)
            self._frontier.done(lease, _listing_visit(got, content), got.at)
        self._tally.count(lease.site, "listing")

    def unchanged(self, lease: Lease, got: Fetched) -> None:
        """Settle what the server says, or its bytes show, to be as it was."""
        visit = VisitResult(
            got.status,
            _kept(got, "etag"),
            _kept(got, "last-modified"),
            lease.content,
            reason=NAMES_ARTICLES if lease.kind == SECTION else None,  # it was asked for because it does
            also=got.hops,
        )
        with self._store.state.transaction(synced=False):
            self._frontier.done(lease, visit, got.at)
        self._tally.not_modified += got.status == 304
        self._tally.count(lease.site, "unchanged" if lease.kind == "page" else "listing")

    def left_out(self, site: str, reason: str, number: int) -> None:
        """Count addresses that get no row, for there is no end to them."""
        if number <= 0:
            return
        with self._store.state.transaction(synced=False):
            self._store.state.count_event(site, f"filtered:{reason}", number)
        self._tally.filtered[reason] += number

    def excluded(self, found: Sequence[Candidate]) -> None:
        """Make addresses known that the site file's rules leave out: counted, never asked for."""
        if not found:
            return
        with self._store.state.transaction(synced=False):
            self._tally.filtered["site-excluded"] += self._frontier.add(found, "site-excluded")

    def unfetched_page(self, lease: Lease, site: str, got: Unfetched) -> None:
        """Settle an address that was asked for in vain; an answer too large for us is a reject."""
        if got.what != "too-large":
            self.unfetched(lease, got)
            return
        now = self._clock.now()
        page = Page(
            url=lease.url,
            requested_url=lease.url,
            fetched_at=now,
            discovered_via=lease.via,
            site=site,
            run_id=self._store.run_id,
        )
        verdict = NotAnArticle("too-large", "more bytes than page_megabytes, on the wire or unpacked")
        harvest = Harvest(rejected(page, verdict), reason="too-large")
        self.page(PageOutcome(lease, page, Fetched(lease.url, 200, {}, b"", Rights(), now)), harvest, ())

    def unfetched(self, lease: Lease, got: Unfetched, now: datetime | None = None) -> None:
        """Settle an address that gave no answer to work with."""
        now = now or self._clock.now()
        if got.what == "filtered":
            if got.reason == FORGOTTEN:
                with self._store.state.transaction(synced=False):
                    self._frontier.forget(lease)
                    self._store.state.count_event(lease.site, f"filtered:{FORGOTTEN}")
            else:
                self._frontier.filtered(lease, got.reason)
            self._tally.count(lease.site, "filtered", got.reason)
        elif got.what == "gone":
            self._frontier.gone(lease, got.status or 404)
            self._tally.count(lease.site, "gone", got.reason)
            self._tally.known_gone += lease.visited is not None and lease.kind == "page"
        elif got.what == "blocked":
            self._frontier.blocked(lease, got.reason, got.status, now + _NEXT_RUN)
            self._tally.count(lease.site, "blocked", got.reason)
        elif got.what == "deferred":
            self._frontier.defer(lease, got.until or now + _NEXT_RUN)
        elif got.what == "released":
            self._frontier.release(lease)
        else:
            self._failed(lease, got, now)

    def _failed(self, lease: Lease, got: Unfetched, now: datetime) -> None:
        self._tally.faults[got.reason] += 1
        if may_try_again(lease, got):
            again = now + timedelta(seconds=_BACKOFF[lease.attempts - 1])
            self._frontier.failed(lease, got.reason, again, got.status)
            return
        later = now + _NEXT_RUN if got.retry and lease.attempts < _LAST_TRY else None
        self._frontier.failed(lease, got.reason, later, got.status)
        self._tally.count(lease.site, "failed", got.reason)


def may_try_again(lease: Lease, got: Unfetched) -> bool:
    """Say whether an address that failed gets another try in this run."""
    return got.retry and lease.attempts < (MAX_TRIES if got.reason != "timeout" else SLOW_TRIES)


def _visit(lease: Lease, got: Fetched, harvest: Harvest) -> VisitResult:
    if harvest.reason in PASSING:  # the next look must not be answered with "as last time"
        return VisitResult(got.status, reason=harvest.reason, also=got.hops)
    return VisitResult(
        status=got.status,
        etag=_kept(got, "etag"),
        modified=_kept(got, "last-modified"),
        content=got.digest,
        published=harvest.published_at or lease.found,  # without a date, as old as our knowledge of it
        reason=_reason(lease, harvest),
        also=got.hops,
    )


def _reason(lease: Lease, harvest: Harvest) -> str | None:
    """Return why the page is no article; of a section, whether it names articles, whatever cleaning called it."""
    if lease.kind != SECTION or harvest.cleaned is not None:
        return harvest.reason
    return NAMES_ARTICLES if any(one.kind == "article" for one in harvest.links.found) else harvest.reason


def _listing_visit(got: Fetched, content: str) -> VisitResult:
    return VisitResult(got.status, _kept(got, "etag"), _kept(got, "last-modified"), content, also=got.hops)


def _kept(got: Fetched, name: str) -> str | None:
    """Return a validator that can be sent back as a header: printable and of sane length, else none."""
    value = got.headers.get(name)
    return value if value and len(value) <= 1000 and value.isprintable() and value.isascii() else None

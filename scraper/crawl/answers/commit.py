"""What came of an address -> outbox and frontier in one transaction, and the run's counts.

The one-transaction rule: an address is done exactly when its row is staged and its links are known. No call waits
for the disk: who called does, off the event loop (scraper/crawl/answers/fsync_batches.py), before it takes up more.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from columnist.pipelines.batch.check.figures import facts_of
from columnist.pipelines.batch.cleaned import Cleaned
from columnist.pipelines.batch.site_lines import without_known_lines
from columnist.pipelines.dataset.archive.revisits import note_archived
from columnist.pipelines.dataset.archive.write import Place
from columnist.pipelines.dataset.open_store import Store
from columnist.pipelines.dataset.state.line_memory import ask_memory
from columnist.pipelines.dataset.state.outbox import newest_version
from columnist.pipelines.dataset.state.rows import BadRow, Staged
from columnist.pipelines.records.article import PASSING, NotAnArticle, Page, Rights
from columnist.scraper.crawl.answers.identity import Identity, PageOutcome, identify, moved_to
from columnist.scraper.crawl.answers.page_worker import Harvest, rejected
from columnist.scraper.crawl.answers.project_items import Handover
from columnist.scraper.fetch.outcomes import FORGOTTEN, PUT_OFF, Fetched, Unfetched
from columnist.scraper.fetch.stats import Tally
from columnist.scraper.frontier.frontier import Frontier
from columnist.scraper.frontier.records import MAPPED, PART, Candidate, Lease, VisitResult
from columnist.scraper.frontier.seeds import NAMES_ARTICLES, SECTION, STANDING
from columnist.scraper.throttle.clock import Clock

MAX_TRIES = 3  # in one run
SLOW_TRIES = 2  # each try of what does not end costs its site half a minute
# Seconds before the second and the third try: a server that restarts is back; one that is deployed anew is the
# next run's
_BACKOFF = (1.0, 5.0)
_NEXT_RUN = timedelta(hours=6)  # an address that failed in this run is worth another one some runs later ...
_LAST_TRY = 8  # ... but not for ever


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
            # Here: of two pages at once the second knows the first.
            harvest = self._without_site_lines(harvest)
            identity = self._identified(answer, harvest)
            is_copy = identity is not None and identity.is_copy
            staged = self._staged(answer, identity)
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
                same_as = identity.same_as if identity else None
                if staged is not None and staged.decision == "duplicate":
                    same_as = self._source_of(staged.id, lease)
                self._frontier.done(lease, replace(self._visit(answer, harvest), same_as=same_as), got.at)
        if staged is not None and staged.decision in ("new", "changed"):
            self._hand_over(harvest.cleaned, staged, answer.place)
        what = "duplicate" if is_copy else "index" if staged is None else staged.decision
        self._tally.count(lease.site, what, harvest.reason)
        return what == "new"

    def _source_of(self, article: str, lease: Lease) -> bytes | None:
        """Return the key of the address that gives an article's rows, where it is another one than this."""
        known = newest_version(self._store.state, article)
        source = bytes.fromhex(known[0].source) if known else lease.key
        return source if source != lease.key else None

    def _without_site_lines(self, harvest: Harvest) -> Harvest:
        """Return what a page gave without the lines that by now are known to be its site's."""
        cleaned, state = harvest.cleaned, self._store.state
        if cleaned is None or cleaned.row.seen is None:
            return harvest
        lines = ask_memory(state, cleaned.row.site, cleaned.row.seen)
        return replace(harvest, cleaned=without_known_lines(cleaned, lines))

    def _visit(self, answer: PageOutcome, harvest: Harvest) -> VisitResult:
        visit = replace(
            _visit(answer.lease, answer.got, harvest), parts=answer.parts, incomplete=answer.incomplete
        )
        if answer.mapped and answer.lease.kind == SECTION:
            visit = replace(visit, reason=MAPPED)
        if not answer.incomplete and answer.left_out in (None, self.links_left_out):
            return visit
        return replace(visit, etag=None, modified=None, content=None)  # the next run is to read it again

    @property
    def links_left_out(self) -> int:
        """How many links got no row so far, for a run asks for so many of one shape alone."""
        return self._tally.filtered["pattern-budget"]

    def _identified(self, answer: PageOutcome, harvest: Harvest) -> Identity | None:
        if harvest.cleaned is None:
            return None
        return identify(answer, harvest.cleaned.row, self._store.outbox, self._frontier.gone_address)

    def _staged(self, answer: PageOutcome, identity: Identity | None) -> Staged | None:
        if identity is None or identity.is_copy:
            return None
        try:
            return self._store.outbox.stage(replace(identity.row, place=answer.place), identity.moved_from)
        except BadRow as refused:
            bad = rejected(answer.page, NotAnArticle("crashed", str(refused)[:500]))
            return self._store.outbox.stage(bad.row)

    def _hand_over(self, cleaned: Cleaned | None, staged: Staged, place: Place | None) -> None:
        if self._items is not None and cleaned is not None:
            self._items.take(replace(cleaned.row, place=place), staged)

    def gives_row(self, answer: PageOutcome, harvest: Harvest) -> bool:
        """Say whether `page` is about to stage a row for this page: the raw page of no other is kept."""
        identity = self._identified(answer, harvest)
        return identity is not None and not identity.is_copy and self._store.outbox.is_news(identity.row)

    def more_links(self, found: Sequence[Candidate]) -> None:
        """Make addresses known ahead of the page that named them: long listings come in portions."""
        if not found:
            return
        with self._store.state.transaction(synced=False):
            self._frontier.add(found)

    def listing(
        self, lease: Lease, got: Fetched, content: str, found: Sequence[Candidate], *, is_news: bool = False
    ) -> None:
        """Settle a feed or sitemap. A link to a feed is asked for at each run only if it named something unknown."""
        visit = _listing_visit(got, content)
        if lease.kind not in STANDING:
            visit = replace(visit, reason="feed", kind="feed" if is_news else None)
        with self._store.state.transaction(synced=False):
            self._frontier.add(found)
            self._frontier.done(lease, visit, got.at)
        self._tally.count(lease.site, "listing")

    def part(self, lease: Lease, got: Fetched) -> None:
        """Settle a later part of an article that was found by itself: the article's row holds its text."""
        visit = VisitResult(got.status, reason=PART, also=got.hops)
        with self._store.state.transaction(synced=False):
            self._store.state.count_event(lease.site, f"duplicate:{PART}")
            self._frontier.done(lease, visit, got.at)
        self._tally.count(lease.site, "duplicate")

    def unchanged(self, lease: Lease, got: Fetched) -> None:
        """Settle what the server says, or its bytes show, to be as it was."""
        visit = VisitResult(
            got.status,
            _kept(got, "etag"),
            _kept(got, "last-modified"),
            lease.content,
            # It was asked for because it names articles; those of a sitemap or others.
            reason=self._section_was(lease) if lease.kind == SECTION else None,
            also=got.hops,
        )
        with self._store.state.transaction(synced=False):
            self._frontier.done(lease, visit, got.at)
        self._tally.not_modified += got.status == 304
        self._tally.count(lease.site, "unchanged" if lease.kind == "page" else "listing")

    def _section_was(self, lease: Lease) -> str:
        """Return what a section was found to be when it was last read."""
        reason = self._frontier.reason_of(lease)
        return reason if reason is not None and reason not in PUT_OFF else NAMES_ARTICLES

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
        elif got.what == "gone" and lease.via == "guess" and lease.visited is None:
            # Where a feed or sitemap might have been: the site never had it, so nothing is gone.
            self._frontier.unknown(lease)
        elif got.what == "gone":
            self._frontier.gone(lease, got.status or 404)
            self._tally.count(lease.site, "gone", got.reason)
            self._tally.known_gone += lease.visited is not None and lease.kind == "page"
        elif got.what == "blocked":
            self._frontier.blocked(lease, got.reason, got.status, now + _NEXT_RUN)
            self._tally.count(lease.site, "blocked", got.reason)
        elif got.what == "deferred":
            self._frontier.defer(lease, got.until or now + _NEXT_RUN, got.reason)
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
        moved_to=moved_to(lease, got),
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

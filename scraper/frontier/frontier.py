"""The frontier: every address's life, on disk, behind an interface narrow enough for a shard to have its own.

Nothing grows in memory with the addresses known. Each method joins the state's running transaction, so that
an article is staged, its address done and its links known in one step.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from columnist.pipelines.dataset.state.revisions import Visits, next_visit
from columnist.pipelines.dataset.state.state import URL_STATES, State
from columnist.pipelines.dataset.upkeep.forget.hashes import keep_entries, learned
from columnist.pipelines.document.addresses import address_key, is_web_address
from columnist.pipelines.records.article import PASSING
from columnist.scraper.frontier import queries as rows
from columnist.scraper.frontier import revisits as waking
from columnist.scraper.frontier import same_as
from columnist.scraper.frontier.records import MAPPED, Candidate, Lease, Standing, VisitResult

MAX_ADDRESS = 2_083  # characters: the longest that sitemaps and the old browsers' address bars ever allowed
_ALWAYS = datetime.max.replace(tzinfo=UTC)
_SECOND_CHANCE = timedelta(
    days=1
)  # until a look at what was too slow, crashed a worker, lacked a part, or names nothing new
_KEPT = 200  # characters of a longer one that are stored, to tell a person what it was


class Frontier:
    """Addresses in, leases out, answers back."""

    def __init__(
        self,
        state: State,
        revisit_hours: Sequence[float] = (),
        begun: datetime = _ALWAYS,
        turn_away: Callable[[Candidate, int], str | None] = lambda found, known: None,
    ) -> None:
        """What comes due for a revisit after the moment `begun` is left to the next run: no run asks twice.

        `turn_away` says why a new address gets no row, given how many of its site are known.
        """
        self._turn_away = turn_away
        self._state = state
        self._begun = begun
        self._revisit_hours = tuple(revisit_hours)
        # Addresses that were found in this run and are not asked for, each once: some thousand, as the ledger's lines.
        self.forgotten: set[bytes] = set()
        self._listed: frozenset[str] | None = None  # the sites of a list, where nothing else is handed out
        # Sites that may have pending addresses, in the order of their turns; held ones are in neither.
        self._turns: deque[str] = deque()
        self._queued: set[str] = set()
        self._held: set[str] = set()

    def add(self, found: Iterable[Candidate], reason: str | None = None) -> int:
        """Make addresses known; return how many were not. With a reason they are filtered, not pending."""
        with self._state.transaction():
            return sum(self._add(one, reason) for one in found)

    def _add(self, found: Candidate, reason: str | None) -> bool:
        key, url = address_key(found.url), found.url
        if self._state.forgotten.covers(url, found.site):
            self._count_forgotten(key, found.site)
            return False
        if rows.refresh(self._state, key, found):
            return False
        site = found.site
        if turned := self._turn_away(found, sum(self._state.counted(site, name) for name in URL_STATES)):
            self._state.count_event(site, f"filtered:{turned}")
            return False
        if len(url) > MAX_ADDRESS:
            url, reason = url[:_KEPT], "url-too-long"
        elif not is_web_address(url) or not url.isprintable():
            reason = "bad-address"
        rows.insert(self._state, key, url, found, reason)
        return True

    def _count_forgotten(self, key: bytes, site: str) -> None:
        if key not in self.forgotten:
            self.forgotten.add(key)
            self._state.count_event(site, "filtered:forgotten")

    def forget(self, lease: Lease) -> None:
        """Drop an address that leads to what is forgotten: it is not known any more, and never asked for again."""
        with self._state.transaction() as connection:
            entries = learned(self._state.forgotten, lease.key)
            keep_entries(connection, entries)
            self._state.forgotten.add(entries)
            rows.drop(self._state, lease)

    def add_list(self, found: Sequence[Candidate], now: datetime) -> None:
        """Make a list's addresses known, and hand out these alone: not what else is pending on their sites.

        One that failed before is asked again, for a person wants it now; a known article only if it is due.
        """
        self._listed = frozenset(one.site for one in found)
        with self._state.transaction():
            waking.forget_lists(self._state, self._listed)
            waking.wake_listed(self._state, [address_key(one.url) for one in found], now)
            self.add(found)

    def listed_left(self) -> int | None:
        """Return how many addresses of a list wait; None where the run has none."""
        return None if self._listed is None else waking.listed_left(self._state, self._listed)

    def known(self, urls: Iterable[str]) -> set[str]:
        """Return which of these addresses were ever made known."""
        keys = {url: address_key(url) for url in urls}
        found = rows.known(self._state, list(keys.values()))
        return {url for url, key in keys.items() if key in found}

    def all_mapped(self, urls: Iterable[str]) -> bool:
        """Say whether a sitemap of the site names each of these addresses."""
        keys = {address_key(url) for url in urls}
        return rows.mapped(self._state, keys) == len(keys)

    def reason_of(self, lease: Lease) -> str | None:
        """Return why the last answer of an address gave no article."""
        return rows.reason_of(self._state, lease.key)

    def lease(self, n: int, now: datetime, per_site: int = 1) -> list[Lease]:
        """Hand out up to n addresses, so that no site has more than per_site in hand; sites take turns.

        Within a site: highest priority, then newest, then first found. Costs the same whatever sites are known.
        """
        with self._state.transaction(synced=False):
            self.wake_due(now)
            self._queue_stirred()
            leases: list[Lease] = []
            for _ in range(len(self._turns)):
                if len(leases) >= n:
                    break
                site = self._turns.popleft()
                if site in self._held or not self._state.counted(site, "pending"):
                    self._queued.discard(site)
                    continue
                room = min(per_site - self._state.counted(site, "leased"), n - len(leases))
                leases += rows.take(self._state, site, room, self._listed is not None) if room > 0 else ()
                self._turns.append(site)
        return leases

    def standing(self, url: str) -> Standing | None:
        """Return where an address is in its life; None for one that is not known."""
        return rows.standing(self._state, address_key(url))

    def gone_address(self, key: str) -> str | None:
        """Return an address, by its hash in hex, if the server says that it is gone."""
        return same_as.gone_address(self._state, bytes.fromhex(key))

    def take(self, found: Candidate) -> Lease | None:
        """Hand out one address out of turn, unknown or known, to be read whatever it was; None where it is in other
        hands, was asked for in vain, or may not be known."""
        with self._state.transaction(synced=False):
            self.add([found])
            return rows.take_one(self._state, address_key(found.url))

    def _queue_stirred(self) -> None:
        for site in sorted(self._state.stirred - self._queued - self._held):
            self._queued.add(site)
            self._turns.append(site)
        self._state.stirred.clear()

    def hold(self, site: str) -> None:
        """Hand out nothing of a site until `free`: it is being asked, or rests."""
        self._held.add(site)

    def free(self, site: str) -> None:
        """Let a site take its turn again, behind those that wait already."""
        self._held.discard(site)
        self._state.stirred.add(site)

    def done(self, lease: Lease, visit: VisitResult, now: datetime) -> None:
        """A good answer: the article or reject is staged in the same transaction; look again by its age."""
        born = min(visit.published or lease.born or now, now)
        again = lease.kind == "page" and visit.reason is None
        visits = Visits(born, now, is_first=lease.visited is None)
        due = next_visit(visits, self._revisit_hours) if again else None
        if visit.incomplete and lease.visited is None:
            due = min(due or now + _SECOND_CHANCE, now + _SECOND_CHANCE)
        if visit.reason == MAPPED:
            due = now + _SECOND_CHANCE
        if visit.reason in PASSING and rows.reason_of(self._state, lease.key) not in PASSING:
            due = now + _SECOND_CHANCE
        with self._state.transaction():
            rows.settle(self._state, lease, visit, (now, born, due))
            for url in visit.also:
                if self._state.forgotten.covers(url, lease.site):
                    continue
                alias = _beside(lease, url)
                same_as.alias(self._state, address_key(url), alias, visit, now)
            if visit.moved_to is not None and again:
                same_as.hand_on(self._state, lease, address_key(visit.moved_to))
            for url in visit.parts:
                if not self._state.forgotten.covers(url, lease.site):
                    same_as.file_part(
                        self._state, address_key(url), _beside(lease, url), visit, (lease.key, now)
                    )

    def filtered(self, lease: Lease, reason: str, retry_at: datetime | None = None) -> None:
        """Not fetched, for a reason of ours: robots, a private address, a budget."""
        rows.end(self._state, lease, "filtered", (reason, None, retry_at))

    def failed(
        self, lease: Lease, reason: str, retry_at: datetime | None = None, status: int | None = None
    ) -> None:
        """No good answer; asked again at retry_at, or never."""
        rows.end(self._state, lease, "failed", (reason, status, retry_at))

    def quarantined(self, lease: Lease, reason: str) -> None:
        """An address that does harm: never asked again."""
        rows.end(self._state, lease, "quarantined", (reason, None, None))

    def blocked(self, lease: Lease, wall: str, status: int | None, until: datetime) -> None:
        """A wall answers in the site's place; the address waits for a later run."""
        with self._state.transaction(synced=False):
            rows.end(self._state, lease, "waiting", (wall, status, until), fetched=False)
            self._state.count_event(lease.site, f"blocked:{wall}")

    def gone(self, lease: Lease, status: int) -> None:
        """The server says 404 or 410."""
        with self._state.transaction(synced=False):
            rows.end(self._state, lease, "gone", (str(status), status, None))
            same_as.pass_on(self._state, lease.key)

    def unknown(self, lease: Lease) -> None:
        """A guess that led nowhere: the address is known no more, until somebody names it or it is guessed at again."""
        with self._state.transaction(synced=False):
            rows.drop(self._state, lease)

    def defer(self, lease: Lease, until: datetime, reason: str | None = None) -> None:
        """Not now: the site is slow, or its robots.txt does not answer. Still pending, handed out later."""
        rows.end(self._state, lease, "waiting", (reason, None, until), fetched=False)

    def put_off(self, sites: Collection[str]) -> dict[str, int]:
        """Return how many addresses of these sites, or of the list, are put off for which reason."""
        return waking.put_off(self._state, sites, self._listed is not None)

    def release(self, lease: Lease) -> None:
        """Give an address back as it was: the run stops before it was fetched."""
        rows.end(self._state, lease, "pending", (None, None, None), fetched=False)

    def wake(self, kinds: Collection[str], reason: str | None = None, above: int | None = None) -> int:
        """Set every known address of these kinds pending again: fronts, feeds and sitemaps at each run's start.

        With a reason only those that are done with it; `above` a priority only what comes before the last.
        """
        return waking.wake_kinds(self._state, kinds, reason, above)

    def wake_due(self, now: datetime) -> int:
        """Set pending what is due: retries, what was deferred, revisits. `lease` does so by itself."""
        return waking.wake_due(self._state, now, min(now, self._begun))

    def keep_ages(self) -> None:
        """Reckon the dates of all revisits anew where the last run went by other ages. Call at a run's start."""
        waking.keep_ages(self._state, self._revisit_hours)

    def mend_dates(self, now: datetime) -> None:
        """Bring back what a clock that was ahead put off for too long. Call at a run's start."""
        waking.mend_dates(self._state, self._revisit_hours, now)

    def next_retry(self) -> datetime | None:
        """Return when the next deferred or failed address may be asked again; None where there is none."""
        soonest = waking.soonest(self._state)
        return None if soonest is None else datetime.fromtimestamp(soonest, UTC)

    def counts(self) -> dict[str, dict[str, int]]:
        """Return site -> state -> addresses. Their sum is what was discovered."""
        return {site: counts for site, counts in self._state.census().items() if site}

    def pending(self) -> int:
        """Return how many addresses can be leased now or are in hand."""
        return sum(c.get("pending", 0) + c.get("leased", 0) for c in self.counts().values())


def _beside(lease: Lease, url: str) -> Candidate:
    """Return a further address of what was leased."""
    return Candidate(url, lease.site, via=lease.via or "link", kind=lease.kind, depth=lease.depth)

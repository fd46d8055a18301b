"""The frontier: every address is known once, handed out fairly, answered once, and always counted."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from newsroom import NOON, REVISITS

from pipelines.dataset.runs import release_leases
from pipelines.records import Hint
from pipelines.state import URL_STATES, State, open_state
from scraper.frontier import MAX_ADDRESS, Found, Frontier, Lease, Visit

HOUR = timedelta(hours=1)


def page(path: str, site: str = "paper.example", **more: object) -> Found:
    return replace(Found(f"https://{site}/{path}", site), **more)  # type: ignore[arg-type]


def only(frontier: Frontier, now: datetime = NOON) -> Lease:
    (lease,) = frontier.lease(1, now)
    return lease


def paths(leases: list[Lease]) -> list[str]:
    return [lease.url.removeprefix("https://") for lease in leases]


def test_an_address_is_known_by_its_normal_form(frontier: Frontier) -> None:
    assert (
        frontier.add(
            [page("a"), page("a?utm_source=x"), page("a#top"), Found("HTTPS://PAPER.example:443/a", "x")]
        )
        == 1
    )
    assert {"https://paper.example/a?fbclid=1"} == frontier.known(
        ["https://paper.example/a?fbclid=1", "https://paper.example/b"]
    )


def test_priority_comes_first_then_the_newest_then_the_first_found(frontier: Frontier) -> None:
    frontier.add(
        [
            page("plain"),
            page("old", newest=NOON - HOUR),
            page("new", newest=NOON),
            page("feed", priority=9),
            page("last"),
        ]
    )

    leases = frontier.lease(9, NOON, per_site=9)

    assert [lease.url.rpartition("/")[2] for lease in leases] == ["feed", "new", "old", "plain", "last"]


def test_a_site_has_no_more_in_hand_than_its_share_and_sites_take_turns(frontier: Frontier) -> None:
    frontier.add(page(str(n), f"{site}.example") for site in "abc" for n in range(5))

    first = frontier.lease(2, NOON, per_site=2)
    frontier.hold("c.example")
    second = frontier.lease(9, NOON, per_site=2)
    frontier.free("c.example")
    third = frontier.lease(9, NOON, per_site=2)

    assert paths(first) == ["a.example/0", "a.example/1"]
    assert paths(second) == ["b.example/0", "b.example/1"]
    assert paths(third) == ["c.example/0", "c.example/1"]
    assert frontier.lease(9, NOON, per_site=2) == []


def test_no_site_is_served_twice_before_each_other_one_was_served(frontier: Frontier) -> None:
    frontier.add(page(str(n), f"{site}.example") for site in "abcde" for n in range(20))
    turns: list[str] = []
    for _ in range(40):
        for lease in frontier.lease(2, NOON):
            turns.append(lease.site)
            frontier.done(lease, Visit(200), NOON)
        if len(turns) == 10:
            frontier.add([page("late", "late.example", priority=9)])

    assert [set(turns[n : n + 5]) for n in range(0, 10, 5)] == [{f"{s}.example" for s in "abcde"}] * 2
    assert turns.index("late.example") <= 15


def test_a_held_site_gets_what_came_meanwhile_when_it_is_free(frontier: Frontier) -> None:
    frontier.add([page("1")])
    frontier.hold("paper.example")
    assert frontier.lease(9, NOON) == []

    frontier.add([page("2")])
    assert frontier.lease(9, NOON) == []
    frontier.free("paper.example")

    assert paths(frontier.lease(9, NOON, per_site=9)) == ["paper.example/1", "paper.example/2"]


def test_a_site_whose_addresses_were_not_committed_still_takes_its_turn(
    frontier: Frontier, state: State
) -> None:
    with suppress(ZeroDivisionError), state.transaction():
        frontier.add([page("1")])
        assert len(frontier.lease(1, NOON)) == 1
        _ = 1 / 0
    assert frontier.lease(1, NOON) == []
    frontier.add([page("1")])

    assert paths(frontier.lease(1, NOON)) == ["paper.example/1"]


def test_leasing_costs_the_same_with_fifty_times_as_many_sites(tmp_path: Path) -> None:
    def seconds(sites: int) -> float:
        with closing(open_state(tmp_path / f"{sites}.db")) as state:
            frontier = Frontier(state)
            frontier.add(page(str(n), f"{site}.example") for site in range(sites) for n in range(2))
            frontier.lease(5, NOON)  # takes the sites in
            spent = []
            for _ in range(15):
                start = time.process_time()
                frontier.lease(5, NOON)
                spent.append(time.process_time() - start)
            return min(spent)

    few, many = seconds(100), seconds(5_000)

    assert many < 3 * few  # sorting the sites at each call made it 20 times as slow


def test_a_lease_is_answered_once(frontier: Frontier) -> None:
    frontier.add([page("a")])
    lease = only(frontier)
    frontier.done(lease, Visit(200), NOON)

    with pytest.raises(ValueError, match="answered for already"):
        frontier.failed(lease, "timeout")
    assert frontier.counts() == {"paper.example": {"done": 1}}


ENDINGS = {
    "done": lambda f, lease: f.done(lease, Visit(200), NOON),
    "filtered": lambda f, lease: f.filtered(lease, "robots"),
    "failed": lambda f, lease: f.failed(lease, "timeout", status=503),
    "quarantined": lambda f, lease: f.quarantined(lease, "worker-died"),
    "gone": lambda f, lease: f.gone(lease, 410),
    "waiting": lambda f, lease: f.defer(lease, NOON + HOUR),
    "pending": lambda f, lease: f.release(lease),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_every_ending_is_counted(frontier: Frontier, name: str) -> None:
    frontier.add([page("a")])
    ENDINGS[name](frontier, only(frontier))

    assert {"paper.example": {name: 1}} == frontier.counts()


def test_a_failure_is_asked_again_at_its_time_with_its_attempts_counted(frontier: Frontier) -> None:
    frontier.add([page("a")])
    frontier.failed(only(frontier), "timeout", retry_at=NOON + HOUR)

    assert frontier.next_retry() == NOON + HOUR
    assert frontier.lease(1, NOON + HOUR / 2) == []
    assert only(frontier, NOON + HOUR).attempts == 2


def test_what_is_deferred_or_released_costs_no_attempt(frontier: Frontier) -> None:
    frontier.add([page("a")])
    frontier.release(only(frontier))
    frontier.defer(only(frontier), NOON + HOUR)

    assert frontier.lease(1, NOON) == []
    assert only(frontier, NOON + HOUR).attempts == 1
    assert frontier.next_retry() is None


def test_a_revisit_brings_validators_and_waits_behind_what_is_new(frontier: Frontier) -> None:
    frontier.add([page("known", priority=5)])
    frontier.done(only(frontier), Visit(200, etag='"1"', modified="Sun", content="ab" * 32), NOON)
    frontier.add([page("new")])
    new, known = frontier.lease(2, NOON + HOUR, per_site=2)

    assert new.url == "https://paper.example/new"
    assert (known.etag, known.modified, known.content) == ('"1"', "Sun", "ab" * 32)


def test_not_modified_keeps_the_validators_and_any_other_answer_replaces_them(frontier: Frontier) -> None:
    frontier.add([page("feed", kind="feed")])
    frontier.done(only(frontier), Visit(200, etag='"1"', content="ab"), NOON)
    seen = []
    for visit in (Visit(304), Visit(200, modified="Mon"), Visit(200)):
        frontier.wake({"feed"})
        lease = only(frontier)
        seen.append((lease.etag, lease.modified, lease.content))
        frontier.done(lease, visit, NOON)

    assert seen == [('"1"', None, "ab"), ('"1"', None, "ab"), (None, "Mon", None)]


def test_hubs_are_asked_at_each_run_and_pages_are_not(frontier: Frontier) -> None:
    frontier.add([page("rss", kind="feed", priority=7), page("front", kind="front"), page("a")])
    for lease in frontier.lease(3, NOON, per_site=3):
        frontier.done(lease, Visit(200), NOON)

    assert frontier.wake({"feed", "front", "sitemap"}) == 2
    assert paths(frontier.lease(9, NOON, per_site=9)) == ["paper.example/rss", "paper.example/front"]


def test_a_reject_is_not_asked_again(frontier: Frontier) -> None:
    frontier.add([page("tag")])
    frontier.done(only(frontier), Visit(200, reason="index-page"), NOON)

    assert frontier.lease(1, NOON + 1000 * HOUR) == []


def test_redirect_targets_are_known_but_never_taken_from_other_hands(frontier: Frontier) -> None:
    frontier.add([page("short"), page("other")])
    short, other = frontier.lease(2, NOON, per_site=2)
    frontier.done(short, Visit(200, also=("https://paper.example/long", other.url)), NOON)

    assert frontier.add([page("long")]) == 0
    frontier.done(other, Visit(200), NOON)
    assert frontier.counts() == {"paper.example": {"done": 3}}


def test_hints_of_several_finders_are_kept_until_the_fetch(frontier: Frontier) -> None:
    feed, news = Hint("feed", title="Headline", authors=("A",)), Hint("news-sitemap", language="fr")
    frontier.add([page("a")])
    frontier.add([page("a", hints=(feed,), newest=NOON), page("a", hints=(news,)), page("a", hints=(feed,))])
    lease = only(frontier)

    assert (feed, news) == lease.hints
    frontier.done(lease, Visit(200), NOON)
    frontier.add([page("a", hints=(Hint("link", title="late"),))])
    assert (feed, news) == only(frontier, NOON + HOUR).hints


HOSTILE = {
    "https://paper.example/" + "a" * MAX_ADDRESS: "url-too-long",
    "file:///etc/passwd": "bad-address",
    "javascript:alert(1)": "bad-address",
    "https://paper.example/\ud800": "bad-address",
    "https://paper.example/a\0b": "bad-address",
    "https://paper.example/\x1b[31m": "bad-address",
    "": "bad-address",
}


@pytest.mark.parametrize("url", HOSTILE)
def test_what_is_no_address_is_filtered_and_counted(frontier: Frontier, state: State, url: str) -> None:
    frontier.add([Found(url, "paper.example")])
    reason = state.connection.execute("SELECT reason FROM url").fetchone()[0]

    assert HOSTILE[url] == reason
    assert frontier.counts() == {"paper.example": {"filtered": 1}}
    assert frontier.lease(9, NOON) == []


def test_a_finder_that_names_a_later_change_makes_an_address_due(frontier: Frontier) -> None:
    frontier.add([page("a"), page("b"), page("c")])
    for lease in frontier.lease(3, NOON, per_site=3):
        frontier.done(lease, Visit(200), NOON)
    frontier.add(
        [
            page("a", newest=NOON + HOUR / 2),
            page("b", newest=NOON - HOUR),
            page("c", newest=NOON + 10**6 * HOUR),
        ]
    )

    assert paths(frontier.lease(3, NOON + HOUR / 2, per_site=3)) == ["paper.example/a"]
    assert frontier.pending() == 1


def test_leases_of_a_dead_run_are_pending_again(frontier: Frontier, state: State) -> None:
    frontier.add([page("a"), page("b", "other.example")])
    frontier.lease(2, NOON)
    release_leases(state)

    assert frontier.counts() == {"paper.example": {"pending": 1}, "other.example": {"pending": 1}}
    assert len(frontier.lease(2, NOON)) == 2


def test_counts_of_a_failed_transaction_are_taken_back(frontier: Frontier, state: State) -> None:
    frontier.add([page("a")])
    with pytest.raises(ZeroDivisionError), state.transaction():  # noqa: PT012  the transaction is what is tested
        frontier.lease(1, NOON)
        frontier.add([page("b")])
        _ = 1 / 0

    assert frontier.counts() == {"paper.example": {"pending": 1}}
    assert {"https://paper.example/a"} == frontier.known(
        ["https://paper.example/a", "https://paper.example/b"]
    )


class Life(RuleBasedStateMachine):
    """Any order of calls: the counts are those of the rows, and each address is in one place."""

    def __init__(self) -> None:
        super().__init__()
        self.state = open_state(Path(":memory:"))
        self.frontier = Frontier(self.state, REVISITS)
        self.now = NOON
        self.held: list[Lease] = []
        self.asked: set[str] = set()

    @rule(
        number=st.integers(0, 30), site=st.sampled_from("ab"), reason=st.sampled_from([None, None, "depth"])
    )
    def find(self, number: int, site: str, reason: str | None) -> None:
        found = page(str(number), f"{site}.example", kind="feed" if number == 0 else "page")
        self.asked.add(found.url)
        self.frontier.add([found], reason)

    @rule(n=st.integers(1, 5), share=st.integers(1, 3))
    def lease(self, n: int, share: int) -> None:
        got = self.frontier.lease(n, self.now, per_site=share)
        held = Counter(lease.site for lease in self.held)
        assert len(got) <= n
        assert all(held[site] + more <= share for site, more in Counter(lease.site for lease in got).items())
        assert not {lease.key for lease in got} & {lease.key for lease in self.held}
        self.held += got

    @rule(name=st.sampled_from(sorted(ENDINGS)))
    def answer(self, name: str) -> None:
        if self.held:
            ENDINGS[name](self.frontier, self.held.pop(0))

    @rule(hours=st.floats(0.1, 10))
    def wait(self, hours: float) -> None:
        self.now += hours * HOUR

    @rule()
    def begin_a_run(self) -> None:
        release_leases(self.state)
        self.held.clear()
        self.frontier.wake({"feed"})

    @invariant()
    def counts_are_those_of_the_rows(self) -> None:
        there: dict[str, dict[str, int]] = {}
        rows = self.state.connection.execute("SELECT site, state, count(*) FROM url GROUP BY site, state")
        for site, at, n in rows:
            there.setdefault(site, {})[URL_STATES[at]] = n
        assert there == self.frontier.counts()
        assert len(self.asked) == sum(sum(counts.values()) for counts in there.values())

    def teardown(self) -> None:
        self.state.close()


Life.TestCase.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
test_any_order_of_calls_keeps_the_counts = Life.TestCase

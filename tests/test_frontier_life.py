"""The frontier under any order of calls: its counts are those of its rows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from newsroom import HOUR, NOON, REVISITS, only, page

from columnist.pipelines.dataset.runs.runs import release_leases
from columnist.pipelines.dataset.state.state import URL_STATES, open_state
from columnist.scraper.frontier.frontier import Frontier
from columnist.scraper.frontier.records import Candidate, Lease, VisitResult

ENDINGS = {
    "done": lambda f, lease: f.done(lease, VisitResult(200), NOON),
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


def test_a_page_that_was_too_slow_has_a_second_chance_a_day_later_and_no_third(frontier: Frontier) -> None:
    frontier.add([Candidate("https://paper.example/a", "paper.example")])
    (lease,) = frontier.lease(1, NOON)
    frontier.done(lease, VisitResult(200, reason="too-slow"), NOON)

    assert frontier.lease(1, NOON + 23 * HOUR) == []
    (again,) = frontier.lease(1, NOON + 25 * HOUR)
    frontier.done(again, VisitResult(200, reason="crashed"), NOON + 25 * HOUR)
    assert frontier.lease(1, NOON + 9_999 * HOUR) == []

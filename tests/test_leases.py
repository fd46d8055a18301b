"""Who is asked next: priority within a site, turns among sites, at the same cost for thousands of them."""

from __future__ import annotations

import time
from contextlib import closing, suppress
from pathlib import Path

from newsroom import HOUR, NOON, page, paths

from columnist.pipelines.dataset.state.state import State, open_state
from columnist.scraper.frontier.frontier import Frontier
from columnist.scraper.frontier.records import VisitResult


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
            frontier.done(lease, VisitResult(200), NOON)
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

"""The frontier: every address is known once, handed out fairly, answered once, and always counted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from newsroom import HOUR, NOON, only, page, paths

from columnist.pipelines.dataset.runs.runs import release_leases
from columnist.pipelines.dataset.state.state import State
from columnist.pipelines.records.article import Hint
from columnist.scraper.frontier.frontier import MAX_ADDRESS, Frontier
from columnist.scraper.frontier.records import Candidate, VisitResult


def test_an_address_is_known_by_its_normal_form(frontier: Frontier) -> None:
    assert (
        frontier.add(
            [page("a"), page("a?utm_source=x"), page("a#top"), Candidate("HTTPS://PAPER.example:443/a", "x")]
        )
        == 1
    )
    assert {"https://paper.example/a?fbclid=1"} == frontier.known(
        ["https://paper.example/a?fbclid=1", "https://paper.example/b"]
    )


def test_a_lease_is_answered_once(frontier: Frontier) -> None:
    frontier.add([page("a")])
    lease = only(frontier)
    frontier.done(lease, VisitResult(200), NOON)

    with pytest.raises(ValueError, match="answered for already"):
        frontier.failed(lease, "timeout")
    assert frontier.counts() == {"paper.example": {"done": 1}}


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


def test_what_is_put_off_says_why(frontier: Frontier) -> None:
    frontier.add([page("a"), page("b"), page("c"), replace(page("d"), site="other.example"), page("e")])
    why = {"a": "site-rests", "b": "site-rests", "c": None, "d": "first-part"}
    for lease in frontier.lease(4, NOON, per_site=3):
        frontier.defer(lease, NOON + HOUR, why[lease.url[-1]])

    assert frontier.put_off(["paper.example"]) == {"site-rests": 2, "put-off": 1}
    assert frontier.put_off(["other.example"]) == {"first-part": 1}
    assert frontier.put_off(["third.example"]) == {}


def test_a_revisit_brings_validators_and_waits_behind_what_is_new(frontier: Frontier) -> None:
    frontier.add([page("known", priority=5)])
    frontier.done(only(frontier), VisitResult(200, etag='"1"', modified="Sun", content="ab" * 32), NOON)
    frontier.add([page("new")])
    new, known = frontier.lease(2, NOON + HOUR, per_site=2)

    assert new.url == "https://paper.example/new"
    assert (known.etag, known.modified, known.content) == ('"1"', "Sun", "ab" * 32)


def test_not_modified_keeps_the_validators_and_any_other_answer_replaces_them(frontier: Frontier) -> None:
    frontier.add([page("feed", kind="feed")])
    frontier.done(only(frontier), VisitResult(200, etag='"1"', content="ab"), NOON)
    seen = []
    for visit in (VisitResult(304), VisitResult(200, modified="Mon"), VisitResult(200)):
        frontier.wake({"feed"})
        lease = only(frontier)
        seen.append((lease.etag, lease.modified, lease.content))
        frontier.done(lease, visit, NOON)

    assert seen == [('"1"', None, "ab"), ('"1"', None, "ab"), (None, "Mon", None)]


def test_hubs_are_asked_at_each_run_and_pages_are_not(frontier: Frontier) -> None:
    frontier.add([page("rss", kind="feed", priority=7), page("front", kind="front"), page("a")])
    for lease in frontier.lease(3, NOON, per_site=3):
        frontier.done(lease, VisitResult(200), NOON)

    assert frontier.wake({"feed", "front", "sitemap"}) == 2
    assert paths(frontier.lease(9, NOON, per_site=9)) == ["paper.example/rss", "paper.example/front"]


def test_a_reject_is_not_asked_again(frontier: Frontier) -> None:
    frontier.add([page("tag")])
    frontier.done(only(frontier), VisitResult(200, reason="index-page"), NOON)

    assert frontier.lease(1, NOON + 1000 * HOUR) == []


def test_redirect_targets_are_known_but_never_taken_from_other_hands(frontier: Frontier) -> None:
    frontier.add([page("short"), page("other")])
    short, other = frontier.lease(2, NOON, per_site=2)
    frontier.done(short, VisitResult(200, also=("https://paper.example/long", other.url)), NOON)

    assert frontier.add([page("long")]) == 0
    frontier.done(other, VisitResult(200), NOON)
    assert frontier.counts() == {"paper.example": {"done": 3}}


def test_hints_of_several_finders_are_kept_until_the_fetch(frontier: Frontier) -> None:
    feed, news = Hint("feed", title="Headline", authors=("A",)), Hint("news-sitemap", language="fr")
    frontier.add([page("a")])
    frontier.add([page("a", hints=(feed,), newest=NOON), page("a", hints=(news,)), page("a", hints=(feed,))])
    lease = only(frontier)

    assert (feed, news) == lease.hints
    frontier.done(lease, VisitResult(200), NOON)
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
    frontier.add([Candidate(url, "paper.example")])
    reason = state.connection.execute("SELECT reason FROM url").fetchone()[0]

    assert HOSTILE[url] == reason
    assert frontier.counts() == {"paper.example": {"filtered": 1}}
    assert frontier.lease(9, NOON) == []


def test_a_finder_that_names_a_later_change_makes_an_address_due(frontier: Frontier) -> None:
    frontier.add([page("a"), page("b"), page("c")])
    for lease in frontier.lease(3, NOON, per_site=3):
        frontier.done(lease, VisitResult(200), NOON)
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

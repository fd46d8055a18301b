"""A list of addresses is exactly that list, whatever else is known of its sites in the data folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from commandline import columnist
from crawldriver import crawl
from fakesite import Answer, FakeSite, article, links
from newsroom import NOON, read

from columnist.pipelines.dataset.state.state import open_state
from columnist.scraper.frontier.frontier import Frontier
from columnist.scraper.frontier.records import LISTED, Candidate, VisitResult

SITE = "paper.example"
HOUR = timedelta(hours=1)
Run = Callable[..., Frontier]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Return what opens the frontier as the next run does: nothing in memory is left of the last one."""
    with ExitStack() as stack:

        def opened(*more: Any) -> Frontier:
            stack.close()
            return Frontier(stack.enter_context(closing(open_state(tmp_path / "state.db"))), *more)

        yield opened


def page(path: str, priority: int = 0) -> Candidate:
    return Candidate(f"https://{SITE}/{path}", SITE, priority=priority)


def listed(*paths: str) -> list[Candidate]:
    return [page(path, LISTED) for path in paths]


def asked(frontier: Frontier, hours: float = 0) -> list[str]:
    leases = frontier.lease(9, NOON + hours * HOUR, per_site=9)
    return [lease.url.removeprefix(f"https://{SITE}/") for lease in leases]


def test_a_list_hands_out_its_own_addresses_alone(run: Run) -> None:
    run().add([page("pending", 100), page("also-listed")])
    frontier = run()
    frontier.add_list(listed("new", "also-listed"), NOON)

    assert frontier.listed_left() == 2
    assert sorted(asked(frontier)) == ["also-listed", "new"]
    assert frontier.listed_left() == 2
    assert run().listed_left() is None
    assert asked(run()) == ["pending"]


def test_what_a_list_left_is_not_taken_up_by_the_next_list(run: Run) -> None:
    run().add_list(listed("stopped-before-it"), NOON)
    frontier = run()
    frontier.add_list(listed("another"), NOON)

    assert asked(frontier) == ["another"]
    assert asked(run()) == ["stopped-before-it"]


def test_a_list_asks_again_for_what_failed_and_for_what_is_due_alone(run: Run) -> None:
    before = run((1.0,))
    before.add(page(name) for name in ("known", "due", "gone", "failed", "refused", "deferred", "rejected"))
    for lease in before.lease(9, NOON, per_site=9):
        {
            "known": lambda one: before.done(one, VisitResult(200), NOON),
            "due": lambda one: before.done(one, VisitResult(200), NOON - HOUR),
            "rejected": lambda one: before.done(one, VisitResult(200, reason="too-short"), NOON),
            "gone": lambda one: before.gone(one, 404),
            "failed": lambda one: before.failed(one, "dns", NOON + 6 * HOUR),
            "refused": lambda one: before.filtered(one, "robots"),
            "deferred": lambda one: before.defer(one, NOON + 6 * HOUR),
        }[lease.url.rpartition("/")[2]](lease)
    frontier = run((1.0,), NOON)
    frontier.add_list(
        listed("known", "due", "gone", "failed", "refused", "deferred", "rejected"),
        NOON + timedelta(seconds=1),
    )

    assert sorted(asked(frontier)) == ["deferred", "due", "failed", "gone", "refused"]


def test_a_listed_address_that_is_deferred_is_left(run: Run) -> None:
    frontier = run()
    frontier.add_list(listed("a", "b"), NOON)
    for lease in frontier.lease(1, NOON):
        frontier.defer(lease, NOON + HOUR)

    assert frontier.listed_left() == 2


STORIES = [f"/2026/11/22/the-council-adopts-budget-number-{n}" for n in range(8)]
UNKNOWN = "/2026/11/21/nobody-links-to-this-story"


@pytest.mark.slow
def test_a_list_fetches_itself_and_nothing_that_a_crawl_left(tmp_path: Path) -> None:
    data, urls = tmp_path / "data", tmp_path / "urls.txt"
    with FakeSite() as site:
        site.route("/", links(*STORIES))
        site.under("/2026/", lambda path: Answer(body=article(path)))
        crawl(data, [site.base], max_pages=3)
        taken = {hit.path for hit in site.hits} & set(STORIES)
        left = next(path for path in STORIES if path not in taken)

        begun = len(site.hits)
        urls.write_text(f"{site.base}{left}\n{site.base}{UNKNOWN}\n{site.base}{min(taken)}\n")
        words = ["clean", str(urls), "--data", str(data), "--delay", "0"]
        done = columnist(*words)
        assert (done.returncode, done.stdout) == (0, "2 new, 0 changed, 2 known, 0 rejected\n"), done.stderr
        assert sorted(site.paths()[begun:]) == sorted((left, UNKNOWN))

        rest = crawl(data, [site.base])
        assert rest["summary"]["new"] == len(STORIES) - 3
        assert read(data).num_rows == len(STORIES) + 1


@pytest.mark.slow
def test_a_line_that_is_no_address_is_told_and_the_others_are_fetched(tmp_path: Path) -> None:
    with FakeSite() as site:
        site.route("/a", article("The council adopts its budget"))
        listed = tmp_path / "list.txt"
        listed.write_text(f"{site.base}/a\n{site.base}/a b\nnot a url\n")
        words = ("clean", str(listed), "--quiet", "--data", str(tmp_path / "data"), "--delay", "0")
        done = columnist(*words)

    assert done.returncode == 1
    assert done.stdout.startswith("1 new, ")
    assert "list.txt: line 2 is no address" in done.stderr
    assert "list.txt: line 3 is no address: 'not a url'" in done.stderr

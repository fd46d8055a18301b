"""When an article is looked at again, and what that finds: corrections, of the archive too."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pyarrow.dataset as pads
import pytest
from crawldriver import crawl
from fakesite import Answer, FakeSite, article, articles_text, links
from hypothesis import given
from hypothesis import strategies as st
from newsroom import HOUR, NOON, REVISITS, only, page

from columnist.pipelines.dataset.state.state import STATE_NAME, State, open_state
from columnist.pipelines.dataset.upkeep.repair.rebuild import rebuild
from columnist.scraper.frontier.frontier import Frontier
from columnist.scraper.frontier.records import Lease, VisitResult


def paths(leases: list[Lease]) -> list[str]:
    return [lease.url.removeprefix("https://") for lease in leases]


@pytest.mark.parametrize(
    ("age", "next_look"), [(0.0, 1.0), (2.0, 6.0), (7.0, 24.0), (None, 1.0), (-5.0, 1.0)]
)
def test_an_article_is_looked_at_again_by_its_age(
    frontier: Frontier, age: float | None, next_look: float
) -> None:
    frontier.add([page("a")])
    published = None if age is None else NOON - age * HOUR
    frontier.done(only(frontier), VisitResult(200, published=published), NOON)
    due = (NOON if age is None or age < 0 else NOON - age * HOUR) + next_look * HOUR

    assert frontier.lease(1, due - timedelta(seconds=1)) == []
    assert only(frontier, due).visited == NOON


def test_an_article_older_than_all_ages_is_looked_at_once_more(frontier: Frontier) -> None:
    frontier.add([page("a")])
    frontier.done(only(frontier), VisitResult(200, published=NOON - 1000 * HOUR), NOON)
    due = NOON + max(REVISITS) * HOUR

    assert frontier.lease(1, due - timedelta(seconds=1)) == []
    frontier.done(only(frontier, due), VisitResult(304), due)
    assert frontier.lease(1, due + 1000 * HOUR) == []


def test_an_unchanged_answer_does_not_change_an_articles_age(frontier: Frontier) -> None:
    frontier.add([page("a")])
    frontier.done(only(frontier), VisitResult(200, published=NOON - 5 * HOUR), NOON)
    frontier.done(only(frontier, NOON + HOUR), VisitResult(304), NOON + HOUR)

    assert frontier.lease(1, NOON + 19 * HOUR - timedelta(seconds=1)) == []
    assert only(frontier, NOON + 19 * HOUR).born == NOON - 5 * HOUR


def test_what_comes_due_during_a_run_is_left_to_the_next(state: State) -> None:
    this_run = Frontier(state, REVISITS, begun=NOON)
    this_run.add([page("a"), page("b")])
    first, second = this_run.lease(2, NOON, per_site=2)
    this_run.done(first, VisitResult(200), NOON)
    this_run.failed(second, "timeout", retry_at=NOON + HOUR)

    assert paths(this_run.lease(2, NOON + 2 * HOUR, per_site=2)) == ["paper.example/b"]
    assert paths(Frontier(state, REVISITS, begun=NOON + HOUR).lease(1, NOON + 2 * HOUR, per_site=2)) == [
        "paper.example/a"
    ]


AGES = st.lists(st.sampled_from([0.0, 0.5, 1.0, 6.0, 24.0, 168.0]), max_size=4).map(tuple)


@given(before=AGES, after=AGES, published=st.lists(st.floats(-1, 200), min_size=1, max_size=5))
def test_other_ages_give_every_article_the_date_that_it_would_have_had(
    before: tuple[float, ...], after: tuple[float, ...], published: list[float]
) -> None:
    def dates(state: State) -> list[float | None]:
        query = "SELECT next_visit FROM url ORDER BY url"
        return [due and round(due, 3) for (due,) in state.connection.execute(query)]

    def crawled(ages: tuple[float, ...]) -> State:
        state = open_state(Path(":memory:"))
        frontier = Frontier(state, ages)
        frontier.keep_ages()
        frontier.add(page(str(n)) for n in range(len(published)))
        for hours, lease in zip(published, frontier.lease(9, NOON, per_site=9), strict=True):
            frontier.done(lease, VisitResult(200, published=NOON - hours * HOUR), NOON)
        return state

    with closing(crawled(before)) as state, closing(crawled(after)) as expected:
        Frontier(state, after).keep_ages()
        kept = [new for new, old in zip(dates(state), dates(crawled(before)), strict=True) if old is not None]
        wanted = [
            new for new, old in zip(dates(expected), dates(crawled(before)), strict=True) if old is not None
        ]

        assert wanted == kept
        frontier = Frontier(state, before)
        frontier.keep_ages()
        frontier.keep_ages()


def test_ages_that_are_the_same_leave_the_dates_alone(state: State, frontier: Frontier) -> None:
    frontier.keep_ages()
    frontier.add([page("a")])
    frontier.done(only(frontier), VisitResult(200), NOON)
    state.connection.execute("UPDATE url SET next_visit = 1")
    Frontier(state, tuple(reversed(REVISITS))).keep_ages()

    assert state.connection.execute("SELECT next_visit FROM url").fetchone() == (1.0,)


def test_an_unchanged_article_is_looked_at_less_and_less(frontier: Frontier) -> None:
    frontier.add([page("a")])
    frontier.done(only(frontier), VisitResult(200), NOON)
    looks = []
    for hour in range(1, 100):
        for lease in frontier.lease(1, NOON + hour * HOUR):
            looks.append(hour)
            frontier.done(lease, VisitResult(304), NOON + hour * HOUR)

    assert looks == [1, 6, 24]


# Archive pages: older than every age when they are seen first. The three are told apart by how they answer.
DATED = '<meta property="article:published_time" content="2019-05-0{n}T08:00:00Z">'
ARCHIVE = [f"/2019/05/0{n}/what-the-town-did-on-day-{n}-of-may" for n in (1, 2, 3)]
NOTE = "CORRECTION: an earlier version of this article misstated a figure. "
AGE = 1e-5  # hours: 36 ms, so that it is over when the next run begins


def build(site: FakeSite, note: str = "") -> None:
    """No feed, no sitemap, so that nothing but the schedule finds the change of the first article."""
    site.route("/", links(*ARCHIVE))
    for n, path in enumerate(ARCHIVE, 1):
        body = articles_text(f"day {n}")
        if n == 1:
            body[0] = note + body[0]
        page = article(f"Day {n} of May", body, head=DATED.format(n=n))
        site.route(path, Answer(body=page, validators=n < 3))  # the third has no ETag: its bytes say it


def due(data: Path) -> dict[str, float | None]:
    with closing(open_state(data / STATE_NAME)) as state:
        query = "SELECT url, next_visit - visited FROM url WHERE kind = 'page' AND reason IS NULL AND status = 200"
        return {url: left and round(left, 3) for url, left in state.connection.execute(query)}


@pytest.mark.slow
@pytest.mark.parametrize("first_ages", [(AGE,), (1.0, 168.0)])
def test_a_correction_of_the_archive_becomes_one_revision(
    tmp_path: Path, first_ages: tuple[float, ...]
) -> None:
    with FakeSite() as site:
        build(site)
        first = crawl(tmp_path, [site.base], revisit_hours=first_ages)
        assert (first["summary"]["new"], first["summary"]["changed"]) == (3, 0)
        assert {round(3600 * max(first_ages), 3)} == set(due(tmp_path).values())

        build(site, NOTE)
        begun = len(site.hits)
        second = crawl(tmp_path, [site.base], revisit_hours=(AGE,))
        asked = [(hit.path, hit.status) for hit in site.hits[begun:] if hit.path in ARCHIVE]
        assert sorted(asked) == list(zip(ARCHIVE, (200, 304, 200), strict=True))
        assert (second["summary"]["new"], second["summary"]["changed"]) == (0, 1)

        begun = len(site.hits)
        third = crawl(tmp_path, [site.base], revisit_hours=(AGE,))
        assert not {hit.path for hit in site.hits[begun:]} & set(ARCHIVE)
        assert (third["summary"]["new"], third["summary"]["changed"]) == (0, 0)

        found = pads.dataset(tmp_path / "articles", partitioning="hive").to_table().to_pylist()
        rows = sorted(
            (row["url"].removeprefix(site.base), row["revision"], row["change_kind"]) for row in found
        )
        assert rows == [
            (ARCHIVE[0], 0, None),
            (ARCHIVE[0], 1, "correction"),
            (ARCHIVE[1], 0, None),
            (ARCHIVE[2], 0, None),
        ]
        noted = [one["value"] for row in found for one in row["extra"] if one["key"] == "corrections"]
    assert [note.startswith(NOTE.strip()) for note in noted] == [True]  # out of the text, in extra


@pytest.mark.slow
def test_a_rebuilt_state_looks_again_at_what_it_knows_of_one_visit(tmp_path: Path) -> None:
    with FakeSite() as site:
        build(site)
        crawl(tmp_path, [site.base])
        kept = due(tmp_path)
        rebuild(tmp_path)

        assert kept == due(tmp_path) == {site.base + path: 168 * 3600.0 for path in ARCHIVE}

        build(site, NOTE)
        again = crawl(tmp_path, [site.base], revisit_hours=(AGE,))
        assert (again["summary"]["new"], again["summary"]["changed"]) == (0, 1)
        rebuild(tmp_path)
        assert due(tmp_path)[site.base + ARCHIVE[0]] is None

"""A text that a site has already under another address is no new article: in the same run and in any later one."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from crawldriver import crawl
from fakesite import Answer, FakeSite, article, articles_text, links, rss
from newsroom import an_article, identities, read, rows_of

from columnist.pipelines.dataset.open_store import open_store
from columnist.pipelines.dataset.state.outbox import Outbox
from columnist.pipelines.dataset.state.rows import Row
from columnist.pipelines.dataset.state.schema import VERSION
from columnist.pipelines.dataset.state.state import STATE_NAME, State, open_state
from columnist.pipelines.dataset.upkeep.repair.rebuild import rebuild
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.pipelines.document.addresses import address_key
from columnist.pipelines.records.article import Article
from columnist.scraper.cli.main import run

STORY = an_article("https://paper.example/story")
PRINT = "https://paper.example/print/story"
MAKERS = ("rebuilt", "upgraded")


def copied(article: Article, url: str, **changes: str) -> Article:
    """Return the same text at another address."""
    own = an_article(url)
    return replace(article, id=own.id, url=url, requested_url=url, **changes)  # type: ignore[arg-type]


def original_of(state: State, article: Article) -> str | None:
    return Outbox(state).original_of(rows_of(article)[0])


def write(data: Path, *articles: Article) -> None:
    with open_store(data) as store:
        for row in rows_of(*articles):
            store.outbox.stage(row)
        store.finish()


def make_first_version(data: Path) -> None:
    """Turn a state back into what the first version of it looked like."""
    with closing(open_state(data / STATE_NAME)) as state:
        state.connection.executescript(
            "DROP INDEX article_text; ALTER TABLE article DROP COLUMN text; DROP TABLE note;"
            "DROP INDEX url_same_as; ALTER TABLE url DROP COLUMN same_as;"
            "ALTER TABLE part DROP COLUMN origin; ALTER TABLE part DROP COLUMN told; PRAGMA user_version = 1;"
        )


def test_the_original_of_a_text_is_found_on_its_site_alone(state: State) -> None:
    Outbox(state).stage(rows_of(STORY)[0])
    source = address_key(STORY.url).hex()

    assert source == original_of(state, copied(STORY, PRINT))
    assert original_of(state, copied(STORY, PRINT, site="other.example")) is None
    assert original_of(state, an_article(PRINT)) is None


def test_an_article_is_no_copy_of_itself(state: State) -> None:
    Outbox(state).stage(rows_of(STORY)[0])

    assert original_of(state, STORY) is None
    assert original_of(state, replace(STORY, title="Another headline")) is None


def test_among_several_originals_the_pages_own_comes_first(state: State) -> None:
    """An article whose canonical link changes has moved: it is the same page, not somebody else's."""
    for one in (STORY, copied(STORY, PRINT), copied(STORY, PRINT + "-2")):
        Outbox(state).stage(rows_of(one)[0])
    moved = replace(copied(STORY, "https://paper.example/new"), requested_url=PRINT)

    assert address_key(PRINT).hex() == original_of(state, moved)


def test_the_text_of_an_older_revision_is_no_original(state: State) -> None:
    for one in (STORY, replace(an_article(STORY.url, paragraphs=7))):
        Outbox(state).stage(rows_of(one)[0])

    assert original_of(state, copied(STORY, PRINT)) is None


@pytest.mark.parametrize("how", MAKERS)
def test_a_rebuilt_or_upgraded_state_knows_the_texts_of_the_dataset(tmp_path: Path, how: str) -> None:
    other = an_article("https://other.example/a", site="other.example")
    write(tmp_path, STORY, other)
    if how == "rebuilt":
        rebuild(tmp_path)
    else:
        make_first_version(tmp_path)

    with closing(open_state(tmp_path / STATE_NAME)) as state:
        assert state.connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert original_of(state, copied(STORY, PRINT)) == address_key(STORY.url).hex()
        assert original_of(state, copied(other, PRINT, site="other.example")) == address_key(other.url).hex()
        assert original_of(state, copied(other, PRINT, site="paper.example")) is None
    assert verify(tmp_path).problems == ()


def test_an_upgrade_that_fails_leaves_the_old_state(tmp_path: Path) -> None:
    write(tmp_path, STORY)
    make_first_version(tmp_path)
    with closing(sqlite3.connect(tmp_path / STATE_NAME)) as connection:
        connection.execute("CREATE TABLE note(x)")  # in the way of the last step
    with pytest.raises(sqlite3.OperationalError, match="note"):
        open_state(tmp_path / STATE_NAME)

    with closing(sqlite3.connect(tmp_path / STATE_NAME)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        connection.execute("DROP TABLE note")
    with closing(open_state(tmp_path / STATE_NAME)) as state:
        assert original_of(state, copied(STORY, PRINT)) is not None


def test_what_was_lost_is_no_original_any_more(tmp_path: Path) -> None:
    write(tmp_path, STORY)
    next((tmp_path / "articles").rglob("*.parquet")).unlink()
    verify(tmp_path)

    with closing(open_state(tmp_path / STATE_NAME)) as state:
        assert original_of(state, copied(STORY, PRINT)) is None


PATH = "/2026/11/22/the-council-adopts-its-budget"
AMP = "/2026/11/22/light/the-council-adopts-its-budget"
COPY, NAMED, OTHER = (
    "/2026/11/22/the-council-adopts-its-budget-for-the-press",
    "/budget/again-by-feed",
    "/2026/11/22/another-story",
)


@pytest.mark.slow
def test_a_copy_that_a_later_run_finds_is_a_duplicate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = article("The council adopts its budget", articles_text("Oldtown"))
    with FakeSite() as site:
        for path in (PATH, COPY, NAMED):
            site.route(path, text)
        site.route(OTHER, article("Another story"))
        site.route("/", links(PATH))
        first = crawl(tmp_path, [site.base])
        assert first["summary"]["new"] == 1
        rebuild(tmp_path)

        site.route("/", links(PATH, COPY, OTHER))
        second = crawl(tmp_path, [site.base])
        assert (second["summary"]["new"], second["summary"]["duplicates"]) == (1, 1)
        assert second["manifest"]["events"]["duplicate:same-text"] == 1

        # What a feed names is an article, but one headline and text are one article by any address.
        head = '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
        site.route("/", links(PATH, COPY, OTHER, head=head))
        site.route("/rss.xml", rss(site.base, [NAMED]))
        third = crawl(tmp_path, [site.base])
        assert (third["summary"]["new"], third["summary"]["duplicates"]) == (0, 1)
        assert len(identities(tmp_path)) == 2

        # And what names the article as its canonical address shows it too.
        head = f'<link rel="canonical" href="{site.base}{PATH}">'
        site.route(AMP, article("The council adopts its budget", articles_text("Oldtown"), head=head))
        site.route("/", links(PATH, AMP))
        assert crawl(tmp_path, [site.base])["manifest"]["events"].get("duplicate:same-address") == 1
        capsys.readouterr()
        assert run(["state", "addresses", "--data", str(tmp_path)]) == 0
        first_id = next(row["id"] for row in read(tmp_path).to_pylist() if row["url"] == site.base + PATH)
        assert list(csv.reader(capsys.readouterr().out.splitlines())) == [
            ["id", "url", "also_at", "why"],
            *([first_id, site.base + PATH, site.base + path, "copy"] for path in sorted((COPY, NAMED, AMP))),
        ]


@dataclass(frozen=True, slots=True)
class Twice:
    """Papers that two runs read, each page at every look; one thing changed on each paper in between."""

    sites: Mapping[str, FakeSite]
    data: Path
    first: Mapping[str, Any]
    second: Mapping[str, Any]

    def counts(self, run: Mapping[str, Any], paper: str) -> tuple[int, int, int]:
        """Return what a run found new, changed and double at a paper."""
        found = run["sites"][self.sites[paper].base.removeprefix("http://")]
        return found.get("new", 0), found.get("changed", 0), found.get("duplicate", 0)

    def rows(self, paper: str) -> list[dict[str, Any]]:
        """Return the paper's rows by their revision."""
        found = [row for row in read(self.data).to_pylist() if row["url"].startswith(self.sites[paper].base)]
        return sorted(found, key=lambda row: int(row["revision"]))


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twice]:
    data, budget = tmp_path_factory.mktemp("twice"), "The council adopts its budget"
    moved, waiting = Answer(301, headers=(("Location", OTHER),)), articles_text("Nowhere")
    with ExitStack() as servers:
        papers = ("one text", "moves", "moves and changes", "redirects for now")
        sites = {paper: servers.enter_context(FakeSite()) for paper in papers}
        one, moves, changes, latest = sites.values()
        one.route("/", links(PATH, OTHER))
        one.route(PATH, article("Being written", waiting))
        one.route(OTHER, article("Being written", waiting))
        for site in (moves, changes):
            site.route("/", links(PATH))
        moves.route(PATH, article(budget))
        changes.route(PATH, article(budget, articles_text("Middle Town")))
        latest.route("/", links("/2026/11/22/the-latest-story-of-the-day"))
        latest.under("/2026/", lambda _: Answer(302, headers=(("Location", PATH),)))
        latest.route(PATH, article(budget, articles_text("High Town")))
        first = crawl(data, [site.base for site in sites.values()], revisit_hours=(1e-5,))

        (taken,) = [url.removeprefix(one.base) for url in urls_of(data) if url.startswith(one.base)]
        one.route(PATH if taken == OTHER else OTHER, article("Another story"))
        moves.route(OTHER, article(budget, more="<footer>Our new address</footer>"))
        changes.route(OTHER, article(budget, articles_text("Upper Town", 9)))
        for site in (moves, changes):
            site.route(PATH, moved)
        latest.under("/2026/", lambda _: Answer(302, headers=(("Location", OTHER),)))
        latest.route(OTHER, article("The bridge opens", articles_text("Lower Town")))
        second = crawl(data, [site.base for site in sites.values()], revisit_hours=(1e-5,))
        yield Twice(sites, data, first, second)


def urls_of(data: Path) -> list[str]:
    return [row["url"] for row in read(data).to_pylist()]


@pytest.mark.slow
def test_a_copy_that_gets_a_text_of_its_own_is_an_article(twice: Twice) -> None:
    """Two pages may show the same few words while they are being written."""
    assert twice.counts(twice.first, "one text") == (1, 0, 1)
    assert twice.counts(twice.second, "one text")[:2] == (1, 0)


@pytest.mark.slow
def test_an_article_that_moves_with_its_text_is_no_new_one(twice: Twice) -> None:
    assert twice.counts(twice.second, "moves") == (0, 0, 1)


@pytest.mark.slow
def test_a_moved_article_whose_text_changed_is_its_next_revision(twice: Twice) -> None:
    assert twice.counts(twice.second, "moves and changes")[:2] == (0, 1)
    old, new = twice.rows("moves and changes")
    base = twice.sites["moves and changes"].base
    assert (old["url"], new["url"]) == (base + PATH, base + OTHER)
    assert old["id"] == new["id"]


@pytest.mark.slow
def test_a_redirect_for_now_is_no_move(twice: Twice) -> None:
    assert twice.counts(twice.second, "redirects for now")[0] == 1
    assert len({row["id"] for row in twice.rows("redirects for now")}) == 2


def test_an_article_that_moves_keeps_its_id_through_all_its_addresses(tmp_path: Path) -> None:
    first, second, third = (f"https://paper.example/{name}" for name in ("story", "moved", "moved-again"))

    def at(url: str, asked: str, paragraphs: int, title: str = "Moved") -> Row:
        found = an_article(url, paragraphs=paragraphs)
        return rows_of(replace(found, requested_url=asked, title=title))[0]

    with open_store(tmp_path) as store:
        stage = store.outbox.stage
        came = [
            stage(rows_of(STORY)[0]),
            stage(at(second, first, 9), (first,)),
            stage(at(second, second, 12)),
            stage(at(third, second, 12, "Moved again"), (second,)),
            stage(at(third, first, 12, "Moved again"), (first, second)),
        ]
        store.finish()
    rebuild(tmp_path)
    with open_store(tmp_path) as store:
        came.append(store.outbox.stage(at(third, third, 15)))

    assert [one.decision for one in came] == ["new", "changed", "changed", "changed", "duplicate", "changed"]
    assert {one.id for one in came} == {STORY.id}
    assert [one.revision for one in came] == [0, 1, 2, 3, 3, 4]

"""A text that a site has already under another address is no new article: in the same run and in any later one."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from crawldriver import crawl
from fakesite import Answer, FakeSite, article, articles_text, links, rss
from newsroom import an_article, identities, read, rows_of

from columnist.pipelines.dataset.open_store import open_store
from columnist.pipelines.dataset.state.outbox import Outbox, Row
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


@pytest.mark.slow
def test_a_copy_that_gets_a_text_of_its_own_is_an_article(tmp_path: Path) -> None:
    """Two pages may show the same few words while they are being written."""
    text = article("Being written", articles_text("Nowhere"))
    with FakeSite() as site:
        site.route("/", links(PATH, OTHER))
        site.route(PATH, text)
        site.route(OTHER, text)
        first = crawl(tmp_path, [site.base], revisit_hours=(1e-5,))
        assert (first["summary"]["new"], first["summary"]["duplicates"]) == (1, 1)

        (taken,) = [row["url"].removeprefix(site.base) for row in read(tmp_path).to_pylist()]
        site.route(PATH if taken == OTHER else OTHER, article("Another story"))
        second = crawl(tmp_path, [site.base], revisit_hours=(1e-5,))
        assert (second["summary"]["new"], second["summary"]["changed"]) == (1, 0)


@pytest.mark.slow
def test_an_article_that_moves_with_its_text_is_no_new_one(tmp_path: Path) -> None:
    with FakeSite() as site:
        site.route("/", links(PATH))
        site.route(PATH, article("The council adopts its budget"))
        crawl(tmp_path, [site.base], revisit_hours=(1e-5,))

        site.route(PATH, Answer(301, headers=(("Location", OTHER),)))
        site.route(OTHER, article("The council adopts its budget", more="<footer>Our new address</footer>"))
        moved = crawl(tmp_path, [site.base], revisit_hours=(1e-5,))
        assert (moved["summary"]["new"], moved["summary"]["changed"]) == (0, 0)
        assert moved["summary"]["duplicates"] == 1


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


@pytest.mark.slow
def test_a_moved_article_whose_text_changed_is_its_next_revision(tmp_path: Path) -> None:
    with FakeSite() as site:
        site.route("/", links(PATH))
        site.route(PATH, article("The council adopts its budget"))
        crawl(tmp_path, [site.base], revisit_hours=(1e-5,))
        site.route(PATH, Answer(301, headers=(("Location", OTHER),)))
        site.route(OTHER, article("The council adopts its budget", articles_text("Upper Town", 9)))
        moved = crawl(tmp_path, [site.base], revisit_hours=(1e-5,))

    assert (moved["summary"]["new"], moved["summary"]["changed"]) == (0, 1)
    rows = sorted(read(tmp_path).to_pylist(), key=lambda row: row["revision"])
    assert [row["url"] for row in rows] == [site.base + PATH, site.base + OTHER]
    assert rows[0]["id"] == rows[1]["id"]


@pytest.mark.slow
def test_a_redirect_for_now_is_no_move(tmp_path: Path) -> None:
    with FakeSite() as site:
        site.route("/", links("/2026/11/22/the-latest-story-of-the-day"))
        site.under("/2026/", lambda _: Answer(302, headers=(("Location", PATH),)))
        site.route(PATH, article("The council adopts its budget"))
        crawl(tmp_path, [site.base], revisit_hours=(1e-5,))
        site.under("/2026/", lambda _: Answer(302, headers=(("Location", OTHER),)))
        site.route(OTHER, article("The bridge opens", articles_text("Lower Town")))
        second = crawl(tmp_path, [site.base], revisit_hours=(1e-5,))

    assert second["summary"]["new"] == 1
    assert len({row["id"] for row in read(tmp_path).to_pylist()}) == 2

"""The laws of the check: a healthy site is not named, a broken one is, in one line that says why."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from columnist.pipelines.batch.check.crawls import latest_crawl
from columnist.pipelines.batch.check.doubts import doubted_articles
from columnist.pipelines.batch.check.figures import facts_of, read_figures, summed
from columnist.pipelines.batch.check.floors import Finding, check_run, floors_in_use
from columnist.pipelines.batch.clean_batches import clean_to_row
from columnist.pipelines.batch.cleaned import pack
from columnist.pipelines.clean import clean
from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.open_store import StoreOptions, open_store
from columnist.pipelines.dataset.runs.manifests import newest_manifests
from columnist.pipelines.records.article import Article, Page
from columnist.pipelines.records.site import Floors, Site
from columnist.scraper.cli.main import run as command_line

START = datetime(2026, 3, 2, tzinfo=UTC)
NAME = "news.example"


def run(day: float, new: int, outcome: str = "finished", **odd: int) -> dict[str, Any]:
    """A manifest: a healthy run of so many new articles, but for the events that are given."""
    events = {
        "new": new,
        "with-date": new,
        "with-author": new * 8 // 10,
        "words:512": new,
        "rejected:index-page": new // 10,
        "http:200": new * 2,
        "http:404": new // 20,
        "done": new,
        **{name.replace("__", ":").replace("_", "-"): n for name, n in odd.items()},
    }
    at = START + timedelta(days=day)
    return {
        "command": "columnist crawl news.example",
        "outcome": outcome,
        "started": at.isoformat(),
        "finished": (at + timedelta(minutes=5)).isoformat(),
        "sites": {NAME: {"events": {k: n for k, n in events.items() if n}}, "other.example": {"events": {}}},
    }


HEALTHY = [run(0, 400), *(run(day, 40) for day in range(1, 15))]


def problems(manifests: list[dict[str, Any]], **floors: Any) -> str:
    site = Site(name=NAME, seeds=("https://news.example/",), floors=Floors(**floors))
    return "\n".join(map(str, check_run(manifests, {NAME: site})))


def test_a_healthy_site_is_not_named() -> None:
    assert problems(HEALTHY) == ""
    assert (
        problems(
            HEALTHY, articles_per_crawl=350, share_with_date=0.9, share_with_author=0.7, median_words=400,
            reject_share_at_most=0.2, error_share_at_most=0.1, silent_days_at_most=2,
        ) == ""
    )  # fmt: skip


def test_without_a_run_there_is_nothing_to_say() -> None:
    assert check_run([], {}) == []


@pytest.mark.parametrize(
    ("floors", "words"),
    [
        ({"articles_per_crawl": 50}, "40 articles, floor 50"),
        ({"share_with_date": 0.9}, "20 of 40 articles with a date, floor 0.9"),
        ({"share_with_author": 0.9}, "32 of 40 articles with an author, floor 0.9"),
        ({"median_words": 600}, "median length 512 words, floor 600"),
        ({"reject_share_at_most": 0.05}, "4 rejects of 44, at most 0.05"),
        ({"error_share_at_most": 0.01}, "2 errors (4xx, 5xx) of 82, at most 0.01"),
    ],
)
def test_a_first_run_below_a_floor_is_named_with_the_figures(floors: dict[str, Any], words: str) -> None:
    assert problems([run(0, 40, with_date=20)], **floors) == f"news.example: {words}"


def test_one_line_holds_all_problems_of_a_site() -> None:
    found = problems([run(0, 40)], articles_per_crawl=50, median_words=600)

    assert found == "news.example: 40 articles, floor 50; median length 512 words, floor 600"


def test_a_run_that_was_stopped_is_not_held_to_the_number_of_articles() -> None:
    assert problems([run(0, 40, outcome="max-minutes")], articles_per_crawl=50) == ""


def test_a_quiet_run_of_a_known_site_is_healthy() -> None:
    assert problems([*HEALTHY, run(14.1, 0, http__304=3)], articles_per_crawl=350, share_with_date=0.9) == ""


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (run(15, 40, with_date=2), "5% of articles with a date, was 100%"),
        (run(15, 40, with_author=0), "0% of articles with an author, was 80%"),
        (run(15, 40, words__512=5, words__64=35), "median length 64 words, was 512"),
        (run(15, 40, rejected__too_short=60), "62% rejects, was 9%"),
        (run(15, 40, http__503=200), "72% errors (4xx, 5xx), was 2%"),
        (run(15, 3), "3 new articles where 40 were due"),
        (run(24, 0, http__304=1), "no new article for 10 days, at most 8"),
    ],
)
def test_drift_against_earlier_runs_is_named(last: dict[str, Any], words: str) -> None:
    assert words in problems([*HEALTHY, last])


def test_a_site_whose_texts_become_a_smaller_part_of_their_pages_is_named() -> None:
    before = [run(day, 40, share__60=30, share__20=10) for day in range(15)]

    assert problems([*before, run(15, 40, share__60=40)]) == ""
    assert problems([*before, run(15, 40, share__25=30, share__60=10)]) == (
        "news.example: median text is 25 % of its page, was 60 %: the layout may have changed"
    )
    assert problems([*HEALTHY, run(15, 40, share__5=40)]) == ""  # earlier runs did not count it


def test_articles_that_may_not_be_whole_are_counted_and_many_of_them_name_the_site() -> None:
    few, many = run(15, 40, with_doubt=4), run(15, 40, with_doubt=5)

    assert problems([*HEALTHY, few]) == ""
    assert problems([*HEALTHY, many]) == (
        "news.example: 5 articles that may not be whole of 40, at most 0.1: see extra.doubt"
    )
    assert problems([*HEALTHY, many], doubt_share_at_most=0.2) == ""
    assert problems([*HEALTHY, few], doubt_share_at_most=0.05) == (
        "news.example: 4 articles that may not be whole of 40, at most 0.05"
    )
    assert problems([run(0, 3, with_doubt=3)]) == ""  # of so few it says nothing
    assert doubted_articles(latest_crawl([*HEALTHY, few])) == {NAME: 4}
    assert doubted_articles(latest_crawl(HEALTHY)) == {}


def test_check_tells_how_many_may_not_be_whole_and_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "a.json").write_text(json.dumps(run(0, 40, with_doubt=2)))

    assert command_line(["check", "--data", str(tmp_path), "--silent-days", "99999"]) == 0
    assert capsys.readouterr().out.endswith("2 articles that may not be whole (news.example 2)\n")
    assert command_line(["check", "--data", str(tmp_path), "--silent-days", "99999", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["doubted"] == {NAME: 2}


def test_a_doubt_of_an_article_is_counted_with_its_site() -> None:
    page = Page(url="https://news.example/a", html=f"<h1>The ferry</h1><p>{'It left at ten. ' * 40}".encode())
    article = clean(page)
    assert isinstance(article, Article)

    assert "with-doubt" not in facts_of(pack(article), "new")
    assert "with-doubt" in facts_of(pack(replace(article, extra={"doubt": "alike-dropped 0.40"})), "new")


def test_frequent_runs_with_few_articles_are_judged_together() -> None:
    hourly = [run(15 + hour / 24, 2) for hour in range(24)]
    nearly_none = [run(15 + hour / 24, 0, http__304=1) for hour in range(24)]

    assert problems([*HEALTHY, *hourly]) == ""
    assert "new articles where" in problems([*HEALTHY, *nearly_none])


def test_a_second_run_right_after_the_first_is_healthy() -> None:
    assert problems([run(0, 400), run(0.01, 0, http__304=3)], articles_per_crawl=350) == ""


def test_a_slow_site_may_be_silent_unless_its_file_says_otherwise() -> None:
    slow = [run(0, 5), run(10, 5), run(20, 5), run(29, 0, http__200=1)]

    assert problems(slow) == "news.example: no new article for 9 days, at most 8"
    assert problems(slow, silent_days_at_most=10) == ""


def test_a_site_that_never_gave_an_article_is_named_with_or_without_a_floor() -> None:
    empty = [run(day, 0, http__200=1) for day in range(3)]

    assert problems(empty) == "news.example: never gave an article, in 3 runs"
    assert problems(empty, articles_per_crawl=1).startswith("news.example: 0 articles, floor 1; never gave")


def test_a_floor_counts_where_its_site_was_crawled() -> None:
    sites = {
        name: Site(name=name, seeds=(f"https://{name}/",), floors=Floors(median_words=9, share_with_date=0.5))
        for name in ("www.paper.co.uk", "idle.example")
    }
    manifest = {**run(0, 5), "sites": {"paper.co.uk": run(0, 5)["sites"][NAME]}}  # as its address names it

    used = floors_in_use([manifest], {**sites, "bare.example": Site(name="bare.example", seeds=())})
    assert (used.floors, used.files, used.idle) == (2, 1, ("idle.example",))


def test_cleaning_an_archive_says_nothing_of_a_site() -> None:
    archive = {**run(16, 1), "command": "columnist clean pages.parquet"}

    assert problems([*HEALTHY, archive]) == ""


def test_a_host_with_a_port_finds_its_file() -> None:
    manifest = run(0, 5)
    manifest["sites"] = {"localhost:8080": manifest["sites"][NAME]}
    site = Site(name="localhost_8080", seeds=("http://localhost:8080/",), floors=Floors(articles_per_crawl=9))

    assert check_run([manifest], {site.name: site}) == [Finding("localhost:8080", ("5 articles, floor 9",))]


@pytest.mark.parametrize(("before", "name", "seed"), [("example.com", "www.example.com", "https://www.example.com/"),
                                                     ("127.0.0.1:8901", "127.0.0.1_8901", "http://127.0.0.1:8901/")])  # fmt: skip
def test_what_a_site_gave_before_it_had_a_file_counts(before: str, name: str, seed: str) -> None:
    first, quiet = run(0, 9), run(1, 0, known=9, unchanged=9)
    first["sites"] = {before: first["sites"][NAME]}
    quiet["sites"] = {name: quiet["sites"][NAME]}
    site = Site(name=name, seeds=(seed,), floors=Floors(articles_per_crawl=5))
    other = Site(name="sport.example.com", seeds=("https://sport.example.com/", "http://127.0.0.1:8901/b"))

    assert check_run([first, quiet], {name: site}) == []
    assert check_run([first, quiet], {name: site, other.name: other}) != []  # whose they were nobody can say


def test_odd_manifests_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "a.json").write_text(json.dumps(run(0, 5)))
    (tmp_path / "runs" / "b.json").write_text("{")
    (tmp_path / "runs" / "c.json").write_text("[]")

    found = newest_manifests(open_output(tmp_path), 10)

    assert len(found) == 1
    assert read_figures({**found[0], "started": None}, NAME) is None
    assert read_figures({**found[0], "started": "2026-03-02T00:00:00", "finished": None}, NAME) is not None
    assert check_run([{"command": None, "sites": None}], {}) == []


@pytest.mark.parametrize("words", [1, 3, 47, 300, 4_321, 100_000])
def test_the_median_length_is_right_within_a_tenth(words: int) -> None:
    cleaned = replace(clean_to_row(Page(url="https://news.example/a", html=b"")), word_count=words)

    (step,) = (fact for fact in facts_of(cleaned, "new") if fact.startswith("words:"))

    assert int(step.removeprefix("words:")) == pytest.approx(words, rel=0.1, abs=0.5)


def test_only_new_articles_are_counted() -> None:
    cleaned = clean_to_row(Page(url="https://news.example/a", html=b""))

    assert facts_of(cleaned, "unchanged") == ()
    assert facts_of(cleaned, "rejected") == ()


def test_the_figures_of_a_real_run_are_read_back_from_its_manifest(tmp_path: Path) -> None:
    sentence = "The council of the town adopted the budget on Tuesday after a debate of four hours. "
    with open_store(tmp_path, StoreOptions(command="columnist crawl https://news.example/")) as store:
        for number in range(12):
            date = (
                '<meta property="article:published_time" content="2026-02-01T10:00:00Z">'
                if number % 2
                else ""
            )
            html = f"<title>Budget {number}</title>{date}<article><h1>Budget {number}</h1><p>{sentence * (5 + number)}</p></article>"
            page = Page(url=f"https://news.example/{number}", html=html.encode(), fetched_at=START)
            cleaned = clean_to_row(page if number < 10 else Page(url=page.url, html=b"", fetched_at=START))
            with store.state.transaction():
                staged = store.outbox.stage(cleaned.row)
                store.state.count_event(cleaned.row.site, "http:200")
                for fact in facts_of(cleaned, staged.decision):
                    store.state.count_event(cleaned.row.site, fact)
        store.finish("finished")

    (manifest,) = newest_manifests(open_output(tmp_path), 10)
    figures = read_figures(manifest, NAME)

    assert figures is not None
    assert (figures.new, figures.cleaned, figures.rejected, figures.dated, figures.answers) == (
        10,
        12,
        2,
        5,
        12,
    )
    assert figures.median_words is not None
    assert figures.median_share == 100
    assert summed([figures, figures]).new == 20


def test_what_nobody_named_is_no_error_of_the_site() -> None:
    quiet = [run(14.1 + n / 480, 0, http__304=1, http__404=5, guessed__404=5) for n in range(30)]
    dead_links = [run(14.1 + n / 480, 0, http__304=1, http__404=9, guessed__404=5) for n in range(30)]

    assert problems([*HEALTHY, *quiet], error_share_at_most=0.1) == ""
    assert "80% errors (4xx, 5xx), was " in problems([*HEALTHY, *dead_links])
    assert "errors (4xx, 5xx) of " in problems([*HEALTHY, *dead_links], error_share_at_most=0.1)


def test_a_share_of_few_answers_is_no_share() -> None:
    one_dead_link = run(0.1, 0, http__304=1, http__404=1)

    assert problems([run(0, 3), one_dead_link], error_share_at_most=0.2) == ""
    assert problems([*HEALTHY, {**run(14.1, 0, http__304=1, http__404=1)}], error_share_at_most=0.1) == ""

"""One crawl of a paper that has everything, good and bad, and a healthy one beside it: what must come of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.dataset as pads
import pytest
from crawldriver import crawl
from fakesite import Answer, FakeSite, article, links
from oddpaper import (
    ARTICLES,
    DOWN,
    FAULTS,
    FEED,
    HEALTHY,
    LINKED,
    MAPPED,
    MOVED,
    NEWS,
    PATIENT,
    RETRIED,
    TRAP,
    TWO_PAGES,
    build,
    build_tired,
    publish,
)

from columnist.pipelines.dataset.runs.manifests import keys_of, meaning_of

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Told:
    """The servers, the data folder and what each of the runs said."""

    paper: FakeSite
    healthy: FakeSite
    tired: FakeSite
    data: Path
    runs: tuple[Mapping[str, Any], ...]
    asked: tuple[list[str], ...]  # paths asked of the paper, by run


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    data = tmp_path_factory.mktemp("crawl") / "data"
    with FakeSite() as paper, FakeSite() as healthy, FakeSite() as tired:
        build(paper)
        build_tired(tired)
        healthy.route("/", links(*HEALTHY))
        healthy.under("/2026/", lambda path: Answer(body=article(path)))
        runs, asked = [], []
        for run in range(3):
            if run == 2:
                publish(paper)
            before = len(paper.hits)
            sites = [paper.base, healthy.base, tired.base] if run == 0 else [paper.base, healthy.base]
            runs.append(crawl(data, sites, max_per_pattern=TRAP))
            asked.append(paper.paths()[before:])
        yield Told(paper, healthy, tired, data, tuple(runs), tuple(asked))


def rows(told: Told, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pads.dataset(told.data / kind, partitioning="hive").to_table().to_pylist()
    return found


def path_of(told: Told, row: Mapping[str, Any]) -> str:
    return str(row["url"]).removeprefix(told.paper.base)


def of_paper(told: Told, run: int = 0) -> list[dict[str, Any]]:
    site = told.paper.base.removeprefix("http://")
    return [
        r for r in rows(told, "articles") if r["site"] == site and r["run_id"] == told.runs[run]["run_id"]
    ]


def test_every_article_is_in_the_dataset_once(told: Told) -> None:
    found = sorted(path_of(told, row) for row in of_paper(told))
    sessions = [path for path in found if path.startswith("/session")]

    assert sorted(set(found) - set(sessions)) == sorted(ARTICLES)
    assert len(found) == len(set(found))


def test_a_text_under_ever_new_addresses_is_one_article(told: Told) -> None:
    assert [path_of(told, row) for row in of_paper(told) if "session" in row["url"]] == ["/session?visit=1"]


def test_what_robots_txt_forbids_is_never_asked_for(told: Told) -> None:
    assert not [path for path in told.paper.paths() if path.startswith("/private")]
    assert told.runs[0]["summary"]["filtered"]["robots"] == 1


def test_links_that_cannot_be_news_are_never_asked_for(told: Told) -> None:
    assert told.paper.count("/photo.jpg") == 0
    assert told.paper.count("/2026/11/17/nobody-may-follow-here") == 0


@pytest.mark.parametrize("trap", ["/calendar", "/session"])
def test_a_trap_ends_at_its_budget(told: Told, trap: str) -> None:
    assert 1 < len([path for path in told.asked[0] if path.startswith(trap)]) <= TRAP


@pytest.mark.parametrize("reason", sorted({FAULTS[path][1] for path in FAULTS}))
def test_every_fault_ends_as_a_counted_outcome(told: Told, reason: tuple[str, str]) -> None:
    what, why = reason
    expected = sum(1 for _, outcome in FAULTS.values() if outcome == reason)
    run = told.runs[0]
    found = run["manifest"]["events"][f"gone:{why}"] if what == "gone" else run["summary"][what][why]
    assert found == expected


def test_the_counts_add_up(told: Told) -> None:
    for run in told.runs:
        known = run["manifest"]["addresses"]
        assert known["discovered"] == sum(
            known[word] for word in ("done", "filtered", "failed", "gone", "pending")
        )
        written = run["manifest"]["rows"]
        assert written["outbox_at_start"] + written["staged"] == written["written"] + written["outbox"]
    assert told.runs[0]["summary"]["pending"] == 0
    assert len(of_paper(told)) + len(HEALTHY) + len((RETRIED, PATIENT)) == told.runs[0]["summary"]["new"]
    assert len(rows(told, "rejects")) == sum(told.runs[0]["summary"]["rejected"].values())


def test_passing_faults_are_tried_again_and_no_more_than_twice(told: Told) -> None:
    asked, tired = told.asked[0], told.tired.paths()

    assert tired.count(RETRIED) == tired.count(DOWN) == 3
    assert tired.count(PATIENT) == 2
    assert told.runs[0]["summary"]["failed"]["http-500"] == 1
    assert (
        asked.count("/faults/forbidden") == asked.count("/faults/missing") == asked.count("/faults/loop") == 1
    )


def test_an_article_of_two_pages_is_one_row_with_both(told: Told) -> None:
    (row,) = [row for row in of_paper(told) if path_of(told, row) == TWO_PAGES]

    assert "Oldtown" in row["text"]
    assert "Newtown" in row["text"]
    assert told.paper.count(TWO_PAGES + "?page=2") == 1


def test_who_named_an_article_is_told_and_what_it_said_is_kept(told: Told) -> None:
    via = {path_of(told, row): row["discovered_via"] for row in of_paper(told)}
    (news,) = [row for row in of_paper(told) if path_of(told, row) == NEWS]

    assert via[FEED[0]] == "feed"
    assert via[MAPPED[0]] == "sitemap"
    assert via[NEWS] == "news-sitemap"
    assert via[LINKED[0]] == "link"
    assert news["published_at"].isoformat() == "2026-11-22T05:00:00+00:00"


def test_a_redirected_article_keeps_both_addresses(told: Told) -> None:
    (row,) = [row for row in of_paper(told) if path_of(told, row) == MOVED]

    assert row["requested_url"] == told.paper.base + "/moved"


def test_one_connection_at_a_time_to_each_site(told: Told) -> None:
    assert told.healthy.most_open == 1


def test_a_site_with_faults_does_not_hold_up_a_healthy_one(told: Told) -> None:
    times = [hit.at for hit in told.healthy.hits if hit.path in HEALTHY]
    tired = [hit.at for hit in told.tired.hits]

    assert times[-1] - times[0] < (tired[-1] - tired[0]) / 2


def test_a_second_run_asks_only_what_may_be_new_and_conditionally(told: Told) -> None:
    again = told.runs[1]["summary"]

    assert (again["new"], again["changed"], again["rejected"]) == (0, 0, {})
    assert again["known"] == told.runs[0]["summary"]["new"] - len((RETRIED, PATIENT))
    assert again["not_modified"] >= 4
    assert not set(told.asked[1]) & {*ARTICLES, *FAULTS}
    assert "/politics?page=2" not in told.asked[1]


def test_a_third_run_takes_exactly_what_is_new_or_changed(told: Told) -> None:
    third = told.runs[2]
    found = {path_of(told, row): (row["revision"], row["change_kind"]) for row in of_paper(told, 2)}

    assert found == {
        "/2026/11/22/new-in-the-feed-this-hour": (0, None),
        "/politics/first-fresh-news-of-the-day": (0, None),
        "/politics/second-fresh-news-of-the-day": (0, None),
        "/x/1": (1, "correction"),
    }
    assert (third["summary"]["new"], third["summary"]["changed"]) == (3, 1)
    assert told.asked[2].count("/x/2") == 0


def test_every_key_of_the_manifests_is_explained(told: Told) -> None:
    keys = {key for run in told.runs for key in keys_of(run["manifest"])}

    assert "events.duplicate:same-text" in keys
    assert [key for key in sorted(keys) if meaning_of(key) is None] == []

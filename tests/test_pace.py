"""Whoever is really asked is asked at a pace: real crawls of servers on loopback that write down when they were asked."""

from __future__ import annotations

import itertools
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from crawldriver import crawl
from fakesite import Answer, FakeSite, article, links

from columnist.pipelines.records.options import CrawlOptions

pytestmark = pytest.mark.slow

STORIES = [f"/2026/11/22/the-council-adopts-budget-number-{n}" for n in range(8)]


def gaps(site: FakeSite) -> list[float]:
    times = [hit.at for hit in site.hits]
    return [later - earlier for earlier, later in itertools.pairwise(times)]


def most_in_a_second(site: FakeSite) -> int:
    times = [hit.at for hit in site.hits]
    return max(sum(begun <= at < begun + 1.0 for at in times) for begun in times)


def moved_to(target: str) -> Answer:
    return Answer(302, headers=(("Location", target),))


def test_seeds_that_lead_to_one_host_keep_to_its_pace_and_hold_up_nobody(tmp_path: Path) -> None:
    with ExitStack() as stack:
        target, healthy = stack.enter_context(FakeSite()), stack.enter_context(FakeSite("127.0.2.1"))
        target.route("/robots.txt", b"User-agent: *\nCrawl-delay: 0.6s\n")
        target.under("/2026/", lambda path: Answer(body=article(path)))
        seeds = [stack.enter_context(FakeSite(f"127.0.1.{n + 1}")) for n in range(len(STORIES))]
        for seed, story in zip(seeds, STORIES, strict=True):
            seed.route("/", moved_to(target.base + story))
        healthy.route("/", links(*STORIES))
        healthy.under("/2026/", lambda path: Answer(body=article(path + " elsewhere")))
        run: dict[str, Any] = crawl(
            tmp_path, [*(seed.base for seed in seeds), target.base, healthy.base], sites_at_once=3
        )

        assert min(gaps(target)) >= 0.6
        assert len(target.hits) >= len(STORIES) + 1
        assert healthy.hits[-1].at < target.hits[len(STORIES)].at  # it was done while those queued
    assert run["summary"]["new"] == 2 * len(STORIES)
    assert run["summary"]["pending"] == 0


def test_a_wish_for_more_time_holds_for_the_host_that_said_it(tmp_path: Path) -> None:
    refused = threading.Event()

    def refuse(path: str) -> Answer:
        refused.set()
        return Answer(429, headers=(("Retry-After", "3s"),))

    def lead_there(path: str) -> Answer:
        refused.wait(20)
        return moved_to(target.base + STORIES[1])

    with FakeSite("127.0.1.1") as one, FakeSite("127.0.1.2") as two, FakeSite() as target:
        target.route(STORIES[0], refuse, Answer(body=article("One")))
        target.route(STORIES[1], article("Two"))
        one.route("/", moved_to(target.base + STORIES[0]))
        two.route("/", lead_there)
        run: dict[str, Any] = crawl(tmp_path, [one.base, two.base, target.base])
        at = next(n for n, hit in enumerate(target.hits) if hit.status == 429)

        assert target.hits[at + 1].at - target.hits[at].at >= 2.95
        assert run["summary"]["new"] == 2


def test_many_names_of_one_address_share_its_bound(tmp_path: Path) -> None:
    with FakeSite() as site:
        site.route("/", links(*STORIES[:3]))
        site.under("/2026/", lambda path: Answer(body=article(path), wait=0.3))
        port = site.base.rpartition(":")[2]
        names = [f"n{n}.localhost" for n in range(12)]
        crawl(
            tmp_path, [f"http://{name}:{port}/" for name in names], names={n: ["127.0.0.1"] for n in names},
            address_rate=12.0, address_connections=4, max_pages=40,
        )  # fmt: skip
        hosts = {hit.headers["host"] for hit in site.hits}

    assert len(hosts) == len(names)
    assert most_in_a_second(site) <= 12
    assert site.most_open <= 4


def test_an_address_that_is_itself_named_here_has_no_bound(tmp_path: Path) -> None:
    with FakeSite() as site:
        site.route("/", links(*STORIES))
        site.under("/2026/", lambda path: Answer(body=article(path)))
        crawl(tmp_path, [site.base], address_rate=0.5)

    assert most_in_a_second(site) > 5
    assert (CrawlOptions().address_rate, CrawlOptions().address_connections) == (4.0, 4)


def test_a_clock_that_is_set_back_stops_nothing(tmp_path: Path) -> None:
    def set_back(path: str) -> Answer:
        (tmp_path / "clock").touch()
        return Answer(500)

    with FakeSite() as site:
        site.route("/", links(*STORIES))
        site.under("/2026/", lambda path: Answer(body=article(path)))
        site.route(STORIES[2], set_back, Answer(body=article(STORIES[2])))
        run: dict[str, Any] = crawl(
            tmp_path / "data", [site.base], delay=0.3, clock_back=str(tmp_path / "clock")
        )

    assert run["summary"]["new"] == len(STORIES)
    assert run["summary"]["pending"] == 0

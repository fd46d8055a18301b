"""The parts of the crawl that need no network: jobs, budgets, what goes into the frontier, plans of Scrapy."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.settings import Settings

from columnist.pipelines.records.article import Hint, Page, Rights
from columnist.pipelines.records.options import CrawlOptions
from columnist.pipelines.records.run_summary import summary_line
from columnist.pipelines.records.site import Site
from columnist.scraper.crawl.answers.page_worker import Ask, harvest, next_part
from columnist.scraper.crawl.plan import plan_for_scrapy
from columnist.scraper.crawl.url_budget import Budget
from columnist.scraper.discover.records import FoundLink
from columnist.scraper.fetch.download_handler import NAMED_ADDRESSES
from columnist.scraper.fetch.response import fetched_from, found_via, headers_of, page_of, request_for
from columnist.scraper.fetch.stats import Tally
from columnist.scraper.frontier.records import Lease
from columnist.scraper.frontier.seeds import fallback_seeds, for_frontier, seeds_of, sitemaps_of
from columnist.scraper.frontier.site_jobs import (
    job_for_address,
    job_for_site,
    job_of_file,
    jobs_by_name,
    jobs_for_list,
)
from columnist.scraper.throttle.pace import ContactMissingError

JOB = job_for_address("http://127.0.0.1:8000")
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def lease(path: str = "/a", via: str = "link", depth: int = 1, **more: object) -> Lease:
    return Lease(b"", f"http://127.0.0.1:8000{path}", JOB.name, "page", via, depth, 1, **more)  # type: ignore[arg-type]


def test_an_address_becomes_a_job_with_its_front_page() -> None:
    job = job_for_address("www.example.com")

    assert (job.name, job.seeds) == ("example.com", ("https://www.example.com/",))
    assert job_for_address("http://127.0.0.1:8000/#top").seeds == ("http://127.0.0.1:8000/",)


@pytest.mark.parametrize(
    "address", ["", "   ", "ftp://a.example/", "file:///etc/passwd", "two words", "http://[::1"]
)
def test_what_is_no_address_is_refused_in_words(address: str) -> None:
    with pytest.raises(ValueError, match="no address of a site"):
        job_for_address(address)


def test_two_addresses_of_one_site_are_one_job() -> None:
    jobs = jobs_by_name(
        [job_for_address("https://www.example.com/"), job_for_address("https://sport.example.com/")]
    )

    assert list(jobs) == ["example.com"]
    assert jobs["example.com"].seeds == ("https://www.example.com/", "https://sport.example.com/")


@pytest.mark.parametrize(
    ("files", "name"),
    [
        (1, "paper"),
        (2, "127.0.0.1:8080"),
        (0, "127.0.0.1:8080"),
    ],  # of two files on one site it is neither alone
)
def test_an_address_goes_by_the_file_of_its_site(files: int, name: str) -> None:
    seed = "http://127.0.0.1:8080/"
    sites = [Site(name=word, seeds=(seed,), deny=("/video/",)) for word in ("paper", "twin")[:files]]
    other = Site(name="other", seeds=("http://127.0.0.1:9090/",))
    job = job_of_file(job_for_address(f"{seed}town/"), (*sites, other))

    assert (job.name, job.seeds) == (name, (f"{seed}town/",))
    assert job.excludes(f"{seed}video/1") == (files == 1)
    assert not job.excludes(f"{seed}town/")


def test_a_site_file_gives_name_seeds_and_bounds() -> None:
    site = Site(name="paper", seeds=("https://a.example/", "https://b.example/x"), deny=("/video/",))
    job = job_for_site(site)

    assert (job.name, job.scopes) == ("paper", frozenset(("a.example", "b.example")))
    assert job.excludes("https://a.example/video/1")
    assert not job.excludes("https://a.example/news/1")


def test_a_list_of_pages_is_fetched_as_pages() -> None:
    (job,) = jobs_for_list(["https://a.example/x"])
    (seed,) = seeds_of(job)

    assert (seed.kind, seed.via) == ("page", "url-list")
    assert sitemaps_of(job, ["https://a.example/sitemap.xml"]) == []


def test_a_shape_ends_at_its_budget_and_what_a_feed_names_does_not() -> None:
    budget = Budget(CrawlOptions(max_per_pattern=5))
    by_link = [budget.refuse(lease(f"/calendar?d={n}")) for n in range(8)]
    by_feed = [budget.refuse(lease(f"/calendar?d={n}", hints=(Hint("feed"),))) for n in range(8)]
    again = [budget.refuse(lease(f"/calendar?d={n}", visited=NOW)) for n in range(8)]

    assert by_link == [None] * 5 + ["pattern-budget"] * 3
    assert by_feed == again == [None] * 8


def test_a_folder_of_fruitless_pages_ends_at_its_budget() -> None:
    budget = Budget(CrawlOptions(max_per_pattern=3))
    words = ["apple", "pear", "plum", "grape", "lemon"]
    for word in words[:3]:
        assert budget.refuse(lease(f"/pit/{word}")) is None
        budget.note_fruitless(lease(f"/pit/{word}"))

    assert budget.refuse(lease(f"/pit/{words[4]}")) == "pattern-budget"
    assert budget.refuse(lease(f"/other/{words[4]}")) is None


def test_links_of_links_in_one_folder_end_at_the_budget_even_if_they_bear_fruit() -> None:
    budget = Budget(CrawlOptions(max_per_pattern=3))
    words = ["apple", "pear", "plum", "grape", "lemon"]

    assert [budget.refuse(lease(f"/pit/{word}", depth=3)) for word in words] == [None] * 3 + [
        "pattern-budget"
    ] * 2


def test_only_what_is_on_the_site_and_not_too_deep_goes_into_the_frontier() -> None:
    found = [
        FoundLink("http://127.0.0.1:8000/b", "article", "link", 60, 1795338000.0, Hint("link", "B")),
        FoundLink("http://127.0.0.1:8001/b", "article", "link", 60),
        FoundLink("http://127.0.0.1:8000/feed", "feed", "link", 95, deeper=False),
        FoundLink("http://127.0.0.1:8000/far", "article", "link", 60, 1e30),
    ]
    rows = list(for_frontier(found, lease(depth=3), JOB, 4))

    assert [(row.url[-2:], row.kind, row.depth) for row in rows] == [("/b", "page", 4), ("ar", "page", 4)]
    assert rows[0].newest == NOW
    assert rows[1].newest is None
    assert list(for_frontier(found, lease(depth=4), JOB, 4)) == []


def test_fallbacks_lie_beside_the_front_page() -> None:
    urls = [found.url for found in fallback_seeds(JOB, "http://127.0.0.1:8000/")]

    assert "http://127.0.0.1:8000/sitemap.xml" in urls
    assert "http://127.0.0.1:8000/feed/" in urls


def test_a_request_names_what_we_hold() -> None:
    held = lease(etag='"x"', modified="Sun, 22 Nov 2026 09:00:00 GMT", visited=NOW)
    request = request_for(held.url, held, "slot")

    assert request.headers["If-None-Match"] == b'"x"'
    assert request.headers["If-Modified-Since"] == b"Sun, 22 Nov 2026 09:00:00 GMT"
    assert request.meta["download_slot"] == "slot"


def test_an_answer_becomes_a_page_with_all_that_is_known_of_it() -> None:
    raw = {
        "Content-Type": ["text/html"],
        "X-Robots-Tag": ["noai", "columnist: noindex"],
        "Link": ["<a>", "<b>"],
    }
    response = HtmlResponse("http://127.0.0.1:8000/a", headers=raw, body=b"<p>x")
    named = lease(hints=(Hint("link"), Hint("feed", "T")))
    page = page_of(fetched_from(response, Request(response.url), Rights(), NOW), named, JOB, "run")

    assert headers_of(response)["x-robots-tag"] == "noai\ncolumnist: noindex"
    assert headers_of(response)["link"] == "<a>, <b>"
    assert (page.site, page.discovered_via, page.run_id) == (JOB.name, "feed", "run")
    assert page.hints == named.hints
    assert found_via(lease(via="section")) == "section"


def test_headers_of_any_bytes_are_read() -> None:
    assert headers_of(Response("http://a.example/", headers={"X": [b"\xff\xfe"]}))["x"] == "\xff\xfe"


def test_a_section_is_no_reject_and_an_expected_article_is_one() -> None:
    page = Page(url="http://127.0.0.1:8000/sport", html=b"<title>Sport</title><a href='/sport/x'>X</a>")
    ask = Ask((JOB.name,), 1.0, expected=False, is_list=True)

    assert harvest(page, ask).cleaned is None
    assert harvest(page, Ask((JOB.name,), 1.0)).cleaned is not None
    assert harvest(page, Ask((), 1.0)).links.found == ()
    assert harvest(Page(url=page.url, html=b"  "), ask).reason == "empty"
    assert next_part(Page(url=page.url, html=b""), page.url, 1) is None


def test_counts_become_the_summary() -> None:
    tally = Tally(known_at_start=10)
    for what, reason in (
        ("new", None),
        ("changed", None),
        ("rejected", "empty"),
        ("failed", "dns"),
        ("gone", None),
    ):
        tally.count("a", what, reason)
    run = tally.summary({"not-reached": 2, "site-rests": 1})

    assert (run.new, run.changed, run.gone, run.pending) == (1, 1, 1, 3)
    assert summary_line(run).endswith("1 gone, 3 pending: 2 not-reached, 1 site-rests")
    assert (run.rejected, run.failed) == ({"empty": 1}, {"dns": 1})
    assert tally.progress(3, 1).done == 5


def test_scrapys_settings_and_arguments_make_a_plan(tmp_path: Path) -> None:
    names = tmp_path / "sites.txt"
    names.write_text("# ours\nhttp://127.0.0.1:8001/\n\n", encoding="utf-8")
    settings = Settings({"COLUMNIST_DELAY": "0.5", "COLUMNIST_MAX_PAGES": "7", "COLUMNIST_REVISIT_HOURS": "1,2.5",
                         "COLUMNIST_ALLOW_PRIVATE": "true", "COLUMNIST_DATA": "somewhere"})  # fmt: skip
    plan = plan_for_scrapy(settings, {"site": "http://127.0.0.1:8000/", "sites": str(names)})

    assert [job.name for job in plan.jobs] == ["127.0.0.1:8000", "127.0.0.1:8001"]
    assert (plan.crawl.delay, plan.crawl.max_pages, plan.crawl.allow_private) == (0.5, 7, True)
    assert plan.crawl.revisit_hours == (1.0, 2.5)
    assert plan.data == "somewhere"
    assert settings.getlist(NAMED_ADDRESSES) == ["http://127.0.0.1:8000/", "http://127.0.0.1:8001/"]


def test_scrapy_without_a_site_or_without_a_contact_is_told_so() -> None:
    with pytest.raises(ValueError, match="-a site="):
        plan_for_scrapy(Settings(), {})
    with pytest.raises(ContactMissingError, match=r"news\.example"):
        plan_for_scrapy(Settings(), {"site": "https://news.example/"})

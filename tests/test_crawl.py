"""One crawl of a paper that has everything, good and bad, and a healthy one beside it: what must come of it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.dataset as pads
import pytest
from crawldriver import crawl
from fakesite import Answer, FakeSite, article, articles_text, links, rss, sitemap

from pipelines.dataset.manifest_keys import keys_of, meaning_of

pytestmark = pytest.mark.slow

TRAP = 30  # max_per_pattern in these crawls
FEED = ["/2026/11/22/feed-alone-names-this-one", "/2026/11/22/the-council-adopts-its-budget"]
LINKED = ["/2026/11/21/a-bridge-is-closed-for-a-year", "/story/harbour-opens-its-new-quay-to-ships"]
PAGED = [f"/politics/mayor-number-{n}-takes-the-oath-of-office" for n in range(6)]
MAPPED = ["/x/1", "/x/2"]
NEWS = "/y/3"
TWO_PAGES = "/long/the-history-of-the-town-in-two-parts"
REFRESHED = "/2026/11/20/where-the-refresh-leads-the-reader"
MOVED = "/2026/11/18/what-moved-is-found-where-it-is"
# On a site of their own, for they slow the whole of it down.
RETRIED = "/2026/11/22/comes-at-the-third-time-of-asking"
PATIENT = "/2026/11/22/too-many-requests-until-a-second-later"
DOWN = "/2026/11/22/never-comes-for-the-server-has-an-error"
WORDS = ["north", "south", "east", "west", "old", "new", "great", "small"]
HEALTHY = [
    f"/2026/11/22/the-{one}-bridge-by-the-{other}-gate-is-open" for one in WORDS for other in WORDS[:5]
]
ARTICLES = [*FEED, *LINKED, *PAGED, *MAPPED, NEWS, TWO_PAGES, REFRESHED, MOVED]

# path -> (what, reason) that it must end as
PACKED = (("Content-Encoding", "gzip"),)
FAULTS: dict[str, tuple[Answer, tuple[str, str]]] = {
    "/faults/forbidden": (Answer(403, b"no"), ("failed", "http-403")),
    "/faults/missing": (Answer(404, b"no"), ("failed", "http-404")),
    "/faults/gone": (Answer(410, b"no"), ("failed", "http-410")),
    "/faults/reset": (Answer(reset=True), ("failed", "connection")),
    "/faults/closed": (Answer(raw=b""), ("failed", "connection")),
    "/faults/no-http": (Answer(raw=b"SSH-2.0-OpenSSH_9.9\r\n\r\n"), ("failed", "bad-response")),
    "/faults/truncated": (Answer(body=article("Cut"), length=999_999), ("failed", "truncated")),
    "/faults/loop": (Answer(302, headers=(("Location", "/faults/loop"),)), ("failed", "redirect-loop")),
    "/faults/to-file": (Answer(302, headers=(("Location", "file:///etc/passwd"),)), ("filtered", "scheme")),
    "/faults/to-other": (Answer(302, headers=(("Location", "https://b.example/"),)), ("filtered", "off-site")),
    "/faults/to-private": (
        Answer(302, headers=(("Location", "http://127.0.0.1:8999/"),)), ("filtered", "private-address")),
    "/faults/bad-gzip": (
        Answer(body=b"\x1f\x8bnonsense", headers=(("Content-Encoding", "gzip"),)), ("failed", "bad-encoding")),
    "/faults/bomb": (
        Answer(body=gzip.compress(b"\0" * 30_000_000), headers=PACKED), ("rejected", "too-large")),
    "/faults/huge": (Answer(body=b"x", length=400_000_000), ("rejected", "too-large")),
    "/faults/empty": (Answer(), ("rejected", "empty")),
    "/faults/binary": (Answer(body=b"%PDF-1.7\n" + bytes(range(256)) * 40), ("rejected", "not-html")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """The servers, the data folder and what each of the runs said."""

    paper: FakeSite
    healthy: FakeSite
    tired: FakeSite
    data: Path
    runs: tuple[Mapping[str, Any], ...]
    asked: tuple[list[str], ...]  # paths asked of the paper, by run


def build(site: FakeSite) -> None:
    base = site.base
    rules = f"User-agent: *\nDisallow: /private/\nSitemap: {base}/maps.xml\n".encode()
    site.route("/robots.txt", Answer(body=gzip.compress(rules), headers=PACKED))  # some do, asked or not
    head = '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
    more = '<a href="https://other.example/">Elsewhere</a><a href="/photo.jpg">Photo</a>'
    site.route(
        "/",
        links(
            *LINKED, "/politics", "/private/secret-plans-of-the-council", "/calendar?d=1", "/session?visit=1", *FAULTS,
            TWO_PAGES, "/old-home-of-the-refresh", "/moved", "/nofollow", head=head, more=more,
        ),
    )  # fmt: skip
    site.route("/rss.xml", rss(base, FEED))
    pages = [
        links(*PAGED[n : n + 2], more=f'<a rel="next" href="/politics?page={n // 2 + 2}">Next</a>')
        for n in (0, 2, 4)
    ]
    site.route("/politics", pages[0])
    site.route("/politics?page=2", pages[1])
    site.route("/politics?page=3", links(*PAGED[4:]))
    index = "".join(f"<sitemap><loc>{base}/{name}.xml</loc></sitemap>" for name in ("map", "news"))
    site.route("/maps.xml", Answer(body=f"<sitemapindex>{index}</sitemapindex>".encode(), validators=True))
    plain = sitemap(base, MAPPED)
    site.route("/map.xml", replace(plain, body=gzip.compress(plain.body, mtime=0), headers=PACKED))
    site.route("/news.xml", Answer(body=news_sitemap(base).encode(), validators=True))
    for path in (*FEED, *LINKED, *PAGED, *MAPPED, NEWS, REFRESHED, MOVED):
        site.route(path, article(f"News of {path}"))
    build_odd_pages(site)


def build_odd_pages(site: FakeSite) -> None:
    for path, (answer, _) in FAULTS.items():
        site.route(path, answer)
    site.route(TWO_PAGES, article("History", articles_text("Oldtown"), f'<a href="{TWO_PAGES}?page=2">2</a>'))
    second = gzip.compress(article("History", articles_text("Newtown")))
    site.route(TWO_PAGES + "?page=2", Answer(body=second, headers=PACKED))
    site.route(
        "/old-home-of-the-refresh",
        f'<meta http-equiv="refresh" content="0; url={REFRESHED}"><p>Moved'.encode(),
    )
    site.route("/moved", Answer(301, headers=(("Location", MOVED),)))
    site.route(
        "/nofollow",
        links("/2026/11/17/nobody-may-follow-here", head='<meta name="robots" content="nofollow">'),
    )
    site.under("/calendar", lambda path: Answer(body=calendar(int(path.rpartition("=")[2]))))
    site.under("/session", lambda path: Answer(body=session(int(path.rpartition("=")[2]))))


def build_tired(site: FakeSite) -> None:
    site.route("/", links(RETRIED, PATIENT, DOWN))
    site.route("/rss.xml", rss(site.base, []))
    site.route(RETRIED, Answer(500), Answer(503), article("Third time lucky"))
    site.route(PATIENT, Answer(429, headers=(("Retry-After", "1"),)), article("Patience is rewarded"))
    site.route(DOWN, Answer(500))


def news_sitemap(base: str) -> str:
    facts = "<n:news><n:publication_date>2026-11-22T07:00:00+02:00</n:publication_date><n:title>Three</n:title></n:news>"
    return f'<urlset xmlns:n="x"><url><loc>{base}{NEWS}</loc>{facts}</url></urlset>'


def calendar(day: int) -> bytes:
    return links(*(f"/calendar?d={day + n}" for n in range(1, 20)))


def session(number: int) -> bytes:
    more = (
        f'<a href="/session?visit={number * 7 + 1}">on</a><a href="/session?visit={number * 7 + 2}">other</a>'
    )
    return article("The same for every visitor", articles_text("Everytown"), more)


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


def publish(site: FakeSite) -> None:
    """One new article by feed, one by a section's second page, one revised and said so by the sitemap."""
    site.route("/2026/11/22/new-in-the-feed-this-hour", article("New in the feed"))
    site.route("/rss.xml", rss(site.base, ["/2026/11/22/new-in-the-feed-this-hour", *FEED]))
    fresh = ["/politics/first-fresh-news-of-the-day", "/politics/second-fresh-news-of-the-day"]
    for path in fresh:
        site.route(path, article(path))
    site.route("/politics", links(fresh[0], more='<a rel="next" href="/politics?page=2">Next</a>'))
    site.route("/politics?page=2", links(fresh[1], *PAGED))
    revised = [
        *articles_text("News of /x/1")[:5],
        "Correction: an earlier version of this article named the wrong day.",
    ]
    site.route("/x/1", article("News of /x/1", revised))
    when = f"<lastmod>{datetime.now(UTC).isoformat()}</lastmod>"
    body = (
        f"<urlset><url><loc>{site.base}/x/1</loc>{when}</url><url><loc>{site.base}/x/2</loc></url></urlset>"
    )
    site.route("/map.xml", Answer(body=body.encode(), validators=True))


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

    if why == "http-404":
        expected += 7  # two papers name no feed or no sitemap: those are looked for where most have them
    assert told.runs[0]["summary"][what][why] == expected


def test_the_counts_add_up(told: Told) -> None:
    for run in told.runs:
        known = run["manifest"]["addresses"]
        assert known["discovered"] == known["done"] + known["filtered"] + known["failed"] + known["pending"]
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

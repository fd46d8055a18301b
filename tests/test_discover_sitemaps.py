"""Sitemaps of every kind, good and bad."""

from __future__ import annotations

import gzip
import time

import pytest

from columnist.scraper.discover.discover import read_listing
from columnist.scraper.discover.sitemaps import MAX_PARTS, MAX_URLS, read_sitemap

NOW = 1795338000.0  # 22 November 2026, 09:00 UTC
URL = "https://www.news.example/sitemap.xml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'


def urls_of(body: str | bytes) -> list[str]:
    data = body.encode() if isinstance(body, str) else body
    listing = read_listing(data, URL, NOW)
    assert listing.kind == "sitemap"
    return [one.url.removeprefix("https://www.news.example") for one in listing.found]


def entry(loc: str, more: str = "") -> str:
    return f"<url><loc>{loc}</loc>{more}</url>"


def test_a_malformed_address_costs_itself_alone() -> None:
    body = HEAD + "".join(
        entry(loc)
        for loc in ("/relative", "", "http://[bad", "mailto:x@y", "https://www.news.example/a b", "   https://www.news.example/last  ")
    )  # fmt: skip

    assert urls_of(body + "</urlset>") == ["/relative", "/a%20b", "/last"]


def test_a_bare_ampersand_and_an_escaped_one_name_the_same_address() -> None:
    base = "https://www.news.example/x?a=1"

    assert urls_of(HEAD + entry(base + "&copy=2") + entry(base + "&amp;copy=2") + "</urlset>") == [
        "/x?a=1&copy=2"
    ]


def test_a_file_cut_anywhere_gives_what_came_before_the_cut() -> None:
    whole = HEAD + "".join(entry(f"https://www.news.example/{n}") for n in range(50)) + "</urlset>"
    for cut in range(len(HEAD), len(whole), 37):
        complete = whole[:cut].count("</loc>")
        assert urls_of(whole[:cut])[:complete] == [f"/{n}" for n in range(complete)]


def test_a_news_sitemap_is_a_source_of_facts() -> None:
    news = (
        "<news:news><news:publication><news:name>News</news:name><news:language>pt</news:language></news:publication>"
        "<news:publication_date>2026-11-22T08:00:00Z</news:publication_date>"
        "<news:title><![CDATA[O or&amp;çamento]]></news:title></news:news>"
        "<image:image><image:loc>https://www.news.example/p.jpg</image:loc><image:title>No</image:title></image:image>"
    )
    listing = read_sitemap(
        (HEAD + entry("https://www.news.example/a", news) + "</urlset>").encode(), URL, NOW
    )
    (found,) = listing.found

    assert (found.via, found.changed_at) == ("news-sitemap", 1795334400.0)
    assert found.hint is not None
    assert found.hint.title == "O or&çamento"
    assert found.hint.language == "pt"
    assert found.hint.published == "2026-11-22T08:00:00Z"


def test_lastmod_orders_the_newest_first_and_nonsense_is_ignored() -> None:
    body = HEAD + "".join(
        entry(f"https://www.news.example/{n}", f"<lastmod>{when}</lastmod>")
        for n, when in enumerate(("2026-11-22", "2026-11-10", "2020-01-01", "2099-01-01", "yesterday-ish", "2026-13-45"))
    )  # fmt: skip
    points = [one.priority for one in read_sitemap(body.encode(), URL, NOW).found]

    assert points[0] > points[1] > points[2]
    assert points[3] == points[2]
    assert points[4] == points[5]


def test_an_index_names_its_newest_parts() -> None:
    parts = "".join(
        f"<sitemap><loc>https://www.news.example/s{n}.xml.gz</loc><lastmod>20{n % 20 + 10}-01-01</lastmod></sitemap>"
        for n in range(100)
    )
    listing = read_listing(f"<sitemapindex>{parts}</sitemapindex>".encode(), URL, NOW)

    assert {one.kind for one in listing.found} == {"sitemap"}
    assert len(listing.found) == MAX_PARTS
    assert listing.truncated
    assert listing.found[0].changed_at == max(one.changed_at or 0 for one in listing.found)


def test_compressed_text_and_utf16_sitemaps_are_read() -> None:
    body = HEAD + entry("https://www.news.example/a") + "</urlset>"
    text = "\ufeffhttps://www.news.example/a\r\n\r\nnonsense\r\nhttps://www.news.example/b\r\n"

    assert urls_of(gzip.compress(body.encode())) == ["/a"]
    assert urls_of(gzip.compress(gzip.compress(body.encode()))) == ["/a"]
    assert urls_of(body.replace("UTF-8", "UTF-16").encode("utf-16")) == ["/a"]
    assert urls_of(text) == ["/a", "/b"]


def test_namespaces_of_any_prefix_are_read() -> None:
    body = '<s:urlset xmlns:s="x"><s:url><s:loc>https://www.news.example/a</s:loc></s:url></s:urlset>'

    assert urls_of(body) == ["/a"]


def test_no_more_than_the_protocol_allows_is_taken() -> None:
    body = HEAD + "".join(entry(f"https://www.news.example/{n}") for n in range(MAX_URLS + 10)) + "</urlset>"
    listing = read_sitemap(body.encode(), URL, NOW)

    assert (len(listing.found), listing.truncated) == (MAX_URLS, True)


def test_a_bomb_in_gzip_is_cut_and_a_broken_one_is_unreadable() -> None:
    bomb = gzip.compress(HEAD.encode() + entry("https://www.news.example/a").encode() + b" " * 80_000_000)
    listing = read_sitemap(bomb, URL, NOW)

    assert [one.url for one in listing.found] == ["https://www.news.example/a"]
    assert listing.truncated
    assert read_sitemap(b"\x1f\x8b" + b"nonsense" * 9, URL, NOW).kind == "unreadable"


def test_entities_stay_what_they_are() -> None:
    entities = "".join(f'<!ENTITY a{n} "{"&a" + str(n - 1) + ";" * 10}">' for n in range(1, 11))
    body = f"<!DOCTYPE r [{entities}]>" + HEAD + entry("https://www.news.example/&a10;x") + "</urlset>"

    assert urls_of(body) == ["/&a10;x"]


@pytest.mark.parametrize(
    "body",
    [
        b"<" * 1_000_000, b"<url" * 300_000, b"<loc>" * 300_000, b"<urlset>" + b"<![CDATA[" * 200_000,
        b"<urlset>" + b"<url><loc>x" * 100_000, b"<rss>" + b"<!DOCTYPE" * 100_000, b"<urlset " + b"a=" * 500_000,
    ],
)  # fmt: skip
def test_time_is_linear_in_the_length_of_hostile_files(body: bytes) -> None:
    begun = time.process_time()
    read_listing(body, URL, NOW)

    assert time.process_time() - begun < 5  # a tenth of it on a quiet machine; quadratic would take minutes


def test_a_file_of_several_gzip_members_is_read_to_its_end() -> None:
    body = (HEAD + "".join(entry(f"https://www.news.example/{n}") for n in range(3)) + "</urlset>").encode()

    assert urls_of(gzip.compress(body[:150]) + gzip.compress(body[150:200]) + gzip.compress(body[200:])) == [
        "/0",
        "/1",
        "/2",
    ]


def test_comments_and_foreign_elements_name_no_page() -> None:
    picture = '<i:image><i:loc>https://www.news.example/p.jpg</i:loc></i:image><image xmlns="x"><loc>https://www.news.example/q.jpg</loc></image>'
    head = HEAD.replace("<urlset", '<urlset xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"')
    body = head + "<!--" + entry("https://www.news.example/off") + "-->"

    assert urls_of(body + f"<url>{picture}<loc>https://www.news.example/a</loc></url></urlset>") == ["/a"]
    assert urls_of(
        body + entry("https://www.news.example/b", picture) + entry("https://www.news.example/c")
    ) == ["/b", "/c"]


@pytest.mark.parametrize(
    "said", ["05/11/2026", "5.11.2026", "1793836800", "Thu, 05 Nov 2026 00:00:00 GMT", "2026/11/5"]
)
def test_a_lastmod_of_any_form_is_the_day_it_means(said: str) -> None:
    found = read_listing(
        (HEAD + entry("https://news.example.de/a", f"<lastmod>{said}</lastmod>")).encode(),
        "https://news.example.de/s",
        NOW,
    ).found

    assert [one.changed_at for one in found] == [1793836800.0]


def test_a_news_title_in_a_section_loses_its_markup_alone() -> None:
    news = "<n:news><n:title><![CDATA[Fish & <i>chips</i> &amp; peas]]></n:title></n:news>"
    (found,) = read_listing((HEAD + entry("https://www.news.example/a", news)).encode(), URL, NOW).found

    assert found.hint is not None
    assert found.hint.title == "Fish & chips & peas"


@pytest.mark.parametrize(
    ("name", "is_last"),
    [
        ("wp-sitemap-taxonomies-category-1.xml", True),
        ("wp-sitemap-users-1.xml", True),
        ("post_tag-sitemap2.xml", True),
        ("author-sitemap.xml", True),
        ("sitemap-tags.xml", True),
        ("wp-sitemap-posts-post-1.xml", False),
        ("post-sitemap.xml", False),
        ("sitemap-category-news.xml", False),
        ("category_town_2024.xml", False),
        ("sitemap-stages.xml", False),
    ],
)
def test_pages_of_tags_rubrics_and_authors_come_last(name: str, is_last: bool) -> None:
    index = f"<sitemapindex><sitemap><loc>https://www.news.example/{name}</loc></sitemap></sitemapindex>"
    pages = "<urlset><url><loc>https://www.news.example/x/bridge</loc></url></urlset>"
    (part,) = read_sitemap(index.encode(), "https://www.news.example/sitemap.xml", 1.8e9).found
    (page,) = read_sitemap(pages.encode(), f"https://www.news.example/{name}", 1.8e9).found

    assert (part.priority < 20, page.priority < 20) == (is_last, is_last)
    assert (page.kind, page.via) == (("index", "section") if is_last else ("article", "sitemap"))

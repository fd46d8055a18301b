"""What an address looks like, and to which site it belongs."""

from __future__ import annotations

import pytest

from columnist.scraper.discover.pagination import part_number
from columnist.scraper.discover.site_scope import site_key
from columnist.scraper.discover.url_kinds import (
    dated_by_path,
    guess_kind,
    is_list,
    is_section,
    is_worthless,
    page_number,
    shape_of,
)

ARTICLES = (
    "https://a.example/2026/11/22/council-adopts-budget/",
    "https://a.example/news/articles/council-adopts-its-budget-after-four-hours",
    "https://a.example/politik/haushalt-beschlossen-nach-langer-debatte-179519341",
    "https://a.example/story/141e61e9-8a07-42e4-a527-2f03f45e7ef0/budget-adopted",
    "https://a.example/world/the-town-has-a-budget-at-last/articleshow/112898501.cms",
    "https://a.example/News/front/archives/2026/10/16/2003825372",
    "https://a.example/?p=123",
)
INDEXES = (
    "https://a.example/",
    "https://a.example/sport",
    "https://a.example/sport/football/",
    "https://a.example/tag/the-mayor-of-the-town",
    "https://a.example/category/politics/page/3",
    "https://a.example/news?page=7",
    "https://a.example/author/maria-meyer",
)
WORTHLESS = (
    ("https://a.example/photo.JPG", "file"),
    ("https://a.example/report.pdf", "file"),
    ("https://a.example/login", "no-news"),
    ("https://a.example/2026/11/22/budget/?share=facebook", "no-news"),
    ("https://a.example/2026/11/22/budget/?replytocom=17", "no-news"),
    ("https://a.example/wp-login.php?redirect_to=x", "no-news"),
    ("https://a.example/search?q=budget", "no-news"),
    ("https://a.example/2026/11/22/budget/index.md", "file"),
    ("https://a.example/posts/budget.rst", "file"),
    ("https://a.example/2026/11/22/the-council-adopts-its-budget/feed/", "feed-of-page"),
    ("https://a.example/2026/11/22/the-council-adopts-its-budget/embed/", "feed-of-page"),
    ("https://a.example/comments/feed/", "feed-of-page"),
    ("https://a.example/2026/11/22/budget/comment-page-2/", "feed-of-page"),
    ("https://a.example/w/index.php?title=Budget&action=history", "no-news"),
    ("https://a.example/w/index.php?title=Budget&oldid=471", "no-news"),
    ("https://a.example/w/index.php?title=Budget&diff=prev", "no-news"),
    ("https://a.example/wiki/Special:RecentChanges", "wiki-machinery"),
    ("https://a.example/wiki/Spezial:Letzte_%C3%84nderungen", "wiki-machinery"),
    ("https://a.example/wiki/Sp%C3%A9cial:Pages_li%C3%A9es/Budget", "wiki-machinery"),
    ("https://a.example/w/index.php?title=Especial:CambiosRecientes", "wiki-machinery"),
    (
        "https://a.example/wiki/%D0%A1%D0%BB%D1%83%D0%B6%D0%B5%D0%B1%D0%BD%D0%B0%D1%8F:Search",
        "wiki-machinery",
    ),
    ("https://a.example/?attachment_id=12", "no-news"),
    ("https://a.example/wp-json/oembed/1.0/embed?url=x", "no-news"),
    ("https://a.example/" + "a/b/" * 4, "trap"),
    ("https://a.example/" + "/".join("abcdefghijklmnopq"), "trap"),
    ("https://a.example/?x=" + "y" * 2100, "too-long"),
)


@pytest.mark.parametrize("url", ARTICLES)
def test_addresses_of_articles_look_like_articles(url: str) -> None:
    assert guess_kind(url) == "article"
    assert is_worthless(url) is None


@pytest.mark.parametrize("url", INDEXES)
def test_addresses_of_sections_look_like_sections(url: str) -> None:
    assert guess_kind(url) == "index"


def test_the_words_of_a_link_tell_an_article_whose_address_does_not() -> None:
    assert (
        guess_kind("https://a.example/x/7", "Council adopts the budget after four hours of debate") != "index"
    )


@pytest.mark.parametrize(("url", "why"), WORTHLESS)
def test_links_that_cannot_be_news_are_left_alone(url: str, why: str) -> None:
    assert is_worthless(url) == why


def test_a_word_in_a_headline_is_no_button() -> None:
    for path in ("share-prices-fall-again", "login-scandal-shakes-the-town", "print-is-not-dead"):
        assert is_worthless(f"https://a.example/news/{path}") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/calendar?d=1", "/calendar?d=31"),
        ("/calendar/2026/11/01", "/calendar/1999/01/31"),
        ("/x?sid=0a1b2c3d4e5f", "/x?sid=99999"),
        ("/s/3cc842471fb9df42315d658d88c8403a", "/s/0123456789abcdef0123456789abcdef"),
        ("/t/a1B2c3D4e5F6", "/t/Z9y8X7w6V5u4"),
    ],
)
def test_what_a_trap_varies_is_not_part_of_the_shape(one: str, other: str) -> None:
    assert shape_of("https://a.example" + one) == shape_of("https://a.example" + other)


def test_lists_are_told_by_what_software_calls_them() -> None:
    for path in ("tag/roads/", "author/ana.html", "category/town/page/2/", "page/3/", "news?page=2"):
        assert is_list(f"https://a.example/{path}")
    for path in ("politics/", "video/mayor-opens-the-new-bridge", "2026/11/22/budget", "x/1"):
        assert not is_list(f"https://a.example/{path}")


def test_two_headlines_have_two_shapes() -> None:
    assert shape_of("https://a.example/2026/11/22/budget") != shape_of(
        "https://a.example/2026/11/22/football"
    )


def test_the_day_in_an_address_is_read_and_an_impossible_one_is_not() -> None:
    assert dated_by_path("https://a.example/2026/11/22/x") == 1795305600.0
    assert dated_by_path("https://a.example/2026/nov/22/x") == 1795305600.0
    assert dated_by_path("https://a.example/x-20261122.html") == 1795305600.0
    assert dated_by_path("https://a.example/2026/02/31/x") is None
    assert dated_by_path("https://a.example/x") is None


def test_page_numbers_of_listings_are_read() -> None:
    assert page_number("https://a.example/news?page=12") == 12
    assert page_number("https://a.example/category/news/page/3/") == 3
    assert page_number("https://a.example/?p=4711") == 1
    assert page_number("https://a.example/news") == 1


def test_standing_sections_are_told_from_thousands_of_tags() -> None:
    assert is_section("https://a.example/sport/football")
    assert is_section("https://a.example/category/politics")
    assert not is_section("https://a.example/tag/politics")
    assert not is_section("https://a.example/sport?page=2")
    assert not is_section("https://a.example/")


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.example.com/a", "example.com"),
        ("https://sport.example.co.uk/a", "example.co.uk"),
        ("http://127.0.0.1:8000/a", "127.0.0.1:8000"),
        ("http://127.0.0.1/a", "127.0.0.1:80"),
        ("http://[::1]:8000/a", "[::1]:8000"),
        ("http://localhost:8000/", "localhost:8000"),
        ("https://intranet/", "intranet:443"),
        ("http://a.example:99999/", "a.example"),
        ("ftp://a.example/", None),
        ("javascript:alert(1)", None),
        ("http://[::1", None),
    ],
)
def test_a_site_is_its_registered_domain_or_exactly_one_port_of_an_address(url: str, key: str | None) -> None:
    assert site_key(url) == key


@pytest.mark.parametrize(
    ("first", "url", "number"),
    [
        ("https://a.example/budget", "https://a.example/budget/2", 2),
        ("https://a.example/budget/", "https://a.example/budget/page/3/", 3),
        ("https://a.example/budget.html", "https://a.example/budget-2.html", 2),
        ("https://a.example/budget.html", "https://a.example/budget,2.html", 2),
        ("https://a.example/budget?id=7", "https://a.example/budget?id=7&page=2", 2),
        ("https://a.example/budget?page=1", "https://a.example/budget?page=2", 2),
        ("https://a.example/budget/1", "https://a.example/budget/2", 2),
        ("https://a.example/budget/seite-1", "https://a.example/budget/seite-2", 2),
        ("https://a.example/story/5", "https://a.example/story/6", None),
        ("https://a.example/budget", "https://a.example/football", None),
        ("https://a.example/budget?id=7", "https://a.example/budget?id=8&page=2", None),
        ("https://a.example/", "https://a.example/2", None),
        ("https://a.example/", "https://a.example/?page=2", None),
        ("https://a.example/?p=8", "https://a.example/?p=8&page=2", 2),
        ("https://a.example/?p=8", "https://a.example/?p=9", None),
        ("https://a.example/?p=8", "https://a.example/?p=9&page=2", None),
        ("https://a.example/budget", "https://a.example/budget?start=2", 2),
        ("https://a.example/budget/?utm_source=rss&utm_medium=feed", "https://a.example/budget/2/", 2),
        ("https://a.example/budget?id=7&fbclid=x", "https://a.example/budget?id=7&page=3", 3),
        ("https://a.example/budget?id=7&fbclid=x", "https://a.example/budget?id=8&page=3", None),
        ("https://a.example/budget", "https://b.example/budget/2", None),
        ("https://a.example/budget", "https://a.example/budget-2026-review", None),
    ],
)
def test_only_the_same_path_with_a_number_is_a_further_part(first: str, url: str, number: int | None) -> None:
    assert part_number(first, url) == number

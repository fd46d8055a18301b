"""Addresses are resolved as the standard library does it, also where that is told without it."""

import re
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from columnist.pipelines.document.addresses import (
    absolute,
    article_id,
    is_public_suffix,
    is_web_address,
    normal_address,
    registered_domain,
)

PIECES = ("http://", "https://", "HTTP://", "//", "/", "a.example", "A-b.Example", ":80", "?", "#", ";", "x", "..", "=", "&", "@",
          "[", "]", " ", "\t", "é", "%20", "|", "\\", "<", '"', "'", "-", ".")  # fmt: skip
PAGES = ("https://a.example/town/bridge?x=1", "http://b.example", "https://A.example:8443/")


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.sampled_from(PAGES))
def test_a_link_resolves_as_the_standard_library_says(link: str, page: str) -> None:
    try:
        expected: str | None = urljoin(page, re.sub(r"[\t\r\n]", "", link.strip()))
    except ValueError:
        expected = None

    assert absolute(link, page) == (expected if expected and is_web_address(expected) else None)


@given(st.lists(st.sampled_from((*PIECES[3:], "~", "_", "%2f")), max_size=6).map("".join))
def test_what_is_told_to_be_in_normal_form_at_a_glance_is(path: str) -> None:
    url = f"https://a.example/{path.partition('?')[0].partition('#')[0].strip()}"

    assert normal_address(url) == normal_address(f"{url}?utm_source=feed")


ONE_ARTICLE = (
    ("http://paper.example/town/bridge", "https://paper.example/town/bridge"),
    ("http://paper.example:80/town/bridge", "https://paper.example:443/town/bridge"),
    ("https://www.paper.example/town/bridge", "https://paper.example/town/bridge"),
    ("https://m.paper.example/town/bridge", "https://www.paper.example/town/bridge"),
    ("https://amp.paper.co.uk/town/bridge", "https://www.paper.co.uk/town/bridge"),
    ("https://paper.example/town/bridge/", "https://paper.example/town/bridge"),
    ("https://paper.example/town/bridge/index.html", "https://paper.example/town/bridge/"),
    ("https://paper.example/index.php?p=4", "https://paper.example/?p=4"),
    ("https://paper.example/a?at_link_origin=rss&srsltid=Af", "https://paper.example/a"),
    ("https://paper.example/a?id=4&amp;utm_source=nl", "https://paper.example/a?id=4"),
    ("https://paper.example/a?ref=newsletter-daily", "https://paper.example/a"),
    ("https://paper.example/a?mod=rss_markets", "https://paper.example/a"),
    ("https://paper.example/a?share=twitter&sfnsn=mo&cx_testId=4", "https://paper.example/a"),
    ("https://paper.example/town/bridge/amp/", "https://paper.example/town/bridge"),
    ("https://paper.example/town/bridge.amp.html", "https://paper.example/town/bridge.html"),
    ("https://paper.example/town/bridge.amp", "https://paper.example/town/bridge"),
    ("https://paper.example/town/bridge/amp.html", "https://paper.example/town/bridge"),
    ("https://paper.example/town/bridge?amp", "https://paper.example/town/bridge/"),
    ("https://paper.example/town?id=7&amp=1", "https://paper.example/town?id=7"),
    ("https://paper.example/town?outputType=amp", "https://paper.example/town"),
    ("https://notes.example/2026/11/bridge.html?m=1", "https://notes.example/2026/11/bridge.html"),
    ("https://mobile.paper.example/town", "http://www.paper.example/town"),
)
TWO_ARTICLES = (
    ("https://sport.paper.example/a", "https://paper.example/a"),
    ("https://m.blogspot.com/a", "https://blogspot.com/a"),
    ("https://www.com/a", "https://com/a"),
    ("https://paper.example/a?id=1", "https://paper.example/a?id=2"),
    ("https://paper.example/a?source=2024", "https://paper.example/a"),
    ("https://paper.example/index-2.html", "https://paper.example/"),
    ("http://paper.example:8000/a", "https://paper.example/a"),
    ("https://paper.example/A", "https://paper.example/a"),
    ("https://paper.example/amp", "https://paper.example/"),
    ("https://paper.example/town/guitar-amp", "https://paper.example/town/guitar"),
    ("https://paper.example/?m=202611", "https://paper.example/"),
    ("https://paper.example/watts?amp=16", "https://paper.example/watts"),
)


@pytest.mark.parametrize(("one", "other"), ONE_ARTICLE)
def test_the_links_to_one_article_give_one_id(one: str, other: str) -> None:
    assert article_id(one) == article_id(other)


@pytest.mark.parametrize(("one", "other"), TWO_ARTICLES)
def test_addresses_of_two_articles_give_two_ids(one: str, other: str) -> None:
    assert article_id(one) != article_id(other)


def test_what_is_asked_for_keeps_scheme_host_and_slash() -> None:
    for url in ("http://www.paper.example/a/", "https://m.paper.example/index.html"):
        assert normal_address(url) == url
    for odd in ("http://a.example:99999/", "http://[::1/", "notes.txt", ""):
        assert article_id(odd)


@pytest.mark.parametrize(("host", "domain"), [
    ("www.bbc.co.uk", "bbc.co.uk"), ("co.uk", "co.uk"), ("bbc.co.uk.", "bbc.co.uk"), ("news.example", "news.example"),
    ("a.b.example", "a.b.example"), ("desk.somebody.blogspot.com", "somebody.blogspot.com"),  # no rule; a private one
    ("a.b.c.ck", "b.c.ck"), ("c.ck", "c.ck"), ("a.www.ck", "www.ck"),  # *.ck, and its exception
    ("a.city.kobe.jp", "city.kobe.jp"), ("a.b.ward.kobe.jp", "b.ward.kobe.jp"),
    ("www.食狮.公司.cn", "食狮.公司.cn"), ("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"),
    ("xn--.com", "xn--.com"), ("a。bbc。co。uk", "bbc.co.uk"), ("127.0.0.1", "127.0.0.1"), ("localhost", "localhost"),
])  # fmt: skip
def test_a_registered_domain_is_by_the_public_suffix_list(host: str, domain: str) -> None:
    assert registered_domain(f"https://{host}/a") == domain


def test_a_public_suffix_is_no_site() -> None:
    assert list(map(is_public_suffix, ("com", "co.uk", "blogspot.com", "ward.kobe.jp", "kobe.jp", "bbc.co.uk", "www.ck", ""))) == [
        True, True, True, True, False, False, False, False
    ]  # fmt: skip

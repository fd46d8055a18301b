"""The links of a page."""

from __future__ import annotations

from typing import Any

import pytest

from columnist.pipelines.document.read import read_document
from columnist.pipelines.records.article import Page
from columnist.scraper.discover.links import Links, find_links
from columnist.scraper.discover.records import FoundLink

NOW = 1795338000.0  # 22 November 2026, 09:00 UTC
URL = "https://news.example/"


def links_of(body: str, head: str = "", url: str = URL) -> Links:
    html = f"<!doctype html><html><head><title>News</title>{head}</head><body>{body}</body></html>"
    return find_links(read_document(Page(url=url, html=html.encode())), ("news.example",), NOW)


def by_url(found: tuple[FoundLink, ...]) -> dict[str, FoundLink]:
    return {one.url: one for one in found}


def test_links_of_the_site_are_found_once_and_those_of_others_left_alone() -> None:
    links = links_of(
        '<a href="/2026/11/21/council-adopts-budget#comments">Council adopts budget</a>'
        '<a href="/2026/11/21/council-adopts-budget?utm_source=front">again</a>'
        '<a href="https://news.example/cup-final-ends-in-a-draw">Sport</a>'
        '<a href="https://other.example/x">other</a> <a href="mailto:a@news.example">mail</a>'
        '<a href="javascript:void(0)">menu</a> <a href="http://[bad">bad</a> <a href="data:text/html,x">d</a>'
        '<a href="file:///etc/passwd">f</a> <a href="/login">Log in</a> <a href="/a.pdf">PDF</a> <a href="/">Home</a>'
    )

    assert [one.url for one in links.found] == [
        "https://news.example/2026/11/21/council-adopts-budget",
        "https://news.example/cup-final-ends-in-a-draw",
    ]


def test_articles_come_before_sections_and_those_before_the_rest() -> None:
    found = by_url(
        links_of(
            '<a href="/2026/11/21/council-adopts-budget">Council adopts the budget after long debate</a>'
            '<a href="/2019/11/21/council-adopts-budget">Council adopts the budget after long debate</a>'
            '<a href="/politics">Politics</a> <a href="/politics?page=9">9</a> <a href="/x/y/z/about">About</a>'
        ).found
    )
    order = sorted(found.values(), key=lambda one: -one.priority)

    assert [one.url.removeprefix(URL) for one in order] == [
        "2026/11/21/council-adopts-budget",
        "2019/11/21/council-adopts-budget",
        "politics",
        "politics?page=9",
        "x/y/z/about",
    ]
    assert [one.kind for one in order] == ["article", "article", "index", "index", "page"]


def test_the_words_of_a_link_are_a_hint() -> None:
    (found,) = links_of('<a href="/2026/11/21/budget-vote-in-town"><b>Council</b>\n adopts budget</a>').found

    assert found.hint is not None
    assert (found.hint.source, found.hint.title) == ("link", "Council adopts budget")


def test_relative_links_follow_the_base_element() -> None:
    head = '<base href="https://news.example/archive/">'
    (found,) = links_of('<a href="council-adopts-its-budget-at-last">x</a>', head).found

    assert found.url == "https://news.example/archive/council-adopts-its-budget-at-last"


def test_feeds_are_found_and_what_only_looks_like_one_is_not() -> None:
    head = "".join(
        f'<link rel="alternate" type="{kind}" {more} href="{href}">'
        for kind, more, href in (
            ("application/rss+xml", "", "/rss.xml"),
            ("application/atom+xml; charset=utf-8", "", "/atom.xml"),
            ("application/feed+json", "", "/feed.json"),
            ("application/rss+xml", "", "/comments/feed/"),
            ("application/rss+xml", "", "https://other.example/rss.xml"),
            ("application/json", "", "/wp-json/wp/v2/pages/2"),
            ("text/html", 'hreflang="fr"', "/fr"),
            ("application/rss+xml", 'hreflang="fr"', "/fr/rss.xml"),
        )
    )

    assert [one.url.removeprefix(URL) for one in links_of("", head).feeds] == [
        "rss.xml",
        "atom.xml",
        "feed.json",
    ]


def test_a_page_that_says_nofollow_leads_nowhere() -> None:
    for content in ("nofollow", "NOINDEX, NoFollow", "none"):
        links = links_of('<a href="/2026/11/21/x-y-z">x</a>', f'<meta name="robots" content="{content}">')
        assert (links.found, links.nofollow) == ((), True)


def test_a_link_marked_nofollow_is_not_followed() -> None:
    assert links_of('<a rel="external nofollow" href="/2026/11/21/council-adopts-budget">x</a>').found == ()


def test_the_page_of_a_picture_is_no_article() -> None:
    url = "https://news.example/2026/11/21/council-adopts-budget/"
    for way in (
        '<a href="photo-1/"><img src="1.jpg"></a>',
        '<a rel="attachment wp-att-7" href="/photo-of-the-new-bridge-at-night/"><img src="1.jpg"></a>',
        '<a href="/?attachment_id=7">The bridge at night</a>',
    ):
        assert links_of(way, "", url).found == ()
    assert len(links_of('<a href="/2026/11/20/bridge-is-closed/"><img src="1.jpg"></a>', "", url).found) == 1


def test_pagination_goes_no_deeper_than_its_section() -> None:
    found = by_url(links_of('<a rel="next" href="/politics?page=2">Next</a><a href="/sport">Sport</a>').found)

    assert found[URL + "politics?page=2"].deeper is False
    assert found[URL + "sport"].deeper is True


def test_a_quick_meta_refresh_within_the_site_is_seen() -> None:
    def refresh(content: str) -> str | None:
        return links_of("", f'<meta http-equiv="refresh" content="{content}">').refresh

    assert refresh("0; url=/new-home") == URL + "new-home"
    assert refresh("3;URL='https://news.example/new-home'") == URL + "new-home"
    assert refresh("300; url=/") is None
    assert refresh("0; url=https://other.example/") is None
    assert refresh("0; url=file:///etc/passwd") is None
    assert refresh("60") is None


def test_the_next_part_of_an_article_is_found_by_rel_or_by_a_pager() -> None:
    url = "https://news.example/budget"

    def part(body: str, head: str = "") -> Any:
        return links_of(body, head, url).next_page

    assert part("", '<link rel="next" href="/budget/2">') == url + "/2"
    assert part('<a href="/budget?page=2">2</a>') == url + "?page=2"
    assert part('<a href="/budget/2">Nächste Seite ›</a>') == url + "/2"
    assert part('<a href="/budget/3">3</a>') is None
    assert part('<a rel="next" href="/football">Football</a>') is None
    assert part('<a href="/budget/2">Council votes again</a>') is None


PAGERS = (
    ('<a href="/budget?page=0,1">next ›</a>', "?page=0,1"),
    ('<a href="/budget?page=1">2</a> <a href="/budget?page=2">3</a>', "?page=1"),
    ('<a href="/budget/(offset)/2">Nächste »</a>', "/(offset)/2"),
    ('<a href="/budget?page=2">Continue reading on page 2</a>', "?page=2"),
    ('<a href="/budget?seite=2">Weiterlesen auf Seite 2</a>', "?seite=2"),
    ('<a href="/budget-2">Lire la suite</a>', "-2"),
    ('<a href="/budget/page/2/">Czytaj dalej</a>', "/page/2/"),
    ('<a href="/budget/2">Seguir leyendo</a>', "/2"),
    ('<a href="/budget/seite-2" aria-label="Nächste Seite"><svg></svg></a>', "/seite-2"),
    ('<a href="/budget/2" title="Page suivante"><i></i></a>', "/2"),
    ('<a href="/budget/2"><img src="x.png" alt="Volgende pagina"></a>', "/2"),
    ('<a href="/budget/2">Página siguiente</a>', "/2"),
    ('<a href="/budget/2">Page 2 of 3</a>', "/2"),
    ('<a href="/budget/2">Следующая страница →</a>', "/2"),
    ('<a href="/budget/2">次のページ</a>', "/2"),
)  # fmt: skip
NO_PAGERS = (
    '<a href="/budget-2">Next week the council votes again</a>', '<a href="/budget/2" aria-label="Council votes again"><svg></svg></a>',
    '<a href="/budget?page=1">1</a>', '<a href="/football-2">Lire la suite</a>', '<a href="/budget-2">Next article</a>',
)  # fmt: skip


@pytest.mark.parametrize(("pager", "after"), PAGERS)
def test_a_pager_names_the_next_part_in_any_of_its_forms(pager: str, after: str) -> None:
    assert (
        links_of(pager, "", "https://news.example/budget").next_page == f"https://news.example/budget{after}"
    )


@pytest.mark.parametrize("link", NO_PAGERS)
def test_what_is_no_pager_names_no_part(link: str) -> None:
    assert links_of(link, "", "https://news.example/budget").next_page is None


def test_of_a_page_that_is_not_followed_its_further_parts_are_found_alone() -> None:
    html = '<p>The budget.</p><a href="/story/2">2</a> <a href="/2026/11/21/council-adopts-budget">Budget</a>'
    page = Page(url="https://news.example/story", html=f"<html><body>{html}</body></html>".encode())

    links = find_links(read_document(page), ("news.example",), NOW, follow=False)

    assert (links.found, links.next_page) == ((), "https://news.example/story/2")


def test_teasers_that_a_script_opens_are_links_where_they_look_like_articles() -> None:
    links = links_of(
        '<div data-href="/news/the-ferry-sails-again-after-the-storm"><h3>Ferry</h3></div>'
        """<h3 onclick="location.href='/news/three-villages-ask-for-a-stop'">Stop</h3>"""
        """<li onclick="window.open('/news/museum-returns-an-old-painting')">Painting</li>"""
        '<a href="#" data-url="/news/night-trains-to-the-coast-in-may">Trains</a>'
        '<div data-url="/api/player"></div><img data-href="/big.jpg">'
    )

    assert [one.url.removeprefix(URL + "news/") for one in links.found] == [
        "night-trains-to-the-coast-in-may",
        "the-ferry-sails-again-after-the-storm",
        "three-villages-ask-for-a-stop",
        "museum-returns-an-old-painting",
    ]


def test_a_farm_of_links_is_read_up_to_a_bound() -> None:
    body = "".join(f'<a href="/2026/11/21/council-vote-{n}-in-town">x</a>' for n in range(9000))

    assert len(links_of(body).found) == 5000

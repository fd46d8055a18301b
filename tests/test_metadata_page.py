"""What a page says about itself: every source, the order between them, and the traps."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from columnist.pipelines.document.read import read_document
from columnist.pipelines.metadata.read import METADATA_SOURCES, read_metadata
from columnist.pipelines.metadata.record import Metadata
from columnist.pipelines.records.article import Hint, Page, Rights

URL = "https://valley-gazette.example/town/bridge-4711"
FETCHED = datetime(2024, 6, 1, 12, tzinfo=UTC)


def read(html: str, **more: Any) -> Metadata:
    page = {"url": URL, "fetched_at": FETCHED, **more}
    return read_metadata(read_document(Page(html=html.encode("utf-8", "surrogatepass"), **page)))


def ld(json: str) -> str:
    return f'<script type="application/ld+json">{json}</script><p>The bridge opens in spring.</p>'


NEWS = (
    '{"@context": "https://schema.org", "@graph": [{"@type": "Organization", "@id": "#o", "name": "Valley Gazette"},'
    '{"@type": "Person", "@id": "#p", "name": "Eva Muster"},'
    '{"@type": "NewsArticle", "headline": "Bridge opens &#8211; at last", "description": "After nine years.",'
    '"author": [{"@id": "#p"}, {"@type": "Person", "name": "Jan de Vries"}], "publisher": {"@id": "#o"},'
    '"datePublished": "2024-05-01T23:30:00-05:00", "dateModified": "2024-05-02T08:00:00Z",'
    '"articleSection": ["Town", "Traffic"], "keywords": "bridge, traffic", "inLanguage": "en-GB",'
    '"isAccessibleForFree": "False", "articleBody": "BERLIN (dpa) - The bridge.",'
    '"image": {"@type": "ImageObject", "url": "/a.jpg", "caption": "The bridge", "creditText": "A. Photographer"}}]}'
)


def test_json_ld_fills_every_field_and_is_named() -> None:
    said = read(ld(NEWS))

    assert said.title == "Bridge opens – at last"
    assert said.description == "After nine years."
    assert said.authors == ("Eva Muster", "Jan de Vries")
    assert said.publisher == "Valley Gazette"
    assert said.published_at == datetime(2024, 5, 2, 4, 30, tzinfo=UTC)
    assert (said.published_offset, said.published_precision) == (-300, "second")
    assert said.published_raw == "2024-05-01T23:30:00-05:00"
    assert said.modified_at == datetime(2024, 5, 2, 8, tzinfo=UTC)
    assert (said.section, said.tags) == ("Town", ("bridge", "traffic"))
    assert (said.declared_language, said.access, said.page_type) == ("en", "paywalled", "newsarticle")
    assert said.agency == "dpa"
    assert said.image_url == "https://valley-gazette.example/a.jpg"
    assert [(i.caption, i.credit) for i in said.images] == [("The bridge", "A. Photographer")]
    assert {said.found_by[f] for f in ("title", "authors", "published_at", "section", "image_url")} == {
        "json-ld"
    }


FIELDS: list[tuple[str, str, Callable[[Metadata], object], object]] = [
    ("headline as a dict", ld('{"@type": "Article", "headline": {"@value": "Bridge opens"}}'), lambda m: m.title, "Bridge opens"),
    ("headline as a list", ld('{"@type": "Article", "headline": ["Bridge opens", 2]}'), lambda m: m.title, "Bridge opens"),
    ("headline as a number", ld('{"@type": "Article", "headline": 1984}'), lambda m: m.title, "1984"),
    ("headline as true", ld('{"@type": "Article", "headline": true}'), lambda m: m.title, None),
    ("sections of wrong types", ld('{"@type": "Article", "articleSection": [1, {}, null, "Town"]}'), lambda m: m.section, "1"),
    ("authors of wrong types", ld('{"@type": "Article", "author": [null, 3, {}, [], {"name": ["Eva Muster"]}]}'), lambda m: m.authors, ("Eva Muster",)),
    ("publisher of a wrong type", ld('{"@type": "Article", "publisher": [[]]}'), lambda m: m.publisher, None),
    ("image of a wrong type", ld('{"@type": "Article", "image": [null, 1, [[]], {"url": {}}, "a.jpg"]}'), lambda m: m.image_url, "https://valley-gazette.example/town/a.jpg"),
    ("a picture with a script's address", ld('{"@type": "Article", "image": "javascript:alert(1)"}'), lambda m: m.image_url, None),
    ("a type of a wrong type", ld('{"@type": [1, {}, "Article"], "headline": "Bridge opens"}'), lambda m: m.page_type, "article"),
    ("a lone surrogate", ld('{"@type": "Article", "headline": "Bridge \\ud800opens"}'), lambda m: m.title, "Bridge opens"),
    ("markup in a headline", ld('{"@type": "Article", "headline": "<i>Bridge</i> opens"}'), lambda m: m.title, "Bridge opens"),
    ("a live blog", ld('{"@type": "LiveBlogPosting", "headline": "Storm"}'), lambda m: m.is_live_blog, True),
    ("no live blog", ld('{"@type": "NewsArticle"}'), lambda m: m.is_live_blog, None),
    ("free", ld('{"@type": "NewsArticle", "isAccessibleForFree": true}'), lambda m: m.access, "free"),
    ("a locked tier", '<meta property="article:content_tier" content="locked"><p>x', lambda m: m.access, "paywalled"),
    ("a metered tier", '<meta name="article:content_tier" content="metered"><p>x', lambda m: m.access, "metered"),
    ("the site's name after the title", "<title>Bridge opens in the valley | Valley Gazette</title><p>x", lambda m: m.title, "Bridge opens in the valley"),
    ("the site's name before the title", '<meta property="og:site_name" content="The Gazette"><title>The Gazette - Bridge opens in the valley</title><p>x', lambda m: m.title, "Bridge opens in the valley"),
    ("a headline with a dash keeps it", "<title>x</title><h1>Bridge opens - at last - in the valley</h1>", lambda m: m.title, "Bridge opens - at last - in the valley"),
    ("the h1 that the head speaks for", "<title>Bridge opens in the valley</title><h1>Valley Gazette</h1><h1>Bridge opens in the valley</h1><h1>More news today</h1>", lambda m: m.title, "Bridge opens in the valley"),
    ("the blog's name in an h1", '<title>The Slow Lane: Bridge opens</title><meta property="og:title" content="Bridge opens"><h1><a href="/">The Slow Lane</a></h1><h3>Bridge opens</h3>', lambda m: m.title, "Bridge opens"),
    ("a link around the site's h1", '<title>Bridge opens in the valley</title><a href="/"><h1>Slow Lane in the valley</h1></a><h1>Bridge opens in spring</h1>', lambda m: m.title, "Bridge opens in spring"),
    ("an h1 that is named for the site", '<title>Bridge opens in the valley</title><h1 class="site-title">Slow Lane</h1><h1>Comments</h1>', lambda m: m.title, "Bridge opens in the valley"),
    ("a headline that links to itself", '<title>Bridge opens</title><h1><a href="/town/bridge-4711">Bridge opens</a></h1>', lambda m: m.title, "Bridge opens"),
    ("a headline whose first word the head leaves out", '<meta property="og:title" content="Best Bridges of the Valley"><h1>The Best Bridges of the Valley</h1>', lambda m: (m.kicker, m.title), (None, "The Best Bridges of the Valley")),
    ("a kicker above", '<title>Bridge opens</title><div class="kicker">Traffic</div><h1>Bridge opens in the valley</h1>', lambda m: m.kicker, "Traffic"),
    ("a kicker inside", '<meta property="og:title" content="Bridge opens in the valley"><h1><span>Traffic</span> Bridge opens in the valley</h1>', lambda m: (m.kicker, m.title), ("Traffic", "Bridge opens in the valley")),
    ("meta time", '<meta property="article:published_time" content="2024-05-01T10:00:00+02:00"><p>x', lambda m: (m.published_at, m.published_offset), (datetime(2024, 5, 1, 8, tzinfo=UTC), 120)),
    ("microdata as scripts render it", '<meta name="author" content="Web Team"><p itemProp="author">Eva Muster</p>', lambda m: (m.authors, m.found_by.get("authors")), (("Eva Muster",), "microdata")),
    ("microdata time", '<p itemprop="datePublished" content="2024-05-01">x', lambda m: m.found_by.get("published_at"), "microdata"),
    ("a time tag", '<h1>Bridge</h1><time datetime="2024-05-01T10:00Z">1 May</time>', lambda m: m.found_by.get("published_at"), "time"),
    ("a script", '<script>var d = {"publishedAt":"2024-05-01T10:00:00Z"}</script><p>x', lambda m: m.published_at, datetime(2024, 5, 1, 10, tzinfo=UTC)),
    ("a dateline", "<h1>Bridge opens</h1><p>Veröffentlicht am 1. Mai 2024, 10.30 Uhr</p>", lambda m: m.published_at, datetime(2024, 5, 1, 10, 30, tzinfo=UTC)),
    ("an impossible date", '<meta name="date" content="2024-02-30"><p>x', lambda m: (m.published_at, m.published_raw), (None, "2024-02-30")),
    ("a future date", '<meta name="date" content="2024-07-01"><p>x', lambda m: (m.published_at, m.published_raw), (None, "2024-07-01")),
    ("a UTC time shown with its zone", '<meta property="article:published_time" content="2024-05-02T03:00:00Z"><h1>B</h1><time datetime="2024-05-01T20:00:00-07:00">', lambda m: m.published_offset, -420),
    ("a byline", '<h1>Bridge opens</h1><p class="byline">By Eva Muster and Jan de Vries</p>', lambda m: m.authors, ("Eva Muster", "Jan de Vries")),
    ("a byline in two elements", "<h1>Bridge opens</h1><span>Von</span><span>Eva Muster</span><p>Text.", lambda m: m.authors, ("Eva Muster",)),
    ("a wire's byline", '<h1>Bridge opens</h1><p class="author">Eva Muster, Reuters</p>', lambda m: m.agency, "Reuters"),
    ("a commenter is no author", '<h1>Bridge opens</h1><div class="comments"><span class="author">Troll Trollson</span></div>', lambda m: m.authors, ()),
    ("an author's address is no name", '<meta property="article:author" content="https://facebook.example/gazette"><p>x', lambda m: m.authors, ()),
    ("the publication alone", ld('{"@type": "NewsArticle", "author": {"@type": "Organization", "name": "Valley Gazette"}}'), lambda m: m.authors, ("Valley Gazette",)),
    ("the person before the publication", ld('{"@type": "NewsArticle", "author": [{"@type": "Organization", "name": "Valley Gazette"}, {"@type": "Person", "name": "Eva Muster"}]}'), lambda m: m.authors, ("Eva Muster",)),
    ("the language of the page", '<html lang="pt-BR"><p>x', lambda m: m.declared_language, "pt"),
    ("OpenGraph's language", '<meta property="og:locale" content="de_DE"><p>x', lambda m: m.declared_language, "de"),
    ("a language that is none", '<html lang="default"><p>x', lambda m: m.declared_language, None),
    ("a description that repeats the title", '<meta name="description" content="Bridge opens"><h1>Bridge opens</h1>', lambda m: m.description, None),
    ("the canonical link", '<link rel="canonical" href="/town/bridge-4711?x"><p>x', lambda m: m.canonical_url, "https://valley-gazette.example/town/bridge-4711?x"),
    ("a licence", '<link rel="license" href="/licence.xml"><p>x', lambda m: m.rights.license_url, "https://valley-gazette.example/licence.xml"),
    ("a reservation", '<meta name="tdm-reservation" content="1"><p>x', lambda m: m.rights.tdm_reservation, True),
    ("noai", '<meta name="robots" content="noai, noarchive"><p>x', lambda m: (m.rights.train_ai, m.rights.x_robots), (False, "noai, noarchive")),
    ("another robot's directive", '<meta name="googlebot" content="noindex"><p>x', lambda m: m.rights.x_robots, None),
]  # fmt: skip


@pytest.mark.parametrize(("html", "field", "expected"), [f[1:] for f in FIELDS], ids=[f[0] for f in FIELDS])
def test_a_field_is_read(html: str, field: Callable[[Metadata], object], expected: object) -> None:
    assert expected == field(read(html))


def test_the_most_restrictive_signal_stands() -> None:
    said = read(
        '<meta name="robots" content="noarchive"><p>x',
        headers={"x-robots-tag": "noai"},
        rights=Rights(robots_allowed=True, train_ai=True),
    )

    assert said.rights.train_ai is False
    assert said.rights.robots_allowed is True
    assert said.rights.x_robots == "noai, noarchive"


def test_a_feed_fills_what_the_page_leaves_open() -> None:
    hint = Hint("news-sitemap", "Bridge opens", "2024-05-01T10:00:00+02:00", "en", None, ("Eva Muster",))
    said = read("<p>The bridge opens.</p>", hints=(hint,))

    assert (said.title, said.authors, said.published_offset) == ("Bridge opens", ("Eva Muster",), 120)
    assert (said.found_by["published_at"], said.found_by["authors"]) == ("news-sitemap", "news-sitemap")


def test_the_page_goes_before_the_feed() -> None:
    hint = Hint("feed", "Other", "2024-04-01")
    said = read('<meta name="date" content="2024-05-01"><h1>Bridge opens in the valley</h1>', hints=(hint,))

    assert said.title == "Bridge opens in the valley"
    assert said.found_by["published_at"] == "meta"


def test_a_sitemaps_last_change_is_no_publication() -> None:
    assert read("<p>x", hints=(Hint("sitemap", None, "2024-05-01"),)).published_at is None


def test_the_day_in_the_address_counts_when_the_page_is_silent() -> None:
    said = read("<p>x", url="https://news.example/2024/05/01/bridge")

    assert (said.published_at, said.published_precision) == (datetime(2024, 5, 1, tzinfo=UTC), "day")
    assert said.found_by["published_at"] == "url"


def test_an_empty_page_says_nothing() -> None:
    said = read("<p>x</p>")

    assert said == Metadata(found_by={})


def test_today_is_the_day_of_the_fetch_and_no_other() -> None:
    html = '<meta name="date" content="2024-07-01"><p>x'

    assert read(html, fetched_at=datetime(2024, 7, 2, tzinfo=UTC)).published_at == datetime(
        2024, 7, 1, tzinfo=UTC
    )


def test_the_sources_are_a_literal_order() -> None:
    assert [name for name, _ in METADATA_SOURCES] == ["json-ld", "open-graph", "meta", "microdata", "hint"]


@pytest.mark.parametrize("credit", ["(责编：王小明、李红)", "责任编辑:王小明、李红", "記者／王小明、李红"])
def test_a_chinese_credit_is_read_wherever_it_stands(credit: str) -> None:
    said = read(
        f"<title>大桥开通</title><h1>大桥开通</h1><p>正文。</p>{'<p>正文。</p>' * 30}<div>{credit}</div>"
    )

    assert said.authors == ("王小明", "李红")


def test_the_day_of_a_local_folder_is_no_date_of_publication() -> None:
    assert read("<p>x", url="file:///home/me/2024/05/01/bridge.html").published_at is None

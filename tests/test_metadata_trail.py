"""The rubric from breadcrumbs, where the page's data name none."""

import json
from typing import Any

import pytest

from columnist.pipelines.document.read import read_document
from columnist.pipelines.metadata.read import read_metadata
from columnist.pipelines.metadata.record import Metadata
from columnist.pipelines.records.article import Hint, Page

URL = "https://valley-gazette.example/town/bridge-4711"


def read(html: str) -> Metadata:
    return read_metadata(read_document(Page(url=URL, html=html.encode())))


def links(*crumbs: tuple[str, str]) -> str:
    return "".join(f'<li><a href="{href}">{name}</a></li>' for name, href in crumbs)


def listed(*items: dict[str, Any]) -> str:
    trail = {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": list(items)}
    return f'<script type="application/ld+json">{json.dumps(trail)}</script>'


HOME, NEWS, TOWN, SELF = (
    ("Home", "/"),
    ("News", "/news/"),
    ("Town", "/town/"),
    ("Bridge opens", "/town/bridge-4711"),
)


@pytest.mark.parametrize(
    ("html", "section", "source"),
    [
        (f'<ol class="breadcrumb">{links(HOME, NEWS, TOWN, SELF)}</ol>', "Town", "breadcrumbs"),
        (f'<nav aria-label="breadcrumbs"><ul>{links(HOME, TOWN)}</ul></nav>', "Town", "breadcrumbs"),
        (f'<ul itemtype="https://schema.org/BreadcrumbList">{links(HOME, NEWS)}<li>Bridge opens</li></ul>', "News", "breadcrumbs"),
        (f'<div id="breadcrumbs">{links(("Valley Gazette", "/start"), TOWN, ("2024", "/2024/"), ("May", "/2024/05/"))}</div>', "Town", "breadcrumbs"),
        (f'<ol class="breadcrumb">{links(HOME, SELF)}</ol>', None, None),
        (f'<ol class="breadcrumb">{links(*[(f"Menu {n}", f"/{n}") for n in "abcdefghijk"])}</ol>', None, None),
        (f"<ol>{links(HOME, NEWS, TOWN)}</ol>", None, None),
        (listed({"name": "Home", "item": "https://valley-gazette.example/"}, {"name": "Town", "item": "https://valley-gazette.example/town/"}, {"name": "Bridge opens"}), "Town", "json-ld"),
        (listed({"item": {"@id": "https://valley-gazette.example/town/", "name": "Town"}}), "Town", "json-ld"),
        (listed({"name": 3, "item": []}, {"item": {"name": {}, "@id": 7}}), None, None),
    ],
    ids=["list", "labelled", "microdata", "archive", "front page alone", "a menu", "no trail", "data", "nested data", "broken data"],
)  # fmt: skip
def test_the_last_rubric_before_the_article_is_the_section(
    html: str, section: str | None, source: str | None
) -> None:
    said = read(f'<meta property="og:site_name" content="Valley Gazette">{html}<h1>Bridge opens</h1><p>Text.')

    assert (section, source) == (said.section, said.found_by.get("section"))


def test_a_section_that_the_head_names_goes_first() -> None:
    said = read(
        f'<meta property="article:section" content="Traffic"><ol class="breadcrumb">{links(HOME, TOWN)}</ol>'
    )

    assert said.section == "Traffic"


HEADLINE = "<h1>Bridge opens</h1>"
TERMS = {
    "classic": '<footer class="entry-footer"><a href="/category/town/" rel="category tag">Town</a> <a href="/tag/bridge/" rel="tag">bridge</a> <a href="/tag/road/" rel="tag">road</a></footer>',
    "blocks": '<div class="taxonomy-category wp-block-post-terms"><a href="/c/town/" rel="tag">Town</a></div><div class="taxonomy-post_tag"><a href="/t/bridge" rel="tag">#bridge</a><a href="/t/road" rel="tag">road</a></div>',
    "addresses": '<p>Kategorie: <a href="/kategorie/town.html">Town</a></p><p><a href="/schlagwort/bridge.html">bridge</a>, <a href="/schlagwort/road.html">road</a></p>',
    "fragments": '<p><a href="/categories/#town">Town</a></p><p><a href="/tags/#bridge">bridge</a> <a href="/tags#road">road</a></p>',
    "a box of tags": '<p><a href="/rubrik/town/">Town</a></p><ul class="article-tags"><li><a href="/thema/bridge">bridge</a></li><li><a href="/thema/road">road</a></li></ul>',
    "a box of topics": '<a href="/category/town/">Town</a><div class="story__topics"><a href="/bridge">bridge</a><a href="/road">road</a></div>',
    "Nikola": '<a class="p-category" href="/categories/cat_town/">Town</a><ul itemprop="keywords" class="tags"><li><a class="tag p-category" href="/categories/bridge/" rel="tag">bridge</a></li><li><a class="tag p-category" href="/categories/road/" rel="tag">road</a></li></ul>',
    "microformats": '<a class="p-category" href="/categories/town/">Town</a><a class="p-category" href="/x/bridge">bridge</a><a class="p-category" href="/x/road">road</a>',
}  # fmt: skip


@pytest.mark.parametrize("software", TERMS)
def test_the_articles_own_links_name_its_section_and_tags(software: str) -> None:
    cloud = '<aside><div class="tagcloud"><a href="/tag/sport/" rel="tag">sport</a></div></aside>'
    card = '<article><h2>Other</h2><a href="/category/sport/" rel="category tag">Sport</a></article>'
    said = read(f"<main>{card}<article>{HEADLINE}<p>Text.</p>{TERMS[software]}</article>{card}{cloud}</main>")

    assert (said.section, said.tags) == ("Town", ("bridge", "road"))
    assert said.found_by["section"] == "links"
    assert said.found_by["tags"] in ("links", "microdata")


NAV = '<nav><a href="/category/town-hall/">Town Hall</a></nav>'
POST = 'class="post-7 post type-post hentry category-town-hall category-x-y tag-bridge tag-old-road tag-12"'


def test_classes_of_a_post_name_them_where_no_link_does() -> None:
    said = read(f"{NAV}<article {POST}>{HEADLINE}<p>Text.</p></article>")

    assert (said.section, said.tags) == ("Town Hall", ("bridge", "old road"))
    assert said.found_by["section"] == "classes"


@pytest.mark.parametrize(
    ("marks", "section", "tags"),
    [
        ('<meta itemprop="articleSection" content="Town"><meta itemprop="keywords" content="bridge, road">', "Town", ("bridge", "road")),
        ('<span itemprop="articleSection">Town</span><b itemprop="keywords">bridge</b><b itemprop="keywords">road</b>', "Town", ("bridge", "road")),
        ('<span property="articleSection">Town</span><span property="schema:keywords">bridge,road</span>', "Town", ("bridge", "road")),
    ],
)  # fmt: skip
def test_microdata_and_rdfa_name_section_tags_and_publisher(
    marks: str, section: str, tags: tuple[str, ...]
) -> None:
    owner = '<div itemprop="publisher" itemscope><div itemprop="logo">x</div><b itemprop="name">Valley Gazette</b></div>'
    said = read(f"<div itemscope typeof=NewsArticle>{HEADLINE}{marks}<p>Text.</p>{owner}</div>")

    assert (said.section, said.tags, said.publisher) == (section, tags, "Valley Gazette")


def test_a_feeds_categories_serve_where_the_page_has_none() -> None:
    hints = (Hint("feed", tags=("Uncategorized", "Town", "bridge", "road")), Hint("feed", tags=("later",)))
    page = Page(url=URL, html=f"{HEADLINE}<p>Text.</p>".encode(), hints=hints)
    said = read_metadata(read_document(page))

    assert (said.section, said.tags, said.found_by["tags"]) == ("Town", ("bridge", "road"), "feed")


@pytest.mark.parametrize(
    "box",
    [
        '<p>We bought it <a href="https://shop.example/dp/1?tag=gazette-20">here</a>.</p>',
        '<div class="article-tags"><a href="/news">← Back to all news</a></div>',
        '<div class="trending-topics"><a href="/thema/sport">Sport</a></div>',
    ],
)
def test_what_is_no_tag(box: str) -> None:
    assert read(f"<main>{HEADLINE}<p>Text.</p>{box}</main>").tags == ()


@pytest.mark.parametrize(
    "name", ["Uncategorized", "Non classé", "Allgemein", "Sin categoría", "Без рубрики", "Blog"]
)
def test_what_nobody_filed_has_no_section(name: str) -> None:
    said = read(f'<article>{HEADLINE}<a href="/category/x/" rel="category tag">{name}</a></article>')

    assert said.section is None


def test_what_the_page_says_of_its_tags_goes_before_its_links() -> None:
    said = read(
        f'<meta name="tags" content="bridge"><meta name="tags" content="road"><article>{HEADLINE}<a rel="tag" href="/t/x">x y</a></article>'
    )

    assert said.tags == ("bridge", "road")


@pytest.mark.parametrize(
    ("said", "tags"),
    [
        (
            "trams, council, 3f2504e0-4f89-11d3-9a0c-0305e82c3301, _hidden, cms:77, 12345",
            ("trams", "council"),
        ),
        ("#trams; council; Section: Local; Trams; page-id-7712", ("trams", "council")),
        ("трамвай; совет; Рубрика: Город", ("трамвай", "совет")),
        ("Halo: Reach, 2024, covid-19", ("Halo: Reach", "2024", "covid-19")),
    ],
)
def test_marks_of_the_system_are_no_tags(said: str, tags: tuple[str, ...]) -> None:
    html = f'<meta name="keywords" content="{said}">{HEADLINE}'

    assert read_metadata(read_document(Page(url=URL, html=html.encode()))).tags == tags


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("All rights reserved", None),
        ("版权所有", None),
        ("© 2026 Der Bote, alle Rechte vorbehalten", "Der Bote"),
        ("(c) Вести, 2010-2026. Все права защищены.", "Вести"),
        ("Copyright 2026 Le Courrier. Tous droits réservés", "Le Courrier"),
        ("The Rights Post", "The Rights Post"),
    ],
)
def test_a_line_of_rights_is_no_publisher(line: str, name: str | None) -> None:
    html = f'<meta name="copyright" content="{line}">{HEADLINE}'

    assert read_metadata(read_document(Page(url=URL, html=html.encode()))).publisher == name

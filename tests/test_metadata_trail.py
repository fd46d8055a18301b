"""The rubric from breadcrumbs, where the page's data name none."""

import json
from typing import Any

import pytest

from columnist.pipelines.document.read import read_document
from columnist.pipelines.metadata.read import read_metadata
from columnist.pipelines.metadata.record import Metadata
from columnist.pipelines.records.article import Page

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
    "microformats": '<a class="p-category" href="/categories/town/">Town</a><a class="p-category" href="/x/bridge">bridge</a><a class="p-category" href="/x/road">road</a>',
}  # fmt: skip


@pytest.mark.parametrize("software", TERMS)
def test_the_articles_own_links_name_its_section_and_tags(software: str) -> None:
    cloud = '<aside><div class="tagcloud"><a href="/tag/sport/" rel="tag">sport</a></div></aside>'
    card = '<article><h2>Other</h2><a href="/category/sport/" rel="category tag">Sport</a></article>'
    said = read(f"<main>{card}<article>{HEADLINE}<p>Text.</p>{TERMS[software]}</article>{card}{cloud}</main>")

    assert (said.section, said.tags) == ("Town", ("bridge", "road"))
    assert (said.found_by["section"], said.found_by["tags"]) == ("links", "links")


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

"""The rubric from breadcrumbs, where the page's data name none."""

import json
from typing import Any

import pytest

from pipelines.document.read import read_document
from pipelines.metadata.read import read_metadata
from pipelines.metadata.record import Metadata
from pipelines.records.article import Page

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

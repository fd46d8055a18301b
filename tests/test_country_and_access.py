"""The publisher's country and whether the page is free: told where somebody says it, with who did; null elsewhere."""

import json
from pathlib import Path

import pytest

from columnist.pipelines.clean import clean
from columnist.pipelines.document.read import read_document
from columnist.pipelines.metadata.access import read_access
from columnist.pipelines.metadata.country import country_of_host, read_country
from columnist.pipelines.records.article import Article, Page
from columnist.pipelines.sites.site_files import SiteFileError, load_site

STORY = (
    "<p>" + "The ferry ran again on Monday after three weeks of repairs in the harbour yard. " * 20 + "</p>"
)


def page(
    head: str, url: str = "https://courier.example/a", lang: str = "en", country: str | None = None
) -> Page:
    html = f"<html lang='{lang}'><head><title>The ferry runs</title>{head}</head><body><article><h1>The ferry runs</h1>{STORY}"
    return Page(url=url, html=html.encode(), country=country)


def ld(**fields: object) -> str:
    node = {"@type": "NewsArticle", "headline": "The ferry runs", **fields}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def seat(country: object) -> str:
    return ld(publisher={"@type": "Organization", "name": "C", "address": {"addressCountry": country}})


GRAPH = '<script type="application/ld+json">' + json.dumps({"@graph": [
    {"@type": "NewsArticle", "headline": "The ferry runs", "publisher": {"@id": "#us"}},
    {"@type": "NewsMediaOrganization", "@id": "#us", "address": [{"addressCountry": "Österreich"}]},
]}) + "</script>"  # fmt: skip

SEATS = [
    (page(""), None),
    (page("", "https://courier.co.uk/a"), ("GB", "ccTLD")),
    (page("", "https://kurier.at/a"), ("AT", "ccTLD")),
    (page("", "https://courier.io/a"), None),  # sold to everybody
    (page("", "https://diario.com.co/a"), ("CO", "ccTLD")),  # below com.co it is Colombia
    (page("", "https://courier.eu/a"), None),
    (page("", "http://127.0.0.1:8000/a"), None),
    (page(seat("DE")), ("DE", "json-ld")),
    (page(seat({"@type": "Country", "name": "Germany"})), ("DE", "json-ld")),
    (page(seat("de"), "https://courier.at/a"), ("DE", "json-ld")),
    (page(seat("Elbonia")), None),
    (page(GRAPH), ("AT", "json-ld")),
    (page(seat("DE"), country="CH"), ("CH", "site-file")),
    (page('<meta property="og:locale" content="de_DE">'), None),  # a template's
    (page('<meta name="geo.region" content="IQ-BG">'), None),  # the story's
    (page('<meta name="geo.region" content="NL-NH"><meta property="og:locale" content="nl_NL">'), ("NL", "meta")),
    (page('<meta name="geo.region" content="US-NY">', lang="en-US"), None),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), SEATS)
def test_a_country_is_told_by_who_knows_it_best_and_else_unknown(
    given: Page, expected: tuple[str, str] | None
) -> None:
    assert read_country(read_document(given)) == expected
    article = clean(given)

    assert isinstance(article, Article)
    assert (article.country, article.found_by.get("country")) == (expected or (None, None))


@pytest.mark.parametrize("host", ["", "com", "localhost", "uk", "x.xx", "[::1]", "10.0.0.1", "courier.zz"])
def test_a_host_of_no_country_has_none(host: str) -> None:
    assert country_of_host(host) is None


WALL = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".wall"}
ACCESS = [
    ("", None),
    (ld(isAccessibleForFree=True), ("free", "json-ld")),
    (ld(isAccessibleForFree="False"), ("paywalled", "json-ld")),
    (ld(isAccessibleForFree=False, hasPart=WALL), ("paywalled", "json-ld")),
    (ld(hasPart=[WALL]), ("paywalled", "json-ld")),  # the part alone is declared
    (ld(isAccessibleForFree=True, hasPart=WALL), ("metered", "json-ld")),
    ('<meta property="article:content-tier" content="metered">', ("metered", "meta")),
    ('<meta name="article:content_tier" value="locked">', ("paywalled", "meta")),
    ('<meta itemprop="isAccessibleForFree" content="true">', ("free", "meta")),
    ('<meta itemprop="isAccessibleForFree" content="false">', ("paywalled", "meta")),
    ('<meta name="cXenseParse:isPremium" content="false"/>', ("free", "meta")),
    ('<meta name="node-premium" content="1">', ("paywalled", "meta")),
    ('<meta name="adv:premium" content="yes">', None),  # of the advertisements
    ('<meta name="userIsPremium" content="free">', None),  # of the reader
    ('<meta name="paywall" content="starting">', None),
]


@pytest.mark.parametrize(("head", "expected"), ACCESS)
def test_access_is_decided_where_the_page_says_anything(head: str, expected: tuple[str, str] | None) -> None:
    assert read_access(read_document(page(head))) == expected


def test_a_site_file_gives_the_country_or_is_told_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "courier.example.toml"
    file.write_text('seeds = ["https://courier.example/"]\ncountry = "ch"\n')

    assert load_site(file).country == "CH"
    file.write_text('seeds = ["https://courier.example/"]\ncountry = "Swiss"\n')
    with pytest.raises(SiteFileError, match="country: must be two letters"):
        load_site(file)

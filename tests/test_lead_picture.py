"""Where the page's data name no picture, the article's own first one is its lead picture."""

from __future__ import annotations

import pytest

from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Article, Page
from tests.test_body import PARAGRAPHS, page, paragraphs

FIGURE = "<figure><img src='/budget.jpg'><figcaption>The hall on Tuesday</figcaption></figure>"
NAMED = "<meta property='og:image' content='https://crier.example/named.jpg'>"


def article(inner: str, head: str = "") -> Article:
    html = page(inner + paragraphs(PARAGRAPHS * 2), head=head)
    record = clean(Page(url="https://crier.example/council-budget", html=html.encode()))
    assert isinstance(record, Article)
    return record


@pytest.mark.parametrize(
    "markup",
    [
        FIGURE,
        FIGURE.replace("src='/budget.jpg'", "src='/lazyload.gif' data-src='/budget.jpg'"),
        "<img src='/portrait.jpg' width='80'><img src='/budget.jpg' width='640px'>",
        "<figure><img src='/paper-logo.png'></figure><img src='/budget.jpg' width='1200'>",
    ],
)
def test_the_first_picture_of_the_article_is_its_lead_picture(markup: str) -> None:
    record = article(markup)

    assert record.image_url == "https://crier.example/budget.jpg"
    assert record.found_by["image_url"] == "layout"


@pytest.mark.parametrize(
    "markup",
    [
        "<p><img src='/budget.jpg' width='640'><em>{0}</em></p>",
        "<p><a href='/b'><img src='/budget.jpg' width='640'></a><br><small>{0}</small></p>",
        "<table><tr><td><img src='/budget.jpg' width='640'></td></tr><tr><td>{0}</td></tr></table>",
        "<table class='pic'><tr><td><img src='/budget.jpg' width='640'><br>{0}</td></tr></table>",
        "<figure><picture><source srcset='/budget.jpg 1x'><img alt='x'></picture><figcaption>{0}</figcaption></figure>",
        "<figure><picture><source data-srcset='/budget.jpg'><img src='data:,'></picture><figcaption>{0}</figcaption></figure>",
        "<figure><img data-lazy-srcset='/budget.jpg 640w' src='data:,'><figcaption>{0}</figcaption></figure>",
    ],
)
def test_a_picture_within_the_text_has_its_address_and_caption(markup: str) -> None:
    caption = "The hall on Tuesday, an hour before the vote."
    html = page(paragraphs(PARAGRAPHS[:2]) + markup.format(caption) + paragraphs(PARAGRAPHS[2:]))
    record = clean(Page(url="https://crier.example/council-budget", html=html.encode()))

    assert isinstance(record, Article)
    assert [(image.url, image.caption) for image in record.images] == [
        ("https://crier.example/budget.jpg", caption)
    ]
    assert caption not in record.text


def test_a_picture_that_the_pages_data_name_comes_first() -> None:
    record = article(FIGURE, NAMED)

    assert record.image_url == "https://crier.example/named.jpg"
    assert record.found_by["image_url"] != "layout"


@pytest.mark.parametrize(
    "markup",
    [
        "",
        "<img src='/dot.jpg'>",
        "<img src='/dot.jpg' width='100%'>",
        "<img src='/site-logo.jpg' width='640'>",
    ],
)
def test_without_a_picture_of_the_article_there_is_none(markup: str) -> None:
    record = article(markup)

    assert record.image_url is None
    assert "image_url" not in record.found_by

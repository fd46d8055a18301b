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

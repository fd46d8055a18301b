"""The law of the line: a page comes out as an article or as a reject with a reason."""

from pipelines.clean import clean
from pipelines.records import Article, Page, Reject


def test_a_page_with_paragraphs_becomes_an_article() -> None:
    sentence = "The council adopted the budget of the town on Tuesday evening after four hours of debate. "
    html = f"<html lang=en><title>Budget adopted</title><article><h1>Budget adopted</h1><p>{sentence * 3}</p></article></html>"

    article = clean(Page(url="https://news.example/a", html=html.encode()))

    assert isinstance(article, Article)
    assert "four hours of debate" in article.text


def test_an_empty_page_becomes_a_reject() -> None:
    reject = clean(Page(url="https://news.example/a", html=b" "))

    assert isinstance(reject, Reject)
    assert reject.reason == "empty"

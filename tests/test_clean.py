"""The law of the line: a page comes out as an article or as a reject with a reason."""

import pytest

from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Article, Page, Reject

SENTENCE = "The council adopted the budget of the town on Tuesday evening after four hours of debate. "
# With and without the dates, links and types that send a page through other readers of its address.
PAGES = (
    f"<title>Budget adopted</title><article><h1>Budget adopted</h1><p>{SENTENCE * 9}</p></article>",
    f"<title>Budget</title><meta property=og:type content=article><link rel=canonical href=/a><p>{SENTENCE}</p>",
    f"<p>{SENTENCE * 4}</p><script type=application/ld+json>{{\"@type\": \"NewsArticle\", \"url\": \"/b\"}}</script>",
    "<title>Not found</title><p>404</p>",
    "<ul>" + "".join(f"<li><a href=/{n}>The council adopted budget number {n}</a>" for n in range(40)) + "</ul>",
    " ",
)  # fmt: skip


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


@pytest.mark.parametrize("html", PAGES)
def test_a_page_without_an_address_is_cleaned_under_a_name_of_its_own(html: str) -> None:
    nameless = clean(Page(url=None, html=html.encode()))  # type: ignore[arg-type]
    other = clean(Page(url=None, html=f"{html}<p>More.</p>".encode()))  # type: ignore[arg-type]
    addressed = clean(Page(url="https://news.example/a", html=html.encode()))

    assert type(addressed) is type(nameless)
    assert nameless.url.startswith("page:")
    assert nameless.url != other.url


def test_a_page_without_an_address_takes_its_inputs_name() -> None:
    assert Page(url=None, text="x", id="row 7").url == "row 7"  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [5, 3_000])
@pytest.mark.parametrize("line", ["12 345 678 90. ", "--- *** +++ ... ", "€ 5 % 1:2. "])
def test_a_page_without_a_letter_is_no_text(line: str, size: int) -> None:
    words = line * (size // len(line) + 1)
    for page in (
        Page(url="https://news.example/a", html=f"<article><p>{words}</p><p>{words}</p></article>".encode()),
        Page(url="a.txt", text=f"{words}\n\n{words}"),
    ):
        reject = clean(page)

        assert isinstance(reject, Reject)
        assert reject.reason == "no-text"


@pytest.mark.parametrize(("sentences", "access"), [(4, "stub"), (40, "paywalled")])
def test_a_teaser_before_a_declared_paywall_is_a_stub(sentences: int, access: str) -> None:
    text = "".join(
        f"<p>On day {day} the council met for hours and heard the town.</p>" for day in range(sentences * 2)
    )
    data = '{"@type": "NewsArticle", "headline": "Budget adopted", "isAccessibleForFree": false}'
    html = (
        f'<script type="application/ld+json">{data}</script><article><h1>Budget adopted</h1>{text}</article>'
    )

    article = clean(Page(url="https://news.example/a", html=html.encode()))

    assert isinstance(article, Article)
    assert access == article.access

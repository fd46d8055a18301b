"""The law of live blogs: entries in page order, each with its time and heading, and no other times."""

from __future__ import annotations

import pytest

from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Article, Page

DECLARED = (
    '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "Flood in Marl"}</script>'
)
ENTRIES = (
    ("17:45", "Bridge closed", "The old bridge is closed to lorries, the fire brigade said, as the river has passed its second mark."),
    ("14:20", "School shut", "Pupils of the lower school were sent home at noon, and their parents were told to fetch them by boat."),
    ("09:05", "Good morning", "We follow the flood in Marl through the day. The river rose by sixty centimetres during the night."),
)  # fmt: skip
RELATED = "".join(
    f"<li><time>{hour}:30</time><a href='/s{hour}'>A story of the week before, {hour}</a></li>"
    for hour in (10, 11, 12)
)
FORMS = {
    "articles": "<article class='block' id='e{n}'><time>{time}</time><h2>{heading}</h2><p>{text}</p></article>",
    "time in a line": "<div class='post'><p class='at'><time>{time}</time></p><h3>{heading}</h3><p>{text}</p></div>",
    "one after another": "<p class='at'><time>{time}</time></p><h3>{heading}</h3><p>{text}</p>",
}


def page(form: str, head: str = "", top: str = "") -> str:
    entries = "".join(
        form.format(n=n, time=time, heading=heading, text=text)
        for n, (time, heading, text) in enumerate(ENTRIES)
    )
    return (
        f"<html lang=en><head><title>Flood in Marl - The Weir</title>{head}</head><body><main><h1>Flood in Marl</h1>"
        f"{top}{entries}</main><aside class='related'><h2>More</h2><ul>{RELATED}</ul></aside></body></html>"
    )


def cleaned(html: str, path: str = "news/flood-in-marl") -> Article:
    article = clean(Page(url=f"https://weir.example/{path}", html=html.encode()))
    assert isinstance(article, Article), article
    return article


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_declared_live_blog_gives_each_entry_its_time_and_heading(form: str) -> None:
    texts = [p.text for p in cleaned(page(form, DECLARED)).paragraphs]

    assert texts == [line for entry in ENTRIES for line in entry]


def test_an_address_of_live_news_with_entries_of_one_form_is_a_live_blog() -> None:
    html = page(FORMS["articles"])
    live, other = cleaned(html, "news/live/flood-in-marl"), cleaned(html)

    assert live.is_live_blog
    assert [p.text for p in live.paragraphs] == [line for entry in ENTRIES for line in entry]
    assert not other.is_live_blog
    assert "17:45" not in other.text


def test_the_pages_own_date_is_no_entrys_time() -> None:
    own = "<p class='date'><time>Monday, 3 March</time></p><p>The river Marl has left its bed, and three villages are cut off.</p>"
    text = cleaned(page(FORMS["articles"], DECLARED, own)).text

    assert "Monday" not in text
    assert "17:45" in text


def test_times_of_other_stories_stay_out() -> None:
    text = cleaned(page(FORMS["articles"], DECLARED)).text

    assert not any(f"{hour}:30" in text for hour in (10, 11, 12))


def test_an_article_at_a_live_address_without_entries_is_no_live_blog() -> None:
    body = "".join(f"<p>{text}</p>" for _, _, text in ENTRIES)
    html = page("", "", f"<p><time>12 March</time></p>{body}")

    assert not cleaned(html, "live/concert-review").is_live_blog

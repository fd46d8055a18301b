"""Laws of cleaning that hold for any input: nothing raises, nothing is lost, the same page gives the same record."""

from __future__ import annotations

from datetime import UTC, datetime

from hostile import fragments
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from columnist.pipelines.batch.cleaned import pack
from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import REASONS, Article, Page, Reject

URL = "https://norley-post.example/2024/05/01/ferry"
FETCHED = datetime(2024, 6, 1, 12, tzinfo=UTC)
CALM = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Sentences that no rule takes for furniture; hypothesis picks, repeats none and orders them.
SENTENCES = (
    "The council of Norley voted on Monday to keep the ferry for another ten years.",
    "About four hundred people use the boat each day, most of them pupils from the eastern bank.",
    "The operator gets a subsidy of 80,000 a year in return, half of what it had demanded.",
    "Critics call the price too high, for a bridge would have paid for itself within twenty years.",
    "A new boat is to be ordered next spring; it will carry sixty passengers and run on batteries.",
    "Until then the old one stays in service, although its engine dates from 1974.",
    "Fares rise by ten pence in January, while season tickets keep their price for two years.",
    "Members will discuss in May who pays for the landing stage that the flood took away.",
)
MARKUP = st.lists(
    st.one_of(
        st.sampled_from(list(fragments(300, seed=7))), st.sampled_from(SENTENCES), st.text(max_size=30)
    ),
    max_size=8,
).map("".join)


def page_of(html: bytes) -> Page:
    return Page(url=URL, html=html, fetched_at=FETCHED)


def assert_one_record(record: Article | Reject) -> None:
    if isinstance(record, Reject):
        assert record.reason in [reason for reason, _ in REASONS]
    else:
        assert record.text == "\n".join(paragraph.text for paragraph in record.paragraphs)
        assert record.text.strip()
    assert pack(record).row is not None  # Arrow takes it


@CALM
@given(st.binary(max_size=600))
def test_any_bytes_become_one_record(body: bytes) -> None:
    assert_one_record(clean(page_of(body)))
    assert_one_record(clean(page_of(b"<html><body><article><p>" + body)))


@CALM
@given(MARKUP)
def test_any_markup_becomes_the_same_record_twice(markup: str) -> None:
    page = page_of(f"<html><body><article><h1>Ferry kept</h1>{markup}".encode("utf-8", "surrogatepass"))
    record = clean(page)

    assert_one_record(record)
    assert clean(page) == record


@CALM
@given(st.text(alphabet=st.characters(exclude_categories=[]), max_size=300))
def test_any_text_becomes_one_record(text: str) -> None:
    assert_one_record(clean(Page(url=URL, text=text, fetched_at=FETCHED)))


@CALM
@given(st.lists(st.sampled_from(SENTENCES), min_size=4, max_size=8, unique=True))
def test_an_article_flattened_to_text_keeps_its_paragraphs(sentences: list[str]) -> None:
    html = "<article><h1>Ferry kept</h1>" + "".join(f"<p>{sentence}</p>" for sentence in sentences)
    article = clean(page_of(html.encode()))

    assert isinstance(article, Article)
    again = clean(Page(url=URL, text=f"{article.title}\n{article.text}", fetched_at=FETCHED))

    assert isinstance(again, Article)
    assert [paragraph.text for paragraph in again.paragraphs] == sentences

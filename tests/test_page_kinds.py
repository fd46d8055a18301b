"""The page decision as a whole, on labelled pages of our own: 37 kinds in six languages and the markup of several systems."""

from __future__ import annotations

from itertools import islice

import pytest

from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Article, Page
from tests.pagekinds.kinds import ARTICLES, OTHERS, Labelled, labelled_pages

PAGES = tuple(labelled_pages())
# Shares of the pages that `python -m tests.benchmarks.page_kinds` measures, all of them; here every eleventh, which are
# of each kind, language and dress. A floor may rise, not fall.
PRECISION, RECALL = 0.97, 0.99
STEP = 11


def decided(page: Labelled) -> str | None:
    """Return the reason of a reject, None for an article."""
    made = clean(Page(url=f"https://quay.example{page.path}", html=page.html.encode()))
    return None if isinstance(made, Article) else made.reason


def test_the_pages_are_of_all_kinds_languages_and_dresses() -> None:
    some = list(islice(PAGES, 0, None, STEP))

    assert {page.kind for page in some} == {*ARTICLES, *OTHERS}
    assert {(page.lang, page.skin) for page in some} == {(page.lang, page.skin) for page in PAGES}


def test_articles_are_told_from_other_pages() -> None:
    some = list(islice(PAGES, 0, None, STEP))
    taken = [page for page in some if decided(page) is None]
    articles = sum(page.is_article for page in some)
    hits = sum(page.is_article for page in taken)

    wrong = [f"{page.kind} {page.lang} {page.skin}" for page in taken if not page.is_article]
    assert hits / len(taken) >= PRECISION, wrong
    assert hits / articles >= RECALL, f"{hits} of {articles}"


@pytest.mark.parametrize(
    ("kind", "reasons"),
    [
        ("password", {"no-text"}),
        ("members only", {"paywalled-stub", "no-text"}),
        ("consent wall", {"no-text"}),
        ("subscription wall", {"paywalled-stub"}),
        ("soft 404, bare", {"soft-404"}),
        ("about", {"index-page"}),
    ],
)
def test_what_is_refused_says_why(kind: str, reasons: set[str]) -> None:
    told = {
        page.lang: decided(page) for page in PAGES if page.kind == kind and page.skin in ("ghost", "plain")
    }

    assert set(told.values()) <= reasons, told

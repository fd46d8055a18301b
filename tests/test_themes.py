"""The same article comes out word for word in whatever theme it is printed."""

import pytest

from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Article, Page
from tests.theme_pages import THEMES
from tests.theme_story import STORIES, flattened, page, story

LANGUAGES = sorted(path.stem for path in STORIES.glob("??.toml"))


def cleaned(page: Page) -> Article:
    outcome = clean(page)
    assert isinstance(outcome, Article), outcome
    return outcome


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", THEMES)
def test_the_article_comes_out_word_for_word(theme: str, language: str) -> None:
    told = story(language)
    html = page(told, THEMES[theme](told))
    article = cleaned(Page(url="https://lamp.example/news/lighthouse-handed-back", html=html.encode()))

    assert [p.text for p in article.paragraphs] == list(told.paragraphs)
    assert article.title == told.title
    assert article.language == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_flattened_page_comes_out_word_for_word(language: str) -> None:
    told = story(language)
    article = cleaned(Page(url="lighthouse.txt", text=flattened(told)))

    assert [p.text for p in article.paragraphs] == list(told.paragraphs)
    assert article.title == told.title

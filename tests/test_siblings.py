"""What stands in and around an article and is none of it goes in whatever markup and language, and the article stays whole."""

import tomllib
from dataclasses import dataclass

import pytest

from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Article, Page
from tests.theme_story import STORIES, Story, each, page, story


@dataclass(frozen=True, slots=True, kw_only=True)
class Sibling:
    """One page: a kind of tail, the language of its story, its markup and what comes out beside the story."""

    kind: str
    language: str
    html: str
    also: tuple[str, ...] = ()
    loose: bool = False  # lines whose convention is open may stay as well

    def body(self, told: Story) -> str:
        first, second = told.paragraphs[:6], told.paragraphs[6:]
        return self.html.format(
            title=told.title,
            first=each("<p>{0}</p>", first),
            second=each("<p>{0}</p>", second),
            run=" ".join(told.paragraphs),
            p0=first[0],
            rest=each("<p>{0}</p>", told.paragraphs[1:]),
        )


def siblings() -> list[Sibling]:
    told = tomllib.loads((STORIES / "siblings.toml").read_text(encoding="utf-8"))["case"]
    return [Sibling(**{k: tuple(v) if isinstance(v, list) else v for k, v in case.items()}) for case in told]


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=f"{case.kind}-{case.language}-{n}") for n, case in enumerate(siblings())],
)
def test_the_article_alone_comes_out(case: Sibling) -> None:
    told = story(case.language)
    html = page(told, case.body(told))
    article = clean(Page(url="https://lamp.example/news/lighthouse-handed-back", html=html.encode()))
    assert isinstance(article, Article), article
    found = [p.text for p in article.paragraphs]
    wanted = [*told.paragraphs, *case.also]

    assert [text for text in wanted if text not in found] == []
    if not case.loose:
        assert sorted(found) == sorted(wanted)

"""An article's pictures: their address however it waits for a script, their caption however it is set, and neither in the text."""

from __future__ import annotations

import pytest

from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Article, Image, Page
from tests.test_body import PARAGRAPHS, page, paragraphs

CAPTION = "The hall on Tuesday, seen from the balcony"
EMPTY = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
PICTURE = "<img src='/hall-900.jpg'>"
SET = "/hall-300.jpg 300w, /hall-900.jpg 900w"
TOLD = f"<figcaption>{CAPTION}</figcaption>"


def article(figure: str) -> Article:
    html = page(paragraphs(PARAGRAPHS[:2]) + figure + paragraphs(PARAGRAPHS[2:]))
    record = clean(Page(url="https://crier.example/council-budget", html=html.encode()))
    assert isinstance(record, Article)
    return record


@pytest.mark.parametrize(
    "figure",
    [
        f"<figure><img src='/spinner.gif' data-original='/hall-900.jpg'>{TOLD}</figure>",
        f"<figure><img src='{EMPTY}' data-srcset='{SET}'>{TOLD}</figure>",
        f"<figure><picture><source srcset='/hall-400.webp 400w'><source srcset='{SET}'><img src='{EMPTY}'></picture>{TOLD}</figure>",
        f"<figure><div style=\"background-image: url('/hall-900.jpg')\"></div>{TOLD}</figure>",
        f"<figure><button>{PICTURE}<span>Open image in gallery</span></button>{TOLD}</figure>",
        f"<figure>{PICTURE}<div>1 / 3</div>{TOLD}</figure>",
        f"<div class=media><figure>{PICTURE}</figure><div class=media-caption><span>{CAPTION}</span></div></div>",
        f"<aside class=inline-image>{PICTURE}<p>{CAPTION}</p></aside>",
        f"<div class=my-8><div class=relative>{PICTURE}</div><p class='mt-2 text-sm text-gray-500'>{CAPTION}</p></div>",
        f"<div><img src='/hall-900.jpg' aria-describedby=c1></div><div id=c1>{CAPTION}</div>",
    ],
)
def test_a_picture_has_its_address_and_its_caption_and_the_text_neither(figure: str) -> None:
    record = article(figure)

    assert record.images == (Image("https://crier.example/hall-900.jpg", CAPTION, None),)
    assert [paragraph.text for paragraph in record.paragraphs] == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "box",
    [
        f"<aside class=related>{PICTURE}<p>{CAPTION}</p></aside>",
        f"<aside class=related-image><a href=/ferry>{PICTURE}<p>Ferry stays in port for a month</p></a></aside>",
    ],
)
def test_a_box_beside_the_article_gives_no_picture(box: str) -> None:
    assert article(box).images == ()


def test_a_figure_that_browsers_do_not_show_is_no_place_for_a_caption() -> None:
    box = f"<div class=media>{PICTURE}<noscript><figure>{PICTURE}</figure></noscript><p class=caption>{CAPTION}</p></div>"

    assert article(box).images == (Image("https://crier.example/hall-900.jpg", CAPTION, None),)

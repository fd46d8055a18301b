"""Headlines as a reader sees them: lines, boxes, badges, kickers, names of sites, headings that are no h1."""

import pytest

from columnist.pipelines.document.read import read_document
from columnist.pipelines.metadata.read import read_metadata
from columnist.pipelines.metadata.record import Metadata
from columnist.pipelines.records.article import Page

URL = "https://harbour-courier.example/town/bridge"
HEADLINE = "Harbour bridge reopens after repairs"
BODY = (
    "<p>The harbour bridge carried its first bus since January on Monday, when the mayor cut a ribbon.</p>"
    * 3
)


def read(head: str, top: str) -> Metadata:
    page = f"<html><head>{head}</head><body><main><article>{top}{BODY}</article></main></body></html>"
    return read_metadata(read_document(Page(url=URL, html=page.encode())))


@pytest.mark.parametrize(
    "inside",
    [
        "Harbour bridge<br>reopens after<br/>repairs",
        "\n Harbour bridge\n reopens<br>after repairs\n",
        "<div>Harbour bridge</div><div>reopens after repairs</div>",
        "<span>Harbour bridge</span><span>reopens after repairs</span>",
        "Harbour bridge <em>re</em>opens after repairs",
        "<span>H</span>arbour bridge reopens after repairs",
        '<span class="sr-only">Story: </span>Harbour bridge reopens after repairs<button>Save</button>',
        '<span class="label label--premium">Plus</span>Harbour bridge reopens after repairs',
        'Harbour bridge reopens after repairs<a class="headerlink" href="#a">#</a>',
        'Harbour bridge reopens after repairs <span class="comment-count">7</span>',
        "Harbour bridge reopens after repairs<time>3 May</time>",
        '<a class="permalink" href="/town/bridge">Harbour bridge reopens after repairs</a>',
    ],
)
def test_words_of_a_headline_are_those_that_are_seen(inside: str) -> None:
    assert read("<title>Bridge</title>", f"<h1>{inside}</h1>").title == HEADLINE


@pytest.mark.parametrize(
    "name", ["kicker", "dachzeile", "antetitulo", "occhiello", "surtitre", "nadtytul", "vinjett"]
)
def test_a_kicker_in_the_headline_is_apart(name: str) -> None:
    said = read("<title>x</title>", f'<h1><span class="{name}">Old town</span><span>{HEADLINE}</span></h1>')
    assert (said.title, said.kicker) == (HEADLINE, "Old town")


@pytest.mark.parametrize(
    "top",
    [
        f'<h2 itemprop="headline">{HEADLINE}</h2>',
        f'<div class="headline">{HEADLINE}</div>',
        f'<h1>Town</h1><h2 class="entry-title">{HEADLINE}</h2>',
        f'<h1 class="logo"><a href="/">Harbour Courier</a></h1><h2 class="post-title">{HEADLINE}</h2>',
        f'<h1 class="visually-hidden">Story</h1><p class="article__title">{HEADLINE}</p>',
    ],
)
@pytest.mark.parametrize("head", ["Harbour Courier", "Town | Harbour Courier", f"{HEADLINE} - Town"])
def test_a_headline_need_not_be_the_h1(top: str, head: str) -> None:
    assert read(f"<title>{head}</title>", top).title == HEADLINE


@pytest.mark.parametrize(
    "title",
    [
        f"Mole : Town : {HEADLINE}",
        f"» {HEADLINE} :mole",
        f"Inside Mole: {HEADLINE}",
        f"{HEADLINE} - The Mole",
    ],
)
def test_a_heading_that_shows_a_piece_of_the_title_is_it_where_the_h1_is_a_logo(title: str) -> None:
    logo = '<h1><a href="/"><img src="/logo.png" alt="The Mole"></a></h1>'

    assert (
        read(f"<title>{title}</title>", f"{logo}<h3><a href='/town/bridge'>{HEADLINE}</a></h3>").title
        == HEADLINE
    )


def test_a_broken_line_is_no_space_where_words_are_not_spaced() -> None:
    assert (
        read("<title>港</title>", "<h1>港の橋が、<br>月曜日に再開へ</h1>").title == "港の橋が、月曜日に再開へ"
    )


def test_headlines_of_other_articles_are_none_of_this_one() -> None:
    teasers = '<div class="related"><h3 class="entry-title">Ferry sails again at last</h3></div>'
    assert read("<title>Bridge news</title>", f"<h1>Bridge news</h1>{teasers}").title == "Bridge news"


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        *((f"{HEADLINE} {mark} Harbour Courier", HEADLINE) for mark in "⋆«›•·|–¦<"),
        (f"{HEADLINE} [Harbour Courier]", HEADLINE),
        (f"Harbour Courier: {HEADLINE}", HEADLINE),
        (f"{HEADLINE} - Town - Harbour Courier - Home", HEADLINE),
        ("港の橋が月曜日に再開へ：Harbour Courier", "港の橋が月曜日に再開へ"),
        ("港口大桥周一重新通车_新闻_港口网", "港口大桥周一重新通车"),
        ("港口大桥周一重新通车-《港口报》", "港口大桥周一重新通车"),
        ("港口大橋週一重新通車 - 新聞 - 港口網", "港口大橋週一重新通車"),
        ("Il dit « non » au pont du port", "Il dit « non » au pont du port"),
    ],
)
def test_names_of_the_site_are_no_part_of_the_headline(title: str, headline: str) -> None:
    site = '<meta property="og:site_name" content="Harbour Courier">'
    assert read(f"<title>{title}</title>{site}", "").title == headline

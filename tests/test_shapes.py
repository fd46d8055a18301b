"""The law of shapes: what only its form tells to be none of the article, or all of it, in whatever markup."""

from __future__ import annotations

import pytest

from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Article, Page
from tests.test_body import PARAGRAPHS, TITLE, page, paragraphs

FIRST = PARAGRAPHS[0]
STORY = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)


def article_of(inner: str, after: str = "", language: str = "en") -> Article:
    html = page(inner, after, language=language)
    made = clean(Page(url="https://crier.example/council-budget", html=html.encode()))
    assert isinstance(made, Article), made
    return made


def lines_of(inner: str, after: str = "", language: str = "en") -> tuple[str, ...]:
    return tuple(p.text for p in article_of(inner, after, language).paragraphs)


def within(inner: str, at: int = 2) -> str:
    return f"{paragraphs(PARAGRAPHS[:at])}{inner}{paragraphs(PARAGRAPHS[at:])}"


SECRET = "Readers of the print edition find the plans of the library and all the figures in the supplement of Friday."
HIDDEN = {
    "attribute": f"<div hidden><p>{SECRET}</p></div>",
    "style": f"<div style='display:none'><p>{SECRET}</p></div>",
    "style with space": f"<p style='color:red; display: none !important'>{SECRET}</p>",
    "visibility": f"<section style='visibility:hidden;height:0'><p>{SECRET}</p></section>",
    "off the screen": f"<div style='position:absolute;left:-9999px'><p>{SECRET}</p></div>",
    "screen readers": f"<p class='screen-reader-text'>{SECRET}</p>",
    "Bootstrap": f"<div class='visually-hidden'><p>{SECRET}</p></div>",
    "Drupal": f"<p class='element-invisible'>{SECRET}</p>",
}


@pytest.mark.parametrize("place", [0, 2, 5])
@pytest.mark.parametrize("kind", HIDDEN)
def test_what_no_eyes_see_is_no_text(kind: str, place: int) -> None:
    assert lines_of(within(HIDDEN[kind], place)) == PARAGRAPHS


def test_what_a_click_shows_stays() -> None:
    rest = f"<div style='display:none' class='rest'>{paragraphs(PARAGRAPHS[2:])}</div>"

    assert lines_of(paragraphs(PARAGRAPHS[:2]) + rest) == PARAGRAPHS


def test_a_hidden_copy_beside_the_article_is_no_text() -> None:
    copy = f"<div class='data' style='display:none'><div>2026-02-17T08:57:40+01:00</div><div>{' '.join(PARAGRAPHS)}</div></div>"

    assert lines_of(STORY, copy) == PARAGRAPHS


REST = FIRST[1:]
CAPS = {
    "picture": f"<p><img src='/caps/t.png' alt='T'>{REST}</p>",
    "picture in a span": f"<p><span class='cap'><img src='/caps/t.png' alt='T'></span>{REST}</p>",
    "before": f"<span class='lettrine'>T</span><p>{REST}</p>",
    "in a box before": f"<div class='dropcap'>T</div><p>{REST}</p>",
    "twice": f"<p><span class='dropcap' aria-hidden='true'>T</span><span class='sr-only'>The</span><span aria-hidden='true'>he</span>{FIRST[3:]}</p>",
    "letter twice": f"<p><span aria-hidden='true'>T</span><span class='visually-hidden'>T</span>{REST}</p>",
    "once": f"<p><span class='first-letter'>T</span>{REST}</p>",
    "hidden from ears alone": f"<p><span aria-hidden='true'>T</span>{REST}</p>",
}


@pytest.mark.parametrize("kind", CAPS)
def test_a_drop_cap_is_the_first_letter_of_its_word(kind: str) -> None:
    assert lines_of(CAPS[kind] + paragraphs(PARAGRAPHS[1:]))[0] == FIRST


INLINE = {
    "icon": (f"<p>{FIRST} <i class='fa' aria-hidden='true'>external link</i></p>", FIRST),
    "link for ears": (f"<p><a href='/x'>{FIRST}<span class='sr-only'> (opens in a new window)</span></a></p>", FIRST),
    "tooltip": (
        "<p>Mayor <a href='/who'>Ines Sorge<span role='tooltip'><b>Ines Sorge</b> has led the town since 2019.</span></a> said that the"
        " reserve of 4.2 million would be enough for the first year.</p>",
        "Mayor Ines Sorge said that the reserve of 4.2 million would be enough for the first year.",
    ),
    "card": (
        "<p>Mayor <span><a href='/who'>Ines Sorge</a><span class='hover-card'><b>Ines Sorge</b><a href='/1'>The mayor's budget</a></span></span>"
        ", who spoke last, said that the reserve would be enough for the first year of works.</p>",
        "Mayor Ines Sorge, who spoke last, said that the reserve would be enough for the first year of works.",
    ),
    "cells": (
        "<div class='row'><span>Opening hours</span><span>Sunday, ten to four, free for children and for all who come by bus</span></div>",
        "Opening hours Sunday, ten to four, free for children and for all who come by bus",
    ),
    "one word": ("<p>The paper of the town wrote of the You<b>Tube</b> channel of the council in a long report.</p>",
                 "The paper of the town wrote of the YouTube channel of the council in a long report."),
}  # fmt: skip


@pytest.mark.parametrize("kind", INLINE)
def test_a_paragraph_reads_as_eyes_see_it(kind: str) -> None:
    markup, text = INLINE[kind]

    assert text in lines_of(within(markup))


CAPTION = "Members of the council wait outside the hall on the evening of the vote."
PICTURES = {
    "div": f"<div class='article-image'><img src='/i/1.jpg'><div class='caption'>{CAPTION}</div></div>",
    "WordPress": f"<div class='wp-caption aligncenter'><img src='/i/1.jpg'><p class='wp-caption-text'>{CAPTION}</p></div>",
    "unnamed text": f"<div class='image-widget'><img src='/i/1.jpg'><p>{CAPTION}</p></div>",
    "legend": f"<div class='media'><a href='/big'><img src='/i/1.jpg'></a><span class='legende'>{CAPTION}</span></div>",
    "paragraph": f"<p><img src='/i/1.jpg'><br><em>{CAPTION} (Photo: Lena Orr)</em></p>",
    "lazy": f"<div class='photo'><img data-src='/i/1.jpg' src='/blank.png'><div class='bildunterschrift'>{CAPTION}</div></div>",
}


@pytest.mark.parametrize("at", [0, 2])
@pytest.mark.parametrize("kind", PICTURES)
def test_a_caption_without_a_figure_is_the_pictures_text(kind: str, at: int) -> None:
    made = article_of(within(PICTURES[kind], at))

    assert tuple(p.text for p in made.paragraphs) == PARAGRAPHS
    assert [(i.url, i.caption) for i in made.images] == [("https://crier.example/i/1.jpg", CAPTION)]


CREDITS = {
    "small": f"<span>{CAPTION}</span><small>© Lena Orr / Town Archive</small>",
    "named": f"{CAPTION} <span class='credit'>Photo: Lena Orr / Town Archive</span>",
    "cite": f"{CAPTION} <cite>Foto: Lena Orr / Town Archive</cite>",
    "sign": f"{CAPTION} © Lena Orr / Town Archive",
}


@pytest.mark.parametrize("kind", CREDITS)
def test_caption_and_credit_are_told_apart(kind: str) -> None:
    figure = f"<figure><img src='/i/a,b-320.jpg' srcset='/i/a,b-320.jpg 320w, /i/a,b-640.jpg 640w'><figcaption>{CREDITS[kind]}</figcaption></figure>"
    image = article_of(within(figure)).images[0]

    assert (image.url, image.caption, image.credit) == (
        "https://crier.example/i/a,b-640.jpg",
        CAPTION,
        "Lena Orr / Town Archive",
    )


GALLERY = "".join(
    f"<li><h2>{n}/4</h2><p>A walking stool, number {n}, won the first prize at the fair.</p><p class='by'>Karst</p></li>"
    for n in range(1, 5)
)


def test_a_gallery_inside_the_text_is_none_of_it() -> None:
    assert (
        lines_of(within(f"<div class='g'><h2>The year in pictures</h2><ul>{GALLERY}</ul></div>"))
        == PARAGRAPHS
    )


WALLS = {
    "en": ("This article is for subscribers.", "Already a subscriber? Log in"),
    "de": ("Jetzt weiterlesen mit Bote+", "Monatlich kündbar, die ersten vier Wochen für 0 €.", "Sie haben bereits ein Abo? Hier anmelden"),
    "fr": ("Cet article est réservé aux abonnés. Il vous reste 60% de cet article à lire.", "Déjà abonné ? Se connecter"),
    "es": ("Suscríbete para seguir leyendo", "Lee sin límites por 1 € el primer mes", "¿Ya eres suscriptor? Inicia sesión"),
    "it": ("Per continuare a leggere abbonati a 1 € al mese", "Sei già abbonato? Accedi"),
    "pt": ("Conteúdo exclusivo para assinantes", "Já é assinante? Entrar"),
    "nl": ("Verder lezen? Word abonnee voor € 1", "Al abonnee? Log in"),
    "pl": ("Czytaj dalej z prenumeratą", "Masz już prenumeratę? Zaloguj się"),
    "sv": ("Fortsätt läsa för 1 kr", "Är du prenumerant? Logga in"),
    "nb": ("Denne saken er for abonnenter.", "Er du allerede abonnent? Logg inn"),
    "da": ("Læs videre med et abonnement", "Har du allerede et abonnement? Log ind"),
    "fi": ("Jatka lukemista tilaajana", "Oletko jo tilaaja? Kirjaudu"),
    "cs": ("Pro pokračování ve čtení si kupte předplatné", "Už máte předplatné? Přihlaste se"),
    "hu": ("Olvassa tovább 990 Ft-ért", "Már előfizető? Jelentkezzen be"),
    "ru": ("Оформите подписку за 1 ₽", "Уже есть подписка? Войти"),
    "tr": ("Okumaya devam etmek için abone olun", "Zaten abone misiniz? Giriş yapın"),
}  # fmt: skip


@pytest.mark.parametrize("language", WALLS)
def test_an_offer_at_the_texts_end_is_none_of_it(language: str) -> None:
    assert lines_of(STORY + paragraphs(WALLS[language])) == PARAGRAPHS


EMBEDS = {
    "en": "To view this content you need to accept cookies from social networks.",
    "de": "Zum Anzeigen dieses Inhalts brauchen wir Ihre Zustimmung, da personenbezogene Daten übermittelt werden.",
    "nl": "Voor dit onderdeel is toestemming nodig. Accepteer cookies van sociale media om de inhoud te zien.",
    "fr": "Ce contenu n’a pas pu être chargé, car vous avez refusé les cookies des réseaux sociaux.",
    "es": "Este contenido no se puede mostrar porque no has aceptado las cookies.",
    "it": "Questo contenuto non è visibile perché non hai dato il consenso ai cookie.",
    "pl": "Ta treść jest niedostępna bez zgody na pliki cookie.",
    "sv": "Innehållet från andra kan inte visas utan ditt samtycke till kakor.",
}


@pytest.mark.parametrize("language", EMBEDS)
def test_a_box_that_asks_for_consent_is_none_of_it(language: str) -> None:
    assert (
        lines_of(within(f"<div class='x1'><p>{EMBEDS[language]}</p><button>OK</button></div>")) == PARAGRAPHS
    )


WORDS = ("I used to work there and I can tell you that the roof was fine, whatever the council says.", "Forty jobs! Where do they get these numbers from? I have never seen more than five people.")  # fmt: skip
READERS = {
    "custom elements": "<user-discussion>" + "".join(f"<discussion-item><p>{w}</p></discussion-item>" for w in WORDS) + "</user-discussion>",
    "table": "<a id='comments'></a><table>" + "".join(f"<tr><td><b>Cleo</b> wrote on 1{n}.11.2026</td></tr><tr><td>{w}</td></tr>" for n, w in enumerate(WORDS)) + "</table>",
    "unnamed": "<div class='kk'>" + "".join(f"<div class='m'>Piter 6 January 2026 14:0{n}</div><div class='t'>{w}</div>" for n, w in enumerate(WORDS)) + "</div>",
}  # fmt: skip


@pytest.mark.parametrize("kind", READERS)
def test_readers_words_are_not_the_article(kind: str) -> None:
    assert lines_of(STORY + READERS[kind]) == PARAGRAPHS


OTHERS = (
    "A father, a court and a year of silence",
    "Five debates and no answer on water",
    "What the envoy did not say",
)
SUMMARY = (
    "Nobody who wants to be mayor has looked under the street, where the pipes are older than the party."
)
LISTS = {
    "linked titles": "<ul>" + "".join(f"<li class='i'><div class='h'><a href='/o/{n}'>{t}</a></div><p class='d'>{SUMMARY}</p></li>" for n, t in enumerate(OTHERS)) + "</ul>",
    "dated titles": "<div class='l'>" + "".join(f"<div class='i'><h3>{t}</h3><div>0{n + 1}.12.2025 03:11</div><p class='d'>{SUMMARY} {n}.</p></div>" for n, t in enumerate(OTHERS)) + "</div>",
}  # fmt: skip


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_of_other_articles_below_is_none_of_it(kind: str) -> None:
    assert lines_of(STORY, LISTS[kind]) == PARAGRAPHS


def test_a_list_above_the_headline_is_none_of_it() -> None:
    ticker = "".join(f"<li><b>{title}.</b> {SUMMARY}</li>" for title in OTHERS)
    html = page(STORY).replace("<main>", f"<div class='t'><ul>{ticker}</ul></div><main>")
    made = clean(Page(url="https://crier.example/council-budget", html=html.encode()))

    assert isinstance(made, Article)
    assert tuple(p.text for p in made.paragraphs) == PARAGRAPHS


@pytest.mark.parametrize(
    "label", ["AI summary", "Zusammenfassung", "En bref", "Samenvatting", "W skrócie", "要約"]
)
def test_a_summary_behind_a_button_is_none_of_it(label: str) -> None:
    panel = f"<div class='tools'><button>{label}</button><div class='layer'><p>{SUMMARY}</p><p>{SUMMARY[:-1]} that promises them.</p></div></div>"

    assert lines_of(f"{panel}<div class='story-text'>{STORY}</div>") == PARAGRAPHS


POINTERS = {
    "bold opening": [
        f"<p><strong>PEEK HERE TOO | <a href='/a/{n}'>{title}</a></strong></p>"
        for n, title in enumerate(OTHERS)
    ],
    "sign": [f"<p>» <a href='/a/1'>{OTHERS[0]}</a></p>"],
    "several": [
        "<p>"
        + "<br>".join(f"<a href='/a/{n}'>{title}</a> [REPORT]" for n, title in enumerate(OTHERS))
        + "</p>"
    ],
}


@pytest.mark.parametrize("kind", POINTERS)
def test_pointers_to_other_articles_are_none_of_it(kind: str) -> None:
    pieces = [*POINTERS[kind], *[""] * 5]

    assert (
        lines_of("".join(f"<p>{text}</p>{piece}" for text, piece in zip(PARAGRAPHS, pieces, strict=False)))
        == PARAGRAPHS
    )


MENUS = "".join(f"<li><a href='/m/{n}'>{title}</a></li>" for n, title in enumerate((*OTHERS, "Rain, then more rain", "Bridge to close", "Choir loses altos", "Bread costs more")))  # fmt: skip


def test_late_paragraphs_are_judged_with_their_like() -> None:
    cell = "<div class='cell'><div class='cell-in px-24'>{}</div></div>"
    link_box = cell.format(f"<div class='hot'><div>All</div><ul>{MENUS}</ul></div>")
    columns = "".join(cell.format(f"<p class='t-18'>{text}</p>") + link_box * 2 for text in PARAGRAPHS)

    assert lines_of(f"<div class='grid'>{columns}</div>") == PARAGRAPHS


def test_the_article_goes_on_below_a_card_with_a_headline() -> None:
    card = "<article class='card'><h1>How a drying cylinder works</h1><a href='/v'>Watch</a></article>"

    assert lines_of(f"<div class='body'>{within(card, 3)}</div>") == PARAGRAPHS


def test_a_table_between_paragraphs_stays_whole() -> None:
    rows = "".join(
        f"<tr><td>{name}</td><td>{n}25.86</td><td>-{n}.99</td></tr>"
        for n, name in enumerate(("TLM", "KRB", "DNM"), 1)
    )

    lines = lines_of(
        within(f"<table class='stocks'><tr><th>Ticker</th><th>Last</th><th>Change</th></tr>{rows}</table>", 1)
    )
    assert [line for line in lines if "25.86" in line] == [
        "TLM | 125.86 | -1.99",
        "KRB | 225.86 | -2.99",
        "DNM | 325.86 | -3.99",
    ]


def test_paragraphs_in_a_heading_that_was_left_open_stay() -> None:
    head, rest = PARAGRAPHS[0], PARAGRAPHS[1:]

    assert lines_of(f"<p>{head}</p><h2><div>{paragraphs(rest)}</div></h2>") == PARAGRAPHS


def test_a_style_sheet_that_is_shown_is_no_text() -> None:
    style = (
        "body { margin: 0 0 0 0; } #top { padding: 3px; height: 20px } .news { color: #333; float: left; }"
    )

    assert lines_of(f"<div>{style}</div>{paragraphs(PARAGRAPHS)}") == PARAGRAPHS


def test_answers_without_height_stay_and_one_such_box_goes() -> None:
    hidden = "style='height:0;overflow:hidden'"
    answers = "".join(
        f"<h3>Question {n}?</h3><div {hidden}><p>{text}</p></div>" for n, text in enumerate(PARAGRAPHS[3:5])
    )
    lines = lines_of(f"{paragraphs(PARAGRAPHS[:3])}{answers}{paragraphs(PARAGRAPHS[5:])}")

    assert [text for text in PARAGRAPHS if text not in lines] == []
    assert SECRET not in lines_of(within(f"<div {hidden}>{SECRET}</div>"))


def test_lines_recur_by_right_in_a_plan() -> None:
    days = "".join(f"<h3>{day}</h3><p>Cook it the evening before, it takes 40 minutes</p><p>Barley with leeks, number {n}</p><p>Eat it two hours before the first batch</p>" for n, day in enumerate(("Monday", "Tuesday", "Wednesday")))  # fmt: skip
    lines = lines_of(f"<p>{FIRST}</p>{days}{paragraphs(PARAGRAPHS[3:])}")

    assert lines.count("Eat it two hours before the first batch") == 3


@pytest.mark.parametrize("name", ["paywall", "o-paywall paid-content", "paywall-content"])
def test_paragraphs_named_paywall_are_the_article(name: str) -> None:
    assert lines_of("".join(f"<p class='{name}'>{text}</p>" for text in PARAGRAPHS)) == PARAGRAPHS


def test_an_article_of_which_much_was_dropped_is_doubted() -> None:
    rest = "".join(f"<p class='text'>{text}</p>" for text in (*WORDS, *WORDS))
    body = "".join(f"<p class='text'>{text}</p>" for text in PARAGRAPHS)

    assert "doubt" not in article_of(body).extra
    assert (
        article_of(body, f"<section id='comments' class='comments'><div class='story'>{rest}</div></section>")
        .extra["doubt"]
        .startswith("alike-dropped 0.")
    )


LINKS = "<br>".join(
    f"<a href='/r/{n}'>{title}</a>"
    for n, title in enumerate(("Culture", "Sport", "Society", "Music", "Letters"))
)
BREAKS = "<br><br>".join(PARAGRAPHS)
ASIDE = "<br>".join(OTHERS)
LAYOUTS = {
    "cells beside": f"<table><tr><td>{LINKS}</td><td><b>{TITLE}</b><br><br>{BREAKS}</td><td>Most read<br>{ASIDE}</td></tr></table>",
    "rubrics behind": f"<table><tr><td><h1>{TITLE}</h1>{BREAKS}</td><td>Latest<br>{LINKS}<br>Most read<br>{ASIDE}</td></tr></table>",
    "nested": f"<table><tr><td>{LINKS}</td><td><table><tr><td><h1>{TITLE}</h1></td></tr><tr><td>Share on facebook<br>Facebook</td></tr><tr><td>{BREAKS}</td></tr>"
    f"<tr><td>0 comments</td></tr></table></td><td><table><tr><td>Most read</td></tr><tr><td>{ASIDE}</td></tr></table></td></tr></table>",
}  # fmt: skip


@pytest.mark.parametrize("kind", LAYOUTS)
def test_a_table_that_lays_out_the_page_gives_the_storys_paragraphs(kind: str) -> None:
    html = (
        f"<html lang=en><head><title>{TITLE}</title></head><body bgcolor=white>{LAYOUTS[kind]}</body></html>"
    )
    made = clean(Page(url="https://crier.example/council-budget", html=html.encode()))

    assert isinstance(made, Article)
    assert [(p.kind, p.text) for p in made.paragraphs] == [("p", text) for text in PARAGRAPHS]


def test_the_title_stays_the_pages() -> None:
    assert article_of(STORY).title == TITLE


KOREAN = (
    "달래골의 오래된 물레방아가 이번 토요일부터 다시 곡식을 찧기 시작한다고 마을 이장이 화요일 밝혔다. 마지막으로 멈춘 지 꼭 사십 년 만이다.",
    "공사비의 절반은 군청이 내고 나머지는 주민들이 떡을 팔고 잔치를 열어 모았으며 도시로 나간 졸업생들도 힘을 보탰다.",
    "“아무도 거저 준 것이 없으니 아무도 빼앗아 갈 수 없다”고 방앗간을 맡은 오금례 씨는 말했다. 그는 할아버지에게 일을 배웠다.",
    "칠백 미터 길이의 물길은 농업고등학교 학생들이 두 해 여름 동안 손으로 치웠는데 그 안에서 시계 세 개와 자전거 한 대가 나왔다.",
)
KOREAN_LINES = {
    "a linked headline": "<p>☞ <a href=/a/1>다리가 세 주 동안 통제된다</a></p>",
    "a bare linked headline": "<p><a href=/a/1>광장의 참나무 세 그루가 올가을에 베인다</a></p>",
    "a numbered gallery": "<ul><li>1/3 걷는 의자가 상을 받았다.</li><li>2/3 욕조는 한 번 날았다.</li><li>3/3 자전거는 비까지 버텼다.</li></ul>",
    "a sign-up": "<div><p>골짜기의 이야기를 매주 금요일 보내 드립니다.</p><form><input type=email><button>구독</button></form></div>",
}


@pytest.mark.parametrize("name", KOREAN_LINES)
def test_korean_paragraphs_are_long_by_their_width(name: str) -> None:
    inner = f"{paragraphs(KOREAN[:2])}{KOREAN_LINES[name]}{paragraphs(KOREAN[2:])}"

    assert lines_of(inner, language="ko") == KOREAN


CODE = "def keep(row):\n    if row.score >= 0.4:\n        return True\n\n    return row.name in {'lead', 'subhead'}\n"


def test_code_is_not_parted_as_prose_is() -> None:
    assert lines_of(within(f"<pre>{CODE}</pre>"))[2] == " ".join(CODE.split())

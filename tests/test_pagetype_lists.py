"""Lists that print whole posts, pages of the site's own, walls and refusals are no articles; what looks like them is one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Article, Hint, Page

TEXTS = {
    "en": ("The ferry to the islands sails again after the storm", "The ferry to the outer islands sailed on Tuesday for the first time since the storm, with forty people and the post of two weeks on board. "),
    "de": ("Die Fähre zu den Inseln fährt nach dem Sturm wieder", "Die Fähre zu den äußeren Inseln ist am Dienstag zum ersten Mal seit dem Sturm gefahren, mit vierzig Leuten und der Post von zwei Wochen an Bord. "),
    "es": ("El transbordador a las islas navega otra vez tras la tormenta", "El transbordador a las islas navegó el martes por primera vez desde la tormenta, con cuarenta personas y el correo de dos semanas a bordo. "),
    "ru": ("Паром на острова снова ходит после шторма", "Паром на дальние острова вышел во вторник впервые после шторма, на борту было сорок человек и почта за две недели. "),
    "ja": ("嵐のあと離島へのフェリーが再び運航を始めた", "離島へのフェリーは火曜日、嵐のあと初めて出航し、四十人の乗客と二週間分の郵便物を運んだ。船長は波はまだ高いと話した。"),
}  # fmt: skip
SITE = "https://paper.example"


def page_of(
    body: str, path: str, title: str = "", head: str = "", classes: str = "", lang: str = "en"
) -> Page:
    html = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body class="{classes}">'
        f'<header><a href="/">The Paper</a></header>{body}<footer>© The Paper</footer></body></html>'
    )
    return Page(url=SITE + path, html=html.encode())


def reason_of(page: Page) -> str | None:
    made = clean(page)
    return None if isinstance(made, Article) else made.reason


def prose(lang: str, paragraphs: int = 12) -> str:
    return "".join(f"<p>{n}. {TEXTS[lang][1] * 2}</p>" for n in range(paragraphs))


def post(lang: str, n: int, style: str) -> str:
    title, text = f"{TEXTS[lang][0]} {n}", prose(lang)
    return {
        "article": f'<article><header><h2><a href="/s/{n}/ferry">{title}</a></h2></header><div>{text}</div></article>',
        "div": f'<div class="entry"><h1><a href="/s/{n}/ferry">{title}</a></h1>{text}</div>',
        "around": f'<div class="card"><a href="/s/{n}/ferry"><h3>{title}</h3></a>{text}</div>',
        "overlaid": f'<article><h2>{title}</h2>{text}<a aria-label="post link to {title}" href="/s/{n}/ferry"></a></article>',
    }[style]


@pytest.mark.parametrize("lang", TEXTS)
@pytest.mark.parametrize("style", ["article", "div", "around", "overlaid"])
@pytest.mark.parametrize("posts", [1, 2, 9])
def test_whole_posts_with_addresses_of_their_own_are_a_list_however_long(
    lang: str, style: str, posts: int
) -> None:
    body = "<main>" + "".join(post(lang, n, style) for n in range(posts)) + "</main>"

    assert (
        reason_of(page_of(body, "/tag/ferries" if posts == 1 else "/ferries", "Ferries", lang=lang))
        == "index-page"
    )


@pytest.mark.parametrize("lang", TEXTS)
def test_an_article_whose_headline_leads_to_itself_is_one_among_cards_of_others(lang: str) -> None:
    title = TEXTS[lang][0]
    for href in (
        "/s/1/ferry",
        "/s/1/ferry/?utm_source=x",
        "/?p=1",
    ):  # its own, with the reader's way, the short one
        body = (
            f'<main><article><h2><a href="{href}">{title}</a></h2>{prose(lang)}</article></main>'
            + "".join(
                f'<aside><h3><a href="/s/{n}/x">{title} {n}</a></h3><p>{TEXTS[lang][1]}</p></aside>'
                for n in range(2, 6)
            )
        )
        assert reason_of(page_of(body, "/s/1/ferry", f"{title} - The Paper", lang=lang)) is None


@pytest.mark.parametrize(
    ("classes", "reason"),
    [
        ("archive date", "index-page"), ("archive tag tag-port tag-3", "index-page"), ("archive author author-ann author-2", "index-page"),
        ("home blog paged paged-3", "index-page"), ("search search-results", "index-page"), ("tag-template tag-port", "index-page"),
        ("mediawiki ns-14 ns-subject action-view", "index-page"), ("mediawiki ns-0 action-history", "index-page"),
        ("page-template-default page page-id-30", "index-page"),
        ("mediawiki ns-0 ns-subject action-view", None), ("post-template-default single single-post postid-4", None),
        ("single single-post paged-2 postid-4", None), ("archive", None), ("blog", None),
    ],
)  # fmt: skip
def test_what_the_software_calls_the_page_is_not_outvoted(classes: str, reason: str | None) -> None:
    body = f"<main><h1>{TEXTS['en'][0]}</h1>{prose('en', 4)}</main>"

    assert (
        reason_of(page_of(body, "/2026/11/ferry-sails-again-after-storm/", TEXTS["en"][0], classes=classes))
        == reason
    )


@pytest.mark.parametrize(
    "path", ["/mentions-legales/", "/impressum", "/about-us.html", "/kontakt/", "/en/privacy-policy"]
)
def test_a_site_that_speaks_of_itself_is_no_article(path: str) -> None:
    assert reason_of(page_of(f"<main><h1>Us</h1>{prose('en', 3)}</main>", path, "Us")) == "index-page"


def test_the_excerpt_of_another_article_is_not_the_text_of_a_closed_one() -> None:
    data = '<meta property="og:type" content="article">'
    card = f'<aside><article><a href="/s/2/x"><h2>{TEXTS["en"][0]}</h2><div>{TEXTS["en"][1] * 3}</div></a></article></aside>'
    body = f"<main><article><h1>Members read this first of all</h1><p>For members only</p></article></main>{card}"

    assert (
        reason_of(page_of(body, "/members", "Members read this first of all", data, "post-template"))
        == "no-text"
    )


REFUSALS = {
    "soft-404": ("Oops!", "Ups", "Etwas ist schiefgelaufen", "Accès refusé", "Acceso denegado", "Доступ запрещён", "Too many requests"),
    "no-text": ("We value your privacy", "Votre vie privée est notre priorité", "Ihre Privatsphäre ist uns wichtig", "Valoramos tu privacidad",
                "La tua privacy è importante per noi", "Twoja prywatność jest dla nas ważna", "Sign in to continue", "Войти"),
    "paywalled-stub": ("Subscribe to continue", "Abonnez-vous pour lire la suite", "Suscríbete para seguir leyendo",
                       "Abbonati per continuare a leggere", "Alleen voor abonnees", "Только для подписчиков"),
}  # fmt: skip
CASES = [(reason, heading) for reason, headings in REFUSALS.items() for heading in headings]


@pytest.mark.parametrize(("reason", "heading"), CASES)
def test_a_refusal_in_place_of_the_story_is_no_article(reason: str, heading: str) -> None:
    body = f"<main><h1>{heading}</h1>{prose('en', 2)}</main>"

    assert (
        reason_of(page_of(body, "/2026/11/02/some-long-headline-of-a-story", f"{heading} | The Paper"))
        == reason
    )


def test_a_story_about_such_a_page_is_an_article() -> None:
    for title in (
        "Oops! The band does it again",
        "Sign in to history: the guest book of the old inn",
        "Why papers say that they value your privacy",
    ):
        body = f"<main><article><h1>{title}</h1>{prose('en', 3)}</article></main>"
        assert reason_of(page_of(body, "/2026/11/02/some-long-headline-of-a-story", title)) is None


WALLS = (
    "Mit Ihrer Zustimmung speichern wir und unsere 120 Partner Cookies auf Ihrem Gerät und verarbeiten personenbezogene Daten. Sie können jederzeit widerrufen.",
    "Met uw toestemming plaatsen wij en onze partners cookies op uw apparaat en verwerken wij persoonsgegevens. U kunt dit altijd wijzigen in de instellingen.",
    "Con tu consentimiento, nosotros y nuestros socios usamos cookies para tratar datos personales. Puedes retirarlo en cualquier momento en esta página.",
    "Za Twoją zgodą my i nasi partnerzy zapisujemy pliki cookies i przetwarzamy dane osobowe na Twoim urządzeniu. Zgodę możesz wycofać w każdej chwili.",
)  # fmt: skip


@pytest.mark.parametrize("words", WALLS)
def test_a_wall_of_consent_is_known_by_what_it_speaks_of(words: str) -> None:
    body = (
        f"<main><h1>The Paper</h1><p>{words}</p><p>{words.rpartition('. ')[0]}!</p><button>OK</button></main>"
    )

    assert reason_of(page_of(body, "/2026/11/02/some-long-headline-of-a-story", "The Paper")) == "no-text"


@pytest.mark.parametrize("lang", TEXTS)
@pytest.mark.parametrize("posts", [1, 2, 9])
def test_posts_under_bold_links_are_a_list(lang: str, posts: int) -> None:
    title = TEXTS[lang][0]
    made = "".join(
        f'<div><b><a href="/{n}.html">{title} {n}</a></b>{prose(lang, 4)}</div>' for n in range(posts)
    )

    assert reason_of(page_of(f"<main>{made}</main>", "/town/", "The Paper", lang=lang)) == "index-page"


@pytest.mark.parametrize(
    ("via", "hints", "robots", "reason"),
    [
        ("link", (), "noindex, follow", "index-page"),
        ("section", (), "none", "index-page"),
        ("link", (), "index, nofollow", None),
        ("link", (Hint("news-sitemap"),), "noindex", None),
        ("feed", (), "noindex", None),
        (None, (), "noindex", None),
    ],
)
@pytest.mark.parametrize("signed", [False, True])
def test_noindex_counts_where_a_link_alone_led_to_the_page(
    via: str | None, hints: tuple[Hint, ...], robots: str, reason: str | None, signed: bool
) -> None:
    head = f'<meta name="robots" content="{robots}">'
    if signed:
        head += '<meta property="og:type" content="article"><meta property="article:published_time" content="2024-05-01T10:00:00Z">'
    page = page_of(f"<h1>{TEXTS['en'][0]}</h1>{prose('en')}", "/ferry-sails-again-1", TEXTS["en"][0], head)

    assert reason_of(replace(page, discovered_via=via, hints=hints)) == (None if signed else reason)

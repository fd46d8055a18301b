"""Articles pass, everything else is refused for its own reason: pages of several templates and languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape

import pytest

from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Article, Page, Reject, Rights
from columnist.pipelines.records.options import CleanOptions

# (language, section name, headlines' words, teaser sentences): written for these tests.
NEWS = {
    "en": ("Politics", ("Council closes the old bridge for a year", "Harbour strike enters its second week",
           "Three villages ask for a new railway stop", "School kitchens switch to local farms",
           "Museum returns a painting after eighty years", "Fire brigade looks for fifty volunteers",
           "Heating prices fall for the first time since spring", "Night trains to the coast start in May"),
           "Engineers found cracks in two of the pillars last week. Ferries run from Tuesday on, the town hall said."),
    "de": ("Politik", ("Stadtrat sperrt die alte Brücke für ein Jahr", "Streik im Hafen geht in die zweite Woche",
           "Drei Dörfer wollen einen neuen Bahnhalt", "Schulküchen kaufen bei Höfen der Umgebung",
           "Museum gibt Gemälde nach achtzig Jahren zurück", "Feuerwehr sucht fünfzig Freiwillige",
           "Heizkosten sinken zum ersten Mal seit dem Frühjahr", "Nachtzüge an die Küste fahren ab Mai"),
           "Fachleute haben Risse in zwei Pfeilern gefunden. Von Dienstag an fahren Fähren, teilte das Rathaus mit."),
    "fr": ("Politique", ("Le conseil ferme le vieux pont pour un an", "La grève du port entre dans sa deuxième semaine",
           "Trois villages demandent un nouvel arrêt de train", "Les cantines achètent aux fermes voisines",
           "Le musée rend un tableau après quatre-vingts ans", "Les pompiers cherchent cinquante volontaires",
           "Le prix du chauffage baisse pour la première fois", "Des trains de nuit vers la côte dès mai"),
           "Des ingénieurs ont trouvé des fissures dans deux piles. Des bacs circuleront dès mardi, a dit la mairie."),
    "es": ("Política", ("El concejo cierra el puente viejo durante un año", "La huelga del puerto entra en su segunda semana",
           "Tres pueblos piden una nueva parada de tren", "Los comedores compran en granjas cercanas",
           "El museo devuelve un cuadro después de ochenta años", "Los bomberos buscan cincuenta voluntarios",
           "El precio de la calefacción baja por primera vez", "Trenes nocturnos a la costa desde mayo"),
           "Los ingenieros hallaron grietas en dos pilares. Habrá transbordadores desde el martes, dijo el ayuntamiento."),
    "pl": ("Polityka", ("Rada zamyka stary most na cały rok", "Strajk w porcie trwa już drugi tydzień",
           "Trzy wsie proszą o nowy przystanek kolejowy", "Szkolne kuchnie kupują w pobliskich gospodarstwach",
           "Muzeum oddaje obraz po osiemdziesięciu latach", "Straż pożarna szuka pięćdziesięciu ochotników",
           "Ceny ogrzewania spadają po raz pierwszy od wiosny", "Nocne pociągi nad morze ruszają w maju"),
           "Inżynierowie znaleźli pęknięcia w dwóch filarach. Promy będą kursować od wtorku, podał urząd miasta."),
    "ja": ("政治", ("市議会が古い橋を一年間閉鎖すると発表した", "港のストライキが二週目に入り物流に影響", "三つの村が新しい駅の設置を求める要望書",
           "学校給食が近隣の農家からの仕入れを開始", "美術館が八十年ぶりに絵画を返還すると決定", "消防団が五十人のボランティアを募集",
           "暖房費が春以来初めて下落したと市が公表", "海岸への夜行列車が五月から運行を開始"),
           "技師が先週、二本の橋脚にひび割れを見つけた。火曜日から渡し船が運航されると市役所は述べた。"),
    "ar": ("سياسة", ("المجلس يغلق الجسر القديم لمدة عام كامل", "إضراب الميناء يدخل أسبوعه الثاني دون اتفاق",
           "ثلاث قرى تطلب محطة قطار جديدة هذا العام", "مطابخ المدارس تشتري من المزارع القريبة",
           "المتحف يعيد لوحة بعد ثمانين عاما من الغياب", "الإطفاء يبحث عن خمسين متطوعا جديدا",
           "أسعار التدفئة تنخفض للمرة الأولى منذ الربيع", "قطارات ليلية إلى الساحل اعتبارا من مايو"),
           "عثر المهندسون على شقوق في اثنين من الأعمدة. وستعمل العبارات اعتبارا من الثلاثاء، بحسب البلدية."),
}  # fmt: skip
HOST = "https://news.example"


def _page(lang: str, title: str, body: str, head: str = "", attributes: str = "") -> bytes:
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(title)}</title>{head}</head>'
        f"<body {attributes}><header><nav><a href='/'>Home</a> <a href='/news'>News</a></nav></header>{body}"
        f"<footer><p>© The Example Courier</p></footer></body></html>"
    ).encode()


def _teasers(lang: str, template: Callable[[str, str, str], str], repeat: int = 2) -> str:
    _, headlines, teaser = NEWS[lang]
    return "".join(
        template(f"/{n}/{i}/story-{i}", headline, teaser)
        for n in range(repeat)
        for i, headline in enumerate(headlines)
    )


def _wordpress(lang: str) -> tuple[str, bytes]:
    name = NEWS[lang][0]
    items = _teasers(lang, lambda u, h, t: f'<article class="post hentry"><h2 class="entry-title"><a href="{u}">{h}</a></h2>'
                     f'<div class="entry-summary"><p>{t}</p><a class="more-link" href="{u}">+ ...</a></div></article>')  # fmt: skip
    return f"{HOST}/category/x", _page(
        lang, name, f"<main><h1>{name}</h1>{items}</main>", attributes='class="archive category"'
    )


def _cards(lang: str) -> tuple[str, bytes]:
    items = _teasers(
        lang, lambda u, h, t: f'<div class="card"><a href="{u}"><h3>{h}</h3><p>{t}</p></a></div>'
    )
    return f"{HOST}/politics", _page(
        lang, NEWS[lang][0], f'<div id="root"><div class="grid">{items}</div></div>'
    )


def _headlines_only(lang: str) -> tuple[str, bytes]:
    items = _teasers(lang, lambda u, h, t: f'<h3><a href="{u}">{h}</a></h3>')
    return f"{HOST}/section/news", _page(lang, NEWS[lang][0], f"<h1>{NEWS[lang][0]}</h1>{items}")


def _tables(lang: str) -> tuple[str, bytes]:
    items = _teasers(lang, lambda u, h, t: f'<tr><td><a href="{u}"><b>{h}</b></a><br>{t}<br></td></tr>')
    return f"{HOST}/", _page(lang, "The Example Courier", f"<table>{items}</table>")


def _long_teasers(lang: str) -> tuple[str, bytes]:
    """Teasers of four sentences, the headline not in a heading, nothing in address, class or types."""
    items = _teasers(lang, lambda u, h, t: f'<div><a href="{u}">{h}</a><p>{t} {t}</p></div>')
    return f"{HOST}/region", _page(lang, NEWS[lang][0], items)


def _tag_with_introduction(lang: str) -> tuple[str, bytes]:
    items = _teasers(lang, lambda u, h, t: f'<li><h2><a href="{u}">{h}</a></h2><p>{t}</p></li>')
    intro = f"<h1>#{NEWS[lang][0]}</h1><p>{NEWS[lang][2]} {NEWS[lang][2]} {NEWS[lang][2]}</p>"
    return f"{HOST}/tag/bridge", _page(lang, NEWS[lang][0], f"<main>{intro}<ul>{items}</ul></main>")


def _author(lang: str) -> tuple[str, bytes]:
    items = _teasers(
        lang, lambda u, h, t: f'<div class="item"><a href="{u}">{h}</a><time>12.03.2024</time></div>'
    )
    bio = f'<div class="bio"><h1>Anna Keller</h1><p>{NEWS[lang][2]} {NEWS[lang][2]}</p></div>'
    return f"{HOST}/autor/anna-keller", _page(
        lang, "Anna Keller", bio + items, head='<meta property="og:type" content="profile">'
    )


def _search(lang: str) -> tuple[str, bytes]:
    items = _teasers(lang, lambda u, h, t: f'<li><a href="{u}">{h}</a><div>{t}</div></li>', repeat=1)
    return f"{HOST}/?s=bridge", _page(lang, "Search", f"<h1>bridge</h1><ol>{items}</ol>")


def _read_more(lang: str) -> tuple[str, bytes]:
    """Headings without links, the link below the teaser, nothing in address, class or types."""
    items = _teasers(lang, lambda u, h, t: f'<h2>{h}</h2><p>{t}</p><a href="{u}">+ ...</a>')
    return f"{HOST}/news", _page(lang, NEWS[lang][0], f'<div class="content">{items}</div>')


def _called_article(lang: str) -> tuple[str, bytes]:
    items = _teasers(lang, lambda u, h, t: f'<div><h3><a href="{u}">{h}</a></h3><p>{t}</p></div>')
    head = '<meta property="og:type" content="article">'
    return f"{HOST}/category/news", _page(lang, NEWS[lang][0], items, head)


def _numbered(lang: str) -> tuple[str, bytes]:
    items = _teasers(lang, lambda u, h, t: f'<article><h3><a href="{u}">{h}</a></h3><p>{t}</p></article>')
    return f"{HOST}/news/page/3/", _page(lang, NEWS[lang][0], items)


INDEXES = (
    _read_more,
    _called_article,
    _numbered,
    _wordpress,
    _cards,
    _headlines_only,
    _tables,
    _long_teasers,
    _tag_with_introduction,
    _author,
    _search,
)


def _sentences(lang: str, times: int) -> str:
    _, headlines, teaser = NEWS[lang]
    return "".join(f"<p>{headlines[i % len(headlines)]} ({i}). {teaser}</p>" for i in range(times))


def _article(lang: str, times: int = 8, extra: str = "", head: str = "") -> bytes:
    headline = NEWS[lang][1][0]
    return _page(
        lang, headline, f"<article><h1>{headline}</h1>{_sentences(lang, times)}</article>{extra}", head
    )


NEWS_ARTICLE = (
    '<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",'
    '"headline":"Council closes the old bridge for a year","datePublished":"2024-03-12T10:00:00+01:00"}</script>'
    '<meta property="og:type" content="article">'
)


def _reason(url: str, html: bytes, options: CleanOptions = CleanOptions(), **more: object) -> str:
    verdict = clean(replace(Page(url=url, html=html), **more), options)  # type: ignore[arg-type]
    return verdict.reason if isinstance(verdict, Reject) else "article"


@pytest.mark.parametrize("lang", NEWS)
@pytest.mark.parametrize("build", INDEXES, ids=lambda build: build.__name__.strip("_"))
def test_index_pages_are_refused(build: Callable[[str], tuple[str, bytes]], lang: str) -> None:
    url, html = build(lang)

    assert _reason(url, html) == "index-page"


@pytest.mark.parametrize("lang", NEWS)
def test_an_article_above_a_list_of_related_headlines_is_an_article(lang: str) -> None:
    related = _teasers(
        lang, lambda u, h, t: f'<div class="card"><a href="{u}"><h3>{h}</h3></a><p>{t}</p></div>', 3
    )

    assert _reason(f"{HOST}/a", _article(lang, extra=f"<section>{related}</section>")) == "article"


@pytest.mark.parametrize(
    "url", ["/", "/blog", "/tag/bridge", "/search?q=bridge", "/category/politics", "/video/1"]
)
def test_long_prose_is_an_article_wherever_it_lies(url: str) -> None:
    assert _reason(HOST + url, _article("en", times=20)) == "article"


def test_a_newsflash_of_two_sentences_is_an_article_if_the_page_says_so() -> None:
    assert _reason(f"{HOST}/a", _article("en", times=1, head=NEWS_ARTICLE)) == "article"
    assert _reason(f"{HOST}/a", _article("en", times=1)) == "too-short"


def test_the_limit_of_characters_is_the_users() -> None:
    assert _reason(f"{HOST}/a", _article("en", times=1), CleanOptions(min_characters=50)) == "article"
    assert _reason(f"{HOST}/a", _article("en", times=8), CleanOptions(min_characters=5_000)) == "too-short"


ERRORS = (
    ("en", "Page not found", "Sorry, we could not find the page that you are looking for."),
    ("en", "404", "Nothing here."),
    ("en", "Error 404 | The Example Courier", "The link may be old."),
    ("de", "Seite nicht gefunden", "Die Seite, die Sie suchen, gibt es nicht mehr."),
    ("fr", "Page introuvable", "La page que vous cherchez a été déplacée."),
    ("es", "Página no encontrada", "Lo sentimos, esta página ya no existe."),
    ("pt", "Página não encontrada", "Lamentamos, mas esta página já não existe."),
    ("it", "Pagina non trovata", "Ci dispiace, la pagina richiesta non esiste più."),
    ("nl", "Pagina niet gevonden", "De pagina die u zoekt bestaat niet meer."),
    ("pl", "Nie znaleziono strony", "Strona, której szukasz, nie istnieje."),
    ("ru", "Страница не найдена", "Возможно, она была удалена или перемещена."),
    ("sv", "Sidan hittades inte", "Sidan du söker finns inte längre."),
    ("tr", "Sayfa bulunamadı", "Aradığınız sayfa kaldırılmış olabilir."),
    ("ja", "ページが見つかりません", "お探しのページは移動または削除された可能性があります。"),
    ("ar", "الصفحة غير موجودة", "عذرا، الصفحة التي تبحث عنها غير متوفرة."),
)  # fmt: skip


@pytest.mark.parametrize(("lang", "heading", "sorry"), ERRORS, ids=[e[1] for e in ERRORS])
@pytest.mark.parametrize("suggested", [False, True], ids=["bare", "with suggestions"])
def test_an_error_page_that_answers_200_is_a_soft_404(
    lang: str, heading: str, sorry: str, suggested: bool
) -> None:
    items = _teasers("en", lambda u, h, t: f'<div><h3><a href="{u}">{h}</a></h3><p>{t}</p></div>', 1)
    html = _page(lang, heading, f"<h1>{heading}</h1><p>{sorry}</p>{items if suggested else ''}")

    assert _reason(f"{HOST}/2024/03/12/bridge-closed-for-a-year", html) == "soft-404"


def test_an_article_about_error_pages_is_an_article() -> None:
    html = _page("en", "Page not found: how towns lose their archives", f"<article><h1>Page not found: how towns lose "
                 f"their archives</h1>{_sentences('en', 20)}</article>")  # fmt: skip

    assert _reason(f"{HOST}/a", html) == "article"


@pytest.mark.parametrize("headline", [
    "Errors in the tax office: 404 cases not found", "Statue not found after flood", "Before you continue to camp: a guide",
    "Wrack vor der Küste nicht gefunden", "Sign in the sand leads rescuers to sailor",
])  # fmt: skip
def test_a_headline_that_speaks_of_something_lost_is_no_error_page(headline: str) -> None:
    html = _page("en", headline, f"<article><h1>{headline}</h1>{_sentences('en', 4)}</article>")

    assert _reason(f"{HOST}/a", html) == "article"


WALLS = (
    ("en", "Please enable JavaScript", "You need to enable JavaScript to run this app."),
    ("en", "Just a moment...", "Checking your browser before accessing news.example."),
    ("en", "Before you continue", "We value your privacy. We and our partners store information on a device, such as "
     "cookies, and process personal data for advertising and content measurement."),
    ("de", "Ihre Einwilligung", "Weiterlesen mit Werbung: Besuchen Sie unsere Website wie gewohnt mit Werbung und Tracking. "
     "Zustimmung jederzeit widerrufbar."),
    ("en", "Log in", "Log in or create an account to go on."),
    ("fr", "Connexion", "Connectez-vous à votre compte pour continuer."),
)  # fmt: skip


@pytest.mark.parametrize(("lang", "title", "words"), WALLS, ids=[w[1] for w in WALLS])
def test_a_wall_has_no_text(lang: str, title: str, words: str) -> None:
    html = _page(lang, title, f"<div><h1>{title}</h1><p>{words}</p><button>OK</button></div>")

    assert _reason(f"{HOST}/2024/bridge-closed-for-a-year", html) in ("no-text", "too-short")


def test_a_page_without_a_paragraph_has_no_text() -> None:
    assert (
        _reason(
            f"{HOST}/a", b"<html><head><title>Bridge</title></head><body><div id=root></div></body></html>"
        )
        == "no-text"
    )


def _gallery(figures: int, head: str = "", text: str = "") -> bytes:
    pictures = "".join(
        f'<figure><img src="/{i}.jpg"><figcaption>{h} on Monday morning, seen from the east bank.</figcaption></figure>'
        for i, h in enumerate((NEWS["en"][1] * 2)[:figures])
    )
    return _page(
        "en",
        "The bridge in pictures",
        f"<article><h1>The bridge in pictures</h1>{text}{pictures}</article>",
        head,
    )


@pytest.mark.parametrize(("url", "head"), [
    ("/gallery/bridge-in-pictures", ""),
    ("/fotostrecke/bruecke-1234.html", ""),
    ("/a", '<script type="application/ld+json">{"@type":"ImageGallery","name":"The bridge in pictures"}</script>'),
    ("/2024/03/12/the-bridge-in-pictures", ""),
], ids=["address", "german address", "type", "captions alone"])  # fmt: skip
def test_a_picture_gallery_is_a_gallery(url: str, head: str) -> None:
    assert _reason(HOST + url, _gallery(12, head, f"<p>{NEWS['en'][2]}</p>")) == "gallery"


def test_a_video_page_is_a_gallery() -> None:
    head = '<script type="application/ld+json">{"@type":"VideoObject","name":"The bridge"}</script>'
    html = _page("en", "The bridge from the air", f"<h1>The bridge from the air</h1><video src='/a.mp4'></video>"
                 f"<p>{NEWS['en'][2]}</p>", head)  # fmt: skip

    assert _reason(f"{HOST}/video/the-bridge-from-the-air-1234", html) == "gallery"


def test_an_article_with_many_pictures_is_an_article() -> None:
    assert _reason(f"{HOST}/a", _gallery(8, text=_sentences("en", 12))) == "article"


def test_an_error_status_is_named() -> None:
    verdict = clean(Page(url=f"{HOST}/a", html=_article("en"), http_status=503))

    assert isinstance(verdict, Reject)
    assert (verdict.reason, verdict.detail) == ("http-error", "HTTP status 503")


def test_opt_out_signals_are_recorded_and_skipped_only_if_asked() -> None:
    page = Page(url=f"{HOST}/a", html=_article("en"), rights=Rights(tdm_reservation=True))

    kept = clean(page)
    skipped = clean(page, CleanOptions(respect="skip"))

    assert isinstance(kept, Article)
    assert isinstance(skipped, Reject)
    assert (skipped.reason, skipped.detail) == ("opted-out", "tdm-reservation")


MENU = '<div><a href="/">Accueil</a> <a href="/p">Politique</a> <a href="/e">Économie</a> <a href="/s">Sport</a></div>'
BOXES = (
    '<div><h3>Comments</h3><p>0 comments</p><h3>Dans la même catégorie</h3><ul><li><a href="/a1">Le marché rouvre ses portes '
    'après six mois de travaux</a></li><li><a href="/a2">Cinq balades au bord de la rivière</a></li></ul><h3>Laisser un '
    "commentaire</h3><p>Votre adresse e-mail ne sera pas publiée. Les champs obligatoires sont indiqués avec *</p>"
    '<h3>Les plus lus</h3><ul><li><a href="/a4">Accident sur la départementale</a></li></ul></div>'
)
CLAIM = (
    '<meta property="og:type" content="article"><meta property="og:title" content="Le conseil sauve le bac">'
    '<meta property="article:published_time" content="2026-03-12T10:00:00Z">'
)
CONSENT = (
    "<div><h2>Nous respectons votre vie privée</h2><p>Nous et nos partenaires utilisons des cookies pour stocker des "
    "informations sur votre appareil, telles que les identifiants uniques, afin de vous proposer des contenus adaptés, de "
    "mesurer leur audience et de mieux vous connaître. Vous pouvez changer d'avis à tout moment.</p></div>"
)


@pytest.mark.parametrize("claim", ["", CLAIM], ids=["plain", "says that it is an article"])
@pytest.mark.parametrize(
    "middle", ['<div id="app"></div>', CONSENT], ids=["filled by a script", "consent first"]
)
def test_a_page_whose_article_is_not_in_it_is_no_article(middle: str, claim: str) -> None:
    html = (
        f'<!doctype html><html lang="fr"><head><title>Le conseil sauve le bac</title>{claim}</head><body>'
        f"{MENU}<h1>Le conseil sauve le bac</h1>{middle}{BOXES if 'app' in middle else ''}</body></html>"
    )
    result = clean(Page(url="https://courrier.example/2026/03/le-conseil-sauve-le-bac", html=html.encode()))

    assert isinstance(result, Reject), result
    assert result.reason in ("no-text", "too-short")

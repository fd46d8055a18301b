"""The law of the body: the article's own paragraphs, in order, and nothing of what stands around them."""

from __future__ import annotations

import pytest

from columnist.pipelines.content.extract import Body, extract_body
from columnist.pipelines.document.read import read_document
from columnist.pipelines.metadata.read import read_metadata
from columnist.pipelines.records.article import Page
from columnist.pipelines.records.options import CleanOptions

TITLE = "Council adopts the budget after a long night"
PARAGRAPHS = (
    "The council adopted the budget of the town on Tuesday evening, after four hours of debate and two recounts.",
    "Opponents said that the money for the new library had been promised twice, “and paid for by nobody”.",
    "Mayor Ines Sorge answered that the reserve of 4.2 million would cover the first year of building works.",
    "The library is to open in the spring, with a reading room for 120 people and a workshop in the cellar.",
    "A last reading of the budget is planned for December; nobody in the hall expected that it would be refused.",
)
MENU = "".join(
    f"<li><a href='/{word}'>{word.title()}</a></li>"
    for word in ("politics", "economy", "sport", "culture", "weather", "local", "opinion", "travel")
)
RELATED = "".join(
    f"<li><a href='/story-{n}'>Another story from the district, number {n}</a></li>" for n in range(6)
)


def paragraphs(texts: tuple[str, ...] = PARAGRAPHS) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def page(article: str, after: str = "", head: str = "", language: str = "en") -> str:
    return (
        f"<!doctype html><html lang={language}><head><title>{TITLE} - The Town Crier</title>"
        f"<meta property='og:title' content='{TITLE}'>{head}</head><body>"
        f"<header><nav class='main-menu'><ul>{MENU}</ul></nav></header>"
        f"<main><article class='story'><h1>{TITLE}</h1>{article}</article>{after}</main>"
        f"<aside class='related'><h2>Most read</h2><ul>{RELATED}</ul></aside>"
        "<footer class='site-footer'><p>© The Town Crier. All rights reserved.</p>"
        "<ul><li><a href='/imprint'>Imprint</a></li><li><a href='/privacy'>Privacy policy</a></li></ul></footer>"
        "</body></html>"
    )


def body_of(html: str, options: CleanOptions = CleanOptions()) -> Body:
    document = read_document(Page(url="https://crier.example/council-budget", html=html.encode()))
    return extract_body(document, read_metadata(document), options)


def texts_of(html: str) -> tuple[str, ...]:
    return tuple(paragraph.text for paragraph in body_of(html).paragraphs)


def test_the_paragraphs_come_out_and_nothing_around_them() -> None:
    assert texts_of(page(paragraphs())) == PARAGRAPHS


AROUND = {
    "share bar": "<div class='share-buttons'><a href='#'>Share</a> <a href='#'>Tweet</a> <a href='#'>Print</a></div>",
    "newsletter": "<div class='newsletter-signup'><h3>Newsletter</h3><p>Sign up for our newsletter.</p></div>",
    "related list": f"<section class='related-articles'><h2>Read more</h2><ul>{RELATED}</ul></section>",
    "author box": "<div class='author-box'><p>By Ines Field</p><p>Follow</p></div>",
    "tags": "<ul class='tags'><li><a href='/t/budget'>Budget</a></li><li><a href='/t/town'>Town</a></li></ul>",
    "advertisement": "<div class='ad-slot'><span>Advertisement</span></div>",
    "comments": (
        "<section id='comments' class='comments'><h2>2 comments</h2><div class='comment-body'><p>I was there on"
        " Tuesday and the debate was far longer than four hours, whatever the minutes may say about it.</p></div>"
        "<div class='comment-body'><p>The library should have been built ten years ago, when the land was cheap.</p>"
        "</div></section>"
    ),
    "consent notice": (
        "<div role='dialog' class='cookie-consent'><p>We use cookies. By clicking accept you agree that we store"
        " information on your device.</p><button>Accept all</button></div>"
    ),
}


@pytest.mark.parametrize("name", AROUND)
def test_what_follows_the_article_stays_out(name: str) -> None:
    assert texts_of(page(paragraphs(), after=AROUND[name])) == PARAGRAPHS


@pytest.mark.parametrize("name", ["share bar", "newsletter", "related list", "advertisement"])
def test_what_interrupts_the_article_stays_out(name: str) -> None:
    article = paragraphs(PARAGRAPHS[:3]) + AROUND[name] + paragraphs(PARAGRAPHS[3:])

    assert texts_of(page(article)) == PARAGRAPHS


def test_a_second_article_of_an_endless_page_stays_out() -> None:
    other = (
        "The ferry to the island will not run in November, the company said, because both engines need repair.",
        "Islanders must take the bus to the northern bridge, which adds an hour and a half to the journey.",
        "The company expects the ferry back in service before the holidays, if the parts arrive from the yard.",
    )
    after = (
        f"<article class='story next'><h1>Ferry stays in port for a month</h1>{paragraphs(other)}</article>"
    )

    assert texts_of(page(paragraphs(), after=after)) == PARAGRAPHS


def test_a_second_article_without_article_elements_stays_out() -> None:
    def story(title: str, texts: tuple[str, ...]) -> str:
        return (
            f"<div class='story-wrap'><div class='story-head'><h1>{title}</h1></div>"
            f"<div class='story-body'>{paragraphs(texts)}</div></div>"
        )

    other = (
        "The ferry to the island will not run in November, the company said, as both engines need repair.",
    )
    html = (
        f"<html lang=en><head><title>{TITLE}</title></head><body>{story(TITLE, PARAGRAPHS)}"
        f"<p class='label'>Next</p>{story('Ferry stays in port for a month', other)}</body></html>"
    )

    assert texts_of(html) == PARAGRAPHS


def test_the_headline_is_not_repeated_in_the_text() -> None:
    assert texts_of(page(f"<h2>{TITLE}</h2>{paragraphs()}")) == PARAGRAPHS


def test_a_paragraph_that_comes_twice_is_kept_once() -> None:
    article = paragraphs((*PARAGRAPHS, PARAGRAPHS[1]))

    assert texts_of(page(article)) == PARAGRAPHS


def test_a_pull_quote_that_repeats_a_paragraph_is_dropped() -> None:
    quote = "<blockquote><p>the reserve of 4.2 million would cover the first year of building works</p></blockquote>"
    article = paragraphs(PARAGRAPHS[:2]) + quote + paragraphs(PARAGRAPHS[2:])

    assert texts_of(page(article)) == PARAGRAPHS


def test_the_standfirst_is_kept_first_and_named() -> None:
    lead = "After a night of recounts the town has a budget, and the library its money for the first year."
    head = f"<meta name='description' content='{lead}'>"
    body = body_of(page(f"<p class='standfirst'>{lead}</p>{paragraphs()}", head=head))

    assert body.lead == lead
    assert tuple(p.text for p in body.paragraphs) == (lead, *PARAGRAPHS)


def test_captions_and_credits_go_to_the_images() -> None:
    figure = (
        "<figure><img src='/img/hall.jpg'><figcaption>The town hall on Tuesday evening. Photo: Ada Lens"
        "</figcaption></figure>"
    )
    body = body_of(page(paragraphs(PARAGRAPHS[:1]) + figure + paragraphs(PARAGRAPHS[1:])))

    assert tuple(p.text for p in body.paragraphs) == PARAGRAPHS
    assert [(i.url, i.caption, i.credit) for i in body.images] == [
        ("https://crier.example/img/hall.jpg", "The town hall on Tuesday evening.", "Ada Lens")
    ]


def test_every_paragraph_has_its_kind() -> None:
    article = (
        f"{paragraphs(PARAGRAPHS[:2])}<h2>What the town will pay for</h2>"
        "<ul><li>The library with its reading room for 120 people will cost 3.1 million.</li>"
        "<li>The workshop in the cellar will cost a quarter of a million, without the tools.</li></ul>"
        "<blockquote><p>“We have waited for this for eleven years, and I am too old to wait longer.”</p></blockquote>"
        f"{paragraphs(PARAGRAPHS[2:])}"
    )
    kinds = [paragraph.kind for paragraph in body_of(page(article)).paragraphs]

    assert kinds == ["p", "p", "h2", "li", "li", "quote", "p", "p", "p"]


def test_line_breaks_in_pairs_separate_paragraphs() -> None:
    article = f"<div class='article-text'>{'<br><br>'.join(PARAGRAPHS)}</div>"

    assert texts_of(page(article)) == PARAGRAPHS


def test_every_drop_names_its_rule() -> None:
    removed = body_of(page(paragraphs((*PARAGRAPHS, PARAGRAPHS[1])))).removed
    rules = {each.rule: each.characters for each in removed}

    assert rules["duplicate"] == len(PARAGRAPHS[1])
    assert rules["navigation"] > 20
    assert all(characters > 0 for characters in rules.values())


def test_article_body_of_json_ld_stands_in_for_an_empty_page() -> None:
    told = " ".join(PARAGRAPHS)
    head = f'<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": "{told}"}}</script>'
    html = f"<html><head><title>{TITLE}</title>{head}</head><body><div id='app'></div></body></html>"

    assert " ".join(texts_of(html)) == told


def test_a_live_blog_of_json_ld_comes_out_in_order() -> None:
    entries = ", ".join(
        f'{{"@type": "BlogPosting", "datePublished": "2026-01-0{n}T10:00:00Z", "articleBody": "{text}"}}'
        for n, text in enumerate(PARAGRAPHS, start=1)
    )
    head = f'<script type="application/ld+json">{{"@type": "LiveBlogPosting", "liveBlogUpdate": [{entries}]}}</script>'
    body = body_of(f"<html><head>{head}</head><body><h1>{TITLE}</h1><p>Updates follow.</p></body></html>")

    assert body.is_live_blog
    assert tuple(p.text for p in body.paragraphs if p.kind == "p") == PARAGRAPHS
    assert [p.text[:10] for p in body.paragraphs if p.kind == "h3"] == [f"2026-01-0{n}" for n in range(1, 6)]


def test_a_live_blog_of_one_entry_may_give_it_without_a_list() -> None:
    text = " ".join(PARAGRAPHS)
    entry = f'{{"@type": "BlogPosting", "headline": "First", "articleBody": "{text}"}}'
    head = f'<script type="application/ld+json">{{"@type": "LiveBlogPosting", "liveBlogUpdate": {entry}}}</script>'
    body = body_of(f"<html><head>{head}</head><body><h1>{TITLE}</h1><p>Updates follow.</p></body></html>")

    assert " ".join(p.text for p in body.paragraphs) == f"First {text}"


def test_recall_keeps_at_least_what_precision_keeps() -> None:
    html = page(paragraphs() + AROUND["author box"] + AROUND["newsletter"])
    kept = {
        favour: {p.text for p in body_of(html, CleanOptions(favour=favour)).paragraphs}
        for favour in ("precision", "balanced", "recall")
    }

    assert kept["precision"] <= kept["balanced"] <= kept["recall"]


LANGUAGES = {
    "de": (
        "Der Gemeinderat hat am Dienstagabend nach vier Stunden Debatte den Haushalt der Stadt beschlossen.",
        "Die Opposition kritisierte, das Geld für die neue Bücherei sei zweimal versprochen worden.",
        "Bürgermeisterin Ines Sorge entgegnete, die Rücklage reiche für das erste Jahr der Bauarbeiten.",
        "Im Frühjahr soll die Bücherei mit einem Lesesaal für 120 Menschen eröffnet werden.",
    ),
    "fr": (
        "Le conseil municipal a adopté mardi soir le budget de la ville, après quatre heures de débat.",
        "L’opposition a reproché à la majorité d’avoir promis deux fois l’argent de la bibliothèque.",
        "La maire Inès Sorge a répondu que la réserve couvrirait la première année des travaux.",
        "La bibliothèque doit ouvrir au printemps avec une salle de lecture pour 120 personnes.",
    ),
    "ru": (
        "Городской совет во вторник вечером принял бюджет после четырёх часов споров и двух пересчётов.",
        "Оппозиция заявила, что деньги на новую библиотеку обещали дважды и никто их не заплатил.",
        "Мэр Инес Зорге ответила, что резерва хватит на первый год строительных работ в центре.",
        "Библиотека должна открыться весной, с читальным залом на сто двадцать человек.",
    ),
    "ar": (
        "أقر المجلس البلدي ميزانية المدينة مساء الثلاثاء بعد أربع ساعات من النقاش وإعادة فرز الأصوات مرتين.",
        "وقالت المعارضة إن أموال المكتبة الجديدة وُعد بها مرتين ولم يدفعها أحد حتى الآن من الميزانية.",
        "وردت رئيسة البلدية بأن الاحتياطي سيغطي السنة الأولى من أعمال البناء في وسط المدينة.",
        "ومن المقرر أن تفتح المكتبة أبوابها في الربيع مع قاعة قراءة تتسع لمئة وعشرين شخصا.",
    ),
    "ja": (
        "町議会は火曜日の夜、四時間に及ぶ議論と二度の再集計の末に、来年度の予算を可決した。",
        "野党は、新しい図書館のための資金が二度約束されたのに、誰も支払っていないと批判した。",
        "町長は、積立金で最初の一年間の工事費をまかなうことができると答え、理解を求めた。",
        "図書館は来年の春に開館し、百二十人が利用できる閲覧室が設けられる予定である。",
    ),
    "hi": (
        "नगर परिषद ने मंगलवार शाम चार घंटे की बहस और दो बार की गिनती के बाद शहर का बजट पारित कर दिया।",
        "विपक्ष ने कहा कि नए पुस्तकालय के लिए पैसे का वादा दो बार किया गया, पर किसी ने चुकाया नहीं।",
        "महापौर ने उत्तर दिया कि आरक्षित कोष से निर्माण के पहले वर्ष का खर्च पूरा हो जाएगा।",
        "पुस्तकालय वसंत में खुलेगा और उसमें एक सौ बीस लोगों के लिए वाचनालय होगा।",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paragraphs_come_out_in_every_script(language: str) -> None:
    texts = LANGUAGES[language]

    assert texts_of(page(paragraphs(texts), language=language)) == texts

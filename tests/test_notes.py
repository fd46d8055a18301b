"""Notes on the author and on corrections: out of the text, whole and in order in extra; stories about them stay articles."""

import pytest

import columnist
from columnist.pipelines.batch.explain import explain
from columnist.pipelines.content.rules.asides.note_words import Said, read_note

PARAGRAPHS = (
    "The harbour bridge carried its first bus since January on Monday, when the mayor cut a ribbon in the rain and rode across.",
    "Engineers had replaced forty of the old bearings, and two more were found cracked when the deck was lifted in February.",
    "The council expects the last of the scaffolding to be gone by the end of May, three weeks later than it had promised.",
    "Until then lorries above seven tonnes take the ring road, and cyclists share the footpath on the eastern side.",
)
CORRECTIONS = {
    "en": "Correction: An earlier version of this article misstated the weight of the bridge.",
    "en, dated": "Correction, June 3, 2026, 3:15 p.m.: The bridge was built in 1931, not 1913.",
    "en, no label": "This article was amended on 3 June 2026. An earlier version said the bridge was built in 1913.",
    "en, bullet": "• This article was amended on 3 June 2026 to correct the year in which the bridge was built.",
    "en, update": "Update, 3pm: The trust has since said that it will pay for the lamps on the bridge.",
    "en, bracket": "[Editor’s note: The headline of this story has been changed to name the bridge.]",
    "en, clarification": "Clarification — The council, not the trust, owns the eastern footpath of the bridge.",
    "de": "Korrekturhinweis: In einer früheren Fassung hieß es, die Brücke sei 1913 gebaut worden.",
    "de, redaktion": "Anm. d. Red.: Wir haben das Baujahr der Brücke nachträglich berichtigt.",
    "de, no label": "In einer früheren Version dieses Artikels stand, die Brücke sei 1913 gebaut worden.",
    "fr": "Rectificatif : le pont a été construit en 1931 et non en 1913, comme nous l’avions écrit.",
    "fr, no label": "Une version précédente de cet article indiquait que le pont datait de 1913.",
    "es": "Fe de errores: en una versión anterior se decía que el puente se construyó en 1913.",
    "it": "Errata corrige: il ponte è stato costruito nel 1931 e non nel 1913.",
    "pt": "Correção: uma versão anterior deste texto dizia que a ponte é de 1913.",
    "nl": "Rectificatie: in een eerdere versie van dit artikel stond dat de brug uit 1913 komt.",
    "sv": "Rättelse: I en tidigare version av artikeln angavs fel år för bron.",
    "no": "Rettelse: I en tidligere versjon av saken sto det at broen er fra 1913.",
    "fi": "Oikaisu: Jutussa luki aiemmin, että silta on rakennettu vuonna 1913.",
    "pl": "Sprostowanie: w poprzedniej wersji artykułu podaliśmy zły rok budowy mostu.",
    "cs": "Oprava: V předchozí verzi článku jsme uvedli špatný rok stavby mostu.",
    "hu": "Helyesbítés: A cikk korábbi változatában rosszul szerepelt a híd éve.",
    "tr": "Düzeltme: Haberin önceki hâlinde köprünün yapım yılı yanlış verilmişti.",
    "ru": "Исправление: в предыдущей версии статьи был неверно указан год постройки моста.",
    "uk": "Виправлення: у попередній версії статті було неправильно вказано рік.",
    "el": "Διόρθωση: Σε προηγούμενη έκδοση του άρθρου το έτος ήταν λάθος.",
    "ja": "訂正：当初の記事で橋の完成年を誤って記載していました。",
    "ja, brackets": "【訂正】橋の完成年を1913年としていたのは1931年の誤りでした。",
    "zh": "更正：本文早前版本将大桥建成年份误写为1913年。",
    "ko": "정정: 다리가 지어진 해를 1913년에서 1931년으로 바로잡습니다.",
    "ar": "تصحيح: ذكرت نسخة سابقة من هذا المقال أن الجسر بني عام 1913.",
    "he": "תיקון: בגרסה קודמת של הכתבה נכתב שהגשר נבנה ב-1913.",
}


def page(
    *,
    above: str = "",
    below: str = "",
    after: str = "",
    head: str = "",
    title: str = "Harbour bridge reopens",
) -> str:
    """Make a page with notes above and below its paragraphs, and after the article's body."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return (
        f"<html><head><title>{title}</title>{head}</head><body><nav><a href=/>Home</a></nav><article><h1>{title}</h1>"
        f"<div class=story-body>{above}{text}{below}</div>{after}</article><footer>© The Harbour Courier</footer></body></html>"
    )


def cleaned(html: str) -> columnist.Article:
    outcome = columnist.clean(html, url="https://courier.example/2026/bridge")
    assert isinstance(outcome, columnist.Article), outcome
    return outcome


WHOLE = "\n".join(PARAGRAPHS)


@pytest.mark.parametrize("language", CORRECTIONS)
def test_a_correction_below_the_text_is_set_apart(language: str) -> None:
    article = cleaned(page(below=f"<p>{CORRECTIONS[language]}</p>"))

    assert (article.text, article.extra.get("corrections")) == (WHOLE, CORRECTIONS[language])


@pytest.mark.parametrize("language", ["en", "de, redaktion", "fr", "es", "ru", "ja", "en, update"])
def test_a_correction_above_the_text_is_set_apart(language: str) -> None:
    article = cleaned(page(above=f"<p><em>{CORRECTIONS[language]}</em></p>"))

    assert (article.text, article.extra.get("corrections")) == (WHOLE, CORRECTIONS[language])


@pytest.mark.parametrize(
    "box",
    [
        "<div class='article-correction'><h4>Correction</h4><p>The bridge dates from 1931, not 1913.</p><p>It weighs 900 tonnes.</p></div>",
        "<aside id=editors-note><p>The bridge dates from 1931, not 1913.</p><p>It weighs 900 tonnes.</p></aside>",
        "<div class='c-korrekturhinweis'><p>The bridge dates from 1931, not 1913.</p><p>It weighs 900 tonnes.</p></div>",
        "<div itemprop=correction><p>The bridge dates from 1931, not 1913.</p><p>It weighs 900 tonnes.</p></div>",
        "<h4>Corrections</h4><p>The bridge dates from 1931, not 1913.</p><p>It weighs 900 tonnes.</p>",
        "<p><strong>Fe de errores</strong></p><p>The bridge dates from 1931, not 1913.</p><p>It weighs 900 tonnes.</p>",
        "<p>Correction: The bridge dates from 1931, not 1913.</p><p>Clarification: It weighs 900 tonnes.</p>",
    ],
)
def test_a_note_is_whole_and_in_order(box: str) -> None:
    for html in (page(below=box), page(after=box)):
        article = cleaned(html)
        told = article.extra["corrections"]

        assert article.text == WHOLE
        assert -1 < told.find("The bridge dates from 1931, not 1913.") < told.find("It weighs 900 tonnes.")


def test_a_note_in_italics_below_a_rule_needs_no_label() -> None:
    note = "On 3 June we corrected the year in which the bridge was built, which this article gave as 1913."
    article = cleaned(page(below=f"<hr><p><i>{note}</i></p>"))

    assert (article.text, article.extra["corrections"]) == (WHOLE, note)


def test_what_the_page_says_of_itself_counts_where_it_shows_none() -> None:
    said = '<script type="application/ld+json">{"@type": "NewsArticle", "correction": {"@type": "CorrectionComment", "text": "The bridge dates from 1931."}}</script>'

    assert cleaned(page(head=said)).extra["corrections"] == "The bridge dates from 1931."


def test_a_story_about_a_correction_stays_an_article() -> None:
    stories = (
        "Correction officials said on Monday that the bridge would be closed to prison vans until the bearings are replaced.",
        "An earlier version of the bill would have had the council pay for the bridge, and the senate struck that out in March.",
        "Update on the bridge works is what the council calls its letter, and it has sent out eleven of them since January.",
        "Corrections to the course of the river were made in 1931, and again in 1954: the bridge survived both of them.",
    )
    for story in stories:
        article = cleaned(page(above=f"<p>{story}</p>", below=f"<p>{story.replace('bridge', 'viaduct')}</p>"))

        assert article.text == "\n".join((story, *PARAGRAPHS, story.replace("bridge", "viaduct")))
        assert "corrections" not in article.extra
    whole = page(title="Correction: Harbour bridge story", above=f"<p>{CORRECTIONS['en']}</p>")

    assert CORRECTIONS["en"] in cleaned(whole).text


AUTHOR = '<meta name="author" content="Martha Quillfeather">'
BIOS = {
    "at": "Martha Quillfeather is a reporter at the Courier, where she covers ports and bridges.",
    "comma": "Martha Quillfeather, a former harbour pilot, writes about ports and bridges for the Courier.",
    "de": "Martha Quillfeather ist Redakteurin beim Courier und schreibt über Häfen und Brücken.",
    "es": "Martha Quillfeather es periodista del Courier y escribe sobre puertos y puentes.",
    "title": "The author is a professor of engineering at the University of Harbour.",
    "fr": "L’auteur est professeur de génie civil à l’université du Port et ancien pilote.",
    "reach": "Follow her on Twitter at @mquillfeather, or write to her at the Courier.",
}


@pytest.mark.parametrize("name", BIOS)
def test_a_note_on_the_author_is_set_apart(name: str) -> None:
    article = cleaned(page(head=AUTHOR, below=f"<p><em>{BIOS[name]}</em></p>"))

    assert (article.text, article.extra.get("author_note")) == (WHOLE, BIOS[name])


@pytest.mark.parametrize(
    "box",
    [
        "<div class=author-bio><h4>Martha Quillfeather</h4><p>{}</p></div>",
        "<section class='about-author'><p>{}</p></section>",
        "<h3>About the author</h3><p>{}</p>",
        "<h3>Über die Autorin</h3><p>{}</p>",
        "<hr><p><em>{}</em></p>",
    ],
)
def test_a_box_about_an_author_whom_the_page_does_not_name_is_set_apart(box: str) -> None:
    article = cleaned(page(below=box.format(BIOS["at"])))

    assert article.text == WHOLE
    assert BIOS["at"] in article.extra["author_note"]


def test_an_article_about_its_author_keeps_its_end() -> None:
    told = "Martha Quillfeather is the first woman to pilot a ship under the bridge, and she did so twice on Monday."
    above = "<p>Nobody in the harbour had seen it done before Martha Quillfeather took the wheel of the ferry on a grey morning.</p>"
    article = cleaned(
        page(
            head=AUTHOR,
            above=above,
            below=f"<p>{PARAGRAPHS[0].replace('mayor', 'pilot Quillfeather')}</p><p>{told}</p>",
        )
    )

    assert article.text.endswith(told)


def test_text_without_markup_gives_its_notes_too() -> None:
    lines = "\n\n".join(("Harbour bridge reopens", *PARAGRAPHS, CORRECTIONS["en"], BIOS["title"]))
    outcome = columnist.clean(columnist.Page(url="note-1", text=lines))

    assert isinstance(outcome, columnist.Article)
    assert (outcome.text, outcome.extra["corrections"]) == (WHOLE, CORRECTIONS["en"])
    assert outcome.extra["author_note"] == BIOS["title"]


def test_show_names_what_became_of_them() -> None:
    html = page(below=f"<p>{CORRECTIONS['en']}</p><div class=author-bio><p>{BIOS['at']}</p></div>")
    told = {
        one.text: one.fate
        for one in explain(columnist.Page(url="https://courier.example/a", html=html.encode())).blocks
    }

    assert (told[CORRECTIONS["en"]], told[BIOS["at"]]) == ("correction", "author-box")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Update: 3 June 2026, 14:20", Said.NOTHING),
        ("Update", Said.LABEL),
        ("Korrektur:", Said.LABEL),
        ("Update 2: The road is open again, the police said.", Said.NOTE),
        ("Corrections department to close", Said.NOTHING),
    ],
)
def test_a_date_is_no_note(line: str, said: Said) -> None:
    assert read_note(line)[0] is said

"""Dates that pages show: beside the headline, in many languages and calendars, against what their data say."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from columnist.pipelines.document.read import read_document
from columnist.pipelines.metadata.dates.calendars import gregorian_day
from columnist.pipelines.metadata.dates.parse import read_shown_time
from columnist.pipelines.metadata.read import read_metadata
from columnist.pipelines.metadata.record import Metadata
from columnist.pipelines.records.article import Page

URL = "https://valley-gazette.example/town/bridge-4711"
FETCHED = datetime(2024, 6, 1, 12, tzinfo=UTC)
MAY = date(2024, 5, 1)


def read(html: str, **more: Any) -> Metadata:
    page = {"url": URL, "fetched_at": FETCHED, **more}
    return read_metadata(read_document(Page(html=html.encode(), **page)))


def day(said: Metadata) -> date | None:
    if said.published_at is None:
        return None
    return (said.published_at + timedelta(minutes=said.published_offset or 0)).date()


# The first of May 2024 as newspapers print it.
FIRST_OF_MAY = [
    ("English", "May 1, 2024"), ("English, day first", "1st May 2024"), ("German", "1. Mai 2024"), ("German, with bars", "01 | 05 | 2024"), ("French", "Publié le 1er mai 2024 à 10h30"),
    ("Spanish", "1 de mayo de 2024"), ("Portuguese", "1 de maio de 2024"), ("Italian", "1 maggio 2024"), ("Dutch", "1 mei 2024"),
    ("Danish", "1. maj 2024"), ("Norwegian", "1. mai 2024"), ("Swedish", "1 maj 2024"), ("Finnish", "1. toukokuuta 2024"),
    ("Icelandic", "1. maí 2024"), ("Polish", "1 maja 2024"), ("Czech", "1. května 2024"), ("Slovak", "1. mája 2024"),
    ("Slovenian", "1. maja 2024"), ("Croatian", "1. svibnja 2024."), ("Serbian", "1. мај 2024."), ("Macedonian", "1 мај 2024"),
    ("Bulgarian", "1 май 2024 г."), ("Russian", "1 мая 2024"), ("Ukrainian", "1 травня 2024"), ("Greek", "1 Μαΐου 2024"),
    ("Romanian", "1 mai 2024"), ("Hungarian", "2024. május 1."), ("Turkish", "1 Mayıs 2024"), ("Lithuanian", "2024 m. gegužės 1 d."),
    ("Latvian", "2024. gada 1. maijs"), ("Estonian", "1. mai 2024"), ("Catalan", "1 de maig de 2024"), ("Basque", "2024ko maiatzaren 1a"),
    ("Indonesian", "Rabu, 1 Mei 2024 10:30 WIB"), ("Vietnamese", "1 tháng 5, 2024"), ("Filipino", "Mayo 1, 2024"), ("Arabic", "١ مايو ٢٠٢٤"),
    ("Levantine Arabic", "1 أيار 2024"), ("Hebrew", "1 במאי 2024"), ("Persian", "۱۲ اردیبهشت ۱۴۰۳"), ("Persian in figures", "۱۴۰۳/۰۲/۱۲"),
    ("Urdu", "1 مئی 2024"), ("Hindi", "१ मई २०२४"), ("Bengali", "১ মে ২০২৪"), ("Marathi", "1 मे 2024"), ("Tamil", "மே 1, 2024"),
    ("Telugu", "1 మే 2024"), ("Gujarati", "1 મે 2024"), ("Malayalam", "1 മെയ് 2024"), ("Thai", "1 พ.ค. 2567"), ("Chinese", "2024年5月1日"),
    ("Taiwanese", "民國113年5月1日"), ("Japanese", "令和6年5月1日"), ("Korean", "2024. 5. 1. 오후 3:05"), ("Georgian", "1 მაისი 2024"),
    ("Armenian", "1 մայիսի 2024"), ("Kazakh", "1 мамыр 2024"), ("Azerbaijani", "1 may 2024"), ("Albanian", "1 maj 2024"),
    ("Turkish in capitals", "1 MAYIS 2024"), ("Turkish, month first", "MAYIS 1, 2024"), ("Irish", "1 Bealtaine 2024"), ("Khmer", "1 ឧសភា 2024"),
]  # fmt: skip


@pytest.mark.parametrize(
    "words", [words for _, words in FIRST_OF_MAY], ids=[name for name, _ in FIRST_OF_MAY]
)
def test_a_dateline_is_read_in_its_language_and_calendar(words: str) -> None:
    moment = read_shown_time(words, FETCHED)

    assert moment is not None
    assert moment.at is not None
    assert (MAY, words) == (moment.at.date(), moment.raw)


@pytest.mark.parametrize(
    ("persian", "gregorian"),
    [((1375, 1, 1), (1996, 3, 20)), ((1399, 12, 30), (2021, 3, 20)), ((1400, 1, 1), (2021, 3, 21)),
     ((1403, 12, 30), (2025, 3, 20)), ((1404, 1, 1), (2025, 3, 21)), ((1408, 1, 1), (2029, 3, 20))],
)  # fmt: skip
def test_persian_new_years_fall_on_their_days(
    persian: tuple[int, int, int], gregorian: tuple[int, int, int]
) -> None:
    assert gregorian == gregorian_day(persian)


@pytest.mark.parametrize("words", ["16-19 May 2024", "16. – 19. Mai 2024", "1714557600", "8 мая, 17:46"])
def test_a_span_a_number_and_a_day_without_year_are_no_dateline(words: str) -> None:
    assert read_shown_time(words, FETCHED) is None


CHANGED = ["Updated on", "Aktualisiert:", "Mis à jour le", "Actualizado el", "Atualizado em", "Aggiornato il", "Bijgewerkt op",
           "Oppdatert", "Uppdaterad", "Päivitetty", "Zaktualizowano:", "Обновлено", "Оновлено", "Güncelleme:", "更新:", "수정", "تحديث",
           "Zmodyfikowano:", "Ažurirano:", "Ажурирано:", "Змінено", "Frissítve:", "Cập nhật:", "עודכן:"]  # fmt: skip


@pytest.mark.parametrize("label", CHANGED)
def test_the_day_of_a_change_yields_to_that_of_publication(label: str) -> None:
    said = read(
        f"<h1>Bridge opens</h1><p>{label} 7.5.2024</p><p>1.5.2024</p><p>Text.",
        url=URL.replace(".example", ".de"),
    )

    assert day(said) == MAY


def test_the_label_may_stand_in_an_element_of_its_own() -> None:
    said = read("<h1>Bridge opens</h1><b>Last updated</b> <i>7 May 2024</i><p>1 May 2024</p><p>Text.")

    assert day(said) == MAY


def test_where_only_a_change_is_dated_its_words_are_kept_and_it_is_the_change_too() -> None:
    said = read("<h1>Bridge opens</h1><p>It opens in spring.</p>" * 30 + "<p>Last updated: May 1, 2024</p>")

    assert day(said) == MAY
    assert said.published_raw == "Last updated: May 1, 2024"
    assert said.modified_at == said.published_at


@pytest.mark.parametrize(
    "html",
    [
        "<p>1 May 2024</p><h1>Bridge opens</h1><p>Text.</p>" + "<p>Text.</p>" * 20,
        "<h1>Bridge opens</h1>" + "<p>Text.</p>" * 50 + "<p class='byline'>By <a>Eva Muster</a></p><p>1 May 2024</p>",
        "<h1>Bridge opens</h1>" + "<p>Text.</p>" * 50 + "<p>Posted on May 1, 2024</p>",
    ],
    ids=["above the headline", "behind the byline", "at the foot"],
)  # fmt: skip
def test_the_dateline_is_found_where_it_stands(html: str) -> None:
    assert day(read(html)) == MAY


DATA = '<meta property="article:published_time" content="2024-05-{}T10:00:00Z"><h1>Bridge opens</h1><p>{}</p><p>Text.'


# What the data say, what the page shows, which day of May stands.
SHOWN_DAYS = {
    "earlier": ("20", "1 May 2024", 1),
    "a change": ("20", "Updated 1 May 2024", 20),
    "later": ("20", "25 May 2024", 20),
    "a day apart": ("02", "1 May 2024", 2),
    "an event": ("05", "1-3 May 2024", 5),
    "month and day turned": ("04", "5/4/2024", 4),
}


@pytest.mark.parametrize("case", SHOWN_DAYS)
def test_the_shown_date_stands_against_later_data_only(case: str) -> None:
    in_data, shown, expected = SHOWN_DAYS[case]
    html = '<html lang="en-GB">' + DATA.format(in_data, shown)

    assert day(read(html)) == date(2024, 5, expected)


def test_a_journals_dates_of_the_manuscript_are_not_its_publication() -> None:
    html = '<meta name="citation_title" content="On bridges">' + DATA.format("20", "1 May 2024")

    assert day(read(html)) == date(2024, 5, 20)


MONTH_FIRST = ["gazette.example/a en-US", "gazette.io/a en-US", "gazette.example/2024/03/bridge en-GB"]
DAY_FIRST = ["gazette.example/a en-GB", "gazette.co.uk/a en-US", "gazette.example/2024/april/bridge en-US"]


@pytest.mark.parametrize("page", MONTH_FIRST + DAY_FIRST)
def test_country_and_address_settle_which_number_is_the_month(page: str) -> None:
    address, language = page.split()
    html = f'<html lang="{language}"><h1>Bridge opens</h1><p>3/4/2024</p><p>Text.'
    expected = date(2024, 3, 4) if page in MONTH_FIRST else date(2024, 4, 3)

    assert expected == day(read(html, url=f"https://{address}"))


def test_the_time_in_the_headlines_box_goes_before_those_of_other_articles() -> None:
    other = '<div><time datetime="2024-05-20T10:00Z">20 May</time></div>'
    said = read(
        f'{other}<div><p><time datetime="2024-05-01T10:00Z">1 May</time></p><h1>Bridge</h1></div>{other}'
    )

    assert day(said) == MAY


@pytest.mark.parametrize(
    ("times", "offset"),
    [
        (["2024-05-01T22:30-05:00", "2024-05-03T08:00-05:00"], -300),
        (["2024-05-01T22:30-05:00", "2024-05-03T08:00+02:00"], 0),
        (["2024-01-01T22:30-05:00"], 0),
        ([], 0),
    ],
    ids=["agreed", "not agreed", "in another season", "none"],
)
def test_times_of_comments_tell_the_zone_of_a_date_in_utc(times: list[str], offset: int) -> None:
    comments = "".join(f'<p class="comment"><time datetime="{time}">then</time></p>' for time in times)
    said = read(
        '<meta property="article:published_time" content="2024-05-02T03:00:00Z"><h1>B</h1>' + comments
    )

    assert (offset, "meta") == (said.published_offset, said.found_by["published_at"])


def test_a_compact_date_in_a_script_is_read() -> None:
    assert day(read('<script>var page = {firstPublicationDate: "20240501", id: "12322"}</script><p>x')) == MAY


def test_the_day_of_a_change_in_the_head_is_no_publication() -> None:
    html = '<meta property="og:type" content="article"><meta property="article:modified_time" content="2024-05-01">'
    said = read(html + "<h1>Bridge opens</h1><p>Text.")

    assert (said.published_at, said.modified_at) == (None, datetime(2024, 5, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "words",
    [
        "लेखक: रेखा बिष्ट | 1 मई 2024, 09:15 IST",
        "โดย สมชาย ใจดี 1 พฤษภาคม 2567 เวลา 10:30 น.",
        "By Kit Marlow and Ana Ruiz | 1 May 2024",
    ],
)
def test_a_day_behind_a_byline_is_read(words: str) -> None:
    assert day(read(f"<h1>Bridge opens</h1><p>{words}</p><p>Text.")) == MAY


def test_a_sentence_that_opens_like_a_byline_gives_no_day() -> None:
    told = "By the evening of 1 May 2024 the men of the harbour had mended it"

    assert read(f"<h1>Bridge opens</h1><p>{told}</p>").published_at is None


@pytest.mark.parametrize(
    "words",
    [
        "Zmodyfikowano: 7.05.2024, Opublikowano: 1.05.2024",
        "Updated 7 May 2024 | Published 1 May 2024",
        "Published 1 May 2024, updated 7 May 2024",
    ],
)
def test_a_line_with_both_days_gives_both_in_either_order(words: str) -> None:
    said = read(f"<h1>Bridge opens</h1><p>{words}</p><p>Text.")

    assert day(said) == MAY
    assert said.modified_at == datetime(2024, 5, 7, tzinfo=UTC)


@pytest.mark.parametrize("tag", ["time", "p"])
def test_a_change_is_the_day_of_the_article_only_where_no_other_stands(tag: str) -> None:
    change = f"<h1>Bridge opens</h1><{tag}>Last updated 7 May 2024</{tag}>"
    alone, beside = read(f"{change}<p>Text."), read(f"{change}<p>1 May 2024</p><p>Text.")

    assert alone.published_at == alone.modified_at == datetime(2024, 5, 7, tzinfo=UTC)
    assert alone.found_by["published_at"] == "change"
    assert (day(beside), beside.modified_at) == (MAY, alone.modified_at)
    assert beside.found_by["published_at"] == "visible"

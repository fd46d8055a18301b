"""Dates in attributes, beside others, in a feed, turned into UTC: which day counts, and what the page adds to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from columnist.pipelines.clean import clean
from columnist.pipelines.document.read import read_document
from columnist.pipelines.metadata.dates.choose import search_date
from columnist.pipelines.metadata.dates.parse import read_time
from columnist.pipelines.metadata.read import read_metadata
from columnist.pipelines.metadata.record import Metadata, filled
from columnist.pipelines.records.article import Article, Hint, Page

URL = "https://ferry-gazette.example/town/ferry-stays"
FETCHED = datetime(2024, 6, 1, 12, tzinfo=UTC)
DAY = datetime(2014, 2, 3, 7, tzinfo=UTC)


def read(html: str, **more: Any) -> Metadata:
    page = {"url": URL, "fetched_at": FETCHED, **more}
    return read_metadata(read_document(Page(html=html.encode(), **page)))


STAMPS = {
    "abbr": '<abbr class="published" title="2014-02-03T08:00:00+01:00">8 a.m.</abbr>',
    "a nameless abbr": '<abbr title="2014-02-03T08:00:00+01:00">ten years ago</abbr>',
    "microformat": '<span class="published dtstart" title="2014-02-03T08:00:00+01:00">vor langer Zeit</span>',
    "h-entry": '<a class="dt-published" title="2014-02-03T07:00:00Z">long ago</a>',
    "value-title": '<span class="updated"><span class="value-title" title="2014-02-03T08:00:00+01:00"></span></span>',
    "data": '<span class="timeago" data-time="2014-02-03T08:00:00+01:00">10 years ago</span>',
    "data of its own name": '<em data-published-at="2014-02-03T08:00:00+01:00">Feb 3</em>',
    "seconds": '<span data-timestamp="1391410800">Feb 3</span>',
    "milliseconds": '<div class="meta"><b data-utc-date="1391410800000">3. helmikuuta</b></div>',
    "an element of its own": '<relative-time datetime="2014-02-03T07:00:00Z">Feb 3</relative-time>',
    "another of its own": '<amp-timeago layout="fixed" datetime="2014-02-03T07:00:00Z">Feb 3</amp-timeago>',
    "JavaScript": '<span class="js-date" data-date="Mon Feb 03 2014 08:00:00 GMT+0100 (CET)">Montag</span>',
    "RFC 822": '<span class="posted" title="Mon, 03 Feb 2014 08:00:00 +0100">Monday</span>',
    "words": '<span class="date" title="3 February 2014 07:00 UTC">Monday</span>',
    "a title in French": '<span class="horodatage" title="3 février 2014 08:00 +01:00">il y a 12 ans</span>',
    "an epoch": '<local-time epoch="1391410800"></local-time>',
    "a title of <time>": '<time title="2014-02-03T08:00:00+01:00">12 лет назад</time>',
    "RDFa": '<span property="dc:date dc:created" content="2014-02-03T08:00:00+01:00">Mo., 03.02.</span>',
    "schema.org in RDFa": '<span property="schema:datePublished" content="2014-02-03T08:00:00+01:00">Mo.</span>',
}  # fmt: skip


@pytest.mark.parametrize("stamp", STAMPS.values(), ids=STAMPS)
def test_an_attribute_holds_the_moment(stamp: str) -> None:
    card = '<aside><span data-time="2019-05-05T08:00:00Z">old</span></aside>'
    html = (
        f"{card}<main><h1>The ferry stays</h1><p>{stamp}</p><p>The council keeps the ferry.</p></main>{card}"
    )

    assert read(html).published_at == DAY


@pytest.mark.parametrize(
    "stamp",
    [
        '<div class="countdown" data-date="2014-02-03T08:00:00Z">3 days</div>',
        '<div class="event-date" data-date="2014-02-03">soon</div>',
        '<div class="comment-date" data-time="2014-02-03T08:00:00Z">ten years</div>',
        '<img title="2014-02-03T08:00:00Z" src="a.jpg">',
        '<b data-time-out="3000" data-date-format="YYYY">x</b>',
    ],
)
def test_an_attribute_of_something_else_is_no_publication(stamp: str) -> None:
    assert read(f"<h1>The ferry stays</h1>{stamp}<p>The council keeps the ferry.</p>").published_at is None


@pytest.mark.parametrize(
    ("received", "accepted", "published"),
    [
        ("Received", "Accepted", "Published"),
        ("Eingegangen", "Angenommen", "Veröffentlicht"),
        ("Recibido", "Aceptado", "Publicado"),
        ("Otrzymano", "Przyjęto", "Opublikowano"),
        ("Поступила", "Принята к печати", "Опубликована"),
        ("收稿日期", "录用日期", "发布日期"),
        ("접수", "채택", "등록"),
    ],
)
@pytest.mark.parametrize("shape", ["list", "times", "line"])
def test_the_day_of_publication_counts_among_those_of_a_manuscript(
    received: str, accepted: str, published: str, shape: str
) -> None:
    days = ((received, "2022-03-04"), (accepted, "2022-12-16"), (published, "2023-01-02"))
    made = {
        "list": "".join(f"<li>{label}: {day}</li>" for label, day in days),
        "times": "".join(f"<li>{label}: <time datetime={day}>{day}</time></li>" for label, day in days),
        "line": "; ".join(f"{label} {day}" for label, day in days),
    }

    said = read(f"<h1>The ferry stays</h1><ul>{made[shape]}</ul><p>The council keeps the ferry.</p>")

    assert said.published_at == datetime(2023, 1, 2, tzinfo=UTC)


HINT = Hint(source="feed", published="Mon, 03 Feb 2014 07:00:00 +0000")
CHANGES = {
    "times": '<time class="updated" datetime="2014-02-05T17:31:00+01:00">5.2.</time><time class="published" datetime="2014-02-03T08:00:00+01:00">3.2.</time>',
    "abbreviations": '<abbr class="published" title="2014-02-03T08:00:00+01:00">Monday</abbr><abbr class="modified" title="2014-02-05T17:31:00+01:00">Wednesday</abbr>',
    "microdata": '<time itemprop="datePublished" datetime="2014-02-03T08:00:00+01:00">3.2.</time><time itemprop="dateModified" datetime="2014-02-05T17:31:00+01:00">5.2.</time>',
    "labels": 'Publié le <time datetime="2014-02-03T08:00:00+01:00">3/2</time>, mis à jour le <time datetime="2014-02-05T17:31:00+01:00">5/2</time>',
    "Polish labels": 'Opublikowano: <time datetime="2014-02-03T08:00:00+01:00">3.2</time> Aktualizacja: <time datetime="2014-02-05T17:31:00+01:00">5.2</time>',
}  # fmt: skip


@pytest.mark.parametrize("hints", [(), (HINT,)], ids=["page", "feed"])
@pytest.mark.parametrize("shown", CHANGES.values(), ids=CHANGES)
def test_change_and_offset_are_the_pages_also_where_a_feed_named_the_date(
    shown: str, hints: tuple[Hint, ...]
) -> None:
    said = read(f"<h1>The ferry stays</h1><p>{shown}</p><p>The council keeps the ferry.</p>", hints=hints)

    assert (said.published_at, said.published_offset) == (DAY, 60)
    assert said.modified_at == datetime(2014, 2, 5, 16, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "head", "day", "offset"),
    [
        ("https://gazette.example/2024/05/01/ferry", "2024-05-02T01:48:19Z", "2024-05-01", None),
        ("https://gazette.example/2024/05/02/ferry", "2024-05-01T23:11:59+00:00", "2024-05-02", None),
        ("https://gazette.example/2024/04/01/ferry", "2024-05-02T01:48:19Z", "2024-05-02", 0),
        ("https://gazette.example/2024/05/01/ferry", "2024-05-02T01:48:19+02:00", "2024-05-02", 120),
        ("https://zeitung.de/ferry", "2024-05-01T22:00:00Z", "2024-05-02", 120),
        ("https://zeitung.de/ferry", "2024-01-15T23:00Z", "2024-01-16", 60),
        ("https://zeitung.de/ferry", "2024-05-01T21:30:00Z", "2024-05-01", 0),
        ("https://shimbun.jp/ferry", "2024-05-01T15:00:00Z", "2024-05-02", 540),
        ("https://samachar.in/ferry", "2024-05-01T18:30:00.000Z", "2024-05-02", 330),
    ],
)
def test_a_day_that_was_turned_into_utc_is_that_of_the_place(
    url: str, head: str, day: str, offset: int | None
) -> None:
    said = read(
        f'<meta property="article:published_time" content="{head}"><h1>Ferry</h1><p>It stays.', url=url
    )

    assert said.published_offset == offset
    assert said.published_at is not None
    local = said.published_at.timestamp() + 60 * (offset or 0)
    assert datetime.fromtimestamp(local, UTC).date().isoformat() == day


@pytest.mark.parametrize("path", ["/news/29-10-2021", "/news/29-10-2021-ferry-stays", "/a/29102021-ferry/", "/2021/10/29/x"])  # fmt: skip
def test_the_address_names_the_day_in_either_order(path: str) -> None:
    assert read("<h1>Ferry</h1><p>It stays.", url=f"https://gazette.example{path}").published_at == datetime(2021, 10, 29, tzinfo=UTC)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "month"),
    [
        ("To, 17 Lok 2013 06:20:11 +0000", 10),
        ("Ke, 17 Hei 2013 06:20:11 +0000", 7),
        ("Śr, 17 Paź 2013 06:20:11 +0000", 10),
        ("Čt, 17 Říj 2013 06:20:11 +0000", 10),
        ("Чт, 17 Жов 2013 06:20:11 +0000", 10),
        ("17 жовт. 2013", 10),
        ("17 syys 2013", 9),
        ("17. rugp. 2013", 8),
        ("17 Haz 2013", 6),
    ],
)
def test_months_are_known_by_what_they_are_cut_to(words: str, month: int) -> None:
    moment = read_time(words, FETCHED)

    assert moment is not None
    assert moment.at is not None
    assert (moment.at.year, moment.at.month, moment.at.day) == (2013, month, 17)


@pytest.mark.parametrize(
    "own",
    [
        '<time datetime="2014-02-03T08:00:00+01:00">Monday</time>',
        '<span itemprop="datePublished" content="2014-02-03T08:00:00+01:00"></span>',
        '<span class="date" title="2014-02-03T08:00:00+01:00">Monday</span>',
        '<script>page = {"datePublished": "2014-02-03T08:00:00+01:00"}</script>',
    ],
)
def test_the_pages_own_earlier_day_goes_before_a_feeds(own: str) -> None:
    later = (Hint(source="feed", published="Thu, 06 Feb 2014 09:00:00 +0000"),)
    river = '<aside><time datetime="2012-01-01T08:00:00Z">old</time></aside>'

    assert (
        read(f"<main><h1>The ferry stays</h1>{own}<p>It stays.</p></main>{river}", hints=later).published_at
        == DAY
    )
    assert (
        read(f"<main><h1>The ferry stays</h1><p>It stays.</p></main>{river}", hints=later).published_at != DAY
    )


@pytest.mark.parametrize(
    "shown",
    [
        '<blockquote class="twitter-tweet"><p>Good</p>— Mayor <a href="https://x.example/1">February 2, 2020</a></blockquote>',
        '<blockquote cite="https://b.example/1"><p>Bravo</p><time datetime="2020-02-02T10:00:00Z">2 févr.</time></blockquote>',
        '<div itemscope itemtype="https://schema.org/VideoObject"><span itemprop="datePublished" content="2020-02-02"></span></div>',
        '<script type="application/ld+json">{"@type": "VideoObject", "name": "A tour", "datePublished": "2020-02-02"}</script>',
    ],
)
def test_the_day_of_what_the_page_shows_of_others_is_not_its_own(shown: str) -> None:
    html = f"<title>The ferry stays</title><main><article><h1>The ferry stays</h1><p>It stays.</p>{shown}</article></main>"
    document = read_document(Page(url=URL, html=html.encode(), fetched_at=FETCHED))

    assert search_date(document, read_metadata(document)).published_at is None


def test_a_story_whose_date_no_source_names_is_searched_for_one() -> None:
    text = "".join(f"<p>The council of the town voted to keep the ferry for year {n} of the plan, as it said.</p>" for n in range(12))  # fmt: skip
    html = f"<title>The ferry stays</title><h1>The ferry stays</h1>{text}<p>The council keeps the ferry, as the mayor of the town told the gazette on the day of the vote (Stand: 3.2.2014).</p>"
    made = clean(Page(url=URL, html=html.encode(), fetched_at=FETCHED))

    assert isinstance(made, Article)
    assert (made.published_at, made.found_by["published_at"]) == (
        datetime(2014, 2, 3, tzinfo=UTC),
        "htmldate",
    )


def test_the_words_of_a_date_are_its_own_sources_or_none() -> None:
    words = Metadata(published_raw="last spring", found_by={"published_raw": "json-ld"})
    day = Metadata(published_at=datetime(2026, 4, 2, tzinfo=UTC), published_precision="day")

    both = filled(words, day, "url")

    assert (both.published_at, both.published_raw) == (day.published_at, None)
    assert both.found_by == {"published_at": "url"}
    assert filled(words, Metadata(published_raw="in May"), "meta") == words

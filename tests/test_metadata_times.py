"""Times in the words of many countries become one moment; impossible ones become none."""

import time
from datetime import UTC, datetime

import pytest

from columnist.pipelines.metadata.dates.parse import read_shown_time, read_time

TODAY = datetime(2024, 6, 1, tzinfo=UTC)

READ = [
    # words, moment in UTC, precision, offset
    ("2024-05-01T10:00:00+02:00", "2024-05-01T08:00:00", "second", 120),
    ("2024-05-01T10:00:00.123456789Z", "2024-05-01T10:00:00", "second", 0),
    ("2024-05-01T10:00:00 -0500", "2024-05-01T15:00:00", "second", -300),
    ("2024-05-01T22:00-03:00", "2024-05-02T01:00:00", "minute", -180),
    ("2024-05-01 10:00", "2024-05-01T10:00:00", "minute", None),
    ("2024-05-01", "2024-05-01T00:00:00", "day", None),
    ("2024/5/1", "2024-05-01T00:00:00", "day", None),
    ("20240501T100000Z", "2024-05-01T10:00:00", "second", 0),
    ("20240501", "2024-05-01T00:00:00", "day", None),
    ("1714557600", "2024-05-01T10:00:00", "second", 0),
    ("1714557600000", "2024-05-01T10:00:00", "second", 0),
    ("Wed, 01 May 2024 10:00:00 GMT", "2024-05-01T10:00:00", "second", 0),
    ("Wed, 1 May 2024 10:00:00 +0530", "2024-05-01T04:30:00", "second", 330),
    ("Wed May 01 2024 10:00:00 GMT+0200 (CEST)", "2024-05-01T08:00:00", "second", 120),
    ("Wed May 01 10:00:00 CEST 2024", "2024-05-01T08:00:00", "second", 120),
    ("May 1, 2024 at 10:05 p.m. EDT", "2024-05-02T02:05:00", "minute", -240),
    ("Jan. 5, 2024", "2024-01-05T00:00:00", "day", None),
    ("2024 Jan 5", "2024-01-05T00:00:00", "day", None),
    ("1. Mai 2024, 10.30 Uhr", "2024-05-01T10:30:00", "minute", None),
    ("1er mai 2024 à 10h30", "2024-05-01T10:30:00", "minute", None),
    ("1 de mayo de 2024", "2024-05-01T00:00:00", "day", None),
    ("Publicado em 1º de maio de 2024 às 10h30", "2024-05-01T10:30:00", "minute", None),
    ("1 maggio 2024", "2024-05-01T00:00:00", "day", None),
    ("2 mei 2024 om 10:30", "2024-05-02T10:30:00", "minute", None),
    ("5 maja 2024", "2024-05-05T00:00:00", "day", None),
    ("5. května 2024", "2024-05-05T00:00:00", "day", None),
    ("5 травня 2024, 10:30", "2024-05-05T10:30:00", "minute", None),
    ("5 мая 2024", "2024-05-05T00:00:00", "day", None),
    ("5 Mayıs 2024", "2024-05-05T00:00:00", "day", None),
    ("5 مايو 2024", "2024-05-05T00:00:00", "day", None),
    ("٥ مايو ٢٠٢٤", "2024-05-05T00:00:00", "day", None),
    ("5 मई 2024", "2024-05-05T00:00:00", "day", None),
    ("5 พฤษภาคม 2567", "2024-05-05T00:00:00", "day", None),
    ("2024年5月1日 下午3:00", "2024-05-01T15:00:00", "minute", None),
    ("2024년 5월 1일 오후 3시 05분", "2024-05-01T15:05:00", "minute", None),
    ("01.05.2024 - 10:30", "2024-05-01T10:30:00", "minute", None),
    ("13/4/2024", "2024-04-13T00:00:00", "day", None),
    ("4/13/2024", "2024-04-13T00:00:00", "day", None),
]


@pytest.mark.parametrize(("words", "at", "precision", "offset"), READ, ids=[case[0] for case in READ])
def test_a_time_is_read(words: str, at: str, precision: str, offset: int | None) -> None:
    moment = read_time(words, TODAY)

    assert moment is not None
    assert moment.at == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert (precision, offset, words) == (moment.precision, moment.offset, moment.raw)


def test_the_country_settles_which_number_is_the_month() -> None:
    european = read_time("3/4/2024", TODAY)
    american = read_time("3/4/2024", TODAY, month_first=True)

    assert european is not None
    assert american is not None
    assert (european.at, american.at) == (datetime(2024, 4, 3, tzinfo=UTC), datetime(2024, 3, 4, tzinfo=UTC))


@pytest.mark.parametrize(
    "words",
    [
        "2024-02-30",
        "2024-13-01",
        "0000-01-01",
        "99999-01-01",
        "1970-01-01T00:00:00Z",
        "2024-05-01T25:00:00",
        "2024-06-09",
    ],
)
def test_an_impossible_time_keeps_its_words_only(words: str) -> None:
    moment = read_time(words, TODAY)

    assert moment is not None
    assert (moment.at, moment.raw) == (None, words)


@pytest.mark.parametrize(
    "words", ["", "2024/05", "May 2024", "yesterday", "Opinion 12", "12345678", "8 hours ago", "page 3.4"]
)
def test_words_without_a_whole_date_are_none(words: str) -> None:
    assert read_time(words, TODAY) is None


@pytest.mark.parametrize("raw", ["9" * 5_000, "-" * 50_000, "1 " * 20_000, "jan " * 20_000, "2024-" * 20_000])
def test_floods_cost_no_time(raw: str) -> None:
    started = time.process_time()

    read_time(raw, TODAY)
    read_shown_time(raw, TODAY)

    assert time.process_time() - started < 0.2  # milliseconds; what grows with the square takes minutes


@pytest.mark.parametrize(
    ("words", "is_dateline"),
    [
        ("Published on Monday, 4 May 2024 at 10:00", True),
        ("Veröffentlicht am 4. Mai 2024", True),
        ("4 May 2024 | 3 min read", True),
        ("Tanks on the road to the old town near the river, 24 April 2024", False),
        ("no digits at all", False),
    ],
)
def test_a_dateline_is_a_date_with_few_words_beside(words: str, is_dateline: bool) -> None:
    assert is_dateline == (read_shown_time(words, TODAY) is not None)

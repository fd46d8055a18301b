"""Halves of the day in words, hours in characters, and American zones that the season moves."""

from datetime import UTC, datetime

import pytest

from columnist.pipelines.metadata.dates.parse import read_shown_time

TODAY = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "clock"),
    [
        ("9 Μαρτίου 2021, 3:20 μ.μ.", "15:20"),
        ("9 Μαρτίου 2021, 9:20 πμ", "09:20"),
        ("Thứ Ba, 9/3/2021, 3:20 chiều", "15:20"),
        ("9/3/2021 3:20 CH", "15:20"),
        ("9/3/2021 12:20 SA", "00:20"),
        ("9 مارس 2021 - 11:20 صباحاً", "11:20"),
        ("9 مارس 2021 12:20 ص", "00:20"),
        ("٩ مارس ٢٠٢١ م 03:20", "03:20"),  # the era behind the year is no afternoon
        ("۹ مارس ۲۰۲۱ ساعت ۳:۲۰ عصر", "15:20"),
        ('9 במרץ 2021, 3:20 אחה"צ', "15:20"),
        ("2021年3月9日下午3点5分", "15:05"),
        ("2021年3月9日 中午12:20", "12:20"),
        ("下午3:20 2021/3/9", "15:20"),
        ("2021年3月9日(火) 午後3時半", "15:30"),
        ("2021년 3월 9일 밤 9시 5분", "21:05"),
        ("9 मार्च 2021, रात 12:20 बजे", "00:20"),
        ("9 मार्च 2021, सुबह 9 बजे", "09:00"),
        ("৯ মার্চ ২০২১, বিকাল ৫টা", "17:00"),
        ("9 Mart 2021 3:20 ÖS", "15:20"),
        ("9 Maret 2021, 3:20 sore", "15:20"),
        ("9 marzo 2021 ore 3:20 del pomeriggio", "15:20"),
        ("9 марта 2021 в 3:20 дня", "15:20"),
        ("9. März 2021, 3:20 Uhr nachmittags", "15:20"),
        ("9 maart 2021, 3:20 uur 's middags", "15:20"),
        ("Publié le 9 mars 2021 à 3 h 20 de l’après-midi", "15:20"),
        ("9 مارچ 2021، 3:20 بجے دوپہر", "15:20"),
        ("Sa, 09.03.2021 12:20", "12:20"),  # Saturday
        ("veröffentlicht am 9. März 2021, 12:20", "12:20"),
        ("9 March 2021 10:00 - 15 min read", "10:00"),  # no offset
    ],
)
def test_a_half_of_the_day_in_words_counts(words: str, clock: str) -> None:
    moment = read_shown_time(words, TODAY)

    assert moment is not None
    assert moment.at is not None
    assert f"{moment.at:%Y-%m-%d %H:%M}" == f"2021-03-09 {clock}"


@pytest.mark.parametrize(
    ("words", "utc", "offset"),
    [
        ("July 9, 2021 2:05 p.m. ET", "2021-07-09T18:05", -240),
        ("January 9, 2021 at 2:05 PM Eastern Time", "2021-01-09T19:05", -300),
        ("2:05 PM CT, Fri July 9, 2021", "2021-07-09T19:05", -300),
        ("July 9, 2021 (2:05 p.m. MT)", "2021-07-09T20:05", -360),
        ("01/09/2021 2:05 pm PT", "2021-01-09T22:05", -480),  # the zone says whose order of numbers it is
    ],
)
def test_american_zones_follow_the_season(words: str, utc: str, offset: int) -> None:
    moment = read_shown_time(words, TODAY)

    assert moment is not None
    assert moment.at is not None
    assert (f"{moment.at:%Y-%m-%dT%H:%M}", moment.offset) == (utc, offset)

"""A flattened page keeps its byline and its dates: they stand between headline and text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from columnist.pipelines.clean import clean
from columnist.pipelines.metadata.plaintext_heading import read_heading
from columnist.pipelines.records.article import Article, Page, Reject

TODAY = datetime(2026, 4, 1, tzinfo=UTC)
BYLINES = [
    (("By Ines Calder", "12 March 2026, 09:14"), ("Ines Calder",)),
    (("Von Anna Keller und Jonas Brandt", "12. März 2026"), ("Anna Keller", "Jonas Brandt")),
    (("Marta Jiménez", "Valencia - 12 mar 2026 - 10:32 CET"), ("Marta Jiménez",)),
    (("12 марта 2026, 10:15", "Анна Петрова"), ("Анна Петрова",)),
    (("كتب: أحمد منصور", "12 مارس 2026"), ("أحمد منصور",)),
    (("記者：田中花子", "2026年3月12日"), ("田中花子",)),
    (("By Ines Calder | March 12, 2026",), ("Ines Calder",)),
    # No byline: a place, a role, a lone name far from the date.
    (("Hannover", "12. März 2026"), ()),
    (("Staff reporter", "12 March 2026"), ()),
    (("Share", "12 March 2026", "Print"), ()),
    (("Harbour View", "Share", "12 March 2026"), ()),
    ((), ()),
]
DATES = [
    ("12 March 2026, 09:14 GMT", datetime(2026, 3, 12, 9, 14, tzinfo=UTC), None),
    ("Aktualisiert am 13. März 2026", None, datetime(2026, 3, 13, tzinfo=UTC)),
    (
        "Publié le 2 mars 2026 à 07h30, mis à jour le 3 mars 2026 à 18h10",
        datetime(2026, 3, 2, 7, 30, tzinfo=UTC),
        datetime(2026, 3, 3, 18, 10, tzinfo=UTC),
    ),
    ("2026年3月12日 更新", None, datetime(2026, 3, 12, tzinfo=UTC)),
    ("Reading time: 3 minutes", None, None),
    ("31 February 2026", None, None),
]


@pytest.mark.parametrize(
    "words",
    ["Last modified", "Frissítve", "Cập nhật", "Diperbarui", "به‌روزرسانی", "עודכן", "แก้ไข", "Ažurirano", "Изменено",
     "Ändrad", "Gewijzigd", "업데이트", "تم التعديل", "अपडेट"],
)  # fmt: skip
def test_the_day_of_a_change_is_known_in_any_language(words: str) -> None:
    said = read_heading((f"{words}: 12.03.2026",), TODAY)

    assert (said.published_at, said.modified_at) == (None, datetime(2026, 3, 12, tzinfo=UTC))


@pytest.mark.parametrize(("lines", "authors"), BYLINES)
def test_a_byline_is_read_only_where_it_is_one(lines: tuple[str, ...], authors: tuple[str, ...]) -> None:
    said = read_heading(lines, TODAY)

    assert said.authors == authors
    assert ("authors" in said.found_by) == bool(authors)


@pytest.mark.parametrize(("line", "published", "modified"), DATES)
def test_publication_and_update_are_told_apart(
    line: str, published: datetime | None, modified: datetime | None
) -> None:
    said = read_heading((line,), TODAY)

    assert (said.published_at, said.modified_at) == (published, modified)


def test_numbers_alone_are_read_as_the_language_writes_them() -> None:
    assert read_heading(("3/4/2026",), TODAY).published_at == datetime(2026, 4, 3, tzinfo=UTC)
    assert read_heading(("3/4/2026",), TODAY, month_first=True).published_at == datetime(
        2026, 3, 4, tzinfo=UTC
    )


def test_a_flattened_page_names_its_author_and_its_day() -> None:
    text = "\n".join((
        "Home", "Sign in",
        "Council votes to keep the river ferry for another ten years",
        "By Ines Calder", "March 12, 2026 9:14 am", "Share this:", "Facebook",
        "The council of Norley voted on Monday to keep the ferry, which has crossed the river since 1911.",
        "About four hundred people use the boat each day, most of them pupils, the harbour office wrote.",
        "Leave a Reply", "Your email address will not be published. Required fields are marked *",
    ))  # fmt: skip
    article = clean(Page(url="file:ferry.txt", text=text, fetched_at=TODAY))

    assert isinstance(article, Article)
    assert article.authors == ("Ines Calder",)
    assert article.published_at == datetime(2026, 3, 12, 9, 14, tzinfo=UTC)
    assert article.published_raw == "March 12, 2026 9:14 am"
    assert article.found_by["authors"] == article.found_by["published_at"] == "line-cleaner"
    assert len(article.paragraphs) == 2


@pytest.mark.parametrize(("text", "reason"), [("", "empty"), (" \n", "empty"), ("url,html", "too-short")])
def test_a_text_of_next_to_nothing_is_no_article(text: str, reason: str) -> None:
    outcome = clean(Page(url="file:x.txt", text=text, fetched_at=TODAY))

    assert isinstance(outcome, Reject)
    assert outcome.reason == reason

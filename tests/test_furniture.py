"""Labels that are furniture by their words alone, on pages whose markup does not tell."""

from __future__ import annotations

import pytest

from columnist.pipelines.content.rules.boilerplate_lines import drop_furniture
from columnist.pipelines.records.article import Paragraph

STORY = [
    "The council of the town adopted the budget on Tuesday after a debate of four hours and one adjournment. "
    * 3,
    "Sharing on Facebook brought four hundred people to the square, the mayor said, and nobody complained.",
    "A second reading follows in May, when the comments of the public will be read aloud in the chamber. "
    * 3,
]


def _texts(lines: list[str]) -> list[str]:
    return [p.text for p in drop_furniture([Paragraph("p", line) for line in lines])[0]]


@pytest.mark.parametrize("label", ["Share on Facebook", "Udostępnij na Facebooku", "Auf Facebook teilen"])
def test_a_share_label_goes_and_a_sentence_about_sharing_stays(label: str) -> None:
    assert _texts([label, *STORY]) == STORY


@pytest.mark.parametrize(
    ("label", "headline"),
    [
        ("Czytaj także", "Zamkniętą mleczarnię przejęli serowarzy i zatrudniają dawną załogę"),
        ("Read also:", "Ferry returns to the harbour after the repair"),
    ],
)
def test_a_pointer_takes_its_headline_along(label: str, headline: str) -> None:
    assert _texts([STORY[0], label, headline, *STORY[1:]]) == STORY


@pytest.mark.parametrize(
    "line",
    [
        "Lees ook: Het veer vaart voortaan op de zon",
        "À lire aussi » Pourquoi le bac reste-t-il au port ?",
        "Lea: El transbordador queda un mes en el puerto",
        "Zum Weiterlesen:",
        "WATCH | Residents react to the repair of the ferry:",
        "👉 Lees ook: Het veer vaart voortaan op de zon.",
        "Read also | The ferry runs on the sun now.",
        "相关阅读：渡轮改用太阳能。",
    ],
)
def test_a_pointer_in_one_line_goes(line: str) -> None:
    assert _texts([STORY[0], line, *STORY[1:]]) == STORY


def test_a_row_of_a_table_is_no_pointer() -> None:
    row = Paragraph("table", "Watch | Price | Battery")
    story = [Paragraph("p", line) for line in STORY]

    assert drop_furniture([story[0], row, *story[1:]])[0] == (story[0], row, *story[1:])


def test_a_sentence_that_begins_like_a_pointer_stays() -> None:
    lines = [
        STORY[0],
        "Read more than one of these books and you will see what she means, said the mayor.",
        *STORY[1:],
    ]

    assert _texts(lines) == lines


@pytest.mark.parametrize("label", ["Komentarze", "Leave a comment", "Kommentare"])
def test_what_readers_wrote_goes_with_the_label(label: str) -> None:
    assert _texts([*STORY, label, "zawislanin", "At last some good news, thank you."]) == STORY


def test_a_heading_about_comments_inside_the_article_takes_nothing_along() -> None:
    lines = [STORY[0], STORY[0], "Comments", *STORY * 4]

    assert _texts(lines)[-4:] == lines[-4:]


@pytest.mark.parametrize(
    "line",
    [
        "Autor: Hanna Lipowska",
        "28.03.2026, 20:00",
        "Children in the yard, fot. Hanna Lipowska",
        "井边取水 陆远帆 摄",
    ],
)
def test_a_byline_date_or_credit_goes_above_the_article_and_stays_inside_it(line: str) -> None:
    assert _texts([line, *STORY]) == STORY
    assert _texts([STORY[0], line, *STORY[1:]]) == [STORY[0], line, *STORY[1:]]


def test_a_call_to_sign_up_goes_and_a_sentence_about_signing_up_stays() -> None:
    call = "Subscribe to our free newsletter and find the most important news of the morning in your mail."
    told = "Whoever signed up for the newsletter of the town had read it a day before, said the mayor."

    assert _texts([STORY[0], call, told, *STORY[1:]]) == [STORY[0], told, *STORY[1:]]


def test_names_beside_share_labels_go_in_any_letters_and_subheads_of_that_name_stay() -> None:
    bar = ("Auf Facebook teilen", "Facebook", "Jaa Xyzzy", "Xyzzy", "Auf WhatsApp teilen", "WhatsApp")
    long = "The ferry left at ten with forty passengers on board and came back at noon without one of them."
    lines = [
        *(Paragraph("p", text) for text in (*bar, long)),
        Paragraph("h2", "Facebook"),
        Paragraph("p", long + " Twice."),
        Paragraph("p", "Twitter"),
        Paragraph("p", long + " Thrice."),
    ]

    kept, removed = drop_furniture(lines)

    assert [p.text for p in kept] == [long, "Facebook", long + " Twice.", "Twitter", long + " Thrice."]
    assert removed == {"share-bar": sum(map(len, bar))}

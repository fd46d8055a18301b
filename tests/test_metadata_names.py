"""Bylines of twenty languages become names, one each, and agencies."""

import pytest

from pipelines.metadata.agencies import credited_agency
from pipelines.metadata.names import parse_byline, parse_name_field

BYLINES = [
    ("By Eva Muster", ["Eva Muster"], []),
    ("By Eva Muster and John Smith, Reuters", ["Eva Muster", "John Smith"], ["Reuters"]),
    ("By Eva Muster, Senior Reporter", ["Eva Muster"], []),
    ("Senior Reporter Eva Muster", ["Eva Muster"], []),
    ("Minutes Ago Jon Russell", ["Jon Russell"], []),
    ("Jon Smith | Updated 3 May 2024", ["Jon Smith"], []),
    ("Eva Muster (obe)", ["Eva Muster"], []),
    ("Eva Muster @evamuster eva@news.example", ["Eva Muster"], []),
    ("EVA MUSTER", ["Eva Muster"], []),
    ("Bill MCCARTHY", ["Bill McCarthy"], []),
    ("SEAN O'BRIEN", ["Sean O'Brien"], []),
    ("KARL-HEINZ MÜLLER", ["Karl-Heinz Müller"], []),
    ("By JOHN SMITH Associated Press", ["John Smith"], ["Associated Press"]),
    ("Eva Muster/dpa", ["Eva Muster"], ["dpa"]),
    ("Text: Von Hans-Peter Braun", ["Hans-Peter Braun"], []),
    ("Von Eva Müller und Jan de Vries", ["Eva Müller", "Jan de Vries"], []),
    ("Par Jean Dupont avec AFP", ["Jean Dupont"], ["AFP"]),
    ("Por Juan Pérez y María López", ["Juan Pérez", "María López"], []),
    ("Por João Silva e Ana Souza", ["João Silva", "Ana Souza"], []),
    ("di Mario Rossi", ["Mario Rossi"], []),
    ("Door Piet van den Berg en Anna de Wit", ["Piet van den Berg", "Anna de Wit"], []),
    ("Av Kari Nordmann og Ola Hansen", ["Kari Nordmann", "Ola Hansen"], []),
    ("Autor: Jan Kowalski i Anna Nowak", ["Jan Kowalski", "Anna Nowak"], []),
    ("Autor: Petr Novák a Jana Malá", ["Petr Novák", "Jana Malá"], []),
    ("Автор: Иван Петров и Анна Белова", ["Иван Петров", "Анна Белова"], []),
    ("Yazan: Nermin Tuzcu ve Cemil Akar", ["Nermin Tuzcu", "Cemil Akar"], []),
    ("Oleh Budi Santoso dan Siti Aminah", ["Budi Santoso", "Siti Aminah"], []),
    ("بقلم سلمى الحوراني", ["سلمى الحوراني"], []),
    ("記者 山田太郎", ["山田太郎"], []),
    ("山田太郎、佐藤花子", ["山田太郎", "佐藤花子"], []),
    ("（早瀬和泉）", ["早瀬和泉"], []),
    ("김철수 기자", ["김철수"], []),
    ("Written by\nAnna Kowalska\nand\nPiotr Nowak", ["Anna Kowalska", "Piotr Nowak"], []),
    ("John Smith, Ph.D.", ["John Smith, Ph.D."], []),
    ("AFP", [], ["AFP"]),
    ("By Staff", [], []),
    ("Admin", [], []),
    ("eva@news.example", [], []),
    ("https://news.example/author/eva", [], []),
    ("Sign up", [], []),
    ("Written by", [], []),
    ("Bild: Eva Muster", [], []),
    ("", [], []),
]


@pytest.mark.parametrize(
    ("words", "persons", "agencies"), BYLINES, ids=[case[0] or "nothing" for case in BYLINES]
)
def test_a_byline_gives_its_names(words: str, persons: list[str], agencies: list[str]) -> None:
    byline = parse_byline(words)

    assert (persons, agencies) == (list(byline.persons), list(byline.agencies))


@pytest.mark.parametrize(
    ("field", "others"),
    [
        ("The Valley Desk", ("The Valley Desk",)),
        ("Center for Rivers and Research", ("Center for Rivers and Research",)),
        ("valleywriter", ("valleywriter",)),
        ("admin", ()),
        ("null", ()),
        ("August 28,", ()),
    ],
)
def test_a_name_field_is_believed_but_not_where_it_is_a_placeholder(
    field: str, others: tuple[str, ...]
) -> None:
    assert others == parse_name_field(field).others


def test_a_name_written_last_name_first_is_turned() -> None:
    assert parse_name_field("Muster, Eva").persons == ("Eva Muster",)


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("BERLIN (dpa) - The river rose again.", "dpa"),
        ("(ANSA) - ROMA, 10 MAR - Il ponte.", "ANSA"),
        ("БЕРЁЗОВЫЙ ЯР, 9 марта. /ТАСС/. Библиотека.", "TASS"),
        ("The bridge opens in spring. (AFP)", "AFP"),
        ("Die Brücke öffnet im Frühling. Quelle: dpa", "dpa"),
        ("橋は来春に開通する（共同）", "Kyodo"),
        ("She gave the map (a gift) to the mayor.", None),
        ("He read the wire of Reuters every day.", None),
        ("", None),
    ],
)
def test_a_dateline_or_an_ending_credits_the_agency(text: str, agency: str | None) -> None:
    assert agency == credited_agency(text)


@pytest.mark.parametrize(
    "flood", ["By " * 50_000, "a, " * 50_000, "(" * 50_000, "A-" * 50_000, "Ann and " * 20_000]
)
def test_floods_cost_no_time(flood: str) -> None:
    parse_byline(flood)
    parse_name_field(flood)
    credited_agency(flood)

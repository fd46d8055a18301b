"""Who is named beside an article and who is not: photographers, commenters, teasers' authors, builders of sites, buttons."""

import pytest

from columnist.pipelines.document.read import read_document
from columnist.pipelines.metadata.authors.person_names import parse_name_field
from columnist.pipelines.metadata.read import read_metadata
from columnist.pipelines.records.article import Page
from tests.test_body import TITLE, paragraphs


def authors_of(inside: str = "", head: str = "", after: str = "") -> tuple[str, ...]:
    html = f"<html><head>{head}</head><body><article><h1>{TITLE}</h1>{inside}{paragraphs()}</article>{after}</body></html>"
    return read_metadata(read_document(Page(url="https://crier.example/a", html=html.encode()))).authors


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("文＝山田花子　写真＝佐藤次郎", ["山田花子"]),
        ("写真：佐藤次郎 文：山田花子", ["山田花子"]),
        ("记者：王小明　摄影：李红", ["王小明"]),
        ("Texto: Lena Orrego. Fotografía: Pablo Rit", ["Lena Orrego"]),
        ("Text: Eva Kranz, Fotos: Jonas Beck", ["Eva Kranz"]),
        ("Tekst: Kari Moe | Foto: Ola Lie", ["Kari Moe"]),
        ("Haber: Ayşe Yılmaz - Fotoğraf: Can Demir", ["Ayşe Yılmaz"]),
        ("Olivia Stern ✍️", ["Olivia Stern"]),
        ("Greta Post-Linnet", ["Greta Post-Linnet"]),
        ("opr. Lena Orska", ["Lena Orska"]),
        ("View all posts by Manny Fernald", ["Manny Fernald"]),
        ("Alle Beiträge von Eva Kranz", ["Eva Kranz"]),
        ("Voir tous les articles de Luc Morin", ["Luc Morin"]),
    ],
)
def test_a_field_gives_who_wrote(byline: str, names: list[str]) -> None:
    assert list(parse_name_field(byline).persons) == names


@pytest.mark.parametrize(
    "label",
    ["View Archive", "View more posts", "Tous ses articles", "Все записи автора", "すべての記事を見る"],
)
def test_a_buttons_words_name_nobody(label: str) -> None:
    found = parse_name_field(label)

    assert (found.persons, found.others) == ((), ())


@pytest.mark.parametrize(
    "company", ["Marrow Broadcasting Corporation", "Nordwind Verlag GmbH", "Quay Media Ltd"]
)
def test_a_company_in_the_head_yields_to_a_name_on_the_page(company: str) -> None:
    head = f"<meta name=author content='{company}'>"

    assert authors_of("<p class=byline>By Jake Everly</p>", head) == ("Jake Everly",)


@pytest.mark.parametrize(
    "head",
    [
        "<meta name=author content='PressWorks CMS 4.2'><meta name=generator content='PressWorks CMS 4.2'>",
        "<meta name=author content='pixelwerk GmbH, Internetagentur'>",
        "<meta name=author content='Blue Quay Web Design'>",
    ],
)
def test_who_built_the_site_wrote_nothing(head: str) -> None:
    assert authors_of(head=head) == ()


def test_a_commenter_and_the_author_of_a_teaser_wrote_another_thing() -> None:
    comment = "<article class=comment itemprop=comment itemscope><span class=author>Gina Marlow</span><p>Good.</p></article>"
    teaser = "<article><h3><a href=/b>Roof leaks</a></h3><span class=author>Jon Roswell</span></article>"

    assert authors_of(after=f"<section>{comment}{teaser}</section>") == ()
    assert authors_of("<span class=author>Lena Orr</span>", after=comment + teaser) == ("Lena Orr",)

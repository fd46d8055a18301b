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
        ("Words by Lena Orr. Photographs by Sam Hill.", ["Lena Orr"]),
        ("Story and photos by Lena Orr", ["Lena Orr"]),
        ("testo di Lena Orsi, foto di Marco Bianchi", ["Lena Orsi"]),
        ("Par Lena Orr (à Bruxelles) et Jean Dupuis", ["Lena Orr", "Jean Dupuis"]),
        ("作者：王小明　编辑：陈伟", ["王小明"]),
        ("القاهرة - سامي حداد ومنى خليل", ["سامي حداد", "منى خليل"]),
        ("تقرير: منى خليل - تصوير: أحمد سالم", ["منى خليل"]),
        ("احمد ندیم رپورٹر", ["احمد ندیم"]),
        ("خبرنگار: سارا احمدی", ["سارا احمدی"]),
        ("राहुल शर्मा, संवाददाता", ["राहुल शर्मा"]),
        ("ワシントン特派員 山田花子", ["山田花子"]),
        ("워싱턴=김민수 특파원", ["김민수"]),
        ("Phóng viên Nguyễn Văn An", ["Nguyễn Văn An"]),
        ("Muhabir: Mehmet Kaya", ["Mehmet Kaya"]),
        ("Von unserem Redakteur Jan Petersen", ["Jan Petersen"]),
        ("Door onze verslaggever Jan de Vries", ["Jan de Vries"]),
        ("Корреспондент Иван Смирнов", ["Иван Смирнов"]),
        ("Senior Autos Reporter", []),
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


def test_a_desk_that_bears_the_sites_name_is_no_second_author() -> None:
    line = "<div class=byline>Eva Kranz, Crier Nordstadt</div>"

    assert authors_of(line) == ("Eva Kranz",)
    assert authors_of("<div class=byline>Crier Oakes</div>") == ("Crier Oakes",)


@pytest.mark.parametrize(
    "filled_in",
    [
        "Админ",
        "Yönetici",
        "管理员",
        "مدیر سایت",
        "wpadmin",
        "user1",
        "Drupal",
        "Guest Author",
        "Gastautor",
        "客座作者",
    ],
)
def test_what_a_system_or_a_role_fills_in_names_nobody(filled_in: str) -> None:
    assert authors_of(head=f"<meta name=author content='{filled_in}'>") == ()


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


@pytest.mark.parametrize(
    "others",
    [
        '<div id="kommentare"><div><span class="autor">Uwe Kern</span><p>Endlich!</p></div></div>',
        '<ul><li><a href="/a">Ships wait in the harbour</a><p class="autor">Von Jon Roswell</p></li>'
        '<li><a href="/b">The roof of the school leaks</a><p class="autor">Von Amy Sund</p></li></ul>',
        '<div><a href="/n/1"><h4>Ships wait</h4></a><span class="auteur">Jean Bon</span></div>',
        "<aside><p>By Jon Roswell</p></aside>",
    ],
)
def test_names_in_boxes_of_others_are_not_the_articles(others: str) -> None:
    html = f"<main><article><h1>Depot stays open</h1><p>The council voted late on Thursday.</p></article></main>{others}"

    assert read_metadata(read_document(Page(url="https://news.example/a", html=html.encode()))).authors == ()


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("（文・山田花子、写真・佐藤次郎）", ("山田花子",)),
        ("文＝山田花子", ("山田花子",)),
        ("（記者王小明／台北報導）", ("王小明",)),
        ("（记者 王小明 陈伟）", ("王小明", "陈伟")),
        ("山田花子記者", ("山田花子",)),
        ("〔記者王小明、陳偉／台北報導〕市議會週四深夜決定，讓舊電車廠至少再保留兩年。", ("王小明", "陳偉")),
    ],
)
def test_a_line_beside_the_headline_names_who_wrote(line: str, names: tuple[str, ...]) -> None:
    html = f"<title>旧電車車庫</title><h1>旧電車車庫</h1><p>{line}</p><p>町議会は木曜日の夜、車庫を残すことを決めた。</p>"

    assert (
        read_metadata(read_document(Page(url="https://news.example/a", html=html.encode()))).authors == names
    )


@pytest.mark.parametrize(
    "river",
    [
        '<div class="river"><a href="/a">Ships</a> <a rel="author" href="/x">Jon Roswell</a></div>',
        '<ul><li><h3><a href="/a">Ships wait</a></h3><a rel="author" href="/x">Jon Roswell</a></li></ul>',
    ],
)
def test_links_to_authors_below_the_text_are_other_stories(river: str) -> None:
    text = "<p>The council voted late on Thursday to keep the old depot open for two years more.</p>" * 9
    both = '<a rel="author" href="/d">Devin Cole</a> and <a rel="author" href="/e">Eve Orr</a>'
    html = f"<main><article><h1>Depot stays open</h1><div>{both}</div>{text}{river}</article></main>"
    page = Page(url="https://news.example/a", html=html.encode())

    assert read_metadata(read_document(page)).authors == ("Devin Cole", "Eve Orr")

"""Bylines of fifty languages become names, one each, and agencies."""

import time

import pytest

from columnist.pipelines.metadata.authors.agencies import credited_agency
from columnist.pipelines.metadata.authors.person_names import parse_byline, parse_name_field

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
    ("di Mario Rossi", ["Mario Rossi"], []),
    ("Автор: Иван Петров и Анна Белова", ["Иван Петров", "Анна Белова"], []),
    ("Oleh Budi Santoso dan Siti Aminah", ["Budi Santoso", "Siti Aminah"], []),
    ("بقلم سلمى الحوراني", ["سلمى الحوراني"], []),
    ("記者 山田太郎", ["山田太郎"], []),
    ("山田太郎、佐藤花子", ["山田太郎", "佐藤花子"], []),
    ("（早瀬和泉）", ["早瀬和泉"], []),
    ("김철수 기자", ["김철수"], []),
    ("Written by\nAnna Kowalska\nand\nPiotr Nowak", ["Anna Kowalska", "Piotr Nowak"], []),
    ("John Smith, Ph.D.", ["John Smith, Ph.D."], []),
    ("JOHN SMITH, CEPF®", ["John Smith, CEPF®"], []),
    ("Words: Kit Marlow", ["Kit Marlow"], []),
    ("Interview: Sam Okoro", ["Sam Okoro"], []),
    ("Texte : Luc Marchand", ["Luc Marchand"], []),
    ("By Kit Marlow in London and Ana Ruiz in Madrid", ["Kit Marlow", "Ana Ruiz"], []),
    ("Por Luis Pérez, Madrid", ["Luis Pérez"], []),
    ("Por Luis Pérez, Málaga", ["Luis Pérez"], []),
    ("By Ana Ruiz, Buenos Aires", ["Ana Ruiz"], []),
    ("Por Pérez y García", ["Pérez", "García"], []),
    ("By The Ledger staff", [], []),
    ("By Kit Marlow | @kitmarlow | Updated 3 hours ago", ["Kit Marlow"], []),
    ("By Kit Marlow, updated 3 hours ago", ["Kit Marlow"], []),
    ("लेखक: रेखा बिष्ट | 5 मार्च 2026, 09:15 IST", ["रेखा बिष्ट"], []),
    ("โดย สมชาย ใจดี 12 มีนาคม 2569 เวลา 10:30 น.", ["สมชาย ใจดี"], []),
    ("本报记者 王小明 陈伟 通讯员 李红", ["王小明", "陈伟", "李红"], []),
    ("记者：王小明 陈伟", ["王小明", "陈伟"], []),
    ("特约记者王小明", ["王小明"], []),
    ("记者 王小明 摄影 李红", ["王小明"], []),
    ("記者王小明／馬羅報導", ["王小明"], []),
    ("〔記者王小明、陳偉／台北報導〕", ["王小明", "陳偉"], []),
    ("（文・山田花子、写真・佐藤次郎）", ["山田花子"], []),
    ("取材・文＝山田花子", ["山田花子"], []),
    ("政治部・山田花子", ["山田花子"], []),
    ("山田花子＝ロンドン", ["山田花子"], []),
    ("홍길동 김철수 기자", ["홍길동", "김철수"], []),
    ("글 홍길동, 사진 김철수", ["홍길동"], []),
    ("[서울=홍길동 기자]", ["홍길동"], []),
    ("كتب: أحمد سالم ومنى خليل - مارو", ["أحمد سالم", "منى خليل"], []),
    ("أحمد سالم، منى خليل وسامي حداد", ["أحمد سالم", "منى خليل", "سامي حداد"], []),
    ("أحمد وليد", ["أحمد وليد"], []),
    ("מאת דנה כהן ויוסי לוי", ["דנה כהן", "יוסי לוי"], []),
    ("דנה ורד", ["דנה ורד"], []),
    ("रेखा बिष्ट और अमित शर्मा", ["रेखा बिष्ट", "अमित शर्मा"], []),
    ("রহিম উদ্দিন, ঢাকা", ["রহিম উদ্দিন"], []),
    ("เรื่อง: สมชาย ใจดี ภาพ: สมหญิง ดี", ["สมชาย ใจดี"], []),
    ("Eva Muster (Text) und Jan Klein (Fotos)", ["Eva Muster"], []),
    ("Tekst: Jan de Vries Beeld: Anna Bos", ["Jan de Vries"], []),
    ("Penulis: Budi Santoso | Editor: Siti Aminah", ["Budi Santoso"], []),
    ("Reportagem de Ana Silva, com Lusa", ["Ana Silva"], ["Lusa"]),
    ("Dal nostro inviato Mario Rossi", ["Mario Rossi"], []),
    ("Авторка: Олена Бойко", ["Олена Бойко"], []),
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


LANGUAGES = [
    ("German, both genders", "Autorin/Autor: Eva Müller", ["Eva Müller"]),
    ("German guest", "Ein Gastbeitrag von Eva Müller", ["Eva Müller"]),
    ("French", "Par Jean Dupont et Anne Petit", ["Jean Dupont", "Anne Petit"]),
    ("French interview", "Propos recueillis par Jean Dupont", ["Jean Dupont"]),
    ("Spanish", "Por Juan Pérez y María López", ["Juan Pérez", "María López"]),
    ("Portuguese", "Por João Silva e Ana Souza", ["João Silva", "Ana Souza"]),
    ("Italian", "di Mario Rossi e Anna Bianchi", ["Mario Rossi", "Anna Bianchi"]),
    ("Italian editor", "A cura di Mario Rossi", ["Mario Rossi"]),
    ("Dutch", "Door Piet van den Berg en Anna de Wit", ["Piet van den Berg", "Anna de Wit"]),
    ("Danish", "Af Kari Nielsen og Ole Hansen", ["Kari Nielsen", "Ole Hansen"]),
    ("Norwegian", "Av Kari Nordmann og Ola Hansen", ["Kari Nordmann", "Ola Hansen"]),
    ("Swedish", "Av Anna Svensson och Lars Berg", ["Anna Svensson", "Lars Berg"]),
    ("Swedish label", "Text: Anna Svensson", ["Anna Svensson"]),
    ("Finnish", "Kirjoittaja: Matti Virtanen ja Liisa Korhonen", ["Matti Virtanen", "Liisa Korhonen"]),
    ("Icelandic", "Eftir Jón Jónsson og Önnu Björk", ["Jón Jónsson", "Önnu Björk"]),
    ("Polish", "Autor: Jan Kowalski i Anna Nowak", ["Jan Kowalski", "Anna Nowak"]),
    ("Czech", "Autor: Petr Novák a Jana Malá", ["Petr Novák", "Jana Malá"]),
    ("Slovak", "Autor: Peter Horváth a Jana Kováčová", ["Peter Horváth", "Jana Kováčová"]),
    ("Croatian", "Piše: Ivan Horvat i Ana Marić", ["Ivan Horvat", "Ana Marić"]),
    ("Serbian", "Пише: Петар Петровић и Ана Јовић", ["Петар Петровић", "Ана Јовић"]),
    ("Bulgarian", "Автор: Иван Петров и Мария Георгиева", ["Иван Петров", "Мария Георгиева"]),
    ("Macedonian", "Автор: Петар Петров и Ана Илиева", ["Петар Петров", "Ана Илиева"]),
    ("Ukrainian", "Автор: Олег Шевченко та Ірина Бондар", ["Олег Шевченко", "Ірина Бондар"]),
    ("Greek", "Γράφει ο Νίκος Παππάς και η Μαρία Δήμου", ["Νίκος Παππάς", "Μαρία Δήμου"]),
    ("Greek genitive", "Του Νίκου Παππά", ["Νίκου Παππά"]),
    ("Romanian", "De Ion Popescu și Maria Ionescu", ["Ion Popescu", "Maria Ionescu"]),
    ("Romanian label", "Autor: Ion Popescu", ["Ion Popescu"]),
    ("Hungarian", "Írta: Kovács János és Nagy Anna", ["Kovács János", "Nagy Anna"]),
    ("Hungarian label", "Szerző: Kovács János", ["Kovács János"]),
    ("Turkish", "Yazan: Nermin Tuzcu ve Cemil Akar", ["Nermin Tuzcu", "Cemil Akar"]),
    ("Lithuanian", "Autorius: Jonas Petraitis ir Ona Kazlauskienė", ["Jonas Petraitis", "Ona Kazlauskienė"]),
    ("Latvian", "Autors: Jānis Bērziņš un Anna Ozola", ["Jānis Bērziņš", "Anna Ozola"]),
    ("Estonian", "Autor: Jaan Tamm ja Mari Kask", ["Jaan Tamm", "Mari Kask"]),
    ("Galician", "Por Xoán Castro e Uxía Rey", ["Xoán Castro", "Uxía Rey"]),
    ("Basque", "Egilea: Ane Etxeberria eta Jon Agirre", ["Ane Etxeberria", "Jon Agirre"]),
    ("Indonesian label", "Penulis: Budi Santoso", ["Budi Santoso"]),
    ("Malay", "Oleh Ahmad Zaki dan Nur Aina", ["Ahmad Zaki", "Nur Aina"]),
    ("Vietnamese", "Tác giả: Nguyễn Văn An và Trần Thị Bình", ["Nguyễn Văn An", "Trần Thị Bình"]),
    ("Afrikaans", "Deur Piet Botha en Anna Nel", ["Piet Botha", "Anna Nel"]),
    ("Swahili", "Mwandishi: Juma Hamisi", ["Juma Hamisi"]),
    ("Arabic, wrote", "كتب: أحمد علي", ["أحمد علي"]),
    ("Persian", "نویسنده: علی رضایی", ["علی رضایی"]),
    ("Hebrew", "מאת דנה לוי", ["דנה לוי"]),
    ("Hindi", "लेखक: राहुल शर्मा", ["राहुल शर्मा"]),
    ("Bengali", "লেখক: রহিম উদ্দিন", ["রহিম উদ্দিন"]),
    ("Urdu", "تحریر: احمد علی", ["احمد علی"]),
    ("Tamil", "எழுதியவர்: குமார்", ["குமார்"]),
    ("Thai", "โดย สมชาย ใจดี", ["สมชาย ใจดี"]),
    ("Chinese", "记者：王小明", ["王小明"]),
    ("Chinese text", "文／王小明", ["王小明"]),
    ("Chinese writers", "撰文：王小明、李红", ["王小明", "李红"]),
    ("Japanese", "文・山田太郎", ["山田太郎"]),
    ("Japanese reporter", "山田太郎記者", ["山田太郎"]),
    ("Korean", "글 김철수", ["김철수"]),
    ("Georgian", "ავტორი: გიორგი ბერიძე", ["გიორგი ბერიძე"]),
    ("Armenian", "Հեղինակ՝ Արամ Պետրոսյան", ["Արամ Պետրոսյան"]),
    ("Kazakh", "Авторы: Асан Үсенов", ["Асан Үсенов"]),
    ("Azerbaijani", "Müəllif: Elçin Məmmədov", ["Elçin Məmmədov"]),
    ("Maltese", "Minn Joe Borg", ["Joe Borg"]),
    ("Luxembourgish", "Vum Jean Muller", ["Jean Muller"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "persons"), [case[1:] for case in LANGUAGES], ids=[case[0] for case in LANGUAGES]
)
def test_a_byline_is_read_in_its_language(words: str, persons: list[str]) -> None:
    byline = parse_byline(words)

    assert (persons, ()) == (list(byline.persons), byline.agencies)


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


@pytest.mark.parametrize(
    ("words", "persons"),
    [
        ("Words: Kit Marlow", ("Kit Marlow",)),
        ("Por Luis Pérez, Madrid", ("Luis Pérez",)),
        ("Por Luis Pérez, Málaga", ("Luis Pérez",)),
        ("Zoë", ("Zoë",)),
    ],
)
def test_a_name_field_leaves_out_labels_and_towns(words: str, persons: tuple[str, ...]) -> None:
    assert parse_name_field(words).persons == persons


def test_the_staff_of_a_paper_is_the_paper() -> None:
    assert parse_name_field("By The Ledger staff").others == ("The Ledger",)


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
    started = time.process_time()

    parse_byline(flood)
    parse_name_field(flood)
    credited_agency(flood)

    assert time.process_time() - started < 0.2  # milliseconds; what grows with the square takes minutes

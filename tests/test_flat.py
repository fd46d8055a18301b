"""Flattened pages come out as headline and paragraphs; cleaning only takes lines out, and twice is once."""

from __future__ import annotations

import json
import os
import random
import textwrap
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from columnist.pipelines.batch.sources.open import open_source
from columnist.pipelines.clean import clean
from columnist.pipelines.content.plaintext.clean_lines import FlatText, clean_lines
from columnist.pipelines.content.plaintext.labels import read_chrome
from columnist.pipelines.content.plaintext.lines import look_at, markdown, read_lines
from columnist.pipelines.content.plaintext.marks import NONE, Chrome
from columnist.pipelines.records.article import Article, Page, Reject

CASES = sorted((Path(__file__).parent / "cases" / "flat").glob("*.txt"))
SHARED = Path(os.environ.get("COLUMNIST_CORPUS", Path(__file__).parents[2] / "shared" / "corpus"))
SEEDS = sorted((SHARED.parent / "seeds").glob("*.txt"))

# Lines of every sort that a page has, for texts put together at random.
PIECES = (
    "Share on Facebook", "Facebook", "Comments", "0 comments", "Related articles", "Read also: The bridge is closed",
    "12 March 2024", "By Anna Keller", "Subscribe to our newsletter", "We use cookies to improve your visit.",
    "Home", "Politics", "Bridge over the Lene closed for a year", "Advertisement", "Photo: Anna Keller",
    "The council closed the bridge on Monday after engineers found cracks in two of its pillars.",
    "“We had no choice,” said the mayor.", "- one point of a list", "## A subheading", "14:05",
    "Repairs will take a year and cost four million, the council said. Ferries run from Tuesday on, free of charge.",
    "© 2024 The Lene Courier. All rights reserved.", "Leave a reply", "Anna", "Tags: bridges, ferries", "",
)  # fmt: skip
TEXTS = st.text(max_size=400) | st.lists(st.sampled_from(PIECES) | st.text(max_size=90), max_size=25).map(
    "\n".join
)


def _joined(flat: FlatText) -> str:
    return "\n\n".join(([flat.title] if flat.title else []) + [p.text for p in flat.paragraphs])


def _lines(text: str) -> list[str]:
    return [plain for line in read_lines(text) if (plain := markdown(line)[0])]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_flattened_page_comes_out_clean(case: Path) -> None:
    expected = json.loads(case.with_suffix(".json").read_text(encoding="utf-8"))

    flat = clean_lines(case.read_text(encoding="utf-8"))

    assert flat.title == expected["title"]
    assert [p.text for p in flat.paragraphs] == expected["paragraphs"]
    if "kinds" in expected:
        assert [p.kind for p in flat.paragraphs] == expected["kinds"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_cleaned_page_is_labelled_with_its_language(case: Path) -> None:
    expected = json.loads(case.with_suffix(".json").read_text(encoding="utf-8"))

    article = clean(Page(url=case.name, text=case.read_text(encoding="utf-8")))

    assert isinstance(article, Article)
    assert article.language == expected["language"]


@pytest.mark.skipif(not SEEDS, reason="the seed pages (../shared/seeds) are not here")
@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.stem)
def test_the_seed_page_gives_exactly_what_it_must(seed: Path) -> None:
    expected = json.loads(seed.with_suffix(".expected.json").read_text(encoding="utf-8"))

    article = clean(Page(url=seed.name, text=seed.read_text(encoding="utf-8")))

    assert isinstance(article, Article)
    assert article.title == expected["title"]
    assert [p.text for p in article.paragraphs] == expected["paragraphs"]
    assert article.language == expected["language"]


@settings(max_examples=150, deadline=None)
@given(TEXTS)
@example("a\x00b\x0b\x85\u2028\ud800c\n\n\t")
@example("Title | Site\n\n" + "word " * 60)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean_lines(text)

    twice = clean_lines(_joined(once))

    assert (twice.title, [p.text for p in twice.paragraphs]) == (
        once.title,
        [p.text for p in once.paragraphs],
    )


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_every_paragraph_is_a_line_of_the_text_in_its_order(text: str) -> None:
    lines = iter(_lines(text))

    kept = [p.text for p in clean_lines(text).paragraphs]

    assert all(paragraph in lines for paragraph in kept)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_what_is_kept_and_what_is_removed_is_everything(text: str) -> None:
    flat = clean_lines(text)

    kept = len(flat.title or "") + sum(len(p.text) for p in flat.paragraphs)
    removed = sum(r.characters for r in flat.removed)

    assert kept + removed == sum(map(len, read_lines(text)))


def test_a_clean_text_loses_nothing() -> None:
    paragraphs = [PIECES[15], PIECES[16], PIECES[20]]

    flat = clean_lines("\n\n".join([PIECES[12], *paragraphs]))

    assert (flat.title, [p.text for p in flat.paragraphs]) == (PIECES[12], paragraphs)


def test_windows_newlines_and_wrapped_lines_give_whole_paragraphs() -> None:
    text = (
        "Bridge over the Lene closed for a year\r\n\r\n"
        "The council closed the bridge on Monday after engineers found cracks in\r\n"
        "two of its pillars. Repairs will take a year and cost four million, the\r\n"
        "council said.\r\n\r\n"
        "Ferries run from Tuesday on, free of charge, from six in the morning to\r\n"
        "ten at night.\r\n"
    )

    flat = clean_lines(text)

    assert flat.title == "Bridge over the Lene closed for a year"
    assert [p.text for p in flat.paragraphs] == [
        "The council closed the bridge on Monday after engineers found cracks in two of its pillars. Repairs will "
        "take a year and cost four million, the council said.",
        "Ferries run from Tuesday on, free of charge, from six in the morning to ten at night.",
    ]


@pytest.mark.parametrize(
    "text",
    ["The ferry is back. It runs daily.", "渡し船が戻った。毎日運航する。", "کشتی واپس آ گئی۔ یہ روز چلتی ہے۔",
     "هل عادت العبارة؟ نعم عادت.", "Լաստանավը վերադարձավ։ Այն աշխատում է ամեն օր։", "ጀልባዋ ተመለሰች። በየቀኑ ትሠራለች።"],
)  # fmt: skip
def test_sentences_are_counted_in_any_script(text: str) -> None:
    assert look_at(text).sentences == 2


def test_wrapped_lines_are_joined_as_the_script_joins_words() -> None:
    korean = " ".join(["다리의 두 기둥에서 균열이 발견된 뒤 시의회는 월요일에 다리를 폐쇄했다고 밝혔다"] * 3)
    japanese = "市議会は月曜日に橋の二本の柱にひびが見つかったため橋を閉鎖したと発表した" * 3

    assert read_lines(textwrap.fill(korean, 60)) == [korean]
    assert read_lines("\n".join(japanese[at : at + 60] for at in range(0, len(japanese), 60))) == [japanese]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Đọc thêm", "related"), ("Ещё по теме", "related"), ("الأكثر قراءة", "related"), ("Articole similare", "related"),
        ("この記事をシェア", "share-bar"), ("Logga in", "navigation"), ("무단전재 및 재배포 금지", "footer"), ("Baca juga", "related"),
    ],
)  # fmt: skip
def test_a_whole_label_is_furniture_in_any_language(line: str, kind: str) -> None:
    assert read_chrome(look_at(line)) == Chrome(kind, 2)
    assert read_chrome(look_at(f"Quorn {line} wrote the mayor.")) == NONE


def test_a_whole_label_of_one_word_needs_a_neighbour() -> None:
    assert read_chrome(look_at("Masuk")) == Chrome("navigation", 1)


def test_the_links_of_markdown_leave_their_words() -> None:
    assert markdown("The [old ferry](/tags/ferry) has **ten years** left.") == (
        "The old ferry has ten years left.",
        None,
    )
    assert markdown("Five [sic] of (them) stayed.") == ("Five [sic] of (them) stayed.", None)


def test_the_link_numbers_of_a_text_browser_go_with_its_list_of_addresses() -> None:
    text = "The [1]ferry and its [12]pier.\n\nReferences\n\n   1. https://a.example/\n   2. https://b.example/\n  12. https://c.example/x"

    assert read_lines(text) == ["The ferry and its pier.", "References"]
    assert read_lines("As shown by [1]Calder.\n1. https://a.example/") == [
        "As shown by [1]Calder.",
        "1. https://a.example/",
    ]


@pytest.mark.parametrize("seed", range(8))
def test_bytes_that_are_no_text_are_no_article(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "bin.txt"
    path.write_bytes(random.Random(seed).randbytes(300))

    (page,) = open_source([str(path)])
    outcome = clean(page) if isinstance(page, Page) else page

    assert isinstance(outcome, Reject)
    assert outcome.reason == "not-html"


@pytest.mark.parametrize(
    "text",
    [
        "# for robots\nUser-agent: *\nDisallow: /private/\nDisallow:\nCrawl-delay: 5\n\nSitemap: https://a.example/s.xml\n",
        "host: localhost\nport: 8080\nname: The Harbour Courier\n",
        "https://a.example/1\nnot a url\n",
    ],
)
def test_settings_and_bare_addresses_are_no_article(text: str) -> None:
    assert isinstance(clean(Page(url="file:///a.txt", text=text)), Reject)


def test_an_interview_is_no_list_of_settings() -> None:
    said = "I came to the harbour as a child, and I have never wanted to be anywhere else in all the years since."
    told = clean(Page(url="file:///a.txt", text=f"Quillfeather: {said}\nAshdown: {said} And you?\n" * 3))

    assert isinstance(told, Article)

"""`columnist export`: the same articles as JSON lines, CSV, text and TEI; whole or not at all; masked where asked."""

import csv
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree
from newsroom import an_article, rows_of, with_text

from columnist.pipelines.dataset.open_store import open_store
from columnist.pipelines.document.text import count_words
from columnist.pipelines.publish.export.mask import mask_article
from columnist.pipelines.records.arrow_schema import to_row
from columnist.pipelines.records.article import Article, Image, Paragraph
from columnist.scraper.cli.main import run

BODY = (
    Paragraph("p", "The council met & voted <late>."),
    Paragraph("h2", "What was decided"),
    Paragraph("li", "A bridge"),
    Paragraph("li", "A school"),
    Paragraph("table", "Year | Cost"),
    Paragraph("quote", "We are glad, said the mayor \x0b."),
)
TEI = {"t": "http://www.tei-c.org/ns/1.0"}


def told(name: str, **more: object) -> Article:
    return with_text(replace(an_article(f"https://paper.example/{name}"), title=f"Title of {name}", **more))  # type: ignore[arg-type]


@pytest.fixture
def data(tmp_path: Path) -> str:
    """Write three articles, one of them twice, and return the data folder."""
    a = told("a", paragraphs=BODY, language="fr", authors=("Ada Example", "Bo Beispiel"), tags=("bridges",))
    newer = replace(a, title="Newer", fetched_at=datetime(2026, 11, 23, tzinfo=UTC))
    for articles in ((a, told("b", language="en"), told("c", language="en")), (newer,)):
        with open_store(tmp_path / "data") as store:
            for row in rows_of(*articles):
                store.outbox.stage(row)
            store.finish()
    return str(tmp_path / "data")


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "articles.jsonl").read_text("utf-8").splitlines()]


def test_json_lines_hold_every_column_of_the_latest_versions(data: str, tmp_path: Path) -> None:
    assert run(["export", data, "--to", str(tmp_path / "out")]) == 0

    rows = lines(tmp_path / "out")
    assert sorted(str(row["title"]) for row in rows) == ["Newer", "Title of b", "Title of c"]
    (newer,) = (row for row in rows if row["title"] == "Newer")
    assert newer["fetched_at"] == "2026-11-23T00:00:00+00:00"
    assert newer["authors"] == ["Ada Example", "Bo Beispiel"]
    assert isinstance(newer["found_by"], dict)
    assert newer["day"] == "2026-11-23"
    said = json.loads((tmp_path / "out" / "export.json").read_text("utf-8"))
    assert (said["articles"], said["where"], said["mask"]) == (3, None, None)


def test_where_is_sql_and_every_version_can_be_had(data: str, tmp_path: Path) -> None:
    wanted = "language = 'fr' -- the French"
    assert (
        run(["export", data, "--to", str(tmp_path / "new" / "out"), "--where", wanted, "--all-revisions"])
        == 0
    )
    assert sorted(str(row["title"]) for row in lines(tmp_path / "new" / "out")) == ["Newer", "Title of a"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--where", "languag = 'fr'"), 'Referenced column "languag" not found'),
        (
            ("--where", "true) UNION SELECT * FROM read_csv('/etc/passwd'"),
            "file system operations are disabled",
        ),
        (("--mask", "7"), "give two whole numbers, such as 7/100"),
        (("--mask", "8/7"), "give two whole numbers, such as 7/100"),
        (("--to", "{data}"), "there is something already; give --to a new or an empty folder"),
    ],
)
def test_what_cannot_be_is_told_and_leaves_nothing(
    data: str, tmp_path: Path, words: tuple[str, str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(tmp_path.iterdir())
    asked = [word.format(data=data) for word in words]
    assert run(["export", data, "--to", str(tmp_path / "out"), *asked]) == 2
    assert said in capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == before


def test_nothing_found_is_told_by_the_exit_code(data: str, tmp_path: Path) -> None:
    assert run(["export", data, "--to", str(tmp_path / "out"), "--where", "language = 'xx'"]) == 1
    assert not (tmp_path / "out").exists()
    assert run(["export", str(tmp_path / "dta"), "--to", str(tmp_path / "out2")]) == 2


def test_csv_is_read_back_cell_by_cell(data: str, tmp_path: Path) -> None:
    run(["export", data, "--to", str(tmp_path / "out"), "--format", "csv"])

    with (tmp_path / "out" / "articles.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["title"]: row for row in csv.DictReader(file)}
    assert rows["Newer"]["authors"] == "Ada Example; Bo Beispiel"
    assert rows["Newer"]["text"] == "\n".join(p.text for p in BODY)
    assert json.loads(rows["Newer"]["paragraphs"])[1] == {"kind": "h2", "text": "What was decided"}
    assert rows["Title of b"]["section"] == ""


@pytest.mark.parametrize(("form", "suffix"), [("txt", ".txt"), ("tei", ".xml")])
def test_a_file_for_each_article_stands_in_the_catalogue(
    data: str, tmp_path: Path, form: str, suffix: str
) -> None:
    out = tmp_path / "out"
    run(["export", data, "--to", str(out), "--format", form, "--all-revisions"])

    with (out / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        named = [row["file"] for row in csv.DictReader(file)]
    assert sorted(named) == sorted(p.relative_to(out).as_posix() for p in out.rglob(f"*{suffix}"))
    assert len(set(named)) == 4


def test_tei_holds_head_list_table_and_quote(data: str, tmp_path: Path) -> None:
    run(["export", data, "--to", str(tmp_path / "out"), "--format", "tei", "--where", "language = 'fr'"])

    (path,) = (tmp_path / "out").rglob("*.xml")
    tei = etree.parse(path)
    assert tei.xpath("//t:titleStmt/t:author/text()", namespaces=TEI) == ["Ada Example", "Bo Beispiel"]
    assert tei.xpath("//t:body//t:p[1]/text()", namespaces=TEI)[0] == "The council met & voted <late>."
    assert tei.xpath("//t:list/t:item/text()", namespaces=TEI) == ["A bridge", "A school"]
    assert len(tei.xpath("//t:list", namespaces=TEI)) == 1
    assert tei.xpath("//t:cell/text()", namespaces=TEI) == ["Year", "Cost"]
    assert tei.xpath("//t:quote/t:p/text()", namespaces=TEI) == ["We are glad, said the mayor ."]
    assert tei.getroot().get("{http://www.w3.org/XML/1998/namespace}id")[0].isalpha()


@pytest.mark.parametrize(
    "words",
    [
        "One word after another, and so on. " * 40,
        "市長は新しい橋の予算を説明した。" * 20,
        "Слово за словом, и так далее. " * 30,
    ],
)
def test_a_mask_takes_its_share_of_the_words_and_the_texts_that_repeat_them(words: str) -> None:
    paragraphs = (Paragraph("p", words.strip()), Paragraph("p", words.strip()))
    article = told(
        "m", paragraphs=paragraphs, images=(Image("https://paper.example/i.jpg", caption=words[:80]),)
    )
    masked = mask_article(to_row(article), (7, 100))

    text = "\n".join(p.text for p in paragraphs)
    share = str(masked["text"]).count("@") / count_words(text)
    assert 0.05 < share < 0.09
    assert re.sub(r"\s", "", str(masked["text"])) != re.sub(r"\s", "", text)
    assert masked["description"] is None
    assert [image["caption"] for image in masked["images"]] == [None]
    assert "\n".join(p["text"] for p in masked["paragraphs"]) == masked["text"]
    assert mask_article(to_row(article), (7, 100)) == masked
    assert {*str(mask_article(to_row(article), (1, 1))["text"])} & {*"Onewrd市Слов"} == set()

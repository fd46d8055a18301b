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
from columnist.pipelines.records.article import Article, Image, Paragraph, Rights, Signal
from columnist.pipelines.records.entries import as_maps
from columnist.scraper.cli.main import run

BODY = (
    Paragraph("p", "The council met & voted <late>."),
    Paragraph("h2", "What was decided"),
    Paragraph("li", "A bridge"),
    Paragraph("li", "A school"),
    Paragraph("table", "Year | Cost"),
    Paragraph("table", "2026 | 4"),
    Paragraph("table", "All years | 9"),
    Paragraph("p", "A second table follows."),
    Paragraph("table", "Road | Length"),
    Paragraph("quote", "We are glad, said the mayor \x0b."),
)
TEI = {"t": "http://www.tei-c.org/ns/1.0"}


def told(name: str, **more: object) -> Article:
    return with_text(replace(an_article(f"https://paper.example/{name}"), title=f"Title of {name}", **more))  # type: ignore[arg-type]


@pytest.fixture
def data(tmp_path: Path) -> str:
    """Write three articles, one of them twice, and return the data folder."""
    a = told("a", paragraphs=BODY, language="fr", authors=("Ada Example", "Bo Beispiel"), tags=("bridges",))
    said = Rights(tdm_reservation=True, license_url="https://paper.example/terms",
                  signals=(Signal("comment", "No mining without a word to us."),))  # fmt: skip
    newer = replace(a, title="Newer", fetched_at=datetime(2026, 11, 23, tzinfo=UTC), rights=said)
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


@pytest.mark.parametrize(("words", "share"), [((), ""), (("--mask", "7/100"), "7/100")])
def test_tei_and_catalogue_tell_version_rights_and_masking(
    data: str, tmp_path: Path, words: tuple[str, ...], share: str
) -> None:
    out = tmp_path / "out"
    run(["export", data, "--to", str(out), "--format", "tei", *words])

    (path,) = (path for path in out.rglob("*.xml") if path.stem.endswith("-1"))
    tei = etree.parse(path)
    told = tei.xpath("//t:availability", namespaces=TEI)[0]
    assert told.get("status") == "restricted"
    assert told.xpath("t:licence/@target", namespaces=TEI) == ["https://paper.example/terms"]
    assert [p for p in told.itertext("{*}p") if "mining" in p] == [
        "Use: text and data mining: refused; train ai: unknown; search: unknown; ai input: unknown.",
        "comment: No mining without a word to us.",
    ]
    (change,) = tei.xpath("//t:revisionDesc/t:change", namespaces=TEI)
    assert (change.get("n"), change.get("when")) == ("1", "2026-11-23T00:00:00+00:00")
    assert "headline" in change.text
    assert [share in p for p in tei.getroot().itertext("{*}p") if "replaced" in p] == [True] * bool(share)
    with (out / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        (row,) = (row for row in csv.DictReader(file) if row["revision"] == "1")
    told_of = ("change_kind", "license_url", "tdm_reservation", "train_ai", "masked")
    assert [row[name] for name in told_of] == ["headline", "https://paper.example/terms", "TRUE", "", share]


def test_tei_holds_head_list_table_and_quote(data: str, tmp_path: Path) -> None:
    run(["export", data, "--to", str(tmp_path / "out"), "--format", "tei", "--where", "language = 'fr'"])

    (path,) = (tmp_path / "out").rglob("*.xml")
    tei = etree.parse(path)
    assert tei.xpath("//t:titleStmt/t:author/text()", namespaces=TEI) == ["Ada Example", "Bo Beispiel"]
    assert tei.xpath("//t:body//t:p[1]/text()", namespaces=TEI)[0] == "The council met & voted <late>."
    assert [e.tag.partition("}")[2] for e in tei.xpath("//t:fileDesc/*", namespaces=TEI)] == [
        "titleStmt", "extent", "publicationStmt", "sourceDesc",
    ]  # fmt: skip
    assert tei.xpath("//t:list/t:item/text()", namespaces=TEI) == ["A bridge", "A school"]
    assert len(tei.xpath("//t:list", namespaces=TEI)) == 1
    tables = [
        [[cell.text for cell in row] for row in table] for table in tei.xpath("//t:table", namespaces=TEI)
    ]
    assert tables == [[["Year", "Cost"], ["2026", "4"], ["All years", "9"]], [["Road", "Length"]]]
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
    assert mask_article(as_maps(to_row(article)), (7, 100)) == {**masked, "found_by": {}}
    assert {*str(mask_article(as_maps(to_row(article)), (1, 1))["text"])} & {*"Onewrd市Слов"} == set()


LONG = tuple(" ".join(f"{name}{n}" for n in range(150)) for name in ("alpha", "beta", "gamma"))


@pytest.mark.parametrize(
    "other",
    [
        told("copy", paragraphs=tuple(Paragraph("p", text) for text in LONG)),
        told("cut", paragraphs=(Paragraph("p", "Another beginning altogether."), Paragraph("p", LONG[0]))),
        told("later", paragraphs=(*(Paragraph("p", text) for text in LONG[1:]), Paragraph("p", "More."))),
        told("corrected", paragraphs=(Paragraph("p", f"{LONG[2]} (corrected)"), Paragraph("p", LONG[1]))),
    ],
    ids=lambda article: article.url,
)
def test_no_other_row_gives_masked_words_back(other: Article) -> None:
    """Copies and versions hide the same words, and no column repeats or proves them."""
    notes = {"corrections": f"An earlier version said {LONG[0]}", "author_note": LONG[1], "input_id": "7"}
    article = told("a", paragraphs=tuple(Paragraph("p", text) for text in LONG), extra=notes, description=LONG[0],
                   images=(Image("https://paper.example/i.jpg", caption=LONG[0]),))  # fmt: skip
    masked = mask_article(as_maps(to_row(article)), (7, 100))
    hidden = {*"\n".join(LONG).split()} - {*masked["text"].split()}

    assert len(hidden) > 20
    told_elsewhere = json.dumps([masked, mask_article(as_maps(to_row(other)), (7, 100))], default=str)
    assert not hidden & {*re.findall(r"\w+", told_elsewhere)}
    assert masked["content_hash"] is None
    assert masked["extra"] == {"input_id": "7", "masked": "7/100"}

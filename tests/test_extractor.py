"""The law of `--extractor trafilatura`: its words and its kinds, under our metadata, rules and names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import trafilatura

import columnist
from columnist.pipelines.batch.explain import explain
from columnist.pipelines.clean import clean
from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.read import open_articles
from columnist.pipelines.dataset.runs.manifests import newest_manifests
from columnist.pipelines.records.article import Article, Page, Paragraph, Reject
from columnist.pipelines.records.options import CleanOptions
from columnist.scraper.cli.main import run
from tests.test_body import PARAGRAPHS, TITLE, page, paragraphs

THEIRS = CleanOptions(extractor="trafilatura")
URL = "https://crier.example/council-budget"
MARKED_UP = page(
    f"<p>{PARAGRAPHS[0]}</p><h2>What it costs</h2><p>Two parts<br>of one <em>longer</em> paragraph stand here.</p>"
    f"<ul><li>The library: two <b>million</b></li><li>The pool: one million</li></ul><p>{PARAGRAPHS[1]}</p>"
    "<blockquote><p>We shall not pay for it twice, said the treasurer.</p></blockquote><h3>Who was there</h3>"
    f"<table><tr><td>Mayor</td><td>Sorge</td></tr><tr><td>Clerk</td><td>Ambrose</td></tr></table><p>{PARAGRAPHS[2]}</p>"
)


def cleaned(html: str, options: CleanOptions = THEIRS) -> Article:
    outcome = clean(Page(url=URL, html=html.encode()), options)
    assert isinstance(outcome, Article)
    return outcome


def test_the_kinds_are_those_that_trafilatura_can_tell() -> None:
    assert cleaned(MARKED_UP).paragraphs == (
        Paragraph("h2", TITLE),  # as in every text of trafilatura's
        Paragraph("p", PARAGRAPHS[0]),
        Paragraph("h2", "What it costs"),
        Paragraph("p", "Two parts"),
        Paragraph("p", "of one longer paragraph stand here."),
        Paragraph("li", "The library: two million"),
        Paragraph("li", "The pool: one million"),
        Paragraph("p", PARAGRAPHS[1]),
        Paragraph("quote", "We shall not pay for it twice, said the treasurer."),
        Paragraph("h3", "Who was there"),
        Paragraph("table", "Mayor | Sorge"),
        Paragraph("table", "Clerk | Ambrose"),
        Paragraph("p", PARAGRAPHS[2]),
    )


def test_the_words_are_trafilaturas_own_in_its_order() -> None:
    told = trafilatura.extract(MARKED_UP, include_comments=False)
    assert told is not None
    marks = ("|", "-")  # of its rows and items, which our kinds tell

    assert [word for word in cleaned(MARKED_UP).text.split() if word != "|"] == [
        word for word in told.split() if word not in marks
    ]


def test_metadata_and_sources_are_ours_and_the_text_is_named() -> None:
    ours, theirs = cleaned(MARKED_UP, CleanOptions()), cleaned(MARKED_UP)

    assert (ours.found_by["text"], theirs.found_by["text"]) == ("blocks", "trafilatura")
    for name in ("id", "title", "published_at", "language", "rights", "tags", "image_url"):
        assert getattr(ours, name) == getattr(theirs, name)


def test_a_label_that_trafilatura_keeps_is_taken_out_and_told() -> None:
    labelled = page(f"<p>{PARAGRAPHS[0]}</p><p>Share on Facebook</p>{paragraphs(PARAGRAPHS[1:])}")
    article = cleaned(labelled)

    assert article.text == "\n".join((TITLE, *PARAGRAPHS))
    assert "share-bar" in {one.rule for one in article.removed}


def test_what_only_the_blocks_would_keep_is_told_as_replaced() -> None:
    # Trafilatura prunes by this name of a class.
    late = "The hall of the mill stays open until the end of June, and the guards are paid by the county."
    html = page(f"{paragraphs()}<p class='permission'>{late}</p>{paragraphs((PARAGRAPHS[0] + ' Twice.',))}")
    assert late in cleaned(html, CleanOptions()).text
    theirs = cleaned(html)

    assert late not in theirs.text
    assert {one.rule: one.characters for one in theirs.removed}["replaced"] == len(late)
    fates = {block.text: block.fate for block in explain(Page(url=URL, html=html.encode()), THEIRS).blocks}
    assert fates[late] == "replaced"


def test_a_page_that_trafilatura_finds_nothing_on_is_no_article() -> None:
    outcome = clean(Page(url=URL, html=b"<html><body><nav>Home</nav></body></html>"), THEIRS)

    assert isinstance(outcome, Reject)


def test_a_page_too_deep_for_it_says_what_reads_it() -> None:
    html = page("<div>" * 200 + paragraphs() + "</div>" * 200)
    outcome = clean(Page(url=URL, html=html.encode()), THEIRS)

    assert isinstance(outcome, Reject)
    assert "--extractor columnist" in (outcome.detail or "")


def test_text_without_markup_is_the_line_cleaners_in_any_case() -> None:
    outcome = clean(Page(url="a.txt", text="\n\n".join((TITLE, *PARAGRAPHS))), THEIRS)

    assert isinstance(outcome, Article)
    assert outcome.found_by["text"] == "line-cleaner"


def test_an_unknown_extractor_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="extractor is 'readability'; give one of columnist, trafilatura"):
        CleanOptions(extractor="readability")  # type: ignore[arg-type]


def test_the_front_door_takes_it() -> None:
    outcome = columnist.clean(MARKED_UP, columnist.CleanOptions(extractor="trafilatura"), url=URL)

    assert isinstance(outcome, columnist.Article)
    assert outcome.found_by["text"] == "trafilatura"


@pytest.mark.parametrize("way", ["flag", "variable", "file"])
def test_the_command_line_the_environment_and_the_settings_file_say_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.html").write_text(MARKED_UP, encoding="utf-8")
    if way == "variable":
        monkeypatch.setenv("COLUMNIST_EXTRACTOR", "trafilatura")
    if way == "file":
        Path("columnist.toml").write_text('extractor = "trafilatura"\n', encoding="utf-8")
    flags = ["--extractor", "trafilatura"] if way == "flag" else []

    assert run(["clean", "a.html", "--url", URL, "--data", "data", "--quiet", *flags]) == 0
    (row,) = open_articles("data").to_table().to_pylist()
    assert {e["key"]: e["value"] for e in row["found_by"]}["text"] == "trafilatura"
    (manifest,) = newest_manifests(open_output("data"), 5)
    assert manifest["options"]["extractor"] == "trafilatura"


def test_show_prints_the_text_of_the_extractor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "a.html"
    saved.write_text(MARKED_UP, encoding="utf-8")

    assert run(["show", str(saved), "--url", URL, "--json", "--extractor", "trafilatura"]) == 0
    assert json.loads(capsys.readouterr().out)["found_by"]["text"] == "trafilatura"

"""`import columnist`: light to import, one name each, welcoming str and bytes; articles that show themselves."""

import pickle
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.request import urlopen

import fsspec
import pytest
from fakesite import article
from newsroom import NOON, a_reject, an_article, rows_of, with_text

import columnist
from columnist.pipelines.dataset.open_store import StoreOptions, open_store
from columnist.pipelines.records.article import Paragraph

URL = "https://news.example/a"
HEAVY = ("scrapy", "twisted", "lxml", "pyarrow", "numpy", "tomlkit", "tldextract", "trafilatura", "click")


def loaded_after(code: str) -> set[str]:
    """Return which heavy packages a fresh interpreter has loaded after this code."""
    code = f"import sys; {code}; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    return set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
    )


@pytest.mark.parametrize("code", ["import columnist", "import columnist; columnist.Page, columnist.Article, "
                                  "columnist.Reject, columnist.CleanOptions, dir(columnist)"])  # fmt: skip
def test_what_is_not_used_is_not_loaded(code: str) -> None:
    assert loaded_after(code) == set()
    assert "lxml" in loaded_after(f"{code}; columnist.clean(b'')")  # the test can fail


def test_every_name_is_there_and_no_other() -> None:
    assert set(columnist.__all__) <= set(dir(columnist))
    assert [name for name in columnist.__all__ if getattr(columnist, name) is None] == []
    with pytest.raises(AttributeError, match="clean_batch"):
        _ = columnist.clean_bach  # type: ignore[attr-defined]


def test_the_bundled_newspaper_can_be_served_by_name_and_by_command() -> None:
    with columnist.demo() as paper, urlopen(paper) as front:
        assert b"Harbour Courier" in front.read()
    words = [sys.executable, "-m", "columnist", "demo", "--serve", "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        with urlopen(serving.stdout.readline().split()[0]) as front:
            assert front.status == 200
        serving.send_signal(signal.SIGINT)

    assert serving.returncode == 0


def test_html_comes_as_bytes_as_str_or_as_a_page() -> None:
    html = article("Budget adopted").decode()
    page = columnist.Page(url=URL, html=html.encode(), fetched_at=NOON)
    whole = columnist.clean(page)
    assert isinstance(whole, columnist.Article)

    for given in (html, html.encode(), bytearray(html.encode())):
        found = columnist.clean(given, url=URL)  # type: ignore[arg-type]
        assert isinstance(found, columnist.Article)
        assert replace(found, fetched_at=NOON) == whole


@pytest.mark.parametrize("charset", ["iso-8859-1", "shift_jis", "utf-16"])
def test_a_str_is_read_as_it_is_whatever_charset_it_names(charset: str) -> None:
    html = article("Bürger wählen").decode().replace("<head>", f'<head><meta charset="{charset}">', 1)
    found = columnist.clean(html.replace("the", "thé"), url=URL)
    assert isinstance(found, columnist.Article)

    assert found.title == "Bürger wählen"
    assert "thé" in found.text


def test_options_are_the_second_argument() -> None:
    german = columnist.CleanOptions(languages=("de",))
    found = columnist.clean(article("Budget adopted"), german, url=URL)

    assert isinstance(found, columnist.Reject)
    assert found.reason == "wrong-language"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (lambda: columnist.clean(b"<p>", URL), "url="),  # type: ignore[arg-type]
        (lambda: columnist.clean(Path("a.html")), "bytes or str"),  # type: ignore[arg-type]
        (lambda: columnist.clean(columnist.Page(url=URL, html=b""), url=URL), r"Page\(url="),
    ],
)
def test_a_wrong_argument_is_told_what_to_give(given: object, words: str) -> None:
    with pytest.raises(TypeError, match=words):
        given()  # type: ignore[operator]


@pytest.mark.parametrize("name", ["page.html", "saved/2026/a.htm", "https://crier.example/a"])
def test_a_name_in_place_of_html_is_told(name: str) -> None:
    with pytest.raises(ValueError, match="is a name, not HTML; give what it holds"):
        columnist.clean(name)


def test_python_m_columnist_is_the_command(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "columnist", "--version"]
    ran = subprocess.run(words, capture_output=True, text=True, check=True)

    assert ran.stdout == f"columnist, version {columnist.__version__}\n"


def test_a_record_has_one_class_wherever_it_was_named() -> None:
    found = columnist.clean(article("Budget adopted"), url=URL)

    assert pickle.loads(pickle.dumps(found)) == found
    assert type(found) is columnist.Article is type(an_article())


@pytest.mark.parametrize("place", ["folder", "memory://front-door"])
def test_read_gives_the_latest_of_each_article_or_all(tmp_path: Path, place: str) -> None:
    data = str(tmp_path / "data") if place == "folder" else place
    a, b, c = (an_article(f"https://paper.example/{name}") for name in "abc")
    day = replace(a, fetched_at=datetime(2026, 11, 23, tzinfo=UTC))
    days = ((a, b), (replace(day, title="New"), c), (replace(day, title="Newer"),), (a_reject(),))
    for articles in days:
        with open_store(data, StoreOptions(state_folder=tmp_path / "state")) as store:
            for row in rows_of(*articles):
                store.outbox.stage(row)
            store.finish()

    every = columnist.read(data, all_revisions=True).to_table()
    latest = columnist.read(data)
    table = latest.to_table(columns=["url", "revision", "title", "day"]).sort_by("url")
    assert sorted(every["revision"].to_pylist()) == [0, 0, 0, 1, 2]
    assert table["revision"].to_pylist() == [2, 0, 0]
    assert table["title"].to_pylist() == ["Newer", b.title, c.title]
    assert table["day"].to_pylist() == [date(2026, 11, day) for day in (23, 22, 22)]
    assert latest.count_rows() == 3
    assert b"Headline" in latest.schema.field("title").metadata[b"description"]
    if place != "folder":
        fsspec.filesystem("memory").rm(place, recursive=True)


def test_read_of_a_run_without_articles_is_empty_and_of_no_data_folder_an_error(tmp_path: Path) -> None:
    with open_store(tmp_path / "data") as store:
        store.finish()

    assert columnist.read(tmp_path / "data").to_table().num_rows == 0
    for wrong in (tmp_path / "dta", tmp_path / "data" / "articles"):
        with pytest.raises(FileNotFoundError, match="--data"):
            columnist.read(wrong)


EVIL = '<script>alert("x")</script>\x1b[2J\u202e & "Söhne"'


def test_an_article_prints_in_a_few_lines_that_steer_no_terminal() -> None:
    shown = str(with_text(an_article(title=EVIL, authors=(EVIL,), paragraphs=60)))
    cjk = repr(with_text(replace(an_article(), title="雪", paragraphs=(Paragraph("p", "字" * 5000),))))

    for lines in (shown.splitlines(), cjk.splitlines()):
        assert len(lines) == 5
        assert max(map(len, lines)) <= 103
        assert all(line.isprintable() for line in lines)
    assert "字" * 90 in cjk
    assert "Söhne" in shown


def test_an_article_shows_itself_in_a_notebook_and_nothing_of_the_page_as_markup() -> None:
    shown = an_article(
        "https://news.example/?a=1&b='\"><b>",
        title=EVIL,
        authors=(EVIL,),
        publisher=EVIL,
        agency=EVIL,
        language=EVIL,
    )
    html = with_text(
        replace(shown, paragraphs=tuple(Paragraph("p", f"{n} {EVIL}") for n in range(5)))
    )._repr_html_()

    assert "<script" not in html
    assert "<b>" not in html
    assert "\x1b" not in html
    assert (
        html.count("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;") == 7
    )  # title, author, publisher, language, 3
    assert "and 2 more paragraphs" in html
    assert "href" not in an_article("javascript:alert(1)")._repr_html_()

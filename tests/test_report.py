"""`columnist report`: one page that shows what a data folder holds, whatever its words are."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from chromium import needs_chromium, show
from lxml import html
from newsroom import NOON, a_reject, an_article, with_text, write
from PIL import Image

from columnist.pipelines.dataset.open_store import StoreOptions, open_store
from columnist.pipelines.publish.figures import Figures
from columnist.pipelines.publish.figures import Site as SiteFigures
from columnist.pipelines.publish.report.parts import Seen
from columnist.pipelines.publish.report.report import page_of
from columnist.pipelines.publish.report.timeline import MOST_STEPS, gaps_of, timeline_of
from columnist.pipelines.records.article import Paragraph, Removed
from columnist.scraper.cli.main import run

HOSTILE = (
    "<script>alert(1)</script>",
    '"onload="alert(1)"',
    "</title></svg><img src=x onerror=alert(1)>",
    "$\\frac{$ {{ 7*7 }} \x07\ufffe\u202e 日本",
)
MOST_BYTES = 2_000_000


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a small dataset with hostile words in every column that they can come into, and its report."""
    data = tmp_path_factory.mktemp("reported") / "north & <b>south"
    plain = [
        an_article(f"https://paper.example/{n}", published_at=NOON - timedelta(days=n)) for n in range(5)
    ]
    bad = [
        replace(
            an_article(f"https://other.example/{n}"), site=word, title=word, section=word, tags=(word,), authors=(word,),
            language=word, access=word, publisher=word, found_by={word: word}, removed=(Removed(word, 7),),
        )
        for n, word in enumerate(HOSTILE)
    ]  # fmt: skip
    rejects = [a_reject(f"https://other.example/tag/{n}", reason) for n, reason in enumerate(HOSTILE)]
    write(data, *plain, *bad, *rejects, a_reject())
    write(data, replace(plain[0], title="Newer"))
    out = data.parent / "report.html"
    assert run(["report", str(data), "--out", str(out)]) == 0
    return out


def rows(document: html.HtmlElement, caption: str) -> list[list[str]]:
    (table,) = (t for t in document.iter("table") if t.findtext("caption") == caption)
    return [[cell.text_content().strip() for cell in row] for row in table.find("tbody")]


def test_the_page_says_in_numbers_what_the_pictures_show(page: Path) -> None:
    document = html.fromstring(page.read_text("utf-8"))

    assert rows(document, "Sites")[0] == [
        "paper.example", "5", "54", "2026-11-18", "2026-11-22", "100.0%", *["0.0%"] * 4, "0", "0",
    ]  # fmt: skip
    assert [row[:2] for row in rows(document, "Articles by day")][0::4] == [
        ["2026-11-18", "1"],
        ["2026-11-22", "5"],
    ]
    assert next(row[:3] for row in rows(document, "Reasons") if row[0][0] == "i") == [
        "index-page",
        "1",
        "20.0%",
    ]
    assert rows(document, "Later versions") == [["headline", "1", "100.0%"]]
    assert ["section", "55.6%", "Rubric."] in rows(document, "Every column's share of empty values")
    assert "Not computed; run columnist cluster." in document.text_content()
    assert "there is nothing to hold its sites against" not in document.text_content()


def test_copies_are_told_apart_from_the_first_and_from_what_has_none(tmp_path: Path) -> None:
    words = tuple(
        Paragraph("p", " ".join(f"{word}{n}" for n in range(40))) for word in ("pier", "quay", "dock")
    )
    out = {
        "met-first": (words, 0),
        "out-first": (words, 1),
        "third": (words, 0),
        "alone": ((Paragraph("p", "Something else altogether. " * 9),), 0),
    }
    for name, (body, days) in out.items():
        found = an_article(f"https://{name}.example/1", site=name, title=name)
        write(
            tmp_path / "news",
            with_text(replace(found, paragraphs=body, published_at=NOON - timedelta(days=days))),
        )
    assert run(["cluster", "--data", str(tmp_path / "news")]) == 0
    assert run(["report", str(tmp_path / "news"), "--out", str(tmp_path / "report.html")]) == 0

    document = html.fromstring((tmp_path / "report.html").read_text("utf-8"))
    assert rows(document, "Articles and their copies") == [
        ["exact", "2", "1"], ["first of its copies", "1", "1"], ["no copy", "1", "1"],
    ]  # fmt: skip
    assert rows(document, "The largest clusters") == [
        ["out-first", "3", "3", "out-first", "2026-11-21 12:00"]
    ]


def test_the_page_is_built_for_keyboard_and_screen_reader(page: Path) -> None:
    document = html.fromstring(page.read_text("utf-8"))

    assert document.get("lang") == "en"
    assert [h.tag for h in document.iter("h1", "h2", "h3")] == ["h1"] + ["h2"] * 13
    for table in document.iter("table"):
        assert table.findtext("caption")
        assert all(th.get("scope") in ("col", "row") for th in table.iter("th"))
        assert table.getparent().get("tabindex") == "0"  # what scrolls is reached by the keyboard
    pictures = list(document.iter("svg"))
    assert len(pictures) >= 7
    assert all(picture.get("role") == "img" and picture.get("aria-label") for picture in pictures)
    ids = document.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link.get("href")[1:] for link in document.iter("a")} <= set(ids)


def test_nothing_from_a_page_is_markup_and_nothing_is_fetched(page: Path) -> None:
    content = page.read_text("utf-8")
    document = html.fromstring(content)

    assert len(list(document.iter("script"))) == 1
    assert list(document.iter("img", "b", "iframe", "link", "object")) == []
    assert [name for e in document.iter("*") for name in e.attrib if name.startswith("on")] == []
    assert document.xpath("//@src") == []
    assert [ref for ref in document.xpath("//@href") if not ref.startswith("#")] == []
    assert "url(" not in content
    assert "49" not in {row[0] for row in rows(document, "Sites")}
    assert {HOSTILE[0], HOSTILE[1], HOSTILE[2]} <= {row[0] for row in rows(document, "Sites")}
    assert document.findtext(".//title") == "north & <b>south: what it holds"
    assert page.stat().st_size < MOST_BYTES


@pytest.mark.slow
@needs_chromium
def test_chromium_shows_it_in_light_and_dark_and_sorts_by_a_button(page: Path, tmp_path: Path) -> None:
    """The page as it is says nothing to the console; a copy whose policy lets it in clicks a heading, in the dark."""
    light, dark, copy = tmp_path / "light.png", tmp_path / "dark.png", tmp_path / "clicked.html"
    seen = show(page, f"--screenshot={light}")
    assert seen.console == []
    assert "No site is below its floors" in seen.document
    assert seen.document.count("<button") == 12 + 3

    click = (
        "const [b] = document.querySelectorAll('.sorts button'); b.click(); b.click(); console.log('clicked')"
    )
    content = re.sub(r"script-src '[^']+'", "script-src 'unsafe-inline'", page.read_text("utf-8"))
    copy.write_text(content.replace("</body>", f"<script>{click}</script></body>"), "utf-8")
    clicked = show(copy, f"--screenshot={dark}", "--blink-settings=preferredColorScheme=0", width=400)
    (said,) = clicked.console
    assert "clicked" in said
    for picture, width, least, most in ((light, 1280, 240, 255), (dark, 400, 0, 40)):
        with Image.open(picture) as image:
            grey = image.convert("L")
            assert image.width == width
            assert least <= grey.getpixel((2, 2)) <= most  # type: ignore[operator]
            assert len(grey.getcolors()) > 30  # letters and bars, not one colour
    sites = html.fromstring(clicked.document)
    assert [th.get("aria-sort") for th in sites.cssselect("table.sorts th")[:2]] == ["descending", None]
    names = [row[0] for row in rows(sites, "Sites")]
    assert names[0] == "paper.example"
    assert names != [row[0] for row in rows(html.fromstring(page.read_text("utf-8")), "Sites")]


def test_thousands_of_sites_and_decades_of_days_are_a_small_page() -> None:
    """3,000 sites with an article on one day in nine for 30 years, and one article of the year 1900."""
    with duckdb.connect() as database:
        database.execute("""CREATE TABLE articles AS SELECT 'paper-' || (i % 3000) || '.example' AS site,
            TIMESTAMPTZ '1996-01-01 00:00:00+00' + to_days((i * 7 % 11000)::int) AS published_at,
            TIMESTAMPTZ '2026-02-12 12:00:00+00' AS fetched_at FROM range(330000) AS r(i)""")
        database.execute("INSERT INTO articles VALUES ('old', '1900-01-01', '2026-02-12')")

        def ask(query: str) -> list[tuple[object, ...]]:
            return database.execute(query).fetchall()

        days = dict(ask("SELECT published_at::date, count(*) FROM articles GROUP BY ALL"))
        sites = ask("SELECT site, count(*), 9::bigint, 9::bigint, min(published_at)::date, max(published_at)::date "
                    "FROM articles GROUP BY site ORDER BY 2 DESC, 1")  # fmt: skip
        when = datetime(2026, 2, 12, 12, tzinfo=UTC)
        figures = Figures(
            330_001, 330_001, (date(1900, 1, 1), date(2026, 2, 11)), (when, when),
            tuple(SiteFigures(*row, 1.0, 0.5, 0.5, 0.0, 1.0) for row in sites),  # type: ignore[arg-type]
            {"en": 330_001}, days, {n * 100: 1 for n in range(900)}, {"tags": 1.0}, {}, {}, {}, {}, {}, None, {}, {}, 1,
        )  # type: ignore[arg-type]  # fmt: skip
        seen = Seen(figures, timeline_of(ask, figures), gaps_of(ask), (), 0)  # type: ignore[arg-type]

    timeline = seen.timeline
    assert timeline.unit == "year"
    assert len(timeline.totals) <= MOST_STEPS
    assert sum(timeline.totals) + timeline.outside == 330_001
    assert {len(row) for row in timeline.sites.values()} == {len(timeline.starts)}
    page = page_of(seen, "all", when)
    assert len(page) < MOST_BYTES / 4
    document = html.fromstring(page)
    assert len(rows(document, "Sites")) == 200
    assert "2,801 more" in document.text_content()


def test_steps_follow_the_span_and_gaps_are_counted_to_the_last_fetch(tmp_path: Path) -> None:
    for span, unit, first in (
        (10, "day", date(2026, 11, 12)),
        (300, "week", date(2026, 1, 26)),
        (2000, "month", date(2021, 6, 1)),
    ):
        with duckdb.connect() as database:
            database.execute(f"""CREATE TABLE articles AS SELECT s AS site, TIMESTAMPTZ '2026-11-22 12:00:00+00' AS fetched_at,
                TIMESTAMPTZ '2026-11-22 06:00:00+00' - to_days(d::int) AS published_at
                FROM (VALUES ('a', 0), ('a', {span}), ('b', 5), ('b', 9)) AS v(s, d)""")
            ask = lambda query, base=database: base.execute(query).fetchall()  # noqa: E731
            days = dict(ask("SELECT published_at::date, count(*) FROM articles GROUP BY ALL"))
            figures = Figures(
                4, 4, None, (NOON, NOON), (SiteFigures("a", 2, 1, 1, date.min, date.max, 0, 0, 0, 0, 0),
                SiteFigures("b", 2, 1, 1, date.min, date.max, 0, 0, 0, 0, 0)),
                {}, days, {}, {}, {}, {}, {}, {}, {}, None, {}, {}, 1,
            )  # type: ignore[arg-type]  # fmt: skip
            timeline, gaps = timeline_of(ask, figures), gaps_of(ask)

        assert (timeline.unit, timeline.starts[0], sum(timeline.totals)) == (unit, first, 4)
        assert timeline.sites["a"][0] == timeline.sites["a"][-1] == 1
        assert (gaps["b"].days, gaps["b"].without, gaps["b"].longest) == (10, 8, 5)


def test_the_page_appears_whole_or_not_at_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, out = tmp_path / "news", tmp_path / "out" / "report.html"
    with open_store(data) as store:
        store.finish()

    assert run(["report", str(data), "--out", str(out)]) == 0
    assert "No article." in out.read_text("utf-8")
    out.write_text("older", "utf-8")
    assert run(["report", str(tmp_path / "nothing"), "--out", str(out)]) == 2
    assert run(["report", str(data), "--out", str(tmp_path)]) == 2
    assert f"{tmp_path} is no file" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert run(["report", str(data), "--out", str(out)]) == 3
    assert "pip install 'columnist[research]'" in capsys.readouterr().err
    assert out.read_text("utf-8") == "older"
    assert list(out.parent.iterdir()) == [out]


def test_a_store_is_reported_too_with_its_copies(tmp_path: Path) -> None:
    place = "memory://reported"
    with open_store(place, StoreOptions(state_folder=tmp_path / "state")) as store:
        store.finish()
    assert run(["report", place, "--out", str(tmp_path / "report.html")]) == 0

    write(tmp_path / "news", an_article())
    (tmp_path / "news" / "clusters").mkdir()
    parquet = tmp_path / "news" / "clusters" / "clusters.parquet"
    duckdb.sql(
        "SELECT 'i' || n AS id, 0 AS revision, 'c' AS cluster_id, 'near' AS kind FROM range(3) AS r(n)"
    ).write_parquet(str(parquet))
    assert run(["report", str(tmp_path / "news"), "--out", str(tmp_path / "report.html")]) == 0
    document = html.fromstring((tmp_path / "report.html").read_text("utf-8"))
    assert rows(document, "Articles and their copies") == [["near", "3", "1"]]

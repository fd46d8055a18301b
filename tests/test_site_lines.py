"""The site's memory: lines of three stories of a site are the site's, and nothing else of any article goes."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from commandline import COMMAND
from fakesite import Answer, FakeSite, article, links
from newsroom import NOON, an_article
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import columnist
from columnist.pipelines.batch.clean_batches import clean_to_row
from columnist.pipelines.batch.cleaned import Cleaned, pack
from columnist.pipelines.batch.site_lines import without_known_lines
from columnist.pipelines.batch.sources.open import sort_inputs
from columnist.pipelines.batch.units.pool import Pool
from columnist.pipelines.batch.units.unit import Ended, Job, units_of
from columnist.pipelines.dataset.open_store import open_store
from columnist.pipelines.dataset.state import line_memory
from columnist.pipelines.dataset.state.line_memory import ask_memory, known_lines
from columnist.pipelines.dataset.state.site_lines import (
    Seen,
    line_hash,
    lines_told,
    recurring,
    seen_of,
    taken_of,
)
from columnist.pipelines.records.arrow_schema import to_row
from columnist.pipelines.records.article import Article, Page, Paragraph
from columnist.scraper.cli.main import run

NOTICE = "The Paper is kept alive by the people who read it and by nobody else in this town"
BIO = "Ada Quill has written about bridges and the people under them since the year of the flood"
DAY = timedelta(days=1)


def story(number: int, *notices: str, day: int | None = None, own: str | None = None) -> Article:
    """Return an article of the site with lines that it shares with others at its end."""
    words = own or f"story {number}"
    texts = [f"Sentence {n} of {words} tells at some length what the council did about it." for n in range(5)]
    made = an_article(
        f"https://paper.example/{number}",
        published_at=NOON - DAY * (number if day is None else day),
        paragraphs=0,
    )
    body = tuple(Paragraph("p", text) for text in (*texts, *notices))
    text = "\n".join(p.text for p in body)
    return replace(made, paragraphs=body, text=text)


def seen(*articles: Article) -> list[Seen]:
    return [seen_of(to_row(article)) for article in articles]


def lines(*texts: str) -> frozenset[bytes]:
    return frozenset(map(line_hash, texts))


def test_three_stories_of_three_days_show_a_line_of_the_site_in_whatever_order() -> None:
    found = seen(*(story(n, NOTICE, *([BIO] if n < 2 else [])) for n in range(6)))
    shuffled = random.Random(1).sample(found, len(found))

    assert recurring(found) == recurring(shuffled) == lines(NOTICE)


@pytest.mark.parametrize(
    ("why", "articles"),
    [
        ("two articles", [story(0, NOTICE), story(1, NOTICE)]),
        ("one day", [story(n, NOTICE, day=1) for n in range(5)]),
        (
            "two articles beside many of a day",
            [story(n, *([NOTICE] if n < 2 else []), day=n % 2) for n in range(9)],
        ),
        ("two days", [story(n, NOTICE, day=n % 2) for n in range(6)]),
        ("one story, told again", [story(n, NOTICE, own="one story") for n in range(5)]),
        ("text", [story(n, "It was a long day for all who had come. " * 12) for n in range(5)]),
        ("an answer", [story(n, "Why not?") for n in range(5)]),
        ("a time", [story(n, "10.30am") for n in range(5)]),
    ],
)
def test_what_recurs_by_right_stays(why: str, articles: list[Article]) -> None:
    assert recurring(seen(*articles)) == frozenset(), why


def test_a_day_of_many_articles_hides_no_other_day() -> None:
    busy = [story(n, NOTICE, day=0) for n in range(60)]

    assert recurring(seen(*busy, story(60, NOTICE, day=1), story(61, NOTICE, day=2))) == lines(NOTICE)


def test_a_heading_goes_with_the_line_below_it_alone() -> None:
    known = lines("Pros", "About the author", BIO)
    body = [("h2", "Pros"), ("p", "It is a very long bridge, and it is made of stone. " * 3), ("h2", "About the author"), ("p", BIO)]  # fmt: skip

    assert [*taken_of(body, known)] == [2, 3]
    assert taken_of(body[2:], known) == {}  # nothing would be left


def test_short_notes_below_two_notices_are_stories_of_their_own() -> None:
    some = [replace(one, paragraphs=one.paragraphs[4:]) for one in (story(n, NOTICE, BIO) for n in range(4))]

    assert recurring(seen(*some)) == frozenset()  # more than half of each is the notices'
    assert recurring(seen(*some, *(story(n, NOTICE, BIO) for n in range(10, 13)))) == lines(NOTICE, BIO)


def test_a_row_without_them_has_the_columns_of_an_article_without_them() -> None:
    given, known = story(1, NOTICE), lines(NOTICE)
    clean, cut = pack(story(1)).row, without_known_lines(pack(given, remembered=True), known)

    def column(row: Any, name: str) -> Any:
        from columnist.pipelines.dataset.state.rows import unpack
        from columnist.pipelines.records.arrow_schema import ARTICLES, batch_from_bytes

        return batch_from_bytes(unpack(row.payload, row.size), ARTICLES).to_pylist()[0][name]

    assert column(cut.row, "text") == column(clean, "text")
    assert column(cut.row, "removed") == [{"rule": "site-line", "characters": len(NOTICE)}]
    assert lines_told(dict(column(cut.row, "extra"))) == known
    assert (cut.row.key.paragraphs, cut.characters) == (clean.key.paragraphs, len(story(1).text))
    assert (
        without_known_lines(pack(story(1, BIO), remembered=True), known).row.payload
        == pack(story(1, BIO)).row.payload
    )


def visit(store: Any, article: Article) -> str:
    """Do with an article as a crawl does with a page."""
    cleaned = pack(article, remembered=True)
    assert cleaned.row.seen is not None
    known = ask_memory(store.state, cleaned.row.site, cleaned.row.seen)
    decided: str = store.outbox.stage(without_known_lines(cleaned, known).row).decision
    return decided


def texts(data: Path) -> dict[str, list[str]]:
    """Return the texts of each article's revisions, by the end of its address."""
    found: dict[str, list[str]] = {}
    rows = columnist.read(data, all_revisions=True).to_table().sort_by("revision").to_pylist()
    for row in rows:
        found.setdefault(row["url"].rpartition("/")[2], []).append(row["text"])
    return found


def test_a_crawl_learns_and_an_unchanged_page_is_no_revision(tmp_path: Path) -> None:
    pages = [story(n, NOTICE) for n in range(5)]
    with open_store(tmp_path) as store:
        first = [visit(store, page) for page in pages]
        again = [visit(store, page) for page in pages]
        other = visit(store, story(4, "The Paper is printed on paper that was something else before it"))
        changed = visit(
            store, story(0, "And then the bridge fell down, which nobody had thought that it could", NOTICE)
        )
        copy = store.outbox.original_of(
            pack(
                replace(
                    story(4, NOTICE), id="f" * 32, url="https://paper.example/print/4", requested_url=None
                )
            ).row
        )
        store.finish()

    assert (first, again) == (["new"] * 5, ["unchanged"] * 5)
    assert (other, changed) == ("changed", "changed")
    assert copy is not None
    found = texts(tmp_path)
    assert [NOTICE in found[str(n)][0] for n in range(5)] == [True, True, False, False, False]
    assert NOTICE not in found["0"][1]


def test_a_rebuilt_state_knows_what_was_taken_out(tmp_path: Path) -> None:
    pages = [story(n, NOTICE) for n in range(4)]
    with open_store(tmp_path) as store:
        for page in pages:
            visit(store, page)
        store.finish()
    assert run(["state", "rebuild", "--data", str(tmp_path)]) == 0
    with open_store(tmp_path) as store:
        assert known_lines(store.state, "paper.example") == lines(NOTICE)
        assert [visit(store, page) for page in pages] == ["unchanged"] * 4


def test_what_is_forgotten_leaves_no_hash(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for n in range(3):
            visit(store, story(n, NOTICE))
        store.finish()
    words = ["forget", "https://paper.example/1", "--data", str(tmp_path), "--reason", "asked to"]
    assert run(words) == 0
    with open_store(tmp_path) as store:
        (left,) = store.state.connection.execute("SELECT count(*) FROM seen_lines").fetchone()
    assert left == 2


def test_the_memory_of_a_site_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_memory, "_LINES", 20)
    with open_store(tmp_path) as store:
        for n in range(200):
            visit(store, story(n, f"{NOTICE}, {n // 4}", day=n // 3 if n < 100 else 40 + n % 2))
        counts = store.state.connection.execute(
            "SELECT (SELECT count(*) FROM seen_lines), (SELECT count(*) FROM site_line),"
            " (SELECT max(n) FROM (SELECT count(*) AS n FROM seen_lines GROUP BY day))"
        ).fetchone()

    assert counts[0] <= 64
    assert counts[1] <= 20
    assert counts[2] <= 4


def html(article: Article) -> bytes:
    body = "".join(f"<p>{p.text}</p>" for p in article.paragraphs)
    when = article.published_at.isoformat() if article.published_at else ""
    return (
        f'<html lang=en><head><title>{article.title}</title><link rel=canonical href="{article.url}">'
        f'<meta property="article:published_time" content="{when}"></head>'
        f"<body><article><h1>{article.title}</h1>{body}</article></body></html>"
    ).encode()


SITE = [story(n, *([NOTICE] if n % 3 else []), *([BIO] if n % 2 else [])) for n in range(12)]


def save(folder: Path, articles: Iterable[Article], name: str = "{}.html") -> Path:
    folder.mkdir()
    for number, one in enumerate(articles):
        (folder / name.format(number)).write_bytes(html(one))
    return folder


def warc(path: Path, articles: Iterable[Article]) -> Path:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for one in articles:
            answer = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            writer.write_record(writer.create_warc_record(one.url, "response", payload=io.BytesIO(html(one)), http_headers=answer, warc_headers_dict={"WARC-Date": "2026-11-22T12:00:00Z"}))  # fmt: skip
    return path


def clean(data: Path, *words: object) -> dict[str, list[str]]:
    assert run(["clean", *map(str, words), "--data", str(data), "--workers", "1", "--quiet"]) == 0
    return texts(data)


def expected() -> dict[str, list[str]]:
    return {one.url.rpartition("/")[2]: ["\n".join(p.text for p in one.paragraphs[:5])] for one in SITE}


def test_saved_pages_and_archives_lose_them_in_whatever_order(tmp_path: Path) -> None:
    one = clean(tmp_path / "one", save(tmp_path / "a", SITE))
    other = clean(tmp_path / "other", save(tmp_path / "b", SITE[::-1], "page-{:02d}.html"))
    packed = clean(tmp_path / "packed", warc(tmp_path / "crawl.warc.gz", SITE[::-1]))
    kept = clean(tmp_path / "kept", tmp_path / "a", "--keep-site-lines")

    assert one == other == packed == expected()
    assert NOTICE in kept["1"][0]
    assert not (tmp_path / "one" / "cleaned.db").exists()
    (row,) = (
        row for row in columnist.read(tmp_path / "one").to_table().to_pylist() if row["url"].endswith("/1")
    )
    gone = {one["rule"]: one["characters"] for one in row["removed"]}
    assert gone["site-line"] == len(NOTICE) + len(BIO)


def test_an_archive_is_asked_alone_and_a_page_alone_loses_nothing(tmp_path: Path) -> None:
    few = [warc(tmp_path / f"{n}.warc.gz", SITE[n * 6 : n * 6 + 6]) for n in range(2)]
    together = clean(tmp_path / "together", *few)
    apart = {}
    for number, path in enumerate(few[::-1]):
        apart |= clean(tmp_path / f"apart-{number}", path, "--shard", "1/1")
    page = clean(tmp_path / "alone", save(tmp_path / "saved", SITE[1:2]))

    assert together == apart
    assert NOTICE in page["1"][0]
    assert columnist.clean(html(SITE[1]), url=SITE[1].url).text == page["1"][0]  # type: ignore[union-attr]


def test_a_page_cleaned_again_by_itself_is_no_revision(tmp_path: Path) -> None:
    saved, data = save(tmp_path / "saved", SITE), tmp_path / "data"
    clean(data, saved)
    (saved / "1.html").touch()

    assert clean(data, saved) == expected()
    assert clean(data, saved, "--again") == expected()


def test_reclean_gives_the_rows_that_are_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    (data / "archive").mkdir(parents=True)
    clean(data, warc(data / "archive" / "crawl.warc.gz", SITE))
    capsys.readouterr()

    assert run(["reclean", "--data", str(data), "--dry-run", "--json", "--workers", "1"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["recleaned"], told["known"], told["columns"]) == (0, 12, {})
    assert run(["reclean", "--data", str(data), "--keep-site-lines", "--json", "--workers", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["recleaned"] == 10
    assert NOTICE in texts(data)["1"][1]


@pytest.mark.slow
def test_a_run_that_is_killed_goes_on_to_the_same_rows(tmp_path: Path) -> None:
    many = [story(n, *([NOTICE] if n % 3 else [])) for n in range(60)]
    saved = save(tmp_path / "saved", many)
    straight = clean(tmp_path / "straight", saved)
    data = tmp_path / "data"
    words = ["clean", str(saved), "--data", str(data), "--workers", "1", "--quiet"]
    for wait in (0.1, 0.5):
        command = [*COMMAND, *words]
        at_work = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
        while not (data / "cleaned.db").exists() and at_work.poll() is None:
            time.sleep(0.005)
        time.sleep(wait)
        os.killpg(at_work.pid, signal.SIGKILL)
        at_work.wait()

    assert clean(data, saved) == straight
    assert not any(NOTICE in text for versions in straight.values() for text in versions)


@pytest.mark.slow
def test_a_crawl_that_is_killed_forgets_nothing_and_reclean_gives_its_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = {f"/2026/11/{n + 1:02d}/the-council-adopts-budget-number-{n}": n for n in range(14)}
    data, looks = tmp_path / "data", count()
    words = [
        "crawl",
        "--data",
        str(data),
        "--delay",
        "0",
        "--workers",
        "1",
        "--quiet",
        "--rows-per-file",
        "5",
    ]
    with FakeSite() as site:
        site.route("/", links(*paths))
        for path, n in paths.items():
            told = [
                f"Budget {n}: sentence {i} says what the council did about it, at length." for i in range(5)
            ]
            body = article(f"Budget {n}", [*told, NOTICE])
            # Other bytes at every look, the same article: it is read and compared each time.
            site.route(path, lambda _, body=body: Answer(body=body + b"<!-- %d -->" % next(looks)))
        command = [*COMMAND, *words]
        for wait in (0.3, 0.8):
            before = len(site.hits)
            at_work = subprocess.Popen([*command, f"{site.base}/"], start_new_session=True)
            while len(site.hits) == before and at_work.poll() is None:
                time.sleep(0.01)
            time.sleep(wait)
            os.killpg(at_work.pid, signal.SIGKILL)
            at_work.wait()
        subprocess.run([*command, f"{site.base}/"], check=True, timeout=200)
        with open_store(data) as store:
            remembered = store.state.connection.execute("SELECT count(*) FROM seen_lines").fetchone()
            store.state.connection.execute("UPDATE url SET next_visit = 1 WHERE next_visit IS NOT NULL")
        before = len(site.hits)
        subprocess.run([*command, f"{site.base}/"], check=True, timeout=200)
        asked_again = len(site.hits) - before

    found = columnist.read(data, all_revisions=True).to_table().to_pylist()
    assert asked_again > len(paths)
    assert (len(found), remembered) == (14, (14,))
    assert sum(NOTICE in row["text"] for row in found) == 2
    for row in found:
        taken = {one["rule"] for one in row["removed"]}
        assert ("site-line" in taken) != (NOTICE in row["text"])
    assert run(["reclean", "--data", str(data), "--dry-run", "--json", "--workers", "1"]) == 0
    told_again = json.loads(capsys.readouterr().out)
    assert (told_again["recleaned"], told_again["known"]) == (0, 14)
    without = next(row for row in found if NOTICE not in row["text"])
    assert run(["show", without["id"], "--data", str(data), "--blocks", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["text"] == without["text"]
    assert [one["fate"] for one in shown["blocks"] if one["text"] == NOTICE] == ["site-line"]


def test_rows_that_wait_come_back_as_they_were_though_the_run_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(html(story(1)))
    (unit,) = units_of(sort_inputs([str(path)]).pieces, Job("r", NOON))
    odd = Page(url="https://paper.example/\ud800", html=html(story(1)), run_id="r")
    rows = [clean_to_row(page) for page in (odd, Page(url="https://paper.example/empty", html=b""))]
    expected = [replace(one.row, seen=None) for one in rows]

    end = Ended(unit, passed=(("revisit", 3),))
    for given in ([*rows, end], []):  # the second run finds what the first one left
        pool = Pool(tmp_path, [unit])
        back = list(pool.settled(given, [unit], lambda _: None))
        assert [one.row for one in back if isinstance(one, Cleaned)] == expected
        assert back[-1] == end
    assert not Pool(tmp_path, []).holds(unit)
    pool.drop()
    assert [one.name for one in tmp_path.iterdir()] == ["a.html"]

"""Rights that can be acted on: each use allowed, refused or open, with the words, their carrier and the files' hashes."""

import hashlib
import re
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import columnist
from columnist.pipelines.clean import clean
from columnist.pipelines.dataset.archive.read import read_page
from columnist.pipelines.dataset.archive.records import keep_page
from columnist.pipelines.dataset.files.parquet_format import filed_schema
from columnist.pipelines.records.arrow_schema import (
    ADDED,
    ARTICLES,
    batch_from_bytes,
    batch_to_bytes,
    to_batch,
    to_row,
    without,
)
from columnist.pipelines.records.article import Article, Page, Rights, Signal
from columnist.pipelines.sites.rights import rights_from_usage
from columnist.pipelines.sites.terms import read_licence, reservation_in, rights_from_licence
from columnist.scraper.robots.decisions import RobotsAnswer
from columnist.scraper.robots.store import SqliteRobots
from tests.newsroom import an_article
from tests.robotsworld import ROBOTS, SITE, World, decide

RSL = """<rsl xmlns="https://rslstandard.org/rsl">
 <content url="/"><license><permits type="usage">search ai-input</permits><prohibits type="usage">ai-train</prohibits></license></content>
 <content url="/open/"><license><permits type="usage">all</permits><payment type="attribution"/></license></content>
 <content url="/paid/"><license><permits type="usage">search</permits></license>
   <license><permits type="usage">ai-train</permits><payment type="training"><amount currency="EUR">5</amount></payment></license></content>
 <content url="/few/"><license><permits type="usage">all</permits><permits type="geo">NL</permits></license></content>
 <content url="/no/"><license><prohibits>ai-all</prohibits></license></content>
 <content url="/shop/" server="https://rsl.example"><license><permits type="usage">search</permits></license></content>
</rsl>"""
ALLOWED, REFUSED, OPEN = True, False, None

# of a path: train_ai, search, ai_input
LICENSED = [
    ("/a", REFUSED, ALLOWED, ALLOWED),
    ("/open/a", ALLOWED, ALLOWED, ALLOWED),  # the longest path decides
    ("/paid/a", REFUSED, ALLOWED, REFUSED),  # nobody has paid
    ("/few/a", OPEN, OPEN, OPEN),  # whoever reads it may be elsewhere
    ("/no/a", REFUSED, OPEN, REFUSED),  # the wider word holds the nearer
    ("/shop/a", REFUSED, REFUSED, REFUSED),  # to be had from a server
]


@pytest.mark.parametrize(("path", "train_ai", "search", "ai_input"), LICENSED)
def test_a_licence_says_of_a_path_which_uses_it_grants(
    path: str, train_ai: bool | None, search: bool | None, ai_input: bool | None
) -> None:
    found = rights_from_licence(read_licence(RSL.encode(), f"{SITE}/rsl.xml"), path)

    assert (found.train_ai, found.search, found.ai_input) == (train_ai, search, ai_input)
    assert [signal.carrier for signal in found.signals or ()] == ["licence"]


BOMB = (
    b'<!DOCTYPE r [<!ENTITY a "'
    + b"x" * 1000
    + b'"><!ENTITY b "'
    + b"&a;" * 1000
    + b'">]><rsl><content url="&b;"/></rsl>'
)


@pytest.mark.parametrize(
    "body", [b"", b"<html><p>Terms", b"\xff\xfe", b"<rsl", b"<rsl><!-- x --></rsl>", b"[" * 9999, BOMB]
)
def test_what_is_no_licence_has_no_rules_that_refuse_or_allow(body: bytes) -> None:
    found = rights_from_licence(read_licence(body, SITE), "/a")

    assert (found.train_ai, found.search, found.ai_input) == (None, None, None)


# as said: train_ai, search, ai_input
SAID = [
    ("train-ai=n, search=y", REFUSED, ALLOWED, OPEN),  # draft-ietf-aipref-vocab-08
    ("train-ai=y, ai-use=n, search=y", ALLOWED, ALLOWED, REFUSED),
    ("search=yes, ai-input=no, ai-train=no", REFUSED, ALLOWED, REFUSED),  # Content Signals
    ("bots=n", REFUSED, REFUSED, REFUSED),  # earlier drafts: the wider use
    ("bots=n, search=y", REFUSED, ALLOWED, REFUSED),
    ("bots=y", OPEN, OPEN, OPEN),
    ("train-ai;allow=n, train-ai=y", ALLOWED, OPEN, OPEN),  # a parameter is no preference
    ("train-ai=perhaps, search", OPEN, OPEN, OPEN),
    ("train-ai=y, train-ai=n", REFUSED, OPEN, OPEN),
]


@pytest.mark.parametrize(("text", "train_ai", "search", "ai_input"), SAID)
def test_a_preference_decides_each_use_by_its_own_word_first(
    text: str, train_ai: bool | None, search: bool | None, ai_input: bool | None
) -> None:
    found = rights_from_usage(text)

    assert (found.train_ai, found.search, found.ai_input) == (train_ai, search, ai_input)


BODY = b"""# The Courier reserves its rights of text and data mining,
# as Article 4 of Directive (EU) 2019/790 has it.
#
# Be gentle with our server.

License: /rsl.xml
User-agent: *
Content-Usage: /\ttrain-ai=y
Content-Usage: /news/ train-ai=n
Content-Signal: search=yes
Allow: /
"""


def test_robots_txt_tells_what_it_says_of_a_path_with_its_hash_and_its_words() -> None:
    world = World({ROBOTS: RobotsAnswer(200, BODY), f"{SITE}/rsl.xml": RobotsAnswer(200, RSL.encode())})
    connection = sqlite3.connect(":memory:")
    tools_of = lambda: world.robots(SqliteRobots(connection), licences=True)  # noqa: E731
    news, open_ = decide(world, f"{SITE}/news/a", f"{SITE}/open/a", robots=tools_of())
    asked = len(world.asked)
    again = decide(world, f"{SITE}/news/a", robots=tools_of())[0]  # another run: from the store

    assert (news.rights.train_ai, news.rights.search, news.rights.ai_input) == (False, True, True)
    assert (open_.rights.train_ai, open_.rights.search, open_.rights.ai_input) == (True, True, True)
    assert news.rights.robots_sha256 == hashlib.sha256(BODY).hexdigest()
    assert news.rights.robots_fetched_at == datetime.fromtimestamp(world.now, UTC)
    assert news.rights.license_sha256 == hashlib.sha256(RSL.encode()).hexdigest()
    assert news.rights.signals is not None
    words = [(signal.carrier, signal.words) for signal in news.rights.signals]
    assert ("robots.txt", "Content-Usage: /news/ train-ai=n") in words
    assert ("robots.txt", "Content-Signal: search=yes") in words
    assert (
        "comment",
        "The Courier reserves its rights of text and data mining, as Article 4 of Directive (EU) 2019/790 has it.",
    ) in words
    assert "gentle" not in str(words)
    assert "/ train-ai=y" not in str(words)
    assert again.rights == news.rights
    assert len(world.asked) == asked


def test_a_site_without_robots_txt_or_out_of_reach_has_a_time_and_no_hash() -> None:
    found = decide(World({ROBOTS: RobotsAnswer(404)}), SITE + "/a")[0].rights

    assert (found.robots_allowed, found.robots_sha256) == (True, None)
    assert found.robots_fetched_at is not None


COMMENTS = [
    (["Die Nutzung für Text- und Data-Mining bleibt vorbehalten (§ 44b UrhG)."], True),
    (["Toute fouille de textes et de données est interdite."], True),
    (["No AI training."], True),
    (["Hello, crawler.", "Our sitemap:"], False),
    (["-----", "", "maintained by the web team"], False),
]


@pytest.mark.parametrize(("lines", "speaks"), COMMENTS)
def test_a_comment_is_kept_where_it_speaks_of_use(lines: list[str], speaks: bool) -> None:
    assert reservation_in(lines) == (" ".join(lines) if speaks else None)


STORY = (
    "<p>" + "The ferry ran again on Monday after three weeks of repairs in the harbour yard. " * 5 + "</p>"
)


def test_a_page_says_it_in_headers_tags_and_a_licence_of_its_own() -> None:
    head = (
        '<meta name="robots" content="noindex"><meta name="tdm-reservation" content="1">'
        f'<script type="application/rsl+xml">{RSL}</script>'
    )
    page = Page(
        url=f"{SITE}/news/a",
        html=f"<html><head><title>The ferry runs</title>{head}</head><body><article><h1>The ferry runs</h1>{STORY * 3}".encode(),
        headers={"content-usage": "ai-use=n"},
        rights=Rights(robots_allowed=True, train_ai=True, search=True),
    )
    article = clean(page)

    assert isinstance(article, Article)
    assert article.rights.signals is not None
    assert (article.rights.train_ai, article.rights.search, article.rights.ai_input) == (False, False, False)
    assert [signal.carrier for signal in article.rights.signals] == ["header", "meta", "meta", "licence"]
    assert article.rights.license_sha256 == hashlib.sha256(RSL.encode()).hexdigest()


SPOKEN = Rights(
    True,
    train_ai=False,
    search=False,
    signals=(Signal("meta", "robots: noindex"),),
    robots_fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
)
README = (Path(__file__).parents[1] / "data" / "README.md").read_text("utf-8")
EARLIER = without(ARTICLES, {name for names in ADDED.values() for name in names})


def test_files_of_the_earlier_schema_are_read_beside_new_ones(tmp_path: Path) -> None:
    rows = [
        to_row(an_article("https://paper.example/old")),
        to_row(replace(an_article("https://paper.example/new"), rights=SPOKEN)),
    ]
    folder = tmp_path / "articles" / "day=2026-11-01"
    folder.mkdir(parents=True)
    for row, schema in zip(rows, (EARLIER, ARTICLES), strict=True):
        batch = to_batch([row], schema)
        told = "old" if schema is EARLIER else "new"
        pq.write_table(pa.Table.from_batches([batch]).cast(filed_schema(schema)), folder / f"{told}.parquet")
    found = {row["url"][-3:]: row for row in columnist.read(tmp_path).to_table().to_pylist()}

    assert found["old"]["rights"]["signals"] is None
    assert found["new"]["rights"]["signals"] == [{"carrier": "meta", "words": "robots: noindex"}]
    table = columnist.read(tmp_path).to_table()
    recipes = [line for line in README.splitlines() if "s.carrier" in line]
    assert len(recipes) == 2
    with duckdb.connect() as database:
        database.register("latest", table)
        assert [len(database.sql(recipe).fetchall()) for recipe in recipes] == [2, 1]
    (lines,) = re.findall(r"(?s)may train in pandas:\n\n```python\n.+?\n(.+?)```", README)
    names = {"articles": columnist.read(tmp_path).to_pandas()}
    exec(lines, names)
    assert [len(names[kind]) for kind in ("mined", "trained")] == [2, 1]
    asked = duckdb.sql(
        f"SELECT url FROM read_parquet('{folder}/*.parquet', union_by_name = true) WHERE rights.search IS NOT FALSE"
    )
    assert [url for (url,) in asked.fetchall()] == ["https://paper.example/old"]


def test_a_row_that_an_earlier_version_left_in_the_outbox_is_still_written() -> None:
    row = to_row(an_article("https://paper.example/old"))
    left = batch_to_bytes(to_batch([row], EARLIER))

    found = batch_from_bytes(left, ARTICLES)

    assert found.schema == ARTICLES
    assert found.to_pylist()[0]["rights"]["search"] is None
    assert found.to_pylist()[0]["text"] == row["text"]


def test_an_archived_page_keeps_what_was_said_of_it(tmp_path: Path) -> None:
    page = Page(url=f"{SITE}/a", html=b"<p>x</p>", http_status=200, rights=SPOKEN)
    (tmp_path / "a.warc.gz").write_bytes(keep_page(page, {}).records)

    assert read_page(tmp_path, "a.warc.gz", 0).rights == SPOKEN


def test_the_robots_of_an_earlier_state_are_kept() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE TABLE robots (origin TEXT PRIMARY KEY, state TEXT NOT NULL, fetched_at REAL NOT NULL, retry_at REAL NOT NULL,"
        " body BLOB NOT NULL, failures INTEGER NOT NULL, detail TEXT NOT NULL, tdmrep BLOB NOT NULL) WITHOUT ROWID"
    )
    connection.execute("INSERT INTO robots VALUES (?, 'rules', 1.0, 2.0, x'', 0, '', x'')", (SITE,))

    entry = SqliteRobots(connection).load(SITE)

    assert entry is not None
    assert entry.licence == b""
    SqliteRobots(connection).save(replace(entry, licence=b"<rsl/>"))
    assert SqliteRobots(connection).load(SITE) == replace(entry, licence=b"<rsl/>")

"""Asks a data folder, as Arrow sees it, by DuckDB: which articles are like this. Bound parameters, bounded time and memory."""

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.read import open_articles, open_clusters
from columnist.pipelines.publish.extras import needed

PAGE = 50  # articles a page: two screens
_LAST_PAGE = 200  # of a list; beyond it a narrower wish finds more than turning pages does
_SECONDS = 20.0  # a query may take: longer, and people believe that the page is dead
_MEMORY = "1GB"  # of DuckDB; a page of results needs a few MB
_MOST_WORDS = 10  # of a search: each is looked for in every text
_SUGGESTED = 500  # sites or languages that a field suggests
_WORDS = re.compile(r'"([^"]+)"|(\S+)')


class BadWish(ValueError):  # noqa: N818  the user's to mend
    """What was asked for cannot be looked for: the words say what to give."""


class TooSlow(TimeoutError):  # noqa: N818  the words say what to do
    """A query took longer than a person waits."""


class Filter(NamedTuple):
    """A field of the search: its name, its label, what it asks of a row, what its words are to DuckDB."""

    name: str
    label: str
    test: str
    value: Callable[[str], Any]
    kind: str = "search"  # of the input


_PUBLISHED = "coalesce(published_at, fetched_at)::date"
FILTERS: tuple[Filter, ...] = (
    Filter("site", "Site", "site = ?", str),
    Filter("language", "Language", "language = ?", str),
    Filter("author", "Author", "contains(lower(array_to_string(authors, chr(10))), lower(?))", str),
    Filter("access", "Access", "access = ?", str),
    Filter("cluster", "Cluster", "cluster_id = ?", str),
    Filter("since", "Published from", f"{_PUBLISHED} >= ?", date.fromisoformat, "date"),
    Filter("until", "Published until", f"{_PUBLISHED} <= ?", date.fromisoformat, "date"),
    # Files lie by this day: those of other days are not opened.
    Filter("fetched_since", "Fetched from", "day >= ?", date.fromisoformat, "date"),
    Filter("fetched_until", "Fetched until", "day <= ?", date.fromisoformat, "date"),
)
_HAS_WORD = "(contains(lower(text), lower(?)) OR contains(lower(coalesce(title, '')), lower(?)))"
_SHOWN = """{id: id, title: title, site: site, language: language, access: access, word_count: word_count,
published_at: published_at, fetched_at: fetched_at, authors: authors, revision: revision, cluster_id: cluster_id, start: %s}"""
# What stands around the first word that was looked for; without one, what the page says of itself: no text is read then.
_AROUND = "substring(text, greatest(1, strpos(lower(text), lower(?)) - 80), 240)"
_SIZES = "SELECT cluster_id, count(DISTINCT id) FROM clusters WHERE list_contains(?, cluster_id) GROUP BY ALL"
_SAID = "substring(description, 1, 240)"
_KEY = "(coalesce(published_at, fetched_at), id)"  # newest first; of one second, in an order that stays


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a list."""

    count: int
    rows: Sequence[Mapping[str, Any]]
    page: int
    last: bool  # whether there is no page after it


class Search:
    """A data folder that can be asked, one question at a time."""

    def __init__(self, data: str, seconds: float = _SECONDS) -> None:
        """Open it; raise NeedsExtra, or FileNotFoundError for what is no data folder."""
        self._duckdb = needed("duckdb", "web")
        self._data = data
        self._seconds = seconds
        self._turn = threading.Lock()  # one query has all cores and the memory; two would have half
        self.suggested = {name: self._values(name) for name in ("site", "language", "access")}

    def find(self, wish: Mapping[str, str], page: int = 1) -> Found:
        """Return a page of the articles that are as wished, the newest first; raise BadWish or TooSlow."""
        if not 1 <= page <= _LAST_PAGE:
            raise BadWish(
                f"page {page}: there are pages 1 to {_LAST_PAGE}; ask for less to see what lies behind them"
            )
        tests, values = _conditions(wish)
        words = _words_of(wish)
        start = _AROUND if words else _SAID
        query = f"""SELECT count(*), arg_max({_SHOWN % start}, {_KEY}, ?) FROM articles
                    WHERE {" AND ".join(tests) or "true"}"""  # noqa: S608  the words are bound
        wanted = page * PAGE + 1
        ((count, rows),) = self._ask(query, [*words[:1], wanted, *values])
        rows = (rows or [])[(page - 1) * PAGE :]
        is_last = len(rows) <= PAGE or page == _LAST_PAGE
        return Found(count, self._with_copies(rows[:PAGE]), page, is_last)

    def _with_copies(self, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Add to each row how many copies its article has."""
        stories = sorted({row["cluster_id"] for row in rows if row["cluster_id"]})
        sizes = dict(self._ask(_SIZES, [stories])) if stories else {}
        return [{**row, "copies": sizes.get(row["cluster_id"], 1) - 1} for row in rows]

    def _values(self, column: str) -> list[str]:
        query = f"""SELECT {column} FROM articles WHERE {column} IS NOT NULL
                    GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {_SUGGESTED}"""  # noqa: S608  our own column
        return [value for (value,) in self._ask(query, [])]

    def _ask(self, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self._turn, self._duckdb.connect() as database:
            database.execute("SET TimeZone = 'UTC'")
            database.execute(f"SET memory_limit = '{_MEMORY}'")
            # Opened for each question: what a run has written meanwhile is there, what was merged away is not missed.
            database.register("articles", open_articles(self._data))
            database.register("clusters", open_clusters(open_output(self._data)))
            database.execute("SET enable_external_access = false")
            clock = threading.Timer(self._seconds, database.interrupt)
            clock.start()
            try:
                found: list[tuple[Any, ...]] = database.execute(query, values).fetchall()
                return found
            except self._duckdb.InterruptException:
                words = f"this took longer than {self._seconds:g} s: name days of fetch (files lie by them), a site or fewer words"
                raise TooSlow(words) from None
            finally:
                clock.cancel()


def _conditions(wish: Mapping[str, str]) -> tuple[list[str], list[Any]]:
    tests: list[str] = []
    values: list[Any] = []
    for one in FILTERS:
        given = wish.get(one.name, "").strip()
        if given:
            try:
                values.append(one.value(given))
            except ValueError:
                raise BadWish(f"{one.label}: {given!r} is no day; give it as 2026-11-22") from None
            tests.append(one.test)
    for word in _words_of(wish):
        tests.append(_HAS_WORD)
        values += (word, word)
    return tests, values


def _words_of(wish: Mapping[str, str]) -> list[str]:
    """Return the words that must all be there; what stands in quotes is one."""
    words = [quoted or word for quoted, word in _WORDS.findall(wish.get("q", ""))]
    if len(words) > _MOST_WORDS:
        raise BadWish(f"{len(words)} words: give {_MOST_WORDS} at most, or a phrase in quotes")
    return words

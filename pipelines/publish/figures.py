"""What a data folder holds, in numbers: sites, languages, days, fields with their sources, what cleaning took out.

One pass each by DuckDB over the columns that a figure needs, in bounded memory whatever the size.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.files.parquet_format import filed_schema
from columnist.pipelines.dataset.read import open_articles, open_clusters, open_rejects
from columnist.pipelines.dataset.runs.manifests import read_manifests
from columnist.pipelines.publish.extras import needed
from columnist.pipelines.records.arrow_schema import ARTICLES


@dataclass(frozen=True, slots=True)
class Site:
    """One site's articles, the latest version of each."""

    site: str
    articles: int
    words: int
    bytes: int  # of text, UTF-8
    first: date  # day of publication, or of the fetch where none is known
    last: date
    dated: float  # share with a date of publication; and so on
    authored: float
    sectioned: float
    tagged: float
    pictured: float


@dataclass(frozen=True, slots=True)
class Story:
    """Articles that are copies of one another, the latest version of each."""

    title: str | None  # of the one that was out first
    site: str  # that had it first
    first: datetime  # when that was: publication, or the fetch where none is known
    articles: int
    sites: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of one data folder."""

    articles: int
    revisions: int  # rows: every version of every article
    published: tuple[date, date] | None  # first and last day
    fetched: tuple[datetime, datetime] | None
    sites: tuple[Site, ...]  # most articles first
    languages: Mapping[str | None, int]
    days: Mapping[date, int]  # day of publication, or of the fetch -> articles
    lengths: Mapping[int, int]  # words, rounded down to a hundred -> articles
    unknown: Mapping[str, float]  # column -> share of articles that have nothing in it
    found_by: Mapping[str, Mapping[str, int]]  # column -> source -> articles
    removed: Mapping[str, tuple[int, int]]  # rule -> articles, characters
    rights: Mapping[str, Mapping[str, int]]  # signal -> value -> articles
    access: Mapping[str | None, int]
    changes: Mapping[str, int]  # change_kind -> revisions
    copies: (
        Mapping[str, tuple[int, int]] | None
    )  # kind -> articles, clusters; None where nobody looked for them
    rejects: Mapping[str, int]  # reason -> pages
    versions: Mapping[str, tuple[str, ...]]  # component -> versions that wrote here
    runs: int
    stories: tuple[Story, ...] = ()  # the largest clusters


FIRST, NO_COPY = "first of its copies", "no copy"
MOST_STORIES = 20  # of the largest clusters: what a screen holds
DAY = "coalesce(published_at, fetched_at)::date"
_SITES = f"""
SELECT site, count(*), sum(word_count)::bigint, sum(strlen(text))::bigint, min({DAY}), max({DAY}),
       avg((published_at IS NOT NULL)::int), avg((len(authors) > 0)::int), avg((section IS NOT NULL)::int),
       avg((len(tags) > 0)::int), avg((image_url IS NOT NULL OR len(images) > 0)::int)
FROM articles GROUP BY site ORDER BY count(*) DESC, site"""  # noqa: S608  no words of others
_SPAN = """
SELECT min(published_at)::date, max(published_at)::date, min(fetched_at), max(fetched_at), count(*) FROM articles"""
_FOUND_BY = """
SELECT source.key, source.value, count(*) FROM (SELECT unnest(found_by) AS source FROM articles) GROUP BY ALL"""
_REMOVED = """
SELECT taken.rule, count(*), sum(taken.characters)::bigint FROM (SELECT unnest(removed) AS taken FROM articles)
GROUP BY ALL ORDER BY 3 DESC"""
# Without a kind are the first of its copies and an article that has none: two things to a reader.
_COPIES = f"""
WITH copied AS (SELECT cluster_id FROM clusters GROUP BY 1 HAVING count(DISTINCT id) > 1)
SELECT coalesce(kind, CASE WHEN copied.cluster_id = id THEN '{FIRST}' ELSE '{NO_COPY}' END) AS what,
       count(DISTINCT id), count(DISTINCT clusters.cluster_id)
FROM clusters LEFT JOIN copied USING (cluster_id) GROUP BY 1 ORDER BY 2 DESC, 1"""  # noqa: S608  our own words
_OUT = "coalesce(published_at, fetched_at)"
_STORIES = f"""
SELECT arg_min(title, {_OUT}), arg_min(site, {_OUT}), min({_OUT}), count(*), count(DISTINCT site)
FROM articles WHERE cluster_id IS NOT NULL GROUP BY cluster_id HAVING count(*) > 1
ORDER BY 4 DESC, 3, cluster_id LIMIT {MOST_STORIES}"""  # noqa: S608  our own words
_LOOKED = "SELECT 1 FROM clusters LIMIT 1"
_SIGNALS = ("robots_allowed", "tdm_reservation", "train_ai", "search", "ai_input")
Ask = Callable[[str], list[tuple[Any, ...]]]  # SQL -> rows


def figures_of(data: str) -> Figures:
    """Count what lies in a data folder; raise NeedsExtra, or FileNotFoundError for what is no data folder."""
    with asking(data) as ask:
        return counted(ask, data)


@contextmanager
def asking(data: str) -> Iterator[Ask]:
    """Give what answers in SQL: the tables `articles` (the latest version of each), `every` (version) `rejects`, `clusters`."""
    duckdb = needed("duckdb", "research")
    output = open_output(data)
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        database.register("articles", open_articles(data))
        database.register("every", open_articles(data, all_revisions=True))
        database.register("rejects", open_rejects(output))
        database.register("clusters", open_clusters(output))
        yield lambda query: database.execute(query).fetchall()


def counted(ask: Ask, data: str) -> Figures:
    """Count with what answers already."""

    def by(table: str, column: str) -> dict[Any, int]:
        return dict(ask(f"SELECT {column}, count(*) FROM {table} GROUP BY ALL ORDER BY 2 DESC, 1"))  # noqa: S608

    first, last, since, until, count = ask(_SPAN)[0]
    found_by: dict[str, dict[str, int]] = {}
    for column, source, times in sorted(ask(_FOUND_BY), key=lambda row: (row[0], -row[2], row[1])):
        found_by.setdefault(column, {})[source] = times
    manifests = [content for _, content in read_manifests(open_output(data)) if content]
    return Figures(
        articles=count,
        revisions=ask("SELECT count(*) FROM every")[0][0],
        published=(first, last) if first else None,
        fetched=(since, until) if since else None,
        sites=tuple(Site(*row) for row in ask(_SITES)),
        languages=by("articles", "language"),
        days=dict(ask(f"SELECT {DAY}, count(*) FROM articles GROUP BY ALL ORDER BY 1")),  # noqa: S608
        lengths=by("articles", "word_count // 100 * 100"),
        unknown=_unknown(ask, count),
        found_by=found_by,
        removed={rule: (times, characters) for rule, times, characters in ask(_REMOVED)},
        rights={
            name: {_word(v): n for v, n in by("articles", f"rights.{name}").items()} for name in _SIGNALS
        },
        access=by("articles", "access"),
        copies={kind: (n, stories) for kind, n, stories in ask(_COPIES)} if ask(_LOOKED) else None,
        changes=by("(FROM every WHERE change_kind IS NOT NULL)", "change_kind"),
        rejects=by("rejects", "reason"),
        versions=_versions(manifests),
        runs=len(manifests),
        stories=tuple(Story(*row) for row in ask(_STORIES)),
    )


def _unknown(ask: Ask, count: int) -> dict[str, float]:
    """Return of each column the share of articles that say nothing in it: null, or a list without entries."""
    empty = {
        f.name: f"len({f.name}) = 0" if pa.types.is_list(f.type) else f"{f.name} IS NULL"
        for f in filed_schema(ARTICLES)
    }
    sums = ", ".join(f"count(*) FILTER (WHERE {test})" for test in empty.values())
    row = ask(f"SELECT {sums} FROM articles")[0]  # noqa: S608  names of our own columns
    return {name: n / count if count else 0.0 for name, n in zip(empty, row, strict=True)}


def _word(value: bool | None) -> str:
    return "unknown" if value is None else "yes" if value else "no"


def _versions(manifests: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for manifest in manifests:
        for name, version in (manifest.get("versions") or {}).items():
            found.setdefault(name, set()).add(str(version))
    return {name: tuple(sorted(versions)) for name, versions in sorted(found.items())}

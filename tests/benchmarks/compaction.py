"""Compaction: rows a second, and what reads cost before and after it, with pandas, polars and DuckDB.

    python tests/benchmarks/compaction.py [--runs 300] [--rows 200] [--folder FOLDER] [--row-groups 1000,5000,20000]

Writes an hourly crawl's files through the store (an eighth of the articles revised once), reads, compacts, reads again.
Milliseconds, the median of five, files in the page cache; with --row-groups, the reads after it for each size.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl

import columnist
from columnist.pipelines.dataset.open_store import open_store
from columnist.pipelines.dataset.state.rows import row_of
from columnist.pipelines.dataset.upkeep.compact import merge
from columnist.pipelines.dataset.upkeep.compact.compact import compact
from columnist.pipelines.dataset.upkeep.compact.plan import Wanted
from columnist.pipelines.records.article import Article, Paragraph

sys.path.insert(0, str(Path(__file__).parents[1]))
from newsroom import an_article, with_text

START = datetime(2026, 11, 1, tzinfo=UTC)
SITES = tuple(f"paper{n:02d}.example" for n in range(40))
LANGUAGES = ("en", "en", "en", "de", "fr", "es", "pl", "ar")
PARAGRAPHS, WORDS = 8, 60  # of an article: 3,000 characters, as news has it
TRIES = 5


def articles(run: int, rows: int) -> Iterator[Article]:
    """Yield what an hour brings: new articles, and a revision of an eighth of those of the day before."""
    chance = random.Random(run)
    words = ["".join(random.Random(n).choices("abcdefghijklmnop", k=n % 8 + 2)) for n in range(5_000)]
    for hour, which in ((run, range(rows)), (run - 24, range(0, rows if run >= 24 else 0, 8))):
        for number in which:
            site = SITES[number % len(SITES)]
            body = tuple(Paragraph("p", " ".join(chance.choices(words, k=WORDS))) for _ in range(PARAGRAPHS))
            made = an_article(
                f"https://{site}/news/{hour}/{number}", site=site, language=LANGUAGES[number % 8]
            )
            yield with_text(replace(made, paragraphs=body, fetched_at=START + timedelta(hours=run)))


def write(data: Path, runs: int, rows: int) -> None:
    """Write a file an hour, each by a run of its own."""
    for run in range(runs):
        with open_store(data) as store:
            with store.state.transaction():
                for article in articles(run, rows):
                    store.outbox.stage(row_of(article))
            store.finish()


Read = Callable[[], object]
Where = tuple[str, str, object] | None
LATEST = """FROM '{0}' AS a ANTI JOIN (SELECT id, max(revision) AS newest FROM '{0}' WHERE revision > 0 GROUP BY id)
    AS n ON a.id = n.id AND a.revision < n.newest SELECT id, title"""
PLAINLY = "SELECT * FROM '{0}' QUALIFY row_number() OVER (PARTITION BY id ORDER BY revision DESC) = 1"


def asked(data: Path, where: Where, columns: list[str] | None) -> tuple[Read, Read, Read]:
    """Return a question as pandas, polars and DuckDB are asked it."""
    files = f"{data}/articles/**/*.parquet"

    def by_pandas() -> object:
        filters = [(*where[:2], str(where[2]))] if where else None  # to pandas a folder's name is text
        return pd.read_parquet(f"{data}/articles", columns=columns, filters=filters)

    def by_polars() -> object:
        rows = pl.scan_parquet(files, hive_partitioning=True)
        rows = rows.filter(pl.col(where[0]) == where[2]) if where else rows
        return (rows.select(columns) if columns else rows).collect()

    def by_duckdb() -> object:
        kept = f" WHERE {where[0]} = '{where[2]}'" if where else ""
        table = f"read_parquet('{files}', hive_partitioning = true)"
        return duckdb.sql(
            f"SELECT {', '.join(columns) if columns else '*'} FROM {table}{kept}"
        ).to_arrow_table()

    return by_pandas, by_polars, by_duckdb


def latest(data: Path) -> tuple[Read, Read, Read]:
    """Return the newest revision of each article, as the README has it."""
    files = f"{data}/articles/**/*.parquet"

    def by_pandas() -> object:
        rows = pd.read_parquet(f"{data}/articles", columns=["id", "revision", "title"])
        return rows.sort_values("revision").drop_duplicates("id", keep="last")

    def by_polars() -> object:
        rows = pl.scan_parquet(files)
        changed = rows.filter(pl.col("revision") > 0).group_by("id").agg(newest=pl.col("revision").max())
        rows = rows.join(changed, on="id", how="left")
        return (
            rows.filter(pl.col("revision") >= pl.col("newest").fill_null(0)).select("id", "title").collect()
        )

    return by_pandas, by_polars, lambda: duckdb.sql(LATEST.format(files)).to_arrow_table()


def reads(data: Path) -> dict[str, tuple[Read, Read, Read]]:
    """Return each question, with the ways to ask it."""
    one, plain = an_article(f"https://{SITES[7]}/news/10/7"), PLAINLY.format(f"{data}/articles/**/*.parquet")
    day = (START + timedelta(days=1)).date()
    return {
        "whole row by id": asked(data, ("id", "==", one.id), None),
        "whole row by url": asked(data, ("url", "==", one.url), None),
        "one column": asked(data, None, ["word_count"]),
        "titles of a language": asked(data, ("language", "==", "de"), ["title"]),
        "titles of a day": asked(data, ("day", "==", day), ["title"]),
        "texts of a site": asked(data, ("site", "==", SITES[7]), ["text"]),
        "latest: id and title": latest(data),
        "latest: columnist.read; the same into polars; a window over all columns": (
            lambda: columnist.read(data).to_table(columns=["id", "title"]),
            lambda: pl.scan_pyarrow_dataset(columnist.read(data)).select("id", "title").collect(),
            lambda: duckdb.sql(plain).to_arrow_table(),
        ),
    }


def milliseconds(way: Read) -> float:
    """Return the median of some tries."""
    took = []
    for _ in range(TRIES):
        began = time.perf_counter()
        way()
        took.append(time.perf_counter() - began)
    return 1000 * statistics.median(took)


def measure(data: Path, title: str) -> None:
    """Print a table of milliseconds."""
    print(f"\n{title}\n| | pandas | polars | DuckDB |\n|---|---|---|---|")
    for question, ways in reads(data).items():
        print(f"| {question} | {' | '.join(f'{milliseconds(way):.0f}' for way in ways)} |", flush=True)


def main() -> None:
    """Write, read, compact, read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--row-groups", default="")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp())
    data = folder / "data"
    if not data.exists():
        write(data, given.runs, given.rows)
    manifests = sum(path.stat().st_size for path in data.glob("runs/*"))
    measure(data, f"{len(list(data.glob('articles/*/*')))} files")
    wanted = Wanted(datetime.now(UTC).date(), 128)
    for rows in [int(n) for n in given.row_groups.split(",") if n]:
        copy = folder / f"groups-{rows}"
        shutil.copytree(data, copy)
        merge.ROW_GROUP_ROWS = rows
        compact(copy, wanted)
        measure(copy, f"row groups of {rows}")
        shutil.rmtree(copy)
    if not given.row_groups:
        done = compact(data, wanted)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"\n{done}\n{done.rows / done.seconds:.0f} rows/s, peak {peak:.0f} MB")
        print(f"manifests {manifests} bytes, then {sum(p.stat().st_size for p in data.glob('runs/*'))}")
        measure(data, f"{len(list(data.glob('articles/*/*')))} files")


if __name__ == "__main__":
    main()

"""What we write loads in pandas, polars, DuckDB and Hugging Face datasets, with the types declared."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from newsroom import NOON, a_full_article, an_article, rows_of

from columnist.pipelines.dataset.open_store import StoreOptions, open_store
from columnist.pipelines.records.options import DatasetOptions

PUBLISHED = datetime(2026, 11, 22, 6, 30, 15, 250_000, tzinfo=UTC)
KINDS = ["p"] * 6
CAPTIONS = ["The hall", None]
FOUND_BY = {"title": "json-ld", "authors": "meta"}


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of two days, three files, one full row and many that are nearly empty."""
    data = tmp_path_factory.mktemp("data")
    with open_store(data, StoreOptions(dataset=DatasetOptions(rows_per_file=8))) as store:
        late = an_article("https://paper.example/late", fetched_at=NOON.replace(day=23))
        others = (an_article(f"https://paper.example/{n}") for n in range(10))
        for row in rows_of(a_full_article(), late, *others):
            store.outbox.stage(row)
        assert len(store.finish()["parts"]) == 3
    return data / "articles"


def test_pandas_reads_it(articles: Path) -> None:
    import pandas as pd

    table = pd.read_parquet(articles)
    row = table[table.publisher == "The Paper"].iloc[0]

    assert len(table) == 12
    assert [p["kind"] for p in row.paragraphs] == KINDS
    assert [image["caption"] for image in row.images] == CAPTIONS
    assert row.published_at == PUBLISHED
    assert {pair["key"]: pair["value"] for pair in row.found_by} == FOUND_BY
    assert row.rights["tdm_reservation"] is False
    assert {"2026-11-22", "2026-11-23"} == set(table.day.astype(str))


def test_polars_reads_it(articles: Path) -> None:
    import polars as pl

    table = pl.scan_parquet(articles).collect()
    row = table.filter(pl.col("publisher") == "The Paper").to_dicts()[0]

    assert len(table) == 12
    assert pl.Datetime("us", "UTC") == table.schema["published_at"]
    assert [p["kind"] for p in row["paragraphs"]] == KINDS
    assert [image["caption"] for image in row["images"]] == CAPTIONS
    assert row["published_at"] == PUBLISHED
    assert {pair["key"]: pair["value"] for pair in row["found_by"]} == FOUND_BY


def test_duckdb_reads_it(articles: Path) -> None:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        found = connection.execute(
            "SELECT day, [p.kind for p in paragraphs], images[1].caption, map_from_entries(found_by)['title'], rights.x_robots,"
            " epoch_us(published_at), authors, (SELECT count(*) FROM read_parquet($path))"
            " FROM read_parquet($path) WHERE publisher = 'The Paper'",
            {"path": f"{articles}/*/*.parquet"},
        ).fetchall()

    ((day, kinds, caption, title, robots, published, authors, count),) = found
    assert (str(day), kinds, caption, title, robots) == (
        "2026-11-22",
        KINDS,
        "The hall",
        "json-ld",
        "noarchive",
    )
    assert (int(PUBLISHED.timestamp() * 1_000_000), ["Ana Íñiguez", "李雷"], 12) == (
        published,
        authors,
        count,
    )


def test_duckdb_shows_the_latest_revision_and_the_history(articles: Path, tmp_path: Path) -> None:
    import duckdb

    with open_store(tmp_path) as store:
        for row in rows_of(an_article(), an_article(title="Second"), an_article("https://paper.example/b")):
            store.outbox.stage(row)
        store.finish()
    files = f"read_parquet('{tmp_path}/articles/*/*.parquet')"
    latest = f"SELECT title FROM {files} QUALIFY row_number() OVER (PARTITION BY id ORDER BY revision DESC) = 1 ORDER BY url"
    history = (
        f"SELECT revision, change_kind FROM {files} WHERE url = 'https://paper.example/a' ORDER BY revision"
    )

    with duckdb.connect() as connection:
        assert connection.execute(latest).fetchall() == [
            ("Second",),
            ("Headline of https://paper.example/b",),
        ]
        assert connection.execute(history).fetchall() == [(0, None), (1, "headline")]


def test_hugging_face_datasets_reads_it(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    table = datasets.load_dataset("parquet", data_dir=str(articles), split="train", cache_dir=str(tmp_path))
    row = next(row for row in table if row["publisher"] == "The Paper")

    assert len(table) == 12
    assert [p["kind"] for p in row["paragraphs"]] == KINDS
    assert [image["caption"] for image in row["images"]] == CAPTIONS
    assert row["published_at"].astimezone(UTC) == PUBLISHED
    assert {pair["key"]: pair["value"] for pair in row["found_by"]} == FOUND_BY


def test_pyarrow_keeps_the_schema_over_all_files(articles: Path) -> None:
    import pyarrow.dataset as ds

    from columnist.pipelines.dataset.files.parquet_format import filed_schema
    from columnist.pipelines.records.arrow_schema import ARTICLES

    for fragment in ds.dataset(articles, partitioning="hive").get_fragments():
        assert fragment.physical_schema.equals(filed_schema(ARTICLES), check_metadata=False)

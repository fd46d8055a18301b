"""A data folder -> a folder of articles in a form that other tools take; whole or not at all, in bounded memory."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from columnist.pipelines.dataset.read import open_articles
from columnist.pipelines.publish.export.formats import FORMATS
from columnist.pipelines.publish.export.mask import mask_article
from columnist.pipelines.records.entries import as_maps

_ROWS = 256  # articles in memory at a time, some 2 MB


class BadExport(ValueError):  # noqa: N818  the user's to mend
    """What the user asked for cannot be: the words say what to give."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which articles, in which form."""

    format: str = "jsonl"
    where: str | None = None  # SQL that DuckDB takes after WHERE
    mask: tuple[int, int] | None = None  # (7, 100): seven words in a row of each hundred
    all_revisions: bool = False


def export(data: str, folder: Path, wish: Wish) -> int:
    """Write the articles into a new or empty folder; return how many. Where there is none, no folder is made.

    Beside them lies `export.json`, which says from where, when, by which version and by which wish. Raises BadExport for
    a folder that holds something or SQL that DuckDB refuses, FileNotFoundError where `data` is no data folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadExport(f"{folder}: there is something already; give --to a new or an empty folder")
    articles = open_articles(data, all_revisions=wish.all_revisions)
    form = next(form for form in FORMATS if form.name == wish.format)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Beside it, so that its name appears at once and with everything in it.
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as made:
        place = Path(made, "export")
        place.mkdir()
        count = 0
        with form.open(place, articles.schema.names) as write:
            for article in map(as_maps, _rows(articles, wish.where)):
                write(mask_article(article, wish.mask) if wish.mask else article)
                count += 1
        if not count:
            return 0  # an empty folder would stand in the way of the next try
        told = {
            "data": data, **asdict(wish), "articles": count, "exported_at": datetime.now(UTC).isoformat(),
            "columnist": version("columnist"),
        }  # fmt: skip
        (place / "export.json").write_text(
            json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        if folder.exists():
            folder.rmdir()  # empty: some systems rename onto no folder
        shutil.move(place, folder)
    return count


def _rows(articles: ds.Dataset, where: str | None) -> Iterator[dict[str, Any]]:
    batches = articles.to_batches(batch_size=_ROWS) if where is None else _chosen(articles, where)
    for batch in batches:
        yield from batch.to_pylist()


def _chosen(articles: ds.Dataset, where: str) -> Iterator[pa.RecordBatch]:
    try:
        import duckdb  # an extra: only --where needs it
    except ImportError:
        raise BadExport(
            "--where needs DuckDB: pip install 'columnist[research]', or leave --where out"
        ) from None
    with duckdb.connect() as database:
        database.register("articles", articles)
        # The words after WHERE come from whoever runs the command; files beside the dataset are none of their business.
        database.execute("SET enable_external_access = false")
        try:
            found = database.sql(f"SELECT * FROM articles WHERE ({where}\n)")  # noqa: S608  the user's own SQL
            yield from found.to_arrow_reader(_ROWS)
        except duckdb.Error as error:
            words = str(error).splitlines()[0]
            raise BadExport(
                f"--where {where!r}: {words}; give what DuckDB takes after WHERE, such as \"language = 'fr'\""
            ) from None

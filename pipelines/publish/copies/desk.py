"""What one run of `columnist cluster` works with: the dataset, a database for its length, and files that appear whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from columnist.pipelines.dataset.clusters.table import CLUSTERS_FOLDER
from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.publish.copies.shingles import Hashes, runs_of, words_of

_TEXTS_AT_ONCE = 2000  # some 6 MB of text in memory


@dataclass(frozen=True, slots=True)
class Desk:
    """One run's place of work."""

    database: Any  # duckdb.DuckDBPyConnection, on a file of its own: it spills what memory does not hold
    output: Output
    staging: Path
    fragments: tuple[ds.Fragment, ...]  # the articles' files, by number
    schema: pa.Schema
    name: str  # of the run: how its files in tmp/ begin

    def ask(self, query: str, *given: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        found: list[tuple[Any, ...]] = self.database.execute(query, given or None).fetchall()
        return found

    def keep(self, name: str, rows: pa.Table | pa.RecordBatch) -> None:
        """Add rows to a table of the database; make it where it is none."""
        self.database.register("given", pa.table(rows) if isinstance(rows, pa.RecordBatch) else rows)
        self.database.execute(f"CREATE TABLE IF NOT EXISTS {name} AS SELECT * FROM given LIMIT 0")  # noqa: S608
        self.database.execute(f"INSERT INTO {name} SELECT * FROM given")  # noqa: S608  names of our own
        self.database.unregister("given")

    def texts(self, table: str) -> Iterator[tuple[str, int, Hashes]]:
        """Yield id, revision and runs of words of each version in a table (file, id, revision), file by file."""
        for (file,) in self.ask(f"SELECT DISTINCT file FROM {table} ORDER BY file"):  # noqa: S608
            rows = self.ask(f"SELECT id, revision FROM {table} WHERE file = ?", file)  # noqa: S608
            wanted = {*rows}
            chosen = ds.field("id").isin(pa.array(sorted({row[0] for row in rows}), pa.string()))
            batches = self.fragments[file].to_batches(
                schema=self.schema, columns=["id", "revision", "text"], filter=chosen,
                batch_size=_TEXTS_AT_ONCE, batch_readahead=1, fragment_readahead=1,
            )  # fmt: skip
            for batch in batches:
                for key, text in zip(
                    zip(*(batch[n].to_pylist() for n in ("id", "revision")), strict=True),
                    batch["text"],
                    strict=True,
                ):
                    if key in wanted:  # a file of somebody else's may have a version twice
                        wanted.discard(key)
                        yield *key, runs_of(words_of(text.as_py() or ""))

    def write(
        self, name: str, batches: Iterator[pa.RecordBatch], schema: pa.Schema, notes: Mapping[str, str]
    ) -> None:
        """Write a file beside the articles, in the place of an older one: whole or not at all."""
        staged = self.staging / f"{self.name}-{name.rpartition('/')[2]}"
        durable.make_folder(self.staging)
        durable.remove(staged)
        with durable.create(staged) as file:
            noted = schema.with_metadata({**(schema.metadata or {}), **notes})
            writer = pq.ParquetWriter(
                pa.PythonFile(file, "w"), noted, compression="zstd", write_page_checksum=True
            )
            for batch in batches:
                writer.write_batch(batch.cast(schema))
            writer.close()  # not `with`: that would write a footer below rows that failed
        durable.sync_file(staged)
        if self.output.find(name) is None:
            self.output.publish(staged, name)
            durable.remove(staged)
        else:
            self.output.replace(staged, name)

    def clear(self) -> None:
        """Take away what a run that was killed left in tmp/."""
        for path in self.staging.glob(f"{CLUSTERS_FOLDER}-*"):
            durable.remove(path)


def notes_of(output: Output, name: str) -> Mapping[str, str]:
    """Return what is written on a Parquet file; nothing of one that cannot be read."""
    try:
        with output.open(name) as source, pq.ParquetFile(pa.PythonFile(source, "r")) as parquet:
            return {k.decode(): v.decode() for k, v in (parquet.schema_arrow.metadata or {}).items()}
    except (pa.ArrowException, OSError):
        return {}

"""The articles with their column `cluster_id` filled from the side table, when it is asked for and not before."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.dataset as ds

from columnist.pipelines.dataset.clusters.table import TABLE, read_clusters
from columnist.pipelines.dataset.files.locations import Output

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_COLUMN, _KEY = "cluster_id", ["id", "revision"]


class _SideTable:
    """The side table in memory, sorted by id: read once, when a column is first filled."""

    def __init__(self, output: Output) -> None:
        self._output = output

    @cached_property
    def _rows(self) -> tuple[npt.NDArray[np.bytes_], pa.ChunkedArray]:
        table = read_clusters(self._output, [*_KEY, _COLUMN])
        keys = _keys(table)
        order = np.argsort(keys)
        return keys[order], table[_COLUMN].take(pa.array(order))

    def of(self, batch: pa.RecordBatch) -> pa.Array:
        """Return the cluster of each row of a batch; null where it was not looked at yet."""
        known, clusters = self._rows
        wanted = _keys(batch)
        if not len(known):
            return pa.nulls(len(wanted), pa.string())
        places = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        found = pa.array(places, mask=known[places] != wanted)
        taken = clusters.take(found)
        return taken.combine_chunks() if isinstance(taken, pa.ChunkedArray) else taken


def _keys(rows: pa.Table | pa.RecordBatch) -> npt.NDArray[np.bytes_]:
    """Return id and revision of each row as bytes of one length: numpy looks them up without Python objects."""
    ids = rows["id"].cast(pa.large_binary())
    if isinstance(ids, pa.ChunkedArray):
        ids = ids.combine_chunks()
    texts = np.asarray(ids.to_numpy(zero_copy_only=False), dtype=np.bytes_)
    revisions = np.asarray(rows["revision"].to_numpy(), dtype=np.int64).astype("S11")
    return np.char.add(np.char.add(texts, b" "), revisions)


class Articles(ds.FileSystemDataset):  # type: ignore[misc]  # pyarrow ships no types
    """Arrow's dataset of the articles, with a word for each of the frames that they are loaded into.

    Each takes what `to_table` takes: columns=["id", "title"], filter=pc.field("language") == "de".
    """

    def to_pandas(self, **options: Any) -> pd.DataFrame:
        """Load the articles as pandas has them."""
        return self.to_table(**options).to_pandas()

    def to_polars(self, **options: Any) -> pl.DataFrame:
        """Load the articles as polars has them."""
        import polars as pl

        loaded = pl.from_arrow(self.to_table(**options))
        return loaded if isinstance(loaded, pl.DataFrame) else loaded.to_frame()


class ClusteredDataset(Articles):
    """A dataset of articles whose scans fill `cluster_id`; whoever does not ask for the column pays nothing."""

    _side: _SideTable
    _plain: ds.FileSystemDataset  # the files as they lie there, without any filter

    def filter(self, expression: Any) -> ClusteredDataset:
        """Leave rows out, as of any dataset."""
        filtered: ClusteredDataset = super().filter(expression)
        filtered._side, filtered._plain = self._side, self._plain
        return filtered

    def scanner(self, columns: Any = None, filter: Any = None, **options: Any) -> ds.Scanner:  # noqa: A002  pyarrow's name
        """Scan as any dataset does; `cluster_id` is filled batch by batch."""
        before = self._scan_options.get("filter")
        wanted = filter if before is None else before if filter is None else before & filter
        asked = _names(columns, self.schema.names)
        late = wanted is not None and _COLUMN in str(wanted)
        if _COLUMN not in asked and not late:
            return super().scanner(columns=columns, filter=filter, **options)
        # A filter on the column itself waits until the column is filled; any other is the files' to use.
        named = [name for name in self.schema.names if late and name in str(wanted)]
        read = [*dict.fromkeys([*asked, *named, *_KEY, _COLUMN])]
        schema = pa.schema([self.schema.field(name) for name in read])
        plain = self._plain.scanner(columns=read, filter=None if late else wanted, **options)
        rest = {key: options[key] for key in ("batch_size", "use_threads", "memory_pool") if key in options}
        return ds.Scanner.from_batches(
            self._filled(plain, schema), schema=schema, columns=columns if columns is not None else read,
            filter=wanted if late else None, **rest,
        )  # fmt: skip

    def _filled(self, plain: ds.Scanner, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        place = schema.get_field_index(_COLUMN)
        for batch in plain.to_batches():
            yield batch.set_column(place, schema.field(place), self._side.of(batch)).cast(schema)


def _names(columns: Any, every: list[str]) -> list[str]:
    """Return the columns that a scan reads; of expressions, all that their words may name."""
    if columns is None:
        return every
    if isinstance(columns, dict):
        words = " ".join(map(str, columns.values()))
        return [name for name in every if name in words]
    return [name for name in dict.fromkeys(columns) if name in every]


def with_clusters(articles: ds.FileSystemDataset, output: Output) -> Articles:
    """Return the dataset with `cluster_id` filled, where there is a side table."""
    parts = list(articles.get_fragments()), articles.schema, articles.format, articles.filesystem
    if output.find(TABLE) is None:
        return Articles(*parts)
    joined = ClusteredDataset(*parts)
    joined._side, joined._plain = _SideTable(output), articles
    return joined

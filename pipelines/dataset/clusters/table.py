"""The side table of copies, `clusters/clusters.parquet`: which article each version is a copy of.

`columnist cluster` writes it as a whole, in one step; the articles' own files stay as they are.
"""

from os import PathLike
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from columnist.pipelines.dataset.files.locations import Output, open_output

CLUSTERS_FOLDER = "clusters"
SKETCHES_FOLDER = "sketches"  # what `columnist cluster` remembers of each text, to compare later ones with
TABLE = f"{CLUSTERS_FOLDER}/clusters.parquet"


def _column(name: str, kind: pa.DataType, meaning: str, nullable: bool = False) -> pa.Field:
    return pa.field(name, kind, nullable=nullable, metadata={"description": meaning})


CLUSTERS = pa.schema(
    [
        _column("id", pa.string(), "Id of the article."),
        _column("revision", pa.int32(), "Version of the article."),
        _column("cluster_id", pa.string(), "Id of the first-seen article of its copies; its own where it has none."),
        _column("kind", pa.string(), "exact, near or partial copy; null: the first of its cluster.", True),
        _column("similarity", pa.float32(), "Share of the words of the longer of two copies that both have.", True),
        _column("first_seen", pa.timestamp("us", "UTC"), "When the article was first fetched."),
    ]
)  # fmt: skip


def clusters_of(data: str | PathLike[str]) -> pa.Table:
    """Return the side table of a data folder; without rows where `columnist cluster` never ran."""
    return read_clusters(open_output(data if isinstance(data, str) else Path(data)))


def read_clusters(output: Output, columns: list[str] | None = None) -> pa.Table:
    """Return the side table, or some of its columns."""
    if output.find(TABLE) is None:
        return CLUSTERS.empty_table().select(columns or CLUSTERS.names)
    with output.open(TABLE) as source:
        return pq.read_table(pa.PythonFile(source, "r"), columns=columns, partitioning=None)

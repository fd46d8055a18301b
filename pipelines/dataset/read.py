"""The dataset as Arrow sees it: every version of every article, or the latest of each."""

import contextlib
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from columnist.pipelines.dataset.clusters.join import Articles, with_clusters
from columnist.pipelines.dataset.clusters.table import CLUSTERS, TABLE
from columnist.pipelines.dataset.files.local_output import LocalOutput
from columnist.pipelines.dataset.files.locations import Output, is_named_by_a_run, is_table, open_output
from columnist.pipelines.dataset.files.parquet_format import filed_schema
from columnist.pipelines.dataset.upkeep.compact.merges import read_journal
from columnist.pipelines.dataset.writers.enter_file import NEEDED
from columnist.pipelines.records.arrow_schema import ARTICLES, REJECTS

_LOOKS = 5  # a compaction merges several files a second at most
_DAY = pa.field("day", pa.date32(), metadata={"description": "UTC day of fetch, from the folder's name."})


def open_articles(data: str | PathLike[str], *, all_revisions: bool = False) -> Articles:
    """Open what lies in a data folder now; raise FileNotFoundError where no run has written one.

    `cluster_id` is filled from the side table that `columnist cluster` writes, when the column is read.
    Nothing but the column `revision`, and the ids of what changed, is read before the dataset is asked for rows.
    """
    output = open_output(data if isinstance(data, str) else Path(data))
    if not any(True for folder in ("articles", "runs") for _ in output.files(folder)):
        raise FileNotFoundError(
            f"{output.address} is no data folder: it has no articles/ and no runs/; give what --data names"
        )
    for _ in range(_LOOKS - 1):
        with contextlib.suppress(FileNotFoundError):  # a compaction has just taken away what was listed
            return _opened(output, all_revisions)
    return _opened(output, all_revisions)


def _opened(output: Output, all_revisions: bool) -> Articles:
    names = [n for n in _names(output, "articles") if is_named_by_a_run(n) or _is_ours(output, n)]
    days = ds.HivePartitioning(pa.schema([_DAY]))
    dataset = with_clusters(open_files(output, names, filed_schema(ARTICLES).append(_DAY), days), output)
    return dataset if all_revisions else _latest(dataset)


def open_rejects(output: Output) -> ds.Dataset:
    """Open the rejects of a data folder; files that no run named are somebody else's."""
    names = [name for name in _names(output, "rejects") if is_named_by_a_run(name)]
    return open_files(output, names, filed_schema(REJECTS))


def open_clusters(output: Output) -> ds.Dataset:
    """Open the side table of copies; it has no rows where nobody looked for them."""
    return open_files(output, (TABLE,) if output.find(TABLE) else (), CLUSTERS)


def open_files(
    output: Output, names: Iterable[str], schema: pa.Schema, partitioning: Any = None
) -> ds.Dataset:
    """Open Parquet files of a data folder as one dataset; of no files it has no rows."""
    if isinstance(output, LocalOutput):
        root, system = output.root.absolute().as_posix(), None
    else:
        root, system = output.root, output.system
    paths = [f"{root}/{name}" for name in names]
    return ds.dataset(paths, schema, format="parquet", filesystem=system, partitioning=partitioning)


def _names(output: Output, kind: str) -> list[str]:
    """List the files so that no row is met twice or missed, also in the midst of a compaction."""
    while True:
        names = [found.name for found in output.files(kind) if is_table(found.name)]
        journal = read_journal(output)  # after the listing: what was taken away by then stands in it
        merges = [m for m in (journal.merges if journal else ()) if m.name.startswith(f"{kind}/")]
        there = {*names}
        if all(
            there.issuperset(m.sources) or m.name in there or not m.rows or output.find(m.name) is None
            for m in merges
        ):
            gone = {source for m in merges if m.name in there or not m.rows for source in m.sources}
            return [name for name in names if name not in gone]


def _is_ours(output: Output, name: str) -> bool:
    """Say whether a file that no run named holds articles: others may lie there, and stay."""
    try:
        with output.open(name) as source, pq.ParquetFile(pa.PythonFile(source, "r")) as parquet:
            return NEEDED["articles"] <= {*parquet.schema_arrow.names}
    except (pa.ArrowException, OSError):
        return False


def _latest(dataset: Articles) -> Articles:
    """Leave the older versions out of a dataset, as a filter: most articles have but one version."""
    changed = dataset.to_table(columns=["id", "revision"], filter=pc.field("revision") > 0)
    if not changed.num_rows:
        return dataset
    newest = changed.group_by("id").aggregate([("revision", "max")])
    keys = _key(newest["id"], newest["revision_max"].cast(pa.string()), " ")
    key = _key(pc.field("id"), pc.field("revision").cast(pa.string()), pc.scalar(" "))
    latest: Articles = dataset.filter(~pc.field("id").isin(newest["id"]) | key.isin(keys))
    return latest


def _key(ids: Any, revisions: Any, between: Any) -> Any:
    return pc.binary_join_element_wise(ids, revisions, between)

"""What there is to clean again in a dataset: which rows, of which sites, and which lead to a stored page."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from columnist.pipelines.batch.reclean.stored_page import DamagedRecord, stored_name
from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.files.parquet_format import filed_schema
from columnist.pipelines.records.arrow_schema import ARTICLES

_ROWS_AT_ONCE = 200  # of some 10 KB, in each of two batches


@dataclass(frozen=True, slots=True)
class Scope:
    """Which articles."""

    sites: tuple[str, ...] = ()  # as in the column site; none: all
    since: date | None = None  # UTC day of fetch


@dataclass(slots=True)
class Survey:
    """How many rows the scope has, and what became of their stored pages."""

    sites: set[str] = field(default_factory=set)
    stored: int = 0
    without: int = 0  # no stored page is named: saved files, or a crawl without an archive
    gone: Counter[str] = field(default_factory=Counter)  # archive files that are not there -> rows


def survey(articles: ds.Dataset, scope: Scope, output: Output) -> Survey:
    """Count the rows of the scope by where their pages lie."""
    found, is_there = Survey(), cache(partial(_is_there, output))
    for batch in articles.to_batches(columns=["site", "archive_file"], filter=_within(scope)):
        groups = (
            pa.Table.from_batches([batch]).group_by(["site", "archive_file"]).aggregate([([], "count_all")])
        )
        for group in groups.to_pylist():
            name, rows = group["archive_file"], group["count_all"]
            found.sites.add(group["site"])
            if name is None:
                found.without += rows
            elif is_there(name):
                found.stored += rows
            else:
                found.gone[name] += rows
    return found


def batches(articles: ds.Dataset, scope: Scope, surveyed: Survey) -> Iterator[pa.RecordBatch]:
    """Yield the rows whose stored pages are there, some at a time."""
    names = pc.field("archive_file")
    wanted = names.is_valid() & ~names.isin(pa.array(sorted(surveyed.gone), pa.string()))
    within = _within(scope)
    yield from articles.to_batches(
        columns=filed_schema(ARTICLES).names,
        filter=wanted if within is None else wanted & within,
        batch_size=_ROWS_AT_ONCE,
        batch_readahead=1,
        fragment_readahead=1,
    )


def _within(scope: Scope) -> pc.Expression | None:
    sites = pc.field("site").isin(list(scope.sites)) if scope.sites else None
    days = pc.field("day") >= pa.scalar(scope.since, pa.date32()) if scope.since else None
    return sites & days if sites is not None and days is not None else days if sites is None else sites


def _is_there(output: Output, name: str) -> bool:
    try:
        return output.find(stored_name(name)) is not None
    except DamagedRecord:
        return False

"""Clean again, without fetching: the latest row of each article held against what its stored page gives today.

The worker reads the page, cleans it and compares; what comes back is small unless the row is another one.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import pyarrow as pa

from columnist.pipelines.batch.cleaned import pack
from columnist.pipelines.batch.reclean.compare import Difference, differences
from columnist.pipelines.batch.reclean.stored_page import DamagedRecord, stored_page
from columnist.pipelines.batch.sandbox.pool import PRELOAD, Sandbox
from columnist.pipelines.batch.sandbox.worker import Failure
from columnist.pipelines.clean import clean
from columnist.pipelines.dataset.files.parquet_format import filed_schema, to_filed
from columnist.pipelines.dataset.state.rows import Row, unpack
from columnist.pipelines.dataset.state.site_lines import lines_told
from columnist.pipelines.records.arrow_schema import ARTICLES, batch_from_bytes, batch_to_bytes
from columnist.pipelines.records.article import Page, Reject
from columnist.pipelines.records.entries import as_map
from columnist.pipelines.records.options import CleanOptions
from columnist.pipelines.records.site import Site
from columnist.pipelines.sites.site import site_named, with_site

RECLEAN_PRELOAD = (*PRELOAD, "columnist.pipelines.batch.reclean.reclean")
What = Literal["same", "recleaned", "rejected", "damaged"]
_FILED = filed_schema(ARTICLES)


@dataclass(frozen=True, slots=True)
class Recleaning:
    """What all rows of one run have in common."""

    data: str  # where the dataset lies, and the archive in it
    run_id: str
    options: CleanOptions = CleanOptions()


@dataclass(frozen=True, slots=True)
class StoredRow:
    """One row as it goes to a worker."""

    id: str
    url: str
    revision: int
    filed: bytes  # the row as it lies in its file, as Arrow bytes
    site: Site | None = None  # its site's file


@dataclass(frozen=True, slots=True)
class Recleaned:
    """What a stored page gives today."""

    given: StoredRow
    what: What
    detail: str | None = None  # of a reject the reason, of a record what is wrong with it
    row: Row | None = None
    differences: tuple[Difference, ...] = ()


def reclean(rows: Iterable[StoredRow], about: Recleaning, sandbox: Sandbox) -> Iterator[Recleaned]:
    """Clean the stored page of each row again, in the rows' order."""
    waiting: deque[StoredRow] = deque()

    def handed_out() -> Iterator[StoredRow]:
        for row in rows:
            waiting.append(replace(row, filed=b"", site=None))
            yield row

    for outcome in sandbox.map(partial(reclean_row, about=about), handed_out()):
        given = waiting.popleft()
        if isinstance(outcome, Failure):  # too slow, too large: as a page of a crawl, it is a reject
            yield Recleaned(given, "rejected", outcome.reason)
        else:
            yield outcome


def stored_rows(batches: Iterable[pa.RecordBatch], sites: Mapping[str, Site]) -> Iterator[StoredRow]:
    """Yield the rows of batches of the dataset for the workers."""
    for batch in batches:
        filed = pa.Table.from_batches([batch]).select(_FILED.names)
        names = filed.select(["id", "url", "revision", "site"]).to_pylist()
        for number, row in enumerate(names):
            (one,) = filed.slice(number, 1).to_batches()
            site = site_named(row["site"], sites)
            yield StoredRow(row["id"], row["url"], row["revision"], batch_to_bytes(one), site)


def reclean_row(given: StoredRow, about: Recleaning) -> Recleaned:
    """Read, clean and compare one page; for a worker."""
    (old,) = batch_from_bytes(given.filed, _FILED).to_pylist()
    try:
        page = _as_it_came(old, stored_page(about.data, old["archive_file"], old["archive_offset"]))
    except (DamagedRecord, OSError) as error:
        return Recleaned(given, "damaged", str(error))
    page = with_site(replace(page, run_id=about.run_id), given.site)
    given = replace(given, filed=b"", site=None)  # what goes back is small
    record = clean(page, about.options)
    if isinstance(record, Reject):
        return Recleaned(given, "rejected", record.reason)
    # The id stays whatever the page's canonical link is worth today: it is the same article.
    row = pack(replace(record, id=old["id"], cluster_id=old["cluster_id"])).row
    different = differences(old, _filed(row))
    return (
        Recleaned(given, "recleaned", row=row, differences=different)
        if different
        else Recleaned(given, "same")
    )


def _filed(row: Row) -> dict[str, Any]:
    batch = batch_from_bytes(unpack(row.payload, row.size), ARTICLES)
    (values,) = to_filed(pa.Table.from_batches([batch])).to_pylist()
    filed: dict[str, Any] = values
    return filed


def _as_it_came(old: Mapping[str, Any], stored: Page) -> Page:
    """Return the page as cleaning had it: its bytes from the archive, what is known of the fetch from the row."""
    if stored.url != old["url"]:
        raise DamagedRecord(
            f"{old['archive_file']} at {old['archive_offset']}: {stored.url} lies there, another page"
        )
    names = (
        "url",
        "requested_url",
        "fetched_at",
        "http_status",
        "discovered_via",
        "site",
        "archive_file",
        "archive_offset",
    )
    extra = as_map(old["extra"])
    known = {name: old[name] for name in names}
    # What was known of its site when the row was made: the same page gives the same row.
    return replace(stored, **known, id=extra.get("input_id"), site_lines=lines_told(extra))

"""The copies of one article: which kind each is, how much both have, and who had the story first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.read import open_articles, open_clusters
from columnist.pipelines.publish.browse.difference import Line, differences

_MOST = 20  # of a story that hundreds printed, the rest are a search away
_SHOWN = ("id", "url", "site", "title", "published_at", "fetched_at")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Copy:
    """One article of a cluster."""

    row: Row
    text: tuple[Line, ...] | None  # how it differs from the article that is shown; None: it is that one
    kind: str | None  # None: the crawl met it first, or nobody compared them
    similarity: float | None
    is_seen_first: bool  # by the crawl; by date it is the first of the list


def copies_of(data: str | Path, row: Row) -> tuple[Copy, ...]:
    """Return an article and its copies, the earliest by date first; nothing where it has none."""
    if row["cluster_id"] is None:
        return ()
    rows = open_articles(data).to_table([*_SHOWN], filter=pc.field("cluster_id") == row["cluster_id"])
    found = sorted(rows.to_pylist(), key=_when)
    if len(found) < 2:
        return ()
    known = _compared(data, row["cluster_id"])
    # The first of a long list are shown, and this article wherever it stands.
    shown = [one for n, one in enumerate(found) if n < _MOST or one["id"] == row["id"]]
    texts = _texts(data, [one["id"] for one in shown])
    return tuple(
        Copy(
            one,
            None if one["id"] == row["id"] else differences(row["text"], texts[one["id"]]),
            known.get(one["id"], {}).get("kind"),
            known.get(one["id"], {}).get("similarity"),
            one["id"] == row["cluster_id"],
        )
        for one in shown
    )


def _when(row: Row) -> tuple[Any, Any]:
    return row["published_at"] or row["fetched_at"], row["fetched_at"]


def _compared(data: str | Path, cluster: str) -> dict[str, Row]:
    """Return what `columnist cluster` says of each article of a cluster; of its versions the latest counts."""
    output = open_output(data if isinstance(data, str) else Path(data))
    table = open_clusters(output).to_table(filter=pc.field("cluster_id") == cluster)
    return {one["id"]: one for one in table.sort_by("revision").to_pylist()}


def _texts(data: str | Path, ids: Sequence[str]) -> dict[str, str]:
    rows = open_articles(data).to_table(
        columns=["id", "text"], filter=pc.field("id").isin(pa.array(ids, pa.string()))
    )
    return dict(zip(rows["id"].to_pylist(), rows["text"].to_pylist(), strict=True))

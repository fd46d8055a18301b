"""`columnist cluster`: each version of each article gets the id of the first-seen article of its copies.

First the versions that the side table does not have are sketched, and the sketches kept; then held against what was seen
within the window; then the side table is written anew, in one step. Killed at any point, the same call goes on.
"""

import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from columnist.pipelines.dataset.clusters.table import CLUSTERS, CLUSTERS_FOLDER, TABLE
from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.read import open_articles
from columnist.pipelines.dataset.writers.at_work import Claim, at_work
from columnist.pipelines.dataset.writers.belonging import refuse_no_dataset
from columnist.pipelines.publish.copies.desk import Desk, notes_of
from columnist.pipelines.publish.copies.links import find_links
from columnist.pipelines.publish.copies.sketch_files import bring_up_to_date
from columnist.pipelines.publish.copies.sketches import algorithm
from columnist.pipelines.publish.extras import needed

WINDOW = timedelta(days=14)  # a story runs again within days; a month finds little more and costs twice
_WINDOW = (
    "columnist.window_days"  # on the side table: what is not new was held against others so far away alone
)
_ROWS = 100_000  # of the side table in memory at a time, 10 MB
_MEMORY = "2GB"  # of the database; beyond, it spills to its file


@dataclass(frozen=True, slots=True)
class Clustered:
    """What a run found."""

    versions: int  # rows of the side table
    new: int
    gone: int  # that the dataset has no longer: forgotten, or their file is lost
    articles: int
    clusters: int  # of two articles or more
    copies: int  # articles beside the first of each
    merged: int  # clusters that turned out to be part of another
    kinds: Mapping[str, int]  # kind -> articles; one that changed may be of two


def cluster(data: str | Path, window: timedelta = WINDOW) -> Clustered:
    """Bring the side table up to date; with nothing new, touch nothing. For another window than its own, make it anew.

    Raises NeedsExtra, NoDataset, and DataLocked where another process clusters, or has the dataset alone.
    """
    duckdb = needed("duckdb", "research")
    notes = {"columnist.clusters": algorithm(), _WINDOW: str(window / timedelta(days=1))}
    output = open_output(data)
    refuse_no_dataset(output, None)
    with ExitStack() as stack:
        # A name of its own for its files in tmp/: a run that begins meanwhile leaves them alone, as another state's.
        me = f"{CLUSTERS_FOLDER}-{secrets.token_hex(8)}"
        stack.enter_context(at_work(output, Claim("columnist cluster", state_id=me, folder=CLUSTERS_FOLDER)))
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="columnist-cluster-")))
        database = stack.enter_context(duckdb.connect(str(scratch / "cluster.duckdb")))
        database.execute("SET TimeZone = 'UTC'")
        database.execute(f"SET memory_limit = '{_MEMORY}'")
        articles = open_articles(str(data), all_revisions=True)
        desk = Desk(
            database, output, output.staging(scratch), tuple(articles.get_fragments()), articles.schema, me
        )
        desk.clear()
        _learn_facts(desk)
        _learn_clusters(desk, notes[_WINDOW])
        gone, new = _take_stock(desk)
        merged = 0
        if gone or new:
            bring_up_to_date(desk)
            find_links(desk, window // timedelta(microseconds=1))
            merged = _join(desk)
            desk.write(TABLE, _table(desk), CLUSTERS, notes)
        return _count(desk, new, gone, merged)


def _learn_facts(desk: Desk) -> None:
    """Fill the table `facts`: each version, where it lies, when it is from and when its article was first seen."""
    columns = ["id", "revision", "site", "published_at", "fetched_at"]
    fields = [desk.schema.field(name) for name in columns]
    desk.keep("found", pa.schema([pa.field("file", pa.int32()), *fields]).empty_table())
    for number, fragment in enumerate(desk.fragments):
        rows = fragment.to_table(schema=desk.schema, columns=columns)
        desk.keep(
            "found", rows.add_column(0, "file", pa.repeat(pa.scalar(number, pa.int32()), rows.num_rows))
        )
    desk.database.execute(
        "CREATE TABLE facts AS SELECT min(file) AS file, id, revision, any_value(site) AS site,"
        " epoch_us(min(coalesce(published_at, fetched_at))) AS time, min(min(fetched_at)) OVER (PARTITION BY id) AS first_seen"
        " FROM found WHERE id IS NOT NULL AND revision IS NOT NULL GROUP BY id, revision"
    )
    desk.database.execute("DROP TABLE found")


def _learn_clusters(desk: Desk, window_days: str) -> None:
    """Fill the table `old` with the side table as it lies there; with nothing of one that is of another window."""
    desk.keep("old", CLUSTERS.empty_table())
    if desk.output.find(TABLE) is not None and notes_of(desk.output, TABLE).get(_WINDOW) == window_days:
        with desk.output.open(TABLE) as source, pq.ParquetFile(pa.PythonFile(source, "r")) as parquet:
            for batch in parquet.iter_batches(_ROWS):
                desk.keep("old", batch)


def _take_stock(desk: Desk) -> tuple[int, int]:
    """Drop from `old` what the dataset has no longer; fill `todo` with what is new; return how many of each."""
    before = desk.ask("SELECT count(*) FROM old")[0][0]
    desk.database.execute("CREATE TABLE left_over AS SELECT * FROM old SEMI JOIN facts USING (id, revision)")
    desk.database.execute("DROP TABLE old")
    # A cluster whose first article is gone goes by the next one: the id of what was forgotten is to stay nowhere.
    desk.database.execute(
        "CREATE TABLE old AS SELECT * EXCLUDE (next) REPLACE (coalesce(next, cluster_id) AS cluster_id) FROM left_over"
        " LEFT JOIN (SELECT cluster_id, arg_min(id, (first_seen, id)) AS next FROM left_over"
        " WHERE cluster_id NOT IN (SELECT id FROM facts) GROUP BY cluster_id) USING (cluster_id)"
    )
    desk.database.execute(
        "CREATE TABLE todo AS SELECT id, revision FROM facts ANTI JOIN old USING (id, revision)"
    )
    left, new = desk.ask("SELECT (SELECT count(*) FROM old), (SELECT count(*) FROM todo)")[0]
    return before - left, new


def _join(desk: Desk) -> int:
    """Fill `roots` with the cluster that each cluster or new article becomes part of; return how many old ones do."""
    desk.database.execute(
        "CREATE TABLE keys AS SELECT f.id, coalesce(any_value(o.cluster_id), f.id) AS key, count(o.id) > 0 AS is_old,"
        " min(f.first_seen) AS first_seen FROM facts f LEFT JOIN (SELECT DISTINCT id, cluster_id FROM old) o USING (id) GROUP BY f.id"
    )
    edges = desk.ask(
        "SELECT DISTINCT x.key, y.key FROM links JOIN keys x ON x.id = a JOIN keys y ON y.id = b WHERE x.key <> y.key"
    )
    desk.keep(
        "named", pa.table({"key": pa.array(sorted({key for edge in edges for key in edge}), pa.string())})
    )
    # The oldest cluster first: those that have an id keep it, and of several, the one that was seen first gives its own.
    order = desk.ask(
        "SELECT id, is_old FROM keys SEMI JOIN (SELECT key AS id FROM named) USING (id) ORDER BY NOT is_old, first_seen, id"
    )
    rank = {key: place for place, (key, _) in enumerate(order)}
    root = list(range(len(order)))
    for one, other in edges:
        first, second = sorted((_root(root, rank[one]), _root(root, rank[other])))
        root[second] = first
    moved = [
        (key, order[_root(root, place)][0]) for key, place in rank.items() if _root(root, place) != place
    ]
    columns = {"key": [key for key, _ in moved], "root": [to for _, to in moved]}
    desk.keep("roots", pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()}))
    return sum(order[rank[key]][1] for key, _ in moved)


def _root(root: list[int], place: int) -> int:
    while root[place] != place:
        root[place] = root[root[place]]
        place = root[place]
    return place


_SIDES = """
SELECT a AS id, a_revision AS revision, kind, similarity FROM links
UNION ALL SELECT b, b_revision, kind, similarity FROM links"""
_RESULT = f"""
WITH best AS (SELECT id, revision, arg_max(kind, similarity + (kind = 'exact')::int) AS kind, max(similarity) AS similarity
              FROM ({_SIDES}) GROUP BY ALL),
     joined AS (SELECT id, revision, coalesce(r.root, k.key) AS cluster_id, f.first_seen,
                       CASE WHEN o.kind IS NULL THEN best.kind ELSE o.kind END AS kind,
                       CASE WHEN o.kind IS NULL THEN best.similarity ELSE o.similarity END AS similarity
                FROM facts f JOIN keys k USING (id) LEFT JOIN roots r USING (key)
                LEFT JOIN old o USING (id, revision) LEFT JOIN best USING (id, revision)),
     -- Of equal texts the first alone was compared: versions of an article that differ in other things share its answer.
     versions AS (SELECT id, revision, mark FROM sketches SEMI JOIN (SELECT id FROM facts WHERE revision > 0) USING (id)),
     shared AS (SELECT id, mark, max(kind) AS kind, max(similarity) AS similarity
                FROM versions JOIN joined USING (id, revision) GROUP BY ALL),
     told AS (SELECT id, revision, kind, similarity FROM versions JOIN shared USING (id, mark))
SELECT id, revision, cluster_id, CASE WHEN id <> cluster_id THEN coalesce(j.kind, t.kind) END AS kind,
       CASE WHEN id <> cluster_id THEN coalesce(j.similarity, t.similarity) END AS similarity, first_seen
FROM joined j LEFT JOIN told t USING (id, revision) ORDER BY id, revision"""  # noqa: S608  no words of others


def _table(desk: Desk) -> Iterator[pa.RecordBatch]:
    desk.database.execute(f"CREATE TABLE result AS {_RESULT}")
    yield from desk.database.sql("SELECT * FROM result").to_arrow_reader(_ROWS)


def _count(desk: Desk, new: int, gone: int, merged: int) -> Clustered:
    name = "result" if new or gone else "old"
    versions, articles = desk.ask(f"SELECT count(*), count(DISTINCT id) FROM {name}")[0]  # noqa: S608
    clusters, members = desk.ask(
        f"SELECT count(*), coalesce(sum(n), 0)::bigint FROM (SELECT count(DISTINCT id) AS n FROM {name} GROUP BY cluster_id HAVING n > 1)"  # noqa: S608
    )[0]
    known = f"{name} WHERE kind IS NOT NULL"
    kinds = desk.ask(f"SELECT kind, count(DISTINCT id) FROM {known} GROUP BY kind ORDER BY kind")  # noqa: S608
    return Clustered(versions, new, gone, articles, clusters, members - clusters, merged, dict(kinds))

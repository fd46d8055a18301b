"""The folder sketches/: a file a run, with what is remembered of each text that came since the last."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from columnist.pipelines.dataset.clusters.table import SKETCHES_FOLDER
from columnist.pipelines.dataset.read import open_files
from columnist.pipelines.dataset.runs.runs import new_run_id
from columnist.pipelines.publish.copies.desk import Desk, notes_of
from columnist.pipelines.publish.copies.shingles import RUN, Hashes
from columnist.pipelines.publish.copies.sketches import PERMUTATIONS, algorithm, sketches_of, text_mark

_ALGORITHM = "columnist.sketches"
SKETCHES = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("revision", pa.int32(), nullable=False),
        pa.field("words", pa.int32(), nullable=False),
        pa.field("mark", pa.binary(16), nullable=False),
        pa.field("sketch", pa.binary(2 * PERMUTATIONS), nullable=False),
    ]
)
_AT_ONCE = 2000  # texts: 3 MB of hashes


def bring_up_to_date(desk: Desk) -> None:
    """Sketch each version in `facts` that has no sketch of this algorithm, and drop those of versions that are gone."""
    output, ours = desk.output, set[str]()
    for found in list(output.files(SKETCHES_FOLDER)):
        if notes_of(output, found.name).get(_ALGORITHM) == algorithm():
            ours.add(found.name)
        else:
            output.remove(found.name)
    _drop_gone(desk, ours)
    _view(desk)
    desk.database.execute(
        "CREATE OR REPLACE TABLE unsketched AS SELECT file, id, revision FROM facts ANTI JOIN sketches USING (id, revision)"
    )
    if desk.ask("SELECT count(*) FROM unsketched")[0][0]:
        name = f"{SKETCHES_FOLDER}/{new_run_id(datetime.now(UTC))}.parquet"
        desk.write(name, _sketched(desk), SKETCHES, {_ALGORITHM: algorithm()})
        _view(desk)


def _view(desk: Desk) -> None:
    names = (file.name for file in desk.output.files(SKETCHES_FOLDER) if file.name.endswith(".parquet"))
    desk.database.register("sketches", open_files(desk.output, names, SKETCHES))


def _sketched(desk: Desk) -> Iterator[pa.RecordBatch]:
    waiting: list[tuple[str, int, Hashes]] = []
    for text in desk.texts("unsketched"):
        waiting.append(text)
        if len(waiting) == _AT_ONCE:
            yield _batch(waiting)
            waiting = []
    if waiting:
        yield _batch(waiting)


def _batch(texts: list[tuple[str, int, Hashes]]) -> pa.RecordBatch:
    runs = [text[2] for text in texts]
    columns = (
        [text[0] for text in texts],
        [text[1] for text in texts],
        [len(found) + RUN - 1 if len(found) else 0 for found in runs],
        [text_mark(found) for found in runs],
        [row.tobytes() for row in sketches_of(runs)],
    )
    return pa.RecordBatch.from_arrays(
        [pa.array(values, field.type) for values, field in zip(columns, SKETCHES, strict=True)],
        schema=SKETCHES,
    )


def _drop_gone(desk: Desk, names: set[str]) -> None:
    """Write each file anew that knows versions which the dataset has no longer."""
    for name in sorted(names):
        sketches = open_files(desk.output, (name,), SKETCHES)
        desk.database.register("one", sketches)
        gone = {*desk.ask("SELECT id, revision FROM one ANTI JOIN facts USING (id, revision)")}
        if not gone:
            continue
        ids = pa.array(sorted({row[0] for row in gone}), pa.string())
        table = sketches.to_table()
        # Of an id that lost one version the others are sketched again: it is rare.
        left = table.filter(pc.invert(pc.is_in(table["id"], ids)))
        if left.num_rows:
            desk.write(name, iter(left.to_batches()), SKETCHES, {_ALGORITHM: algorithm()})
        else:
            desk.output.remove(name)
    desk.database.execute("DROP VIEW IF EXISTS one")

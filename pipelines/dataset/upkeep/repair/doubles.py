"""Rows that lie in two files, alike in every column: a copied file, a compaction whose sources are still there."""

import hashlib
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.state.revisions import key_of
from columnist.pipelines.dataset.state.state import State

_TWICE = """SELECT staged.kind, key, revision FROM staged JOIN part ON part.id = staged.part
    WHERE part.state = 'committed' GROUP BY staged.kind, key, revision HAVING count(DISTINCT part.id) > 1"""
_FILES = """SELECT DISTINCT part.name, part.kind FROM staged JOIN part ON part.id = staged.part
    WHERE part.state = 'committed' AND (staged.kind, key, revision) IN twice ORDER BY part.name"""


def doubled_rows(state: State, output: Output) -> dict[str, list[int]]:
    """Return the places of the rows that an earlier file holds too, by file. Rows that differ in anything stay."""
    execute = state.connection.execute
    execute("DROP TABLE IF EXISTS temp.twice")
    execute(f"CREATE TEMP TABLE twice AS {_TWICE}")
    twice = {(kind, key, revision) for kind, key, revision in execute("SELECT * FROM twice")}
    seen: dict[tuple[Any, ...], str] = {}
    doubled: dict[str, list[int]] = {}
    for name, kind in execute(_FILES).fetchall():
        try:
            _look(output, (name, kind), twice, (seen, doubled))
        except (pa.ArrowException, OSError, KeyError):  # no whole file of ours: other checks name it
            continue
    return doubled


def _look(
    output: Output,
    file: tuple[str, str],
    twice: set[tuple[str, bytes, int]],
    found: tuple[dict[tuple[Any, ...], str], dict[str, list[int]]],
) -> None:
    (name, kind), (seen, doubled) = file, found
    with output.open(name) as source, pq.ParquetFile(pa.PythonFile(source, "r")) as parquet:
        number = 0
        for batch in parquet.iter_batches(1000):
            for row in batch.to_pylist():
                version = (kind, bytes.fromhex(key_of(row).id), row.get("revision", 0))
                if version in twice:
                    words = repr(sorted(row.items())).encode("utf-8", "surrogatepass")
                    whole = (*version, hashlib.sha256(words).digest())
                    if seen.setdefault(whole, name) != name:
                        doubled.setdefault(name, []).append(number)
                number += 1

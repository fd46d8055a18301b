"""A unit's output on its way from the worker that cleaned it to the run that stages it: a named file, then its report.

Both lie in units/<state>/ of the data folder, which workers on other machines reach too. A unit is cleaned once its report
is there: a worker that dies before leaves nothing that counts, one that does it again writes the same names.
"""

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from columnist.pipelines.batch.cleaned import Cleaned
from columnist.pipelines.batch.cluster import refuse_other_versions
from columnist.pipelines.batch.sandbox.pool import Sandbox
from columnist.pipelines.batch.units.local import clean_units
from columnist.pipelines.batch.units.unit import Ended, Job, Unit
from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.local_output import LocalOutput
from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.state.revisions import Key
from columnist.pipelines.dataset.state.rows import Row
from columnist.pipelines.dataset.state.site_lines import seen_from_bytes, seen_to_bytes
from columnist.pipelines.records.options import SandboxOptions

FOLDER = "units"
_ROWS_AT_ONCE = 200  # some 2 MB
# As the outbox takes them. Texts as bytes: an address of a page may hold what is no UTF-8.
_TEXTS = ("kind", "site", "url", "id", "source", "own_id", "content", "title", "metadata", "whole", "reason")
_SCHEMA = pa.schema(
    [*((name, pa.binary()) for name in _TEXTS), ("day", pa.date32()), ("payload", pa.binary()), ("size", pa.int64()),
     ("paragraphs", pa.binary()), ("corrections", pa.int64()), ("seen", pa.binary())]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where the outputs of one state's units lie."""

    data: str  # the dataset's address, a folder by its absolute path
    state: str  # its id

    def write(self, unit: Unit, job: Job, outcomes: Iterable[Cleaned | Ended]) -> None:
        """Write a unit's rows, then its report."""
        output = open_output(self.data)
        beside: str | None = None  # the disk of the worker, where the output is elsewhere
        if isinstance(output, LocalOutput):
            durable.make_folder(folder := output.root / FOLDER / self.state)
            beside = str(folder)  # a name is given within one file system
        with tempfile.TemporaryDirectory(dir=beside) as place:
            staged = Path(place, "rows")
            with durable.create(staged) as file:
                rows, end = _write_rows(pa.PythonFile(file, "w"), unit, outcomes)
            durable.sync_file(staged)
            output.replace(staged, self._name(unit, "arrow"))
        report = {"identity": (unit.identity or b"").hex(), "rows": rows, "told": end.told, "same": end.same}
        report["passed"] = end.passed
        output.put(self._name(unit, "json"), json.dumps(report).encode())

    def ended(self, unit: Unit) -> Ended | None:
        """Return the end of a unit that is cleaned as it is now; None where it is to be cleaned."""
        output = open_output(self.data)
        if output.find(self._name(unit, "json")) is None:
            return None
        with output.open(self._name(unit, "json")) as file:
            report = json.load(file)
        if report["identity"] != (unit.identity or b"").hex():
            return None
        passed = tuple((what, n) for what, n in report.get("passed", ()))
        return Ended(unit, tuple(report["told"]), report["same"], passed=passed)

    def rows(self, unit: Unit) -> Iterator[Cleaned]:
        """Yield the rows of a unit whose report is there."""
        with open_output(self.data).open(self._name(unit, "arrow")) as file:
            for batch in pa.ipc.open_stream(pa.PythonFile(file, "r")):
                yield from map(_cleaned, batch.to_pylist())

    def drop(self, unit: Unit) -> None:
        """Take a unit's report and output away: its rows are staged."""
        output = open_output(self.data)
        for suffix in ("json", "arrow"):
            with contextlib.suppress(FileNotFoundError):
                output.remove(self._name(unit, suffix))

    def clear(self) -> None:
        """Take away whatever dead workers left; call when no unit is being cleaned."""
        output = open_output(self.data)
        if isinstance(output, LocalOutput):
            shutil.rmtree(output.root / FOLDER / self.state, ignore_errors=True)
            with contextlib.suppress(OSError):  # other states' units may lie there
                (output.root / FOLDER).rmdir()
            return
        for found in list(output.files(f"{FOLDER}/{self.state}")):
            output.remove(found.name)

    def _name(self, unit: Unit, suffix: str) -> str:
        return f"{FOLDER}/{self.state}/{unit.key.hex()}.{suffix}"


def clean_into(outputs: Outputs, unit: Unit, job: Job) -> None:
    """Clean one unit into its output: what a worker of an engine does. Done twice, it leaves the same."""
    refuse_other_versions(job.versions)
    outputs.write(unit, job, clean_units([unit], job, _sandbox(job.sandbox)))


@cache
def _sandbox(options: SandboxOptions) -> Sandbox:
    """Return this process's sandbox, for all units that it comes to clean: its imports take a second."""
    return Sandbox(options).__enter__()


def _write_rows(file: pa.PythonFile, unit: Unit, outcomes: Iterable[Cleaned | Ended]) -> tuple[int, Ended]:
    rows, waiting, end = 0, list[dict[str, object]](), Ended(unit)
    with pa.ipc.new_stream(file, _SCHEMA) as stream:
        for item in outcomes:
            if isinstance(item, Ended):
                end = item
                continue
            waiting.append(_flat(item))
            rows += 1
            if len(waiting) >= _ROWS_AT_ONCE:
                stream.write_batch(pa.RecordBatch.from_pylist(waiting, _SCHEMA))
                waiting.clear()
        stream.write_batch(pa.RecordBatch.from_pylist(waiting, _SCHEMA))
    return rows, end


def _flat(cleaned: Cleaned) -> dict[str, object]:
    row, key = cleaned.row, cleaned.row.key
    named = {**{f.name: getattr(key, f.name) for f in fields(Key)}, "kind": row.kind, "site": row.site}
    named |= {"url": row.url, "day": row.day, "payload": row.payload, "size": row.size}
    named |= {"reason": cleaned.reason or "", "seen": row.seen and seen_to_bytes(row.seen)}
    return {
        name: v.encode("utf-8", "surrogatepass") if isinstance(v, str) else v for name, v in named.items()
    }


def _cleaned(flat: dict[str, Any]) -> Cleaned:
    named = {name: v.decode("utf-8", "surrogatepass") if name in _TEXTS else v for name, v in flat.items()}
    key = Key(**{f.name: named[f.name] for f in fields(Key)})
    seen = None if named["seen"] is None else seen_from_bytes(named["seen"])
    given = {name: named[name] for name in ("kind", "day", "site", "url", "payload", "size")}
    row = Row(key=key, seen=seen, **given)
    return Cleaned(row, reason=named["reason"] or None)

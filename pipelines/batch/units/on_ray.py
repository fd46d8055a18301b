"""Units on a cluster: each is a task of Ray Core, which starts one again whose worker died.

Ray says who works where, and no more: a unit's rows come by way of its output, and the run stages them in the order of the
inputs, as it does those of its own workers. So the rows are the same, whoever was fastest and whoever died.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from columnist.pipelines.batch.cleaned import Cleaned
from columnist.pipelines.batch.cluster import RETRIES, cluster
from columnist.pipelines.batch.units.outputs import Outputs, clean_into
from columnist.pipelines.batch.units.unit import Ended, Job, Unit

_TASKS_PER_CORE = 2  # one at work, one that is ready when it ends: a cluster that grows gets more
_SECONDS_TO_LOOK = 1.0


@dataclass(slots=True)
class _Open:
    """A unit that is handed out, or whose output waits for those before it."""

    unit: Unit
    end: Ended | None = None


def clean_on_ray(
    units: Sequence[Unit], job: Job, outputs: Outputs, address: str | None = None
) -> Iterator[Cleaned | Ended]:
    """Clean the units by tasks of a Ray cluster, None: one of this machine; rows come in the units' order."""
    with cluster(address, job.sandbox.workers) as ray:
        # One page at a time in a task: its worker process is the core that the task takes.
        one = replace(job, sandbox=replace(job.sandbox, workers=1))
        task = ray.remote(num_cpus=1, max_retries=RETRIES)(clean_into)
        open_units: deque[_Open] = deque()
        running: dict[Any, _Open] = {}
        source = iter({unit.key: _absolute(unit) for unit in units}.values())  # each once, though named twice
        more = True
        while more or open_units:
            room = _room(ray)
            while more and len(running) < room:
                unit = next(source, None)
                more = unit is not None
                if unit is not None:
                    open_units.append(item := _Open(unit, outputs.ended(unit) if unit.identity else None))
                    if item.end is None:
                        running[task.remote(outputs, unit, one)] = item
            while open_units and (end := open_units[0].end):
                yield from () if end.failed else outputs.rows(end.unit)
                yield end
                open_units.popleft()
            ready, _ = ray.wait([*running], timeout=_SECONDS_TO_LOOK) if running else ([], [])
            for reference in ready:
                item = running.pop(reference)
                item.end = _end_of(ray, reference, item.unit, outputs)


def _absolute(unit: Unit) -> Unit:
    """Name the file so that a worker finds it from its own working directory."""
    if unit.piece.address:
        return unit
    return replace(unit, piece=replace(unit.piece, path=unit.piece.path.absolute()))


def _end_of(ray: Any, reference: Any, unit: Unit, outputs: Outputs) -> Ended:
    """Return the end of a unit whose task is over; it says why, where there is no output."""
    why = "its output is not there"
    try:
        ray.get(reference)
    except Exception as error:  # noqa: BLE001  whatever the task or its worker met costs its own unit
        lines = str(error).strip().splitlines() or [type(error).__name__]
        why = lines[-1] if isinstance(error, ray.exceptions.RayTaskError) else lines[0]
    else:
        if (end := outputs.ended(unit)) is not None:
            return end
    told = f"{unit.piece.name} was not cleaned: {why[:500]}; run the same command again"
    return Ended(unit, (told,), failed=True)


def _room(ray: Any) -> int:
    cores = float(ray.cluster_resources().get("CPU", 1))
    return max(1, round(cores * _TASKS_PER_CORE))

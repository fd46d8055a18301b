"""All shards of a crawl on a cluster: Ray says which machine crawls which shard, and starts again those that died."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from types import FrameType
from typing import Any

from columnist.pipelines.batch.cluster import RETRIES, cluster
from columnist.pipelines.dataset.state.lock import DataLocked, home_of, lock_data
from columnist.pipelines.records.redact import printable
from columnist.pipelines.records.run_summary import RunSummary, sum_of, summary_line
from columnist.pipelines.sites.shards import Shard
from columnist.scraper.cli.commands.crawls.shard_process import ShardDied, ShardEnd, ShardRun, crawl_shard
from columnist.scraper.cli.console import LOG, Ticker, counted
from columnist.scraper.cli.exit_codes import BELOW_FLOOR, DONE, worst_of
from columnist.scraper.cli.session import Session, conclude
from columnist.scraper.crawl.run import StopSignal
from columnist.scraper.frontier.shard_states import refuse_other_shards, shard_counts, shard_homes

# Enough for eight machines where there is one today, few enough for a start of two seconds each.
SHARDS_A_MACHINE = 8
_SECONDS_TO_LOOK = 0.5
_SECONDS_TO_DIE = 5.0  # 2 on a machine with ten times the work that it has cores for


@dataclass(frozen=True, slots=True)
class OnRay:
    """What the user asked for of the cluster."""

    address: str | None = None
    shards: int | None = None  # None: as many as there are states of, else eight a machine
    site_files: Path | None = None


@dataclass(slots=True)
class _Ends:
    """How the shards ended so far."""

    of: dict[Shard, ShardEnd] = field(default_factory=dict)

    def add(self, shard: Shard, end: ShardEnd) -> None:
        """Keep and tell one shard's end: its warnings, then its line."""
        self.of[shard] = end
        for line in end.told:
            LOG.warning("shard %s: %s", shard, printable(line))
        tell = LOG.info if end.code == DONE else LOG.warning
        tell("shard %s: %s, exit %d", shard, end.summary.get("summary", "no summary"), end.code)

    def total(self) -> RunSummary:
        """Return what the shards did together."""
        names = [one.name for one in fields(RunSummary)]
        summaries = [end.summary for end in self.of.values() if end.summary]
        return sum_of(RunSummary(**{name: one[name] for name in names}) for one in summaries)

    def told(self) -> dict[str, Any]:
        """Return what --json and the webhook say beside the counts."""
        ends = {shard: self.of[shard] for shard in sorted(self.of, key=lambda one: one.index)}
        keys = ("run_id", "summary", "rows_gone")
        more = [
            {"shard": str(s), "exit_code": e.code, **{k: e.summary.get(k) for k in keys}}
            for s, e in ends.items()
        ]
        sites = {
            name: counts for end in ends.values() for name, counts in end.summary.get("sites", {}).items()
        }
        below = [line for end in ends.values() for line in end.summary.get("below_floors", ())]
        return {"shards": more, "sites": dict(sorted(sites.items())), "below_floors": below}


def crawl_on_ray(sites: Sequence[str], session: Session, asked: OnRay) -> int:
    """Crawl all shards, say what came of them, and return the exit code: the worst of theirs, or of the signal."""
    folder = home_of(session.data, session.state) or Path()  # a session without one is refused before
    if asked.shards:
        refuse_other_shards(folder, Shard(1, asked.shards))
    _refuse_shards_at_work(folder)
    ends = _Ends()
    with _stopped_by_signals() as stop, cluster(asked.address, session.sandbox.workers) as ray:
        count = asked.shards or _count(folder, ray)
        refuse_other_shards(folder, Shard(1, count))
        runs = [_run_of(Shard(n, count), sites, session, asked.site_files) for n in range(1, count + 1)]
        LOG.info("%s of %s into %s", counted(count, "shard"), counted(len(sites), "site"), session.data)
        with Ticker("crawling", session.quiet or session.as_json) as ticker:
            for shard, end in _ends_of(ray, runs, stop):
                ends.add(shard, end)
                ticker.tick(len(ends.of), count, f"shards; {summary_line(ends.total())}")
    code = worst_of(end.code for end in ends.of.values())
    if stop.number is not None:
        code = 128 + stop.number
    return conclude(session, ends.total(), code, ends.told())


def _refuse_shards_at_work(folder: Path) -> None:
    """Raise DataLocked where another run crawls a shard; those of one that was just killed end with it, but not at once."""
    given_up = time.monotonic() + _SECONDS_TO_DIE
    for home in shard_homes(folder).values():
        while True:
            try:
                with lock_data(home):
                    break
            except DataLocked:
                if time.monotonic() > given_up:
                    raise
                time.sleep(_SECONDS_TO_LOOK)


def _count(folder: Path, ray: Any) -> int:
    """Return the number of shards: that of the states, whatever the cluster has become; else by its machines."""
    known = shard_counts(folder)
    if len(known) == 1:
        return known.pop()
    return SHARDS_A_MACHINE * max(1, len([node for node in ray.nodes() if node["Alive"]]))


def _run_of(shard: Shard, sites: Sequence[str], session: Session, site_files: Path | None) -> ShardRun:
    words = ["--data", _anywhere(session.data)]
    for flag, path in (("--state", session.state), ("--site-files", site_files)):
        words += [flag, str(path.absolute())] if path else []
    return ShardRun(shard, tuple(sites), tuple(words), {**_knobs(session), "COLUMNIST_WORKERS": "1"})


def _anywhere(data: str) -> str:
    return data if "://" in data else str(Path(data).absolute())


def _knobs(session: Session) -> dict[str, str]:
    """Return the knobs that are not at their default, as the variables that set them."""
    found = {}
    for record in (session.crawl, session.clean, session.sandbox, session.dataset):
        usual = asdict(type(record)())
        for name, value in asdict(record).items():
            if value != usual[name]:
                words = map(str, value) if isinstance(value, tuple) else (str(value),)
                found[f"COLUMNIST_{name.upper()}"] = " ".join(words)  # as click parts them
    return found


def _ends_of(ray: Any, runs: Sequence[ShardRun], stop: StopSignal) -> Iterator[tuple[Shard, ShardEnd]]:
    """Hand every shard to the cluster and yield each with its end."""
    # A core for the crawl's process; its cleaner works while that waits for sites. Spread: each machine has a network.
    task = ray.remote(
        num_cpus=1, max_retries=RETRIES, retry_exceptions=[ShardDied], scheduling_strategy="SPREAD"
    )(crawl_shard)
    running = {task.remote(run): run.shard for run in runs}
    told = False
    while running:
        if stop.number is not None and not told:
            told = True
            LOG.warning("%s: the shards stop in good order", signal.Signals(stop.number).name)
            for reference in running:
                ray.cancel(reference)
        ready, _ = ray.wait([*running], timeout=_SECONDS_TO_LOOK)
        for reference in ready:
            yield running.pop(reference), _end_of(ray, reference, stop)


def _end_of(ray: Any, reference: Any, stop: StopSignal) -> ShardEnd:
    """Return a shard's end; where its task has none to give, the words that say why."""
    try:
        end: ShardEnd = ray.get(reference)
    except ray.exceptions.TaskCancelledError:
        return ShardEnd(128 + (stop.number or signal.SIGTERM), told=("it had not begun",))
    except Exception as error:  # noqa: BLE001  whatever the task or its worker met costs its own shard
        lines = str(error).strip().splitlines() or [type(error).__name__]
        why = lines[-1] if isinstance(error, ray.exceptions.RayTaskError) else lines[0]
        return ShardEnd(
            BELOW_FLOOR, told=(f"it was not crawled to its end: {why[:500]}; the same command goes on",)
        )
    return end


@contextmanager
def _stopped_by_signals() -> Iterator[StopSignal]:
    stop = StopSignal()

    def take(number: int, _: FrameType | None) -> None:
        stop.take(number)  # a later one: the shards die with their workers, and lose nothing

    before = {number: signal.signal(number, take) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

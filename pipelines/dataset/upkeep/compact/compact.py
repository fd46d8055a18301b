"""`columnist compact`: the small files of a day become few, while readers read and runs write.

Of each file: written, synced, read back; the journal names it; it is published; what it was made of goes. It needs no
state.db: every state follows the journal or the manifest. Killed anywhere, `settle_compaction` ends what was begun.
"""

import contextlib
import secrets
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.local_output import LocalOutput
from columnist.pipelines.dataset.files.locations import Output, open_output
from columnist.pipelines.dataset.files.stored import StoredFile
from columnist.pipelines.dataset.runs.manifests import Manifest, read_manifests
from columnist.pipelines.dataset.runs.runs import new_run_id
from columnist.pipelines.dataset.upkeep.compact.fold import fold
from columnist.pipelines.dataset.upkeep.compact.merge import stage, staged_path
from columnist.pipelines.dataset.upkeep.compact.merges import COMMAND, JOURNAL, Compaction, Merge, put_journal
from columnist.pipelines.dataset.upkeep.compact.plan import (
    Group,
    Newest,
    Wanted,
    newest_revisions,
    plan,
    superseded_in,
)
from columnist.pipelines.dataset.upkeep.compact.settle import settle_compaction, tell
from columnist.pipelines.dataset.writers.at_work import Claim, at_work
from columnist.pipelines.dataset.writers.belonging import refuse_no_dataset

_FILES_AT_ONCE = 16  # staged before the journal names them: two gigabytes of disk at the usual size
_ID = "compact"  # what the id of a compaction begins with, and so the names of its files in tmp/


@dataclass(frozen=True, slots=True)
class Compacted:
    """What a compaction did, or would do."""

    run_id: str | None = None  # None: nothing was to be done, or a preview
    files_before: int = 0
    files_after: int = 0
    rows: int = 0
    bytes_before: int = 0
    bytes_after: int = 0  # 0 in a preview
    superseded: int = 0  # revisions that were dropped
    manifests_folded: int = 0
    seconds: float = 0.0
    left: tuple[str, ...] = ()  # files that stay as they are, with the reason


def preview(data: str | Path, wanted: Wanted) -> Compacted:
    """Say what would be merged, and change nothing."""
    output = open_output(data)
    refuse_no_dataset(output, None)
    groups, newest, _ = _planned(output, wanted)
    files = [source for group in groups for source in group.sources]
    old = sum(sum(superseded_in(output, file, newest)) for file in files)
    rows, size = sum(f.recorded.rows for f in files) - old, sum(f.found.size for f in files)
    return Compacted(None, len(files), len(groups), rows, size, superseded=old)


def compact(data: str | Path, wanted: Wanted) -> Compacted:
    """Merge the small files of each day. Raises DataLocked where the dataset is compacted already, or must be left alone."""
    began, output = time.monotonic(), open_output(data)
    refuse_no_dataset(output, None)
    by = Compaction("", f"{_ID}{secrets.token_hex(8)}", datetime.now(UTC).isoformat(timespec="seconds"))
    claim = Claim(COMMAND, compacts=True, state_id=by.state_id)
    with at_work(output, claim), _staging(output) as staging:
        settle_compaction(output)
        groups, newest, manifests = _planned(output, wanted)
        by = replace(by, run_id=_run_id(manifests))
        done = _merge_all(groups, _Bench(output, staging, by, newest), wanted)
        folded = fold(output, wanted.until)
        return replace(done, manifests_folded=folded, seconds=round(time.monotonic() - began, 3))


@contextlib.contextmanager
def _staging(output: Output) -> Iterator[Path]:
    """Give a folder to write in; what a killed compaction left there goes, for this is the only one."""
    with tempfile.TemporaryDirectory() as elsewhere:
        folder = output.staging(Path(elsewhere))
        for path in folder.glob(f"*-{_ID}*.parquet") if isinstance(output, LocalOutput) else ():
            durable.remove(path)
        yield folder


def _planned(output: Output, wanted: Wanted) -> tuple[list[Group], Newest, list[Manifest]]:
    manifests = [{**content, "sites": {}} for _, content in read_manifests(output) if content is not None]
    newest = newest_revisions(output) if wanted.drop_superseded else {}
    return plan(output, manifests, wanted, newest), newest, manifests


def _run_id(manifests: Iterable[Manifest]) -> str:
    """Return an id that sorts behind every run that vouches for a source, though that machine's clock be ahead."""
    now = datetime.now(UTC)
    for stamp in (str(content.get("run_id"))[:19] for content in manifests):
        with contextlib.suppress(ValueError):
            then = datetime.strptime(f"{stamp[:-1]}000", "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
            now = max(now, then + timedelta(milliseconds=1))
    return new_run_id(now)


@dataclass(frozen=True, slots=True)
class _Bench:
    """What a compaction works with."""

    output: Output
    staging: Path
    by: Compaction
    newest: Newest


def _merge_all(groups: Sequence[Group], bench: _Bench, wanted: Wanted) -> Compacted:
    """Stage some files, say in the journal what is to come, put them in place, tell; then the next."""
    output, by, left = bench.output, bench.by, list[str]()
    knobs = {**asdict(wanted), "until": wanted.until.isoformat()}
    done = Compacted()
    names = (f"{g.kind}/day={g.day}/{by.run_id}-0-{n:05d}.parquet" for n, g in enumerate(groups, start=1))
    pairs = zip(names, groups, strict=True)
    while some := list(islice(pairs, _FILES_AT_ONCE)):
        merges = [merge for name, group in some if (merge := _stage(bench, group, name, left)) is not None]
        if not merges:
            continue
        put_journal(output, by, merges)
        planned = {source.found.name: source.found for _, group in some for source in group.sources}
        changed = [merge for merge in merges if not _put_in_place(bench, merge, planned)]
        merges = [merge for merge in merges if merge not in changed]
        left += [
            f"{merge.name}: not made, for a file of its day was changed meanwhile; run again"
            for merge in changed
        ]
        tell(output, by, merges, "running", knobs)
        done = _counted(done, merges, planned)
    if output.find(JOURNAL) is not None:
        tell(output, by, (), "finished", knobs)
        output.remove(JOURNAL)
    return replace(done, run_id=by.run_id if done.files_before else None, left=tuple(left))


def _stage(bench: _Bench, group: Group, name: str, left: list[str]) -> Merge | None:
    merge, more = stage(bench.output, group, (name, bench.staging, bench.by), bench.newest)
    left.extend(more)
    return merge


def _put_in_place(bench: _Bench, merge: Merge, planned: Mapping[str, StoredFile]) -> bool:
    """Publish a file and take its sources away; return False where a hand has changed one since it was read."""
    output, staged = bench.output, staged_path(bench.staging, bench.by, merge.name)
    there = {found.name: found for found in output.files(merge.name.rpartition("/")[0])}
    is_same = all(there.get(name) == planned[name] for name in merge.sources)
    if is_same and merge.rows:
        output.merge(staged, merge.name, merge.sources)
    elif is_same:  # nothing but superseded revisions was in them
        output.remove_all(merge.sources)
    durable.remove(staged)
    return is_same


def _counted(done: Compacted, merges: Sequence[Merge], planned: Mapping[str, StoredFile]) -> Compacted:
    return replace(
        done,
        files_before=done.files_before + sum(len(m.sources) for m in merges),
        files_after=done.files_after + sum(1 for m in merges if m.rows),
        rows=done.rows + sum(m.rows for m in merges),
        bytes_before=done.bytes_before + sum(planned[name].size for m in merges for name in m.sources),
        bytes_after=done.bytes_after + sum(m.bytes for m in merges),
        superseded=done.superseded + sum(m.dropped for m in merges),
    )

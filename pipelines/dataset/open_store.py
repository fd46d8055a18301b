"""One data folder, opened for one run: lock, state, recovery, outbox, dataset, and at the end the manifest."""

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from columnist.pipelines.dataset.archive.cap import drop_oldest, note_dropped
from columnist.pipelines.dataset.archive.recover import recover_archive, told
from columnist.pipelines.dataset.archive.write import Archive
from columnist.pipelines.dataset.dataset import Dataset
from columnist.pipelines.dataset.files.locations import Output, files_there, open_output
from columnist.pipelines.dataset.runs.runs import (
    dead_runs,
    finish_dead_runs,
    new_run_id,
    release_leases,
    start_run,
    write_manifest,
)
from columnist.pipelines.dataset.state.lock import home_of, lock_data
from columnist.pipelines.dataset.state.outbox import Outbox
from columnist.pipelines.dataset.state.state import STATE_NAME, State, open_state
from columnist.pipelines.dataset.upkeep.compact.settle import look
from columnist.pipelines.dataset.upkeep.forget.ledger import apply_ledger
from columnist.pipelines.dataset.upkeep.repair.losses import rows_gone
from columnist.pipelines.dataset.upkeep.repair.recovery import Recovery, parts_absent
from columnist.pipelines.dataset.writers.at_work import Claim, at_work
from columnist.pipelines.dataset.writers.belonging import refuse_inside, refuse_wrong_dataset
from columnist.pipelines.records.options import DatasetOptions
from columnist.pipelines.records.redact import redacted_command


@dataclass(frozen=True, slots=True)
class StoreOptions:
    """Where a run writes and what its manifest says of it."""

    dataset: DatasetOptions = DatasetOptions()
    state_folder: Path | None = None  # state.db, lock and tmp/; null: the data folder, which is then local
    command: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)  # every option of the run, for the manifest
    locked: bool = False  # whether the caller holds the folder's lock, and keeps it to the end
    alone: bool = False  # whether nobody else may write to the dataset meanwhile
    archive_bytes: int | None = None  # most that archive/ may hold; null: no bound
    sites: tuple[str, ...] = ()  # that are crawled: no other state may crawl one of them meanwhile
    on_file: Callable[[str], None] | None = (
        None  # told the name of each file of the dataset once it is committed
    )
    shard: int = 0  # the middle number of the files' names: which of several crawls wrote them


@dataclass(slots=True)
class Store:
    """What a run holds while it has the data folder to itself."""

    run_id: str
    state: State
    outbox: Outbox
    dataset: Dataset
    recovery: Recovery
    archive: Archive
    archive_bytes: int | None = None
    _manifest: dict[str, Any] | None = None
    _dropped: list[str] = field(default_factory=list)
    _files_seen: int = 0

    def finish(self, outcome: str = "finished", more: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Write every staged row to files, then the manifest with `more` in it; return the manifest."""
        self.archive.close()
        self.dataset.flush()
        there, _ = look(self.state, self.dataset.output)
        gone = sum(rows_gone(self.state, parts_absent(self.state, there)).values())
        told = {"rows_gone": gone, **self._archived(), **(more or {})}
        self._manifest = write_manifest(self.state, self.dataset.output, self.run_id, outcome, told)
        return self._manifest

    def _archived(self) -> dict[str, Any]:
        self.note_dropped(self.drop_oldest())
        told: dict[str, Any] = {"archive": self.archive.files} if self.archive.files else {}
        return told | ({"archive_dropped": self._dropped} if self._dropped else {})

    def drop_oldest(self) -> list[str]:
        """Take the oldest files of the archive away until it is within its bound; for any thread."""
        self._files_seen = len(self.archive.files)
        return [] if self.archive_bytes is None else drop_oldest(self.dataset.output, self.archive_bytes)

    def note_dropped(self, names: list[str]) -> None:
        """Keep account of what was taken away."""
        note_dropped(self.state, names)
        self._dropped += names

    def archive_grew(self) -> bool:
        """Say whether the archive has a bound and another whole file since `drop_oldest`."""
        return self.archive_bytes is not None and len(self.archive.files) > self._files_seen


@contextlib.contextmanager
def open_store(data: str | Path, options: StoreOptions = StoreOptions()) -> Iterator[Store]:
    """Open a data folder for one run: `data` is a folder or an fsspec or pyarrow.fs address.

    Raises DataLocked at once if another run holds it, StorageError if disk or state refuse. What a dead run
    left is finished first. Leaving without `finish` loses nothing: the next run goes on from the outbox.
    """
    output = open_output(data)
    refuse_inside(output)
    home = home_of(data, options.state_folder)
    if home is None:
        raise ValueError(f"{data} is not on this machine: say with state_folder where state.db may lie.")
    command = options.command or redacted_command(sys.argv)
    lock = contextlib.nullcontext() if options.locked else lock_data(home, command)
    with (
        lock,
        contextlib.closing(_open(home, output)) as state,
        at_work(output, _claim(state, command, options)),
    ):
        archive = Archive(output, home, new_run_id(datetime.now(UTC)), options.archive_bytes)
        staging = output.staging(home)
        dataset = Dataset(state, output, staging, options.dataset, archive.publish)
        dataset.on_commit = options.on_file
        try:
            yield _begin(state, dataset, archive, command, options)
        finally:
            archive.abandon()


def _open(home: Path, output: Output) -> State:
    state = open_state(home / STATE_NAME)
    try:
        refuse_wrong_dataset(state, output, files_there(output))
    except BaseException:
        state.close()
        raise
    return state


def _claim(state: State, command: str, options: StoreOptions) -> Claim:
    home = str(state.path.parent.absolute())
    return Claim(command, options.alone, state=home, state_id=state.id, sites=options.sites)


def _begin(state: State, dataset: Dataset, archive: Archive, command: str, options: StoreOptions) -> Store:
    run_id = archive.run_id
    release_leases(state)
    left = recover_archive(dataset.output, state.path.parent, dead_runs(state), state.forgotten)
    finish_dead_runs(state, dataset.output, {run: told(files) for run, files in left.items()})
    start_run(state, run_id, command, options.settings)
    state.shard = options.shard
    apply_ledger(state, dataset.output)  # ahead of recovery: what is forgotten is not written from the outbox
    recovery = dataset.recover()
    if dataset.on_commit is not None:
        for name in recovery.adopted:
            dataset.on_commit(name)
    apply_ledger(state, dataset.output)  # recovery may have followed another state's `forget`
    torn = tuple(
        f"{file.name}: {file.cut + file.filled} bytes"
        for file in chain(*left.values())
        if file.cut + file.filled
    )
    store = Store(
        run_id, state, Outbox(state), dataset, replace(recovery, torn=torn), archive, options.archive_bytes
    )
    store.note_dropped(store.drop_oldest())
    return store

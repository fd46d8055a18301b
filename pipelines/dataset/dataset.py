"""The dataset: Parquet files that appear whole or not at all, each row in exactly one of them.

allocate -> write (fill, sync, verify, publish) -> commit -> drop the staged bytes; `recover` finishes at start what a dead
run began, and makes known what other writers have put there since: other states, or a hand.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files import parts
from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.files.parts import Part, Written
from columnist.pipelines.dataset.files.storage_errors import StorageError
from columnist.pipelines.dataset.state.rows import Kind
from columnist.pipelines.dataset.state.state import State
from columnist.pipelines.dataset.upkeep.repair.recovery import Recovery, recover_files
from columnist.pipelines.dataset.writers.adopt import is_readable
from columnist.pipelines.records.options import DatasetOptions


class Dataset:
    """The files of one data folder, as the one run of a state writes them; runs of other states may do so beside it."""

    def __init__(
        self,
        state: State,
        output: Output,
        staging: Path,
        options: DatasetOptions,
        publish_archive: Callable[[], None] = lambda: None,
    ) -> None:
        self._state = state
        self.output = output
        self.staging = staging
        self._options = options
        self.on_commit: Callable[[str], None] | None = (
            None  # told the name of each file that `commit` records
        )
        self._publish_archive = publish_archive  # ahead of rows that point into it

    def allocate_due(self, now: datetime) -> Iterator[Part]:
        """Fix the rows and name of each file whose time has come, by rows, bytes or age: some 50 ms a file."""
        return self._allocate(lambda: parts.due(self._state, self._options, now.timestamp()))

    def allocate_all(self) -> Iterator[Part]:
        """Fix the rows and name of each file, until every staged row has one."""
        return self._allocate(lambda: parts.waiting(self._state))

    def _allocate(self, groups: Callable[[], list[tuple[Kind, str]]]) -> Iterator[Part]:
        while found := groups():
            for kind, day in found:
                yield parts.allocate(self._state, kind, day, self._options)

    def write(self, part: Part) -> Written:
        """Write, sync, verify and publish a part. Takes seconds; safe in a thread while the state goes on."""
        self._state.sync()  # rows and name are fixed on the disk before there is a file
        staged = parts.staged_path(self.staging, self._state, part)
        durable.make_folder(self.staging)
        durable.remove(staged)  # what an earlier try left
        try:
            sha256 = parts.fill(self._state, part, staged, self._options.zstd_level)
            durable.sync_file(staged)
            parts.verify(self._state, part, staged, sha256)
            self._publish_archive()
            self._publish(part, staged)
        finally:
            durable.remove(staged)
        found = self.output.find(part.name)
        if found is None:
            raise StorageError(
                "A file vanished as it was published", part.name, "Does another program run here?"
            )
        return Written(part, sha256, found)

    def _publish(self, part: Part, staged: Path) -> None:
        try:
            parts.publish(self.output, part, staged)
        except FileExistsError as error:  # no run but ours makes this name
            found = self.output.find(part.name)
            if found is not None and is_readable(self.output, found):
                advice = "It stays. Run the same command again: it writes the rows under another name."
                raise StorageError("Another file has the name of a new part", part.name, advice) from error
            self.output.set_aside(part.name)
            parts.publish(self.output, part, staged)

    def commit(self, written: Written) -> None:
        """Record a published part and drop its staged bytes."""
        for _ in self.commit_by_steps(written):
            pass

    def commit_by_steps(self, written: Written) -> Iterator[None]:
        """Record a published part, then drop its staged bytes; yield between transactions of milliseconds."""
        parts.commit(self._state, written)
        if self.on_commit is not None:
            self.on_commit(written.part.name)
        after: int | None = 0
        while after is not None:
            yield
            after = parts.drop(self._state, written.part, after)

    def flush_due(self, now: datetime) -> int:
        """Write the files whose time has come; return how many."""
        return self._finish(self.allocate_due(now))

    def flush(self) -> int:
        """Write every staged row to files; return how many files."""
        return self._finish(self.allocate_all())

    def _finish(self, allocated: Iterator[Part]) -> int:
        count = 0
        for part in allocated:
            self.commit(self.write(part))
            count += 1
        return count

    def recover(self) -> Recovery:
        """Finish or redo what a dead run began, make known what others wrote, set aside what is broken. Call once, at start."""
        return recover_files(self._state, self.output, self.staging, self._redo)

    def _redo(self, part: Part) -> None:
        self.commit(self.write(part))

"""The state made anew from the dataset: what is in its files is seen, and is not fetched again unless due."""

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.local_output import LocalOutput
from columnist.pipelines.dataset.files.locations import Output, files_there, open_output
from columnist.pipelines.dataset.files.storage_errors import REBUILD, StorageError
from columnist.pipelines.dataset.files.stored import QUARANTINE
from columnist.pipelines.dataset.state.lock import lock_data
from columnist.pipelines.dataset.state.state import STATE_NAME, State, open_state
from columnist.pipelines.dataset.upkeep.compact.settle import look, settle_compaction
from columnist.pipelines.dataset.upkeep.repair.recovery import take_unknown
from columnist.pipelines.dataset.writers.adopt import Admission
from columnist.pipelines.dataset.writers.belonging import refuse_no_dataset, refuse_wrong_dataset


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found."""

    parts: int = 0
    rows: int = 0
    quarantined: tuple[str, ...] = ()
    old_state: str | None = None  # where the state lies that was there before


def rebuild(data: str | Path, state_folder: Path | None = None) -> Rebuilt:
    """Set the old state aside and make a new one from the dataset: `columnist state rebuild`.

    What only the old state knew is gone: pending addresses, validators, rows in no file yet. The next crawl
    finds those pages again.
    """
    output = open_output(data)
    home = state_folder or (output.root if isinstance(output, LocalOutput) else None)
    if home is None:
        raise ValueError(f"{data} is not on this machine: say with state_folder where state.db may lie.")
    refuse_no_dataset(output, home)
    with lock_data(home):
        _refuse_other_state(home, output)
        aside = None
        for name in (STATE_NAME, f"{STATE_NAME}-wal", f"{STATE_NAME}-shm"):
            if (home / name).exists():
                moved = durable.move_aside(home / name, home / QUARANTINE)
                aside = aside or str(moved)
        with closing(open_state(home / STATE_NAME)) as state:
            return replace(rebuild_state(state, output), old_state=aside)


def _refuse_other_state(home: Path, output: Output) -> None:
    """Raise WrongDataset where a state of another dataset lies; one that cannot be read is what a rebuild is for."""
    if not (home / STATE_NAME).exists():
        return
    try:
        state = open_state(home / STATE_NAME)
    except StorageError as error:
        if error.advice != REBUILD and "version" not in error.what:
            raise
        return
    with closing(state):
        refuse_wrong_dataset(state, output, files_there(output))


def rebuild_state(state: State, output: Output) -> Rebuilt:
    """Enter every file of the dataset into a state that does not know it; set aside what cannot be read."""
    settle_compaction(output)
    there, manifests = look(state, output)
    events = list(take_unknown(state, output, there, Admission(state, output, manifests)))
    rows = state.connection.execute(
        "SELECT coalesce(sum(rows), 0) FROM part WHERE state = 'committed'"
    ).fetchone()[0]
    aside = tuple(name for what, name in events if what == "quarantined")
    return Rebuilt(len(events) - len(aside), rows, aside)

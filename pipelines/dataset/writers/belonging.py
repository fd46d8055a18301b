"""Whether a state and a dataset belong together: a mistyped --data must not read as "nothing new"."""

from collections.abc import Collection
from pathlib import Path

from columnist.pipelines.dataset.archive.write import FOLDER
from columnist.pipelines.dataset.clusters.table import CLUSTERS_FOLDER, SKETCHES_FOLDER
from columnist.pipelines.dataset.files.local_output import LocalOutput
from columnist.pipelines.dataset.files.locations import Output, open_output
from columnist.pipelines.dataset.files.stored import QUARANTINE
from columnist.pipelines.dataset.runs.months import folded_names
from columnist.pipelines.dataset.state.lock import LOCK_NAME
from columnist.pipelines.dataset.state.rows import KINDS
from columnist.pipelines.dataset.state.state import STATE_NAME, State
from columnist.pipelines.dataset.writers.at_work import WRITERS

_FOLDERS = (
    *KINDS,
    "runs",
    "tmp",
    FOLDER,
    WRITERS,
    QUARANTINE,
    CLUSTERS_FOLDER,
    SKETCHES_FOLDER,
)  # of a dataset


class WrongDataset(Exception):  # noqa: N818  an outcome that the caller reports, exit code 3
    """A state that knows rows which this dataset has never had."""


class NoDataset(Exception):  # noqa: N818  an outcome that the caller reports, exit code 2
    """A place that is no dataset, or a part of one."""


def refuse_inside(output: Output) -> None:
    """Raise NoDataset for a place inside another dataset's folders: what was written there would be taken for its files."""
    local = isinstance(output, LocalOutput)
    place = str(output.root.resolve()) if isinstance(output, LocalOutput) else output.address.rstrip("/")
    parts = place.split("/")
    for n in range(len(parts) - 1, 0, -1):
        above = "/".join(parts[:n])
        if parts[n] in _FOLDERS and above.rpartition("/")[2] and _is_dataset(above, local):
            raise NoDataset(
                f"{output.address} lies inside the dataset {above}: name that one with --data, or a place outside of it"
            )


def _is_dataset(place: str, local: bool) -> bool:
    if local and any((Path(place) / name).is_file() for name in (LOCK_NAME, STATE_NAME)):
        return True
    output = open_output(place)
    ours = (f.name.endswith(".json") for f in output.files("runs"))
    return any(ours) or any("/day=" in f.name for kind in KINDS for f in output.files(kind))


def refuse_no_dataset(output: Output, home: Path | None) -> None:
    """Raise NoDataset where no run has written anything, and the state's folder has none."""
    refuse_inside(output)
    if home is not None and (home / STATE_NAME).exists():
        return
    if not any(True for folder in (*KINDS, "runs", WRITERS) for _ in output.files(folder)):
        raise NoDataset(
            f"{output.address} is no dataset: it has no articles/, no rejects/ and no runs/; "
            "name the data folder of a crawl with --data"
        )


def refuse_wrong_dataset(state: State, output: Output, there: Collection[str]) -> None:
    """Raise WrongDataset where neither a file of the state is `there` nor a manifest of its runs.

    Where only some of its files have vanished, or all but the manifests, it is the right dataset with a loss. So it is
    where all have, and the state lies in the data folder itself.
    """
    found = state.connection.execute("SELECT name, rows, run FROM part WHERE state = 'committed'").fetchall()
    if not found or any(name in there for name, _, _ in found):
        return
    manifests = {found.name for found in output.files("runs")}
    if not there and not manifests and Path(output.address).absolute() == state.path.parent.absolute():
        return
    manifests |= folded_names(output)
    runs = {run for _, _, run in found}
    runs.update(run for (run,) in state.connection.execute("SELECT id FROM run WHERE manifest = 1"))
    if any(f"runs/{run}.json" in manifests for run in runs):
        return
    rows = sum(rows for _, rows, _ in found)
    raise WrongDataset(
        f"{state.path} knows {rows} rows in {len(found)} files, none of which {output.address} has ever had: it is the "
        f"state of another dataset. Name that one with --data, or with --state a folder for this one's state; if its "
        f"files were taken away on purpose, move {state.path.name} away."
    )

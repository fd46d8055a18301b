"""Whether a state and a dataset belong together: a mistyped --data must not read as "nothing new"."""

from collections.abc import Collection
from pathlib import Path

from pipelines.dataset.files.locations import Output
from pipelines.dataset.state.state import State


class WrongDataset(Exception):  # noqa: N818  an outcome that the caller reports, exit code 3
    """A state that knows rows which this dataset has never had."""


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

"""columnist state rebuild: the state file made anew from the dataset."""

from pathlib import Path

import click

from columnist.pipelines.dataset.repair.rebuild import rebuild
from columnist.pipelines.records.redact import printable
from columnist.scraper.cli.console import counted, say
from columnist.scraper.cli.exit_codes import DONE, WrongUse


@click.group("state")
def command() -> None:
    """Mend the state file."""


@command.command("rebuild", short_help="Make state.db anew from the dataset.")
@click.option(
    "--data", default="data", show_default=True, envvar="COLUMNIST_DATA", metavar="DIR", help="Data folder."
)
@click.option("--state", type=click.Path(file_okay=False, path_type=Path), envvar="COLUMNIST_STATE", metavar="DIR",
              help="Local folder of state.db, where --data is not a local folder.")  # fmt: skip
def rebuild_command(data: str, state: Path | None) -> int:
    """Make state.db anew from the dataset, so that known articles are not written twice."""
    if "://" not in data and not Path(data).is_dir():
        raise WrongUse(f"{data}: no such data folder; name it with --data")
    done = rebuild(data, state_folder=state)
    files, rows, aside = (
        counted(n, what)
        for n, what in ((done.parts, "file"), (done.rows, "row"), (len(done.quarantined), "file"))
    )
    say(f"rebuilt from {files}: {rows} known, {aside} set aside")
    for name in done.quarantined:
        say(f"set aside: {printable(name)}, for it cannot be read")
    if done.old_state is not None:
        say(f"the state that was there is set aside: {printable(done.old_state)}")
    return DONE

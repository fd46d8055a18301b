"""columnist verify: every file of the dataset held against its checksum, its rows and its manifest."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from columnist.pipelines.dataset.upkeep.repair.problems import Problem
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.pipelines.records.redact import printable
from columnist.scraper.cli.console import counted, say
from columnist.scraper.cli.exit_codes import BELOW_FLOOR, DONE, WrongUse


@click.command("verify")
@click.option(
    "--data", default="data", show_default=True, envvar="COLUMNIST_DATA", metavar="DIR", help="Data folder."
)
@click.option("--state", type=click.Path(file_okay=False, path_type=Path), envvar="COLUMNIST_STATE", metavar="DIR",
              help="Local folder of state.db, where --data is not a local folder.")  # fmt: skip
@click.option("--repair", is_flag=True, help="Mend what can be: each problem's line says how.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON object.")
def command(data: str, state: Path | None, repair: bool, as_json: bool) -> int:
    """Check every file of the dataset. Exit 1 with a line per problem, also where --repair mended it."""
    if "://" not in data and not Path(data).is_dir():
        raise WrongUse(f"{data}: no such data folder; name it with --data")
    found = verify(data, state_folder=state, repair=repair)
    if as_json:
        say(json.dumps(asdict(found), ensure_ascii=False))
    else:
        for problem in found.problems:
            say(
                f"{problem.what}: {printable(problem.name)}: {printable(problem.detail)}{printable(_done(problem))}"
            )
        for name in found.foreign:
            say(
                f"foreign: {printable(name)}: no row of ours is in it; it stays, and columnist.read leaves it out"
            )
        nouns = ((found.files, "file"), (found.rows, "row"), (found.manifests, "manifest"))
        told = ", ".join(counted(n, what) for n, what in (*nouns, (len(found.problems), "problem")))
        say(told)
    return BELOW_FLOOR if found.problems else DONE


def _done(problem: Problem) -> str:
    """Say what a repair did about a problem."""
    moved = f"; moved to {problem.moved_to}" if problem.moved_to else ""
    pending = f", {problem.pending} addresses pending again" if problem.moved_to or problem.pending else ""
    return f"{moved}{pending}; {problem.mended}" if problem.mended else f"{moved}{pending}"

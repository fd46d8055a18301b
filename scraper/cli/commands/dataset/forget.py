"""columnist forget URL|ID|SITE ...: rows leave the dataset and the state for good, and never come back."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from columnist.pipelines.dataset.state.lock import home_of
from columnist.pipelines.records.redact import printable
from columnist.scraper.cli.console import counted, say
from columnist.scraper.cli.exit_codes import BELOW_FLOOR, DONE, CannotStart, WrongUse

if TYPE_CHECKING:
    from columnist.pipelines.dataset.upkeep.forget.forget import Forgot


_COMMAND = "columnist forget"  # without what was named: the manifest and the lock are read by others


@click.command("forget")
@click.argument("targets", nargs=-1, required=True, metavar="URL|ID|SITE ...")
@click.option(
    "--data", default="data", show_default=True, envvar="COLUMNIST_DATA", metavar="DIR", help="Data folder."
)
@click.option("--state", type=click.Path(file_okay=False, path_type=Path), envvar="COLUMNIST_STATE", metavar="DIR",
              help="Local folder of state.db, where --data is not a local folder.")  # fmt: skip
@click.option("--reason", metavar="TEXT", help="Why; it stands in the ledger beside the day.  [required]")
@click.option(
    "--dry-run", is_flag=True, help="Say what would be taken out of files and state; change nothing."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as one JSON object.")
def command(targets: tuple[str, ...], data: str, state: Path | None, **how: Any) -> int:
    """Take every row of pages, articles or whole sites out of the dataset and the state.

    What is named is an address, an article's id, or a site: a domain, which covers what is below it too, or a name in
    the column site. It is written down in runs/forgotten.jsonl, as a hash, and no run fetches or writes it again.
    """
    if "://" not in data and not Path(data).is_dir():
        raise WrongUse(f"{data}: no such data folder; name it with --data")
    reason = (how["reason"] or "").strip()
    if not how["dry_run"] and not reason:
        raise WrongUse("say why with --reason TEXT: it stands in the ledger, for whoever asks later")
    if home_of(data, state) is None:
        raise CannotStart(
            f"--data {data} is not on this machine: add --state DIR, the local folder of its state.db"
        )
    from columnist.pipelines.dataset.open_store import StoreOptions
    from columnist.pipelines.dataset.upkeep.forget.forget import forget, names_in, preview
    from columnist.pipelines.dataset.upkeep.forget.targets import read_targets

    found = read_targets(targets, lambda: names_in(data))
    if how["dry_run"]:
        done = preview(data, found, state)
    else:
        options = StoreOptions(state_folder=state, command=f"{_COMMAND} ({counted(len(found), 'target')})")
        done = forget(data, found, reason, options)
    _tell(done, how["as_json"])
    return BELOW_FLOOR if done.unknown else DONE


def _tell(done: Forgot, as_json: bool) -> None:
    kept = (
        "not changed, without --dry-run it is never fetched"
        if done.run_id is None
        else "it is never fetched now"
    )
    for name in done.unknown:
        click.echo(f"columnist: {printable(name)}: nothing of it was here; {kept}", err=True)
    for name in done.already:
        click.echo(f"columnist: {printable(name)}: it was forgotten before, nothing of it is left", err=True)
    if done.quarantined:
        aside = counted(done.quarantined, "file")
        click.echo(
            f"columnist: quarantine/ holds {aside} that may have rows of it: look, and delete them", err=True
        )
    if as_json:
        say(json.dumps(asdict(done), ensure_ascii=False))
        return
    nouns = ((done.rows, "row"), (done.files, "file"), (done.addresses, "address"))
    rows, files, addresses = (
        f"{n} {what}" if n == 1 else f"{n} {what}{'es' if what == 'address' else 's'}" for n, what in nouns
    )
    verb = "would forget" if done.run_id is None else "forgot"
    raw = f", {counted(done.archived, 'raw page')}" if done.archived else ""
    say(f"{verb} {rows} in {files}, {addresses}{raw}, {counted(len(done.unknown), 'unknown target')}")

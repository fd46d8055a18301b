"""columnist compact: the small files of a day become few, while readers read and runs write."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from columnist.pipelines.records.redact import printable
from columnist.scraper.cli.console import counted, say
from columnist.scraper.cli.exit_codes import BELOW_FLOOR, DONE, WrongUse
from columnist.scraper.cli.flags import Age, Number

if TYPE_CHECKING:
    from columnist.pipelines.dataset.upkeep.compact.compact import Compacted


@click.command("compact")
@click.option("--data", default="data", show_default=True, envvar="COLUMNIST_DATA", metavar="DIR",
              help="Data folder, or an fsspec or pyarrow.fs address such as s3://bucket/news.")  # fmt: skip
@click.option("--before", type=Age(), default="2d", show_default=True, metavar="AGE",
              help="Days that began at least so long ago (36h, 2d, 1w); 0d: today's too.")  # fmt: skip
@click.option("--target-mb", type=Number(min=1), default=128.0, show_default=True,
              help="Megabytes of a file; one of at least half of that stays as it is.")  # fmt: skip
@click.option("--drop-superseded", is_flag=True,
              help="Keep the latest revision of each article alone: the others are gone for good.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would be merged; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as one JSON object.")
@click.option("--quiet", is_flag=True, help="Say nothing when all is well.")
def command(data: str, before: timedelta, target_mb: float, as_json: bool, quiet: bool, **how: bool) -> int:
    """Merge the small files of each day into few, sorted by site and address; every revision is kept.

    Readers may read and runs may write meanwhile. Manifests of those days are folded into one file a month. Killed at
    any moment, the same call goes on. Exit 1 with a line for each file that had to stay as it is.
    """
    if "://" not in data and not Path(data).is_dir():
        raise WrongUse(f"{data}: no such data folder; name it with --data")
    from columnist.pipelines.dataset.upkeep.compact.compact import compact, preview
    from columnist.pipelines.dataset.upkeep.compact.plan import Wanted

    until = (datetime.now(UTC) - before).date()
    wanted = Wanted(until, target_mb, how["drop_superseded"])
    done = preview(data, wanted) if how["dry_run"] else compact(data, wanted)
    for line in done.left:
        click.echo(f"columnist: {printable(line)}", err=True)
    if as_json:
        say(json.dumps({"dry_run": how["dry_run"], "until": until.isoformat(), **asdict(done)}))
    elif not quiet:
        left_alone = "" if done.files_before else f"; days after {until} are left alone (--before)"
        say(_told(done, how["dry_run"]) + left_alone)
    return BELOW_FLOOR if done.left else DONE


def _told(done: Compacted, is_preview: bool) -> str:
    size = f"{done.bytes_before / 1e6:.1f} MB"
    size = size if is_preview else f"{size} to {done.bytes_after / 1e6:.1f} MB"
    merged = f"{'would merge' if is_preview else 'merged'} {counted(done.files_before, 'file')} into {done.files_after}"
    dropped = f", {counted(done.superseded, 'superseded revision')} dropped" if done.superseded else ""
    folded = "" if is_preview else f", {counted(done.manifests_folded, 'manifest')} folded"
    return f"{merged}: {counted(done.rows, 'row')}, {size}{dropped}{folded}"

"""columnist report DATA: one page that shows what a data folder holds."""

from pathlib import Path

import click

from columnist.pipelines.publish.dataset_name import dataset_name
from columnist.pipelines.publish.report.report import NotAFile, write_report
from columnist.scraper.cli.console import say
from columnist.scraper.cli.exit_codes import DONE, WrongUse


@click.command("report")
@click.argument("data", default="data", envvar="COLUMNIST_DATA", metavar="DATA")
@click.option("--out", default="report.html", show_default=True, metavar="FILE",
              type=click.Path(path_type=Path), help="The page; an older one is replaced.")  # fmt: skip
def command(data: str, out: Path) -> int:
    """Write one HTML page about the data folder: articles by day and site, languages, lengths, what is known and what is not.

    And the sources of each field, what cleaning took out, rejects, silent and drifting sites, revisions, copies, rights. It
    needs nothing beside it: no network, no folder.
    """
    try:
        size = write_report(data, dataset_name(data), out)
    except (NotAFile, FileNotFoundError) as error:
        raise WrongUse(str(error)) from None
    say(f"{out} ({size / 1000:,.0f} kB)")
    return DONE

"""columnist export DATA --to FOLDER: articles in a form that other tools take."""

import re
from pathlib import Path
from typing import Any

import click

from columnist.pipelines.publish.export.export import BadExport, Wish, export
from columnist.pipelines.publish.export.formats import FORMATS
from columnist.scraper.cli.console import LOG, counted, say
from columnist.scraper.cli.exit_codes import BELOW_FLOOR, DONE, WrongUse

_MASK = re.compile(r"(\d{1,6})/(\d{1,6})")


@click.command("export")
@click.argument("data", default="data", envvar="COLUMNIST_DATA", metavar="DATA")
@click.option("--to", "folder", required=True, metavar="FOLDER", type=click.Path(path_type=Path),
              help="New or empty folder for the files.")  # fmt: skip
@click.option("--format", "form", type=click.Choice([form.name for form in FORMATS]), default="jsonl", show_default=True,
              help="; ".join(f"{form.name}: {form.meaning}" for form in FORMATS) + ".")  # fmt: skip
@click.option(
    "--where",
    metavar="SQL",
    help="Only these: what DuckDB takes after WHERE, over the columns of the articles.",
)
@click.option("--mask", metavar="N/M", help='Replace N words in a row of each M by "@": 7/100 for a set that may be '
              "counted and searched, but not read.")  # fmt: skip
@click.option("--all-revisions", is_flag=True, help="Every version of each article, not the latest alone.")
def command(data: str, folder: Path, form: str, **given: Any) -> int:
    """Write the articles of a data folder as JSON lines, CSV, text files or TEI, with an export.json that says how.

    The folder appears whole or not at all. Exit 1 where no article is as --where asks.
    """
    wish = Wish(form, given["where"], _share(given["mask"]), given["all_revisions"])
    try:
        count = export(data, folder, wish)
    except (BadExport, FileNotFoundError) as error:
        raise WrongUse(str(error)) from None
    if count:
        say(f"{counted(count, 'article')} in {folder}")
    else:
        LOG.error("no article is as --where asks" if wish.where else "the data folder holds no article")
    return DONE if count else BELOW_FLOOR


def _share(mask: str | None) -> tuple[int, int] | None:
    if mask is None:
        return None
    found = _MASK.fullmatch(mask)
    masked, period = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 0 < masked <= period:
        raise WrongUse(
            f"--mask {mask}: give two whole numbers, such as 7/100 for seven words of each hundred"
        )
    return masked, period

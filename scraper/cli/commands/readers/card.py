"""columnist card DATA: describe a data folder, for people and for machines."""

import click

from columnist.pipelines.publish.card.card import NotOurs, write_card
from columnist.pipelines.publish.dataset_name import dataset_name
from columnist.scraper.cli.console import say
from columnist.scraper.cli.exit_codes import DONE, WrongUse


@click.command("card")
@click.argument("data", default="data", envvar="COLUMNIST_DATA", metavar="DATA")
@click.option("--name", help="Name of the dataset.  [default: the folder's]")
def command(data: str, name: str | None) -> int:
    """Write README.md (a Hugging Face dataset card) and croissant.json (MLCommons, with RAI fields) into the data folder.

    From manifests and columns alone: period, sites, languages, what is unknown, limits, rights, how to cite.
    """
    try:
        written = write_card(data, name or dataset_name(data))
    except (NotOurs, FileNotFoundError) as error:
        raise WrongUse(str(error)) from None
    for file in written:
        say(f"{data.rstrip('/')}/{file}")
    return DONE

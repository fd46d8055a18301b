"""columnist cluster --data DATA: find the copies of each article."""

import json
from dataclasses import asdict
from datetime import timedelta

import click

from columnist.pipelines.publish.copies.cluster import cluster
from columnist.scraper.cli.console import counted, say
from columnist.scraper.cli.exit_codes import DONE, WrongUse
from columnist.scraper.cli.flags import Age


@click.command("cluster")
@click.option("--data", default="data", show_default=True, envvar="COLUMNIST_DATA", metavar="DIR",
              help="Data folder, or its address on an object store.")  # fmt: skip
@click.option("--window", type=Age(least=timedelta(hours=1)), default="14d", show_default=True, metavar="AGE",
              help="How far apart in time copies are looked for: 36h, 14d, 4w.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the counts as one JSON object.")
def command(data: str, window: timedelta, as_json: bool) -> int:
    """Find copies: each article gets the id of the first-seen article of its copies, in clusters/ beside the articles.

    Copies share about half of their words, in runs of five, whatever their headline and end; what recurs on a site does not
    count. Run it after each crawl: it looks at what is new, and with nothing new changes nothing.
    """
    try:
        found = cluster(data, window)
    except FileNotFoundError as error:
        raise WrongUse(str(error)) from None
    if as_json:
        say(json.dumps(asdict(found)))
        return DONE
    kinds = ", ".join(f"{count} {kind}" for kind, count in found.kinds.items())
    say(
        f"{found.new} new, {counted(found.articles, 'article')}, {found.copies} {'copy' if found.copies == 1 else 'copies'}"
        f"{f' ({kinds})' if kinds else ''} in {counted(found.clusters, 'cluster')}"
    )
    return DONE

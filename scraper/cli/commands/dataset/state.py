"""columnist state rebuild | addresses | move: the state file made anew, what it alone knows, sites moved between shards."""

import csv
import sys
from pathlib import Path

import click

from columnist.pipelines.dataset.state.lock import home_of
from columnist.pipelines.dataset.state.state import STATE_NAME
from columnist.pipelines.dataset.upkeep.repair.rebuild import rebuild
from columnist.pipelines.records.redact import printable, redacted_command
from columnist.pipelines.sites.shards import MOST_SHARDS
from columnist.scraper.cli.console import counted, say
from columnist.scraper.cli.exit_codes import DONE, CannotStart, WrongUse
from columnist.scraper.cli.flags import Whole


@click.group("state")
def command() -> None:
    """Mend the state file, list what it alone knows, or move sites between the states of shards."""


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


@command.command("addresses", short_help="List the further addresses of each article.")
@click.option(
    "--data", default="data", show_default=True, envvar="COLUMNIST_DATA", metavar="DIR", help="Data folder."
)
@click.option("--state", type=click.Path(file_okay=False, path_type=Path), envvar="COLUMNIST_STATE", metavar="DIR",
              help="Local folder of state.db, where --data is not a local folder.")  # fmt: skip
def addresses_command(data: str, state: Path | None) -> int:
    """Print as CSV at which further addresses a crawl met each article: copies on its site, parts, addresses that moved.

    They give no row in the dataset. Columns: id (of the article), url (that gives its rows), also_at, why.
    """
    from columnist.pipelines.dataset.state.further_addresses import FurtherAddress, further_addresses
    from columnist.scraper.frontier.shard_states import shard_homes

    folder = home_of(data, state)
    homes = (
        [home for home in (folder, *shard_homes(folder).values()) if (home / STATE_NAME).exists()]
        if folder
        else []
    )
    if not homes:
        raise WrongUse(f"{folder or data}: no state.db here; name the crawl's --data, or its --state")
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(FurtherAddress._fields)
    for home in homes:
        rows.writerows(further_addresses(home))
    return DONE


@command.command("move", short_help="Move sites to the shards that own them when their number changes.")
@click.option("--to", "count", type=Whole(min=1, max=MOST_SHARDS), required=True, metavar="N",
              help="Shards that there are to be; 1: one crawl without --shard.")  # fmt: skip
@click.option("--from", "others", multiple=True, metavar="DIR",
              type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="A state's folder from elsewhere whose sites are to come here; may be repeated.")  # fmt: skip
@click.option(
    "--data", default="data", show_default=True, envvar="COLUMNIST_DATA", metavar="DIR", help="Data folder."
)
@click.option("--state", type=click.Path(file_okay=False, path_type=Path), envvar="COLUMNIST_STATE", metavar="DIR",
              help="Local folder in which the shards' states lie, where --data is not a local folder.")  # fmt: skip
def move_command(count: int, others: tuple[Path, ...], data: str, state: Path | None) -> int:
    """Move sites, with all that is known of them, to the shards that own them when there are N.

    The states of shards that lie in --state, and one of a crawl without shards there, become those of N shards: only
    sites whose owner changes move, and nothing is fetched anew. No crawl of theirs may be at work (exit 4); killed at
    any moment, the same command goes on.
    """
    from columnist.scraper.frontier.reshard import Reshard, reshard  # loads Arrow

    folder = home_of(data, state)
    if folder is None:
        raise CannotStart(
            f"--data {data} is not on this machine: name with --state where the shards' states lie"
        )
    places = tuple(other.resolve() for other in others)  # one state under two spellings would lock itself out
    done = reshard(Reshard(data, folder.resolve(), count, places, redacted_command(sys.argv)))
    say(
        f"{counted(done.states, 'state')} to {counted(count, 'shard')}: {done.moved} of {counted(done.sites, 'site')} moved, "
        f"with {done.addresses} addresses"
    )
    return DONE

"""columnist check: the last crawl held against the sites' floors and against earlier runs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from columnist.pipelines.batch.check.crawls import crawls, latest_crawl
from columnist.pipelines.batch.check.doubts import doubted_articles
from columnist.pipelines.batch.check.floors import (
    MOST_MANIFESTS,
    SILENT_DAYS,
    Finding,
    FloorsInUse,
    check_run,
    floors_in_use,
)
from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.runs.manifests import newest_manifests
from columnist.pipelines.dataset.state.lock import home_of, is_held, is_used
from columnist.pipelines.dataset.writers.at_work import states_at_work
from columnist.pipelines.dataset.writers.written_twice import written_twice
from columnist.pipelines.records.redact import printable
from columnist.pipelines.sites.places import sites_beside, sites_place
from columnist.scraper.cli.console import counted, say
from columnist.scraper.cli.exit_codes import BELOW_FLOOR, DONE, LOCKED, CannotStart, WrongUse
from columnist.scraper.cli.flags import Number
from columnist.scraper.cli.session import site_files_flag

_SITES_NAMED = 5  # on one line; --json has them all


@click.command("check")
@click.option("--data", default="data", show_default=True, envvar="COLUMNIST_DATA", metavar="DIR",
              help="Data folder, or an fsspec or pyarrow.fs address such as s3://bucket/news.")  # fmt: skip
@site_files_flag
@click.option(
    "--silent-days",
    type=Number(min=0),
    default=SILENT_DAYS,
    show_default=True,
    help="Days without a new article after which a site is named; its file's silent_days_at_most wins.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON object.")
@click.option("--quiet", is_flag=True, help="Say nothing when all is well.")
def command(data: str, site_files: Path | None, silent_days: float, as_json: bool, quiet: bool) -> int:
    """Say which sites fell below their floors, drifted from earlier runs, give nothing or articles that may not be whole,
    and what two states wrote twice.

    Exit 1 with a line for each.
    """
    output = open_output(data)
    manifests = newest_manifests(output, MOST_MANIFESTS)
    held = crawls(manifests)
    if not manifests:
        home = home_of(data, None)
        if states_at_work(output) or (home is not None and is_held(home)):
            click.echo(f"columnist: {data}: no run has ended here yet; wait for its end", err=True)
            return LOCKED
        raise _none(data)
    sites = sites_beside(data, site_files)
    findings, used = check_run(manifests, sites, silent_days=silent_days), floors_in_use(manifests, sites)
    place, twice = sites_place(data, site_files), written_twice(output, manifests)
    doubted = doubted_articles(latest_crawl(manifests))
    if as_json:
        told = {"runs": len(held), "site_files": place, "doubted": doubted, **asdict(used)}
        say(
            json.dumps(
                {
                    **told,
                    "findings": [asdict(f) for f in findings],
                    "written_twice": [asdict(t) for t in twice],
                },
                ensure_ascii=False,
            )
        )
    elif findings or twice or not quiet:
        for finding in (*findings, *twice):
            say(printable(str(finding)))
        seen = _crawls(held, used, place, findings) if held else _no_crawl(data, manifests)
        again = f", {counted(len(twice), 'version')} written by two states" if twice else ""
        whole = f", {printable(_doubts(doubted))}" if doubted else ""
        say(f"{seen}{again}{whole}")
    return BELOW_FLOOR if findings or twice else DONE


def _crawls(held: Sequence[object], used: FloorsInUse, place: str, findings: Sequence[Finding]) -> str:
    broken = counted(len(findings), "site")
    return f"{counted(len(held), 'crawl')} looked at, {printable(_told(used, place))}, {broken} below floors or adrift"


def _no_crawl(data: str, manifests: Sequence[object]) -> str:
    # Floors are a crawl's; what two states wrote twice is everybody's, shards of `clean` above all.
    others = counted(len(manifests), "run")
    return f"{printable(data)}: no crawl has run here ({others} of other commands): no site to hold against floors or earlier crawls"


def _told(used: FloorsInUse, place: str) -> str:
    """Say how many floors were applied, from where, and which site files were of no use."""
    if not used.floors:
        return f"no floors applied: none for these sites in {place}"
    idle = f" ({', '.join(used.idle)}: not in the last crawl)" if used.idle else ""
    return f"{counted(used.floors, 'floor')} of {counted(used.files, 'site file')} in {place} applied{idle}"


def _doubts(doubted: Mapping[str, int]) -> str:
    """Say how many articles of the latest crawl may not be whole, and of which sites; the most first."""
    by_site = sorted(doubted.items(), key=lambda one: (-one[1], one[0]))
    named = ", ".join(f"{site} {count}" for site, count in by_site[:_SITES_NAMED])
    more = f" and {counted(len(by_site) - _SITES_NAMED, 'site')} more" if len(by_site) > _SITES_NAMED else ""
    return f"{counted(sum(doubted.values()), 'article')} that may not be whole ({named}{more})"


def _none(data: str) -> Exception:
    home = home_of(data, None)
    if home is not None and (home / "runs").is_dir():
        return WrongUse(f"{data}/runs: no manifest that can be read; `columnist verify` names damaged ones")
    if home is not None and is_used(home):
        return CannotStart(f"{data}: no run has ended here yet; run it again, it was killed")
    return WrongUse(f"{data}: no runs/ here; name the data folder of a crawl with --data")

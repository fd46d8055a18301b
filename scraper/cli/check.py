"""columnist check: the last crawl held against the sites' floors and against earlier runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from pipelines.check import check_run, is_crawl, read_manifests
from pipelines.dataset.output import open_output
from pipelines.dataset.twice import written_twice
from pipelines.lock import is_used
from pipelines.sites import load_sites
from scraper.cli.crawl import SITES_FOLDER
from scraper.console import counted, say
from scraper.escape import printable
from scraper.exits import BELOW_FLOOR, DONE, WrongUse

__all__ = ["command"]


@click.command("check")
@click.option("--data", default="data", show_default=True, envvar="COLUMNIST_DATA", metavar="DIR", help="Data folder.",
              type=click.Path(file_okay=False, path_type=Path))  # fmt: skip
@click.option("--site-files", type=click.Path(file_okay=False, path_type=Path), default=SITES_FOLDER, show_default=True,
              metavar="DIR", help="Folder of the site files.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON object.")
def command(data: Path, site_files: Path, as_json: bool) -> int:
    """Say which sites fell below their floors or drifted from earlier runs, and what two states wrote twice.

    Exit 1 with a line for each.
    """
    if not (data / "runs").is_dir():
        if is_used(data):
            raise WrongUse(
                f"{data}: no run has ended here yet; wait for its end, or run it again if it was killed"
            )
        raise WrongUse(f"{data}: no runs/ here; name the data folder of a crawl with --data")
    manifests = read_manifests(data / "runs")
    if not any(map(is_crawl, manifests)):
        raise WrongUse(
            f"{data}/runs: no crawl's manifest that can be read; `columnist verify` names damaged ones"
        )
    findings = check_run(manifests, load_sites(site_files) if site_files.is_dir() else {})
    twice = written_twice(open_output(data), manifests)
    if as_json:
        found = {"findings": [asdict(f) for f in findings], "written_twice": [asdict(t) for t in twice]}
        say(json.dumps({"runs": len(manifests), **found}, ensure_ascii=False))
    else:
        for finding in (*findings, *twice):
            say(printable(str(finding)))
        runs, sites = counted(len(manifests), "run"), counted(len(findings), "site")
        told = f", {counted(len(twice), 'version')} written by two states" if twice else ""
        say(f"{runs} looked at, {sites} below floors or adrift{told}")
    return BELOW_FLOOR if findings or twice else DONE

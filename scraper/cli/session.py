"""What every command that writes shares: where the data lies, how it speaks, how a run opens and closes."""

from __future__ import annotations

import re
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from columnist.pipelines.dataset.files.storage_errors import StorageError
from columnist.pipelines.dataset.state.lock import home_of, is_used, lock_data
from columnist.pipelines.document.addresses import is_web_address
from columnist.pipelines.records.options import CleanOptions, CrawlOptions, DatasetOptions, SandboxOptions
from columnist.pipelines.records.redact import redacted_command
from columnist.pipelines.records.run_summary import GIVEN_BY, RunSummary, summary_line
from columnist.pipelines.sites.shards import Shard
from columnist.scraper.cli.console import LOG, show_summary, tell_file
from columnist.scraper.cli.exit_codes import BELOW_FLOOR, DONE, CannotStart, WrongUse
from columnist.scraper.cli.flags import options_from, source_of
from columnist.scraper.cli.log import set_up_log
from columnist.scraper.cli.settings_file import is_from_settings, sources

if TYPE_CHECKING:
    from columnist.pipelines.dataset.open_store import StoreOptions
    from columnist.scraper.cli.notify import SiteCounts


_Command = TypeVar("_Command", bound=Callable[..., Any])
# Knobs with which nothing could be done at 0: no page, no worker, no site, no time for a page, no row in a file.
_ABOVE_ZERO = ("max_pages", "max_minutes", "max_pages_per_site", "max_listings_per_site",
               "max_addresses_per_site", "max_per_pattern", "workers", "sites_at_once",
               "page_seconds", "page_memory_mb", "page_megabytes", "in_flight_per_worker", "rows_per_file",
               "megabytes_per_file", "archive_gigabytes")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Session:
    """One command's surroundings."""

    data: str  # a folder or an fsspec / pyarrow.fs address
    state: Path | None
    as_json: bool
    quiet: bool
    clean: CleanOptions
    crawl: CrawlOptions
    sandbox: SandboxOptions
    dataset: DatasetOptions
    metrics_file: Path | None = None
    log_file: Path | None = None
    webhook: str | None = None
    verbose: bool = False
    events: bool = False  # whether a program listens: see `columnist crawl --events`
    shard: Shard | None = None  # of a crawl by several processes; `state` is its own folder then
    locked: bool = False  # whether this command holds the data folder already: see `held`
    began: float = field(default_factory=time.monotonic)

    def store_options(self) -> StoreOptions:
        """Return how the data folder is opened; the manifest gets every knob."""
        from columnist.pipelines.dataset.open_store import StoreOptions  # loads Arrow

        knobs = {**asdict(self.clean), **asdict(self.crawl), **asdict(self.sandbox), **asdict(self.dataset)}
        if self.shard is not None:
            knobs["shard"] = str(self.shard)
        settings = {**knobs, GIVEN_BY: sources()}
        number = self.shard.index if self.shard else 0
        told = tell_file if self.events else None
        return StoreOptions(
            self.dataset, self.state, _words(), settings, self.locked, shard=number, on_file=told
        )


def _words() -> str:
    return redacted_command(sys.argv)


@contextmanager
def held(session: Session) -> Iterator[Session]:
    """Lock a data folder that was used before, ahead of the slow imports: a second run is told at once."""
    home = home_of(session.data, session.state)
    if home is None or not is_used(home):  # nobody can hold it; `open_store` makes and locks it
        yield session
        return
    with lock_data(home, _words()):
        yield replace(session, locked=True)


@contextmanager
def held_for_crawl(session: Session, shard: Shard | None) -> Iterator[Session]:
    """Lock the state of a shard, or of a crawl without shards, where the states beside it are of as many."""
    folder = home_of(session.data, session.state)
    if folder is None or shard is None or shard.count == 1:
        with held(session) as locked:
            from columnist.scraper.frontier.shard_states import WHOLE, refuse_other_shards  # slow: see `held`

            if folder is not None:
                refuse_other_shards(folder, WHOLE)
            yield locked
        return
    from columnist.scraper.frontier.shard_states import home_of_shard, refuse_other_shards

    home = home_of_shard(folder, shard)
    if not home.exists():  # a mistyped number leaves no folder
        refuse_other_shards(folder, shard)
    with lock_data(home, _words()):
        refuse_other_shards(folder, shard)  # a move may have begun or ended meanwhile
        yield replace(session, state=home, locked=True, shard=shard)


site_files_flag = click.option("--site-files", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
                               help="Folder of the site files.  [default: sites, in the data folder]")  # fmt: skip
_DATA_HELP = "Data folder, or an fsspec or pyarrow.fs address such as s3://bucket/news."
_STATE_HELP = "Local folder of state.db and tmp; needed where --data is not a local folder."
_PLACES = (
    click.option("--data", default="data", show_default=True, envvar="COLUMNIST_DATA", metavar="DIR", help=_DATA_HELP),
    click.option("--state", type=click.Path(file_okay=False, path_type=Path), envvar="COLUMNIST_STATE", metavar="DIR",
                 help=_STATE_HELP),
)  # fmt: skip
# The variables name where real crawls work; the demo asks for a folder of its own, whatever they say.
_DEMO_PLACES = (
    click.option("--data", default="demo-data", show_default=True, metavar="DIR", help=_DATA_HELP),
    click.option(
        "--state", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help=_STATE_HELP
    ),
)
_FLAGS = (
    click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object."),
    click.option("--quiet", is_flag=True, help="Say nothing when all is well; warnings, errors and then the summary. --json still prints."),
    click.option("--verbose", is_flag=True, help="A line for each site, as on a terminal."),
    click.option("--log-file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
                 help="Write the log to a file that rotates at 20 MB, five kept."),
    click.option("--metrics-file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
                 help="Write the run's counts for Prometheus' textfile collector."),
    click.option("--webhook", metavar="URL", envvar="COLUMNIST_WEBHOOK",
                 help="Post the summary there as JSON when the run ends; its path counts as a secret."),
    click.option("--log-json", is_flag=True, help="Log one JSON object a line."),
)  # fmt: skip


def session_flags(command: _Command) -> _Command:
    """Add the flags that every writing command has."""
    return _with(command, (*_PLACES, *_FLAGS))


def demo_flags(command: _Command) -> _Command:
    """Add the same flags, with a folder that no other crawl uses."""
    return _with(command, (*_DEMO_PLACES, *_FLAGS))


def _with(command: _Command, flags: Sequence[Callable[[_Command], _Command]]) -> _Command:
    for flag in reversed(flags):
        command = flag(command)
    return command


def session_from(given: Mapping[str, Any]) -> Session:
    """Build the session from a command's keyword arguments, and set up its log."""
    set_up_log(given.get("log_file"), bool(given.get("log_json")), bool(given.get("quiet")))
    data, state = str(given["data"]), given.get("state")
    if "://" in data and not data.startswith("file://") and state is None:
        raise CannotStart(
            f"--data {data} is not on this machine: add --state DIR, a local folder for state.db and tmp"
        )
    check_addresses(given)
    odd = [
        code
        for code in given.get("languages") or ()
        if not (len(code) == 2 and code.isascii() and code.islower())
    ]
    if odd:
        shape = (
            'languages = ["de", "ar"]' if is_from_settings("languages") else "--languages de --languages ar"
        )
        raise WrongUse(
            f"--languages {odd[0]}{source_of('languages')}: give ISO 639-1 codes of two letters each: {shape}"
        )
    low, high = given.get("drop_below"), given.get("recover_above")
    if low is not None and high is not None and low > high:
        raise WrongUse(
            f"--drop-below {low:g}{source_of('drop_below')} is above --recover-above {high:g}"
            f"{source_of('recover_above')}; between them a block stays beside one that is sure: give the smaller "
            "number as --drop-below"
        )
    if given.get("quiet") and given.get("verbose"):
        raise WrongUse("--quiet and --verbose: give one of them")
    for name in _ABOVE_ZERO:
        if given.get(name) is not None and given[name] <= 0:
            flag = f"--{name.replace('_', '-')} {given[name]:g}{source_of(name)}"
            raise WrongUse(f"{flag}: give a number above 0")
    return Session(
        data=data,
        state=state,
        as_json=bool(given.get("as_json") or given.get("events")),
        quiet=bool(given.get("quiet")),
        clean=options_from(CleanOptions, given),
        crawl=options_from(CrawlOptions, given),
        sandbox=options_from(SandboxOptions, given),
        dataset=options_from(DatasetOptions, given),
        metrics_file=given.get("metrics_file"),
        log_file=given.get("log_file"),
        webhook=given.get("webhook"),
        verbose=bool(given.get("verbose")),
        events=bool(given.get("events")),
    )


def check_addresses(given: Mapping[str, Any]) -> None:
    """Refuse a proxy or a webhook that cannot be one, without repeating it: it may hold a secret."""
    if given.get("proxy") is not None:
        from columnist.pipelines.sites.site_values import proxy_address  # loads lxml

        try:
            proxy_address(given["proxy"])
        except ValueError as error:
            raise WrongUse(f"--proxy{source_of('proxy')}: {error}") from None
    webhook = given.get("webhook")
    if webhook is not None and not (is_web_address(webhook) and re.fullmatch(r"[!-~]+", webhook)):
        raise WrongUse(f"--webhook{source_of('webhook')}: give an http or https address")


def conclude(
    session: Session,
    run: RunSummary,
    code: int,
    more: Mapping[str, Any],
    sites: Mapping[str, SiteCounts] | None = None,
) -> int:
    """Say what the run did: the last line, the metrics file, the webhook. Return the exit code."""
    if gone := more.get("rows_gone"):
        LOG.error(
            "%d rows that %s had are gone; the lines above name their files; each run says so until this settles it: %s",
            gone,
            session.data,
            _repair_of(session),
        )
        code = code or BELOW_FLOOR
    if session.log_file is not None:  # on a terminal the line below says it
        LOG.info(
            "%s; exit %d%s", summary_line(run), code, f", run {more['run_id']}" if "run_id" in more else ""
        )
    if session.as_json or code != DONE or not session.quiet:
        show_summary(run, session.as_json, {"exit_code": code, **more})
    seconds = time.monotonic() - session.began
    if session.metrics_file is not None:
        from columnist.scraper.cli.notify import write_metrics  # loads the Prometheus client

        try:
            write_metrics(session.metrics_file, run, code, seconds, sites)
        except (OSError, StorageError) as error:  # the run is over and its data safe
            what = error.strerror if isinstance(error, OSError) else error.what
            LOG.warning("--metrics-file %s was not written: %s", session.metrics_file, what)
    if session.webhook is not None:
        from columnist.scraper.cli.notify import post_summary

        told = {"summary": summary_line(run), "exit_code": code, "seconds": round(seconds, 1)}
        post_summary(session.webhook, {**told, **asdict(run), **more})
    return code


def _repair_of(session: Session) -> str:
    state = ("--state", str(session.state)) if session.state is not None else ()
    return shlex.join(("columnist", "verify", "--repair", "--data", session.data, *state))

"""columnist demo: the whole line on the bundled newspaper, served on loopback, with the ordinary spider."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from typing import Any

import click
import pyarrow.dataset as pads

from columnist.pipelines.dataset.state.lock import home_of
from columnist.pipelines.dataset.state.state import STATE_NAME
from columnist.pipelines.records.options import CleanOptions, DatasetOptions, SandboxOptions
from columnist.scraper.cli.commands.crawl import crawl_sites
from columnist.scraper.cli.commands.demo_server import serve_newspaper
from columnist.scraper.cli.console import LOG, say, show_table
from columnist.scraper.cli.exit_codes import DONE, CannotStart, WrongUse
from columnist.scraper.cli.flags import Whole, flags
from columnist.scraper.cli.session import Session, demo_flags, session_from
from columnist.scraper.fetch.guard.address_guard import is_loopback
from columnist.scraper.frontier.site_jobs import job_for_address

# A port of its own, so that a second demo finds the same addresses and says "0 new".
_PORT = 8737

# One line each that loads the dataset; the tests run them as they stand.
LOADERS: tuple[tuple[str, str], ...] = (
    ("pandas", 'import pandas; articles = pandas.read_parquet("{folder}")'),
    (
        "polars",
        'import polars; articles = polars.read_parquet("{folder}/**/*.parquet", hive_partitioning=True)',
    ),
    ("DuckDB", "import duckdb; articles = duckdb.sql(\"SELECT * FROM '{folder}/**/*.parquet'\")"),
    (
        "datasets",
        'import datasets; articles = datasets.load_dataset("parquet", data_files="{folder}/**/*.parquet", split="train")',
    ),
)


@click.command("demo")
@demo_flags
@click.option(
    "--port",
    type=Whole(0, 65_535),
    help=f"Port of the newspaper on 127.0.0.1; 0: any free one.  [default: {_PORT}, or a free one if it is taken]",
)
@click.option(
    "--serve", is_flag=True, help="Crawl nothing: serve the newspaper until Ctrl-C, for runs of your own."
)
@flags(CleanOptions, SandboxOptions, DatasetOptions)
def command(port: int | None, serve: bool, **given: Any) -> int:
    """Crawl the bundled newspaper and show what came out, what was rejected and how to load it.

    Limits and pace of a crawl (columnist.toml: max_pages, delay ...) do not hold here: the paper is small and ours.
    """
    if serve:
        return _serve(port)
    session = session_from(given)
    # The newspaper is our own and on this machine: nobody needs us to wait between requests.
    session = replace(session, crawl=replace(session.crawl, delay=0.0))
    _refuse_a_real_crawl(session)
    is_told = not (session.as_json or session.quiet)
    with _newspaper(port) as base:
        if is_told:
            say(f"The demo newspaper is served at {base}/ while the crawl runs.")
        code, run_id = crawl_sites((job_for_address(f"{base}/"),), session)
    if is_told:
        _show(session, run_id)
    return code


def _serve(port: int | None) -> int:
    with _newspaper(port) as base, suppress(KeyboardInterrupt):  # how it is meant to end
        say(
            f"{base}/  the demo newspaper, until Ctrl-C; in another terminal: columnist crawl {base}/ --delay 0"
        )
        threading.Event().wait()
    return DONE


def _refuse_a_real_crawl(session: Session) -> None:
    """Raise WrongUse where another crawl's articles lie: fifty invented ones among them would be found years later."""
    home = home_of(session.data, session.state)
    if home is None or not (home / STATE_NAME).exists():
        return
    with closing(sqlite3.connect(f"{(home / STATE_NAME).absolute().as_uri()}?mode=ro", uri=True)) as state:
        found = state.execute("SELECT site FROM staged UNION SELECT site FROM url ORDER BY site")
        other = next((site for (site,) in found if not is_loopback(site.rpartition(":")[0])), None)
    if other is not None:
        raise WrongUse(
            f"--data {session.data}: this folder holds a crawl of {other}; give the demo one of its own, or no --data"
        )


@contextmanager
def _newspaper(port: int | None) -> Iterator[str]:
    with ExitStack() as stack:
        try:
            base = stack.enter_context(serve_newspaper(port=_PORT if port is None else port))
        except OSError as error:
            if port is not None:
                raise CannotStart(
                    f"--port {port}: {error.strerror}; name another one, or 0 for any that is free"
                ) from None
            base = stack.enter_context(serve_newspaper(port=0))
            LOG.warning("port %d is taken: the newspaper is at %s, where every article is new", _PORT, base)
        yield base


def _show(session: Session, run_id: str) -> None:
    where = session.data.rstrip("/")
    columns = ["language", "published_at", "published_precision", "authors", "word_count", "title", "url"]
    articles = _rows(f"{where}/articles", columns)
    show_table(
        f"{len(articles)} articles",
        ("lang", "published, UTC", "words", "authors", "title"),
        (
            _cells(row)
            for row in sorted(articles, key=lambda r: (r["language"] or "", str(r["published_at"]), r["url"]))
        ),
    )
    rejects = _rows(f"{where}/rejects", ["url", "reason", "detail"])
    show_table(
        "Rejected", ("reason", "detail", "url"), ((r["reason"], r["detail"], r["url"]) for r in rejects)
    )
    say()
    say(f"articles  {where}/articles   one Parquet file a commit, by day of fetch")
    say(f"rejects   {where}/rejects    every page that is no article, with the reason")
    say(f"manifest  {where}/runs/{run_id}.json")
    say("Load them with:")
    for name, line in LOADERS:
        say(f"  {name:<9} {line.format(folder=f'{where}/articles')}")


def _rows(folder: str, columns: Sequence[str]) -> list[Mapping[str, Any]]:
    try:
        table = pads.dataset(folder, format="parquet", partitioning="hive").to_table(columns=list(columns))
    except FileNotFoundError:  # nothing of this kind was written
        return []
    return table.to_pylist()  # type: ignore[no-any-return]


def _cells(row: Mapping[str, Any]) -> tuple[object, ...]:
    published = row["published_at"]
    shape = "%Y-%m-%d" if row["published_precision"] == "day" else "%Y-%m-%d %H:%M"
    day = published.strftime(shape) if published else None
    return row["language"], day, row["word_count"], ", ".join(row["authors"]), row["title"]

"""columnist clean INPUT ...: saved pages into the dataset, by the same function as the crawl."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from columnist.pipelines.dataset.state.lock import home_of
from columnist.pipelines.records.options import CleanOptions, CrawlOptions, DatasetOptions, SandboxOptions
from columnist.pipelines.records.redact import printable
from columnist.pipelines.records.run_summary import RunSummary
from columnist.pipelines.sites.shards import Shard
from columnist.scraper.cli.console import LOG, Ticker, counted, note_recovery
from columnist.scraper.cli.exit_codes import BELOW_FLOOR, DONE, WrongUse
from columnist.scraper.cli.flags import Number, ShardOf, engine_flags, flags, refuse_engine
from columnist.scraper.cli.session import Session, conclude, held, session_flags, session_from

# Arrow and trafilatura take a second to load: inside the functions, after the lock.
if TYPE_CHECKING:
    from columnist.pipelines.batch.cleaned import Cleaned
    from columnist.pipelines.batch.sources.open import Inputs
    from columnist.pipelines.batch.units.pool import Pool
    from columnist.pipelines.batch.units.unit import Ended, Job, Unit
    from columnist.pipelines.dataset.open_store import Store


_ARTICLES = ("new", "changed", "unchanged", "duplicate")  # decisions on what is an article


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asked for, beside the options."""

    inputs: int  # how many were named
    url: str | None = None  # of the only page
    engine: str = "local"
    address: str | None = None  # of a Ray cluster
    shard: Shard | None = None
    again: bool = False


@click.command("clean")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT ...")
@click.option("--url", help="Address of the one page that is read from a file or standard input.")
@click.option(
    "--base",
    help="Where the relative paths of a list of archives lie: https://data.commoncrawl.org/, s3://bucket/, a folder.",
)
@session_flags
@flags(CleanOptions, SandboxOptions, DatasetOptions)
@click.option(
    "--contact", envvar="COLUMNIST_CONTACT", help="Who fetches the addresses of a URL list: URL or e-mail."
)
@click.option(
    "--proxy", envvar="COLUMNIST_PROXY", help="Proxy to fetch them through: http://[user:password@]host:port."
)
@click.option(
    "--delay",
    type=Number(min=0),
    default=CrawlOptions().delay,
    help="Seconds between two requests to one site.",
)
@click.option(
    "--archive/--no-archive",
    default=CrawlOptions().archive,
    show_default=True,
    envvar="COLUMNIST_ARCHIVE",
    help="Whether the pages of a URL list are kept raw, as WARC files in archive/ of the data folder.",
)
@engine_flags
@click.option(
    "--shard",
    type=ShardOf(),
    envvar="COLUMNIST_SHARD",
    metavar="I/N",
    help="Clean only the input files that fall to this shard, 1/N to N/N, with a state of its own. Of single pages, a site's own "
    "lines are looked for among those of the shard.",
)
@click.option("--again", is_flag=True, help="Clean inputs anew that were cleaned before and have not changed.")  # fmt: skip
def command(inputs: tuple[str, ...], url: str | None, base: str | None, **given: Any) -> int:
    """Clean saved pages into the dataset.

    INPUT is a file, a folder or a glob of HTML or text files, a Parquet file of pages (columns url, html,
    optional id and fetched_at), JSON lines, a WARC (.warc, .warc.gz, .warc.zst; also at an http, s3 or other
    fsspec address), a list of WARCs (warc.paths.gz), a list of URLs, a URL, or "-" for standard input. A file that was
    cleaned to its end is passed over until it, the options or the version change.
    """
    asked = Asked(len(inputs), url, **{name: given[name] for name in ("engine", "address", "shard", "again")})
    refuse_engine(asked.engine, asked.address)
    with held(_of_shard(session_from(given), asked.shard)) as session:
        from columnist.pipelines.batch.sources.files import address_of
        from columnist.pipelines.batch.sources.open import sort_inputs

        odd: list[str] = []
        found = sort_inputs(inputs, odd.append, base)
        for line in odd:
            LOG.error("%s", printable(line))
        if found.urls and found.pieces:
            raise WrongUse(
                "addresses and saved pages in one call: give them to two calls of `columnist clean`"
            )
        _refuse_piped(found, asked)
        if found.urls:
            from columnist.scraper.cli.commands.crawl import (
                crawl_list,  # Scrapy is loaded only where something is fetched
            )

            return crawl_list(found.urls, session, wrong=len(odd))
        if asked.shard is not None:
            shard = asked.shard
            ours = tuple(p for p in found.pieces if shard.owns(address_of(p)))
            LOG.info("shard %d/%d: %d of %d files", shard.index, shard.count, len(ours), len(found.pieces))
            found = replace(found, pieces=ours)
        return _clean_saved(found, asked, session)


def _refuse_piped(found: Inputs, asked: Asked) -> None:
    """Raise WrongUse where only files can be dealt to other machines."""
    flag = "--engine ray" if asked.engine == "ray" else "--shard" if asked.shard else None
    if flag and found.urls:
        raise WrongUse(f"{flag} is for saved pages; addresses are fetched by one process: leave it out")
    if flag and any(piece.body is not None for piece in found.pieces):
        raise WrongUse(f"{flag} is for files, which all its processes can read: save standard input to one")


def _of_shard(session: Session, shard: Shard | None) -> Session:
    """Give a shard a state of its own: shards may run at once, on one machine or many."""
    home = home_of(session.data, session.state)
    if shard is None or home is None:
        return session
    return replace(session, state=home / f"clean-{shard.index}-of-{shard.count}")


def _clean_saved(found: Inputs, asked: Asked, session: Session) -> int:
    from columnist.pipelines.batch.sources.open import open_source
    from columnist.pipelines.batch.units.pool import Pool
    from columnist.pipelines.batch.units.stage import unfinished
    from columnist.pipelines.batch.units.unit import Job, units_of
    from columnist.pipelines.dataset.open_store import open_store

    with open_store(session.data, session.store_options()) as store:
        note_recovery(store.recovery)
        job = Job(store.run_id, datetime.now(UTC), session.clean, session.sandbox, asked.url)
        # Refuses a --url that cannot be meant; nothing is read yet.
        open_source(found, job.reading(LOG.warning))
        every = units_of(found.pieces, job)
        units, counts = unfinished(store, every, asked.again)
        passed = len(found.pieces) - len(units)
        if passed:
            LOG.info(
                "passed over, for nothing has changed: %s; --again cleans anew", counted(passed, "input")
            )
        pool = Pool(store.state.path.parent, () if asked.again else every) if units else None
        wrong = _clean_units(units, job, (store, asked, session, pool), counts) if pool else 0
        manifest = store.finish()
        if pool is not None:
            pool.drop()
    code = BELOW_FLOOR if wrong else _code(counts, asked, session)
    more = {"parts": manifest["parts"], "rows_gone": manifest["rows_gone"], "inputs_passed_over": passed}
    return conclude(session, _summary(counts), code, {"run_id": store.run_id, **more})


def _clean_units(
    units: list[Unit], job: Job, where: tuple[Store, Asked, Session, Pool], counts: Counter[str]
) -> int:
    """Clean the units, count what becomes of their pages, and return how many faults of inputs were told."""
    from columnist.pipelines.batch.sources.open import Inputs, count_pages
    from columnist.pipelines.batch.units.stage import stage_units

    store, asked, session, pool = where
    total = count_pages(Inputs(tuple(unit.piece for unit in units))) or 0
    wrong = 0
    with (
        _engine([unit for unit in units if not pool.holds(unit)], job, (store, asked, session)) as (
            outcomes,
            settle,
        ),
        Ticker("cleaning", session.quiet) as ticker,
    ):

        def tick(so_far: Counter[str], end: Ended | None) -> None:
            nonlocal wrong
            if end is not None:
                settle(end.unit)
                wrong += len(end.told)
                for words in end.told:
                    LOG.warning("%s", printable(words))
            rejected = sum(n for what, n in so_far.items() if what.startswith("rejected:"))
            note = f"{so_far['new']} new, {so_far['changed']} changed, {rejected} rejected"
            ticker.tick(so_far.total(), total, note)

        def held(waiting: int) -> None:
            ticker.tick(waiting, total, "cleaned")

        counts += stage_units(store, pool.settled(outcomes, units, held), tick)
    return wrong


@contextmanager
def _engine(
    units: list[Unit], job: Job, where: tuple[Store, Asked, Session]
) -> Iterator[tuple[Iterator[Cleaned | Ended], Callable[[Unit], None]]]:
    """Give the rows of the units as they come, and what to call for each unit whose end is committed."""
    store, asked, session = where
    if asked.engine == "local":
        from columnist.pipelines.batch.sandbox.pool import Sandbox
        from columnist.pipelines.batch.units.local import clean_units

        with Sandbox(session.sandbox) as sandbox:
            yield clean_units(units, job, sandbox), lambda _: None
        return
    from columnist.pipelines.batch.units.on_ray import clean_on_ray
    from columnist.pipelines.batch.units.outputs import Outputs

    folder = home_of(session.data, None)  # None: elsewhere, with an address that holds everywhere
    outputs = Outputs(str(folder.absolute()) if folder else session.data, store.state.id)
    yield clean_on_ray(units, job, outputs, asked.address), outputs.drop
    outputs.clear()


def _code(counts: Counter[str], asked: Asked, session: Session) -> int:
    """Return the exit code: rejects among several inputs are an outcome, each a row with its reason."""
    if counts.total() and counts["rejected:bad-input"] == counts.total():
        LOG.error(
            "nothing in the input could be read; the column detail in %s/rejects says why", session.data
        )
        return BELOW_FLOOR
    if asked.inputs == 1 and asked.shard is None and not any(counts[what] for what in _ARTICLES):
        seen = ", ".join(f"{n} {what.removeprefix('rejected:')}" for what, n in sorted(counts.items()))
        LOG.error("the input gave no article: %s", seen or "it holds no page")
        return BELOW_FLOOR
    return DONE


def _summary(counts: Counter[str]) -> RunSummary:
    prefix = "rejected:"
    return RunSummary(
        new=counts["new"],
        changed=counts["changed"],
        known=counts["unchanged"],
        duplicates=counts["duplicate"],
        forgotten=counts["forgotten"],
        rejected={what.removeprefix(prefix): n for what, n in counts.items() if what.startswith(prefix)},
    )

"""columnist clean INPUT ...: saved pages into the dataset, by the same function as the crawl."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from columnist.pipelines.records.options import CleanOptions, CrawlOptions, DatasetOptions, SandboxOptions
from columnist.pipelines.records.redact import printable
from columnist.pipelines.records.run_summary import RunSummary
from columnist.scraper.cli.console import LOG, Ticker
from columnist.scraper.cli.exit_codes import BELOW_FLOOR, DONE, WrongUse
from columnist.scraper.cli.flags import Number, flags
from columnist.scraper.cli.session import Session, conclude, held, note_recovery, session_flags, session_from

# Arrow and trafilatura take a second to load: inside the functions, after the lock.
if TYPE_CHECKING:
    from columnist.pipelines.batch.clean_batches import Cleaned
    from columnist.pipelines.batch.sources.open import Inputs
    from columnist.pipelines.dataset.open_store import Store


# Rows staged in one transaction: one fsync for twenty pages, and at most twenty cleaned again after a kill.
_ROWS_PER_COMMIT = 20
_ARTICLES = ("new", "changed", "unchanged", "duplicate")  # decisions on what is an article


@dataclass(frozen=True, slots=True)
class Named:
    """What the user named: how many inputs, and the address of the only page."""

    inputs: int
    url: str | None = None


@click.command("clean")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT ...")
@click.option("--url", help="Address of the one page that is read from a file or standard input.")
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
def command(inputs: tuple[str, ...], url: str | None, **given: Any) -> int:
    """Clean saved pages into the dataset.

    INPUT is a file, a folder or a glob of HTML or text files, a Parquet file of pages (columns url, html,
    optional id and fetched_at), JSON lines, a WARC, a list of URLs, a URL, or "-" for standard input.
    """
    with held(session_from(given)) as session:
        from columnist.pipelines.batch.sources.open import sort_inputs

        odd: list[str] = []
        found = sort_inputs(inputs, odd.append)
        for line in odd:
            LOG.error("%s", printable(line))
        if found.urls and found.pieces:
            raise WrongUse(
                "addresses and saved pages in one call: give them to two calls of `columnist clean`"
            )
        if found.urls:
            from columnist.scraper.cli.commands.crawl import (
                crawl_list,  # Scrapy is loaded only where something is fetched
            )

            return crawl_list(found.urls, session, wrong=len(odd))
        return _clean_saved(found, Named(len(inputs), url), session)


def _clean_saved(found: Inputs, named: Named, session: Session) -> int:
    from columnist.pipelines.batch.clean_batches import clean_pages
    from columnist.pipelines.batch.sandbox.pool import Sandbox
    from columnist.pipelines.batch.sources.open import count_pages, open_source
    from columnist.pipelines.batch.sources.rows import Reading
    from columnist.pipelines.dataset.open_store import open_store
    from columnist.pipelines.records.arrow_schema import leave_pandas_out

    leave_pandas_out()
    total = count_pages(found) or 0
    with open_store(session.data, session.store_options()) as store:
        note_recovery(store.recovery)
        broken: list[str] = []
        reading = Reading(run_id=store.run_id, now=datetime.now(UTC), url=named.url, tell=broken.append)
        pages = open_source(found, reading)
        with Sandbox(session.sandbox) as sandbox, Ticker("cleaning", session.quiet) as ticker:
            counts = _stage_all(store, clean_pages(pages, sandbox, session.clean), total, ticker)
        manifest = store.finish()
    for words in broken:
        LOG.warning("an input breaks off: %s", printable(words))
    code = BELOW_FLOOR if broken else _code(counts, named, session)
    return conclude(
        session,
        _summary(counts),
        code,
        {"run_id": store.run_id, "parts": manifest["parts"], "rows_gone": manifest["rows_gone"]},
    )


def _code(counts: Counter[str], named: Named, session: Session) -> int:
    """Return the exit code: rejects among several inputs are an outcome, each a row with its reason."""
    if counts.total() and counts["rejected:bad-input"] == counts.total():
        LOG.error(
            "nothing in the input could be read; the column detail in %s/rejects says why", session.data
        )
        return BELOW_FLOOR
    if named.inputs == 1 and not any(counts[what] for what in _ARTICLES):
        seen = ", ".join(f"{n} {what.removeprefix('rejected:')}" for what, n in sorted(counts.items()))
        LOG.error("the input gave no article: %s", seen or "it holds no page")
        return BELOW_FLOOR
    return DONE


def _stage_all(store: Store, cleaned: Iterator[Cleaned], total: int, ticker: Ticker) -> Counter[str]:
    """Stage every row and write the files that are due; return what became of the pages."""
    counts: Counter[str] = Counter()
    while group := list(islice(cleaned, _ROWS_PER_COMMIT)):
        counts.update(_stage_group(store, group))
        store.dataset.flush_due(datetime.now(UTC))
        rejected = sum(n for what, n in counts.items() if what.startswith("rejected:"))
        note = f"{counts['new']} new, {counts['changed']} changed, {rejected} rejected"
        ticker.tick(counts.total(), total, note)
    return counts


def _stage_group(store: Store, group: Iterable[Cleaned]) -> list[str]:
    from columnist.pipelines.dataset.state.outbox import BadRow

    outcomes = []
    with store.state.transaction():
        for page in group:
            try:
                decision: str = store.outbox.stage(page.row).decision
            except BadRow as error:  # costs its own page
                LOG.error("row of %s refused: %s", page.row.url, error)
                decision = "bad-row"
            known_reject = decision == "unchanged" and page.row.kind == "rejects"
            rejected = decision in ("rejected", "bad-row") or known_reject
            outcomes.append(f"rejected:{page.reason or 'crashed'}" if rejected else decision)
            if rejected:
                LOG.debug("rejected %s: %s", printable(page.row.url), page.reason)
    return outcomes


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

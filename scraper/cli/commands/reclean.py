"""columnist reclean: the stored pages cleaned again; what comes out otherwise today is a new revision."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from columnist.pipelines.records.options import CleanOptions, DatasetOptions, SandboxOptions
from columnist.pipelines.records.redact import printable
from columnist.pipelines.records.run_summary import RunSummary
from columnist.scraper.cli.console import LOG, Ticker, counted, note_recovery, say, show_summary, show_table
from columnist.scraper.cli.exit_codes import BELOW_FLOOR, DONE
from columnist.scraper.cli.flags import Day, flags
from columnist.scraper.cli.session import (
    Session,
    conclude,
    held,
    session_flags,
    session_from,
    site_files_flag,
)

# Arrow and trafilatura take a second to load: inside the functions, after the lock.
if TYPE_CHECKING:
    from columnist.pipelines.batch.reclean.reclean import Recleaned
    from columnist.pipelines.batch.reclean.report import Report
    from columnist.pipelines.batch.reclean.survey import Scope, Survey
    from columnist.pipelines.dataset.open_store import Store
    from columnist.pipelines.records.site import Site

_ROWS_PER_COMMIT = 20  # as of `columnist clean`: one fsync for twenty rows

# Take in what some pages gave: keep it, count it.
Take = Callable[["list[Recleaned]", "Report"], None]


@click.command("reclean")
@click.option(
    "--site",
    "sites",
    multiple=True,
    metavar="SITE",
    help="Only of this site, as in the column site; may be repeated.",
)
@click.option(
    "--since",
    type=Day(),
    metavar="DAY",
    help="Only what was fetched on this day (YYYY-MM-DD, UTC) or later.",
)
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@site_files_flag
@session_flags
@flags(CleanOptions, SandboxOptions, DatasetOptions)
def command(
    sites: tuple[str, ...], since: datetime | None, dry_run: bool, site_files: Path | None, **given: Any
) -> int:
    """Clean the stored pages again, without fetching them.

    Each article whose latest row would be another one by this version and these options gets a new revision with
    change_kind "recleaned". Rows without a stored page, and pages that would be rejects now, stay as they are.
    """
    with nullcontext(session_from(given)) if dry_run else held(session_from(given)) as session:
        from columnist.pipelines.batch.reclean.survey import Scope, survey
        from columnist.pipelines.dataset.files.locations import open_output
        from columnist.pipelines.dataset.open_store import open_store
        from columnist.pipelines.dataset.read import open_articles
        from columnist.pipelines.dataset.state.lock import home_of
        from columnist.pipelines.dataset.writers.belonging import refuse_no_dataset
        from columnist.pipelines.sites.places import sites_beside

        known, scope = sites_beside(session.data, site_files), Scope(sites, since.date() if since else None)
        output = open_output(session.data)
        refuse_no_dataset(output, home_of(session.data, session.state))
        if dry_run:
            return _conclude_dry(session, scope, *_reclean(session, scope, known, _count))
        # No other state may crawl these sites meanwhile: both would write an article's next revision.
        at_work = tuple(sorted(survey(open_articles(session.data), scope, output).sites))
        with open_store(session.data, replace(session.store_options(), sites=at_work)) as store:
            note_recovery(store.recovery)
            store.dataset.flush()  # what a killed run left in the outbox is the latest of its articles
            surveyed, report = _reclean(session, scope, known, _keeper(store), store.run_id)
            manifest = store.finish()
        more = {"run_id": store.run_id, "parts": manifest["parts"], "rows_gone": manifest["rows_gone"]}
        code = _tell(session, scope, surveyed, report)
        return conclude(session, _summary(report), code, {**_values(surveyed, report), **more})


def _reclean(
    session: Session, scope: Scope, known: dict[str, Site], take: Take, run_id: str = "dry-run"
) -> tuple[Survey, Report]:
    """Clean again what the scope has; `take` is given what came of it, some pages at a time."""
    from columnist.pipelines.batch.reclean.reclean import RECLEAN_PRELOAD, Recleaning, reclean, stored_rows
    from columnist.pipelines.batch.reclean.report import Report
    from columnist.pipelines.batch.reclean.survey import batches, survey
    from columnist.pipelines.batch.sandbox.pool import Sandbox
    from columnist.pipelines.dataset.files.locations import open_output
    from columnist.pipelines.dataset.read import open_articles

    articles, report = open_articles(session.data), Report()
    surveyed = survey(articles, scope, open_output(session.data))
    about = Recleaning(session.data, run_id, session.clean)
    with (
        Sandbox(session.sandbox, RECLEAN_PRELOAD) as sandbox,
        Ticker("cleaning again", session.quiet) as ticker,
    ):
        rows = stored_rows(batches(articles, scope, surveyed), known)
        outcomes: Iterator[Recleaned] = reclean(rows, about, sandbox)
        while group := list(islice(outcomes, _ROWS_PER_COMMIT)):
            take(group, report)
            ticker.tick(report.outcomes.total(), surveyed.stored, f"{report.outcomes['recleaned']} recleaned")
    return surveyed, report


def _count(group: list[Recleaned], report: Report) -> None:
    for one in group:
        report.count(one)


def _keeper(store: Store) -> Take:
    """Return what stages the rows that changed, and writes the files that are due."""

    from columnist.pipelines.dataset.state.rows import BadRow

    def keep(group: list[Recleaned], report: Report) -> None:
        with store.state.transaction():
            for one in group:
                try:
                    staged = store.outbox.stage_recleaned(one.row, one.given.revision) if one.row else None
                except BadRow as error:  # costs its own page
                    LOG.error("row of %s refused: %s", printable(one.given.url), error)
                    report.count(one, is_kept=False)
                    continue
                report.count(one, is_kept=staged is None or staged.decision == "recleaned")
        store.dataset.flush_due(datetime.now(UTC))

    return keep


def _tell(session: Session, scope: Scope, surveyed: Survey, report: Report) -> int:
    """Say what is to be looked at, and what changed; return the exit code."""
    for name, rows in sorted(surveyed.gone.items()):
        LOG.error(
            "archive/%s is not in %s: the stored pages of %s were in it; put it back",
            printable(name.removeprefix("archive/")),
            session.data,
            counted(rows, "row"),
        )
    for words in report.damaged:
        LOG.warning("its stored page cannot be had: %s", printable(words))
    if n := report.outcomes["damaged"]:
        LOG.error("the stored pages of %s cannot be read; their rows stay as they are", counted(n, "article"))
    if rejected := report.rejected:
        LOG.info(
            "%s would be no article now; their rows stay as they are", counted(sum(rejected.values()), "page")
        )
    if n := report.outcomes["left"]:
        LOG.warning(
            "%s left alone: state.db knows a newer revision, it is forgotten, or its row was refused",
            counted(n, "article"),
        )
    if surveyed.without:
        LOG.info("%s without a stored page stay as they are", counted(surveyed.without, "article"))
    if report.columns and not session.as_json and not session.quiet:
        show_table("What changed", ("column", "articles"), report.columns.most_common())
        for one in report.examples:
            say(printable(f"{one.column} of {one.url} ({one.id})"))
            say(printable(f"  - {one.before}"))
            say(printable(f"  + {one.after}"))
    if not surveyed.sites and scope.sites:
        LOG.error(
            "%s has no article of %s; the column site says how sites are called",
            session.data,
            " or ".join(scope.sites),
        )
        return BELOW_FLOOR
    return BELOW_FLOOR if surveyed.gone or report.outcomes["damaged"] else DONE


def _conclude_dry(session: Session, scope: Scope, surveyed: Survey, report: Report) -> int:
    code = _tell(session, scope, surveyed, report)
    if session.as_json or code != DONE or not session.quiet:
        show_summary(
            _summary(report),
            session.as_json,
            {"exit_code": code, "run_id": None, **_values(surveyed, report)},
        )
        if not session.as_json:
            say("--dry-run: nothing was written")
    return code


def _summary(report: Report) -> RunSummary:
    same = report.outcomes["same"] + report.outcomes["left"]
    return RunSummary(recleaned=report.outcomes["recleaned"], known=same, rejected=report.rejected)


def _values(surveyed: Survey, report: Report) -> dict[str, Any]:
    """Return for JSON what the counts of a run do not hold."""
    unread = {
        "without_page": surveyed.without,
        "damaged": report.outcomes["damaged"],
        "gone": dict(surveyed.gone),
    }
    return {**report.as_values(), "unread": unread, "left_alone": report.outcomes["left"]}

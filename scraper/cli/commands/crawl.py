"""columnist crawl [ADDRESS|SITE ...]: sites into the dataset. Also what demo, show and URL lists crawl with."""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from columnist.pipelines.records.options import CleanOptions, CrawlOptions, DatasetOptions, SandboxOptions
from columnist.pipelines.records.redact import loggable_url, printable
from columnist.pipelines.records.run_summary import RunSummary
from columnist.pipelines.sites.shards import MOST_SHARDS, Shard
from columnist.scraper.cli.commands.crawls.named_sites import SitesAsked, named_sites
from columnist.scraper.cli.console import LOG, Ticker, counted, note_recovery, say
from columnist.scraper.cli.exit_codes import BELOW_FLOOR, DONE, WrongUse
from columnist.scraper.cli.flags import ShardOf, Whole, engine_flags, flags, refuse_engine, source_of
from columnist.scraper.cli.session import (
    Session,
    conclude,
    held_for_crawl,
    session_flags,
    session_from,
    site_files_flag,
)

# Scrapy and Arrow take two seconds to load on a busy machine: inside the functions, after the lock.
if TYPE_CHECKING:
    from columnist.pipelines.dataset.open_store import Store, StoreOptions
    from columnist.pipelines.records.site import Site
    from columnist.scraper.cli.notify import SiteCounts
    from columnist.scraper.crawl.run import Finished
    from columnist.scraper.fetch.stats import Progress
    from columnist.scraper.frontier.site_jobs import SiteJob

_STANDARD_INPUT = 0


@click.command("crawl")
@click.argument("sites", nargs=-1, metavar="[ADDRESS|SITE ...]")
@click.option("--sites", "listed", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
              help="One address or site name a line.")  # fmt: skip
@site_files_flag
@click.option(
    "--shard",
    type=ShardOf(),
    envvar="COLUMNIST_SHARD",
    metavar="I/N",
    help="Crawl only the sites of this shard, 1/N to N/N, with a state of its own in --state; for several machines.",
)
@click.option(
    "--events",
    is_flag=True,
    help="For programs: a line of JSON for each file once it is committed, then --json's; the run stops when standard input ends.",
)
@engine_flags
@click.option(
    "--shards",
    type=Whole(1, MOST_SHARDS),
    metavar="N",
    help="How many shards Ray crawls.  [default: as many as have states, else 8 for each machine]",
)
@session_flags
@flags(CrawlOptions, CleanOptions, SandboxOptions, DatasetOptions)
def command(
    sites: tuple[str, ...], listed: Path | None, site_files: Path | None, shard: Shard | None, **given: Any
) -> int:
    """Crawl news sites into the dataset.

    Each site is an address, or the name of a site file. With neither and no --sites, every site file is crawled.
    """
    _refuse_engine(given, shard)
    session, asked = session_from(given), SitesAsked(sites, listed, site_files)
    if given["engine"] == "ray":
        return _crawl_on_ray(asked, session, given["address"], given["shards"])
    with held_for_crawl(session, shard) as session:
        _, jobs, known = named_sites(asked, session.data)
        if session.shard is not None:
            return _crawl_shard(jobs, session.shard, session, known)
        return crawl_sites(jobs, session, known)[0]


def _refuse_engine(given: Mapping[str, Any], shard: Shard | None) -> None:
    refuse_engine(given["engine"], given["address"])
    if given["shards"] is not None and given["engine"] != "ray":
        raise WrongUse(
            "--shards is how many shards Ray crawls: add --engine ray, or crawl one with --shard i/n"
        )
    if shard is not None and given["engine"] == "ray":
        raise WrongUse(
            f"--shard{source_of('shard')} is one shard, --engine ray crawls all of them: leave one out"
        )


def _crawl_on_ray(asked: SitesAsked, session: Session, address: str | None, shards: int | None) -> int:
    from columnist.scraper.cli.commands.crawls.on_ray import OnRay, crawl_on_ray
    from columnist.scraper.throttle.pace import require_contact

    names, jobs, _ = named_sites(asked, session.data)
    require_contact(session.crawl, (seed for job in jobs for seed in job.seeds))
    return crawl_on_ray(names, session, OnRay(address, shards, asked.site_files))


def _crawl_shard(jobs: tuple[SiteJob, ...], shard: Shard, session: Session, known: dict[str, Site]) -> int:
    from columnist.pipelines.dataset.open_store import open_store
    from columnist.scraper.frontier.shard_states import dealt

    own = dealt(jobs, shard)
    LOG.info("shard %s: %d of %s", shard, len(own), counted(len(jobs), "site"))
    if own:
        return crawl_sites(own, session, known)[0]
    with open_store(session.data, session.store_options()) as store:  # what an earlier run of the shard left
        note_recovery(store.recovery)
        manifest = store.finish()
    more = {"run_id": store.run_id, "sites": {}, "below_floors": [], "rows_gone": manifest["rows_gone"]}
    return conclude(session, RunSummary(), DONE, more, {})


def crawl_list(urls: Sequence[str], session: Session, wrong: int = 0) -> int:
    """Fetch and clean the listed addresses, and nothing that they link to; `wrong` lines of the list were told of."""
    from columnist.scraper.frontier.site_jobs import jobs_for_list

    try:
        jobs = jobs_for_list(urls)
    except ValueError as error:  # a port such as :99999
        raise WrongUse(str(error)) from None
    return crawl_sites(jobs, session, wrong=wrong)[0]


def crawl_sites(
    jobs: tuple[SiteJob, ...], session: Session, known: dict[str, Site] | None = None, wrong: int = 0
) -> tuple[int, str]:
    """Crawl, say what came of it, and return the exit code and the run's id."""
    from columnist.pipelines.batch.check.floors import MOST_RUNS, check_run
    from columnist.pipelines.dataset.files.locations import open_output
    from columnist.pipelines.dataset.runs.manifests import newest_manifests
    from columnist.pipelines.records.site import Floors

    done = run_plan(jobs, session)
    floored = any(site.floors != Floors() for site in (known or {}).values())
    history = newest_manifests(open_output(session.data), MOST_RUNS) if floored else []
    findings = check_run(history, known or {}, drift=False)
    if session.shard is not None:  # the others' sites are theirs to tell of
        findings = [one for one in findings if one.site in {job.name for job in jobs}]
    for finding in findings:
        LOG.warning("below the floors: %s", finding)
    is_watched = session.verbose or (sys.stdout is not None and sys.stdout.isatty() and len(done.sites) > 1)
    if is_watched and not session.as_json and not session.quiet:
        _show_sites(done)
    more = {
        "run_id": done.run_id,
        "sites": done.sites,
        "below_floors": [str(f) for f in findings],
        "rows_gone": done.manifest["rows_gone"],
    }
    code = _exit_code(done, {job.name for job in jobs}, bool(findings), session.crawl.errors_allowed)
    if code == DONE and all(job.listed for job in jobs) and _gave_none(done):
        LOG.error("the list gave no article: the summary counts why")
        code = BELOW_FLOOR
    code = code or (BELOW_FLOOR if wrong else DONE)
    return conclude(session, done.summary, code, more, _site_counts(done, jobs)), done.run_id


def _gave_none(done: Finished) -> bool:
    """Say whether all that was asked for of a list ended as something else than an article."""
    articles = ("new", "changed", "unchanged", "duplicate")
    given = sum(counts.get(what, 0) for counts in done.sites.values() for what in articles)
    run = done.summary
    return not given and bool(run.rejected or run.failed or run.filtered or run.gone or run.blocked)


def _exit_code(done: Finished, asked: set[str], below_floors: bool, errors_allowed: float) -> int:
    if done.signal is not None:
        return 128 + signal.Signals(done.signal).value
    from columnist.scraper.fetch.outcomes import FORGOTTEN

    run = done.summary
    # What a server says of a single address (404, 403) is an answer; silence and 5xx are errors.
    errors = sum(n for reason, n in run.failed.items() if not reason.startswith("http-4"))
    nothing = not (run.new or run.changed or run.known or run.rejected or run.duplicates or run.not_modified)
    # What was known before speaks for nobody: a site that is shut today is told of today.
    unreached = asked <= set(done.unreached)
    if unreached or (nothing and (errors or run.pending) and run.stopped is None):
        seen = Counter(done.unreached.values()) or Counter(done.faults)
        told = ", ".join(f"{n} {reason}" for reason, n in sorted(seen.items())) or "robots.txt out of reach"
        ask = "name others" if set(seen) == {FORGOTTEN} else "is the address right, the site up?"
        LOG.error("no site gave anything (%s): %s", told, ask)
        return BELOW_FLOOR
    if errors > errors_allowed * max(run.requests, 1):
        LOG.error("%d of %d requests failed, above --errors-allowed %g", errors, run.requests, errors_allowed)
        return BELOW_FLOOR
    return BELOW_FLOOR if below_floors else DONE


def _site_counts(done: Finished, jobs: Iterable[SiteJob]) -> dict[str, SiteCounts]:
    """Return what each site of the run gave, for Prometheus: also of those that gave nothing."""
    from columnist.scraper.cli.notify import SiteCounts

    counted = {}
    for name in sorted({job.name for job in jobs}):
        kept, last = done.manifest["sites"].get(name, {}), None
        if kept.get("last_article"):
            last = datetime.fromisoformat(kept["last_article"]).timestamp()
        pending = kept.get("addresses", {}).get("pending", 0)
        counted[name] = SiteCounts(done.sites.get(name, {}), done.failures.get(name, {}), pending, last)
    return counted


def run_plan(jobs: tuple[SiteJob, ...], session: Session) -> Finished:
    """Run the crawl with progress on the terminal or in the log."""
    from columnist.scraper.crawl.plan import CrawlPlan
    from columnist.scraper.crawl.run import run_crawl
    from columnist.scraper.fetch.guard.proxies import proxies_of, unused_proxies

    proxies = proxies_of(session.crawl.proxy, jobs)
    if not proxies and (names := unused_proxies(os.environ, jobs)):
        LOG.warning(
            "%s is set and not used: name the proxy with --proxy to crawl through it", ", ".join(names)
        )

    with Ticker("crawling", session.quiet or session.as_json) as ticker:

        def on_progress(now: Progress) -> None:
            note = f"{now.new} new, {now.changed} changed, {now.rejected} rejected, {now.failed} failed"
            ticker.tick(
                now.done, now.done + now.pending, f"{note}, {counted(now.sites_at_work, 'site')} at work"
            )

        def on_start(store: Store) -> None:
            sites = counted(len({job.name for job in jobs}), "site")
            LOG.info("run %s: %s into %s", store.run_id, sites, session.data)
            for name, proxy in proxies.items():
                LOG.info("%s through the proxy %s", name or "all sites", loggable_url(proxy))
            note_recovery(store.recovery)

        plan = CrawlPlan(
            data=session.data,
            jobs=jobs,
            crawl=session.crawl,
            clean=session.clean,
            sandbox=session.sandbox,
            store=_with_proxies(session.store_options(), proxies),
            on_progress=on_progress,
            on_start=on_start,
            until_end_of=_STANDARD_INPUT if session.events else None,
        )
        return run_crawl(plan)


def _with_proxies(options: StoreOptions, proxies: Mapping[str, str]) -> StoreOptions:
    """Return the options of the run with the proxies of single sites, for its manifest."""
    of_sites = {name: proxy for name, proxy in proxies.items() if name}
    return replace(options, settings={**options.settings, "site_proxies": of_sites}) if of_sites else options


def _show_sites(done: Finished) -> None:
    """Say a line for each site: a thousand sites are read by grep, not in a table."""
    for name, counts in done.sites.items():
        told = ", ".join(f"{n} {what}" for what, n in counts.items() if n)
        say(f"{printable(name)}: {told or 'nothing'}")

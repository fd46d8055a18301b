"""What each key of a run's manifest means: the README's table, and the test that no key is without its word."""

import fnmatch
from collections.abc import Iterator, Mapping
from typing import Any

# key (* stands for any name), unit, meaning. `sites.<site>.addresses` and `.events` hold the same keys for one site.
MANIFEST_KEYS: tuple[tuple[str, str, str], ...] = (
    ("run_id", "text", "The run's id, as in the column run_id and the files' names; sorts by time."),
    ("state_id", "text", "The state.db that the run wrote with, as in the files' key-value metadata; several may share a dataset."),
    ("command", "text", "The command line, without secrets."),
    ("started", "time", "When the run began, UTC."),
    ("finished", "time", "When it ended, UTC; of a run that died, when the next one found it."),
    ("outcome", "text", "finished, died, or what stopped it: max-pages, max-minutes, SIGINT, SIGTERM, shutdown."),
    ("options.*", "-", "Every knob with its value."),
    ("versions.*", "text", "Of the schema and of the packages that made the rows."),
    ("addresses.discovered", "addresses", "All that the data folder knows at the run's end: done + filtered + failed + gone + pending."),
    ("addresses.done", "addresses", "Whose last answer was good: articles, rejects, listings, fronts."),
    ("addresses.filtered", "addresses", "Not asked for, for a reason of ours."),
    ("addresses.failed", "addresses", "Without a good answer; quarantined ones included."),
    ("addresses.gone", "addresses", "The server says 404 or 410."),
    ("addresses.quarantined", "addresses", "Part of failed: never asked again, for they do harm."),
    ("addresses.pending", "addresses", "To be asked for, now or later."),
    ("last_article", "time", "Under `sites` alone: when the site last gave an article not seen before; null if never."),
    ("events.crawled", "runs", "1 where this run was told to crawl the site, whatever came of it."),
    ("events.discovered", "addresses", "Made known in this run."),
    ("events.done", "answers", "Good answers in this run, 304 included; addresses.done counts each address once, and earlier runs too."),
    ("events.not-modified", "answers", "Part of events.done: answers 304."),
    ("events.new", "rows", "Articles not seen before."),
    ("events.changed", "rows", "New revisions of known articles."),
    ("events.unchanged", "pages", "Cleaned again, and the same as before."),
    ("events.duplicate:same-address", "pages", "Its canonical link names an article that is known, with this text."),
    ("events.duplicate:same-text", "pages", "The site has this very text under another address."),
    ("events.forgotten", "pages", "Refused, for `columnist forget` was told of one of its addresses, its text or its site: pages in = new + changed + unchanged + duplicate + rejected + forgotten."),
    ("events.outbox-forgotten", "rows", "Dropped out of the outbox, for they are forgotten."),
    ("events.rejected:*", "rows", "No article, by reason."),
    ("events.filtered:*", "addresses", "Filtered in this run, by reason."),
    ("events.failed:*", "tries", "Tries without a good answer, by reason; one address may have three."),
    ("events.blocked:*", "answers", "Of a wall in the site's place, by its name, or 401 and 403 at a site's home; still pending."),
    ("events.gone:*", "answers", "404 and 410."),
    ("events.quarantined:*", "addresses", "Quarantined in this run, by reason."),
    ("events.requests", "requests", "Sent in this run, robots.txt included."),
    ("events.pages", "answers", "That were pages: no feed, sitemap or robots.txt; counted against --max-pages."),
    ("events.index", "pages", "Read for their links alone: fronts, sections."),
    ("events.http:*", "answers", "By HTTP status."),
    ("events.words:*", "articles", "New ones, by length in steps of a quarter of a doubling; for the median."),
    ("events.via:*", "articles", "New ones, by who named them."),
    ("events.with-date", "articles", "New ones with published_at."),
    ("events.with-author", "articles", "New ones with authors."),
    ("events.rows:*", "rows", "Written to files of articles or rejects."),
    ("events.outbox_at_start", "rows", "Staged by earlier runs and in no file yet."),
    ("rows.outbox_at_start", "rows", "Staged by earlier runs and in no file yet, when this one began."),
    ("rows.staged", "rows", "Staged by this run: new + changed + rejected. outbox_at_start + staged = written + outbox + forgotten."),
    ("rows.written", "rows", "In the files of this run: the sum of parts' rows."),
    ("rows.outbox", "rows", "Left for the next run."),
    ("rows.forgotten", "rows", "Forgotten while they were in no file yet."),
    ("event_loop.over_250_ms", "times", "How often the crawl's one loop was held up for longer than that."),
    ("event_loop.longest", "list", "The longest of those: when, how long, and what was running."),
    ("parts.name", "text", "A file that this run wrote, relative to the data folder."),
    ("parts.rows", "rows", "In the file."),
    ("parts.bytes", "bytes", "Of the file."),
    ("parts.sha256", "hex", "Of the file; `columnist verify` holds it against what lies there."),
    ("adopted.*", "-", "As of parts: a file that the run found, and that no run had recorded as it lies there."),
    ("vouched.*", "-", "As of parts: a file that a repair names anew, for the manifest that did is gone."),
    ("retired", "list", "Files that earlier manifests name and that are gone for good: set aside, or their rows lie in others."),
    ("rows_gone", "rows", "That readers had before the run and not after it; above 0, it ends with exit 1."),
    ("rewritten.name", "text", "A file out of which this run of `columnist forget` took rows; what it says here holds, not what its first manifest says."),
    ("rewritten.rows", "rows", "Left in the file."),
    ("rewritten.bytes", "bytes", "Of the file now."),
    ("rewritten.sha256", "hex", "Of the file now."),
    ("rewritten.dropped", "rows", "Taken out of it."),
    ("emptied", "list", "Files that are no more, for every row of them was forgotten."),
    ("forgotten.*", "-", "What a run of `columnist forget` took out: targets, rows, files, addresses."),
)  # fmt: skip


def keys_of(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Yield a manifest's keys as the table writes them."""
    for name, value in manifest.items():
        if name == "sites":
            for site in value.values():
                yield from keys_of(site)
        elif name in ("parts", "adopted", "vouched", "rewritten"):
            yield from (f"{name}.{key}" for part in value for key in part)
        elif isinstance(value, Mapping):
            yield from (f"{name}.{key}" for key in value)
        else:
            yield name


def meaning_of(key: str) -> str | None:
    """Return what a key means; None for one that the table lacks."""
    return next((about for name, _, about in MANIFEST_KEYS if fnmatch.fnmatchcase(key, name)), None)

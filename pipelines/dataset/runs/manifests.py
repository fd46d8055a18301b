"""Manifests read back: what the runs recorded of their parts, and whether their counts add up."""

import contextlib
import fnmatch
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.files.storage_errors import StorageError
from columnist.pipelines.dataset.runs.months import folded_in, folded_names, month_of, months

# key (* stands for any name), unit, meaning. `sites.<site>.addresses` and `.events` hold the same keys for one site.
MANIFEST_KEYS: tuple[tuple[str, str, str], ...] = (
    ("run_id", "text", "The run's id, as in the column run_id and the files' names; sorts by time."),
    ("state_id", "text", "The state.db that the run wrote with, as in the files' key-value metadata; several may share a dataset."),
    ("command", "text", "The command line, without secrets."),
    ("started", "time", "When the run began, UTC."),
    ("finished", "time", "When it ended, UTC; of a run that died, when the next one found it."),
    ("outcome", "text", "finished, died, or what stopped it: max-pages, max-minutes, SIGINT, SIGTERM, shutdown."),
    ("options.*", "-", "Every knob with its value."),
    ("options_from.*", "text", "Who gave a knob its value: flag, environment or settings file; one that nobody gave is not named."),
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
    ("events.recleaned", "rows", "New revisions of known articles by `columnist reclean`; their pages are the same."),
    ("events.unchanged", "pages", "Cleaned again, and the same as before."),
    ("events.duplicate:article-part", "pages", "A later part of an article, found by itself: the article's row, by its first part's address, holds the text."),
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
    ("events.guessed:*", "answers", "Part of events.http:*: robots.txt, tdmrep.json, feeds and sitemaps that nobody named; `check` leaves them out."),
    ("events.words:*", "articles", "New ones, by length in steps of a quarter of a doubling; for the median."),
    ("events.share:*", "articles", "New ones, by the share of its page's visible text that the text is, in steps of 5 percent."),
    ("events.via:*", "articles", "New ones, by who named them."),
    ("events.with-date", "articles", "New ones with published_at."),
    ("events.with-author", "articles", "New ones with authors."),
    ("events.with-doubt", "articles", "New ones with extra.doubt: they may not be whole."),
    ("events.rows:*", "rows", "Written to files of articles or rejects."),
    ("events.inputs:*", "inputs", "Of `columnist clean`: cleaned to their end, passed-over as they were so before, or unfinished."),
    ("events.records:*", "records", "Of web archives, whole and without a page: redirect, revisit, not-html, not-http (no answer of a web server), continuation, other."),
    ("events.outbox_at_start", "rows", "Staged by earlier runs and in no file yet."),
    ("rows.outbox_at_start", "rows", "Staged by earlier runs and in no file yet, when this one began."),
    ("rows.staged", "rows", "Staged by this run: new + changed + recleaned + rejected. outbox_at_start + staged = written + outbox + forgotten."),
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
    ("vouched.*", "-", "As of parts: a file that a repair names anew, for the manifest that did is gone; or that a compaction made of others."),
    ("retired", "list", "Files that earlier manifests name and that are gone for good: set aside, or their rows lie in others."),
    ("rows_gone", "rows", "That readers had once and have no longer, until a repair settles it; above 0, the run ends with exit 1."),
    ("settled", "list", "Files whose lost rows a `columnist verify --repair` has settled: no state tells of them any more."),
    ("rewritten.name", "text", "A file out of which this run of `columnist forget` took rows; what it says here holds, not what its first manifest says."),
    ("rewritten.rows", "rows", "Left in the file."),
    ("rewritten.bytes", "bytes", "Of the file now."),
    ("rewritten.sha256", "hex", "Of the file now."),
    ("rewritten.dropped", "rows", "Taken out of it."),
    ("emptied", "list", "Files that are no more, for every row of them was forgotten."),
    ("compacted.name", "text", "A file that `columnist compact` made of others, which are in `retired`."),
    ("compacted.sources", "list", "Those others."),
    ("compacted.dropped", "rows", "Superseded revisions that it left out: above 0 with --drop-superseded alone."),
    ("forgotten.*", "-", "What a run of `columnist forget` took out: targets, rows, files, addresses, archived pages."),
    ("archive.name", "text", "A file of raw pages that this run wrote, or changed by forgetting."),
    ("archive.bytes", "bytes", "Of the file."),
    ("archive.sha256", "hex", "Of the file; of several manifests that name it, any may be right."),
    ("archive_dropped", "list", "Files of raw pages that are gone: taken away to keep `--archive-gigabytes`, or written off by a repair."),
)  # fmt: skip


def keys_of(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Yield a manifest's keys as the table writes them."""
    for name, value in manifest.items():
        if name == "sites":
            for site in value.values():
                yield from keys_of(site)
        elif name in ("parts", "adopted", "vouched", "rewritten", "compacted", "archive"):
            yield from (f"{name}.{key}" for part in value for key in part)
        elif isinstance(value, Mapping):
            yield from (f"{name}.{key}" for key in value)
        else:
            yield name


def meaning_of(key: str) -> str | None:
    """Return what a key means; None for one that the table lacks."""
    return next((about for name, _, about in MANIFEST_KEYS if fnmatch.fnmatchcase(key, name)), None)


Manifest = dict[str, Any]
NO_COUNTS = "has no counts"
READS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a part was when it was written."""

    rows: int
    sha256: str
    size: int = field(default=0, compare=False)


def read_manifests(output: Output) -> Iterator[tuple[str, Manifest | None]]:
    """Yield each manifest with its name in the order of their runs, folded ones too; None for one that is no JSON object."""
    by_month: dict[str, list[str]] = {month.name: [] for month in months(output)}
    folded = {*by_month}
    for found in output.files("runs"):
        if found.name.endswith(".json"):  # else half a manifest, of a run that died as it wrote it
            by_month.setdefault(month_of(found.name), []).append(found.name)
    for month, names in sorted(by_month.items()):
        contents: dict[str, Manifest | None] = {}
        if month in folded:
            try:
                contents.update(folded_in(output, month))
            except StorageError:
                contents[month] = None
        for name in sorted({*contents, *names}):
            yield name, read_manifest(output, name) if name in names else contents.pop(name)


def read_manifest(output: Output, name: str) -> Manifest | None:
    """Read one manifest that is not folded; None where there is none, or none that is a JSON object."""
    try:
        with output.open(name) as file:
            content = json.loads(file.read())
    except (FileNotFoundError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def manifest_names(output: Output) -> set[str]:
    """Return the names of all manifests, folded ones too."""
    return {found.name for found in output.files("runs")} | folded_names(output)


def newest_manifests(output: Output, newest: int) -> list[Manifest]:
    """Return the newest manifests, the oldest of them first; what is none is for `columnist verify` to say."""
    names = sorted(found.name for found in output.files("runs") if found.name.endswith(".json"))[-newest:]

    def read(name: str) -> object:
        try:
            with output.open(name) as file:
                return json.loads(file.read())
        except (OSError, StorageError, ValueError):
            return None

    with ThreadPoolExecutor(READS_AT_ONCE) as pool:  # a store takes 50 ms for each
        found = dict(zip(names, pool.map(read, names), strict=True))
    for month in reversed(months(output)):
        if len(found) >= newest:
            break
        with contextlib.suppress(StorageError):
            found = {**dict(folded_in(output, month.name)), **found}
    return [found[name] for name in sorted(found)[-newest:] if isinstance(found[name], dict)]  # type: ignore[misc]


def to_bytes(manifest: Mapping[str, Any]) -> bytes:
    """Return a manifest as its file holds it."""
    return json.dumps(manifest, indent=1, sort_keys=True).encode() + b"\n"


def recorded_parts(manifests: Iterable[Manifest | None]) -> dict[str, Recorded]:
    """Return what the manifests say of each part; in the order of their runs, the last word counts."""
    said: dict[str, Recorded] = {}
    for content in manifests:
        with contextlib.suppress(KeyError, TypeError, AttributeError):  # JSON, but nothing that a run wrote
            said.update(parts_of(content or {}))
            said.update(rewritten_in(content or {}))
            for name in (*(content or {}).get("retired", []), *(content or {}).get("emptied", [])):
                said.pop(name, None)
    return said


def parts_of(content: Manifest) -> dict[str, Recorded]:
    """Return what one manifest says of the parts that its run wrote or found."""
    parts = [*content.get("parts", []), *content.get("adopted", []), *content.get("vouched", [])]
    return {part["name"]: Recorded(part["rows"], part["sha256"], part.get("bytes", 0)) for part in parts}


def rewritten_in(content: Manifest) -> dict[str, Recorded]:
    """Return what a run of `forget` made of files that earlier ones had written."""
    return {p["name"]: Recorded(p["rows"], p["sha256"], p["bytes"]) for p in content.get("rewritten", [])}


def renamed_in(content: Manifest) -> set[str]:
    """Return the files of which a run says that they are no longer as, or where, an earlier one wrote them."""
    changed = (*content.get("adopted", []), *content.get("rewritten", []))
    return {*(part["name"] for part in changed), *content.get("retired", []), *content.get("emptied", [])}


class Vouchers:
    """What the manifests of runs say of files that this state does not know; each manifest is read once, if at all."""

    def __init__(self, output: Output, contents: Mapping[str, Manifest]) -> None:
        self._output = output
        self._contents = contents  # that were read already
        self._read: dict[str, dict[str, Recorded]] = {}
        self._states: set[str] = set()
        self._left: list[str] | None = None

    def recorded(self, name: str) -> Recorded | None:
        """Return what a file should be; None where no manifest names it."""
        run = re.fullmatch(r"(.+)-\d+-\d+\.parquet", PurePosixPath(name).name)
        if run is not None and (found := self._said_by(f"runs/{run[1]}.json").get(name)):
            return found
        # A part may be finished by the run after the one that began it.
        return next((said for run in self._all() if (said := self._said_by(run).get(name))), None)

    def states(self) -> set[str]:
        """Return the ids of all states whose runs have ended here."""
        for manifest in self._all():
            self._said_by(manifest)
        return self._states

    def _all(self) -> list[str]:
        if self._left is None:
            for month in months(self._output):
                with contextlib.suppress(StorageError):
                    for name, content in folded_in(self._output, month.name):
                        self._keep(name, content)
            loose = {found.name for found in self._output.files("runs") if found.name.endswith(".json")}
            self._left = sorted({*loose, *self._read}, reverse=True)
        return self._left

    def _said_by(self, manifest: str) -> dict[str, Recorded]:
        if manifest not in self._read:
            content = self._contents.get(manifest) or read_manifest(self._output, manifest)
            if content is None and self._left is None:  # perhaps it is folded
                self._all()
        if manifest not in self._read:
            self._keep(manifest, content)
        return self._read[manifest]

    def _keep(self, manifest: str, content: Manifest | None) -> None:
        self._states.add(str((content or {}).get("state_id")))
        try:
            self._read[manifest] = parts_of(content) if content else {}
        except (KeyError, TypeError):  # JSON, but nothing that a run wrote: `columnist verify` names it
            self._read[manifest] = {}


def wrong_sums(content: Mapping[str, Any]) -> Iterator[str]:
    """Say which of a manifest's sums do not add up."""
    try:
        yield from _wrong_sums(content)
    except (KeyError, TypeError, AttributeError):
        yield NO_COUNTS


def _wrong_sums(content: Mapping[str, Any]) -> Iterator[str]:
    a, r = content["addresses"], content["rows"]
    known = a["done"] + a["filtered"] + a["failed"] + a["pending"]
    if a["discovered"] not in (known + a.get("gone", 0), known):  # early manifests counted gone in failed
        yield f"addresses do not add up: {a}"
    if r["outbox_at_start"] + r["staged"] != r["written"] + r["outbox"] + r.get("forgotten", 0):
        yield f"rows do not add up: {r}"
    if sum(part["rows"] for part in content.get("parts", [])) != r["written"]:
        yield f"parts do not hold the {r['written']} rows written"

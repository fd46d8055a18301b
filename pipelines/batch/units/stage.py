"""Rows of units on their way into the dataset: staged in order, a unit's end in one transaction with its last rows."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice
from types import TracebackType
from typing import Self

from columnist.pipelines.batch.cleaned import Cleaned
from columnist.pipelines.batch.units.unit import Ended, Unit
from columnist.pipelines.dataset.dataset import Dataset
from columnist.pipelines.dataset.files.parts import Written
from columnist.pipelines.dataset.open_store import Store
from columnist.pipelines.dataset.state.rows import BadRow
from columnist.pipelines.dataset.state.units import finish, finished
from columnist.pipelines.records.redact import printable

# Staged in one transaction: more gain nothing, and at most these are cleaned again after a kill.
_AT_ONCE = 20
# Between two looks for files that are due: a look goes over all rows that are in none yet.
_SECONDS_BETWEEN_LOOKS = 2.0
_log = logging.getLogger(__name__)


def stage_units(
    store: Store, outcomes: Iterable[Cleaned | Ended], tick: Callable[[Counter[str], Ended | None], None]
) -> Counter[str]:
    """Stage every row and write the files that are due; return what became of the pages.

    `tick` hears what became of them so far, and of each unit once its end is committed.
    """
    counts: Counter[str] = Counter()  # of all pages
    unit: Counter[str] = Counter()  # of the unit at hand
    source = iter(outcomes)
    with PartWriter(store.dataset) as writer:
        while group := list(islice(source, _AT_ONCE)):
            # Not synced: with the power go the last rows and the ends of their units, which are then cleaned again.
            with store.state.transaction(synced=False):
                for item in group:
                    if isinstance(item, Ended):
                        _end(store, item, unit)
                        unit = Counter()
                    else:
                        unit[outcome := _stage(store, item)] += 1
                        counts[outcome] += 1
            for end in (item for item in group if isinstance(item, Ended)):
                tick(counts, end)
            tick(counts, None)
            writer.look()
    return counts


def unfinished(store: Store, units: Iterable[Unit], again: bool) -> tuple[list[Unit], Counter[str]]:
    """Return the units that are to be cleaned, `again` all, and what the pages of the others count as."""
    todo, counts, passed = list[Unit](), Counter[str](), 0
    for unit in units:
        known = None if again else finished(store.state, unit.key, unit.identity)
        if known is None:
            todo.append(unit)
            continue
        passed += 1
        for what, n in known.items():  # what was new then is known now
            counts["unchanged" if what in ("new", "changed") else what] += n
    with store.state.transaction():
        store.state.count_event("", "inputs:passed-over", passed)
    return todo, counts


def _stage(store: Store, page: Cleaned) -> str:
    try:
        decision: str = store.outbox.stage(page.row).decision
    except BadRow as error:  # costs its own page
        _log.error("row of %s refused: %s", page.row.url, error)
        decision = "bad-row"
    known_reject = decision == "unchanged" and page.row.kind == "rejects"
    if not (decision in ("rejected", "bad-row") or known_reject):
        return decision
    _log.debug("rejected %s: %s", printable(page.row.url), page.reason)
    return f"rejected:{page.reason or 'crashed'}"


def _end(store: Store, end: Ended, counts: Counter[str]) -> None:
    unreadable = counts.total() > 0 and counts["rejected:bad-input"] == counts.total()
    whole = end.whole and not unreadable  # a file that gains the right to be read keeps its time
    store.state.count_event("", "inputs:cleaned" if whole else "inputs:unfinished")
    for what, n in end.passed:
        store.state.count_event("", f"records:{what}", n)
    if whole and end.unit.identity is not None:
        finish(store.state, end.unit.key, end.unit.identity, counts)


class PartWriter:
    """Writes the files that are due in a thread, one at a time: meanwhile workers get pages and their rows are staged."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._thread = ThreadPoolExecutor(1, "part-writer")
        self._running: Future[Written] | None = None
        self._looked = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown()
        if kind is None:
            self._settle()

    def look(self) -> None:
        """Begin the next file that is due, once the one before it is written."""
        now = time.monotonic()
        if now - self._looked < _SECONDS_BETWEEN_LOOKS or (self._running and not self._running.done()):
            return
        self._looked = now
        self._settle()
        for part in islice(self._dataset.allocate_due(datetime.now(UTC)), 1):
            self._running = self._thread.submit(self._dataset.write, part)

    def _settle(self) -> None:
        if self._running is not None:
            self._dataset.commit(self._running.result())
            self._running = None

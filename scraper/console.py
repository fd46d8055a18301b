"""What a person or a log sees of a run: progress, tables, the last line. Everything from a page is escaped."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from pipelines.report import RunSummary, summary_line
from scraper.escape import printable

__all__ = ["LOG", "Ticker", "counted", "say", "show_summary", "show_table"]

LOG = logging.getLogger("columnist")
# Without a terminal one line a half minute: enough to see life in a cron mail, few enough to read.
SECONDS_BETWEEN_LINES = 30.0


def say(message: str = "") -> None:
    """Print one line on standard output."""
    sys.stdout.write(message + "\n")
    sys.stdout.flush()


def counted(n: int, what: str) -> str:
    """Return a number with its noun: 1 site, 2 sites."""
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def show_table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; cells come from pages, so each is escaped and never read as markup."""
    table = Table(title=Text(title), title_justify="left", show_edge=False, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if cell is None else printable(str(cell))) for cell in row))
    console = Console(file=sys.stdout, highlight=False)
    # A pipe or a cron mail has no width of its own; 120 columns keep a headline on one line.
    console.width = console.width if console.is_terminal else 120
    console.print(table)


def show_summary(run: RunSummary, as_json: bool, more: Mapping[str, Any]) -> None:
    """Print the run's last line, or with --json one JSON object with the same counts."""
    if as_json:
        say(
            json.dumps({"summary": summary_line(run), **asdict(run), **more}, ensure_ascii=False, default=str)
        )
    else:
        say(summary_line(run))


class Ticker(AbstractContextManager["Ticker"]):
    """Progress of a run: a bar with rate, counts and time left on a terminal, plain log lines elsewhere."""

    def __init__(self, verb: str, quiet: bool = False) -> None:
        self._verb, self._quiet = verb, quiet
        self._started = self._last = time.monotonic()
        self._bar: Progress | None = None

    def __enter__(self) -> Ticker:
        if sys.stderr is not None and sys.stderr.isatty() and not self._quiet:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.fields[note]}"),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
            )
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._bar.add_task(self._verb, total=None, note="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def tick(self, done: int, total: int, note: str) -> None:
        """Say that `done` of `total` known pages are through; `note` holds the counts."""
        now = time.monotonic()
        rate = done / max(now - self._started, 0.001)
        if self._bar is not None:
            known = max(total, done)
            self._bar.update(
                self._bar.task_ids[0],
                completed=done,
                total=known or None,  # nothing known yet: a bar that moves, not 0 of 0
                note=f"{done}/{known}  {rate:.1f}/s  {note}" if known else note,
            )
        elif not self._quiet and now - self._last >= SECONDS_BETWEEN_LINES:
            self._last = now
            left = (total - done) / rate if rate else 0.0
            LOG.info("%s: %d of %d, %.1f/s, %s, about %.0f s left", self._verb, done, total, rate, note, left)

"""What a person or a log sees of a run: progress, tables, the last line. Everything from a page is escaped."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from types import TracebackType
from typing import TYPE_CHECKING, Any

from columnist.pipelines.records.redact import printable
from columnist.pipelines.records.run_summary import RunSummary, summary_line

if TYPE_CHECKING:
    from rich.progress import Progress

LOG = logging.getLogger("columnist")
# Without a terminal one line a half minute: enough to see life in a cron mail, few enough to read.
SECONDS_BETWEEN_LINES = 30.0
_NARROWEST_TABLE = (
    60  # columns; below it five cells of a row are a letter wide, and each gets a line of its own
)
_SHORTEST_BAR, _LONGEST_BAR = 8, 40


def say(message: str = "") -> None:
    """Print one line on standard output; who closed it, or left in the middle, does not end the run."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(message + "\n")
        sys.stdout.flush()
    except BrokenPipeError:  # `columnist crawl | head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def counted(n: int, what: str) -> str:
    """Return a number with its noun: 1 site, 2 sites."""
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def show_table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; cells come from pages, so each is escaped and never read as markup."""
    from rich.console import Console  # a command that prints a line or two does not load it: .1 s
    from rich.table import Table
    from rich.text import Text

    if sys.stdout is None:
        return
    console = Console(file=sys.stdout, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = 120  # a pipe or a cron mail has no width of its own; so a headline stays on one line
    cells = [[Text("" if cell is None else printable(str(cell))) for cell in row] for row in rows]
    if console.width < _NARROWEST_TABLE:
        console.print(Text(title))
        for row in cells:
            console.print(
                Text("\n").join(Text(f"{head}: ") + cell for head, cell in zip(heads, row, strict=True)), ""
            )
        return
    table = Table(title=Text(title), title_justify="left", show_edge=False, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in cells:
        table.add_row(*row)
    console.print(table)


def show_summary(run: RunSummary, as_json: bool, more: Mapping[str, Any]) -> None:
    """Print the run's last line, or with --json one JSON object with the same counts."""
    if as_json:
        say(
            json.dumps({"summary": summary_line(run), **asdict(run), **more}, ensure_ascii=False, default=str)
        )
    else:
        say(summary_line(run))


def tell_file(name: str) -> None:
    """Tell the program that listens that a file of the dataset is committed."""
    say(json.dumps({"file": name}))


class Ticker(AbstractContextManager["Ticker"]):
    """Progress of a run: a bar with rate, counts and time left on a terminal, plain log lines elsewhere."""

    def __init__(self, verb: str, quiet: bool = False) -> None:
        self._verb, self._quiet = verb, quiet
        self._started = self._last = time.monotonic()
        self._bar: Progress | None = None

    def __enter__(self) -> Ticker:
        if sys.stderr is not None and sys.stderr.isatty() and not self._quiet:
            self._bar = _bar()
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
            known = total >= done and rate > 0  # of archives nobody knows beforehand how many pages they hold
            of, left = (f" of {total}", f", about {(total - done) / rate:.0f} s left") if known else ("", "")
            LOG.info("%s: %d%s, %.1f/s, %s%s", self._verb, done, of, rate, note, left)


def _bar() -> Progress:
    from rich.console import Console  # only where there is a terminal
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.table import Column

    console, left = Console(stderr=True), TimeRemainingColumn()
    left.max_refresh = 0.0  # else it is empty for half a second after the first counts
    columns = (
        TextColumn("{task.description}"),
        BarColumn(max(_SHORTEST_BAR, min(_LONGEST_BAR, console.width // 4))),
        left,
        # What is left of the line: counts give way, the bar and the time left do not.
        TextColumn("{task.fields[note]}", table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis")),
    )
    # Log lines go through the bar's console, above it (see `columnist.scraper.cli.log`); standard output is not its.
    return Progress(*columns, console=console, transient=True, expand=True, redirect_stdout=False)


# Files that stay where they are are told once: the next run knows them. What is lost is told until it is settled.
_MEANING = {
    "found": " (no run recorded it; it stays, its rows are known now)",
    "edited": " (changed since a run wrote it; it stays, its rows are known as they are now)",
    "strangers": " (a table that is none of ours, or cannot be read; it stays: take it out if readers trip over it)",
    "quarantined": " (it cannot be read, or its bytes went bad: no reader meets it any more. Put a good copy back in its "
    "place, or delete it)",
    "moved": " (it is gone, its rows lie in other files)",
    "missing": " (it is gone)",
    "torn": " (what a dead run had not written whole is cut off or blanked; no row pointed to it)",
    "lost": " (rows that were in it are gone)",
}


def _of_others(n: int) -> str:
    return f"{n} file that another state wrote is" if n == 1 else f"{n} files that other states wrote are"


def note_recovery(recovery: object) -> None:
    """Log what the start of the run found to finish, mend or set aside."""
    for what, names in asdict(recovery).items():  # type: ignore[call-overload]
        if what == "vouched":  # in daily use, where several states share a dataset
            if names:
                LOG.info("%s known now", _of_others(len(names)))
            continue
        for name in names:
            LOG.warning("recovery: %s %s%s", what, name, _MEANING.get(what, ""))

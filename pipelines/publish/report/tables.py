"""A report as values: parts, their tables, what stands in a cell and how it is read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from columnist.pipelines.publish.report.charts import Picture
from columnist.pipelines.records.redact import printable

Cell = str | int | float | date | None  # a float is a share of one; None is unknown
MOST_ROWS = 200  # a table that a person reads, and a file that a browser opens at once
_LONGEST = 200  # letters of a name from a page


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below their headings; the first cell of each row is its name."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    rest: tuple[Cell, ...] = ()  # what was summed up, as a last row that is not sorted
    sorts: bool = False  # comes sorted by its second column, the largest first


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the page."""

    id: str
    title: str
    words: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    points: tuple[str, ...] = ()


def counted_table(caption: str, head: Sequence[str], counts: Mapping[str, int], whole: int) -> Table:
    """Return names with their counts and shares of a whole, the rest summed up."""
    rows = [(name, n, n / whole if whole else 0.0) for name, n in counts.items()]
    return bounded(caption, (*head, "Share"), rows)


def bounded(caption: str, head: Sequence[str], rows: Iterable[tuple[Cell, ...]]) -> Table:
    """Return a table of the first rows, and a last one that says how many were left out."""
    every = list(rows)
    left = len(every) - MOST_ROWS
    rest = (f"{left:,} more", *[None] * (len(head) - 1)) if left > 0 else ()
    return Table(caption, tuple(head), tuple(every[:MOST_ROWS]), rest)


def told(cell: Cell) -> str:
    """Return a cell as it is read."""
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:.1%}"
    if isinstance(cell, int):
        return f"{cell:,}"
    text = printable(str(cell))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

"""What can be wrong with a dataset: one word for each kind, and what `verify --repair` does about it."""

from dataclasses import dataclass
from typing import Literal

What = Literal[
    "damaged",
    "missing",
    "edited",
    "lost",
    "unknown",
    "double",
    "wrong-day",
    "forgotten",
    "left-over",
    "bad-manifest",
    "bad-ledger",
    "bad-state",
    "bad-count",
    "bad-archive",
]

# For the README's table: what was found, what the repair does, what is left to a person.
PROBLEMS: tuple[tuple[What, str, str], ...] = (
    ("damaged", "A file that cannot be read, or whose bytes went bad.", "Set aside; its pages are pending again. What `clean` wrote has no pages to fetch: clean that input again."),
    ("missing", "A file that is gone.", "Written off; its pages are pending again, as of a damaged one."),
    ("edited", "A file that reads well, with other bytes than were written.", "It stays, and is known as it is now."),
    ("lost", "Rows that readers had, of a file that went bad, vanished or was thinned out before a run that said so.", "Written off: no run tells of them any more. Pages of a file that went bad are pending already."),
    ("unknown", "A file that no run recorded.", "It stays, and its rows are known. One that cannot be read stays too, unless a run of ours made its name: that is set aside."),
    ("double", "Rows that lie in two files, alike in every column.", "They stay in the first file alone. Two texts under one id and revision are left: `columnist check` names them."),
    ("wrong-day", "A file in another day's folder than its rows were fetched on.", "Moved to its folder; left where a file of that name lies there."),
    ("forgotten", "Rows that `columnist forget` was told of: it was killed, or an old file was put back.", "Taken out."),
    ("left-over", "A half-written file in tmp/, or the torn end of a file in archive/ that a killed run left.", "Removed; what no run of ours wrote is set aside. A torn end is cut off, as the next run would."),
    ("bad-manifest", "A manifest that is gone, cannot be read, or does not add up.", "Set aside; the repair's own manifest names its files. That run's counts are lost."),
    ("bad-ledger", "A line of runs/forgotten.jsonl that is gone or cannot be read.", "Written anew as far as this state knows it; a copy of the broken ledger is set aside."),
    ("bad-state", "A state.db that cannot be read.", "Set aside and made anew from the files. What was pending is found again by the next crawl."),
    ("bad-archive", "A file of archive/ that is gone, or has other bytes than were written.", "Its whole records stay where they are, what is none is cut off or blanked, and it is known as it is now; one that is gone is written off. No row changes."),
    ("bad-count", "A count in state.db that is not that of its rows.", "Counted anew."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it was written."""

    name: str  # the file, relative to the data folder
    what: What
    detail: str
    moved_to: str | None = None  # where a damaged or unknown file lies now
    pending: int = 0  # addresses that the next crawl fetches again for it
    mended: str | None = None  # how, where a repair has done something else about it

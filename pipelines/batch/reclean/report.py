"""What a run of `columnist reclean` found: counts, the columns that changed, and a few examples of each."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from columnist.pipelines.batch.reclean.reclean import Recleaned

_EXAMPLES = 10  # fit a screen, and a cron mail


@dataclass(frozen=True, slots=True)
class Example:
    """One column of one article."""

    id: str
    url: str
    column: str
    before: str
    after: str


@dataclass(slots=True)
class Report:
    """What became of the rows; each is in one of `outcomes`."""

    outcomes: Counter[str] = field(
        default_factory=Counter
    )  # recleaned, same, damaged, left, rejected:<reason>
    columns: Counter[str] = field(default_factory=Counter)  # that changed -> articles
    examples: list[Example] = field(default_factory=list)
    damaged: list[str] = field(
        default_factory=list
    )  # the first, in words: a file that went bad holds thousands

    def count(self, one: Recleaned, is_kept: bool = True) -> None:
        """Count what a stored page gave; not `is_kept`: its row is no longer the newest."""
        if not is_kept:
            self.outcomes["left"] += 1
            return
        self.outcomes[f"rejected:{one.detail}" if one.what == "rejected" else one.what] += 1
        if one.what == "damaged" and len(self.damaged) < _EXAMPLES:
            self.damaged.append(f"{one.given.url}: {one.detail}")
        self.columns.update(difference.column for difference in one.differences)
        if one.differences and len(self.examples) < _EXAMPLES:
            # Of the column that was shown least: ten texts would say nothing of the dates.
            shown = Counter(example.column for example in self.examples)
            # A hash changes with its text, and says nothing to a person.
            least = min(one.differences, key=lambda one: (one.column == "content_hash", shown[one.column]))
            self.examples.append(Example(one.given.id, one.given.url, **asdict(least)))

    @property
    def rejected(self) -> dict[str, int]:
        """Pages that are no articles today, by reason; their rows stay."""
        prefix = "rejected:"
        return {name.removeprefix(prefix): n for name, n in self.outcomes.items() if name.startswith(prefix)}

    def as_values(self) -> dict[str, Any]:
        """Return the report for JSON."""
        return {
            "columns": dict(self.columns.most_common()),
            "examples": [asdict(one) for one in self.examples],
        }

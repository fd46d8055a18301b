"""The manifests of compacted days folded into one file a month: nothing of them is lost, and every reader of them goes on."""

from collections.abc import Iterator
from datetime import date

from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.runs.manifests import Manifest, parts_of, read_manifest, wrong_sums
from columnist.pipelines.dataset.runs.months import folded_in, month_of, put_month


def fold(output: Output, until: date) -> int:
    """Fold what is about days up to this one; return how many manifests were.

    Killed after the month was written, manifests lie in both places, alike; they are taken away the next time.
    """
    by_month: dict[str, dict[str, Manifest]] = {}
    for name, content in _foldable(output, until):
        by_month.setdefault(month_of(name), {})[name] = content
    for month, contents in by_month.items():
        put_month(output, month, {**dict(folded_in(output, month)), **contents})
        output.remove_all(contents)
    return sum(map(len, by_month.values()))


def _foldable(output: Output, until: date) -> Iterator[tuple[str, Manifest]]:
    for found in output.files("runs"):
        content = read_manifest(output, found.name) if found.name.endswith(".json") else None
        if content is None or content.get("outcome") in (None, "running") or any(wrong_sums(content)):
            continue  # being written, or for `columnist verify` to name
        if content.get("run_id") == found.name[5:-5] and _last_day(content) <= until.isoformat():
            yield found.name, content


def _last_day(content: Manifest) -> str:
    """Return the latest day of which a run wrote rows, and of one that wrote none the day of its end."""
    days = [name.partition("/day=")[2][:10] for name in parts_of(content)]
    return max(days, default=str(content.get("finished"))[:10])

"""A data folder described: README.md and croissant.json, beside the data that they describe."""

import hashlib
import json
from collections.abc import Mapping

from columnist.pipelines.dataset.files.locations import Output, open_output
from columnist.pipelines.dataset.runs.manifests import read_manifests, recorded_parts
from columnist.pipelines.dataset.upkeep.forget.ledger import read_ledger
from columnist.pipelines.publish.card.croissant import croissant_of
from columnist.pipelines.publish.card.readme import MARK, readme_of
from columnist.pipelines.publish.figures import figures_of

README, CROISSANT = "README.md", "croissant.json"


class NotOurs(ValueError):  # noqa: N818  the user's to decide
    """A README lies there that no card made."""


def write_card(data: str, name: str) -> tuple[str, ...]:
    """Write the card into the data folder; return the names of its files.

    Raises NotOurs where README.md is somebody's own, NeedsExtra, and FileNotFoundError for what is no data folder.
    """
    output = open_output(data)
    if output.find(README) is not None:
        with output.open(README) as file:
            if MARK.encode() not in file.read():
                raise NotOurs(
                    f"{data}/{README} was not made by `columnist card`; move it away, and run again"
                )
    figures = figures_of(data)
    files = _file_list(output)
    forgotten = sum(entry.what == "named" for entry in read_ledger(output).entries)
    croissant = croissant_of(figures, name, str(files["sha256"]))
    output.put(CROISSANT, (json.dumps(croissant, ensure_ascii=False, indent=1) + "\n").encode())
    output.put(README, readme_of(figures, name, files, forgotten).encode())
    return README, CROISSANT


def _file_list(output: Output) -> Mapping[str, str | int]:
    """Return the hash of the list of Parquet files, their count and their bytes, by the sums in the manifests."""
    recorded = recorded_parts(content for _, content in read_manifests(output))
    found = sorted((f for kind in ("articles", "rejects") for f in output.files(kind)), key=lambda f: f.name)
    listed = [f for f in found if f.name in recorded]
    lines = "".join(f"{recorded[f.name].sha256}  {f.name}\n" for f in listed)
    return {
        "sha256": hashlib.sha256(lines.encode()).hexdigest(),
        "count": len(listed),
        "bytes": sum(f.size for f in listed),
    }

"""Manifests folded into one file a month: `runs/2026-11.jsonl.zst`, a line for each, word for word as it was written.

Twenty kilobytes an hour are 180 MB a year in 8,760 files; runs of one month are so alike that 51
manifests of 571 KB were 6 KB.
"""

import io
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa

from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.files.storage_errors import StorageError
from columnist.pipelines.dataset.files.stored import StoredFile

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_Manifest = dict[str, Any]
_MONTH = re.compile(r"runs/(\d{4})-(\d\d)\.jsonl\.zst")
_PACKED: dict[int, int] = {
    zstd.CompressionParameter.compression_level: 15,  # a month is packed once a day; above, 1 % costs twice the time
    zstd.CompressionParameter.checksum_flag: 1,  # a byte that went bad is seen
}


def months(output: Output) -> list[StoredFile]:
    """Return the files that hold folded manifests, oldest first."""
    return sorted((f for f in output.files("runs") if _MONTH.fullmatch(f.name)), key=lambda f: f.name)


def month_of(manifest: str) -> str:
    """Return the file into which a manifest is folded: of the month in which its run began."""
    day = PurePosixPath(manifest).name
    return f"runs/{day[:4]}-{day[4:6]}.jsonl.zst"


def folded_in(output: Output, month: str) -> Iterator[tuple[str, _Manifest]]:
    """Yield the manifests of a month with the names that they had; raise StorageError for a file gone bad."""
    try:
        with output.open(month) as file, pa.CompressedInputStream(pa.PythonFile(file, "r"), "zstd") as lines:
            for line in io.BufferedReader(lines):
                content = json.loads(line)
                yield f"runs/{content['run_id']}.json", content
    except FileNotFoundError:
        return
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        if getattr(error, "errno", None) is not None:  # the disk's own word
            raise
        advice = "Put a good copy back, or run `columnist verify --repair`: it is set aside, and its files are named anew."
        raise StorageError(f"Folded manifests cannot be read ({error})", month, advice) from error


def folded_names(output: Output) -> set[str]:
    """Return the names of all manifests that are folded."""
    return {name for month in months(output) for name, _ in folded_in(output, month.name)}


def put_month(output: Output, month: str, manifests: Mapping[str, _Manifest]) -> None:
    """Write a month's file, replacing an older one in one step."""
    lines = (json.dumps(manifests[name], sort_keys=True, separators=(",", ":")) for name in sorted(manifests))
    content = "".join(f"{line}\n" for line in lines).encode()
    output.put(month, zstd.compress(content, options=_PACKED))


def put_manifests(output: Output, manifests: Iterable[tuple[str, _Manifest]]) -> None:
    """Write manifests anew where they are: as files of their own, or folded."""
    changed = dict(manifests)
    for month in months(output) if changed else ():
        folded = dict(folded_in(output, month.name))
        if changed.keys() & folded.keys():
            put_month(output, month.name, {name: changed.get(name, old) for name, old in folded.items()})
    loose = {found.name for found in output.files("runs")} if changed else set()
    for name in sorted(changed.keys() & loose):
        output.put(name, json.dumps(changed[name], indent=1, sort_keys=True).encode() + b"\n")

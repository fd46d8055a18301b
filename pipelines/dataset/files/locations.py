"""Where the dataset lies: a local folder, or any address that fsspec or pyarrow.fs knows.

Both kinds give a file its final name without overwriting, and keep articles/, rejects/ and runs/ side by side.
"""

import contextlib
import re
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from columnist.pipelines.dataset.files.local_output import LocalOutput
from columnist.pipelines.dataset.files.remote_output import RemoteOutput, reached
from columnist.pipelines.dataset.files.stored import StoredFile, UnknownPlace

TABLES = ("articles", "rejects")  # the folders that readers are pointed at
# Whose addresses may carry options and keys for pyarrow.fs, which fsspec's drivers misread.
_ARROWS = ("s3", "gs", "gcs")
_GOOGLE_RETRIES = "retry_limit_seconds=20"  # a store that was away for longer is the next run's
_OUR_NAME = re.compile(r"\d{8}T\d{9}Z-[0-9a-f]+-\d+-\d+\.parquet")  # see runs.new_run_id and parts.allocate


Output = LocalOutput | RemoteOutput


def is_table(name: str) -> bool:
    """Say whether readers take a file below articles/ for a table: marks and hidden files of other engines are none."""
    below = PurePosixPath(name).parts[1:]
    return name.endswith(".parquet") and not any(part.startswith(("_", ".")) for part in below)


def files_there(output: Output) -> dict[str, StoredFile]:
    """Return every table that readers of the dataset meet, in one listing; other files are left alone."""
    return {found.name: found for kind in TABLES for found in output.files(kind) if is_table(found.name)}


def is_named_by_a_run(name: str) -> bool:
    """Say whether a run of ours made this name; whatever else lies there is somebody else's."""
    return _OUR_NAME.fullmatch(PurePosixPath(name).name) is not None


def open_output(address: str | Path) -> Output:
    """Return the place behind an address: a path, file://, or what fsspec or pyarrow.fs knows."""
    text = str(address)
    if isinstance(address, Path) or "://" not in text:
        return LocalOutput(Path(text))
    if text.startswith("file://"):
        return LocalOutput(Path(text.removeprefix("file://")))
    with reached(text):
        system, root = _remote(text)
    return RemoteOutput(system, root.rstrip("/"), text)


def _bounded(address: str) -> str:
    """Return the address with a bound on how long Google's client tries: by itself that is 15 minutes for each call."""
    parts = urlsplit(address)
    if parts.scheme not in ("gs", "gcs") or "retry_limit_seconds" in parts.query:
        return address
    return parts._replace(query="&".join(filter(None, (parts.query, _GOOGLE_RETRIES)))).geturl()


def _remote(address: str) -> tuple[Any, str]:
    # Imported here: only remote datasets pay for it.
    import fsspec
    from fsspec.implementations.arrow import ArrowFSWrapper
    from pyarrow import ArrowException, fs

    parts = urlsplit(address)
    if parts.scheme in _ARROWS and (parts.query or "@" in parts.netloc):
        inner, root = fs.FileSystem.from_uri(_bounded(address))
        return ArrowFSWrapper(inner), str(root)
    with contextlib.suppress(ValueError, ImportError):  # unknown to fsspec, or its driver is not installed
        system, root = fsspec.core.url_to_fs(address)
        return system, str(root)
    try:
        inner, root = fs.FileSystem.from_uri(_bounded(address))
    except (ArrowException, ValueError) as error:
        message = f"Neither fsspec nor pyarrow.fs can open {address}: {error}"
        raise UnknownPlace(
            f"{message}. Install the driver that fsspec names for it, or use a folder."
        ) from None
    return ArrowFSWrapper(inner), str(root)

"""A file of the dataset, opened so that a fault of its content is told from one of the disk or the store."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.local_output import LocalOutput
from columnist.pipelines.dataset.files.locations import Output
from columnist.pipelines.dataset.files.storage_errors import disk_errors
from columnist.pipelines.dataset.files.stored import StoredFile
from columnist.pipelines.dataset.state.rows import Kind

_BATCH_ROWS = 1000  # rows held at a time


class CannotRead(Exception):  # noqa: N818  a verdict on a file's content
    """No reader can read this file."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that lies in the dataset, open for reading."""

    kind: Kind
    found: StoredFile
    sha256: str
    content: BinaryIO


@contextlib.contextmanager
def opened(output: Output, kind: Kind, found: StoredFile) -> Iterator[File]:
    """Open a file so that only its content can fail from here on: what a store holds is fetched first."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(disk_errors(found.name))
        source = stack.enter_context(output.open(found.name))
        if isinstance(output, LocalOutput):
            sha256 = durable.sha256_of(source)
        else:
            copy = cast(BinaryIO, stack.enter_context(tempfile.TemporaryFile()))
            sha256 = durable.sha256_of(source, copy)
            source = copy
        source.seek(0)
        yield File(kind, found, sha256, source)


@contextlib.contextmanager
def content_errors() -> Iterator[None]:
    """Raise CannotRead for what pyarrow says of a file's content, and let the disk's own errors through."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        if getattr(error, "errno", None) is not None:  # the disk's own word, not pyarrow's on the content
            raise
        raise CannotRead(str(error)) from error


def reads_well(file: File) -> int:
    """Return how many rows a file has, each page of which is read; raise CannotRead where one cannot be."""
    with content_errors(), parquet_of(file) as parquet:
        for _ in parquet.iter_batches(_BATCH_ROWS):
            pass
        return int(parquet.metadata.num_rows)


def parquet_of(file: File) -> pq.ParquetFile:
    """Open the table in a file, from its beginning."""
    file.content.seek(0)
    return pq.ParquetFile(pa.PythonFile(file.content, "r"), page_checksum_verification=True)


def writer_of(file: File) -> str:
    """Return the id of the state that wrote a file under this name; "" for what a hand made. Raises CannotRead."""
    with content_errors(), parquet_of(file) as parquet:
        run = note_of(parquet, "run_id")
        named_for_it = run and PurePosixPath(file.found.name).name.startswith(f"{run}-")
        return note_of(parquet, "state_id") if named_for_it else ""


def note_of(parquet: pq.ParquetFile, name: str) -> str:
    """Return what a run wrote on a file under this name; "" where it did not."""
    notes: dict[bytes, bytes] = parquet.schema_arrow.metadata or {}
    return notes.get(f"columnist.{name}".encode(), b"").decode("utf-8", "replace")

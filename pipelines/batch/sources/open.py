"""The inputs of `columnist clean`: files, folders, globs, tables, archives and standard input -> pages.

To add a kind of input: a module with a reader, and its line in SOURCES.
"""

import errno
import glob
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from columnist.pipelines.batch.sources.files import (
    Piece,
    Reader,
    address_of,
    check_readable,
    head_of,
    looks_like_html,
    looks_like_text,
    read_html,
    read_text,
)
from columnist.pipelines.batch.sources.lists import LONGEST_LIST, listed_archive, read_list, remote_archive
from columnist.pipelines.batch.sources.remote import (
    archives_at,
    is_archive,
    is_archive_list,
    is_remote,
    read_whole,
)
from columnist.pipelines.batch.sources.rows import BadSource, Reading, broken_off, shown
from columnist.pipelines.batch.sources.tables import (
    check_parquet,
    count_parquet,
    read_json_lines,
    read_parquet,
)
from columnist.pipelines.batch.sources.warc.arc import check_arc, read_arc
from columnist.pipelines.batch.sources.warc.read import read_warc
from columnist.pipelines.document.addresses import is_web_address
from columnist.pipelines.records.article import Page, Reject
from columnist.pipelines.records.redact import loggable_url

# A run's manifest, or those of a month.
_MANIFEST = re.compile(r"\d{8}T\d{9}Z-[0-9a-f]{12}\.json|\d{4}-\d\d\.jsonl\.zst")
Count = Callable[[Piece], int | None]


def _one(_: Piece) -> int:
    return 1


def _unknown(_: Piece) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of input: how to know it, how to read it, how many pages it has."""

    kind: Literal["parquet", "warc", "arc", "json-lines", "html", "text"]
    suffixes: tuple[str, ...]
    begins: Callable[[bytes], bool]  # whether a file of an unknown name is one, by its first bytes
    read: Reader
    count: Count = _one
    check: Callable[[Piece], None] | None = None  # raises BadSource for what the user named


# How zstd begins, with and without a dictionary in front: nothing but archives is read from it.
_ZSTD = (b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")
# The order is the precedence among files whose name says nothing.
SOURCES: tuple[Source, ...] = (
    Source("parquet", (".parquet", ".pq"), lambda head: head.startswith(b"PAR1"), read_parquet, count_parquet, check_parquet),
    Source("warc", (".warc", ".wet"), lambda head: head.startswith((b"WARC/", *_ZSTD)), read_warc, _unknown),
    Source("arc", (".arc",), lambda head: head.startswith(b"filedesc:"), read_arc, check=check_arc),
    Source("json-lines", (".jsonl", ".ndjson"), lambda head: head.startswith(b'{"'), read_json_lines, _unknown),
    Source("html", (".html", ".htm", ".xhtml", ".shtml"), lambda head: looks_like_html(head, certain=False), read_html),
    Source("text", (".txt", ".text", ".md"), looks_like_text, read_text),
)  # fmt: skip
_BY_KIND = {source.kind: source for source in SOURCES}

# What browsers save beside a page, and what is about pages but none: skipped in folders, never if named.
_BESIDE_PAGES = frozenset((
    ".css", ".js", ".mjs", ".map", ".json", ".xml", ".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp",
    ".avif", ".ico", ".bmp", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".mp3", ".mp4", ".webm", ".ogg",
    ".wav", ".csv", ".tsv", ".py", ".pyc", ".toml", ".yaml", ".yml", ".log", ".lock", ".db", ".sqlite",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the user named, told apart: pieces that hold pages, and addresses that a crawl must fetch."""

    pieces: tuple[Piece, ...]
    urls: tuple[str, ...] = ()


def open_source(inputs: Inputs | Sequence[str], reading: Reading | None = None) -> Iterator[Page | Reject]:
    """Give the pages of the inputs one by one, a reject for each that cannot be read.

    Raises BadSource before the first page where an input cannot be read at all.
    """
    found = inputs if isinstance(inputs, Inputs) else sort_inputs(inputs)
    reading = reading or Reading()
    if reading.url is not None and not is_web_address(reading.url):
        raise BadSource(
            f"--url {shown(reading.url)!r} is no address; give it whole, as https://news.example/a"
        )
    if reading.url and len(found.pieces) != 1:
        raise BadSource(f"--url names one page's address, but there are {len(found.pieces)} inputs")
    return _pages(found, reading)


def _pages(inputs: Inputs, reading: Reading) -> Iterator[Page | Reject]:
    for piece in inputs.pieces:
        try:
            yield from _BY_KIND[piece.kind].read(piece, reading)  # type: ignore[index]
        except Exception as error:  # noqa: BLE001  an input that defeats its reader costs itself
            words = f"{piece.name}: not readable from here on: {type(error).__name__}: {error}"
            yield broken_off(address_of(piece), words[:1000], reading)


def count_pages(inputs: Inputs) -> int | None:
    """Return how many pages the inputs hold, for a progress bar; None where only reading them would tell."""
    total = 0
    for piece in inputs.pieces:
        count = _BY_KIND[piece.kind].count(piece)  # type: ignore[index]
        if count is None:
            return None
        total += count
    return total


def sort_inputs(
    inputs: Sequence[str], tell: Callable[[str], None] | None = None, base: str | None = None
) -> Inputs:
    """Find the files behind the names that the user gave; raise BadSource for a name that leads nowhere.

    `tell` hears of each line of a list that is no address, and the others are taken; without it the list is refused.
    `base` is where the relative paths of a list of archives lie.
    """
    pieces: list[Piece] = []
    urls: list[str] = []
    for name in inputs:
        if is_web_address(name) and not is_archive(name) and not is_archive_list(name):
            urls.append(name)
            continue
        for piece in (
            _standard_input() if name == "-" else _elsewhere(name) if is_remote(name) else _named(name)
        ):
            listed = read_list(piece, tell) if piece.kind == "text" else None
            if is_archive_list(piece.name) and not listed:
                raise BadSource(
                    f"{piece.name}: it names no archive (.warc, .warc.gz, .warc.zst); check the list"
                )
            if not listed:
                pieces.append(piece)
                continue
            urls.extend(entry for entry in listed if not is_archive(entry))
            home = name if is_remote(name) else os.fspath(piece.path)
            archives = dict.fromkeys(entry for entry in listed if is_archive(entry))
            pieces.extend(listed_archive(entry, home, base) for entry in archives)
    return Inputs(tuple(pieces), tuple(dict.fromkeys(urls)))


def _elsewhere(name: str) -> Iterator[Piece]:
    """Give the archives, or the list of archives, at an address."""
    if name.lower().startswith("file://"):
        yield from _named(unquote(urlsplit(name).path))
    elif is_archive_list(name):
        yield Piece(Path("-"), loggable_url(name), "text", read_whole(name, LONGEST_LIST))
    else:
        yield from map(remote_archive, archives_at(name))


def _named(name: str) -> Iterator[Piece]:
    if "\0" in name or not name:
        raise BadSource(f"{shown(name)!r} is no file name")
    path = Path(name)
    try:
        path.stat()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise BadSource(f"{shown(name)[:200]} ...: {error.strerror}; check the path") from None
    if path.is_dir():
        yield from _in_folder(path, shown(name))
    elif path.exists() and not path.is_file():  # a pipe, as from <(command): it can be read only once
        with path.open("rb") as pipe:
            yield _sorted(Piece(Path("-"), shown(name), body=pipe.read(LONGEST_LIST + 1)))
    elif path.exists():
        check_readable(path, shown(name))
        piece = _sorted(Piece(path, shown(name)))
        check = _BY_KIND[piece.kind].check  # type: ignore[index]
        if check:
            check(piece)
        yield piece
    elif glob.has_magic(name) and (matches := sorted(glob.glob(name, recursive=True))):  # noqa: PTH207  it may be absolute
        for match in matches:
            yield from _named(match)
    else:
        raise BadSource(f"{shown(name)}: no such file or folder, and no file matches it; check the path")


def _in_folder(folder: Path, name: str) -> Iterator[Piece]:
    if _is_dataset(folder):
        raise BadSource(
            f"{name} is a data folder: its rows are clean already; clean its stored pages again with `columnist reclean`, "
            f"or name {name}/archive"
        )
    found = False
    try:
        for path in _files(folder):
            found = True
            yield _sorted(Piece(path, shown(path)))
    except OSError as error:
        raise BadSource(f"{name}: {error.strerror}; check the path and its permissions") from error
    if not found:
        raise BadSource(f"{name}: the folder holds no page (.html, .txt, .parquet, .jsonl, .warc ...)")


def _files(folder: Path) -> Iterator[Path]:
    """Give the files of a folder tree, sorted; hidden ones, Parquet's marker files, pages' parts and datasets left out."""
    for place, folders, names in os.walk(folder, onerror=_heard):
        folders[:] = sorted(
            f for f in folders if not f.startswith((".", "_")) and not _is_dataset(Path(place, f))
        )
        for name in sorted(names):
            path = Path(place, name)
            if (
                not name.startswith((".", "_"))
                and path.suffix.lower() not in _BESIDE_PAGES
                and not is_archive_list(name)
                and path.is_file()
            ):
                yield path


def _is_dataset(folder: Path) -> bool:
    """Say whether a folder is one that a run writes to, as `--data` of this very command may lie among its inputs: its
    articles would come back as pages."""
    runs = folder / "runs"
    return (folder / "state.lock").is_file() or (
        runs.is_dir() and any(_MANIFEST.fullmatch(path.name) for path in runs.iterdir())
    )


def _heard(error: OSError) -> None:
    raise error


def _sorted(piece: Piece) -> Piece:
    """Say of which kind a file is: by its name, else by its first bytes, else HTML for cleaning to refuse."""
    suffixes = [s.lower() for s in piece.path.suffixes] if piece.body is None else []
    if suffixes and suffixes[-1] in (".gz", ".zst"):
        suffixes.pop()
    by_name = next((s.kind for s in SOURCES if suffixes and suffixes[-1] in s.suffixes), None)
    if by_name and by_name != "text":
        return replace(piece, kind=by_name)
    head = head_of(piece)
    if looks_like_html(head, certain=True):
        return replace(piece, kind="html")
    return replace(piece, kind=by_name or next((s.kind for s in SOURCES if s.begins(head)), "html"))


def _standard_input() -> Iterator[Piece]:
    if sys.stdin is None or sys.stdin.closed:
        raise BadSource("-: standard input is closed; pipe a page into it, or name a file")
    body = sys.stdin.buffer.read(LONGEST_LIST + 1)
    yield _sorted(Piece(Path("-"), "-", body=body))

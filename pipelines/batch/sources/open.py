"""The inputs of `columnist clean`: files, folders, globs, tables, archives and standard input -> pages.

To add a kind of input: a module with a reader, and its line in SOURCES.
"""

import errno
import glob
import os
import re
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from columnist.pipelines.batch.sources.archives import read_warc
from columnist.pipelines.batch.sources.files import (
    BadFile,
    Piece,
    Reader,
    address_of,
    check_readable,
    head_of,
    looks_like_html,
    looks_like_text,
    open_bytes,
    read_html,
    read_text,
)
from columnist.pipelines.batch.sources.rows import BadSource, Reading, broken_off, shown
from columnist.pipelines.batch.sources.tables import (
    check_parquet,
    count_parquet,
    read_json_lines,
    read_parquet,
)
from columnist.pipelines.document.addresses import is_web_address
from columnist.pipelines.records.article import Page, Reject
from columnist.pipelines.sites.text_lists import without_comment

Count = Callable[[Piece], int | None]


def _one(_: Piece) -> int:
    return 1


def _unknown(_: Piece) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of input: how to know it, how to read it, how many pages it has."""

    kind: Literal["parquet", "warc", "json-lines", "html", "text"]
    suffixes: tuple[str, ...]
    begins: Callable[[bytes], bool]  # whether a file of an unknown name is one, by its first bytes
    read: Reader
    count: Count = _one
    check: Callable[[Piece], None] | None = None  # raises BadSource for what the user named


# The order is the precedence among files whose name says nothing.
SOURCES: tuple[Source, ...] = (
    Source("parquet", (".parquet", ".pq"), lambda head: head.startswith(b"PAR1"), read_parquet, count_parquet, check_parquet),
    Source("warc", (".warc",), lambda head: head.startswith(b"WARC/"), read_warc, _unknown),
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
_LONGEST_LIST = 256 << 20  # bytes of standard input: some 4 million addresses
_LONGEST_ADDRESS = 10_000  # bytes; servers take 8,000
# A line of a list with a slip: a space within, the scheme left out or misspelt. Prose has more words.
_MEANT = re.compile(r"\w+:/{1,2}\S*(?:\s+\S+){0,3}|[\w-]+(?:\.[\w-]+)+(?::\d+)?/\S*|www\.\S+")
_MOST_MISTAKES = 20  # lines that are none, more than those that are: a text need not be read to its end


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


def sort_inputs(inputs: Sequence[str], tell: Callable[[str], None] | None = None) -> Inputs:
    """Find the files behind the names that the user gave; raise BadSource for a name that leads nowhere.

    `tell` hears of each line of a list that is no address, and the others are taken; without it the list is refused.
    """
    pieces: list[Piece] = []
    urls: list[str] = []
    for name in inputs:
        if is_web_address(name):
            urls.append(name)
            continue
        for piece in _standard_input() if name == "-" else _named(name):
            listed = _addresses(piece, tell) if piece.kind == "text" else None
            if listed:
                urls.extend(listed)
            else:
                pieces.append(piece)
    return Inputs(tuple(pieces), tuple(dict.fromkeys(urls)))


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
            yield _sorted(Piece(Path("-"), shown(name), body=pipe.read(_LONGEST_LIST + 1)))
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
    """Give the files of a folder tree, sorted; hidden ones, Parquet's marker files and pages' parts left out."""
    for place, folders, names in os.walk(folder, onerror=_heard):
        folders[:] = sorted(f for f in folders if not f.startswith((".", "_")))
        for name in sorted(names):
            path = Path(place, name)
            if (
                not name.startswith((".", "_"))
                and path.suffix.lower() not in _BESIDE_PAGES
                and path.is_file()
            ):
                yield path


def _heard(error: OSError) -> None:
    raise error


def _sorted(piece: Piece) -> Piece:
    """Say of which kind a file is: by its name, else by its first bytes, else HTML for cleaning to refuse."""
    suffixes = [s.lower() for s in piece.path.suffixes] if piece.body is None else []
    if suffixes and suffixes[-1] == ".gz":
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
    body = sys.stdin.buffer.read(_LONGEST_LIST + 1)
    yield _sorted(Piece(Path("-"), "-", body=body))


def _is_address(words: str) -> bool:
    try:
        return len(words.split()) == 1 and is_web_address(words) and urlsplit(words).port != 0
    except ValueError:  # a port such as :99999
        return False


def _addresses(piece: Piece, tell: Callable[[str], None] | None) -> list[str] | None:
    """Return the addresses of a list of them; None where most lines are none, so that the file is a text.

    Blank lines and comments do not count. Raises BadSource for a list without a good one, or with nobody to tell.
    """
    found: list[str] = []
    odd: list[str] = []
    nearly = 0  # lines that were meant for an address
    try:
        with open_bytes(piece) as lines:
            for number, line in enumerate(iter(lambda: lines.readline(_LONGEST_ADDRESS), b""), 1):
                words = without_comment(line.decode("utf-8-sig", "replace"))
                if not words:
                    continue
                if _is_address(words):
                    found.append(words)
                    continue
                nearly += bool(_MEANT.fullmatch(words))
                odd.append(f"line {number} is no address: {words[:80]!r}")
                if len(odd) - nearly > len(found) + nearly + _MOST_MISTAKES:
                    return None
    except (BadFile, OSError, EOFError, zlib.error):
        return None  # reading it as a page says what is wrong
    if (not found and not nearly) or len(found) + nearly <= len(odd) - nearly:
        return None
    if odd and (tell is None or not found):
        raise BadSource(f"{piece.name}: {odd[0]}; correct it, or begin the line with #")
    if tell is not None:
        for words in odd:
            tell(f"{piece.name}: {words}; correct it, or begin the line with #")
    return found

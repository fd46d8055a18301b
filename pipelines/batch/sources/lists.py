"""Lists in text files: addresses of pages, and archives by path or address (`warc.paths`)."""

import re
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from columnist.pipelines.batch.sources.files import BadFile, Piece, open_bytes
from columnist.pipelines.batch.sources.remote import check_driver, is_archive, is_remote
from columnist.pipelines.batch.sources.rows import BadSource, shown
from columnist.pipelines.document.addresses import is_web_address
from columnist.pipelines.records.redact import loggable_url
from columnist.pipelines.sites.text_lists import without_comment

LONGEST_LIST = 256 << 20  # bytes: some 4 million addresses
_LONGEST_ADDRESS = 10_000  # bytes; servers take 8,000
# A line of a list with a slip: a space within, the scheme left out or misspelt. Prose has more words.
_MEANT = re.compile(r"\w+:/{1,2}\S*(?:\s+\S+){0,3}|[\w-]+(?:\.[\w-]+)+(?::\d+)?/\S*|www\.\S+")
_ENDS = frozenset(".!?…。！？؟।")
_MOST_MISTAKES = 20  # lines that are none, more than those that are: a text need not be read to its end


def read_list(piece: Piece, tell: Callable[[str], None] | None) -> list[str] | None:
    """Return the entries of a list; None where most lines are none, so that the file is a text.

    Blank lines and comments do not count. Raises BadSource for a list without a good one, or with nobody to tell.
    """
    found: list[str] = []
    odd: list[str] = []
    nearly = 0  # lines that were meant for an address
    text = False  # whether a line ends a sentence, or stands above the first address
    try:
        with open_bytes(piece) as lines:
            for number, line in enumerate(iter(lambda: lines.readline(_LONGEST_ADDRESS), b""), 1):
                words = without_comment(line.decode("utf-8-sig", "replace"))
                if not words:
                    continue
                if _is_entry(words):
                    found.append(words)
                    continue
                nearly += bool(_MEANT.fullmatch(words))
                text = text or not found or words[-1] in _ENDS
                odd.append(f"line {number} is no address: {words[:80]!r}")
                if len(odd) - nearly > len(found) + nearly + _MOST_MISTAKES:
                    return None
    except (BadFile, OSError, EOFError, zlib.error):
        return None  # reading it as a page says what is wrong
    more = len(found) + nearly - (len(odd) - nearly)
    if (not found and not nearly) or more < 0 or (more == 0 and text):
        return None
    if odd and (tell is None or not found):
        raise BadSource(f"{piece.name}: {odd[0]}; correct it, or begin the line with #")
    if tell is not None:
        for words in odd:
            tell(f"{piece.name}: {words}; correct it, or begin the line with #")
    return found


def listed_archive(entry: str, listed_in: str, base: str | None) -> Piece:
    """Return the archive that a list names: whole, or by its path below the base.

    Without a base paths are taken from the root of the store or server that the list came from, as Common Crawl means
    them, or from the folder that the list lies in. Raises BadSource where that cannot be meant.
    """
    if not is_remote(entry):
        root = base or _home_of(listed_in)
        if not is_remote(root):
            path = Path(root, entry)
            if base is None and not path.exists():
                raise BadSource(
                    f"{shown(listed_in)}: {shown(path)} does not exist; say where the paths of the list lie: "
                    "--base https://data.commoncrawl.org/, --base s3://bucket/ or --base FOLDER"
                )
            return Piece(path, shown(path), "warc")
        entry = f"{root.rstrip('/')}/{entry.lstrip('/')}"
    return remote_archive(entry)


def remote_archive(address: str) -> Piece:
    """Return the archive at an address; raise BadSource where nothing installed can open such."""
    if address.lower().startswith("file://"):
        path = Path(urlsplit(address).path)
        return Piece(path, shown(path), "warc")
    check_driver(address)
    return Piece(Path("-"), loggable_url(address), "warc", address=address)


def _home_of(listed_in: str) -> str:
    if not is_remote(listed_in):
        return str(Path(listed_in).parent)
    parts = urlsplit(listed_in)
    return f"{parts.scheme}://{parts.netloc}/"


def _is_entry(words: str) -> bool:
    try:
        if len(words.split()) != 1:
            return False
        return is_archive(words) or (is_web_address(words) and urlsplit(words).port != 0)
    except ValueError:  # a port such as :99999
        return False

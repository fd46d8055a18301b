"""ARC, the format before WARC: told apart, for as a file of HTML it would be one page; warcio makes a WARC of it."""

from collections.abc import Iterator

from columnist.pipelines.batch.sources.files import Piece, address_of
from columnist.pipelines.batch.sources.rows import BadSource, Reading, broken_off
from columnist.pipelines.records.article import Page, Reject


def check_arc(piece: Piece) -> None:
    """Refuse an ARC file that the user named."""
    raise BadSource(_words(piece))


def read_arc(piece: Piece, reading: Reading) -> Iterator[Page | Reject]:
    """Give the reject of an ARC file, found in a folder."""
    yield broken_off(address_of(piece), _words(piece), reading)


def _words(piece: Piece) -> str:
    name = piece.file_name.removesuffix(".gz").removesuffix(".arc")
    return (
        f"{piece.name}: an ARC file, the format before WARC; `warcio recompress {piece.name} {name}.warc.gz` makes"
        " a WARC of it, to be cleaned in its place"
    )

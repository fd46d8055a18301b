"""Two texts -> what went and what came, word by word: how a revision or a copy differs."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from columnist.pipelines.document.text import UNSPACED

# A word with the mark and the spaces behind it; a sign of a script that spaces no words; the end of a paragraph.
_WORD = re.compile(rf"\n|{UNSPACED.pattern}[^\S\n]*|(?:(?!{UNSPACED.pattern})\S)+[^\S\n]*")
# Comparing takes time by the product of the words; below this it is a second, and few articles have as many.
_MOST_WORDS = 2_000


class Piece(NamedTuple):
    """Words in a row that share a fate."""

    fate: Literal["same", "gone", "new"]
    text: str


Line = tuple[Piece, ...]  # a paragraph


def differences(before: str, after: str) -> tuple[Line, ...]:
    """Return the paragraphs of both texts in one order, each word once where it stayed."""
    old, new = before.split("\n"), after.split("\n")
    lines: list[Line] = []
    # Whole paragraphs first: most stay, and only what lies between them is looked at by words.
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            lines += ((Piece("same", text),) for text in new[k:m])
        else:
            lines += _lines(_words("\n".join(old[i:j]), "\n".join(new[k:m])))
    return tuple(lines)


def differ(lines: Sequence[Line]) -> bool:
    """Say whether any word is marked."""
    return any(piece.fate != "same" for line in lines for piece in line)


def _words(before: str, after: str) -> Iterator[Piece]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) > _MOST_WORDS:
        yield from (Piece("gone", before + "\n"), Piece("new", after))
        return
    matcher = SequenceMatcher(None, [w.strip(" ") for w in old], [w.strip(" ") for w in new], autojunk=False)
    for what, i, j, k, m in matcher.get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(new[k:m]))
            continue
        yield from (Piece("gone", "".join(old[i:j])), Piece("new", "".join(new[k:m])))


def _lines(pieces: Iterator[Piece]) -> Iterator[Line]:
    line: list[Piece] = []
    for fate, text in pieces:
        for number, part in enumerate(text.split("\n")):
            if number and line:
                yield tuple(line)
                line = []
            if part:
                line.append(Piece(fate, part))
    if line:
        yield tuple(line)

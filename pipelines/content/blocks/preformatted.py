"""Prose in a <pre>, whose white space is its only markup: blank lines, indented lines or line ends part its paragraphs.

Old wires, mailing lists and text editors of some portals publish so. Code stays as it is: its lines end no sentences.
"""

import re
import unicodedata
from itertools import islice
from typing import Any

from lxml import etree

from columnist.pipelines.document.text import is_long

_BLANK = re.compile(r"\n[ \t\u3000\u00a0]*\n\s*")
_INDENTED = re.compile(r"\n(?:[ \t\u00a0]{2,}|\u3000+)(?=\S)")
_LINE = re.compile(r"\n\s*")
_FEWEST = 2  # paragraphs
_MOST = 50  # such elements of a page: one that has more shows code
_LARGEST = 400_000  # characters: a novel; what is larger is a file that took the place of a page
_PROSE = 0.6  # of the letters in long paragraphs that end a sentence; a listing of code has next to none
_LETTERS = 0.9  # of the signs: prose has .95 and more, code and drawn tables less than .85
_ENDS = tuple(".!?…。！？؟।۔”»」")


def open_preformatted(root: Any) -> None:
    """Make a <div> with line breaks of each <pre> that holds prose."""
    for pre in list(islice(root.iter("pre"), _MOST)):
        text = "".join(pre.itertext()).replace("\r", "")
        if len(text) > _LARGEST:
            continue
        for parting in (_BLANK, _INDENTED, _LINE):
            if parting.search(text.strip()) and _is_prose(parting.split(text.strip())):
                _part(pre, parting)
                pre.tag = "div"
                break


def _is_prose(pieces: list[str]) -> bool:
    texts = [text for piece in pieces if (text := " ".join(piece.split()))]
    signs = "".join(texts)
    letters = sum(1 for sign in signs if sign.isalpha() or sign == " " or unicodedata.combining(sign))
    if letters < _LETTERS * len(signs):
        return False
    long = [text for text in texts if is_long(text) and text.endswith(_ENDS)]
    return len(long) >= _FEWEST and sum(map(len, long)) >= _PROSE * sum(map(len, texts))


def _part(pre: Any, parting: re.Pattern[str]) -> None:
    """Put two line breaks wherever the text is parted. Children are taken out and put back: to insert among them is quadratic."""
    for element in [one for one in pre.iter() if isinstance(one.tag, str)]:
        children = [(child, child.tail or "") for child in element]
        text, element.text = element.text or "", None
        element[:] = []
        _append(element, None, text, parting)
        for child, tail in children:
            element.append(child)
            _append(element, child, tail, parting)


def _append(element: Any, last: Any, text: str, parting: re.Pattern[str]) -> None:
    first, *rest = parting.split(text.replace("\r", ""))
    if last is None:
        element.text = first
    else:
        last.tail = first
    for piece in rest:
        etree.SubElement(element, "br")
        etree.SubElement(element, "br").tail = piece

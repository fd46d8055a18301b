"""HTML bytes -> HTML bytes without what makes parsers lose text: controls, references to them, early end tags.

Few pages have any of it, so numpy looks for the bytes that could begin one: a regular expression tries each place.
"""

import re
from bisect import bisect_left
from collections import Counter
from functools import lru_cache

import numpy as np

from columnist.pipelines.document.tags import (
    Tagged,
    cut,
    ends_of,
    find_tags,
    leaves_links_open,
    links_of,
    paragraphs_of,
)

_LONG_TAG = 25_000  # bytes in one tag; past it, thousands of attributes cost seconds in any parser
_MANY_ATTRIBUTES = 500
# What follows a whole tag is text, or a script's data.
_WHOLE_TAG = re.compile(rb"<(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+>")

# White space for HTML, or what Python takes for white space, becomes a space; other controls go.
_SPACES = b"\x0b\x0c\x1c\x1d\x1e\x1f"
_KEPT = b"\t\n\r"
_LONE_CONTROLS = b"\x0b\x0c\x7f"
_HIGH_CONTROLS = range(0x0E, 0x20)
_TABLE = bytes.maketrans(_SPACES, b" " * len(_SPACES))
_CONTROLS = bytes(c for c in (*range(32), 127) if c not in _KEPT and c not in _SPACES)
# References to NUL, C0 and C1 controls, DEL, surrogates and what lies past U+10FFFF.
_BAD_REFERENCE = re.compile(
    rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|12[7-9]|1[345]\d|5529[6-9]|55[3-9]\d\d|5[67]\d{3}|[1-9]\d{7,})"
    rb"|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|7[fF]|[89][0-9a-fA-F]|[dD][89a-fA-F][0-9a-fA-F]{2}"
    rb"|[1-9a-fA-F][0-9a-fA-F]{6,}))(?![0-9a-fA-F]);?"
)
_END_OF_PAGE = re.compile(rb"</(?:body|html)\s*>", re.IGNORECASE)

# What an HTML5 parser opens again in every block until its end tag comes (of links it does so with one alone), and
# the cells that put an end to that.
_FORMATTING = re.compile(
    rb"<(/?)(?:(b|big|code|em|font|i|s|small|strike|strong|tt|u)|(td|th|caption|table))(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
_MOST_OPEN = 16  # real pages have five open at once; each costs a node in every block behind it

_PARAGRAPHS = 2  # in an unclosed link: the first may be its own
# Beyond this many places the expression's own search over all the bytes is the faster one.
_MANY_PLACES = 2_000


def tidy(utf8: bytes) -> Tagged:
    """Take out of the bytes what makes parsers lose text: controls, references to them, early end tags."""
    if _has_controls(utf8):
        utf8 = utf8.translate(_TABLE, _CONTROLS)
    return _cut_long_tags(_cut_ends(find_tags(_mend_references(utf8))))


def _cut_ends(page: Tagged) -> Tagged:
    """Cut the end tags that may be left out: libxml2 drops what follows a premature one."""
    places = ends_of(page, b"bh")
    matches = (_END_OF_PAGE.match(page.utf8, place) for place in places)
    return cut(page, [match.span() for match in matches if match])


def _mend_references(utf8: bytes) -> bytes:
    signs = np.frombuffer(utf8, np.uint8)
    first = np.flatnonzero(signs[:-1] == ord("&"))
    places = first[signs[first + 1] == ord("#")].tolist()
    if len(places) > _MANY_PLACES:
        return _BAD_REFERENCE.sub(_mend_reference, utf8)
    pieces, end = [], 0
    for place in places:
        if match := _BAD_REFERENCE.match(utf8, place):
            pieces += [utf8[end:place], _mend_reference(match)]
            end = match.end()
    return b"".join([*pieces, utf8[end:]]) if pieces else utf8


def _has_controls(utf8: bytes) -> bool:
    signs = np.frombuffer(utf8, np.uint8)
    if not len(signs) or signs.min() < _KEPT[0] or any(code in utf8 for code in _LONE_CONTROLS):
        return True
    return bool((signs - _HIGH_CONTROLS[0]).min() < len(_HIGH_CONTROLS))  # below, uint8 wraps around


def _mend_reference(match: re.Match[bytes]) -> bytes:
    return _mended(match.group())


@lru_cache(maxsize=256)  # a hostile page has the same one a million times
def _mended(reference: bytes) -> bytes:
    digits = reference[2:].rstrip(b";")
    code = int(digits[1:], 16) if digits[:1] in b"xX" else int(digits[:20])
    if 128 <= code < 160:  # browsers read these as Windows-1252: &#146; is an apostrophe
        return bytes([code]).decode("cp1252", "ignore").encode()
    return b" " if code < len(_TABLE) and code in _SPACES else b""


def _cut_long_tags(page: Tagged) -> Tagged:
    """Drop the attributes of a tag that has thousands of them: parsers compare each with each."""
    utf8, place = page.utf8, _LONG_TAG
    while place < len(utf8):
        end = utf8.find(b">", place)
        if end < 0 or end - place > _LONG_TAG:
            start = utf8.rfind(b"<", 0, place)
            end = len(utf8) if end < 0 else end
            is_open = utf8[start + 1 : start + 2].isalpha() and not _WHOLE_TAG.match(utf8, start, end)
            if is_open and _signs_of_equality(utf8[start:end]) > _MANY_ATTRIBUTES:
                name = re.match(rb"<[a-zA-Z0-9]+", utf8[start : start + 40])
                utf8 = utf8[:start] + (name.group() if name else b"<div") + utf8[end:]
                end = start
        place = max(end, place) + _LONG_TAG
    return page if utf8 is page.utf8 else find_tags(utf8)


def _signs_of_equality(tag: bytes) -> int:
    """Count as `bytes.count`, in a fifth of its time."""
    return int(np.count_nonzero(np.frombuffer(tag, np.uint8) == ord("=")))


def drop_open_formatting(utf8: bytes) -> bytes:
    """Drop the tags of bold type and the like that open while a dozen are open: their text stays.

    Each further block would hold all of them again, so that time and memory grew with the square of the page.
    """
    opened, dropped = 0, Counter[bytes]()
    tables = [(0, False)]  # of each open table: what is open around its cells, and whether a cell is open

    def keep(match: re.Match[bytes]) -> bytes:
        nonlocal opened
        closing, name, cell = match.groups()
        if cell:
            opened = _at_cell(tables, opened, closing, cell.lower())
            return match.group()
        name = name.lower()
        if not closing and opened >= _MOST_OPEN:
            dropped[name] += 1
            return b""
        if closing and dropped[name]:
            dropped[name] -= 1
            return b""
        opened = max(0, opened + (-1 if closing else 1))
        if not tables[-1][1]:  # it stays open behind the table
            tables[-1] = (opened, False)
        return match.group()

    return _FORMATTING.sub(keep, utf8)


def _at_cell(tables: list[tuple[int, bool]], opened: int, closing: bytes, cell: bytes) -> int:
    """Return how much is open behind a tag of a table: what a cell opens ends with it."""
    around = tables[-1][0]
    if cell != b"table" and len(tables) > 1:
        tables[-1] = (around, not closing)
        return around
    if cell == b"table" and not closing:
        tables.append((opened, False))
    elif cell == b"table" and len(tables) > 1:
        tables.pop()
        if not tables[-1][1]:
            tables[-1] = (around, False)
        return around
    return opened


def drop_open_links(page: Tagged) -> Tagged:
    """Drop the tag of a link that nothing closes before the second paragraph after it: all would be link."""
    if not leaves_links_open(page):
        return page
    opened = paragraphs_of(page)
    dropped, behind, closing, paragraphs = [], len(opened), False, 0
    for link in reversed(links_of(page)):
        inside = bisect_left(opened, link.end(), hi=behind)
        paragraphs += behind - inside
        behind = inside
        if link.group(1) or closing or paragraphs < _PARAGRAPHS:
            closing, paragraphs = bool(link.group(1)), 0
        else:
            dropped.append(link.span())
    return cut(page, dropped[::-1])

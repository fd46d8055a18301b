"""Values of any type that pages put where text is due -> clean text, or nothing."""

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import Any

from lxml import etree

from columnist.pipelines.document.text import normalise
from columnist.pipelines.language.lexicon import either

_MOST_PIECES = 400  # texts of one element; a headline or byline has a few
_LONGEST = 20_000  # characters; longer values are bodies or attacks, not fields
_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,500}>")
# JSON-LD keys that carry the words of a nested node, the most telling first.
_SAYING = ("name", "headline", "@value", "text", "title", "@id", "url")
# A number of a row, an identifier in hexadecimal digits, "_hidden", "cms:77", "page-id-7"; a year is a tag.
_MACHINES = re.compile(
    r"_.*|(?!(?:19|20)\d\d\Z)[\d.,-]+|[0-9a-f]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\w-]+:\S+|\S*\bid[-_:]?\d+",
    re.IGNORECASE,
)
# "Section: Local"; "Halo: Reach" is a tag.
_FIELD = re.compile(rf"(?:{either('rubrics', 'fields')})\s*:\s", re.IGNORECASE)
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_YEARS = r"(?:19|20)\d\d(?:\s*[-–—/]\s*(?:19|20)?\d\d)?"
_RIGHTS = re.compile(
    rf"©|\(c\)|&copy;|\bcopyright\b|\b{_YEARS}\b|{either('rubrics', 'rights')}", re.IGNORECASE
)
_ENDS = " .,;:|/–—-·•()"


def to_text(value: object) -> str | None:
    """Return one value as normalised text without markup or entities; None where it says nothing."""
    if isinstance(value, str):
        text = value[:_LONGEST]
        if "&" in text:
            text = unescape(unescape(text))  # publishing systems escape what is escaped already
        if "<" in text:
            text = _TAG.sub(" ", text)
        return normalise(text) or None
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return str(value) if abs(value) < 10**15 else None  # a year, a stamp; not a digit flood
    return None


def texts(value: object, depth: int = 0) -> Iterator[str]:
    """Yield the texts of a string, of a list of strings, of nodes by their name."""
    if depth > 4:  # lists of nodes with lists: a deeper one is no plain field
        return
    if isinstance(value, list):
        for each in value[:200]:
            yield from texts(each, depth + 1)
    elif isinstance(value, dict):
        for key in _SAYING[:5]:
            if key in value:
                yield from texts(value[key], depth + 1)
                return
    elif text := to_text(value):
        yield text


def first_text(value: object) -> str | None:
    """Return the first text of a value of any shape."""
    return next(texts(value), None)


def element_text(element: Any) -> str:
    """Return an element's text, normalised; scripts and styles left out."""
    return normalise("".join(_words_of()(element)[:_MOST_PIECES]))


def element_lines(element: Any) -> str:
    """Return an element's text with a newline wherever another element begins or ends."""
    return "\n".join(_words_of()(element)[:_MOST_PIECES])


@cache
def _words_of() -> Any:
    return etree.XPath(".//text()[not(parent::script or parent::style)]")


def own_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tags that a person gave, each once."""
    own: dict[str, str] = {}
    for tag in tags:
        name = tag.strip().lstrip("#").strip()
        if _LETTER_OR_DIGIT.search(name) and not _MACHINES.fullmatch(name) and not _FIELD.match(name):
            own.setdefault(name.casefold(), name)
    return tuple(own.values())


def publisher_of(words: str) -> str | None:
    """Return the name in what may be a line of rights: "© 2026 The Post, all rights reserved"."""
    if _RIGHTS.search(words) is None:
        return words
    name = _RIGHTS.sub(" ", words)
    return " ".join(name.split()).strip(_ENDS) or None

"""Dates that stand in attributes: microformats' titles, data of scripts that write "3 hours ago", elements of one's own."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from columnist.pipelines.document.read import Document
from columnist.pipelines.metadata.dates.parse import Moment, read_shown_time, read_time
from columnist.pipelines.metadata.sources.element_index import elements_with, in_order, values_of

# Names of data that hold a moment: data-date, data-published-at, data-livestamp, data-utc.
# As pages write it: without regard to case the search takes ten times as long.
_DATA = re.compile(
    rb"data-(?<=\sdata-)[\w-]{0,40}?(?:date|time|stamp|publi|epoch|unix|utc|posted|created|modified)[\w-]{0,20}(?=\s*=)"
)
_MOST_NAMES = 40  # names of data on one page that look so
_MOST = 60  # elements looked at; lists of articles have hundreds
_LONGEST = 80  # characters; longer titles are sentences
# What a program writes: ISO, RFC 822, JavaScript, seconds since 1970.
_MACHINE = re.compile(
    r"(?:19|20)\d\d[-/.]?[01]\d[-/.]?[0-3]\d|\d{10}(?:\d{3})?\Z"
    r"|[A-Z][a-z]{2,8},? (?:\d{1,2} [A-Z][a-z]{2}|[A-Z][a-z]{2} \d{1,2})"
)
_NAMED = re.compile(
    r"date|time|publish|post|updat|modif|creat|dtstart|moment|\bago\b|epoch|zeit|datum|fecha|horodat|tarih",
    re.IGNORECASE,
)
_OF_EVENTS = re.compile(r"picker|calendar|countdown|event|expire|deadline|birth|comment", re.IGNORECASE)
# A program's stamp of a change is no announcement: it is believed where the clock of who saved the page was behind.
CHANGE_AHEAD = timedelta(days=14)
_NOT_SHOWN = frozenset(("time", "meta", "script", "link", "html", "body"))  # <time> has a source of its own


def names_of(element: Any) -> str:
    """Return what the element is called, or the one around it where it stands there alone."""
    above = element.getparent()
    boxes = (element, above) if above is not None and len(above) == 1 else (element,)
    return " ".join(box.get(name) or "" for box in boxes for name in ("class", "itemprop")).lower()


def stamped(document: Document) -> tuple[tuple[Any, Moment], ...]:
    """Return the elements other than <time> with the moment that an attribute of theirs holds, in the order of the page."""
    if "stamps" not in document.groups:
        found = _stamps(document)
        document.groups["stamps"] = tuple((each, found[each]) for each in in_order(document, found))
    return document.groups["stamps"]


def _stamps(document: Document) -> dict[Any, Moment]:
    found: dict[Any, Moment] = {}
    for element, raw, is_named in _attributes(document):
        if element.tag in _NOT_SHOWN or element in found:
            continue
        name = f"{element.tag} {element.get('id') or ''} {names_of(element)}"
        if _OF_EVENTS.search(name) or not (is_named or _NAMED.search(name)):
            continue
        read = read_time if _MACHINE.match(raw) else read_shown_time
        moment = read(raw, document.page.fetched_at + CHANGE_AHEAD, document.month_first)
        if moment and moment.at:
            found[element] = moment
    return found


def _attributes(document: Document) -> Iterator[tuple[Any, str, bool]]:
    """Yield element, words and whether the attribute's own name says that they are a moment."""
    names = {match.group().decode() for match in islice(_DATA.finditer(document.utf8), _MOST_NAMES)}
    if document.utf8.count(b"datetime=") > len(document.by_tag.get("time", ())):
        names.add("datetime")
    if b" epoch=" in document.utf8:  # of a custom element that writes the local time
        names.add("epoch")
    for name in (*sorted(names), "title"):
        values = values_of(document, name)
        dated = {value for value in values if len(value) < _LONGEST and any(map(str.isdigit, value))}
        for element in elements_with(document, name, dated)[:_MOST]:
            # A content that is no <meta>'s and a title are of anything; an abbr's title is what it stands for.
            yield (
                element,
                element.get(name).strip(),
                name not in ("title", "content") or element.tag == "abbr",
            )

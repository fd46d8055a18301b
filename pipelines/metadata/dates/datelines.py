"""Datelines that the page shows: beside the headline, behind the byline, in elements named for them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any

from lxml import etree

from columnist.pipelines.document.read import Document
from columnist.pipelines.language.lexicon import either
from columnist.pipelines.metadata.authors.bylines import find_bylines, is_byline
from columnist.pipelines.metadata.dates.day_order import settled_by_address
from columnist.pipelines.metadata.dates.headline import headlines
from columnist.pipelines.metadata.dates.parse import CHANGED, HANDED_IN, Moment, read_shown_time, read_time
from columnist.pipelines.metadata.record import Metadata, as_dates
from columnist.pipelines.metadata.sources.asides import is_aside, is_embed_box, is_embedded
from columnist.pipelines.metadata.sources.element_index import (
    elements_with,
    texts_after,
    texts_before,
    values_holding,
    values_of,
)
from columnist.pipelines.metadata.sources.values import element_text, to_text

_AFTER, _BEFORE = 12, 8  # texts after and before the headline that stand beside it
_NEAR = 40  # texts after and before the headline among which its dateline may stand at all
_BYLINES = 3  # bylines behind which a date is looked for
_BEHIND = 4  # texts behind a byline: the date, between a role and a reading time
_FIRST = 300  # texts of a page without a headline that are looked at
_ALL = 10_000  # texts of a page that are looked at for one that says what its date is
_DATE_CLASSES = ("date", "Date", "publish", "posted", "time")
_DATED_LOOKED_AT, _DATED = 80, 20  # elements with such a class; lists of articles have hundreds
_SHORT, _LONG = 6, 90  # characters of a dateline
# A day apart is the zone of the server; more is a page that was moved or saved again.
_APART = timedelta(days=2)
_MONTH = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])(?=[/-])")  # of an address
_DIGIT = re.compile(r"\d")
# What stands before the other day behind it: "Zmodyfikowano: 12.05.2026, Opublikowano: 10.05.2026".
_PUBLISHED = re.compile(either("dates", "published"), re.IGNORECASE)
# What a page writes before its date where that stands far from the headline: mostly at the foot.
_SAID = re.compile(either("dates", "said"), re.IGNORECASE)


def read_dateline(document: Document) -> Metadata:
    """Read a dateline from the nearest place that shows one; the day of a change only where no other stands."""
    for texts in _places(document):
        published, changed = _first_dateline(document, texts)
        if published or changed:
            said = as_dates(published or changed, changed)
            return said if published else replace(said, found_by={"published_at": "change"})
    return Metadata()


def earlier_dateline(document: Document, than: datetime) -> Moment | None:
    """Return the date beside the headline if it lies days before the one that the page's data name.

    Moving a site or saving a page again gives its data a new day; what is printed under the headline stays.
    """
    if any(name.startswith("citation_") for name in document.meta):
        return None  # journals print when a manuscript came in
    moment, _ = _first_dateline(document, _beside(document))
    if moment is None or moment.at is None or than - moment.at < _APART:
        return None
    month = _MONTH.search(document.page.url)
    if month and f"{than:%Y%m}" == "".join(month.groups()) != f"{moment.at:%Y%m}":
        return None  # the address names the month of the page's data
    turned = read_time(moment.raw, document.page.fetched_at, not document.month_first)
    return None if turned and turned.at and abs(turned.at - than) < _APART else moment


def _first_dateline(document: Document, texts: Iterable[str]) -> tuple[Moment | None, Moment | None]:
    """Return the first date that the texts show as that of the page, and the first as that of a change before it."""
    order = document.month_first
    changed: Moment | None = None
    label = ""
    for words in texts:
        if not _DIGIT.search(words[: 4 * _LONG]):
            label = words[: _LONG // 2]
            continue
        text = to_text(words) if len(words) < 4 * _LONG else None
        if text and HANDED_IN.search(f"{label} {text}"):
            published = _PUBLISHED.search(text)  # "Received 4 May 2022; published 2 June 2022"
            text, label = (text[published.start() :] if published else None), ""
        if text and _SHORT <= len(text) <= _LONG:
            text = _from_its_label(text)
            first, last = _told_apart(label, text, document.page.fetched_at, order)
            if first:
                return settled_by_address(document, first), changed or last
            changed = changed or last
        label = ""
    return None, changed


def _from_its_label(text: str) -> str:
    """Leave out the other day before that of publication: "Event date: 4 March | Posted: 2 January"."""
    label = _PUBLISHED.search(text)
    if label is None or CHANGED.search(text) or not _DIGIT.search(text[: label.start()]):
        return text
    return text[label.start() :] if _DIGIT.search(text[label.end() :]) else text


def _told_apart(label: str, text: str, today: datetime, order: bool) -> tuple[Moment | None, Moment | None]:
    """Return when a text says that the page was published, and when changed; it may say both, in either order."""
    word = CHANGED.search(text)
    if word is None:
        moment = read_shown_time(text, today, order)
        if moment is None and is_byline(text):  # "By Kit Marlow and Ana Ruiz, 5 March 2026"
            moment = read_time(text, today, order)
            moment = moment if moment and moment.at else None
        return (None, moment) if CHANGED.search(label) else (moment, None)
    cuts = [word.start()] + [found.start() for found in islice(_PUBLISHED.finditer(text, word.end()), 1)]
    pieces = (text[: cuts[0]], *(text[a:b] for a, b in zip(cuts, [*cuts[1:], None], strict=True)))
    before, changed, *after = (read_shown_time(piece, today, order) for piece in pieces)
    published = before or next(iter(after), None)
    if changed and published:
        return published, changed
    return None, read_shown_time(text, today, order)


def _beside(document: Document) -> Iterator[str]:
    for heading in headlines(document)[:1]:
        yield from texts_after(heading, _AFTER, is_embed_box)
        yield from texts_before(heading, _BEFORE)


def _places(document: Document) -> Iterator[Iterable[str]]:
    headings = headlines(document)
    yield _beside(document)
    for byline in find_bylines(document)[:_BYLINES]:
        yield texts_after(byline, _BEHIND)
    for heading in headings[:2]:
        yield texts_after(heading, _NEAR, is_embed_box)
    yield map(element_text, islice(_dated_elements(document), _DATED))
    for heading in headings[:1]:
        yield texts_before(heading, _NEAR)
    body = document.tree.find("body")
    if body is not None:
        if not headings:
            yield islice(body.itertext(), _FIRST)
        yield filter(_says_its_date, _texts()(body)[:_ALL])


def _says_its_date(words: str) -> bool:
    return (
        len(words) < 2 * _LONG and _DIGIT.search(words) is not None and _SAID.match(words.strip()) is not None
    )


@cache
def _texts() -> etree.XPath:
    return etree.XPath("descendant::text()", smart_strings=False)  # half of what lxml's own iteration takes


def _dated_elements(document: Document) -> Iterator[Any]:
    """Yield the elements whose class speaks of a date, outside of lists and asides."""
    dated = values_holding(values_of(document, "class"), _DATE_CLASSES)
    elements = elements_with(document, "class", dated)[:_DATED_LOOKED_AT]
    return (element for element in elements if not is_aside(element) and not is_embedded(element))

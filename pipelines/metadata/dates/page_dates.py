"""Dates that the page shows or hides outside of its head: microdata, <time>, scripts, the address."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from columnist.pipelines.document.read import Document
from columnist.pipelines.metadata.dates.headline import headlines
from columnist.pipelines.metadata.dates.parse import AHEAD, CHANGED, HANDED_IN, Moment, read_time
from columnist.pipelines.metadata.dates.stamps import CHANGE_AHEAD, names_of, stamped
from columnist.pipelines.metadata.record import Metadata, as_dates
from columnist.pipelines.metadata.sources.asides import is_aside, is_embedded, is_of_another
from columnist.pipelines.metadata.sources.element_index import elements_with, values_of
from columnist.pipelines.metadata.sources.values import element_text, first_text

_URL_DATE = re.compile(r"/((?:19|20)\d{2})[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/\-_.]|$|\D)")
# The same the other way round, /29-10-2021 or /08112021-name; a month may come first in some countries.
_URL_DAY_FIRST = re.compile(r"[/_-](\d{2})([-_.]?)(\d{2})\2(20\d{2})(?=[/\-_.]|$)")
# Keys of a page's own data in scripts (datePublished, publishedAt, first_publish_date, publicationDate), quotes
# escaped once, twice or as entities. The pattern begins with letters that the search can jump to.
_IN_SCRIPT = re.compile(
    rb"ubli(?:sh|cation)(?:ed)?_?(?:[aA]t|[oO]n|[dD]ate|[tT]ime)?"
    rb'(?:\\*"|&quot;|\')?\s*:\s*(?:\\*"|&quot;|\')([0-9]{4}-[0-9]{2}-[0-9]{2}[0-9T:.+Z \-]{0,20}|20[0-9]{6}(?![0-9]))'
)
# Microdata's and RDFa's names of dates: of publication, of creation, of a change.
_DATED = (
    ("datePublished", "schema:datePublished", "dc:issued", "dcterms:issued"),
    ("dateCreated", "schema:dateCreated", "dc:created", "dcterms:created", "dc:date", "dc:date dc:created", "dcterms:date"),
    ("dateModified", "schema:dateModified", "dc:modified", "dcterms:modified"),
)  # fmt: skip
_RDFA = re.compile(rb"property=[\"'](?:schema|dc|dcterms):")
# ISO, RFC 822, JavaScript.
_PROGRAM = re.compile(r"\d{4}|[A-Z][a-z]{2},? (?:\d{1,2} [A-Z][a-z]{2}|[A-Z][a-z]{2} \d{1,2}) ")
_DIGIT = re.compile(r"\d")
_LONGEST_LABEL = 40  # characters of what stands before a date: "Last updated on"
_LABEL_LEVELS = 2  # boxes around a date before which its label may stand
_MOST_TIMES = 30  # <time> elements that are looked at; lists of teasers have hundreds
_SAME_SEASON = timedelta(days=30)  # further away the clocks may have been changed
_TIMES = 10  # <time> elements compared with the date found


def read_microdata(document: Document) -> Metadata:
    """Read itemprop dates, and RDFa's."""
    attributes = ("itemprop", "property") if _RDFA.search(document.utf8) else ("itemprop",)
    published, created, modified = (_marked_moment(document, attributes, names) for names in _DATED)
    return as_dates(published or created, modified)


def _marked_moment(document: Document, attributes: tuple[str, ...], names: tuple[str, ...]) -> Moment | None:
    for attribute in attributes:
        marked = elements_with(document, attribute, values_of(document, attribute) & frozenset(names))
        for element in marked:
            if (element.tag == "meta" and attribute == "property") or is_embedded(element):
                continue  # the head's, read with it; a video's
            raw = (
                element.get("content")
                or element.get("datetime")
                or element.get("title")
                or element_text(element)
            )
            moment = read_time(raw, document.page.fetched_at, document.month_first) if raw else None
            if moment and moment.at:
                return moment
    return None


def read_time_tags(document: Document) -> Metadata:
    """Read the <time> that stands nearest after the headline, rather outside of lists and asides; one that calls
    itself the day of a change is no publication."""
    times = _by_headline(document, document.by_tag.get("time", ()))
    return _told(document, ((element, _read_tag(element, document)) for element in times))


def read_stamps(document: Document) -> Metadata:
    """Read the moment in an attribute of an element that is named for a date, near the headline as before."""
    moments = dict(stamped(document))
    return _told(
        document, ((element, moments[element]) for element in _by_headline(document, tuple(moments)))
    )


def read_own_times(document: Document) -> Metadata:
    """Read the <time> as above, outside of lists and asides alone."""
    times = [
        each for each in document.by_tag.get("time", ()) if not is_aside(each) and not is_of_another(each)
    ]
    return _told(document, ((each, _read_tag(each, document)) for each in _by_headline(document, times)))


def read_own_stamps(document: Document) -> Metadata:
    """Read the moment in an attribute as above, outside of lists and asides alone."""
    moments = {
        each: moment for each, moment in stamped(document) if not is_aside(each) and not is_of_another(each)
    }
    return _told(document, ((each, moments[each]) for each in _by_headline(document, tuple(moments))))


def _told(document: Document, moments: Iterable[tuple[Any, Moment | None]]) -> Metadata:
    """Tell the publication from the change by what each element is called and by the words in and before it."""
    first: dict[str, Moment] = {}
    latest = document.page.fetched_at + AHEAD
    for element, moment in moments:
        if moment is None or moment.at is None or is_embedded(element):
            continue
        kind = _kind_of(element)
        if kind in ("changed", "updated") or (kind != "other" and moment.at <= latest):
            first.setdefault("aside" if is_aside(element) else kind, moment)
    changed = first.get("changed") or first.get("updated")
    published = first.get("published") or first.get("date")
    if published is None and "changed" not in first:
        # Microformats call a page's only date that of an update.
        published = next(
            (m for m in map(first.get, ("updated", "aside")) if m and m.at and m.at <= latest), None
        )
    if published and changed and changed.at and published.at and changed.at <= published.at:
        changed = None
    return as_dates(published, changed)


def _kind_of(element: Any) -> str:
    names = names_of(element)
    if "pubdate" in element.attrib or "publish" in names:
        return "published"
    words, label = element_text(element), _label_of(element)
    if CHANGED.search(words) or CHANGED.search(label):
        return "changed"
    if HANDED_IN.search(words) or HANDED_IN.search(label):
        return "other"
    return "updated" if "updated" in names or "modif" in names else "date"


def _label_of(element: Any) -> str:
    """Return the words right before the element, or before the box in which it comes first: "Last updated on"."""
    for box in (element, *islice(element.iterancestors(), _LABEL_LEVELS)):
        before, above = box.getprevious(), box.getparent()
        beside = before.tail if before is not None else (above.text if above is not None else None)
        words = (beside or "").strip() or (element_text(before) if before is not None else "")
        if words:
            return "" if _DIGIT.search(words[-_LONGEST_LABEL:]) else words[-_LONGEST_LABEL:]
    return ""


def read_changed_time(document: Document) -> Metadata:
    """Read the <time> of a change as the day of the article: asked where the page shows no other."""
    changed = read_time_tags(document)
    return replace(
        changed,
        published_at=changed.published_at or changed.modified_at,
        found_by={"published_at": "change"},
    )


def _read_tag(element: Any, document: Document) -> Moment | None:
    """Read a <time>: its attribute if a program wrote it as ISO or with the month's name, else its words, which tell
    month from day; the attribute again where the words name no date."""
    written = element.get("datetime") or element.get("content") or element.get("title") or ""
    shown = element_text(element)
    raws = (written, shown) if _PROGRAM.match(written) else (shown, written)
    latest = document.page.fetched_at + CHANGE_AHEAD
    read = (read_time(raw, latest, document.month_first) for raw in raws if raw)
    moments = [(moment, moment.at.date()) for moment in read if moment and moment.at]
    if not moments:
        return None
    (first, day), (last, other) = moments[0], moments[-1]
    return last if first.precision == "day" and day == other else first  # with its hour


def local_offset(document: Document, at: datetime) -> int | None:
    """Return the offset of the place where the page's <time> elements show it: data are often written in UTC.

    The same instant tells best; else the offset that all times of those weeks agree on, comments' too.
    """
    near: set[int] = set()
    times = document.by_tag.get("time", ())[:_TIMES]
    moments = [read_time(element.get("datetime") or "", document.page.fetched_at) for element in times]
    if not moments and document.page.hints:
        moments = [moment for _, moment in stamped(document)[:_TIMES]]
    for moment in moments:
        if moment is None or moment.at is None or moment.offset is None:
            continue
        if moment.at == at and moment.offset:
            return moment.offset
        if abs(moment.at - at) < _SAME_SEASON:
            near.add(moment.offset)
    return near.pop() if len(near) == 1 else None


def _by_headline(document: Document, elements: Sequence[Any]) -> list[Any]:
    """Return the elements, those in the headline's own box first, after it before those above it."""
    headings = headlines(document)[:1]
    if not elements or not headings:
        return list(elements[:_MOST_TIMES])
    boxes = {box: level for level, box in enumerate(headings[0].iterancestors())}
    line = headings[0].sourceline or 0
    placed = [
        (_shared_box(element, boxes), (element.sourceline or 0) < line, place, element)
        for place, element in enumerate(elements[: 2 * _MOST_TIMES])
    ]
    return [element for *_, element in sorted(placed, key=lambda each: each[:3])[:_MOST_TIMES]]


def _shared_box(element: Any, boxes: dict[Any, int]) -> int:
    """Return how far out the box lies that the element shares with the headline; 0 is the nearest."""
    return next((boxes[box] for box in element.iterancestors() if box in boxes), len(boxes))


def read_scripts(document: Document) -> Metadata:
    """Read the date of publication that the page's own data name in a script."""
    return as_dates(next(_script_moments(document), None))


def read_lone_script_date(document: Document) -> Metadata:
    """Read it where the scripts name one day alone: others are those of other articles."""
    moments = list(islice(_script_moments(document), _MOST_TIMES))
    return as_dates(moments[0]) if len({moment.at for moment in moments}) == 1 else Metadata()


def _script_moments(document: Document) -> Iterator[Moment]:
    others = [node for node in document.json_ld if node not in document.about]
    of_videos = {first_text(node.get("datePublished")) for node in others}
    for match in _IN_SCRIPT.finditer(document.utf8):
        raw = match.group(1).decode().strip()
        moment = None if raw in of_videos else read_time(raw, document.page.fetched_at)
        if moment and moment.at:
            yield moment


def read_url_date(document: Document) -> Metadata:
    """Read the day that the address names."""
    url = document.page.url
    # The folders that somebody keeps pages in have days too: of when they were saved.
    if url.startswith("file:"):
        return Metadata()
    if match := _URL_DATE.search(url):
        words = "-".join(match.groups())
    elif match := _URL_DAY_FIRST.search(url):
        words = "/".join(match.group(1, 3, 4))
    else:
        return Metadata()
    moment = read_time(words, document.page.fetched_at, document.month_first)
    return as_dates(moment if moment and moment.at else None)

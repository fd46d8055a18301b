"""When the article was published: one date out of all that a page, its data and its address say."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from columnist.pipelines.document.parse import html_copy
from columnist.pipelines.document.read import Document
from columnist.pipelines.metadata.dates.datelines import earlier_dateline, read_dateline
from columnist.pipelines.metadata.dates.page_dates import (
    local_offset,
    read_changed_time,
    read_lone_script_date,
    read_microdata,
    read_own_stamps,
    read_own_times,
    read_scripts,
    read_stamps,
    read_time_tags,
    read_url_date,
)
from columnist.pipelines.metadata.dates.parse import read_time
from columnist.pipelines.metadata.dates.places import at_its_place
from columnist.pipelines.metadata.record import PUBLISHED, Metadata, as_dates, filled
from columnist.pipelines.metadata.sources.asides import is_embed_box
from columnist.pipelines.metadata.sources.json_ld import read_restated_json_ld

# Asked only while no source before them gave a date.
DATE_SOURCES: tuple[tuple[str, Callable[[Document], Metadata]], ...] = (
    ("microdata", read_microdata),
    ("time", read_time_tags),
    ("attribute", read_stamps),
    ("script", read_scripts),
    ("url", read_url_date),
    ("visible", read_dateline),
    ("json-ld", read_restated_json_ld),
    ("change", read_changed_time),
)
# Asked also where a feed named the date: they show the change and the hour of the place.
_SHOWN_SOURCES = DATE_SOURCES[:3]
# What of the page is put in place of a feed's later day: nothing that may be another article's.
_OWN_SOURCES: tuple[tuple[str, Callable[[Document], Metadata]], ...] = (
    ("microdata", read_microdata),
    ("time", read_own_times),
    ("attribute", read_own_stamps),
    ("script", read_lone_script_date),
)
_SAME_DAY = timedelta(hours=12)  # a feed's clock and a bare day differ by less
_FROM_THE_PAGE = (
    "visible",
    "url",
    "change",
)  # sources that are shown themselves; a <time> may be another article's


def choose_date(document: Document, said: Metadata) -> Metadata:
    """Add a date where the page's data gave none, or put the one beside the headline in place of a later one."""
    for name, source in DATE_SOURCES:
        if said.published_at is None:
            said = filled(said, source(document), name)
    said = _with_earlier_date(document, _completed(document, said))
    said = _with_shown_date(document, said)
    return at_its_place(document, _with_offset(document, said))


def search_date(document: Document, said: Metadata) -> Metadata:
    """Ask htmldate where no source named a day: for pages that were found to be articles, as it searches them whole."""
    # Beside a change it would restate that day, beside words that name no day it would make one of them.
    if said.published_at is None and said.modified_at is None and said.published_raw is None:
        return filled(said, read_full_text(document), "htmldate")
    return said


def _is_hinted(document: Document, said: Metadata) -> bool:
    return said.found_by.get("published_at") in {hint.source for hint in document.page.hints}


def _with_earlier_date(document: Document, said: Metadata) -> Metadata:
    """Believe the page's own date where a feed names a later one: systems put the day of a change there."""
    if said.published_at is None or not _is_hinted(document, said):
        return said
    for name, source in _OWN_SOURCES:
        own = source(document)
        if own.published_at is not None:
            if own.published_at + _SAME_DAY > said.published_at:
                return said
            dates = {field: getattr(own, field) for field in PUBLISHED}
            return replace(said, **dates, found_by={**said.found_by, "published_at": name})
    return said


def _completed(document: Document, said: Metadata) -> Metadata:
    """Add the day of the change that the page shows, where its data and its feed name none."""
    hinted = _is_hinted(document, said)
    # Attributes are dear to look for, and a page whose data name the date has its <time> elements.
    for name, source in _SHOWN_SOURCES if hinted else _SHOWN_SOURCES[:2]:
        if said.published_at is None or said.modified_at is not None:
            break
        modified = source(document).modified_at
        if modified and modified > said.published_at:
            said = replace(said, modified_at=modified, found_by={**said.found_by, "modified_at": name})
    return said


def _with_shown_date(document: Document, said: Metadata) -> Metadata:
    """Believe the date under the headline where the page's data name a later day."""
    if said.published_at is None or said.found_by["published_at"] in _FROM_THE_PAGE:
        return said
    shown = earlier_dateline(document, said.published_at)
    if shown is None:
        return said
    dates = {name: getattr(as_dates(shown), name) for name in PUBLISHED}
    return replace(said, **dates, found_by={**said.found_by, "published_at": "visible"})


def _with_offset(document: Document, said: Metadata) -> Metadata:
    """Give a date that was written in UTC the offset of the place, where the page shows it."""
    if said.published_at is None or said.published_offset != 0:
        return said
    offset = local_offset(document, said.published_at)
    return said if not offset else replace(said, published_offset=offset)


def read_full_text(document: Document) -> Metadata:
    """Ask htmldate; of 26 pages on which no other source found a day, it found the right one on 16."""
    from htmldate import find_date  # .1 s, for few pages

    copy = html_copy(document.tree)
    for part in [each for each in copy.iter() if is_embed_box(each) or _is_read(each)]:
        if part.getparent() is not None:
            part.drop_tree()
    found = find_date(
        copy,
        original_date=True,
        extensive_search=False,  # of 23 dates that the full-text search found, 8 were right
        max_date=document.page.fetched_at.date().isoformat(),
        deferred_url_extractor=True,
    )
    moment = read_time(found, document.page.fetched_at) if found else None
    return as_dates(moment if moment and moment.at else None)


def _is_read(element: Any) -> bool:
    """Say whether the element is data that were read before: what they say of this page is known."""
    return element.tag == "script" and "ld+json" in (element.get("type") or "")

"""When the article was published: one date out of all that a page, its data and its address say."""

from collections.abc import Callable
from dataclasses import replace

from columnist.pipelines.document.read import Document
from columnist.pipelines.metadata.dates.datelines import earlier_dateline, read_dateline
from columnist.pipelines.metadata.dates.page_dates import (
    local_offset,
    read_changed_time,
    read_full_text,
    read_microdata,
    read_scripts,
    read_time_tags,
    read_url_date,
)
from columnist.pipelines.metadata.record import PUBLISHED, Metadata, as_dates, filled
from columnist.pipelines.metadata.sources.json_ld import read_restated_json_ld

# Asked only while no source before them gave a date.
DATE_SOURCES: tuple[tuple[str, Callable[[Document], Metadata]], ...] = (
    ("microdata", read_microdata),
    ("time", read_time_tags),
    ("script", read_scripts),
    ("url", read_url_date),
    ("visible", read_dateline),
    ("json-ld", read_restated_json_ld),
    ("change", read_changed_time),
)
_FROM_THE_PAGE = ("time", "visible", "url", "change")  # sources that are shown themselves


def choose_date(document: Document, said: Metadata) -> Metadata:
    """Add a date where the page's data gave none, or put the one beside the headline in place of a later one."""
    for name, source in DATE_SOURCES:
        if said.published_at is None:
            said = filled(said, source(document), name)
    if said.published_at is None and said.modified_at is None:  # else it would restate the day of the change
        said = filled(said, read_full_text(document), "htmldate")
    return _with_offset(document, _with_shown_date(document, said))


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

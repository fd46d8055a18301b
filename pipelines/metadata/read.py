"""Document -> Metadata: an ordered tuple of sources; the first good answer wins and is named in found_by."""

from collections.abc import Callable
from dataclasses import fields, replace

from pipelines.document.read import Document
from pipelines.language.scripts import language_code
from pipelines.metadata.access import read_access, read_page_rights
from pipelines.metadata.authors.agencies import credited_agency
from pipelines.metadata.authors.authors import choose_authors
from pipelines.metadata.dates.datelines import earlier_dateline, read_dateline
from pipelines.metadata.dates.page_dates import (
    local_offset,
    read_changed_time,
    read_full_text,
    read_microdata,
    read_scripts,
    read_time_tags,
    read_url_date,
)
from pipelines.metadata.record import Metadata, as_dates
from pipelines.metadata.section import section_of_trail
from pipelines.metadata.sources.feed_hints import read_hints
from pipelines.metadata.sources.json_ld import read_json_ld, read_restated_json_ld
from pipelines.metadata.sources.meta_tags import read_head, read_open_graph
from pipelines.metadata.title import choose_title

MetadataSource = Callable[[Document], Metadata]

# The order is the precedence, field by field.
METADATA_SOURCES: tuple[tuple[str, MetadataSource], ...] = (
    ("json-ld", read_json_ld),
    ("open-graph", read_open_graph),
    ("meta", read_head),
    ("hint", read_hints),  # found_by says feed, news-sitemap ...
)
# Asked only while no source before them gave a date.
DATE_SOURCES: tuple[tuple[str, MetadataSource], ...] = (
    ("microdata", read_microdata),
    ("time", read_time_tags),
    ("script", read_scripts),
    ("url", read_url_date),
    ("visible", read_dateline),
    ("json-ld", read_restated_json_ld),
    ("change", read_changed_time),
)
_LONGEST_SECTION = 80  # characters; longer ones are lists or sentences
_FROM_THE_PAGE = ("time", "visible", "url", "change")  # sources that are shown themselves
_PUBLISHED = ("published_at", "published_raw", "published_precision", "published_offset")

_FIELDS = tuple(
    field.name for field in fields(Metadata) if field.name not in ("found_by", "rights", *_PUBLISHED)
)


def read_metadata(document: Document) -> Metadata:
    """Read all metadata of the page."""
    said = Metadata()
    for name, source in METADATA_SOURCES:
        said = _merge(said, source(document), name)
    for name, source in DATE_SOURCES:
        if said.published_at is None:
            said = _merge(said, source(document), name)
    if said.published_at is None and said.modified_at is None:  # else it would restate the day of the change
        said = _merge(said, read_full_text(document), "htmldate")
    said = _with_shown_date(document, said)
    said = _with_authors(document, _with_title(document, _with_offset(document, said)))
    said = _with_section(document, _without_echoes(said))
    return replace(
        said,
        access=read_access(document),
        declared_language=language_code(said.declared_language),
        rights=read_page_rights(document),
    )


def _merge(first: Metadata, second: Metadata, source: str) -> Metadata:
    """Fill what `first` leaves open with what `second` says."""
    new = {name: value for name in _FIELDS if (value := getattr(second, name)) and not getattr(first, name)}
    # The four fields of a date come from one source; raw words alone yield to a date.
    if first.published_at is None and (second.published_at or not first.published_raw):
        new |= {name: value for name in _PUBLISHED if (value := getattr(second, name)) is not None}
    if not new:
        return first
    found_by = {name: second.found_by.get(name, source) for name in new if name not in _PUBLISHED[2:]}
    return replace(first, **new, found_by={**first.found_by, **found_by})


def _with_shown_date(document: Document, said: Metadata) -> Metadata:
    """Believe the date under the headline where the page's data name a later day."""
    if said.published_at is None or said.found_by["published_at"] in _FROM_THE_PAGE:
        return said
    shown = earlier_dateline(document, said.published_at)
    if shown is None:
        return said
    dates = {name: getattr(as_dates(shown), name) for name in _PUBLISHED}
    return replace(said, **dates, found_by={**said.found_by, "published_at": "visible"})


def _with_offset(document: Document, said: Metadata) -> Metadata:
    """Give a date that was written in UTC the offset of the place, where the page shows it."""
    if said.published_at is None or said.published_offset != 0:
        return said
    offset = local_offset(document, said.published_at)
    return said if not offset else replace(said, published_offset=offset)


def _without_echoes(said: Metadata) -> Metadata:
    """Drop fields that say nothing: a description that repeats the title, an address as a section."""
    echo = said.description is not None and said.description == said.title
    section = said.section or ""
    no_section = "://" in section or len(section) > _LONGEST_SECTION
    empty = [name for name, is_empty in (("description", echo), ("section", no_section)) if is_empty]
    if not empty:
        return said
    found_by = {name: source for name, source in said.found_by.items() if name not in empty}
    return replace(
        said,
        description=None if echo else said.description,
        section=None if no_section else said.section,
        found_by=found_by,
    )


def _with_section(document: Document, said: Metadata) -> Metadata:
    if said.section:
        return said
    trail = section_of_trail(document, said.title, said.publisher)
    if trail is None:
        return said
    return replace(said, section=trail[0], found_by={**said.found_by, "section": trail[1]})


def _with_title(document: Document, said: Metadata) -> Metadata:
    title = choose_title(document, said.publisher, said.title)
    if title is None:
        return said
    return replace(
        said, title=title.text, kicker=title.kicker, found_by={**said.found_by, "title": title.source}
    )


def _with_authors(document: Document, said: Metadata) -> Metadata:
    credit = choose_authors(document, said)
    found_by = dict(said.found_by)
    if credit.authors:
        found_by["authors"] = credit.source
    agency = credit.agency or credited_agency(said.article_body or said.description or "")
    if agency:
        found_by["agency"] = credit.agency_source or "dateline"
    return replace(said, authors=credit.authors, agency=agency, found_by=found_by)

"""Document -> Metadata: an ordered tuple of sources; the first good answer wins and is named in found_by."""

from collections.abc import Callable
from dataclasses import replace

from columnist.pipelines.document.read import Document
from columnist.pipelines.language.scripts import language_code
from columnist.pipelines.metadata.access import read_access, read_page_rights
from columnist.pipelines.metadata.authors.agencies import credited_agency
from columnist.pipelines.metadata.authors.authors import choose_authors
from columnist.pipelines.metadata.country import read_country
from columnist.pipelines.metadata.dates.choose import choose_date
from columnist.pipelines.metadata.record import Metadata, filled
from columnist.pipelines.metadata.section import (
    Terms,
    section_of_trail,
    terms_of_classes,
    terms_of_feed,
    terms_of_links,
)
from columnist.pipelines.metadata.sources.feed_hints import read_hints
from columnist.pipelines.metadata.sources.json_ld import read_json_ld
from columnist.pipelines.metadata.sources.meta_tags import read_head, read_open_graph
from columnist.pipelines.metadata.sources.microdata import read_microdata_terms
from columnist.pipelines.metadata.sources.site_names import SiteNames, site_names
from columnist.pipelines.metadata.sources.values import own_tags, publisher_of
from columnist.pipelines.metadata.title import choose_title

MetadataSource = Callable[[Document], Metadata]

# The order is the precedence, field by field.
METADATA_SOURCES: tuple[tuple[str, MetadataSource], ...] = (
    ("json-ld", read_json_ld),
    ("open-graph", read_open_graph),
    ("meta", read_head),
    ("microdata", read_microdata_terms),
    ("hint", read_hints),  # found_by says feed, news-sitemap ...
)
# What a source says whose search of all elements is dear: it is asked only while one of these is open.
_DEAR = {"microdata": ("section", "tags", "publisher")}
_LONGEST_SECTION = 80  # characters; longer ones are lists or sentences


def read_metadata(document: Document) -> Metadata:
    """Read all metadata of the page."""
    said = Metadata()
    for name, source in METADATA_SOURCES:
        if name not in _DEAR or not all(getattr(said, field) for field in _DEAR[name]):
            said = filled(said, _without_junk(source(document)), name)
    names = site_names(document, said.publisher)
    said = choose_date(document, said)
    said = _with_authors(document, _with_title(document, said, names), names)
    said = _with_section(document, _without_echoes(said), names)
    country = read_country(document)
    access = read_access(document)
    found_by = {**said.found_by, **({"country": country[1]} if country else {})}
    return replace(
        said,
        country=country[0] if country else None,
        found_by={**found_by, **({"access": access[1]} if access else {})},
        access=access[0] if access else None,
        declared_language=language_code(said.declared_language),
        rights=read_page_rights(document),
    )


def _without_junk(said: Metadata) -> Metadata:
    """Return what a source said without tags that are a system's marks, and with the publisher's name alone."""
    publisher = said.publisher and publisher_of(said.publisher)
    return (
        said
        if not (said.tags or said.publisher)
        else replace(said, tags=own_tags(said.tags), publisher=publisher)
    )


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


# Where the page's data name no rubric or no tags: what its links say, the classes of its post, its feed.
TERM_SOURCES: tuple[tuple[str, Callable[[Document], Terms]], ...] = (
    ("links", terms_of_links),
    ("classes", terms_of_classes),
    ("feed", terms_of_feed),
)


def _with_section(document: Document, said: Metadata, names: SiteNames) -> Metadata:
    if not said.section and (trail := section_of_trail(document, said.title, names)):
        said = replace(said, section=trail[0], found_by={**said.found_by, "section": trail[1]})
    for name, source in TERM_SOURCES:
        if said.section and said.tags:
            break
        terms = source(document)
        if (
            terms.section in said.tags
        ):  # Nikola's feed has tags alone: the first is no rubric where the page says so
            terms = replace(terms, section=None)
        said = filled(said, Metadata(section=terms.section, tags=own_tags(terms.tags)), name)
    if said.section not in said.tags or said.found_by.get("tags") not in dict(TERM_SOURCES):
        return said
    return replace(said, tags=tuple(tag for tag in said.tags if tag != said.section))


def _with_title(document: Document, said: Metadata, names: SiteNames) -> Metadata:
    title = choose_title(document, names, said.title)
    if title is None:
        return said
    return replace(
        said, title=title.text, kicker=title.kicker, found_by={**said.found_by, "title": title.source}
    )


def _with_authors(document: Document, said: Metadata, names: SiteNames) -> Metadata:
    credit = choose_authors(document, said, names)
    found_by = dict(said.found_by)
    if credit.authors:
        found_by["authors"] = credit.source
    agency = credit.agency or credited_agency(said.article_body or said.description or "")
    if agency:
        found_by["agency"] = credit.agency_source or "dateline"
    return replace(said, authors=credit.authors, agency=agency, found_by=found_by)

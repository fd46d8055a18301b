"""Who wrote it: JSON-LD, meta and visible bylines weighed; persons first, agencies apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.document import Document
from pipelines.metadata.agencies import agency_of
from pipelines.metadata.head import meta_authors
from pipelines.metadata.jsonld import json_ld_authors
from pipelines.metadata.names import Byline, parse_byline
from pipelines.metadata.record import Metadata
from pipelines.metadata.values import to_text
from pipelines.metadata.visible import byline_texts

__all__ = ["Credit", "choose_authors"]


@dataclass(frozen=True, slots=True)
class Credit:
    """The authors and the agency, each with its source."""

    authors: tuple[str, ...] = ()
    source: str = ""
    agency: str | None = None
    agency_source: str = ""


def choose_authors(document: Document, said: Metadata) -> Credit:
    """Choose the first source that names persons; else the organisation or agency that the page credits."""
    fallback = Credit()
    for source, names in _claims(document, said):
        byline = _merge(parse_byline(name) for name in names)
        if byline.persons:
            agency = byline.agencies or (fallback.agency and (fallback.agency,)) or ()
            return Credit(
                (*byline.persons, *byline.agencies),
                source,
                agency_of(agency[0]) if agency else None,
                source if byline.agencies else fallback.agency_source,
            )
        if byline.agencies and not fallback.agency:
            fallback = Credit(byline.agencies, source, agency_of(byline.agencies[0]), source)
        elif not fallback.authors and source == "json-ld" and (name := to_text(names[0])):
            fallback = Credit((name,), source)
    return fallback


def _merge(bylines: Iterator[Byline]) -> Byline:
    persons: dict[str, None] = {}
    agencies: dict[str, None] = {}
    for byline in bylines:
        persons |= dict.fromkeys(byline.persons)
        agencies |= dict.fromkeys(byline.agencies)
    return Byline(tuple(persons), tuple(agencies))


def _claims(document: Document, said: Metadata) -> Iterator[tuple[str, list[str]]]:
    """Yield (source, raw names), the most credible first; the dear ones last."""
    if names := [name for _, name in json_ld_authors(document)]:
        yield "json-ld", names
    if found := meta_authors(document):
        yield "meta", list(found)
    if said.authors:
        yield "feed", list(said.authors)
    for source, words in byline_texts(document):
        yield source, [words]

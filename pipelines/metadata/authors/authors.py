"""Who wrote it: JSON-LD, meta and visible bylines weighed; persons first, agencies apart."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from columnist.pipelines.document.read import Document
from columnist.pipelines.metadata.authors.agencies import agency_of
from columnist.pipelines.metadata.authors.bylines import (
    find_bylines,
    has_microdata_author,
    named_authors,
    shown_bylines,
)
from columnist.pipelines.metadata.authors.person_names import Byline, parse_byline, parse_name_field
from columnist.pipelines.metadata.record import Metadata
from columnist.pipelines.metadata.sources.json_ld import json_ld_authors
from columnist.pipelines.metadata.sources.meta_tags import meta_authors
from columnist.pipelines.metadata.sources.site_names import SiteNames, is_site, letters_of


@dataclass(frozen=True, slots=True)
class Credit:
    """The authors and the agency, each with its source."""

    authors: tuple[str, ...] = ()
    source: str = ""
    agency: str | None = None
    agency_source: str = ""


def choose_authors(document: Document, said: Metadata, names: SiteNames) -> Credit:
    """Choose the first source that names persons; else the desk, agency or publication that is credited."""
    second = Credit()  # the best answer without a person
    for source, claimed in _claims(document, said):
        byline = _without_site(claimed, names)
        agency = agency_of(byline.agencies[0]) if byline.agencies else None
        if byline.persons:
            return _with_agency(Credit((*byline.persons, *byline.agencies), source, agency, source), second)
        if (byline.agencies or byline.others) and not second.authors:
            second = Credit((*byline.others, *byline.agencies), source, agency, source)
    return second


def _without_site(byline: Byline, names: tuple[str, ...]) -> Byline:
    """Count the publication's own name among the others: it stands only where nobody else does."""
    persons = tuple(name for name in byline.persons if not is_site(name, names))
    if len(persons) > 1:  # beside a person "MDR Thüringen" is a desk of mdr.de
        persons = tuple(name for name in persons if letters_of(name.split()[0]) not in names) or persons
    if len(persons) == len(byline.persons):
        return byline
    own = tuple(name for name in byline.persons if name not in persons)
    return Byline(persons, byline.agencies, byline.others + own)


def _with_agency(credit: Credit, second: Credit) -> Credit:
    if credit.agency is None and second.agency:
        return replace(credit, agency=second.agency, agency_source=second.agency_source)
    return credit


def _claims(document: Document, said: Metadata) -> Iterator[tuple[str, Byline]]:
    """Yield (source, byline), the most credible first; the dear ones last."""
    if names := json_ld_authors(document):
        yield "json-ld", _join(_of_kind(kind, parse_name_field(name)) for kind, name in names)
    named: list[tuple[str, str]] | None = None
    if has_microdata_author(document):  # it is for authors alone; head tags are often for search engines
        named = list(named_authors(find_bylines(document)))
        yield "microdata", _join(_named(named, "microdata"))
    if found := meta_authors(document):
        yield "meta", _join(parse_name_field(name) for name in found)
    if said.authors:
        yield said.found_by.get("authors", "feed"), _join(parse_name_field(name) for name in said.authors)
    named = list(named_authors(find_bylines(document))) if named is None else named
    yield "rel-author", _join(_named(named, "rel-author"))
    yield "byline", _first_person(_named(named, "byline"))
    for source, words in shown_bylines(document, find_bylines(document)):
        yield source, _sure(parse_byline(words))


def _named(named: list[tuple[str, str]], kind: str) -> Iterator[Byline]:
    return (parse_name_field(words) for source, words in named if source == kind)


def _first_person(bylines: Iterator[Byline]) -> Byline:
    """Of elements that merely look like names believe the first that holds one."""
    first: Byline | None = None
    for byline in bylines:
        if byline.persons:
            return byline
        first = first or byline
    return first or Byline()


def _of_kind(kind: str, byline: Byline) -> Byline:
    """An organisation is no person, however its name looks."""
    if kind != "organization":
        return byline
    return Byline((), byline.agencies, byline.persons + byline.others)


def _sure(byline: Byline) -> Byline:
    """Keep of visible words only names of two words or more: a lone word is a label as often as a name."""
    return replace(byline, persons=tuple(n for n in byline.persons if " " in n or not n.isascii()))


def _join(bylines: Iterable[Byline]) -> Byline:
    persons: dict[str, None] = {}
    agencies: dict[str, None] = {}
    others: dict[str, None] = {}
    for byline in bylines:
        persons |= dict.fromkeys(byline.persons)
        agencies |= dict.fromkeys(byline.agencies)
        others |= dict.fromkeys(byline.others)
    return Byline(tuple(persons), tuple(agencies), tuple(others))

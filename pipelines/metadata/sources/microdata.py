"""What elements of the page say by microdata or RDFa: rubric, tags and publisher. Dates and authors are read with theirs."""

from collections.abc import Iterator
from functools import cache
from itertools import islice

from lxml import etree

from columnist.pipelines.document.read import Document
from columnist.pipelines.metadata.record import Metadata
from columnist.pipelines.metadata.sources.element_index import elements_with, values_of
from columnist.pipelines.metadata.sources.values import element_text, to_text

_OF_RDFA = (
    b"typeof="  # what pages hold that mean RDFa: <meta property> is everywhere, and `typeof` in every script
)
_VOCABULARIES = ("", "schema:", "https://schema.org/", "http://schema.org/")
_MOST = 60  # elements of one name
_LONGEST = 80  # characters of a rubric, a tag, a publisher's name


def read_microdata_terms(document: Document) -> Metadata:
    """Read articleSection, keywords and publisher where elements of the page hold them."""
    attributes = ["itemprop", "property"] if _OF_RDFA in document.utf8 else ["itemprop"]
    sections = tuple(_said(document, attributes, "articleSection"))
    keywords = tuple(_said(document, attributes, "keywords"))
    listed = keywords if len(keywords) > 1 else tuple(w for k in keywords for w in k.split(","))
    return Metadata(
        section=next((s.partition(",")[0].strip() for s in sections if len(s) <= _LONGEST), None),
        tags=tuple(dict.fromkeys(tag for word in listed if (tag := to_text(word)) and len(tag) <= _LONGEST)),
        publisher=next(
            (p for p in _said(document, attributes, "publisher") if len(p) <= _LONGEST and "://" not in p),
            None,
        ),
    )


def _said(document: Document, attributes: list[str], name: str) -> Iterator[str]:
    wanted = {vocabulary + name for vocabulary in _VOCABULARIES}
    for attribute in attributes:
        for element in islice(
            elements_with(document, attribute, values_of(document, attribute) & wanted), _MOST
        ):
            # An organisation's name, not its logo's words; each tag of a list.
            for named in _names()(element) or list(element.iter("a")) or [element]:
                if words := to_text(named.get("content")) or element_text(named):
                    yield words


@cache
def _names() -> etree.XPath:
    return etree.XPath(".//*[@itemprop='name' or @property='name' or @property='schema:name']")

"""What publishers write on elements: the values of an attribute on a page, and the elements that bear some of them.

libxml2 hands over all classes of a page in the time in which a loop over its elements has seen a third of them; where
none tells what is sought, no element has to be looked at.
"""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from lxml import etree

from pipelines.document import Document


def values_of(document: Document, attribute: str, tag: str = "*") -> frozenset[str]:
    """Return the different values that the attribute has on the page's elements of the tag."""
    path = f"descendant-or-self::{tag}/@{attribute}"
    if path not in document.memory:
        document.memory[path] = frozenset(_compiled(path)(document.tree))
    values: frozenset[str] = document.memory[path]
    return values


@cache  # a handful of paths
def _compiled(path: str) -> etree.XPath:
    return etree.XPath(path, smart_strings=False)


def values_holding(values: frozenset[str], words: Iterable[str]) -> set[str]:
    """Return the values that hold one of the words.

    Each word is first looked for in all values at once: most pages have none of most words, and an expression
    takes as long for each of 200 classes as this for all of them.
    """
    text = "\n".join(values)
    return {value for word in words if word in text for value in values if word in value}


def elements_with(document: Document, attribute: str, values: Collection[str | None]) -> list[Any]:
    """Return the elements whose attribute has one of the values, in the order of the page."""
    return [element for element in _elements(document) if element.get(attribute) in values] if values else []


def in_order(document: Document, chosen: Collection[Any]) -> list[Any]:
    """Return the chosen elements in the order of the page."""
    return [element for element in _elements(document) if element in chosen] if chosen else []


def _elements(document: Document) -> tuple[Any, ...]:
    if "elements" not in document.memory:
        document.memory["elements"] = tuple(document.tree.iter())
    elements: tuple[Any, ...] = document.memory["elements"]
    return elements

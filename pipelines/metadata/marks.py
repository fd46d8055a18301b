"""What publishers write on elements: the values of an attribute on a page, and the elements that bear some of them.

libxml2 hands over all classes of a page in the time in which a loop over its elements has seen a third of them; and
on most pages no class tells what is sought, so that no element has to be looked at.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from functools import cache
from typing import Any

from lxml import etree

from pipelines.document import Document

__all__ = ["elements_of", "places_of", "values_holding", "values_of"]


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


def elements_of(document: Document) -> tuple[Any, ...]:
    """Return the elements of the page in their order."""
    if "elements" not in document.memory:
        document.memory["elements"] = tuple(document.tree.iter())
    elements: tuple[Any, ...] = document.memory["elements"]
    return elements


def places_of(document: Document, attribute: str, values: Container[str | None]) -> list[int]:
    """Return the places, among the page's elements, of those whose attribute has one of the values."""
    if not values:
        return []
    return [place for place, element in enumerate(elements_of(document)) if element.get(attribute) in values]

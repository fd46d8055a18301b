"""What publishers write on elements: the values of an attribute on a page, and the elements that bear some of them.

libxml2 hands over all classes of a page in the time in which a loop over its elements has seen a third of them; where
none tells what is sought, no element has to be looked at.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any

from lxml import etree

from columnist.pipelines.document.read import Document

_LEVELS_BEFORE = 4  # ancestors whose earlier siblings are looked at
_HIDDEN = ("script", "style", "noscript", "template", "svg")


def texts_after(element: Any, most: int, passed: Callable[[Any], bool] = lambda element: False) -> list[str]:
    """Return up to `most` texts that follow the element, without white space at their ends; `passed` boxes hold none."""
    return list(islice((text for raw in _following(element, passed) if (text := raw.strip())), most))


def texts_before(element: Any, most: int) -> list[str]:
    """Return up to `most` texts that precede the element, the nearest first."""
    return list(islice((text for raw in _preceding(element) if (text := raw.strip())), most))


def _following(element: Any, passed: Callable[[Any], bool]) -> Iterator[str]:
    node = element
    while node is not None:
        if node is element and node.tail:
            yield node.tail
        for sibling in node.itersiblings():
            if passed(sibling):
                yield sibling.tail or ""
            else:
                yield from _inside(sibling)
        node = node.getparent()


def _preceding(element: Any) -> Iterator[str]:
    node, level = element, 0
    while node is not None and level < _LEVELS_BEFORE:
        for sibling in node.itersiblings(preceding=True):
            yield from reversed(list(islice(_inside(sibling), 200)))
        node, level = node.getparent(), level + 1


def _inside(element: Any) -> Iterator[str]:
    if element.tag not in _HIDDEN:
        yield from element.itertext()
    elif element.tail:
        yield element.tail


def values_of(document: Document, attribute: str, tag: str = "*") -> frozenset[str]:
    """Return the different values that the attribute has on the page's elements of the tag."""
    path = f"descendant-or-self::{tag}/@{attribute}"
    if path not in document.values:
        gathered = document.by_tag.get(tag)
        values = _compiled(path)(document.tree) if gathered is None else _values(gathered, attribute)
        document.values[path] = frozenset(values)
    return document.values[path]


def _values(elements: Iterable[Any], attribute: str) -> Iterator[str]:
    return (value for element in elements if (value := element.get(attribute)) is not None)


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
    if "all" not in document.groups:
        document.groups["all"] = tuple(document.tree.iter())
    return document.groups["all"]

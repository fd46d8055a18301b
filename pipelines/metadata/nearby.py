"""The texts that stand after and before an element, read lazily: a few dozen of a page's thousands."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

_LEVELS_BEFORE = 4  # ancestors whose earlier siblings are looked at
_HIDDEN = ("script", "style", "noscript", "template", "svg")


def texts_after(element: Any, most: int) -> list[str]:
    """Return up to `most` texts that follow the element, without white space at their ends."""
    return list(islice((text for raw in _following(element) if (text := raw.strip())), most))


def texts_before(element: Any, most: int) -> list[str]:
    """Return up to `most` texts that precede the element, the nearest first."""
    return list(islice((text for raw in _preceding(element) if (text := raw.strip())), most))


def _following(element: Any) -> Iterator[str]:
    node = element
    while node is not None:
        if node is element and node.tail:
            yield node.tail
        for sibling in node.itersiblings():
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

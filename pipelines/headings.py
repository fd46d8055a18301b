"""Where the headline stands: the h1, or on a page without one the element that shows <title>."""

import re
from itertools import islice
from typing import Any

from pipelines.text import normalise

# What stands between a headline and the name of its site.
SEPARATORS = re.compile(r"\s+[|\-–—•·»›:~/]+\s+|\s*[|｜»]\s*|(?<=\w):\s+(?=\S+$)")
_FEWEST_WORDS = 3  # of a headline; most names of sites have fewer
_LONG_WORD = 12  # characters of a headline in a script without spaces
_LONGEST = 300  # characters of a headline
_LOOKED_AT = 3_000  # elements: old table layouts put the headline after the menus
_TAGS = ("h2", "h3", "b", "strong", "font", "span", "div", "p", "td", "center", "big")


def find_headings(tree: Any, headings: tuple[Any, ...], titles: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the h1 elements; on a page without, the element that shows <title> or the longest part of it."""
    body = tree.find("body")
    if headings or body is None or not titles:
        return headings
    pieces = _pieces(titles[0].text or "")
    shown: dict[str, Any] = {}
    for element in islice(body.iter(*_TAGS), _LOOKED_AT if pieces else 0):
        words = normalise((element.text or "")[:_LONGEST])
        if words in pieces and element.getparent().tag != "a":
            shown.setdefault(words, element)
    return tuple(shown[piece] for piece in pieces if piece in shown)[:1]


def _pieces(title: str) -> list[str]:
    whole = normalise(title[:_LONGEST])
    pieces = sorted({piece.strip() for piece in SEPARATORS.split(whole)}, key=len, reverse=True)
    return [
        piece for piece in (whole, *pieces) if len(piece.split()) >= _FEWEST_WORDS or len(piece) > _LONG_WORD
    ]

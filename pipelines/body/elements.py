"""What HTML's elements and attributes mean for the walk: skipped, inline, or a place with flags."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["DRAWN", "IN", "INLINE", "SKIPPED", "STRONG", "TAG_FLAGS", "attribute_flags"]

SKIPPED = frozenset(
    [
    "script", "style", "noscript", "template", "svg", "math", "select", "option", "datalist", "iframe",
    "object", "embed", "audio", "video", "canvas", "title", "meta", "link", "input", "textarea",
    "map", "area", "source", "track", "param", "progress", "meter",
    ]
)  # fmt: skip
INLINE = frozenset(
    [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small",
    "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "img", "picture",
    "amp-img", "custom-link",
    ]
)  # fmt: skip
# Ancestors that a block inherits: one bit each.
_ANCESTORS = (
    "article", "main", "aside", "footer", "header", "nav", "figure", "form", "ul", "ol", "table", "blockquote",
    "section", "dialog", "button", "hidden", "pre", "figcaption", "details", "dl", "heading",
)  # fmt: skip
IN = {name: 1 << bit for bit, name in enumerate(_ANCESTORS)}
TAG_FLAGS = {**IN, "amp-sidebar": IN["aside"], "tr": IN["table"], "menu": IN["ul"]}
TAG_FLAGS.update({f"h{level}": IN["heading"] for level in range(1, 7)})
_ROLES = {
    "main": IN["main"],
    "article": IN["article"],
    "complementary": IN["aside"],
    "contentinfo": IN["footer"],
    "banner": IN["header"],
    "navigation": IN["nav"],
    "dialog": IN["dialog"],
    "alertdialog": IN["dialog"],
    "button": IN["button"],
    "form": IN["form"],
    "search": IN["form"],
    "figure": IN["figure"],
}
_HIDING = ("display:none", "display: none", "visibility:hidden", "visibility: hidden")
# Drawings and players: skipped, unless unclosed ones have taken in the paragraphs after them.
DRAWN = frozenset({"svg", "math", "video", "audio", "canvas"})
STRONG = frozenset({"b", "strong", "em", "i"})


def attribute_flags(attributes: Iterable[tuple[str, str]]) -> int:
    """Return the flags that an element's role, hidden and style attributes give it."""
    flags = 0
    for name, value in attributes:
        if name == "role":
            flags |= _ROLES.get(value, 0)
        elif name == "hidden" or (name == "style" and any(hiding in value[:500] for hiding in _HIDING)):
            flags |= IN["hidden"]
    return flags

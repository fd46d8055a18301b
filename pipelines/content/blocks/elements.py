"""What HTML's elements and attributes mean for the walk: skipped, inline, or a place with flags."""

from collections.abc import Mapping
from typing import Any, Final

from lxml import etree

# What the walk does at an element; plain numbers, as it asks for each of 900 elements a page.
BLOCK: Final = 0  # ends a block, before and after; what is not in KINDS is one
FIGURE: Final = 1  # a block that needs its place, even without a text
INLINE: Final = 2
LINK: Final = 3
STRONG: Final = 4
TIME: Final = 5
CELL: Final = 6
DRAWN: Final = (
    7  # drawings and players: skipped, unless unclosed ones have taken in the paragraphs after them
)
SKIPPED: Final = 8
BREAK: Final = 9
RULE: Final = 10

_SKIPPED = (
    "script", "style", "noscript", "template", "svg", "math", "select", "option", "datalist", "iframe",
    "object", "embed", "audio", "video", "canvas", "title", "meta", "link", "input", "textarea",
    "map", "area", "source", "track", "param", "progress", "meter",
    etree.Comment, etree.ProcessingInstruction,
)  # fmt: skip
_INLINE = (
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small",
    "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "img", "picture",
    "amp-img", "custom-link",
)  # fmt: skip
# By tag; comments and instructions have a function for one.
KINDS: Mapping[Any, int] = {
    **dict.fromkeys(_SKIPPED, SKIPPED),
    **dict.fromkeys(("svg", "math", "video", "audio", "canvas"), DRAWN),
    **dict.fromkeys(_INLINE, INLINE),
    **dict.fromkeys(("b", "strong", "em", "i"), STRONG),
    "a": LINK, "time": TIME, "figure": FIGURE, "td": CELL, "th": CELL, "br": BREAK, "hr": RULE,
}  # fmt: skip
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
_HIDING = (
    "display:none", "display: none", "visibility:hidden", "visibility: hidden", "left:-999", "left: -999", "top:-999", "top: -999",
)  # fmt: skip
TELLING = frozenset({"role", "hidden", "style"})


def attribute_flags(name: str, value: str) -> int:
    """Return the flags that an element's role, hidden or style attribute gives it."""
    if name == "role":
        return _ROLES.get(value, 0)
    if name == "hidden" or (name == "style" and any(hiding in value[:500] for hiding in _HIDING)):
        return IN["hidden"]
    return 0

"""What HTML's elements and attributes mean for the walk: skipped, inline, or a place with flags."""

import re
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
BUTTON: Final = 6  # inline where it is a word of a sentence, else a block
CELL: Final = 7
DRAWN: Final = (
    8  # drawings and players: skipped, unless unclosed ones have taken in the paragraphs after them
)
SKIPPED: Final = 9
BREAK: Final = 10
RULE: Final = 11

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
    "a": LINK, "time": TIME, "figure": FIGURE, "td": CELL, "th": CELL, "br": BREAK, "hr": RULE, "button": BUTTON,
}  # fmt: skip
# Ancestors that a block inherits: one bit each.
_ANCESTORS = (
    "article", "main", "aside", "footer", "header", "nav", "figure", "form", "ul", "ol", "table", "blockquote",
    "section", "dialog", "button", "hidden", "pre", "figcaption", "details", "dl", "heading",
)  # fmt: skip
IN = {name: 1 << bit for bit, name in enumerate(_ANCESTORS)}
CUT_OFF = 1 << len(IN)  # in a box that has no height
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
# Styles by which no eyes see an element. A box of no height shows a video where it has a padding, and its text where
# nothing cuts it off; a click may open it, so the model does not see that flag.
_UNSEEN = re.compile(
    r"display:\s*none|visibility:\s*hidden|(?:left|top|text-indent):\s*-\d{3,}|clip:\s*rect\([01]|font-size:\s*0(?:px|em|rem|%)?\s*(?:;|$|!)"
)
_NO_HEIGHT = re.compile(r"(?<![\w-])(?:max-)?height:\s*[01](?:px)?\s*(?:;|$|!)")
_CLIPPED = re.compile(r"overflow:\s*hidden|opacity:\s*0\s*(?:;|$)")
_STYLED = 500  # characters of a style that are looked at
TELLING = frozenset({"role", "hidden", "style"})


def attribute_flags(name: str, value: str) -> int:
    """Return the flags that an element's role, hidden or style attribute gives it."""
    if name == "role":
        return _ROLES.get(value, 0)
    if name == "hidden":
        return IN["hidden"]
    if name != "style":
        return 0
    return (IN["hidden"] if _UNSEEN.search(value, 0, _STYLED) else 0) | (CUT_OFF if _cuts_off(value) else 0)


def is_unseen_style(style: str) -> bool:
    """Tell whether a style keeps an element from eyes."""
    return _UNSEEN.search(style, 0, _STYLED) is not None or _cuts_off(style)


def _cuts_off(style: str) -> bool:
    """Tell whether a style leaves an element no height and hides what is higher."""
    if "height" not in style or "padding" in style:
        return False
    return (_NO_HEIGHT.search(style, 0, _STYLED) and _CLIPPED.search(style, 0, _STYLED)) is not None

"""Lists of typed parts, as programs keep an article, written as HTML: portable text, blocks of editors, streamed trees."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

_DEEPEST = 24  # lists and objects that one text is nested in
_KINDS = (
    "type",
    "_type",
    "nodeType",
    "blockType",
    "__typename",
    "kind",
    "component",
    "tag",
    "tagName",
    "nodeName",
    "name",
    "style",
)
_PARTS = (
    "html",
    "text",
    "value",
    "content",
    "children",
    "body",
    "data",
    "items",
    "paragraphs",
    "blocks",
    "rendered",
    "props",
    "attrs",
    "attributes",
    "markdown",
)
NO_TEXT = re.compile(
    r"image|photo|picture|video|embed|advert|(?:^|_)ad(?:_|$)|related|newsletter|galler|caption|promo|teaser|recirc|podcast|"
    r"audio|interstitial|comment|author|byline|script|style|poll|quiz|widget|raw_html|tweet|instagram|"
    r"^(?:nav|footer|aside|button|form|svg|h1|noscript|iframe|figure)$",
    re.IGNORECASE,
)
_HEADING = re.compile(r"head(?:er|ing|line)?|^h[1-6]$|subtitle", re.IGNORECASE)
_ITEM = re.compile(r"list_?-?item|^li$", re.IGNORECASE)
_INLINE = frozenset(
    {"text", "link", "bold", "strong", "em", "italic", "hyperlink", "mark", "span", "a", "b", "i", "u", "sup", "sub", "small", "abbr", "time"}
)  # fmt: skip
# What holds words and inline elements, and no blocks.
_LEAVES = re.compile(
    r"^(?:p|h[2-6]|.*para(?:graph)?|normal|unstyled|head(?:er|ing).*|subtitle|block|li|list_?-?item|text-?block)$",
    re.IGNORECASE,
)
TAG = re.compile(r"<[a-zA-Z/][^<>]{0,2000}>")


def as_block(html: str) -> str:
    """Make a paragraph of a part that is no block yet."""
    return (
        html
        if html.lstrip().startswith(("<p", "<h", "<li", "<ul", "<ol", "<div", "<block"))
        else f"<p>{html}</p>"
    )


def as_html(value: Any, depth: int = 0, inline: bool = False) -> str:
    """Write a text, or blocks of text in objects and lists, as HTML; `inline` inside a paragraph."""
    if isinstance(value, str):
        return value if TAG.search(value) else escape(value, quote=False)
    if depth > _DEEPEST:
        return ""
    if isinstance(value, list):
        if element := _element(value):
            return _objectas_html(element, depth, inline)
        parts = [as_html(each, depth + 1, inline) for each in value]
        several = not inline and any(isinstance(each, str) for each in value)
        return "".join(map(as_block, filter(None, parts))) if several else "".join(parts)
    return _objectas_html(value, depth, inline) if isinstance(value, dict) else ""


def _element(value: list[Any]) -> dict[str, Any] | None:
    """Read an element of a streamed tree: ["$", "p", null, {"children": ...}]."""
    if len(value) < 4 or value[0] != "$" or not isinstance(value[1], str) or not isinstance(value[3], dict):
        return None
    return {"tag": value[1], **value[3]}


def _objectas_html(value: Mapping[str, Any], depth: int, inline: bool) -> str:
    kind = next((name for key in _KINDS if isinstance(name := value.get(key), str)), "")
    if NO_TEXT.search(kind):
        return ""
    part = next(
        (part for part in _PARTS if value.get(part) and not isinstance(value[part], (int, float))), None
    )
    leaf = bool(_LEAVES.match(kind)) or (inline and part != "html")
    inner = as_html(value[part], depth + 1, leaf and not _holds_blocks(value.get(part or ""))) if part else ""
    if not inner or inline or (kind.lower() in _INLINE and part in ("text", "value", "children")):
        return inner
    style = f"{kind} {value.get('style', '')}" if kind.lower() == "block" else kind
    tag = "h2" if _HEADING.search(style) else "li" if _ITEM.search(kind) else "p"
    return (
        inner if inner.lstrip().startswith(("<p", "<h", "<li", "<ul", "<ol")) else f"<{tag}>{inner}</{tag}>"
    )


def _holds_blocks(value: Any) -> bool:
    """Tell whether a list holds paragraphs: a list item's, a quote's."""
    if not isinstance(value, list):
        return False
    kinds = [each.get(key) for each in value if isinstance(each, dict) for key in _KINDS]
    return any(isinstance(kind, str) and _LEAVES.match(kind) for kind in kinds)

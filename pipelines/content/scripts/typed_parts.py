"""Lists of typed parts, as programs keep an article, written as HTML: portable text, blocks of editors, streamed trees."""

import re
from collections.abc import Mapping
from html import escape, unescape
from typing import Any

from columnist.pipelines.content.plaintext.lines import ends_sentence
from columnist.pipelines.document.text import weigh

_SENTENCE, _TAIL = 40, 20  # width of a paragraph's text, and characters of its end
_DEEPEST = 24  # lists and objects that one text is nested in
# fmt: off
_KINDS = ("type", "_type", "nodeType", "blockType", "blockName", "__typename", "kind", "component", "tag", "tagName", "nodeName", "name", "style")
_PARTS = ("html", "innerHTML", "__html", "text", "value", "content", "children", "body", "data", "items", "paragraphs", "blocks", "rendered",
          "props", "attrs", "attributes", "markdown")
# fmt: on
# Data beside a text that are none of it.
BESIDE = re.compile(
    r"descri|summar|excerpt|abstract|seo|meta|tag|author|bio|relat|comment|caption|alt$|url|href|image|photo|teaser|legal|polic|terms|"
    r"consent|footer|header$|menu|nav|config|messages|transl|i18n|locale|label|breadcrumb|faq|newsletter|script|style|css|embed|recommend|"
    r"popular|latest|trending|ads?$|subscri|paywall",
    re.IGNORECASE,
)
NO_TEXT = re.compile(
    r"image|photo|picture|video|embed|advert|(?:^|_)ad(?:_|$)|related|newsletter|galler|caption|promo|teaser|recirc|podcast|"
    r"audio|interstitial|comment|author|byline|script|(?<!un)style|poll|quiz|widget|raw_html|tweet|instagram|"
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
        # Markup may have been escaped for its way here.
        if not TAG.search(value) and TAG.search(plain := unescape(value)):
            value = plain
        return value if TAG.search(value) else escape(value, quote=False)
    if depth > _DEEPEST:
        return ""
    if isinstance(value, list):
        if element := _element(value):
            return _objectas_html(element, depth, inline)
        parts = [as_html(each, depth + 1, inline) for each in value]
        several = not inline and (any(isinstance(each, str) for each in value) or _are_sentences(parts))
        return "".join(map(as_block, filter(None, parts))) if several else "".join(parts)
    return _objectas_html(value, depth, inline) if isinstance(value, dict) else ""


def _are_sentences(parts: list[str]) -> bool:
    """Tell whether each of some texts is as long as a paragraph and ends as one: they are no words of one line."""
    told = [part.rstrip() for part in parts if part.strip()]
    return len(told) > 1 and all(weigh(text) >= _SENTENCE and ends_sentence(text[-_TAIL:]) for text in told)


def _element(value: list[Any]) -> dict[str, Any] | None:
    """Read an element that is kept as a list: ["$", "p", null, {"children": ...}] of a streamed tree, [1, "p", [...]] of Mobiledoc."""
    if len(value) < 3 or not isinstance(value[1], str):
        return None
    if value[0] == "$" and len(value) > 3 and isinstance(value[3], dict):
        return {"tag": value[1], **value[3]}
    if isinstance(value[0], int) and len(value) == 3 and isinstance(value[2], list):
        return {"tag": value[1], "children": [_marked(each) for each in value[2]]}
    return None


def _marked(value: Any) -> Any:
    """Read a run of text with its marks, [0, [], 0, "words"], or a list's item of such runs."""
    if not isinstance(value, list) or not value:
        return ""
    if isinstance(value[-1], str):
        return {"type": "text", "text": value[-1]}
    return {"type": "li", "children": [_marked(each) for each in value]}


def _objectas_html(value: Mapping[str, Any], depth: int, inline: bool) -> str:
    kind = next((name for key in _KINDS if isinstance(name := value.get(key), str)), "")
    if NO_TEXT.search(kind):
        return ""
    part = next((part for part in _PARTS if _may_hold(value.get(part))), None) or _only_part(value)
    leaf = bool(_LEAVES.match(kind)) or (inline and part != "html")
    inner = as_html(value[part], depth + 1, leaf and not _holds_blocks(value.get(part or ""))) if part else ""
    if not inner or inline or (kind.lower() in _INLINE and part in ("text", "value", "children")):
        return inner
    style = f"{kind} {value.get('style', '')}" if kind.lower() == "block" else kind
    tag = "h2" if _HEADING.search(style) else "li" if _ITEM.search(kind) else "p"
    return (
        inner if inner.lstrip().startswith(("<p", "<h", "<li", "<ul", "<ol")) else f"<{tag}>{inner}</{tag}>"
    )


def _may_hold(value: Any) -> bool:
    return bool(value) and isinstance(value, (str, list, dict))


def _only_part(value: Mapping[str, Any]) -> str | None:
    """Return under which other name an object keeps its text: its longest string, or the one list or object that it has."""
    held = {name: each for name, each in value.items() if name not in _KINDS and not BESIDE.search(name)}
    words = [name for name, each in held.items() if isinstance(each, str) and " " in each.strip()]
    wrapped = [name for name, each in held.items() if each and isinstance(each, (list, dict))]
    return max(words, key=lambda name: len(held[name]), default=wrapped[0] if len(wrapped) == 1 else None)


def _holds_blocks(value: Any) -> bool:
    """Tell whether a list holds paragraphs: a list item's, a quote's."""
    if not isinstance(value, list):
        return False
    kinds = [each.get(key) for each in value if isinstance(each, dict) for key in _KINDS]
    return any(isinstance(kind, str) and _LEAVES.match(kind) for kind in kinds)

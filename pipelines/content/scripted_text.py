"""An article that lies only in a script's data: JSON that the page's own program would show.

Asked where the page itself shows next to nothing. The data hold other articles too, so a text counts only inside
an object whose headline is the page's.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import escape, unescape
from itertools import islice
from typing import Any

from pipelines.content.blocks.blocks import read_blocks
from pipelines.content.blocks.elements import IN
from pipelines.content.blocks.letters import squash
from pipelines.content.paragraphs import from_text, kept_paragraphs
from pipelines.document.read import Document, read_document
from pipelines.records.article import NotAnArticle, Paragraph

_LEAST = 250  # characters of a text, or of a script that can hold one
_MOST = 4_000_000  # characters of scripts that are read: 40 ms; the largest real state seen has 3 million
_MOST_TEXT = 400_000  # characters of one text with its markup
_MOST_VALUES = 100_000  # objects and lists that are looked at
_MOST_NAMED = 5  # assignments of a script that are tried
_DEEPEST = 20  # lists and objects that one text is nested in
_SHORTEST_TITLE = 12  # letters; less is "News"
_TITLES = ("headline", "headlines", "title", "hed")
_TITLE_PARTS = ("basic", "rendered", "text", "default", "main")
_BODIES = frozenset(
    {
        "articlebody", "body", "content", "html", "text", "bodyhtml", "contenthtml", "fulltext", "bodytext", "articletext",
        "contentelements", "blocks", "paragraphs", "richtext", "story", "maincontent", "contentblocks", "bodyblocks",
        "components", "maintext", "articlecontent", "storytext", "elements",
    }
)  # fmt: skip
_KINDS = ("type", "nodeType", "__typename", "kind", "component")
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
)
_NO_TEXT = re.compile(
    r"image|photo|picture|video|embed|advert|(?:^|_)ad(?:_|$)|related|newsletter|galler|caption|promo|teaser|recirc|podcast|"
    r"audio|interstitial|comment|author|byline|script|style|poll|quiz|widget|raw_html|tweet|instagram",
    re.IGNORECASE,
)
_HEADING = re.compile(r"head(?:er|ing|line)?|^h[1-6]$|subtitle", re.IGNORECASE)
_ITEM = re.compile(r"list_?-?item|^li$", re.IGNORECASE)
_INLINE = frozenset(
    {"text", "link", "bold", "strong", "em", "italic", "hyperlink", "mark", "span", "a", "b", "i"}
)
_NAMED = re.compile(r"[\w$\])\"']\s*=\s*(?:JSON\.parse\(\s*)?(?=[\"{\[])")
_JSON = json.JSONDecoder(strict=False)  # not strict: raw newlines inside strings are common
_SOLID = re.compile(r"\S")
_TAG = re.compile(r"<[a-zA-Z/][^<>]{0,2000}>")
_OUTSIDE = (
    IN["figure"]
    | IN["figcaption"]
    | IN["form"]
    | IN["button"]
    | IN["nav"]
    | IN["hidden"]
    | IN["dialog"]
    | IN["aside"]
)


def scripted_paragraphs(document: Document, title: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs of the longest text that the scripts' data give under the page's headline."""
    key = squash(title)
    if len(key) < _SHORTEST_TITLE:
        return ()
    texts = (text for value in _data(document) for text in _texts(value, key))
    longest = max(texts, key=_shown, default="")
    return _paragraphs(document, longest) if _shown(longest) >= _LEAST else ()


def _shown(text: str) -> int:
    return len(_TAG.sub("", text))


def _data(document: Document) -> Iterator[Any]:
    """Yield what the scripts hold as JSON, whole or assigned to a name."""
    left = _MOST
    for script in document.by_tag.get("script", ()):
        text, kind = script.text or "", (script.get("type") or "").lower()
        left -= len(text)
        if left < 0:
            return
        if len(text) < _LEAST or "ld+json" in kind:
            continue
        if "json" in kind:
            yield _read(text, 0)[0]
        else:
            yield from _assigned(text)


def _assigned(text: str) -> Iterator[Any]:
    end = 0
    for match in islice(_NAMED.finditer(text), _MOST_NAMED):
        if match.end() < end:
            continue
        value, end = _read(text, match.end())
        yield _read(value, 0)[0] if isinstance(value, str) else value  # JSON.parse("...")


def _read(text: str, place: int) -> tuple[Any, int]:
    """Read the JSON value that begins here, and return where it ends."""
    solid = _SOLID.search(text, place)
    try:
        return _JSON.raw_decode(text, solid.start() if solid else place)
    except (ValueError, RecursionError):
        return None, place


def _texts(data: Any, title: str) -> Iterator[str]:
    """Yield, as HTML, what stands under a body's name in objects of this headline and in what they hold."""
    stack, seen = [(data, False)], 0
    while stack and seen < _MOST_VALUES:
        value, titled = stack.pop()
        seen += 1
        if isinstance(value, dict):
            titled = _is_titled(value, title, titled)
            for name, inner in value.items():
                if titled and name.lower().replace("_", "").replace("-", "") in _BODIES:
                    yield _as_html(inner)[:_MOST_TEXT]
        if isinstance(value, (dict, list)):
            held = value.values() if isinstance(value, dict) else value
            stack += [(inner, titled) for inner in held if isinstance(inner, (dict, list))]


def _is_titled(value: Mapping[str, Any], title: str, around: bool) -> bool:
    """Tell whether the object's headline is the page's; one without a headline is part of what is around it."""
    found = [text for name in _TITLES for text in _strings(value.get(name))]
    if not found:
        return around
    keys = [key for key in map(squash, found) if len(key) >= _SHORTEST_TITLE]
    return any(key in title or title in key for key in keys)


def _strings(value: Any) -> list[str]:
    values = [value.get(part) for part in _TITLE_PARTS] if isinstance(value, dict) else [value]
    return [each[:1_000] for each in values if isinstance(each, str)]


def _as_html(value: Any, depth: int = 0) -> str:
    """Write a text, or blocks of text in objects and lists, as HTML."""
    if isinstance(value, str):
        return value if _TAG.search(value) else escape(value, quote=False)
    if depth > _DEEPEST:
        return ""
    if isinstance(value, list):
        return "".join(_as_html(each, depth + 1) for each in value)
    return _object_as_html(value, depth) if isinstance(value, dict) else ""


def _object_as_html(value: Mapping[str, Any], depth: int) -> str:
    kind = next((name for key in _KINDS if isinstance(name := value.get(key), str)), "")
    if _NO_TEXT.search(kind):
        return ""
    part = next((part for part in _PARTS if value.get(part)), None)
    inner = _as_html(value[part], depth + 1) if part else ""
    if not inner or (kind.lower() in _INLINE and part in ("text", "value", "children")):
        return inner
    tag = "h2" if _HEADING.search(kind) else "li" if _ITEM.search(kind) else "p"
    return inner if inner.lstrip().startswith(("<p", "<h", "<li")) else f"<{tag}>{inner}</{tag}>"


def _paragraphs(document: Document, text: str) -> tuple[Paragraph, ...]:
    if "<" not in text:
        return from_text(unescape(text))
    page = replace(
        document.page, html=f"<meta charset=utf-8><body>{text}".encode("utf-8", "ignore"), headers={}, more=()
    )
    try:
        blocks = read_blocks(read_document(page).tree)
    except NotAnArticle:
        return ()
    return kept_paragraphs(blocks, [not blocks.flags[block.place] & _OUTSIDE for block in blocks.items])

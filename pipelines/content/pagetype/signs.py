"""What a page says it is: by its address, its types, its template's class names, its error message."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pipelines.document.read import Document
from pipelines.language.lexicon import either, entries

ARTICLE_TYPES, INDEX_TYPES, MEDIA_TYPES = (
    frozenset(entries("pagetypes", f"{kind}-types")) for kind in ("article", "index", "media")
)
_INDEX_WORDS, _SEARCH_KEYS, _MEDIA_WORDS = (
    frozenset(entries("pagetypes", key)) for key in ("index-words", "search-keys", "media-words")
)
_ENTRY = re.compile(
    r"^/?(?:index|default|home|start|startseite|accueil|inicio)?(?:\.\w{3,5})?/?$", re.IGNORECASE
)
_LOCALE = re.compile(r"^/[a-z]{2}(?:[-_][a-z]{2})?/?$", re.IGNORECASE)
_PAGED = re.compile(r"/(?:page|seite|pagina|página|strona|p)/?\d{1,4}/?$", re.IGNORECASE)
_SLUG = re.compile(r"[^\W_]+(?:[-_][^\W_]+){3,}|\d{4,}|[0-9a-f]{8,}|\.s?html?$", re.IGNORECASE)

# The template's name for the page, among the classes of <body>.
_ERROR_CLASS, _ARTICLE_CLASS, _INDEX_CLASS = (
    re.compile(rf"(?:^|\s)(?:{either('pagetypes', f'{kind}-class')})(?=\s|$)", re.IGNORECASE)
    for kind in ("error", "article", "index")
)
_ERROR, _LOST, _WALL = (
    re.compile(either("pagetypes", what), re.IGNORECASE) for what in ("missing", "lost", "wall")
)
_SEPARATORS = re.compile(r"\s[|–—·»-]\s")  # between a title and the site's name


def types_of(document: Document) -> list[str]:
    """Return the page's types, lower case: JSON-LD's own nodes and og:type; nodes inside lists do not count."""
    return [kind for node in document.json_ld for kind in _types(node)] + [
        value.strip().lower() for value in document.meta.get("og:type", ())
    ]


def _types(node: Mapping[str, Any]) -> Iterator[str]:
    kinds = node.get("@type")
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        if isinstance(kind, str):
            yield kind.rsplit("/", 1)[-1].lower()


def address_shape(url: str) -> str | None:
    """Name what the address looks like: front, search, index, paged, media, article; None where it says nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https"):
        return None
    path = unquote(parts.path).lower()
    keys = {key.lower() for key, value in parse_qsl(parts.query) if value}
    if _ENTRY.match(path) or _LOCALE.match(path):
        return "search" if keys & _SEARCH_KEYS else ("front" if not keys else None)
    segments = [s for s in path.split("/") if s]
    last_is_slug = bool(_SLUG.search(segments[-1]))
    if _PAGED.search(path) and len(segments) > 1:
        return "paged"
    at = next((i for i, s in enumerate(segments) if s in _INDEX_WORDS), None)
    if at is not None:
        deep = len(segments) - at - 1
        if deep <= 1 or not last_is_slug:
            return "search" if keys & _SEARCH_KEYS else "index"
    if any(s in _MEDIA_WORDS for s in segments):
        return "media"
    return "article" if last_is_slug else None


def class_says(document: Document) -> str | None:
    """Read the template's class on <body>: error, article, index or nothing."""
    body = document.tree.find("body")
    names = "" if body is None else f"{body.get('class') or ''} {body.get('id') or ''}"[:2000]
    if _ERROR_CLASS.search(names):
        return "error"
    if _ARTICLE_CLASS.search(names):
        return "article"
    return "index" if _INDEX_CLASS.search(names) else None


def says_error(text: str) -> bool:
    """Tell whether a title, heading or first line is a missing page's own."""
    return any(len(part) <= 80 and _ERROR.search(part) for part in _SEPARATORS.split(text[:300]))


def says_lost(text: str) -> bool:
    """Tell whether a text says that something was not found: enough only where the page has no more than that."""
    return bool(_ERROR.search(text[:300]) or _LOST.search(text[:300]))


def says_wall(text: str) -> bool:
    """Tell whether a text asks for JavaScript, a consent or a log-in instead of being the page."""
    return bool(_WALL.search(text[:300]))

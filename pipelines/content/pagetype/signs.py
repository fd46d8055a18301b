"""What a page says it is: by its address, its types, its template's class names, its error message."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from columnist.pipelines.document.read import Document
from columnist.pipelines.language.lexicon import either, entries
from columnist.pipelines.language.months import fold
from columnist.pipelines.records.article import Reason, Rights
from columnist.pipelines.sites.rights import merge_rights

ARTICLE_TYPES, INDEX_TYPES, MEDIA_TYPES, OTHER_TYPES = (
    frozenset(entries("pagetypes", f"{kind}-types")) for kind in ("article", "index", "media", "other")
)
_INDEX_WORDS, _SEARCH_KEYS, _MEDIA_WORDS, _LIST_KEYS, _SERVICE_WORDS = (
    frozenset(map(fold, entries("pagetypes", key)))
    for key in ("index-words", "search-keys", "media-words", "list-keys", "service-words")
)
_ENTRY = re.compile(
    r"^/?(?:index|default|home|start|startseite|accueil|inicio)?(?:\.\w{3,5})?/?$", re.IGNORECASE
)
_LINKED = ("link", "section")  # ways to a page by which no site names its articles
_LOCALE = re.compile(r"^/[a-z]{2}(?:[-_][a-z]{2})?/?$", re.IGNORECASE)
# The archive of a year, a month, a day.
_PERIOD = re.compile(r"^(?:/[a-z-]{2,12})?/(?:19|20)\d\d(?:/\d\d?){0,2}/?$")
_NUMBERED_FRONT = re.compile(r"/(?:index|blog|archives?)[-_]?\d{1,4}(?:\.\w{3,5})?/?$", re.IGNORECASE)
_PAGED = re.compile(r"/(?:page|seite|pagina|página|strona|p)/?\d{1,4}/?$", re.IGNORECASE)
_SLUG = re.compile(r"[^\W_]+(?:[-_][^\W_]+){3,}|\d{4,}|[0-9a-f]{8,}|\.s?html?$", re.IGNORECASE)

# The template's name for the page, among the classes of <body>.
_ERROR_CLASS, _ARTICLE_CLASS, _INDEX_CLASS = (
    re.compile(rf"(?:^|\s)(?:{either('pagetypes', f'{kind}-class')})(?=\s|$)", re.IGNORECASE)
    for kind in ("error", "article", "index")
)
_ARCHIVE = re.compile(
    r"date|tag|category|author|(?:tax|term|tag|category|author)-[\w-]+|post-type-archive", re.IGNORECASE
)
_FEW_NAMES = (
    4  # Ghost writes page-template and the page's name; home-made themes give one name of many this meaning
)
_ERROR, _LOST, _WALL = (
    re.compile(either("pagetypes", what), re.IGNORECASE) for what in ("missing", "lost", "wall")
)
_BETWEEN = re.compile(r"[\s_'’.?!-]+")
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
        return _shape_of_front(keys)
    if _PERIOD.match(path):
        return "index"
    segments = [s for s in path.split("/") if s]
    last_is_slug = bool(_SLUG.search(segments[-1]))
    if _NUMBERED_FRONT.search(path) or (_PAGED.search(path) and len(segments) > 1):
        return "paged"
    at = next((i for i, s in enumerate(segments) if s in _INDEX_WORDS), None)
    if at is not None:
        deep = len(segments) - at - 1
        if deep <= 1 or not last_is_slug:
            return "search" if keys & _SEARCH_KEYS else "index"
    if any(s in _MEDIA_WORDS for s in segments):
        return "media"
    return "article" if last_is_slug else None


def _shape_of_front(keys: set[str]) -> str | None:
    if keys & _SEARCH_KEYS:
        return "search"
    return "front" if not keys else ("index" if keys <= _LIST_KEYS else None)


def software_says(document: Document) -> str | None:
    """Name what the publishing software calls the page, where it says so for certain: list, page or None.

    A theme's word alone proves nothing; WordPress writes two that belong together, MediaWiki its own name.
    """
    body = document.tree.find("body")
    names = set((body.get("class") or "").lower().split()) if body is not None else set()
    if "mediawiki" in names:
        spaces = {n for n in names if re.fullmatch(r"ns--?\d+", n)}
        foreign = spaces and "ns-0" not in spaces
        return "list" if foreign or any(re.fullmatch(r"action-(?!view$)\w+", n) for n in names) else None
    if names & {"single", "post-template"} or any(n.startswith(("postid-", "single-")) for n in names):
        return None
    if any(re.fullmatch(r"page-id-\d+", n) for n in names) and "page" in names and "blog" not in names:
        return "page"
    is_list = (
        ("archive" in names and any(_ARCHIVE.fullmatch(n) for n in names))
        or {"home", "blog"} <= names
        or ("search" in names and names & {"search-results", "search-no-results"})
        or ("paged" in names and any(re.fullmatch(r"(?:\w+-)?paged-\d+", n) for n in names))
        or bool(names & {"tag-template", "author-template", "home-template"})
    )
    return "list" if is_list else ("page" if "page-template" in names and len(names) < _FEW_NAMES else None)


def service_signs(url: str, title: str | None) -> tuple[bool, bool]:
    """Say whether the address and whether the title are of a page on which a site speaks of itself: imprint, contact, log-in."""
    try:
        segments = [s for s in unquote(urlsplit(url).path).split("/") if s]
    except ValueError:
        return False, False
    last = re.sub(r"\.\w{3,5}$", "", segments[-1]) if segments else ""
    return _hyphened(last) in _SERVICE_WORDS, _hyphened(title or "") in _SERVICE_WORDS


def _hyphened(words: str) -> str:
    return "-".join(part for part in _BETWEEN.split(fold(words)) if part)


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


def error_share(text: str) -> float:
    """Return how much of a title or heading a missing page's words are: 1 where it says nothing else."""
    found = ((_ERROR.search(part), part) for part in _SEPARATORS.split(text[:300]))
    return max((len(match.group()) / len(part) for match, part in found if match and part), default=0.0)


def refusal_of(heading: str) -> Reason | None:
    """Return the reason where a heading or title is the whole of a refusal: an error, a consent, a log-in or an offer."""
    for part in _SEPARATORS.split(heading[:300]):
        for reason, words in _refusals():
            if words.fullmatch(part.strip()):
                return reason
    return None


@cache
def _refusals() -> tuple[tuple[Reason, re.Pattern[str]], ...]:
    kinds: tuple[tuple[Reason, str], ...] = (
        ("soft-404", "error-heading"),
        ("no-text", "wall-heading"),
        ("paywalled-stub", "offer-heading"),
    )
    return tuple(
        (reason, re.compile(rf"\W*(?:{either('pagetypes', key)})\W*", re.IGNORECASE)) for reason, key in kinds
    )


def speaks_of_consent(text: str) -> bool:
    """Tell whether a short page is about its cookies: it names them, and three more of what such walls speak of."""
    cookies, *others = (re.search(either("pagetypes", key), text, re.IGNORECASE) for key in _CONSENT)
    return bool(cookies) and sum(map(bool, others)) >= _CONSENT_ENOUGH


_CONSENT = tuple(
    f"consent.{key}" for key in ("cookies", "partners", "data", "agree", "device", "anytime", "interest")
)
_CONSENT_ENOUGH = 3  # an article about cookies on the web names one or two


def says_lost(text: str) -> bool:
    """Tell whether a text says that something was not found: enough only where the page has no more than that."""
    return bool(_ERROR.search(text[:300]) or _LOST.search(text[:300]))


def says_wall(text: str) -> bool:
    """Tell whether a text asks for JavaScript, a consent or a log-in instead of being the page."""
    return bool(_WALL.search(text[:300]))


def is_kept_out(document: Document, rights: Rights) -> bool:
    """Say whether the site keeps the page out of search engines, and nothing but a link of a page led to it."""
    page = document.page
    if page.discovered_via not in _LINKED or any(hint.source not in _LINKED for hint in page.hints):
        return False
    said = merge_rights(page.rights, rights).x_robots or ""
    return not {"noindex", "none"}.isdisjoint(re.split(r"[\s,]+", said.lower()))

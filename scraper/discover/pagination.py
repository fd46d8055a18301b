"""Articles of several pages: the address of the next part, if the page names one."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pipelines.document.addresses import absolute
from pipelines.document.read import Document

MAX_PARTS = 10  # parts of one article that are fetched; longer ones are picture galleries

_NAMES = frozenset(["page", "p", "pg", "seite", "pagina", "paged", "part", "teil", "partie"])
# What follows the article's own path: /2, /page/2, /seite-2, -2.html, ,2.html, _p2, .2.html
_SUFFIX = re.compile(r"^(?:/|[-_,.])(?:(?:page|seite|pagina|part|teil|p|s)[/_-]?)?(\d{1,3})$", re.IGNORECASE)
_ENDING = re.compile(r"(?:\.(?:s?html?|php|aspx?|jsp))?/?$", re.IGNORECASE)
_FIRST = re.compile(r"(?:/|[-_,.])(?:(?:page|seite|pagina|part|teil|p|s)[/_-]?)?1$", re.IGNORECASE)
_NEXT = (
    "next( page)?|weiter|nächste seite|page suivante|suivante?|siguiente|página siguiente|próxima( página)?|"
    "seguente|pagina successiva|volgende( pagina)?|następna( strona)?|nästa( sida)?|neste( side)?|далее|التالي|"
    "अगला|次へ|次のページ|下一页|下一頁|다음"
)
_WORDS = re.compile(rf"^\s*(\d{{1,3}}|({_NEXT})|[›»>→])\s*[›»>→]*\s*$", re.IGNORECASE)


def next_part_of(document: Document, first: str, number: int) -> str | None:
    """Return the part after `number` of the article that starts at `first`, if this page links to it.

    rel=next alone proves nothing (WordPress names the next article so), nor does a number in a path: the
    link must be one or the other of a pager's, and lead to the article's own path with the next number.
    """
    for element in document.tree.iter("link", "a"):
        href = element.get("href")
        if not href or not (_is_rel_next(element) or _is_pager(element)):
            continue
        url = absolute(href, document.base_url)
        if url and part_number(first, url) == number + 1:
            return url.partition("#")[0]
    return None


def _is_rel_next(element: Any) -> bool:
    return "next" in (element.get("rel") or "").lower().split()


def _is_pager(element: Any) -> bool:
    return element.tag == "a" and bool(_WORDS.match("".join(element.itertext())[:60]))


def part_number(first: str, url: str) -> int | None:
    """Return which part of the article at `first` an address is; None where it is no part of it."""
    here, there = urlsplit(first), urlsplit(url)
    if here.netloc != there.netloc:
        return None
    stem, other = _ENDING.sub("", here.path), _ENDING.sub("", there.path)
    same, _ = _query(here.query)
    rest, number = _query(there.query)
    if same != rest or not stem:
        return None
    if stem == other:
        return number
    if number is not None:
        return None
    stems = (stem, _FIRST.sub("", stem))
    suffixes = (_SUFFIX.match(other[len(s) :]) for s in stems if s and other.startswith(s))
    return next((int(s.group(1)) for s in suffixes if s), None)


def _query(query: str) -> tuple[list[tuple[str, str]], int | None]:
    """Return the query without its part number, and the number."""
    pairs = parse_qsl(query, keep_blank_values=True)
    is_number = [k.lower() in _NAMES and v.isdecimal() and len(v) <= 3 for k, v in pairs]
    numbers = [int(v) for (_, v), part in zip(pairs, is_number, strict=True) if part]
    return sorted(p for p, part in zip(pairs, is_number, strict=True) if not part), (
        numbers[0] if numbers else None
    )

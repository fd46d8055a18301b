"""Articles of several pages: the address of the next part, if the page names one."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from columnist.pipelines.document.addresses import absolute
from columnist.pipelines.document.read import Document
from columnist.pipelines.language.lexicon import either

MAX_PARTS = 10  # parts of one article that are fetched; longer ones are picture galleries

_NAMES = frozenset(
    ["page", "p", "pg", "pagina", "paged", "part", "teil", "partie", "pageno", "pagenum", "page_no", "pagenumber", "pagewanted", "pn",
     "seite", "strona", "str", "sida", "side", "sivu", "strana", "oldal", "sayfa", "hoja", "offset"]
)  # fmt: skip
# What follows the article's own path: /2, /page/2, /seite-2, -2.html, ,2.html, _p2, .2.html, .html/2, /(offset)/2
_WORD = r"(?:page|seite|pagina|p[áa]gina|part|teil|strona|sida|side|sivu|strana|hoja|offset|p|s)"
_SUFFIX = re.compile(
    rf"^(?:\.(?:s?html?|php|aspx?|jsp))?(?:/|[-_,.;])(?:\(?{_WORD}\)?[/_=-]?)?(\d{{1,3}})$", re.IGNORECASE
)
_ENDING = re.compile(r"(?:\.(?:s?html?|php|aspx?|jsp))?/?$", re.IGNORECASE)
_FIRST = re.compile(rf"(?:/|[-_,.;])(?:{_WORD}[/_=-]?)?1$", re.IGNORECASE)
_PAGE = f"(?:{either('pagetypes', 'pager.page')})"
_LABEL = re.compile(
    rf"\W*(?:{_PAGE}\W*)?(?P<number>\d{{1,3}})\W*(?:{_PAGE}\W*)?(?:(?:of|von|de|di|sur|van|z|av|из)?\W*\d{{1,3}}\W*)?|"
    rf"\W*(?P<next>(?:{either('pagetypes', 'pager.next')}|{either('pagetypes', 'pager.onward')})(?:[\W_]+(?:{_PAGE}|{either('pagetypes', 'pager.between')}|\d{{1,3}}))*)\W*|"
    rf"\W*{_PAGE}\W+(?P<after>{either('pagetypes', 'pager.next')})\W*|\W*(?P<arrow>[›»>→❯▶])\W*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,3}(?:,\d{1,3})?", re.ASCII)
_LONGEST_LABEL = 60  # characters; a headline of another article is no label


def next_part_of(document: Document, first: str, number: int) -> str | None:
    """Return the part after `number` of the article that starts at `first`, if this page links to it.

    rel=next alone proves nothing (WordPress names the next article so), nor does a number in a path: the
    link must be one or the other of a pager's, and lead to the article's own path with the next number.
    """
    for element in document.tree.iter("link", "a"):
        href = element.get("href")
        label = _label_of(element) if href else None
        if not href or not (label or _is_rel_next(element)):
            continue
        url = absolute(href, document.base_url)
        if not url or (part := part_number(first, url)) is None:
            continue
        if part == number + 1 or (
            part == number and _counts_from_zero(label, number, url, document.page.url)
        ):
            return url.partition("#")[0]
    return None


def _is_rel_next(element: Any) -> bool:
    return "next" in (element.get("rel") or "").lower().split()


def _label_of(element: Any) -> re.Match[str] | None:
    """Return what a pager's link says: its words, or the name of a drawing without words."""
    if element.tag != "a":
        return None
    names = (element.get("aria-label"), element.get("title"), *(e.get("alt") for e in element.iter("img")))
    said = ("".join(element.itertext()), *(name for name in names if name))
    found = (_LABEL.fullmatch(words.strip()) for words in said if 0 < len(words.strip()) <= _LONGEST_LABEL)
    return next((label for label in found if label), None)


def _counts_from_zero(label: re.Match[str] | None, number: int, url: str, here: str) -> bool:
    """Tell whether ?page=1 is the second part: its link is called 2, or next and leads away from here."""
    if label is None or not urlsplit(url).query or urlsplit(url).query == urlsplit(here).query:
        return False
    if label["number"]:
        return int(label["number"]) == number + 1
    return bool(label["next"] or label["after"])


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
    is_number = [k.lower() in _NAMES and bool(_NUMBER.fullmatch(v)) for k, v in pairs]
    numbers = [_number(v) for (_, v), part in zip(pairs, is_number, strict=True) if part]
    return sorted(p for p, part in zip(pairs, is_number, strict=True) if not part), (
        numbers[0] if numbers else None
    )


def _number(value: str) -> int:
    """Return the part's number; Drupal's second pager of a page writes "0,1", counted from nought."""
    first, comma, second = value.partition(",")
    return int(second) + 1 if comma else int(first)

"""Articles of several pages: the address of the next part, and of the first, if the page names one."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit, urlunsplit

from columnist.pipelines.document.addresses import absolute, normal_address
from columnist.pipelines.document.read import Document
from columnist.pipelines.language.lexicon import either

_NAMES = frozenset(
    ["page", "p", "pg", "pagina", "paged", "part", "teil", "partie", "pageno", "pagenum", "page_no", "pagenumber", "pagewanted", "pn",
     "seite", "strona", "str", "sida", "side", "sivu", "strana", "oldal", "sayfa", "hoja", "offset", "start", "limitstart"]
)  # fmt: skip
_ROOT = re.compile(r"/?(?:index)?\Z")  # without an ending: there ?p=8 names the article, as in WordPress
# What follows the article's own path: /2, /page/2, /seite-2, -2.html, ,2.html, _p2, .2.html, .html/2, /(offset)/2
_WORD = r"(?:page|seite|pagina|p[áa]gina|part|teil|strona|sida|side|sivu|strana|hoja|offset|p|s)"
_SUFFIX = re.compile(
    rf"^(?:\.(?:s?html?|php|aspx?|jsp))?(?:/|[-_,.;])(?:\(?{_WORD}\)?[/_=-]?)?(\d{{1,3}})$", re.IGNORECASE
)
_ENDING = re.compile(r"(?:\.(?:s?html?|php|aspx?|jsp))?/?$", re.IGNORECASE)
_LAST = re.compile(rf"(?:/|[-_,.;])(?:\(?{_WORD}\)?[/_=-]?)?\d{{1,3}}$", re.IGNORECASE)
_FIRST = re.compile(rf"(?:/|[-_,.;])(?:{_WORD}[/_=-]?)?1$", re.IGNORECASE)
_PAGE = f"(?:{either('pagetypes', 'pager.page')})"
_LABEL = re.compile(
    rf"\W*(?:{_PAGE}\W*)?(?P<number>\d{{1,3}})\W*(?:{_PAGE}\W*)?(?:(?:of|von|de|di|sur|van|z|av|из)?\W*\d{{1,3}}\W*)?|"
    rf"\W*(?P<next>(?:{either('pagetypes', 'pager.next')}|{either('pagetypes', 'pager.onward')})(?:[\W_]+(?:{_PAGE}|{either('pagetypes', 'pager.between')}|\d{{1,3}}))*)\W*|"
    rf"\W*{_PAGE}\W+(?P<after>{either('pagetypes', 'pager.next')})\W*|\W*(?P<arrow>[›»>→❯▶])\W*",
    re.IGNORECASE,
)
_BACK = re.compile(
    rf"\W*(?:{_PAGE}\W*)?(?:{either('pagetypes', 'pager.back')})(?:\W+{_PAGE})?\W*|\W*(?P<arrow>[‹«<←❮◀])\W*",
    re.IGNORECASE,
)
_BACKWARDS = frozenset({"prev", "previous", "first", "start", "begin", "canonical"})  # of rel
_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:comments?|disqus|kommentare?|commentaires?|comentarios?)(?:$|[\s_-])", re.I
)
_NUMBER = re.compile(r"\d{1,3}(?:,\d{1,3})?", re.ASCII)
_FROM_THE_ROOT = ("http:", "https:", "/")
_ESCAPE = re.compile("%[0-9a-fA-F]{2}|[^!-~]")
_PLAIN = re.compile("[A-Za-z0-9]+")
_LONGEST_LABEL = 60  # characters; a headline of another article is no label


def next_part_of(document: Document, first: str, number: int) -> str | None:
    """Return the part after `number` of the article that starts at `first`, if this page links to it.

    rel=next alone proves nothing (WordPress names the next article so), nor does a number in a path: the
    link must be one or the other of a pager's, and lead to the article's own path with the next number.
    """
    mark = _mark_of(first)
    for element in document.tree.iter("link", "a"):
        href = element.get("href")
        if not href or (mark not in href and href.startswith(_FROM_THE_ROOT)):
            continue
        label = _label_of(element)
        if not (label or _is_rel_next(element)) or _pages_comments(element):
            continue
        url = absolute(href, document.base_url)
        if not url or (part := part_number(first, url)) is None:
            continue
        if part == number + 1 or (
            part == number and _counts_from_zero(label, number, url, document.page.url)
        ):
            return url.partition("#")[0]
    return None


def _mark_of(first: str) -> str:
    """Return what every address of a part holds, unless it is relative: the longest word of the first one's path.

    Most links of a page are told by it, before their words are looked at. Escapes are written in several ways.
    """
    path = urlsplit(first).path
    words = _PLAIN.findall(_ESCAPE.sub("/", _FIRST.sub("", _ENDING.sub("", path))))
    return max(words, key=len, default="")


def first_part_of(document: Document) -> str | None:
    """Return where the article begins of which this page is a later part, if the page leads back there.

    It may name the first part itself (its canonical link, "1", rel=first), or a part between: then the first one's
    address is this one's without the number.
    """
    here = document.page.url.partition("#")[0]
    if not _has_number(here):
        return None
    back = [url for url in _ways_back(document) if url != here]
    named = (url for url in back if _begins(url, here))
    return next(named, None) or next(
        (stem for stem in _without_part(here) if _leads_to(stem, back, here)), None
    )


def _has_number(here: str) -> bool:
    parts = urlsplit(here)
    return _query(parts)[1] is not None or _LAST.search(_ENDING.sub("", parts.path)) is not None


def _ways_back(document: Document) -> Iterator[str]:
    """Yield where the page's links to earlier parts lead: those of a pager, and what its head names."""
    for element in document.tree.iter("link", "a"):
        href = element.get("href")
        if not href or not (_is_rel(element, _BACKWARDS) or _says_back(element)) or _pages_comments(element):
            continue
        if url := absolute(href, document.base_url):
            yield url.partition("#")[0]


def _says_back(element: Any) -> bool:
    return any(
        _BACK.fullmatch(words) or ((label := _LABEL.fullmatch(words)) is not None and label["number"])
        for words in _names_of(element)
    )


def _begins(first: str, here: str) -> bool:
    """Say whether `here` is a later part of what begins at `first`; where parts count from nought, ?page=1 is the second."""
    number = part_number(first, here)
    _, own = _query(urlsplit(first))
    least = 1 if own is None and _query(urlsplit(here))[1] is not None else 2
    return number is not None and number >= least and own in (None, 0, 1) and own != number


def _without_part(here: str) -> tuple[str, ...]:
    """Return what the first part's address can be: this one without the number of its part."""
    parts = urlsplit(here)
    pairs = [pair for pair in parts.query.split("&") if pair]
    rest = [pair for pair in pairs if _query(parts._replace(query=pair))[1] is None]
    if len(rest) < len(pairs):
        return (urlunsplit(parts._replace(query="&".join(rest))),)
    ending = _ENDING.search(parts.path)
    found = _LAST.search(parts.path[: ending.start()] if ending else parts.path)
    if found is None or not found.start():
        return ()
    stem, tail = parts.path[: found.start()], ending.group() if ending else ""
    return tuple(dict.fromkeys(urlunsplit(parts._replace(path=path)) for path in (stem + tail, stem)))


def _leads_to(stem: str, back: Iterable[str], here: str) -> bool:
    """Say whether one of the links back leads to a part between the first, at `stem`, and this one."""
    number = part_number(stem, here)
    if number is None or number < 2:  # of the front page there are no parts
        return False
    return any(0 < (part_number(stem, url) or 0) < number for url in back)


def _is_rel_next(element: Any) -> bool:
    return _is_rel(element, frozenset({"next"}))


def _is_rel(element: Any, names: frozenset[str]) -> bool:
    return not names.isdisjoint((element.get("rel") or "").lower().split())


def _pages_comments(element: Any) -> bool:
    """Say whether a pager is that of the comments: its pages hold no more of the article."""
    return any(_COMMENTS.search(f"{e.get('class') or ''} {e.get('id') or ''}") for e in element.iterancestors("div", "section", "nav", "ol", "ul", "aside"))  # fmt: skip


def _label_of(element: Any) -> re.Match[str] | None:
    """Return what a pager's link says: its words, or the name of a drawing without words."""
    found = (_LABEL.fullmatch(words) for words in _names_of(element))
    return next((label for label in found if label), None)


def _names_of(element: Any) -> Iterator[str]:
    """Yield what a link is called: by its words, by a name for readers who hear it, by its drawing."""
    if element.tag != "a":
        return
    names = (element.get("aria-label"), element.get("title"), *(e.get("alt") for e in element.iter("img")))
    said = (words.strip() for words in ("".join(element.itertext()), *(name for name in names if name)))
    yield from (words for words in said if 0 < len(words) <= _LONGEST_LABEL)


def _counts_from_zero(label: re.Match[str] | None, number: int, url: str, here: str) -> bool:
    """Tell whether ?page=1 is the second part: its link is called 2, or next and leads away from here."""
    if label is None or not urlsplit(url).query or urlsplit(url).query == urlsplit(here).query:
        return False
    if label["number"]:
        return int(label["number"]) == number + 1
    return bool(label["next"] or label["after"])


def part_number(first: str, url: str) -> int | None:
    """Return which part of the article at `first` an address is; None where it is no part of it.

    Marks of tracking make no other article: a feed's "?utm_source=rss" is on the first part's address alone.
    """
    here, there = urlsplit(normal_address(first)), urlsplit(normal_address(url))
    if here.netloc != there.netloc:
        return None
    stem, other = _ENDING.sub("", here.path), _ENDING.sub("", there.path)
    same, _ = _query(here)
    rest, number = _query(there)
    if same != rest or (_ROOT.fullmatch(stem) and not same):
        return None
    if stem == other:
        return number
    if number is not None:
        return None
    stems = (stem, _FIRST.sub("", stem))
    suffixes = (_SUFFIX.match(other[len(s) :]) for s in stems if s and other.startswith(s))
    return next((int(s.group(1)) for s in suffixes if s), None)


def counts_itself(first: str) -> bool:
    """Say whether the first part's own address ends in 1: then /story/2 may be the next story as well as the next part."""
    return _FIRST.search(_ENDING.sub("", urlsplit(first).path)) is not None


def _query(address: SplitResult) -> tuple[list[tuple[str, str]], int | None]:
    """Return an address's query without its part number, and the number."""
    names = _NAMES - {"p"} if _ROOT.fullmatch(_ENDING.sub("", address.path)) else _NAMES
    pairs = parse_qsl(address.query, keep_blank_values=True)
    is_number = [k.lower() in names and bool(_NUMBER.fullmatch(v)) for k, v in pairs]
    numbers = [_number(v) for (_, v), part in zip(pairs, is_number, strict=True) if part]
    rest = sorted(pair for pair, part in zip(pairs, is_number, strict=True) if not part)
    return rest, numbers[0] if numbers else None


def _number(value: str) -> int:
    """Return the part's number; Drupal's second pager of a page writes "0,1", counted from nought."""
    first, comma, second = value.partition(",")
    return int(second) + 1 if comma else int(first)

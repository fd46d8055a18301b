"""Bylines that the page shows: microdata, rel=author, elements named for it, words beside the headline."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

from lxml import etree

from columnist.pipelines.document.read import Document
from columnist.pipelines.language.lexicon import either, entries
from columnist.pipelines.metadata.authors.person_names import parse_byline
from columnist.pipelines.metadata.sources.asides import is_aside, is_aside_box, is_of_another
from columnist.pipelines.metadata.sources.element_index import (
    elements_with,
    in_order,
    texts_after,
    texts_before,
    values_holding,
    values_of,
)
from columnist.pipelines.metadata.sources.values import element_lines

_MOST = 40  # elements looked at
_MOST_LOOKED_AT = 400  # comments under an article name as many authors
_LONGEST = 200  # characters of a byline
_LONGEST_NAME = 50
_LONGEST_SHARED = 600  # characters of a box with several authors, each with a line about them
_TAGS = frozenset(
    ("a", "span", "div", "p", "address", "li", "ul", "cite", "small", "strong", "b", "em", "i", "header", "section", "td", "dd", "abbr",
     "h2", "h3", "h4", "h5", "h6", "font", "meta")
)  # fmt: skip
# What the class, the microdata or the test mark of a byline holds; the first letter may be a capital.
_WORDS = (
    "uthor",
    "yline",
    "y-line",
    "utor",
    "uteur",
    "riter",
    "edakt",
    "ournalist",
    "ontribut",
    "irma",
    "reator",
    "yazar",
    "sign",
    *entries("bylines", "classes"),
)
_TELLING = re.compile("|".join(_WORDS).replace("sign", r"\bsign(?:\b|atur)"))  # not "design"
# What the address of an author's page holds.
_PATHS = (
    "/author", "/autor", "/auteur", "/writer", "/contributor", "/journalist", "/reporter", "/profile", "/staff/",
    "/people/", "/redaktion/", "/by/", "/users/",
)  # fmt: skip
# A class of an element that holds a name and nothing else.
_NAME_CLASS = re.compile(
    r"(?:^|[\s_-])(?:author|byline|autor|auteur|writer|contributor|sign)s?[_-]*(?:name|names|link|title|text|full-?name)?(?:$|\s)",
    re.IGNORECASE,
)
_NOT_NAME_CLASS = re.compile(
    r"bio|avatar|image|photo|social|box|more|list|desc|about|follow|job|role|email|twitter|signature|icon|count|authori[sz]",
    re.IGNORECASE,
)
_OPENS = re.compile(
    rf"[（(【〔\[]?(?:{either('bylines', 'shown')}|(?:words|texte|testo|interview)(?=\s*[:：]))(?:\s*[:：／/|՝＝・]\s*|\s+|\Z)",
    re.IGNORECASE,
)
# "（記者王小明／台北報導）": a line of its own, or the first words of the text.
_TAIPEI = re.compile(
    r"[（(〔【\[]?(?:[\u3400-\u9fff]{2,6}社)?((?:記者|特派員)[\u3400-\u9fff、\s]{2,20}[／/][\u3400-\u9fff]{1,10}(?:報導|電))"
)
_JOINS = re.compile(rf"[,&;/|+]|{either('bylines', 'joins')}", re.IGNORECASE)
_TWO_WORDS = re.compile(r"[^\W\d_][\w.’'-]*(?: [\w.’'-]+){1,3}")
_HAN = re.compile("[\u3400-\u9fff]")
_EDITORS = tuple(word.encode() for word in ("责编", "责任编辑", "責任編輯"))
_CJK_WORDS = (*_EDITORS, *(word.encode() for word in ("記者", "记者", "作者", "撰文")))
# "山田花子記者", "김민수 기자" as a line of its own.
_CJK_REPORTER = re.compile(
    r"(?:[\u3040-\u30ff\u3400-\u9fff]{3,8}(?:記者|特派員)|[\uac00-\ud7af]{2,4}(?:·[\uac00-\ud7af]{2,4})*\s?(?:기자|특파원))(?:\s*[=＝]?\s*\S+@\S+)?"
)
_CJK_CREDIT = re.compile(
    rb"(?:%s)(?:[:/]|%s)\s*((?:(?!%s)[^<>()\s]){2,90})"
    % (
        b"|".join(_CJK_WORDS),
        "：|／".encode(),
        "（|）".encode(),
    )  # two to thirty characters, three bytes each
)
_NEAR = 25  # texts after the headline among which a byline stands
_NEAR_BEFORE = 8


@cache
def _inner_name() -> Any:
    return etree.XPath(".//*[@itemprop='name']")


def find_bylines(document: Document) -> list[Any]:
    """Return the elements that may hold a byline, those after the headline first."""
    found = _bylines_of(document)
    headings = document.headings
    if len(found) < 2 or not headings:
        return list(found)
    line = headings[0].sourceline or 0
    return sorted(found, key=lambda element: (element.sourceline or 0) < line)


def _bylines_of(document: Document) -> tuple[Any, ...]:
    """Return them in the order of the page; who looks for a date asks first, then who looks for authors."""
    if "bylines" not in document.groups:
        marked = islice(_marked(document), _MOST_LOOKED_AT)
        bylines = (element for element in marked if not is_aside(element) and not is_of_another(element))
        document.groups["bylines"] = tuple(islice(bylines, _MOST))
    return document.groups["bylines"]


def _marked(document: Document) -> Iterator[Any]:
    """Return the elements that are marked as a byline, and the links to authors' pages."""
    marked = set(elements_with(document, "class", _telling(document, "class")))
    marked.update(elements_with(document, "itemprop", _telling(document, "itemprop")))
    tested = elements_with(document, "data-testid", _telling(document, "data-testid"))
    marked.update(element for element in tested if not element.get("itemprop"))
    addresses = values_holding(values_of(document, "href", "a"), _PATHS)
    relations = values_holding(values_of(document, "rel", "a"), ("author",))
    if addresses or relations:
        links = document.by_tag["a"]
        marked.update(a for a in links if a.get("href") in addresses or a.get("rel") in relations)
    return (element for element in in_order(document, marked) if element.tag in _TAGS)


def _telling(document: Document, attribute: str) -> set[str]:
    """Return the attribute's values that name a byline."""
    return set(filter(_TELLING.search, values_holding(values_of(document, attribute), _WORDS)))


def has_microdata_author(document: Document) -> bool:
    """Say whether any element may be marked as the author."""
    return not values_of(document, "itemprop").isdisjoint(("author", "creator"))


def named_authors(elements: list[Any]) -> Iterator[tuple[str, str]]:
    """Yield (source, words) of elements that hold an author's name and nothing else."""
    first: Any | None = None  # link to an author: what stands paragraphs below it is another article's
    for element in elements:
        kind = element.get("class") or ""
        if element.get("itemprop") in ("author", "creator"):
            for name in _inner_name()(element) or (element,):
                yield "microdata", name.get("content") or element_lines(name)
        elif "author" in (element.get("rel") or "").split():
            first = element if first is None else first
            if _stand_together(first, element):
                yield "rel-author", element_lines(element)
        elif _NAME_CLASS.search(kind) and not _NOT_NAME_CLASS.search(kind):
            words = element_lines(element).strip()
            if 2 < len(words) < _LONGEST_NAME:
                yield "byline", words


def _stand_together(first: Any, element: Any) -> bool:
    """Say whether two links stand in one byline: in a box with few words, or both outside of any with a paragraph's."""
    above = set(first.iterancestors())
    shared = next((box for box in element.iterancestors() if box in above), None)
    return element is first or shared is None or len("".join(shared.itertext())) <= _LONGEST_SHARED


def shown_bylines(document: Document, elements: list[Any]) -> Iterator[tuple[str, str]]:
    """Yield (source, words) of elements that look like a byline, then of words beside the headline."""
    for element in elements:
        words = element_lines(element).strip()
        if words and len(words) < _LONGEST:
            yield "byline", words
    for heading in document.headings[:1]:
        beside = [*texts_before(heading, _NEAR_BEFORE)[::-1], *texts_after(heading, _NEAR, is_aside_box)]
        for line in filter(None, map(_TAIPEI.match, beside)):
            yield "visible", line.group(1)
        pieces = [" ".join(words.split()) for words in beside if len(words) < _LONGEST]
        for place, piece in enumerate(pieces):
            if _CJK_REPORTER.fullmatch(piece):
                yield "visible", piece
            elif (match := _OPENS.match(piece)) and len(piece) < _LONGEST // 2:
                alone = match.end() == len(piece)
                yield "visible", "\n".join(_names_after(pieces, place + 1)) if alone else piece
    titles = document.by_tag.get("title", ())[:1]
    if not any(_HAN.search(title.text or "") for title in titles):
        return
    credits_ = list(_CJK_CREDIT.finditer(document.utf8))
    for credit in sorted(credits_, key=_names_an_editor):  # who edited it stands where nobody wrote it
        yield "visible", credit.group(1).decode("utf-8", "ignore")


def _names_an_editor(credit: re.Match[bytes]) -> bool:
    return credit.group().startswith(_EDITORS)


def is_byline(words: str) -> bool:
    """Say whether visible words open as a byline does and name somebody by two words or more."""
    return _OPENS.match(words) is not None and any(" " in name for name in parse_byline(words).persons)


def _names_after(pieces: list[str], place: int) -> list[str]:
    """Return the pieces after a lone "By" for as long as they are names or what joins names."""
    names = pieces[place : place + 1]
    for piece in pieces[place + 1 : place + 6]:
        if not _JOINS.fullmatch(piece) and not _TWO_WORDS.fullmatch(piece):
            break
        names.append(piece)
    return names if any(_JOINS.fullmatch(name) for name in names) else names[:1]

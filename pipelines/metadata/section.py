"""The rubric that a trail of breadcrumbs names: Home > Town > this article."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from pipelines.document.addresses import absolute, normal_address
from pipelines.document.jsonld_nodes import node_types
from pipelines.document.read import Document
from pipelines.language.lexicon import entries
from pipelines.language.months import MONTHS, fold
from pipelines.metadata.sources.element_index import elements_with, in_order, values_holding, values_of
from pipelines.metadata.sources.values import element_text, first_text
from pipelines.metadata.title import is_site, letters_of, site_names

_LONGEST_TRAIL = 8  # links; menus that call themselves breadcrumbs have more
_LONGEST = 40  # characters of a rubric; longer crumbs are headlines
_TRAILS = 3  # elements named breadcrumb that are looked at: the outer box and its list
_LONGEST_VALUE = 400  # bytes of an attribute before the word: lists of classes are shorter
_MARK = b"readcrumb"  # the first letter may be a capital
_ATTRIBUTES = ("class", "id", "itemtype", "aria-label", "typeof")
_IN_ATTRIBUTE = re.compile(
    rb"\b(%s)\s*=\s*[\"']?[^\"'<>={}]*\Z" % "|".join(_ATTRIBUTES).encode(), re.IGNORECASE
)
_NO_RUBRIC = frozenset(
    (*entries("rubrics", "front"), *MONTHS)
)  # front pages by their names, months of an archive


def section_of_trail(document: Document, title: str | None, publisher: str | None) -> tuple[str, str] | None:
    """Return the last rubric before the article itself, and its source."""
    names = site_names(document, publisher)
    for source, trail in _trails(document):
        rubrics = [name for name, address in trail if _is_rubric(document, name, address, names)]
        rubrics = [name for name in rubrics if letters_of(name) != letters_of(title or "")]
        if 0 < len(rubrics) <= _LONGEST_TRAIL:
            return rubrics[-1], source
    return None


def _is_rubric(document: Document, name: str, address: str | None, names: tuple[str, ...]) -> bool:
    """Say whether a crumb is neither the front page nor this page."""
    if address is None or not 1 < len(name) <= _LONGEST or is_site(name, names):
        return False
    if not name[0].isalpha() or fold(name) in _NO_RUBRIC:  # "18", "« back"
        return False
    parts = urlsplit(address)
    here = {normal_address(url) for url in (document.page.url, document.canonical) if url}
    is_front = parts.path.strip("/") in ("", document.tree.get("lang") or "") and not parts.query
    return not is_front and normal_address(address) not in here


def _trails(document: Document) -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    for node in document.json_ld:
        if "breadcrumblist" in node_types(node):
            yield "json-ld", [_crumb(document, item) for item in _items(node)]
    for box in _boxes(document)[:_TRAILS]:
        links = list(islice((link for link in box.iter("a") if link.get("href")), _LONGEST_TRAIL + 2))
        yield (
            "breadcrumbs",
            [(element_text(link), absolute(link.get("href"), document.base_url)) for link in links],
        )


def _items(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    items = node.get("itemListElement")
    items = items if isinstance(items, list) else [items]
    return [item for item in items if isinstance(item, dict)][: _LONGEST_TRAIL + 2]


def _crumb(document: Document, item: Mapping[str, Any]) -> tuple[str, str | None]:
    target = item.get("item")
    name = first_text(item.get("name")) or first_text(target if isinstance(target, dict) else None) or ""
    at = (target.get("@id") or target.get("url")) if isinstance(target, dict) else (target or item.get("url"))
    address = absolute(at, document.base_url) if isinstance(at, str) else None
    return name, address


def _boxes(document: Document) -> list[Any]:
    """Return the elements that an attribute of theirs names breadcrumbs."""
    boxes = set[Any]()
    for attribute in _naming_attributes(document.utf8):
        naming = values_holding(values_of(document, attribute), (_MARK.decode(),))
        boxes.update(elements_with(document, attribute, naming))
    return [box for box in in_order(document, boxes) if box.tag not in ("body", "html")]


def _naming_attributes(utf8: bytes) -> set[str]:
    """Return which attributes may name breadcrumbs; most pages have the word in styles and JSON alone, and to ask
    all elements for an attribute takes a tenth of the page's parse."""
    names: set[str] = set()
    at = utf8.find(_MARK)
    while at >= 0 and len(names) < len(_ATTRIBUTES):
        if match := _IN_ATTRIBUTE.search(utf8, max(at - _LONGEST_VALUE, 0), at):
            names.add(match.group(1).decode().lower())
        at = utf8.find(_MARK, at + len(_MARK))
    return names

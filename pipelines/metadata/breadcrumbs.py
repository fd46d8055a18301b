"""The rubric that a trail of breadcrumbs names: Home > Town > this article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from pipelines.addresses import absolute, normal_address
from pipelines.document import Document
from pipelines.embedded import node_types
from pipelines.metadata.months import MONTHS
from pipelines.metadata.sitename import is_site, letters_of, site_names
from pipelines.metadata.values import element_text, first_text

__all__ = ["section_of_trail"]

_LONGEST_TRAIL = 8  # links; menus that call themselves breadcrumbs have more
_LONGEST = 40  # characters of a rubric; longer crumbs are headlines
_TRAILS = 3  # elements named breadcrumb that are looked at: the outer box and its list
_LONGEST_VALUE = 400  # bytes of an attribute before the word: lists of classes are shorter
_IN_ATTRIBUTE = re.compile(rb"=\s*[\"']?[^\"'<>={}]*\Z")
# Front pages by their names, and the months of an archive.
_NO_RUBRIC = frozenset(
    ("home", "homepage", "home page", "start", "startseite", "hauptseite", "accueil", "inicio", "início", "portada", "strona główna",
     "hem", "hjem", "forside", "etusivu", "domů", "főoldal", "acasă", "главная", "головна", "начало", "αρχική", "anasayfa", "ana sayfa",
     "beranda", "trang chủ", "الرئيسية", "ראשי", "首页", "首頁", "ホーム", "トップ", "홈", *MONTHS)
)  # fmt: skip


def section_of_trail(document: Document, title: str | None, publisher: str | None) -> tuple[str, str] | None:
    """Return the last rubric before the article itself, and its source."""
    names = site_names(document, publisher)
    for source, trail in _trails(document):
        rubrics = [name for name, address in trail if _is_rubric(document, name, address, names)]
        rubrics = [name for name in rubrics if letters_of(name) != letters_of(title or "")]
        if 0 < len(rubrics) <= _LONGEST_TRAIL:
            return rubrics[-1], source
    return None


def _is_rubric(document: Document, name: str, address: str | None, names: list[str]) -> bool:
    """Say whether a crumb is neither the front page nor this page."""
    if address is None or not 1 < len(name) <= _LONGEST or is_site(name, names):
        return False
    if not name[0].isalpha() or name.lower() in _NO_RUBRIC:  # "18", "« back"
        return False
    parts = urlsplit(address)
    here = {normal_address(url) for url in (document.page.url, document.canonical) if url}
    is_front = parts.path.strip("/") in ("", document.tree.get("lang") or "") and not parts.query
    return not is_front and normal_address(address) not in here


def _trails(document: Document) -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    for node in document.json_ld:
        if "breadcrumblist" in node_types(node):
            yield "json-ld", [_crumb(document, item) for item in _items(node)]
    if _has_boxes(document.utf8):
        for box in _boxes()(document.tree)[:_TRAILS]:
            links = [link for link in box.iter("a") if link.get("href")][: _LONGEST_TRAIL + 2]
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


def _has_boxes(utf8: bytes) -> bool:
    """Say whether an attribute may name breadcrumbs; most pages have the word in styles and JSON alone, and the
    search of the tree costs a quarter of the page's parse."""
    at = utf8.find(b"readcrumb")
    while at >= 0:
        if _IN_ATTRIBUTE.search(utf8, max(at - _LONGEST_VALUE, 0), at):
            return True
        at = utf8.find(b"readcrumb", at + 9)
    return False


@cache
def _boxes() -> Any:
    marks = " or ".join(
        f"contains(@{name}, 'readcrumb')" for name in ("class", "id", "itemtype", "aria-label", "typeof")
    )
    return etree.XPath(f"//*[not(self::body or self::html) and ({marks})]")

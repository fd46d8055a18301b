"""One article as TEI P5, as corpus tools take it: a header that cites it, a body of its paragraphs."""

from collections.abc import Mapping
from typing import Any

from lxml import etree

_TEI = "http://www.tei-c.org/ns/1.0"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))  # no XML holds them


def tei_of(article: Mapping[str, Any]) -> bytes:
    """Return the article as a TEI document, UTF-8."""
    root = etree.Element(f"{{{_TEI}}}TEI", nsmap={None: _TEI})
    root.set(_XML_ID, f"a{article['id']}")  # an id begins with a letter
    _header(_add(root, "teiHeader"), article)
    text = _add(root, "text")
    if article["language"]:
        text.set(_XML_LANG, article["language"])
    _body(_add(_add(text, "body"), "div", type="article"), article)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)  # type: ignore[no-any-return]


def _header(header: Any, article: Mapping[str, Any]) -> None:
    described = _add(header, "fileDesc")
    title = _add(described, "titleStmt")
    _add(title, "title", article["title"] or article["url"])
    for name in article["authors"]:
        _add(title, "author", name)
    published = _add(described, "publicationStmt")
    _add(published, "publisher", article["publisher"] or article["site"])
    if article["published_at"]:
        when = article["published_at"].isoformat()
        _add(published, "date", when, when=when[:10] if article["published_precision"] == "day" else when)
    _add(published, "idno", article["url"], type="URL")
    _add(published, "idno", article["id"], type="columnist")
    _add(
        _add(published, "availability", status=_status(article)), "p", "See the source and the column rights."
    )
    source = _add(_add(described, "sourceDesc"), "bibl")
    _add(
        source,
        "ref",
        article["canonical_url"] or article["url"],
        target=article["canonical_url"] or article["url"],
    )
    _add(source, "date", article["fetched_at"].isoformat(), type="access")
    profile = _add(header, "profileDesc")
    if article["language"]:
        _add(_add(profile, "langUsage"), "language", article["language"], ident=article["language"])
    terms = [("section", article["section"]), *(("tag", tag) for tag in article["tags"])]
    if any(term for _, term in terms):
        keywords = _add(_add(profile, "textClass"), "keywords")
        for kind, term in terms:
            if term:
                _add(keywords, "term", term, type=kind)


def _status(article: Mapping[str, Any]) -> str:
    return "free" if article["access"] == "free" else "restricted" if article["access"] else "unknown"


def _body(body: Any, article: Mapping[str, Any]) -> None:
    if article["title"]:
        _add(body, "head", article["title"])
    items = None  # the list that is open: neighbours of one kind belong together
    for paragraph in article["paragraphs"]:
        kind, text = paragraph["kind"], paragraph["text"]
        items = None if kind != "li" else _add(body, "list") if items is None else items
        if items is not None:
            _add(items, "item", text)
        elif kind in ("h2", "h3"):
            _add(body, "ab", text, type="head", rend=kind)  # <head> may stand at a division's beginning only
        elif kind in ("quote", "embed"):
            _add(_add(body, "quote"), "p", text)
        elif kind == "table":
            row = _add(_add(body, "table"), "row")
            for cell in text.split(" | "):
                _add(row, "cell", cell)
        else:
            _add(body, "p" if kind == "p" else "ab", text)


def _add(parent: Any, name: str, text: str | None = None, **attributes: str) -> Any:
    element = etree.SubElement(parent, f"{{{_TEI}}}{name}", {k: _sayable(v) for k, v in attributes.items()})
    if text is not None:
        element.text = _sayable(text)
    return element


def _sayable(text: str) -> str:
    return text.translate(_CONTROLS)

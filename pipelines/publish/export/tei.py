"""One article as TEI P5, as corpus tools take it: a header that cites it, a body of its paragraphs."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from lxml import etree

from columnist.pipelines.publish.export.mask import MASKED

_TEI = "http://www.tei-c.org/ns/1.0"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))  # no XML holds them
_ANSWERS = {True: "allowed", False: "refused", None: "unknown"}


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
    words = str(article["word_count"])
    _add(_add(described, "extent"), "measure", words, unit="words", quantity=words)
    published = _add(described, "publicationStmt")
    _add(published, "publisher", article["publisher"] or article["site"])
    if article["published_at"]:
        when = article["published_at"].isoformat()
        _add(published, "date", when, when=when[:10] if article["published_precision"] == "day" else when)
    _add(published, "idno", article["url"], type="URL")
    _add(published, "idno", article["id"], type="columnist")
    _availability(_add(published, "availability", status=_status(article)), article)
    source = _add(_add(described, "sourceDesc"), "bibl")
    address = article["canonical_url"] or article["url"]
    _add(source, "ref", address, target=address)
    _add(source, "date", article["fetched_at"].isoformat(), type="access")
    if share := article["extra"].get("masked"):
        words = f'Words of the text are replaced by "{MASKED}": {share} of them, in runs.'
        _add(_add(_add(header, "encodingDesc"), "editorialDecl"), "p", words)
    _profile(_add(header, "profileDesc"), article)
    _revision(_add(header, "revisionDesc"), article)


def _status(article: Mapping[str, Any]) -> str:
    refused = article["rights"]["tdm_reservation"] or article["access"] not in ("free", None)
    return "restricted" if refused else article["access"] or "unknown"


def _availability(availability: Any, article: Mapping[str, Any]) -> None:
    rights = article["rights"]
    if address := rights["license_url"]:
        _add(availability, "licence", address, target=address)
    mining = "unknown" if rights["tdm_reservation"] is None else _ANSWERS[not rights["tdm_reservation"]]
    uses = {
        "text and data mining": mining,
        **{use.replace("_", " "): _ANSWERS[rights[use]] for use in ("train_ai", "search", "ai_input")},
    }
    _add(availability, "p", f"Access: {article['access'] or 'unknown'}.")
    _add(availability, "p", f"Use: {'; '.join(f'{use}: {said}' for use, said in uses.items())}.")
    for signal in rights["signals"] or ():
        _add(availability, "p", f"{signal['carrier']}: {signal['words']}")


def _profile(profile: Any, article: Mapping[str, Any]) -> None:
    if article["language"]:
        _add(_add(profile, "langUsage"), "language", article["language"], ident=article["language"])
    terms = [("section", article["section"]), *(("tag", tag) for tag in article["tags"])]
    if any(term for _, term in terms):
        keywords = _add(_add(profile, "textClass"), "keywords")
        for kind, term in terms:
            if term:
                _add(keywords, "term", term, type=kind)


def _revision(revised: Any, article: Mapping[str, Any]) -> None:
    """Tell which version this is, the newest change first as TEI wants it."""
    words = f"As fetched: {article['change_kind'] or 'the first version seen'}."
    _add(revised, "change", words, n=str(article["revision"]), when=article["fetched_at"].isoformat())
    if article["modified_at"] and article["modified_at"] != article["published_at"]:
        _add(revised, "change", "Changed, by the page's own word.", when=article["modified_at"].isoformat())


def _body(body: Any, article: Mapping[str, Any]) -> None:
    if article["title"]:
        _add(body, "head", article["title"])
    # Neighbours of one kind belong together: items make a list, rows a table.
    for kind, paragraphs in groupby(article["paragraphs"], key=lambda paragraph: paragraph["kind"]):
        texts = [paragraph["text"] for paragraph in paragraphs]
        if kind == "li":
            _several(_add(body, "list"), "item", texts)
        elif kind in ("h2", "h3"):
            for text in texts:
                _add(
                    body, "ab", text, type="head", rend=kind
                )  # <head> may stand at a division's beginning only
        elif kind in ("quote", "embed"):
            for text in texts:
                _add(_add(body, "quote"), "p", text)
        elif kind == "table":
            table = _add(body, "table")
            for text in texts:
                _several(_add(table, "row"), "cell", text.split(" | "))
        else:
            _several(body, "p" if kind == "p" else "ab", texts)


def _several(parent: Any, name: str, texts: Sequence[str]) -> None:
    for text in texts:
        _add(parent, name, text)


def _add(parent: Any, name: str, text: str | None = None, **attributes: str) -> Any:
    element = etree.SubElement(parent, f"{{{_TEI}}}{name}", {k: _sayable(v) for k, v in attributes.items()})
    if text is not None:
        element.text = _sayable(text)
    return element


def _sayable(text: str) -> str:
    return text.translate(_CONTROLS)

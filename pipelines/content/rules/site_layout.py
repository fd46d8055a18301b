"""A site file's layout put to work: what it drops and where it finds the body, the headline, the byline ..."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

from lxml import etree

from columnist.pipelines.document.read import Document, read_document
from columnist.pipelines.document.text import normalise
from columnist.pipelines.metadata.authors.person_names import parse_byline
from columnist.pipelines.metadata.dates.parse import Moment, read_time
from columnist.pipelines.metadata.record import Metadata, as_dates
from columnist.pipelines.records.site import Selectors, SiteLayout
from columnist.pipelines.sites.site_values import compiled

SITE_FILE = "site-file"  # in found_by
# Attributes that say more than the element's words, where a page gives them.
_TELLING = ("datetime", "content")


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A page after its site's layout: what the body is read from, and what overrules the other sources."""

    document: Document
    metadata: Metadata


def apply_layout(document: Document, layout: SiteLayout) -> LaidOut:
    """Read what the layout names, drop what it drops, and keep of the page's body what it says is the body."""
    metadata = _read(document, layout)
    if not layout.drop and not layout.body:
        return LaidOut(document, metadata)
    tree = deepcopy(document.tree)
    for node in _all(tree, layout.drop):
        _take_out(node)
    bodies = _outermost(_first(tree, layout.body))
    if bodies:
        _keep_only(tree, bodies)
    page = replace(document.page, html=etree.tostring(tree, method="html", encoding="utf-8"), more=())
    return LaidOut(replace(read_document(page), page=document.page), metadata)


def overruled(metadata: Metadata, layout: Metadata) -> Metadata:
    """Return the metadata with what the site's layout found in place of what other sources found."""
    changes = {
        field.name: value
        for field in fields(Metadata)
        if field.name not in ("found_by", "rights")
        and (value := getattr(layout, field.name)) not in (None, ())
    }
    if not changes:
        return metadata
    found_by: Mapping[str, str] = {**metadata.found_by, **layout.found_by}
    return replace(metadata, **changes, found_by=found_by)


def _read(document: Document, layout: SiteLayout) -> Metadata:
    tree = document.tree
    title, section, lead = (_words(tree, s) for s in (layout.title, layout.section, layout.lead))
    byline = parse_byline("\n".join(_text(n) for n in _first(tree, layout.author)))
    raw = next((_telling(n) for n in _first(tree, layout.date) if _telling(n)), None)
    moment = _read_date(document, raw) if raw else None
    found = {
        "title": title,
        "section": section,
        "description": lead,
        "authors": byline.persons or None,
        "agency": byline.agencies[0] if byline.agencies else None,
        "published_at": moment and moment.at,
    }
    return replace(
        as_dates(moment),
        title=title,
        section=section,
        description=lead,
        authors=byline.persons,
        agency=byline.agencies[0] if byline.agencies else None,
        found_by={name: SITE_FILE for name, value in found.items() if value},
    )


def _read_date(document: Document, raw: str) -> Moment:
    return read_time(raw, document.page.fetched_at, document.month_first) or Moment(None, raw)


@lru_cache(maxsize=1024)  # a site's selectors come back with each of its pages
def _compiled(selector: str) -> etree.XPath:
    return compiled(selector)


def _matches(tree: Any, selector: str) -> list[Any]:
    found = _compiled(selector)(tree)
    return found if isinstance(found, list) else [str(found)] if found not in ("", None) else []


def _first(tree: Any, selectors: Selectors) -> list[Any]:
    """Return the matches of the first selector that has any."""
    return next((found for s in selectors if (found := _matches(tree, s))), [])


def _all(tree: Any, selectors: Selectors) -> Iterator[Any]:
    for selector in selectors:
        yield from _matches(tree, selector)


def _text(match: Any) -> str:
    return normalise(str(match) if isinstance(match, str) else "".join(match.itertext()))


def _words(tree: Any, selectors: Selectors) -> str | None:
    return next((words for m in _first(tree, selectors) if (words := _text(m))), None)


def _telling(match: Any) -> str:
    if not isinstance(match, str):
        for name in _TELLING:
            if value := (match.get(name) or "").strip():
                return str(value)
    return _text(match)


def _take_out(node: Any) -> None:
    """Take an element out and leave the text that follows it, which is not its own."""
    if not etree.iselement(node):
        return
    parent = node.getparent()
    if parent is not None and node.tag not in ("html", "body"):
        _keep_tail(node, parent)
        parent.remove(node)


def _keep_tail(node: Any, parent: Any) -> None:
    before = node.getprevious()
    if before is None:
        parent.text = (parent.text or "") + (node.tail or "")
    else:
        before.tail = (before.tail or "") + (node.tail or "")


def _outermost(nodes: list[Any]) -> list[Any]:
    """Leave out matches inside other matches: their text would come twice."""
    elements = [n for n in nodes if etree.iselement(n)]
    known = set(elements)
    return [n for n in elements if not any(a in known for a in n.iterancestors())]


def _keep_only(tree: Any, nodes: list[Any]) -> None:
    body = tree.find("body")
    if body is None or any(node in nodes for node in (body, *body.iterancestors())):
        return
    article = etree.Element("article")
    for node in nodes:
        node.tail = None
        article.append(node)
    body.text = None
    for child in list(body):
        body.remove(child)
    body.append(article)

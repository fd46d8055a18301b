"""The page's JSON-LD: which node describes the article, and what it says."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from columnist.pipelines.document.addresses import absolute
from columnist.pipelines.document.jsonld_nodes import node_rank, node_types
from columnist.pipelines.document.read import Document
from columnist.pipelines.metadata.dates.parse import Moment, read_time
from columnist.pipelines.metadata.record import Metadata, as_dates
from columnist.pipelines.metadata.sources.values import first_text, texts, to_text
from columnist.pipelines.records.article import Image

Node = Mapping[str, Any]

_MOST_PICTURES = 50  # pictures of one article; a gallery has that many
_PLAIN = 2  # rank of pages and works that are no article by their type
_OTHER_PAGES = frozenset(
    ("collectionpage", "searchresultspage", "profilepage", "contactpage", "aboutpage", "imagegallery", "mediagallery",
     "checkoutpage", "event", "product", "jobposting", "videoobject")
)  # fmt: skip
_PUBLISHED = ("datePublished", "dateCreated", "uploadDate")
_WRITTEN = re.compile(r"\d")  # by a program: ISO, a stamp, figures
_LONGEST_BODY = 500_000  # characters; a live blog of a day has a fifth of it


def read_json_ld(document: Document) -> Metadata:
    """Read what the JSON-LD says about the article."""
    nodes = document.about
    if not nodes:
        return Metadata(page_type=_other_page(document))
    known = {
        node["@id"]: node for node in document.json_ld if isinstance(node.get("@id"), str) and len(node) > 2
    }
    published = _moment(document, nodes, _PUBLISHED)
    if published and published.at and not _WRITTEN.match(published.raw):
        published = None
    modified = _moment(document, nodes, ("dateModified",))
    pictures = json_ld_pictures(nodes[0], known, document.base_url)
    types = node_types(nodes[0])
    is_article = node_rank(nodes[0]) != _PLAIN
    return replace(
        as_dates(published, modified),
        description=_first(nodes, "description", "abstract"),
        publisher=_publisher(nodes, known),
        section=_section(nodes),
        tags=_tags(nodes),
        image_url=pictures[0].url if pictures else None,
        images=pictures,
        declared_language=_first(nodes, "inLanguage"),
        is_live_blog=("liveblogposting" in types or "coverageStartTime" in nodes[0]) or None,
        page_type=types[0] if is_article else _other_page(document),
        article_body=_body(nodes),
    )


def _other_page(document: Document) -> str | None:
    """Return the kind that a page gives itself where it is no article."""
    kinds = {kind for node in document.json_ld for kind in node_types(node)}
    return min(kinds & _OTHER_PAGES, default=None)


def read_restated_json_ld(document: Document) -> Metadata:
    """Read a JSON-LD date in words, "Jun 24, 2025": site builders put the day of their last export there."""
    published = _moment(document, document.about, _PUBLISHED)
    if published is None or published.at is None:
        return Metadata()
    return as_dates(published)


def _first(nodes: tuple[Node, ...], *keys: str) -> str | None:
    for node in nodes:
        for key in keys:
            if text := first_text(node.get(key)):
                return text
    return None


def _moment(document: Document, nodes: tuple[Node, ...], keys: tuple[str, ...]) -> Moment | None:
    seen: Moment | None = None
    for node in nodes:
        if node is not nodes[0] and node_rank(node) == node_rank(nodes[0]):
            continue  # the same kind of node again: another article
        for key in keys:
            raw = first_text(node.get(key))
            moment = read_time(raw, document.page.fetched_at, document.month_first) if raw else None
            if moment and moment.at:
                return moment
            seen = seen or moment
    return seen


def _publisher(nodes: tuple[Node, ...], known: Mapping[str, Node]) -> str | None:
    for node in nodes:
        for key in ("publisher", "sourceOrganization", "isPartOf"):
            value = node.get(key)
            if isinstance(value, list):
                value = value[0] if value else None
            if isinstance(value, dict):
                value = to_text(value.get("name")) or known.get(str(value.get("@id")), {}).get("name")
            if (text := first_text(value)) and "://" not in text:
                return text
    return None


def _section(nodes: tuple[Node, ...]) -> str | None:
    for node in nodes:
        sections = list(texts(node.get("articleSection")))
        if sections:
            return sections[0].partition(",")[0].strip() or None
    return None


def _tags(nodes: tuple[Node, ...]) -> tuple[str, ...]:
    for node in nodes:
        value = node.get("keywords")
        words = value.split(",") if isinstance(value, str) else list(texts(value))
        tags = tuple(dict.fromkeys(text for word in words if (text := to_text(word))))
        if tags:
            return tags[:100]
    return ()


def _body(nodes: tuple[Node, ...]) -> str | None:
    for node in nodes:
        body = node.get("articleBody") or node.get("text")
        if isinstance(body, str) and body.strip():
            return body[:_LONGEST_BODY]
    return None


def json_ld_authors(document: Document) -> tuple[tuple[str, str], ...]:
    """Return (kind, name) of the article's authors; kind is person, organization or ""."""
    known = {
        node["@id"]: node for node in document.json_ld if isinstance(node.get("@id"), str) and len(node) > 2
    }
    for node in document.about:
        for key in ("author", "creator", "contributor"):
            found = tuple(_people(node.get(key), known, 0))
            if found:
                return found
    return ()


def _people(value: object, known: Mapping[str, Node], depth: int) -> Iterator[tuple[str, str]]:
    if depth > 3:
        return
    if isinstance(value, list):
        for each in value[:60]:
            yield from _people(each, known, depth + 1)
    elif isinstance(value, dict):
        if "name" not in value and str(value.get("@id")) in known:
            value = known[str(value.get("@id"))]
        kinds = node_types(value)
        kind = (
            "person" if "person" in kinds else ("organization" if any("organi" in k for k in kinds) else "")
        )
        for name in texts(value.get("name")):
            yield kind, name
    elif isinstance(value, str) and (text := to_text(value)) and "://" not in text:
        yield "", text


def json_ld_pictures(
    node: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]], base_url: str
) -> tuple[Image, ...]:
    """Return the pictures of a JSON-LD node, once each."""
    found: dict[str, Image] = {}
    for key in ("image", "thumbnailUrl"):
        for image in _pictures(node.get(key), known, base_url):
            found.setdefault(image.url, image)
        if found:
            break
    return tuple(found.values())[:_MOST_PICTURES]


def _pictures(value: object, known: Mapping[str, Mapping[str, Any]], base_url: str) -> Iterator[Image]:
    if isinstance(value, list):
        for each in value[: _MOST_PICTURES * 2]:
            if not isinstance(each, list):
                yield from _pictures(each, known, base_url)
    elif isinstance(value, dict):
        node = known.get(str(value.get("@id")), value) if "url" not in value else value
        address = first_text(node.get("url")) or first_text(node.get("contentUrl"))
        if address and (url := absolute(address, base_url)):
            caption = first_text(node.get("caption")) or first_text(node.get("description"))
            credit = first_text(node.get("creditText")) or first_text(node.get("author"))
            yield Image(url, caption, credit or first_text(node.get("copyrightHolder")))
    elif isinstance(value, str) and (url := absolute(value, base_url)):
        yield Image(url)

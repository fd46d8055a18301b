"""Document and metadata -> what the blocks are compared with: title, description, authors, articleBody."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from columnist.pipelines.document.read import Document
from columnist.pipelines.metadata.record import Metadata

_MARKUP = re.compile(r"<[^<>]{1,200}>")
_MAX_BODY = 200_000  # characters of articleBody: more than any article has


@dataclass(frozen=True, slots=True)
class Clues:
    """What the page's own statements say about the article."""

    title: str = ""
    description: str = ""
    article_body: str = ""
    authors: tuple[str, ...] = ()
    is_news: bool = False  # JSON-LD calls the page a news article


def read_clues(document: Document, metadata: Metadata) -> Clues:
    """Collect the clues; metadata fills in what the page's head leaves out."""
    meta = document.meta
    nodes = document.json_ld
    headline = next(_strings(document, "headline"), "")
    described = (*meta.get("og:description", ()), *meta.get("description", ()), metadata.description or "")
    body = max((metadata.article_body or "", *_strings(document, "articleBody")), key=len)
    return Clues(
        title=next(filter(None, (*meta.get("og:title", ()), headline, metadata.title or "")), ""),
        description=next(filter(None, described), ""),
        article_body=_MARKUP.sub(" ", body[:_MAX_BODY]),
        authors=metadata.authors[:5] or tuple(_names(document))[:5],
        is_news=any("newsarticle" in str(node.get("@type")).lower() for node in nodes),
    )


def _strings(document: Document, key: str) -> Iterator[str]:
    for node in document.json_ld:
        value = node.get(key)
        if isinstance(value, str):
            yield value


def _names(document: Document) -> Iterator[str]:
    for node in document.json_ld:
        author = node.get("author")
        for person in author if isinstance(author, list) else [author]:
            name = person.get("name") if isinstance(person, dict) else person
            if isinstance(name, str) and len(name) < 100:
                yield name

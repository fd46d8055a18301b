"""Page -> Document: decoded once, parsed once, shared by every stage. The tree is read only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import html as lxml_html

from pipelines.records import NotAnArticle, Page

__all__ = ["Document", "read_document"]


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed page. Nobody changes `tree`: who needs to cut, copies first."""

    page: Page
    tree: Any  # lxml.html.HtmlElement: the root <html>
    encoding: str  # the encoding that the bytes were read in
    json_ld: tuple[Mapping[str, Any], ...]  # every JSON-LD node: @graph and lists flattened, in page order
    meta: Mapping[
        str, tuple[str, ...]
    ]  # <meta> name|property|itemprop|http-equiv in lower case -> contents in order
    base_url: str  # what relative links are resolved against


def read_document(page: Page) -> Document:
    """Decode and parse the page's HTML; raise NotAnArticle for what is no HTML."""
    if not page.html or not page.html.strip():
        raise NotAnArticle("empty")
    tree = lxml_html.document_fromstring(page.html, parser=lxml_html.HTMLParser(huge_tree=True))
    return Document(page, tree, "utf-8", (), {}, page.url)

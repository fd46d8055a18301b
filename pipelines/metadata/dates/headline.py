"""The headline near which a page's date is looked for."""

from typing import Any

from columnist.pipelines.document.read import Document
from columnist.pipelines.metadata.sources.headings import shown_title
from columnist.pipelines.metadata.sources.site_names import letters_of
from columnist.pipelines.metadata.sources.values import element_text

_HEADINGS = 12  # h1 that are looked at; pages that mark teasers so have dozens


def headlines(document: Document) -> tuple[Any, ...]:
    """Return the page's headings, what shows <title> before others: the first h1 of many sites is their logo."""
    if "headlines" not in document.groups:
        document.groups["headlines"] = _headlines(document)
    return document.groups["headlines"]


def _headlines(document: Document) -> tuple[Any, ...]:
    headings, titles = document.headings[:_HEADINGS], document.by_tag.get("title", ())
    title = letters_of(titles[0].text or "") if titles else ""
    shown = [h for h in headings if (letters := letters_of(element_text(h))) and letters in title]
    if not shown and headings and title:
        shown = list(shown_title(document))
    longest = sorted(shown, key=lambda each: -len(element_text(each)))
    return (*longest, *(h for h in headings if h not in shown))

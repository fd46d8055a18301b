"""The headline: candidates from the page, its head and its JSON-LD; the site's name taken off; one chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from pipelines.addresses import host_of, registered_domain
from pipelines.document import Document
from pipelines.metadata.jsonld import article_nodes
from pipelines.metadata.values import element_text, first_text, to_text

__all__ = ["Title", "choose_title"]


@dataclass(frozen=True, slots=True)
class Title:
    """The chosen headline, the line above it, and the source."""

    text: str
    source: str
    kicker: str | None = None


_SEPARATORS = re.compile(r"\s+[|\-–—•·»›:~/]+\s+|\s*[|｜»]\s*|(?<=\w):\s+(?=\S+$)")
_WORD = re.compile(r"\w+")
_LONGEST = 300  # characters; longer "headlines" are paragraphs
_ALIKE = 0.6  # share of common words from which two candidates are the same headline in two wordings


def choose_title(document: Document, publisher: str | None, hinted: str | None = None) -> Title | None:
    """Choose the headline among the page's candidates."""
    names = _site_names(document, publisher)
    said = [(source, _without_site(text, names)) for source, text in _head_candidates(document)]
    said = [(source, text) for source, text in said if text]
    if hinted:
        said.append(("feed", hinted))
    shown = _best_heading(document, [text for _, text in said], names)
    if shown is not None:
        return shown
    if said:
        source, text = said[0]
        return Title(text, source)
    return None


def _head_candidates(document: Document) -> Iterator[tuple[str, str]]:
    for node in article_nodes(document)[:1]:
        for key in ("headline", "name"):
            if text := first_text(node.get(key)):
                yield "json-ld", text
                break
    for name, source in (
        ("og:title", "open-graph"),
        ("twitter:title", "meta"),
        ("dc.title", "meta"),
        ("title", "meta"),
    ):
        for value in document.meta.get(name, ())[:1]:
            if text := to_text(value):
                yield source, text
    for element in document.by_tag.get("title", ())[:1]:
        if text := to_text(element.text):
            yield "title", text


def _best_heading(document: Document, said: list[str], names: list[str]) -> Title | None:
    """Return the h1 that the head's titles speak for, or the only h1 that can be a headline."""
    headings = []
    for element in document.by_tag.get("h1", ())[:12]:
        text = element_text(element)
        if text and len(text) <= _LONGEST and not _is_site(text, names):
            headings.append((text, element))
    scored = [(max((_likeness(text, other) for other in said), default=0.0), text, e) for text, e in headings]
    if not scored:
        return None
    likeness, text, element = max(scored, key=lambda each: each[0])
    if said and likeness < _ALIKE and len(headings) != 1:
        return None
    return Title(_without_site(text, names), "h1", _kicker(element))


def _kicker(element: Any) -> str | None:
    return None


def _likeness(one: str, other: str) -> float:
    first, second = _WORD.findall(one.lower()), _WORD.findall(other.lower())
    if first == second:
        return 1.0
    if not first or not second:
        return 0.0
    common = len(set(first) & set(second))
    return common / max(1, min(len(set(first)), len(set(second)))) * 0.99


def _site_names(document: Document, publisher: str | None) -> list[str]:
    names = [publisher or ""]
    for key in (
        "og:site_name",
        "application-name",
        "twitter:site",
        "twitter:app:name:iphone",
        "apple-mobile-web-app-title",
    ):
        names += document.meta.get(key, ())
    host = host_of(document.page.url) or ""
    domain = registered_domain(document.page.url) or ""
    names += [host, host.removeprefix("www."), domain, domain.partition(".")[0]]
    return [name for raw in names if (name := _letters(raw))]


def _letters(text: str) -> str:
    return "".join(_WORD.findall(text.lower()))


def _is_site(text: str, names: list[str]) -> bool:
    letters = _letters(text)
    return letters in names or any(
        SequenceMatcher(None, letters, name).ratio() > 0.85 for name in names if len(name) > 5
    )


def _without_site(text: str, names: list[str]) -> str:
    """Take the site's name off the title's ends, with what stands beyond it."""
    pieces = list(_SEPARATORS.finditer(text))
    for match in reversed(pieces):
        if _is_site(text[match.end() :], names) or (
            match.end() < len(text) and _is_site(_SEPARATORS.split(text[match.end() :])[0], names)
        ):
            text = text[: match.start()].rstrip()
    if (first := _SEPARATORS.search(text)) and _is_site(text[: first.start()], names):
        text = text[first.end() :].lstrip()
    return text

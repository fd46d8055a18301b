"""The headline: candidates from the page, its head and its JSON-LD; the site's name taken off; one chosen."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from pipelines.document.addresses import absolute, host_of, registered_domain
from pipelines.document.jsonld_nodes import node_types
from pipelines.document.parse import SEPARATORS
from pipelines.document.read import Document
from pipelines.document.text import normalise
from pipelines.metadata.sources.values import element_text, first_text, to_text

_SAME_NAME = 0.85  # "The Commercial Appeal" and commercialappeal
_SHORTEST = 6  # letters; shorter names differ by a letter and are another site
_NAME_WORD = re.compile(r"\w+")
_NAMED_IN = (
    "og:site_name",
    "application-name",
    "twitter:site",
    "twitter:app:name:iphone",
    "apple-mobile-web-app-title",
)


def site_names(document: Document, publisher: str | None) -> tuple[str, ...]:
    """Return the letters of every name that the site goes by."""
    declared = (name for key in _NAMED_IN for name in document.meta.get(key, ()))
    return _names_of(document.page.url, (publisher or "", *declared))


@lru_cache(maxsize=64)  # who looks for the title, the authors and the section asks for the same
def _names_of(url: str, declared: tuple[str, ...]) -> tuple[str, ...]:
    host = host_of(url) or ""
    domain = registered_domain(url) or ""
    names = (*declared, host, host.removeprefix("www."), domain, domain.partition(".")[0])
    return tuple(dict.fromkeys(name for raw in names if (name := letters_of(raw))))


def letters_of(text: str) -> str:
    """Return the letters and digits of a text in lower case, run together."""
    return "".join(_NAME_WORD.findall(text.lower()))


@lru_cache(maxsize=256)  # most titles of a page are the same
def is_site(text: str, names: tuple[str, ...]) -> bool:
    """Say whether the text is the site's name, give or take a letter."""
    letters = letters_of(text)
    return letters in names or any(_nearly(letters, name) for name in names)


@lru_cache(maxsize=1024)  # titles and authors are held against the same names several times a page
def _nearly(one: str, other: str) -> bool:
    shorter, longer = sorted((len(one), len(other)))
    # The bound on the ratio that lengths alone give spares nine comparisons of ten.
    if shorter < _SHORTEST or 2 * shorter <= _SAME_NAME * (shorter + longer):
        return False
    common = sum((Counter(one) & Counter(other)).values())  # in any order: a bound that costs a tenth
    return (
        2 * common > _SAME_NAME * (shorter + longer)
        and SequenceMatcher(None, one, other).ratio() > _SAME_NAME
    )


@dataclass(frozen=True, slots=True)
class Title:
    """The chosen headline, the line above it, and the source."""

    text: str
    source: str
    kicker: str | None = None


_WORD = re.compile(r"\w+")
_LONGEST = 300  # characters; longer "headlines" are paragraphs
_HEADINGS = 12  # h1 that are looked at; pages that mark teasers so have dozens
_WORDS = 3  # of a headline at least, before a bar
_KICKER = re.compile(
    r"kicker|overline|dachzeile|spitzmarke|pre-?title|eyebrow|surtitle|sur-?titre|antetitulo|roofline|topline|occhiello|"
    r"supertitle|headline-?prefix",
    re.IGNORECASE,
)
_LOGO = re.compile(r"site-?(?:title|name)|\blogo\b|\bbrand\b", re.IGNORECASE)
_INLINE = (
    "span",
    "small",
    "strong",
    "b",
    "em",
    "i",
    "a",
    "div",
    "p",
    "label",
    "abbr",
)  # boxes of a kicker inside the h1
_LONGEST_KICKER = 80
_ALIKE = 0.6  # share of common words from which two candidates are the same headline in two wordings


def choose_title(document: Document, publisher: str | None, hinted: str | None = None) -> Title | None:
    """Choose the headline: the h1 that the head's titles speak for, corrected by what they agree on."""
    names = site_names(document, publisher)
    said = {source: _trim(text, names) for source, text in _head_candidates(document)}
    if hinted:
        said["feed"] = hinted
    heading = _best_heading(document, list(dict.fromkeys(said.values())), names)
    if heading is None:
        return next((Title(text, source) for source, text in said.items() if text), None)
    text, element = heading
    types = [kind for node in document.about[:1] for kind in node_types(node)]
    return _agreed(text, said, types) or _beside_kicker(text, said, element)


@lru_cache(maxsize=64)  # the head says the same title three times
def _trim(text: str, names: tuple[str, ...]) -> str:
    """Take off the site's name, and what a bar separates: section, site, a line for search engines."""
    bare = _without_site(text[:_LONGEST], names)
    first = bare.partition(" | ")[0]
    return first if len(first.split()) >= _WORDS and len(first) * 2 > len(bare) else bare


def _agreed(heading: str, said: dict[str, str], types: list[str]) -> Title | None:
    """Prefer to the h1 what an article's JSON-LD and OpenGraph agree on; blogs and plain pages tune those
    for search engines, news sites write the headline there (14 of 16 disagreements, against 6 of 25)."""
    structured, graph = said.get("json-ld"), said.get("open-graph")
    if not structured or not graph or letters_of(structured) != letters_of(graph):
        return None
    if not any(kind == "article" or kind.endswith("newsarticle") for kind in types):
        return None
    topic = structured.removesuffix(heading).rstrip()
    return Title(structured, "json-ld", topic.rstrip(" :") if topic.endswith(":") else None)


def _beside_kicker(heading: str, said: dict[str, str], element: Any) -> Title:
    """Part the h1 from a kicker that stands inside it; the head has the headline without."""
    for source in ("json-ld", "open-graph"):
        text = said.get(source)
        if text and len(text) * 2 > len(heading) > len(text) and heading.endswith(text):
            kicker = heading[: -len(text)].rstrip()
            apart = letters_of(kicker) in {
                letters_of(element_text(child)) for child in element.iterdescendants(*_INLINE)
            }
            if apart and not kicker.endswith((":", "„", "“", '"', "«", "(")):
                return Title(text, source, kicker.strip(" |/–-•") or None)
    return Title(heading, "h1" if element.tag == "h1" else "visible", _kicker(element))


def _head_candidates(document: Document) -> Iterator[tuple[str, str]]:
    for node in document.about[:1]:
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


def _best_heading(document: Document, said: list[str], names: tuple[str, ...]) -> tuple[str, Any] | None:
    """Return the h1 that the head's titles speak for, or the only h1 that can be a headline."""
    headings = []
    for element in document.headings[:_HEADINGS]:
        text = unescape(element_text(element) if element.tag == "h1" else normalise(element.text or ""))
        if text and len(text) <= _LONGEST and not is_site(text, names):
            headings.append((text, element))
    alone = len(headings) == 1  # before logos are left out: what then remains alone may be "Comments"
    headings = [(text, element) for text, element in headings if not _is_logo(element, document)]
    scored = [(max((_likeness(text, other) for other in said), default=0.0), text, e) for text, e in headings]
    if not scored:
        return None
    likeness, text, element = max(scored, key=lambda each: each[0])
    if said and likeness < _ALIKE and not alone:
        return None
    return _trim(text, names), element


def _is_logo(heading: Any, document: Document) -> bool:
    """Say whether the h1 is the site's own: named so, or a link to the front page."""
    if _LOGO.search(heading.get("class") or ""):
        return True
    links = list(heading.iter("a")) or [
        link for link in (heading.getparent(),) if link is not None and link.tag == "a"
    ]
    address = absolute(links[0].get("href") or "", document.base_url) if len(links) == 1 else None
    if address is None:
        return False
    parts = urlsplit(address)
    is_front = not parts.path.strip("/") and not parts.query
    return is_front and document.page.url.partition("://")[2].strip("/").partition("/")[2] != ""


def _kicker(heading: Any) -> str | None:
    """Return the words above the headline in an element named for them."""
    above = [*heading.iterchildren(), *list(heading.itersiblings(preceding=True))[:3]]
    parent = heading.getparent()
    if parent is not None:
        above += list(parent.itersiblings(preceding=True))[:2]
    for element in above:
        if isinstance(element.tag, str) and _KICKER.search(element.get("class") or ""):
            words = element_text(element)
            if 0 < len(words) <= _LONGEST_KICKER:
                return words
    return None


def _likeness(one: str, other: str) -> float:
    """Return the share of the shorter text's words that the other has; 1 only for equal texts."""
    first, second = _WORD.findall(one.lower()), _WORD.findall(other.lower())
    if first == second:
        return 1.0
    shorter = min(len(set(first)), len(set(second)))
    return 0.99 * len(set(first) & set(second)) / shorter if shorter else 0.0


def _without_site(text: str, names: tuple[str, ...]) -> str:
    """Take the site's name off the title's ends, with what stands beyond it."""
    pieces = list(SEPARATORS.finditer(text))
    for match in reversed(pieces):
        if is_site(text[match.end() :], names) or (
            match.end() < len(text) and is_site(SEPARATORS.split(text[match.end() :])[0], names)
        ):
            text = text[: match.start()].rstrip()
    if (first := SEPARATORS.search(text)) and is_site(text[: first.start()], names):
        text = text[first.end() :].lstrip()
    return text

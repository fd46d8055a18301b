"""The headline: candidates from the page, its head and its JSON-LD; the site's name taken off; one chosen."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from columnist.pipelines.document.addresses import absolute
from columnist.pipelines.document.jsonld_nodes import node_types
from columnist.pipelines.document.read import Document
from columnist.pipelines.document.text import normalise
from columnist.pipelines.metadata.sources.headings import (
    KICKER,
    LONGEST_KICKER,
    Words,
    headline_words,
    is_unseen,
    named_headlines,
    shown_title,
)
from columnist.pipelines.metadata.sources.site_names import SiteNames, is_site, letters_of
from columnist.pipelines.metadata.sources.trim_title import (
    FEWEST_WORDS,
    LONGEST_TITLE,
    UNSPACED_LONG,
    trim_title,
)
from columnist.pipelines.metadata.sources.values import element_text, first_text, to_text


@dataclass(frozen=True, slots=True)
class Title:
    """The chosen headline, the line above it, and the source."""

    text: str
    source: str
    kicker: str | None = None


@dataclass(frozen=True, slots=True)
class _Heading:
    """A candidate on the page, and how far the head's titles speak for it."""

    words: Words
    element: Any
    likeness: float


_WORD = re.compile(r"\w+")
_HEADINGS = 12  # h1 that are looked at; pages that mark teasers so have dozens
_LONG_WORD = 12  # characters of a headline in a script without spaces
_GREETED = 8  # letters of a site's name; shorter ones are words that a headline may end with
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
_ALIKE = 0.6  # share of common words from which two candidates are the same headline in two wordings


def choose_title(document: Document, names: SiteNames, hinted: str | None = None) -> Title | None:
    """Choose the headline: the h1 that the head's titles speak for, corrected by what they agree on."""
    said = {source: trim_title(text, names) for source, text in _head_candidates(document)}
    if hinted:
        said["feed"] = hinted
    heading = _best_heading(document, list(dict.fromkeys(said.values())), names)
    if heading is None:
        return next((Title(text, source) for source, text in said.items() if text), None)
    types = [kind for node in document.about[:1] for kind in node_types(node)]
    return _agreed(heading.words.text, said, types) or _beside_kicker(heading, said)


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


def _beside_kicker(heading: _Heading, said: dict[str, str]) -> Title:
    """Part the headline from a line above or below that stands inside its element; the head has it without."""
    words, element = heading.words.text, heading.element
    boxes = {letters_of(element_text(child)) for child in element.iterdescendants(*_INLINE)}
    for source in ("json-ld", "open-graph", "title") if boxes else ():
        text = said.get(source)
        if not text or not len(text) * 2 > len(words) > len(text):
            continue
        if words.endswith(text) and source != "title":
            kicker = words[: -len(text)].rstrip()
            if letters_of(kicker) in boxes and not kicker.endswith((":", "„", "“", '"', "«", "(")):
                return Title(text, source, kicker.strip(" |/–-•") or None)
        elif (
            words.startswith(text)
            and len(text.split()) >= FEWEST_WORDS
            and letters_of(words[len(text) :]) in boxes
        ):
            return Title(text, source, heading.words.kicker or _kicker(element))
    source = "h1" if element.tag == "h1" else "visible"
    return Title(words, source, heading.words.kicker or _kicker(element))


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


def _best_heading(document: Document, said: list[str], names: tuple[str, ...]) -> _Heading | None:
    """Return the h1 that the head's titles speak for, or what is named headline, or the only h1 that can be one."""
    headings = []
    for element in document.headings[:_HEADINGS]:
        words = _words_of(element, said)
        if words.text and len(words.text) <= LONGEST_TITLE and not is_site(words.text, names):
            headings.append(_Heading(words, element, _best_likeness(words.text, said)))
    alone = len(headings) == 1  # before logos are left out: what then remains alone may be "Comments"
    headings = [each for each in headings if not _is_logo(each.element, document)]
    best = max(headings, key=lambda each: each.likeness, default=None)
    if best is None or best.likeness < _ALIKE or len(best.words.text.split()) < FEWEST_WORDS:
        best = _named_heading(document, said, names, best) or best
    if best is None or best.likeness < _ALIKE:
        best = _shown_heading(document, said, names) or best
    if best is None:
        return None
    if said and best.likeness < _ALIKE and not (alone and _is_shown(best, document, said)):
        return None
    return replace(best, words=replace(best.words, text=trim_title(best.words.text, names)))


def _shown_heading(document: Document, said: list[str], names: tuple[str, ...]) -> _Heading | None:
    """Return the element that shows a piece of <title>, where the page's h1 are logos and sections."""
    if not document.by_tag.get("h1"):
        return None  # it is among the headings
    for element in shown_title(document):
        words = headline_words(element)
        if words.text and len(words.text) <= LONGEST_TITLE and not is_site(words.text, names):
            return _Heading(words, element, _best_likeness(words.text, said))
    return None


def _words_of(element: Any, said: list[str]) -> Words:
    """Return a heading's words; where the head says them as they are written, nothing stands apart in them."""
    if element.tag != "h1":  # the one that shows <title>
        return Words(text := unescape(normalise(element.text or "")), text)
    written = unescape(element_text(element))
    if written in said:
        return Words(written, written)
    words = headline_words(element)
    whole = unescape(words.whole)
    return Words(whole, whole) if whole in said else replace(words, text=unescape(words.text))


def _best_likeness(text: str, said: list[str]) -> float:
    return max((_likeness(text, other) for other in said), default=0.0)


def _named_heading(
    document: Document, said: list[str], names: tuple[str, ...], instead_of: _Heading | None
) -> _Heading | None:
    """Return what is named headline in its class or microdata: spoken for by the head, or the only one where
    neither the head nor an h1 has more than a section's name."""
    found: dict[str, tuple[_Heading, bool]] = {}
    for element, marked in named_headlines(document):
        words = headline_words(element)
        if 1 < len(words.text) <= LONGEST_TITLE and not is_site(words.text, names):
            heading = _Heading(words, element, _best_likeness(words.text, said))
            found.setdefault(words.text, (heading, marked))
    liked = [h for h, _ in found.values() if h.likeness >= _ALIKE and _is_long(h.words.text)]
    likest = max(liked, key=lambda each: each.likeness, default=None)
    if likest and (
        instead_of is None
        or not _is_long(instead_of.words.text)
        or (instead_of.likeness < _ALIKE and len(likest.words.text.split()) > FEWEST_WORDS)
    ):
        return likest
    sure = [heading for heading, marked in found.values() if marked] or [h for h, _ in found.values()]
    if len(sure) != 1 or not _is_long(sure[0].words.text) or any(_may_be_headline(s, names) for s in said):
        return None
    return replace(sure[0], likeness=1.0)


def _may_be_headline(said: str, names: tuple[str, ...]) -> bool:
    """Say whether what the head says may be a headline: more than a section's name or the site's own."""
    letters = letters_of(said)  # "Welcome to The Marrow Post"
    greets = any(len(name) > _GREETED and letters.endswith(name) for name in names)
    spaced = len(said.split()) > FEWEST_WORDS and not is_site(said, names) and not greets
    return spaced or UNSPACED_LONG.match(said) is not None


def _is_long(text: str) -> bool:
    return len(text.split()) >= FEWEST_WORDS or len(text) > _LONG_WORD


def _is_shown(heading: _Heading, document: Document, said: list[str]) -> bool:
    """Say whether a lone h1 that nothing speaks for is seen, and the headline of <title> is seen nowhere else."""
    if is_unseen(heading.element):
        return False
    return not shown_title(document) or not said


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
        if isinstance(element.tag, str) and KICKER.search(element.get("class") or ""):
            words = element_text(element)
            if 0 < len(words) <= LONGEST_KICKER:
                return words
    return None


def _likeness(one: str, other: str) -> float:
    """Return the share of the shorter text's words that the other has; 1 only for equal texts."""
    first, second = _WORD.findall(one.lower()), _WORD.findall(other.lower())
    if first == second:
        return 1.0
    shorter = min(len(set(first)), len(set(second)))
    return 0.99 * len(set(first) & set(second)) / shorter if shorter else 0.0

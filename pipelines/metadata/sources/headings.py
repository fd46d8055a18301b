"""What the page's headline elements say: their words as a reader sees them, and elements that are named headline."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from columnist.pipelines.document.parse import find_headings
from columnist.pipelines.document.read import Document
from columnist.pipelines.document.text import normalise
from columnist.pipelines.metadata.sources.asides import is_aside
from columnist.pipelines.metadata.sources.element_index import elements_with, values_holding, values_of

KICKER = re.compile(
    r"kicker|overline|dachzeile|spitzmarke|pre-?title|pre-?headline|eyebrow|surtitle|sur-?titre|antet[ií]tulo|roofline|topline|"
    r"occhiello|supertitle|super-?title|headline-?prefix|chapeau-?titre|stikktittel|stikkord|vignette|vinjett|cintillo|volanta|"
    r"bovenkop|nadtytu|nadpis-?mal|sobretitulo|upper-?title|(?:^|[\s_-])over-?title",
    re.IGNORECASE,
)
# Boxes in a headline that are no words of it: badges, counts, anchors, buttons, dates.
_APART = re.compile(
    r"badge|premium|(?:^|[\s_-])(?:plus|pill|flag|labels?|tag|tags|btn|icons?|new|live|paid|abo|anchor|time|date|meta|vip)(?:$|[\s_-])|"
    r"paywall|subscriber|button|counte?r?s?(?:$|[\s_-])|comment|headerlink|header-?link|heading-?(?:link|anchor)|permalink|"
    r"edit-?section|edit-?link|read-?(?:ing)?-?time|share|bookmark|sponsor",
    re.IGNORECASE,
)
# Words for screen readers alone.
_UNSEEN = re.compile(
    r"(?:^|\s)(?:\w+[:_-])*(?:visually-?hidden|sr-?only|screen-?reader(?:-?text|-?only)?|assistive(?:-text)?|off-?screen|a11y-?\w*|"
    r"element-invisible|hide-?text|hidden|invisible|d-none|is-hidden|vh)(?:$|\s)",
    re.IGNORECASE,
)
_NO_WORDS = frozenset(
    ("script", "style", "button", "svg", "template", "noscript", "select", "textarea", "time")
)
_BLOCKS = frozenset(
    [
        "br",
        "hr",
        "div",
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "td",
        "th",
        "tr",
        "table",
        "section",
        "header",
        "hgroup",
        "figure",
        "blockquote",
    ]
)
_WORDY = re.compile(r"[^\W\d_]")
# Scripts without spaces between words: two boxes beside each other may hold one word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_LINE = "\u2028"  # a broken line; in such a script the words go on without a space
_LINE_WITHIN = re.compile(
    "(?<=[\u3001-\u30ff\u3400-\u9fff\uff01-\uff5e])\\s*\u2028\\s*(?=[\u3001-\u30ff\u3400-\u9fff\uff01-\uff5e])"
)
_MOST = 400  # elements and texts of one headline
_OUTWEIGHED = 2  # a headline has twice the letters of its badge, or the badge is the headline

_NAMED = re.compile(
    r"(?:^|\s)(?:[\w-]*[_-])?(?:(?:entry|post|article|story|news|single|blog|art|content|art[ií]culo|artikel|noticia|nota|page)"
    r"[_-]{0,2}(?:title|titel|titulo|titre|titolo|head-?line|heading|header-title)|head-?line|p-name|"
    r"(?:titre|titulo|titolo|titel|ueberschrift|überschrift|tytul|zagolovok|otsikko|rubrik|manset|baslik)[_-]?"
    r"(?:article|noticia|nota|articolo)?)(?:$|\s)",
    re.IGNORECASE,
)
_NAMING = ("itle", "ead", "itel", "itulo", "itre", "itolo", "name", "schrift", "ytul", "agolovok", "tsikko", "anset", "aslik", "eading")  # fmt: skip
_NAMED_TAGS = frozenset(("h1", "h2", "h3", "h4", "div", "p", "span", "strong", "b", "a", "td", "font"))
_MOST_NAMED = 30  # of a page that are looked at: lists of teasers have hundreds
LONGEST_KICKER = 80


@dataclass(frozen=True, slots=True)
class Words:
    """A headline's words, those that stand apart from it left out; all of them; the kicker among the others."""

    text: str
    whole: str
    kicker: str | None = None


@dataclass(slots=True)
class _Reading:
    """What was read of an element so far: texts and marks between them."""

    texts: list[str] = field(default_factory=list)
    apart: list[tuple[int, int, bool]] = field(default_factory=list)  # from, to, whether it is a kicker


def headline_words(element: Any) -> Words:
    """Return the words of a headline as they are seen: parted where a line or a box ends, without badges."""
    reading = _Reading()
    _read(element, reading, depth=0)
    whole = normalise(_joined(reading.texts))
    texts, kicker = reading.texts[:], None
    for start, end, is_kicker in reading.apart:
        words = normalise(_joined(reading.texts[start:end]))
        rest = _letters([*texts[:start], *texts[end:]])
        if not words or not rest or (not is_kicker and rest < _OUTWEIGHED * _letters([words])):
            continue
        texts[start:end] = [" "] * (end - start)
        if is_kicker and len(words) <= LONGEST_KICKER:
            kicker = kicker or words
    return Words(normalise(_joined(texts)).strip("#¶§ ") or whole, whole, kicker)


def _read(element: Any, reading: _Reading, depth: int) -> None:
    if len(reading.texts) > _MOST or depth > 20:
        return
    _add(reading, element.text)
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _NO_WORDS and not is_unseen(child):
            start = len(reading.texts)
            reading.texts.append(_LINE if child.tag == "br" else (" " if child.tag in _BLOCKS else ""))
            _read(child, reading, depth + 1)
            reading.texts.append(" " if child.tag in _BLOCKS and child.tag != "br" else "")
            marks = f"{child.get('class') or ''} {child.get('data-testid') or ''}"
            is_kicker = KICKER.search(marks) is not None
            if is_kicker or _APART.search(marks):
                reading.apart.append((start, len(reading.texts), is_kicker))
        else:
            reading.texts.append(" ")
        _add(reading, child.tail)


def _add(reading: _Reading, text: str | None) -> None:
    if text:
        reading.texts.append(text)


def is_unseen(element: Any) -> bool:
    """Say whether an element's words are for screen readers alone, or hidden."""
    if element.get("hidden") is not None or _UNSEEN.search(element.get("class") or ""):
        return True
    return "display:none" in (element.get("style") or "").replace(" ", "").lower()


def _joined(texts: list[str]) -> str:
    """Join texts; an empty one stands for a box's edge, at which two words are parted."""
    joined, at_edge = "", 0
    for text in texts:
        if not text:
            at_edge += 1
            continue
        if at_edge and joined and _are_two_words(joined, text, at_edge > 1):
            joined += " "
        joined, at_edge = joined + text, 0
    return _LINE_WITHIN.sub("", joined)


def _are_two_words(left: str, right: str, two_boxes: bool) -> bool:
    before, after = left[-2:], right[:2]
    if (
        len(before.strip()) < 2 or len(after.strip()) < 2
    ):  # a letter of its own is an initial, or a space is there
        return False
    if _UNSPACED.search(before[1:]) or _UNSPACED.search(after[:1]) or not after[0].isalnum():
        return False
    if before[1] in "([{„“«'’‘\"-–—/#$€£":
        return False
    if two_boxes:
        return True
    return (before[1].islower() or before[1] in ".!?:”»") and after[0].isupper()


def _letters(texts: list[str]) -> int:
    return sum(len(_WORDY.findall(text)) for text in texts)


def shown_title(document: Document) -> tuple[Any, ...]:
    """Return the element that shows <title> or its longest part, where one does."""
    if "shown title" not in document.groups:
        titles = document.by_tag.get("title", ())
        document.groups["shown title"] = find_headings(document.tree, (), titles)
    return document.groups["shown title"]


def named_headlines(document: Document) -> Iterator[tuple[Any, bool]]:
    """Yield (element, whether microdata says so) of what is named a headline, other articles' left out."""
    marked = elements_with(document, "itemprop", values_of(document, "itemprop") & {"headline"})
    classes = values_holding(values_of(document, "class"), _NAMING)
    named = elements_with(document, "class", {value for value in classes if _NAMED.search(value)})
    for place, element in enumerate((*marked, *named)):
        if place > _MOST_NAMED:
            return
        if element.tag in _NAMED_TAGS and not is_aside(element) and not is_unseen(element):
            yield element, place < len(marked)

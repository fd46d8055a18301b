"""Where tags begin in a page's bytes: found once with numpy, for the questions that else search all bytes each."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

Signs = NDArray[np.uint8]
Places = NDArray[np.intp]

# Elements whose content the tokeniser reads as text, except where they stand in <svg> or <math>.
RAW = ("noframes", "style", "title", "textarea", "xmp", "plaintext", "iframe", "noembed")
_NO_END = b"</plaintext\0"  # nothing ends this one, and a tidied page has no NUL
_RAW_TAG = re.compile(rb"<(%s)(?=[\s/>])" % "|".join(RAW).encode(), re.IGNORECASE)

_LINK_TAG = re.compile(rb"<(/?)a(?=[\s>])[^<>]*>", re.IGNORECASE)
_PARAGRAPH_TAG = re.compile(rb"<p[\s>]", re.IGNORECASE)
_MANY_SPANS = 50  # each moves the places of all tags behind it: beyond, they are sooner found anew


@dataclass(frozen=True, slots=True)
class Tagged:
    """A page's bytes, and the place of each "<" in them."""

    utf8: bytes
    places: Places

    def signs_behind(self, steps: int) -> Signs:
        """Return the byte that stands so many places behind each "<"; past the end, the page's last one."""
        signs = np.frombuffer(self.utf8, np.uint8)
        return signs.take(self.places + steps, mode="clip")


def find_tags(utf8: bytes) -> Tagged:
    """Find where tags may begin: .09 ms a page, a third of what one search of bytes for two of them takes."""
    return Tagged(utf8, np.flatnonzero(np.frombuffer(utf8, np.uint8) == ord("<")))


def _pairs(words: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return a table of two bytes -> whether one of the words begins with them, in capitals or not."""
    table = np.zeros(1 << 16, np.bool_)
    for word in words:
        for one in (word[0], word[0].upper()):
            for other in (word[1], word[1].upper()):
                table[ord(one) << 8 | ord(other)] = True
    return table


_RAW_PAIRS = _pairs(RAW)


def raw_text_may_hold_paragraphs(page: Tagged) -> bool:
    """Say whether the end of a paragraph may stand in a style or another element of plain text."""
    holding = _raw_text_with_tags(page)
    if not holding:
        return False
    second, third, fourth = (page.signs_behind(steps) for steps in (1, 2, 3))
    ends = (second == ord("/")) & (third | 0x20 == ord("p")) & (fourth == ord(">"))
    paragraphs = page.places[ends].tolist()
    # The next end of each name: a hostile page asks for the same a million times.
    known: dict[bytes, int] = {}
    for end, following in holding:
        if known.get(end, -1) < following:
            number = bisect_left(paragraphs, following)
            if number == len(paragraphs):
                return False
            known[end] = page.utf8.find(end, following, paragraphs[number])
            if known[end] < 0:
                return True
    return False


def _raw_text_with_tags(page: Tagged) -> list[tuple[bytes, int]]:
    """Return the end tag of each element of plain text that is not the next tag, and the place of that.

    Nine of ten pages have none: to see that in the bytes takes a third of the time that the texts take.
    """
    letters = page.signs_behind(1).astype(np.uint16) << 8 | page.signs_behind(2)
    holding = []
    for number in np.flatnonzero(_RAW_PAIRS[letters[:-1]]).tolist():
        place, following = page.places[number : number + 2].tolist()
        if raw := _RAW_TAG.match(page.utf8, place):
            name = raw.group(1).lower()
            end = _NO_END if name == b"plaintext" else b"</" + name
            if page.utf8[following : following + len(end)].lower() != end:
                holding.append((end, following))
    return holding


def leaves_links_open(page: Tagged) -> bool:
    """Say whether more tags open a link than close one."""
    second, third, fourth = (page.signs_behind(steps) for steps in (1, 2, 3))
    opening = (second == ord("a")) & ((third == ord(" ")) | (third == ord(">"))) | (second == ord("A"))
    closing = (second == ord("/")) & (third == ord("a")) & (fourth == ord(">"))
    return int(np.count_nonzero(closing)) < int(np.count_nonzero(opening))


def leaves_tables_open(page: Tagged) -> bool:
    """Say whether more tags open a table than close one."""
    second, third, fourth = (page.signs_behind(steps) for steps in (1, 2, 3))
    opening = page.places[(second == ord("t")) & (third == ord("a"))].tolist()
    closing = page.places[(second == ord("/")) & (third == ord("t")) & (fourth == ord("a"))].tolist()
    opened = sum(page.utf8.startswith(b"<table", place) for place in opening)
    return opened > sum(page.utf8.startswith(b"</table", place) for place in closing)


def ends_of(page: Tagged, initials: bytes) -> list[int]:
    """Return the places of the end tags whose name begins with one of the letters, in capitals or not."""
    ends = page.signs_behind(1) == ord("/")
    letters = page.signs_behind(2) | 0x20  # lower case
    named = np.logical_or.reduce([letters == initial for initial in initials])
    places: list[int] = page.places[ends & named].tolist()
    return places


def cut(page: Tagged, spans: Sequence[tuple[int, int]]) -> Tagged:
    """Take the stretches from start to end, in their order, out of the page."""
    if not spans:
        return page
    pieces, at = [], 0
    for start, end in spans:
        pieces.append(page.utf8[at:start])
        at = end
    utf8 = b"".join([*pieces, page.utf8[at:]])
    if len(spans) > _MANY_SPANS:
        return find_tags(utf8)
    first = bisect_left(page.places, spans[0][0])  # what is cut mostly stands at the page's end
    before, behind = page.places[:first], page.places[first:]
    for start, end in reversed(spans):
        behind = behind[(behind < start) | (behind >= end)]
        behind = behind - (end - start) * (behind >= end)
    return Tagged(utf8, np.concatenate([before, behind]))


def links_of(page: Tagged) -> list[re.Match[bytes]]:
    """Return the tags that open or close a link."""
    second, third = (page.signs_behind(steps) | 0x20 for steps in (1, 2))  # lower case; "/" stays
    places = page.places[(second == ord("a")) | (second == ord("/")) & (third == ord("a"))].tolist()
    return [match for place in places if (match := _LINK_TAG.match(page.utf8, place))]


def paragraphs_of(page: Tagged) -> list[int]:
    """Return the places of the tags that open a paragraph."""
    places = page.places[page.signs_behind(1) | 0x20 == ord("p")].tolist()
    return [place for place in places if _PARAGRAPH_TAG.match(page.utf8, place)]


ByTag = Mapping[str, Sequence[Any]]

# Elements whose missing end tag makes libxml2 and browsers disagree on what follows, and what shows it.
SWALLOWING = ("svg", "math", "select", "frameset")
_CONTROLS_WITH_TEXT = (
    "button", "select", "option", "optgroup", "object", "noscript", "svg", "math", "meter", "progress", "map",
    "audio", "video", "canvas", "datalist",
)  # fmt: skip
# Elements without content, which libxml2 nevertheless fills with what follows them.
_VOID = ("embed", "source", "track", "param", "area", "input", "keygen")
_BLOCKS_LOOKED_AT = 20  # in one drawing: the first may be a label of its own
_PARAGRAPHS = 2  # a button's own label is at most one
_BLOCKS = ("p", "div", "h2", "h3", "li", "article", "section")
_PARAGRAPH_TAGS = ("p", "h2", "article")
# What else stages ask for by tag.
_ASKED_FOR = ("meta", "link", "base", "script", "time", "h1", "a", "template")
_BOXES = tuple(dict.fromkeys((*SWALLOWING, *_CONTROLS_WITH_TEXT)))
_TAGS = tuple(dict.fromkeys((*SWALLOWING, *RAW, *_CONTROLS_WITH_TEXT, *_VOID, "table", *_ASKED_FOR)))


def gather(tree: Any) -> ByTag:
    """Return the elements that this module and the stages look at, by tag and in page order."""
    found: dict[str, list[Any]] = {tag: [] for tag in _TAGS}
    for element in tree.iter(*_TAGS):
        found[element.tag].append(element)
    for tag in _BOXES:
        if found[tag]:  # thirty icons a page, and hardly one of them holds a block
            found[tag] = [
                box for box in found[tag] if len(box) and next(box.iter(*_BLOCKS), None) is not None
            ]
    return found


def has_swallowed(found: ByTag, page: Tagged) -> bool:
    """Say whether an unclosed element may hold text that a browser shows outside of it."""
    if raw_text_may_hold_paragraphs(page):
        for tag in RAW:
            for element in found[tag]:
                if "</p>" in (element.text or "").lower():  # browsers parse it inside <svg>
                    return True
    if any(_holds_blocks(drawing) for tag in SWALLOWING for drawing in found[tag]):
        return True
    if found["script"] and _never_ends(found["script"][-1], page.utf8):
        return True
    return bool(found["table"]) and leaves_tables_open(page)


def _holds_blocks(drawing: Any) -> bool:
    return any(map(_holds_text, islice(drawing.iter(*_BLOCKS), _BLOCKS_LOOKED_AT)))


def _holds_text(block: Any) -> bool:
    return str(block.getparent().tag) != "foreignobject"  # where <svg> may hold HTML


def _never_ends(script: Any, utf8: bytes) -> bool:
    """Say whether the page's last script has swallowed its end: scripts hold markup by right."""
    if utf8.rfind(b"<script") <= utf8.rfind(b"</script"):
        return False
    text = script.text or ""
    return "</p>" in text and b"</script" not in utf8[-len(text) :]


def open_controls(found: ByTag) -> None:
    """Make a plain block of each control that holds paragraphs: an end tag is missing, and browsers show
    the paragraphs, but every extractor drops what lies in a button."""
    for tag in _CONTROLS_WITH_TEXT:
        for control in found[tag]:
            if _holds_paragraphs(control):
                control.tag = "div"
    for tag in _VOID:
        for void in found[tag]:
            if (len(void) or void.text) and any(not text.isspace() for text in void.itertext()):
                void.tag = "span"


def _holds_paragraphs(control: Any) -> bool:
    return len(list(islice(control.iter(*_PARAGRAPH_TAGS), _PARAGRAPHS))) == _PARAGRAPHS

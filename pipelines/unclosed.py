"""Elements whose missing end tag took in what browsers show outside of them: seen in one walk over the tree."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from pipelines.tags import RAW, Tagged, leaves_tables_open, raw_text_may_hold_paragraphs

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
_ASKED_FOR = ("meta", "link", "base", "script", "time", "h1")
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

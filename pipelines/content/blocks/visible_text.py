"""The words of a block as eyes see them: what only screen readers or the pointer meet left out, drop caps whole, spans apart.

Asked of the blocks that stay alone, as it walks their elements a second time: the walk over the page stays fast.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from columnist.pipelines.content.blocks.blocks import Block, Blocks
from columnist.pipelines.content.blocks.class_names import name_words
from columnist.pipelines.content.blocks.elements import (
    BUTTON,
    IN,
    INLINE,
    KINDS,
    LINK,
    STRONG,
    is_unseen_style,
)
from columnist.pipelines.content.blocks.letters import squash
from columnist.pipelines.document.text import normalise

# The words of a name that is given to what is there for screen readers alone.
_FOR_EARS = (
    {"sr", "only"}, {"visually", "hidden"}, {"visuallyhidden"}, {"screen", "reader"}, {"screenreader"}, {"screenreaders"},
    {"offscreen"}, {"off", "screen"}, {"element", "invisible"}, {"assistive", "text"}, {"hide", "visually"},
    {"accessibly", "hidden"}, {"hidden", "accessible"}, {"sronly"}, {"screen", "out"}, {"sound", "only"}, {"show", "sr"},
)  # fmt: skip
# A word of each, for who asks of many names at once.
EARS = frozenset(
    {"only", "visually", "visuallyhidden", "reader", "screenreader", "screenreaders", "offscreen", "screen", "invisible",
     "assistive", "accessibly", "accessible", "sronly", "sound", "sr", "blind", "audible"}
)  # fmt: skip
# Whole classes with that meaning, of which a word is too common; the first is that of Korean portals.
_EAR_CLASSES = frozenset({"blind", "a11y-hidden", "a11y", "audible"})
# Names of what shows under the pointer, beside a word that it explains.
_CARDS = frozenset({"tooltip", "popup", "popover", "hovercard", "flyout"})
_CARD_PAIRS = (
    {"hover", "card"},
    {"tool", "tip"},
    {"pop", "over"},
    {"pop", "up"},
    {"tip", "content"},
    {"hover", "box"},
)
# Classes by which the pointer over the element around shows what is hidden.
_WAITS = re.compile(
    r"\b(?:hidden|invisible|opacity-0)\s(?:.*\s)?(?:group|peer)-(?:hover|focus)[\w/-]*:|(?:group|peer)-(?:hover|focus)[\w/-]*:.*\s(?:hidden|invisible|opacity-0)\b"
)
# Names of what editors find in a heading: "[edit]", a pilcrow, a chain link.
_TOOLS = frozenset({"editsection", "headerlink", "anchorlink", "editlink", "permalink", "anchorjs"})
_TOOL_PAIRS = (
    {"edit", "section"},
    {"header", "link"},
    {"heading", "link"},
    {"heading", "anchor"},
    {"anchor", "link"},
    {"section", "link"},
)
_EDITS = re.compile(r"[?&](?:ve)?action=edit\b|[?&]do=edit\b")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LETTER = re.compile(r"[\"“„«‘'¿¡]{0,2}\s?[^\W\d_]")  # a drop cap, with the quote that opens before it
_ICON = 40  # characters: longer words that screen readers are not told are no icon's
_MANY = 400  # inline elements of one paragraph: a hostile page's are not looked at
_GLUE = frozenset({INLINE, LINK, STRONG, BUTTON})
_NAME = 60  # characters before a card, that it may repeat
_WHOLE_NAME = 8  # letters of a name that stands there twice and nothing else
_LABEL = 3  # letters of a label before its value: fewer may be a drop cap
_SHORTEST_NAME = 5  # letters of them ...
_SHORTEST_SIGNS, _UNSPACED = 3, "\u2e80"  # ... and signs of a script without spaces


@lru_cache(maxsize=4_096)  # of class attributes; a page has some hundred
def is_unseen(names: str) -> bool:
    """Tell whether a class says that no eyes see the element."""
    words = frozenset(name_words(names))
    return any(unseen <= words for unseen in _FOR_EARS) or not _EAR_CLASSES.isdisjoint(names.lower().split())


@lru_cache(maxsize=4_096)
def _is_card(names: str) -> bool:
    words = frozenset(name_words(names))
    return not words.isdisjoint(_CARDS) or any(pair <= words for pair in _CARD_PAIRS)


def show_as_seen(blocks: Blocks, kept: Sequence[bool]) -> None:
    """Give the blocks that stay the text that eyes see."""
    items = blocks.items
    for row, block in enumerate(items):
        if not kept[row]:
            continue
        element = blocks.elements[block.place]
        if (
            len(element)
            and not blocks.flags[block.place] & IN["pre"]
            and (text := _seen(block, element)) is not None
        ):
            block.text, block.key = text, squash(text)
        if row and not kept[row - 1] and _is_cap(blocks, row):
            block.text = items[row - 1].text + block.text
            block.key = squash(block.text)


def _is_cap(blocks: Blocks, row: int) -> bool:
    """Tell whether the block before is the first letter of this one's first word, set apart."""
    text, before = blocks.items[row].text, blocks.items[row - 1]
    if len(before.text) > 3 or not text[0].islower() or not _LETTER.fullmatch(before.text):
        return False
    own = blocks.elements[blocks.items[row].place].text or ""
    return before.text[-1].isupper() and not own[:1].isspace()


def _seen(block: Block, element: Any) -> str | None:
    """Return a whole element's text as eyes see it; None where nothing has to be changed."""
    children = list(element.iter("*"))[1 : _MANY + 1]
    unseen = {child for child in children if _is_unseen(child)}
    icons = [child for child in children if child.get("aria-hidden") == "true"]
    caps = [child for child in children if child.tag == "img" and _is_letter(child)]
    glued = {child for child in children if _is_glued(child)}
    if not (unseen or icons or caps or glued):
        return None
    shown = "".join(element.itertext())
    if normalise(shown) != block.text:  # a part of an element, or one with other blocks in it
        return None
    told = any(_words(child) for child in unseen)
    if not told:
        unseen |= {icon for icon in icons if _stands_apart(icon)}
    seen = normalise("".join(_pieces(element, unseen, frozenset(caps), glued)))
    return seen if seen and seen != block.text else None


def _is_unseen(element: Any) -> bool:
    names = element.get("class")
    if _is_tool(element, names or ""):
        return True
    if KINDS.get(element.tag) not in _GLUE or element.tag == "img":
        return False
    style = element.get("style")
    if style and is_unseen_style(style):
        return True
    if element.get("role") == "tooltip" or element.get("hidden") is not None:
        return True
    if not names:
        return _is_beside(element, at_once=True)
    # A drop cap's letter may be told to screen readers alone, its picture to eyes.
    if is_unseen(names):
        return not _LETTER.fullmatch(_words(element)) or _has_space(element) or _is_told_twice(element)
    if _WAITS.search(names):
        return True
    is_card = _is_card(names)
    return _is_beside(element, at_once=not is_card) or (is_card and _is_glued_card(element))


def _is_tool(element: Any, names: str) -> bool:
    """Tell whether a heading's inline element is there to edit the section or to link to it, and no word of it."""
    words = frozenset(name_words(names)) if names else frozenset[str]()
    if (
        words.isdisjoint(_TOOLS)
        and not any(pair <= words for pair in _TOOL_PAIRS)
        and not _EDITS.search(element.get("href") or "")
    ):
        return False
    return KINDS.get(element.tag) in _GLUE and any(
        above.tag in _HEADINGS for above in islice(element.iterancestors(), 3)
    )


def _has_space(element: Any) -> bool:
    return not (element.tail or "")[:1].isalpha()


def _is_told_twice(element: Any) -> bool:
    before = element.getprevious()
    return before is not None and before.get("aria-hidden") == "true" and _words(before) == _words(element)


def _is_beside(element: Any, at_once: bool) -> bool:
    """Tell whether a card begins with the words that it hangs on: a name, and the name again above what it says.

    What no name calls a card is one where it follows at once, without a space, and says more than a short word.
    """
    before = element.getprevious()
    between = (element.getparent().text if before is None else before.tail) or ""
    follows = not between[-1:].isspace() and bool(between) is (before is None)
    if at_once and not follows:
        return False
    words = normalise(between) if before is None or between.strip() else _words(before)
    key = squash(words[-_NAME:])
    if not key or (at_once and len(key) < (_SHORTEST_NAME if key[0] < _UNSPACED else _SHORTEST_SIGNS)):
        return False
    own = squash(_words(element))
    return own.startswith(key) and not (at_once and len(own) <= len(key) < _WHOLE_NAME)


def _is_glued_card(element: Any) -> bool:
    """Tell whether what is called a card follows a word without a space: a style sets them apart."""
    before = element.getprevious()
    left = (element.getparent().text if before is None else before.tail or _words(before)) or ""
    right = _words(element)
    return left[-1:].isalnum() and right[:1].isalnum() and left[-1] < _UNSPACED and right[0] < _UNSPACED


def _is_letter(image: Any) -> bool:
    alt = (image.get("alt") or "").strip()
    outer = image.getparent()
    tail = image.tail or (outer.tail if outer.tag == "span" and image.getnext() is None else "") or ""
    return len(alt) <= 2 and alt[-1:].isupper() and tail[:1].islower()


def _is_glued(element: Any) -> bool:
    """Tell whether an inline element follows another without a space, as two cells of a row that a style sets apart do."""
    before = element.getprevious()
    if (
        before is None
        or before.tail
        or KINDS.get(element.tag) not in _GLUE
        or KINDS.get(before.tag) not in _GLUE
    ):
        return False
    one, two = "".join(before.itertext())[-80:], "".join(element.itertext())[:80]
    if not one or not two or one[-1].isspace() or two[0].isspace():
        return False
    if one[-1] == ":" or (one[-1] in ".!?" and two[0].isupper()):
        return one[-2:-1].isalpha()
    if (two[0].islower() or two[0].isdigit()) and _is_row(before, element):
        return len(one) >= _LABEL and " " in two.strip()
    is_break = (one[-1].islower() or one[-1].isdigit() or one[-1] in ")%") and (
        two[0].isupper() or two[0] == "©"
    )
    return is_break and (" " in one.strip() or " " in two.strip() or two[0] == "©")


def _is_row(before: Any, element: Any) -> bool:
    """Tell whether two spans are all of a block, each with a class of its own or in a box that is no paragraph: a label and its value."""
    around = element.getparent()
    if (
        len(around) != 2
        or (around.text or "").strip()
        or (element.tail or "").strip()
        or before.tag != element.tag
    ):
        return False
    classes = before.get("class"), element.get("class")
    return KINDS.get(around.tag, 0) == 0 and (
        around.tag != "p" or (all(classes) and classes[0] != classes[1])
    )


def _stands_apart(icon: Any) -> bool:
    """Tell whether a short word that screen readers are not told has a space or an edge on both sides."""
    words = _words(icon)
    if not words or len(words) > _ICON:
        return False
    before, parent = icon.getprevious(), icon.getparent()
    left = (before.tail if before is not None else parent.text) or ""
    right = icon.tail or ""
    outer = parent.tag in ("span", "i", "a", "b")
    return not (left[-1:].isalnum() or right[:1].isalnum()) and bool(left or right or outer)


def _words(element: Any) -> str:
    return normalise("".join(element.itertext())) if element is not None else ""


def _pieces(element: Any, unseen: set[Any], caps: frozenset[Any], glued: set[Any]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child in glued and child not in unseen:
            yield " "
        if child in caps:
            yield child.get("alt").strip()
        elif child not in unseen and isinstance(child.tag, str):
            yield from _pieces(child, unseen, caps, glued)
        yield child.tail or ""

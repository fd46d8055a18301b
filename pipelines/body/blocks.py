"""Tree -> blocks: the page's runs of text in order, read in one walk that is linear in the page.

A block is what a reader sees as one paragraph: a leaf `<p>`, a heading, a list item, a table row, or a
piece of a `<div>` between two line breaks. A place is an element that holds blocks; blocks point to
places, places to their parents, so that what is asked of an ancestor is computed once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pipelines.body.elements import DRAWN, IN, INLINE, SKIPPED, STRONG, TAG_FLAGS, attribute_flags
from pipelines.text import normalise

__all__ = ["Block", "Blocks", "read_blocks"]

# More blocks than any article has (a long live blog has 2,000): what follows on a hostile page is left out.
MAX_BLOCKS = 25_000
MAX_CHARACTERS = 200_000  # of one block; a novel's chapter has 50,000
MAX_NAME = 200  # of a class or id attribute; longer ones are generated
_MENUS = IN["nav"] | IN["footer"] | IN["header"]
_NO_MENUS = IN["article"] | IN["heading"]
_LONGEST_MENU = 60  # characters of a menu's link


@dataclass(slots=True)
class Block:
    """One run of text as the page shows it."""

    text: str  # normalised, on one line
    place: int  # index of the block-level element that holds it
    linked: int = 0  # characters inside links
    strong: int = 0  # characters inside b, strong, em, i
    inline: str = ""  # class and id of the first inline element that opens the block
    breaks: int = 0  # line breaks before the block inside its element: 0 for a whole element
    href: str = ""  # where the block's first link leads
    timed: bool = False  # holds a <time>


@dataclass(slots=True)
class Blocks:
    """The page's blocks in order, and the elements that hold them as parallel columns."""

    items: list[Block] = field(default_factory=list)
    elements: list[Any] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  # class and id
    flags: list[int] = field(default_factory=list)  # what the element is in, itself included
    menu: int = 0  # characters of menu links, which are left out at once


@dataclass(slots=True)
class _Reader:
    """Where the walk stands: the open elements and the text since the last boundary."""

    out: Blocks
    opened: list[Any] = field(default_factory=list)  # block-level elements from the top down
    placed: list[int] = field(default_factory=list)  # their places; -1 until a block needs one
    parts: list[str] = field(default_factory=list)
    links: int = 0  # open <a>
    strongs: int = 0
    linked: int = 0
    strong: int = 0
    breaks: int = 0
    broke: bool = False  # the last thing seen was one line break
    inline: str = ""
    href: str = ""
    timed: bool = False
    touched: bool = False  # something inline was opened

    def text(self, text: str) -> None:
        if text.isspace():
            if self.parts:
                self.parts.append(text)
            return
        size = len(text)
        if self.links:
            self.linked += size
        if self.strongs:
            self.strong += size
        self.broke = False
        self.parts.append(text)

    def flush(self) -> None:
        """End the block here."""
        if self.parts:
            text = normalise("".join(self.parts)[:MAX_CHARACTERS])
            if text and text != "|" and len(self.out.items) < MAX_BLOCKS:
                self.add(text)
            self.parts = []
        elif not self.touched:
            return
        self.linked = self.strong = 0
        self.inline = self.href = ""
        self.timed = self.broke = self.touched = False

    def add(self, text: str) -> None:
        place = self.place()
        if _is_menu(self.out.flags[place], text, self.linked):
            self.out.menu += len(text)
            return
        size = len(text)
        self.out.items.append(
            Block(
                text,
                place,
                min(self.linked, size),
                min(self.strong, size),
                self.inline,
                self.breaks,
                self.href,
                self.timed,
            )
        )

    def place(self) -> int:
        """Return the place of the innermost open element; make those that are still missing."""
        placed = self.placed
        if placed[-1] < 0:
            row = len(placed) - 1
            while row > 0 and placed[row - 1] < 0:
                row -= 1
            for missing in range(row, len(placed)):
                placed[missing] = _new_place(
                    self.out, self.opened[missing], placed[missing - 1] if missing else -1
                )
        return placed[-1]


def read_blocks(root: Any) -> Blocks:
    """Read the blocks under `root`, in page order."""
    reader = _Reader(Blocks())
    body = root.find("body") if root.tag == "html" else root
    top = root if body is None else body
    reader.opened.append(top)
    reader.placed.append(-1)
    reader.place()
    if top.text:
        reader.text(top.text)
    # An own stack: pages nest 2,000 deep, Python's recursion ends at 1,000.
    stack: list[tuple[Iterator[Any], Any, bool]] = [(iter(top), top, True)]
    while stack:
        children, element, is_block = stack[-1]
        for child in children:
            kind = _enter(reader, child)
            if kind is not None:
                stack.append((iter(child), child, kind))
                break
            if child.tail:
                reader.text(child.tail)
        else:
            stack.pop()
            if stack:
                _leave(reader, element, is_block)
    reader.flush()
    return reader.out


def _is_menu(flags: int, text: str, linked: int) -> bool:
    """Tell whether a block is a link of a menu: of 75,000 in the corpora 17 belonged to a gold text."""
    if not flags & _MENUS or flags & _NO_MENUS:
        return False
    return len(text) < _LONGEST_MENU and linked >= 0.9 * len(text)


def _enter(reader: _Reader, element: Any) -> bool | None:
    """Open an element; return whether it is a block, None if there is nothing to go into."""
    tag = element.tag
    if tag == "br":
        _line_break(reader)
        return None
    if not isinstance(tag, str) or (tag in SKIPPED and not _swallowed(element, tag)):
        return None
    if tag in INLINE:
        _enter_inline(reader, element, tag)
        is_block = False
    elif tag in ("td", "th"):
        if reader.parts:
            reader.parts.append(" | ")
        is_block = False
    elif tag == "hr":
        reader.flush()
        return None
    else:
        reader.flush()
        reader.breaks = 0
        reader.opened.append(element)
        reader.placed.append(-1)
        if tag == "figure":  # a picture without a caption has no block, but its place is needed
            reader.place()
        is_block = True
    text = element.text
    if text:
        reader.text(text)
    return is_block


def _swallowed(element: Any, tag: str) -> bool:
    """Tell whether an unclosed drawing or player has taken in paragraphs that browsers show after it."""
    return tag in DRAWN and element.find(".//p") is not None


def _enter_inline(reader: _Reader, element: Any, tag: str) -> None:
    reader.touched = True
    if tag == "a":
        reader.links += 1
        if not reader.href:
            reader.href = (element.get("href") or "")[:300]
    elif tag in STRONG:
        reader.strongs += 1
    elif tag == "time":
        reader.timed = True
    if not reader.inline:
        name = element.get("class")
        if name:
            reader.inline = name[:MAX_NAME]


def _leave(reader: _Reader, element: Any, is_block: bool) -> None:
    if is_block:
        reader.flush()
        reader.breaks = 0
        reader.opened.pop()
        reader.placed.pop()
    else:
        tag = element.tag
        if tag == "a":
            reader.links -= 1
        elif tag in STRONG:
            reader.strongs -= 1
    tail = element.tail
    if tail:
        reader.text(tail)


def _line_break(reader: _Reader) -> None:
    """End the block at the second break in a row; a single break is a space."""
    if reader.broke:
        reader.flush()
        reader.breaks += 1
        return
    reader.parts.append("\n")
    reader.broke = True


def _new_place(out: Blocks, element: Any, parent: int) -> int:
    tag = str(element.tag)
    flags = out.flags[parent] if parent >= 0 else 0
    flags |= TAG_FLAGS.get(tag, 0)
    name = ""
    attributes = element.items()
    if attributes:
        flags |= attribute_flags(attributes)
        name = " ".join([value[:MAX_NAME] for key, value in attributes if key in ("class", "id")])
    out.elements.append(element)
    out.parents.append(parent)
    out.tags.append(tag)
    out.names.append(name)
    out.flags.append(flags)
    return len(out.parents) - 1

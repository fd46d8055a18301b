"""Tree -> blocks: the page's runs of text in order, read in one walk that is linear in the page.

A block is what a reader sees as one paragraph: a leaf `<p>`, a heading, a list item, a table row, or a
piece of a `<div>` between two line breaks. A place is an element that holds blocks; blocks point to
places, places to their parents, so that what is asked of an ancestor is computed once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pipelines.body.elements import DRAWN, INLINE, SKIPPED, STRONG, TAG_FLAGS, attribute_flags
from pipelines.text import normalise

__all__ = ["Block", "Blocks", "read_blocks"]

# More blocks than any article has (a long live blog has 2,000): what follows on a hostile page is left out.
MAX_BLOCKS = 25_000
MAX_CHARACTERS = 200_000  # of one block; a novel's chapter has 50,000
MAX_NAME = 200  # of a class or id attribute; longer ones are generated


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


@dataclass(slots=True)
class _Reader:
    """Where the walk stands: the open element and the text since the last boundary."""

    out: Blocks
    place: int = 0
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

    def text(self, text: str) -> None:
        if not text.isspace():
            size = len(text)
            if self.links:
                self.linked += size
            if self.strongs:
                self.strong += size
            self.broke = False
        self.parts.append(text)

    def flush(self) -> None:
        if self.parts:
            text = normalise("".join(self.parts)[:MAX_CHARACTERS])
            if text and text != "|" and len(self.out.items) < MAX_BLOCKS:
                self.out.items.append(
                    Block(
                        text,
                        self.place,
                        min(self.linked, len(text)),
                        min(self.strong, len(text)),
                        self.inline,
                        self.breaks,
                        self.href,
                        self.timed,
                    )
                )
            self.parts = []
        self.linked = self.strong = 0
        self.inline = self.href = ""
        self.timed = self.broke = False


def read_blocks(root: Any) -> Blocks:
    """Read the blocks under `root`, in page order."""
    reader = _Reader(Blocks())
    body = root.find("body") if root.tag == "html" else root
    top = root if body is None else body
    _open_place(reader, top, str(top.tag), -1)
    if top.text:
        reader.text(top.text)
    # An own stack: pages nest 2,000 deep, Python's recursion ends at 1,000.
    stack: list[tuple[Iterator[Any], Any, int]] = [(iter(top), top, -1)]
    while stack:
        children, element, opened = stack[-1]
        for child in children:
            before = _enter(reader, child)
            if before is not None:
                stack.append((iter(child), child, before))
                break
            if child.tail:
                reader.text(child.tail)
        else:
            stack.pop()
            if stack:
                _leave(reader, element, opened)
    reader.flush()
    return reader.out


def _enter(reader: _Reader, element: Any) -> int | None:
    """Open an element; return the place to come back to (-2: inline), None if there is nothing inside."""
    tag = element.tag
    if tag == "br":
        _line_break(reader)
        return None
    if not isinstance(tag, str) or (tag in SKIPPED and not _swallowed(element, tag)):
        return None
    if tag in INLINE:
        _enter_inline(reader, element, tag)
        before = -2
    elif tag in ("td", "th"):
        if reader.parts:
            reader.parts.append(" | ")
        before = -2
    elif tag == "hr":
        reader.flush()
        return None
    else:
        reader.flush()
        reader.breaks = 0
        before = reader.place
        _open_place(reader, element, tag, before)
    text = element.text
    if text:
        reader.text(text)
    return before


def _swallowed(element: Any, tag: str) -> bool:
    """Tell whether an unclosed drawing or player has taken in paragraphs that browsers show after it."""
    return tag in DRAWN and element.find(".//p") is not None


def _enter_inline(reader: _Reader, element: Any, tag: str) -> None:
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


def _leave(reader: _Reader, element: Any, before: int) -> None:
    if before >= 0:
        reader.flush()
        reader.breaks = 0
        reader.place = before
    else:
        tag = element.tag
        if tag == "a":
            reader.links -= 1
        elif tag in STRONG:
            reader.strongs -= 1
    if element.tail:
        reader.text(element.tail)


def _line_break(reader: _Reader) -> None:
    """End the block at the second break in a row; a single break is a space."""
    if reader.broke:
        reader.flush()
        reader.breaks += 1
        return
    reader.parts.append("\n")
    reader.broke = True


def _open_place(reader: _Reader, element: Any, tag: str, parent: int) -> None:
    out = reader.out
    flags = out.flags[parent] if parent >= 0 else 0
    flags |= TAG_FLAGS.get(tag, 0)
    name = ""
    attributes = element.items()
    if attributes:
        flags |= attribute_flags(attributes)
        name = " ".join([value[:MAX_NAME] for key, value in attributes if key in ("class", "id")])
    reader.place = len(out.parents)
    out.elements.append(element)
    out.parents.append(parent)
    out.tags.append(tag)
    out.names.append(name)
    out.flags.append(flags)

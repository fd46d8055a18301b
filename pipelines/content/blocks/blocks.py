"""Tree -> blocks: the page's runs of text in order, read in one walk that is linear in the page.

A block is what a reader sees as one paragraph: a leaf `<p>`, a heading, a list item, a table row, or a
piece of a `<div>` between two line breaks. A place is an element that holds blocks; blocks point to
places, places to their parents, so that what is asked of an ancestor is computed once.
"""

from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from lxml import etree

from columnist.pipelines.content.blocks.class_names import NameWords, read_names
from columnist.pipelines.content.blocks.elements import (  # fmt: skip
    BLOCK,
    BREAK,
    BUTTON,
    CELL,
    DRAWN,
    FIGURE,
    IN,
    INLINE,
    KINDS,
    LINK,
    RULE,
    STRONG,
    TAG_FLAGS,
    TELLING,
    TIME,
    attribute_flags,
)
from columnist.pipelines.content.blocks.letters import squash_all
from columnist.pipelines.content.blocks.preformatted import open_preformatted
from columnist.pipelines.document.text import normalise

# More blocks than any article has (a long live blog has 2,000): what follows on a hostile page is left out.
MAX_BLOCKS = 25_000
MAX_CHARACTERS = 200_000  # of one block; a novel's chapter has 50,000
MAX_NAME = 200  # of a class or id attribute; longer ones are generated
MAX_HREF = 300  # of an address
_MENUS = IN["nav"] | IN["footer"] | IN["header"]
_NO_MENUS = IN["article"] | IN["heading"]
_COLUMN_BREAKS = 4  # two between two paragraphs
_LONGEST_MENU = 60  # characters of a menu's link
_UNSPACED = "\u2e80"  # scripts from here on put no spaces between words
_SENTENCE = 30  # characters after a button that opens a paragraph: fewer are a label's


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
    key: str = ""  # the text squashed (letters.py)
    embedded: bool = False  # a line of another's post, which stays as one


Form = tuple[str, str, str]  # tag, name, name of the element around


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
    words: NameWords = field(default_factory=lambda: read_names([]))  # of all those names
    forms: list[Form] = field(default_factory=list)  # of each block: what like blocks share
    site: str = ""  # the page's registered domain: a link to it stays within
    # Places that a rule has found by names and elements alone, for the next who asks.
    known: dict[str, frozenset[int]] = field(default_factory=dict)


def read_blocks(root: Any) -> Blocks:
    """Read the blocks under `root`, in page order."""
    out = Blocks()
    body = root.find("body") if root.tag == "html" else root
    open_preformatted(root)
    _walk(out, root if body is None else body)
    keys = squash_all([block.text for block in out.items])
    for block, key in zip(out.items, keys, strict=True):
        block.key = key
    tags, names, parents = out.tags, out.names, out.parents
    places = [block.place for block in out.items]
    # The outermost element is no block's element of its own: -1 names the last, which does no harm there.
    out.forms = [(tags[place], names[place], names[parents[place]]) for place in places]
    out.words = read_names(out.names, {block.inline for block in out.items})
    return out


def _walk(out: Blocks, top: Any) -> None:  # noqa: C901, PLR0912, PLR0915  the hot loop
    """Add the blocks under `top`.

    One loop over lxml's own walk with all state in local variables, as it turns 1,800 times a page: a reader
    object with methods took 1.16 times as long, .3 ms more a page.
    """
    opened: list[Any] = []  # block-level elements from the top down
    placed: list[int] = []  # their places; -1 until a block needs one
    parts: list[str] = []  # the text since the last boundary
    links = strongs = 0  # open <a>; open <b>, <em> ...
    linked = strong = breaks = 0
    inline = href = ""
    timed = broke = False  # broke: the last thing seen was one line break
    walker = etree.iterwalk(top, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        kind = KINDS.get(element.tag, BLOCK)
        if event != "start":
            text, ends = element.tail, opened[-1] is element
            if kind == LINK:
                links -= 1
            elif kind == STRONG:
                strongs -= 1
        elif kind < CELL:
            text, ends = (
                element.text,
                kind <= FIGURE or (kind == BUTTON and not _is_word(element, bool(parts))),
            )
            if not ends:
                inline = inline or (element.get("class") or "")[:MAX_NAME]
                if kind == BUTTON and parts and parts[-1][-1].isalnum() and parts[-1][-1] < _UNSPACED:
                    parts.append(" ")  # a style sets it apart
                if kind == LINK:
                    links += 1
                    href = href or (element.get("href") or "")[:MAX_HREF]
                elif kind == STRONG:
                    strongs += 1
                elif kind == TIME:
                    timed = True
        elif kind == CELL:
            # A cell with paragraphs of its own is a column of the page: it is no part of the row before it.
            text, ends = element.text, bool(parts or breaks) and _is_column(element)
            if parts and not ends:
                parts.append(" | ")
        elif kind == DRAWN and next(element.iter("p"), None) is not None:
            text, ends = element.text, True  # left open, it has taken in what browsers show after it
        else:
            walker.skip_subtree()
            text, ends = None, kind == RULE or (kind == BREAK and broke)
            if kind == BREAK and not broke:  # a single break is a space, a second in a row ends the block
                parts.append("\n")
                broke = True
        if ends:
            if parts:
                block = Block("".join(parts), 0, linked, strong, inline, breaks, href, timed)
                _add(out, block, opened, placed)
                if len(out.items) >= MAX_BLOCKS:
                    return
                parts.clear()
            linked = strong = 0
            inline = href = ""
            timed = broke = False
            breaks = breaks + 1 if kind == BREAK else breaks if kind == RULE else 0
            if kind < BREAK and event == "start":
                opened.append(element)
                placed.append(-1)
                if kind == FIGURE:  # a picture without a caption has no block, but its place is needed
                    _place(out, opened, placed)
            elif event != "start":
                opened.pop()
                placed.pop()
                if not opened:
                    return
        if text:
            if not text.isspace():
                if links:
                    linked += len(text)
                if strongs:
                    strong += len(text)
                broke = False
                parts.append(text)
            elif parts:
                parts.append(text)


def _is_word(button: Any, begun: bool) -> bool:
    """Tell whether a button is a word of the sentence around it, which it explains: text stands before it, and text after."""
    after, beside, around = button.tail, button.getnext(), button.getparent()
    if after and not after.isspace():
        return begun or (around.tag == "p" and len(after) > _SENTENCE)
    if not begun or after or beside is None or KINDS.get(beside.tag) != INLINE:
        return False
    # Between the word and the rest of its sentence stands what the button opens.
    return bool((beside.tail or (KINDS.get(around.tag) == INLINE and around.tail) or "").strip())


def _is_column(cell: Any) -> bool:
    """Tell whether a cell holds some line breaks: a table's figures have one at most."""
    return next(islice(cell.iter("br"), _COLUMN_BREAKS - 1, None), None) is not None


def _add(out: Blocks, block: Block, opened: list[Any], placed: list[int]) -> None:
    """Add a block, unless it holds nothing or is a menu's link."""
    block.text = normalise(block.text[:MAX_CHARACTERS])
    size = len(block.text)
    if not size or block.text == "|":
        return
    block.place = placed[-1] if placed[-1] >= 0 else _place(out, opened, placed)
    if _is_menu(out.flags[block.place], block.text, block.linked):
        out.menu += size
        return
    block.linked = min(block.linked, size)
    block.strong = min(block.strong, size)
    out.items.append(block)


def _place(out: Blocks, opened: list[Any], placed: list[int]) -> int:
    """Make the places of the open elements that have none; return the innermost element's."""
    row = len(placed) - 1
    while row > 0 and placed[row - 1] < 0:
        row -= 1
    for missing in range(row, len(placed)):
        placed[missing] = _new_place(out, opened[missing], placed[missing - 1] if missing else -1)
    return placed[-1]


def _is_menu(flags: int, text: str, linked: int) -> bool:
    """Tell whether a block is a link of a menu: of 75,000 in the corpora 17 belonged to a gold text."""
    if not flags & _MENUS or flags & _NO_MENUS:
        return False
    return len(text) < _LONGEST_MENU and linked >= 0.9 * len(text)


def _new_place(out: Blocks, element: Any, parent: int) -> int:
    tag = element.tag
    flags = out.flags[parent] if parent >= 0 else 0
    flags |= TAG_FLAGS.get(tag, 0)
    names = []
    for key, value in element.items():
        if key == "class" or key == "id":
            names.append(value[:MAX_NAME])
        elif key in TELLING:
            flags |= attribute_flags(key, value)
    out.elements.append(element)
    out.parents.append(parent)
    out.tags.append(tag)
    out.names.append(" ".join(names))
    out.flags.append(flags)
    return len(out.parents) - 1

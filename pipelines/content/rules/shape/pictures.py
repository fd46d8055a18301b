"""Captions that stand in no figure, and galleries: the text of pictures, told by the pictures beside it.

A name ("caption") or a place (alone with a picture in a box, below it in one paragraph) speaks for a caption; where
such texts are a good part of the article, they are the article: a slide show, a list of products.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from columnist.pipelines.content.blocks.blocks import Block, Blocks
from columnist.pipelines.content.blocks.captions import (
    ARROWS,
    has_small_class,
    is_below_picture,
    is_centred,
    is_picture,
    is_slanted,
    is_small,
    leads_text,
)
from columnist.pipelines.content.blocks.class_names import name_words
from columnist.pipelines.content.blocks.elements import IN
from columnist.pipelines.content.plaintext.labels import read_label
from columnist.pipelines.content.plaintext.lines import look_at
from columnist.pipelines.content.rules.article_end import kin_of
from columnist.pipelines.content.rules.shape.kin import (
    Standing,
    box_of,
    is_within,
    rows_within,
    size_of,
)
from columnist.pipelines.document.text import is_long

CAPTION_NAMES = frozenset(
    {
        "caption", "captions", "figcaption", "cutline", "legende", "legend", "bildunterschrift", "bildtext", "bildtexte",
        "didascalia", "leyenda", "legenda", "onderschrift", "bijschrift", "bildzeile", "epigrafe", "kuvateksti",
        "billedtekst", "bildetekst", "popisek", "podpis", "piefoto", "fotobyline", "imagecaption", "photocaption",
    }
)  # fmt: skip
_PICTURE_NAMES = frozenset({"image", "images", "img", "picture", "pic", "photo", "foto", "bild", "imagen", "imagem", "immagine", "media", "afbeelding", "zdjecie", "kuva", "billede", "bilde", "obrazek", "kep"})  # fmt: skip
_NO_PICTURE_NAMES = frozenset({"text", "content", "body", "product", "card", "item", "step", "list", "row", "col", "column", "slide", "copy", "object"})  # fmt: skip
_UNSURE = 0.8
_LONGEST = 450  # characters of a caption
_LONGEST_UNNAMED = 300
_MOST = 0.34  # of the text
_MOST_BOXED = 0.15  # of the text
_BOXES = 6  # in an article; a list of places has one to each
_LONGEST_BOXED = 200  # characters of a caption that no name tells
_NUMBER_AT = 20  # characters in which a picture's number stands: "Bild 3 von 12"
_NUMBERED = re.compile(
    r"[(\[【（]?(?:[^\W\d_]{2,12}\s)?(\d{1,3})\s?(?:/|of|von|de|di|sur|van|z|av|af|из|od)\s?(\d{1,3})\b"
)
_ABOVE, _BELOW = 12, 3  # blocks before the first paragraph and after the last in which a picture may stand
_NO_CAPTION = IN["figure"] | IN["heading"] | IN["nav"] | IN["aside"] | IN["footer"] | IN["table"] | IN["form"]
_FEWEST = 3  # pictures of a gallery
# How text is set, and not what it is.
_SET = re.compile(r"\btext-(?:align-)?(?:center|left|right|xs|sm|base|lg|gray)\b")
_LEADING_ON = tuple(":：")


@dataclass(frozen=True, slots=True)
class Pictures:
    """A page's elements that hold pictures, and what may be a caption of one."""

    blocks: Blocks
    home: frozenset[int]  # elements around the article's paragraphs: that one holds a picture says nothing
    named: frozenset[int]  # elements with a caption's name
    prose: str = ""  # the name of the article's first paragraph
    seen: dict[int, bool] = field(default_factory=dict)

    def shows(self, place: int) -> bool:
        """Tell whether an element holds a picture."""
        if place not in self.seen:
            element = self.blocks.elements[place]
            images = element.iter("img", "amp-img") if len(element) else ()
            self.seen[place] = any(map(is_picture, images))
        return self.seen[place]


def caption_rows(at: Standing) -> list[int]:
    """Return the kept rows that are the text of pictures."""
    home = at.home - {at.blocks.items[at.start].place}  # the first paragraph may be a caption itself
    page = Pictures(at.blocks, home, _named(at.blocks), at.blocks.forms[at.start][1])
    if not page.named and not page.shows(0):
        return []  # no picture on the page, nor what is called a caption
    found = [row for row in at.rows() if _may_be(at, row) and is_caption(page, row, at.scores[row])]
    if size_of(at, found) > _MOST * at.size:
        return []
    # A box that holds a picture and a short text, and says nothing else, is a caption beside an article; where there is
    # much of it, it is a list of products or the steps of a recipe.
    boxed = [row for row in at.rows() if row not in found and _is_boxed(page, row)] if page.shows(0) else []
    few = len(boxed) <= _BOXES and size_of(at, boxed) <= _MOST_BOXED * at.size
    return found + boxed if few else found


def _is_boxed(page: Pictures, row: int) -> bool:
    blocks, block = page.blocks, page.blocks.items[row]
    place = block.place
    if (
        len(block.text) > _LONGEST_BOXED
        or block.linked
        or block.text[-1] in _LEADING_ON
        or blocks.flags[place] & (IN["figure"] | IN["heading"])
    ):
        return False
    is_set_small = blocks.names[place] != page.prose and has_small_class(blocks.elements[place])
    if not is_set_small and not _box_words(page, place).isdisjoint(_NO_PICTURE_NAMES):
        return False
    if blocks.tags[place] != "tr":
        return _is_alone(page, row) or _closes_picture(blocks, row)
    table = next((box for box in _around(blocks, place) if blocks.tags[box] == "table"), -1)
    beside = [r for r in (row - 1, row + 1) if 0 <= r < len(blocks.items)]
    alone = not any(is_within(blocks, blocks.items[r].place, table) for r in beside)
    return table >= 0 and table not in page.home and " | " not in block.text and alone and page.shows(table)


def _box_words(page: Pictures, place: int) -> set[str]:
    """Return the words of a block's own name and its box's, unless that holds the article or the block is called as paragraphs of text are: "text-lg"."""
    blocks = page.blocks
    parent = blocks.parents[place]
    around = () if parent < 0 or parent in page.home else name_words(blocks.names[parent])
    named = blocks.names[place]
    own = () if blocks.tags[place] == "p" and named == page.prose else name_words(_SET.sub(" ", named))
    return {*own, *around}


def _around(blocks: Blocks, place: int) -> Iterator[int]:
    while place >= 0:
        yield place
        place = blocks.parents[place]


def _named(blocks: Blocks) -> frozenset[int]:
    """Return the elements that are called captions, or that a picture names as what describes it."""
    if "captions" in blocks.known:
        return blocks.known["captions"]
    named = blocks.words.holding(CAPTION_NAMES).nonzero()[0].tolist()
    pictures = blocks.elements[0].iter("img", "figure") if blocks.elements else ()
    ids = {told for picture in pictures if (told := picture.get("aria-describedby"))}
    described = [place for place, each in enumerate(blocks.elements) if each.get("id") in ids] if ids else ()
    blocks.known["captions"] = frozenset((*named, *described))
    return blocks.known["captions"]


def _may_be(at: Standing, row: int) -> bool:
    block = at.blocks.items[row]
    flags = at.blocks.flags[block.place]
    return len(block.text) <= _LONGEST and not flags & (IN["figure"] | IN["heading"] | IN["table"])


def is_caption(page: Pictures, row: int, score: float = 0.0) -> bool:
    """Tell whether a short block outside of figures belongs to a picture."""
    blocks, home = page.blocks, page.home
    block = blocks.items[row]
    place, text = block.place, block.text
    if block.inline and not CAPTION_NAMES.isdisjoint(name_words(block.inline)) and _is_alone(page, row):
        return True
    for _ in range(2):  # the paragraph, or the box that is named around it
        if place in page.named and place not in home:
            parent = blocks.parents[place]
            beside = parent >= 0 and parent not in home and page.shows(parent)
            return beside or is_below_picture(blocks.elements[place])
        place = max(blocks.parents[place], 0)
    if len(text) > _LONGEST_UNNAMED:
        return False
    if _is_alone(page, row):
        # In a box without a name it may as well be a product's text or the step of a recipe.
        return _is_named_picture(blocks, block.place) or _is_credited(text)
    if not _closes_picture(blocks, row):
        return False
    # What is small or centred counts where there are few of them: _is_boxed.
    is_unsure = (
        score < _UNSURE
        and _is_slanted(block, blocks.elements[place])
        and not is_small(blocks.elements[place], text)
    )
    return is_unsure or _is_credited(text)


def _is_credited(text: str) -> bool:
    return text[-1] not in _LEADING_ON and read_label(look_at(text)).kind == "caption"


def _is_named_picture(blocks: Blocks, place: int) -> bool:
    """Tell whether the box is named after a picture and nothing else."""
    words = {word for box in (place, max(blocks.parents[place], 0)) for word in name_words(blocks.names[box])}
    return not words.isdisjoint(_PICTURE_NAMES) and words.isdisjoint(_NO_PICTURE_NAMES)


def _is_alone(page: Pictures, row: int) -> bool:
    """Tell whether a block shares its box with a picture above it and with no other text but a credit."""
    blocks, home = page.blocks, page.home
    items, place = blocks.items, blocks.items[row].place
    parent = blocks.parents[place]
    for box in (place, parent, blocks.parents[parent] if parent > 0 else -1):
        if box < 0 or box in home or blocks.tags[box] in ("li", "td", "tr"):
            return False
        if not page.shows(box):
            continue
        near = [r for r in (row - 2, row - 1, row + 1, row + 2) if 0 <= r < len(items)]
        others = [r for r in near if is_within(blocks, items[r].place, box)]
        if any(is_long(items[r].text) or blocks.flags[items[r].place] & IN["heading"] for r in others):
            return False
        return box != place or leads_text(blocks.elements[box])
    return False


def _is_slanted(block: Block, element: Any) -> bool:
    return block.strong >= 0.9 * len(block.text) and is_slanted(element)


def _closes_picture(blocks: Blocks, row: int) -> bool:
    """Tell whether a paragraph right below one that holds a picture alone is set or worded as its caption."""
    block = blocks.items[row]
    element = blocks.elements[block.place]
    if blocks.tags[block.place] not in ("p", "div"):
        return False
    before = element.getprevious()
    if (
        before is None
        or (before.tail or "").strip()
        or not any(map(is_picture, before.iter("img", "amp-img")))
    ):
        return False
    if "".join(before.itertext()).strip():
        return False
    is_set = _is_slanted(block, element) or is_small(element, block.text) or is_centred(element)
    return is_set or block.text[0] in ARROWS or _is_credited(block.text)


def caption_boxes(blocks: Blocks, kept: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield what holds a picture outside of figures, or stands right below it, and the row of its caption."""
    start = next((row for row, stays in enumerate(kept) if stays and is_long(blocks.items[row].text)), None)
    if start is None:
        return
    home = frozenset(kin_of(blocks, blocks.items[start].place))
    page = Pictures(blocks, home, _named(blocks), blocks.forms[start][1])
    last = len(kept) - 1 - list(reversed(kept)).index(True)
    for row in range(max(0, start - _ABOVE), min(last + _BELOW, len(kept))):
        block = blocks.items[row]
        flags = blocks.flags[block.place] & _NO_CAPTION
        is_named = block.place in page.named or not CAPTION_NAMES.isdisjoint(name_words(block.inline))
        if kept[row] or len(block.text) > _LONGEST or (block.linked and not is_named):
            continue
        if flags & ~IN["table"] and not (flags == IN["aside"] and _is_named_picture(blocks, block.place)):
            continue
        # What was left out and stands alone with a picture is its caption, whatever names it has.
        if (not flags and is_caption(page, row)) or _is_alone(page, row) or _is_boxed(page, row):
            yield _box(page, block.place), row


def _box(page: Pictures, place: int) -> int:
    box = place
    for _ in range(3):
        if box < 0 or box in page.home:
            break
        if page.shows(box):
            return box
        box = page.blocks.parents[box]
    return place


def gallery_rows(at: Standing) -> list[int]:
    """Return the kept rows of a gallery inside the text: its pictures are numbered, "3/6"."""
    numbered = [
        (row, m)
        for row, block in enumerate(at.blocks.items)
        if (m := _NUMBERED.match(block.text, 0, _NUMBER_AT))
    ]
    if len(numbered) < _FEWEST:
        return []
    total, _ = Counter(m.group(2) for _, m in numbered).most_common(1)[0]
    rows = [row for row, m in numbered if m.group(2) == total and int(m.group(1)) <= int(total)]
    counted = {m.group(1) for row, m in numbered if row in rows}
    if len(counted) < _FEWEST or rows[0] < at.start:  # "1/3 cup oats" is no picture of three
        return []
    boxes = {box_of(at, at.blocks.items[row].place) for row in rows}
    inside = [row for box in boxes if box is not None for row in rows_within(at, box)]
    return inside if len(boxes) == 1 and size_of(at, inside) <= 0.5 * at.size else []

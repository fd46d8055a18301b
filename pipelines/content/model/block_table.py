"""The blocks of a page as columns: what all features start from, read once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from columnist.pipelines.content.blocks.blocks import Blocks
from columnist.pipelines.content.blocks.letters import runs_of_letters

LONG = 500  # characters: a paragraph of so many is no caption, label or byline, and its words say nothing
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Columns:
    """One entry a block, but for `page` and `parents`."""

    blocks: Blocks
    page: str  # the texts, a line each
    low_page: str  # the same in lower case
    texts: list[str]
    lows: list[str]
    words: list[list[str]]  # the runs of letters of those that are not long, in lower case
    sizes: Indices  # characters
    linked: Indices  # characters inside links
    tags: list[str]  # of the block's place
    is_heading: Mask
    place: Indices
    parents: Indices  # of each place; -1 for the first, which holds all others
    parent: Indices  # of the block's place; the first place is its own
    group: Indices  # the same number for blocks whose elements, and those around them, are called the same


def read_columns(blocks: Blocks) -> Columns:
    """Read the columns of a page."""
    texts = [block.text for block in blocks.items]
    page = "\n".join(texts)
    low_page = page.lower()
    lows = low_page.split("\n") if texts else []
    lengths = [len(text) for text in texts]
    shorts = [low if length < LONG else "" for low, length in zip(lows, lengths, strict=True)]
    sizes = numbers(lengths)
    places = [block.place for block in blocks.items]
    tags = [blocks.tags[place] for place in places]
    place, parents = numbers(places), numbers(blocks.parents)
    parent = np.maximum(parents[place], 0)
    return Columns(
        blocks=blocks,
        page=page,
        low_page=low_page,
        texts=texts,
        lows=lows,
        words=runs_of_letters(shorts),
        sizes=sizes,
        linked=numbers([block.linked for block in blocks.items]),
        tags=tags,
        is_heading=marks([tag in _HEADINGS for tag in tags]),
        place=place,
        parents=parents,
        parent=parent,
        group=_groups(tags, blocks.words.places[place], blocks.words.places[parent]),
    )


def numbers(values: Sequence[int]) -> Indices:
    """Return whole numbers as an array, in two thirds of np.array's time: it need not find out what they are."""
    return np.fromiter(values, dtype=np.int64, count=len(values))


def marks(values: Sequence[bool]) -> Mask:
    """Return truths as an array."""
    return np.fromiter(values, dtype=np.bool_, count=len(values))


def _groups(tags: list[str], names: Indices, outer_names: Indices) -> Indices:
    seen: dict[tuple[str, int, int], int] = {}
    keys = zip(tags, names.tolist(), outer_names.tolist(), strict=True)
    return numbers([seen.setdefault(key, len(seen)) for key in keys])

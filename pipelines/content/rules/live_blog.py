"""Live blogs: which pages are, and the times and headings of their entries among the blocks."""

import re
from collections import defaultdict
from collections.abc import Sequence

from columnist.pipelines.content.blocks.blocks import Block, Blocks
from columnist.pipelines.document.read import Document

FEWEST_ENTRIES = 3  # two times on a page are its publication and its change
_FEWEST_ALIKE = 2  # entries of one form, where the page says that it is live: the page's own date is alone
_REACH = 4  # rows from a time to its entry's text: a heading and the reporter's name may stand between
_HEADINGS = frozenset({"h2", "h3", "h4", "h5"})
_ADDRESS_WORDS = re.compile("[a-z]+")
_LIVE = frozenset({"liveblog", "liveticker", "livefeed", "liveupdates", "livestory", "livearticle"})
_ANY_LIVE = _LIVE | {"live"}
_LIVE_WITH = frozenset({"blog", "ticker", "feed", "updates", "post", "posts", "entry", "entries", "story"})
_MOST_ENTRIES = 2_000
_LONGEST_TIME = 40  # characters of a line that is an entry's time


def is_live_page(document: Document, blocks: Blocks) -> bool:
    """Tell whether the page says that it is a live blog, or holds a container of that name with times."""
    if any("liveblogposting" in str(node.get("@type")).lower() for node in document.json_ld):
        return True
    live = _live_places(blocks)
    times = sum(block.timed and block.place in live for block in blocks.items)
    return times >= FEWEST_ENTRIES


def is_live_address(address: str) -> bool:
    """Tell whether the page's address names a live blog; with the times of entries it is one."""
    return not _ANY_LIVE.isdisjoint(_ADDRESS_WORDS.findall(address.lower()))


def entry_rows(blocks: Blocks, kept: Sequence[bool]) -> list[int]:
    """Return the rows that head a live blog's entries: a time that stands directly above a kept block, in a live
    container or above entries of one form, and the headings between the two."""
    live, alike = _live_places(blocks), _alike(blocks, kept)
    rows = []
    for row, block in enumerate(blocks.items[:-1]):
        if row in alike:
            rows += [row, *alike[row]]
        elif _is_time(block) and not kept[row] and block.place in live and any(kept[row + 1 : row + 3]):
            rows.append(row)
    return rows


def _is_time(block: Block) -> bool:
    return block.timed and len(block.text) <= _LONGEST_TIME


def _alike(blocks: Blocks, kept: Sequence[bool]) -> dict[int, list[int]]:
    """Return the times above entries of one form, each with its headings that were not kept.

    The page's own date stands above one text, and a card's time in a box that holds other lines as well.
    """
    if True not in kept:
        return {}
    rows = [row for row, block in enumerate(blocks.items) if _is_time(block) and not kept[row]][
        :_MOST_ENTRIES
    ]
    first, last = kept.index(True), len(kept) - 1 - list(reversed(kept)).index(True)
    home = _meeting(blocks, blocks.items[first].place, blocks.items[last].place)
    found: dict[int, list[int]] = {}
    forms: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row in rows:
        headings = _headings(blocks, kept, row, home)
        if headings is not None:
            found[row] = headings
            forms[_form(blocks, blocks.items[row].place)].append(row)
    return {row: found[row] for like in forms.values() if len(like) >= _FEWEST_ALIKE for row in like}


def _headings(blocks: Blocks, kept: Sequence[bool], row: int, home: int) -> list[int] | None:
    """Return the headings of the entry that a time stands above; None where it stands above none."""
    items, tags = blocks.items, blocks.tags
    below = next((r for r in range(row + 1, min(row + _REACH, len(kept))) if kept[r]), None)
    if below is None:
        return None
    entry = _meeting(blocks, items[row].place, items[below].place)
    if entry < home or (row and not kept[row - 1] and _is_card(blocks, row, entry)):
        return None
    return [r for r in range(row + 1, below) if tags[items[r].place] in _HEADINGS]


def _is_card(blocks: Blocks, row: int, entry: int) -> bool:
    """Tell whether the time shares an element inside the entry with the line before it."""
    time, before = blocks.items[row].place, blocks.items[row - 1].place
    return time != entry and _meeting(blocks, time, before) > entry


def _meeting(blocks: Blocks, one: int, other: int) -> int:
    """Return the innermost element around both; elements are numbered from the top down."""
    while one != other:
        if one > other:
            one = blocks.parents[one]
        else:
            other = blocks.parents[other]
    return one


def _form(blocks: Blocks, place: int) -> tuple[str, ...]:
    """Return what the entries' elements have in common: tags, and names without the entry's number."""
    name = " ".join(word for word in blocks.names[place].split() if word.isalpha())
    return blocks.tags[place], name, blocks.tags[max(blocks.parents[place], 0)]


def _live_places(blocks: Blocks) -> set[int]:
    """Return the elements named as a live blog and all inside them, the whole page aside."""
    words = blocks.words
    if not words.holding(_ANY_LIVE).any():  # of most pages
        return set()
    live = words.holding(_LIVE) | (words.holding(frozenset({"live"})) & words.holding(_LIVE_WITH))
    found: set[int] = set()
    for place, (parent, is_live) in enumerate(zip(blocks.parents, live.tolist(), strict=True)):
        if parent >= 0 and (is_live or parent in found):
            found.add(place)
    return found

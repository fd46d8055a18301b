"""Live blogs: entries in page order with their times, from the page or from its JSON-LD."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any

from pipelines.body.blocks import Blocks
from pipelines.body.paragraphs import from_text
from pipelines.document import Document
from pipelines.records import Paragraph

__all__ = ["entry_times", "is_live_page", "live_entries"]

_FEWEST = 3  # entries: two times on a page are its publication and its change
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
    return times >= _FEWEST


def entry_times(blocks: Blocks, kept: Sequence[bool]) -> list[int]:
    """Return the rows of times that stand directly above a kept block in a live container."""
    live = _live_places(blocks)
    rows = []
    for row, block in enumerate(blocks.items[:-1]):
        above = block.timed and not kept[row] and len(block.text) <= _LONGEST_TIME
        if above and block.place in live and any(kept[row + 1 : row + 3]):
            rows.append(row)
    return rows


def live_entries(document: Document) -> tuple[Paragraph, ...]:
    """Return the entries that JSON-LD gives: time and headline as h3, then the entry's paragraphs."""
    out: list[Paragraph] = []
    for entry in _updates(document):
        time, headline, body = (entry.get(key) for key in ("datePublished", "headline", "articleBody"))
        if not isinstance(body, str):
            continue
        heading = " ".join(part for part in (time, headline) if isinstance(part, str))
        out += [Paragraph("h3", p.text) for p in from_text(unescape(heading))]
        out += from_text(unescape(body))
    return tuple(out)


def _updates(document: Document) -> Iterator[Mapping[str, Any]]:
    for node in document.json_ld:
        updates = node.get("liveBlogUpdate")
        for entry in updates[:_MOST_ENTRIES] if isinstance(updates, list) else (updates,):
            if isinstance(entry, dict):
                yield entry


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

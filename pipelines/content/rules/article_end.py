"""Where the article ends: a second article, another headline, readers' comments.

The model judges blocks one by one; these rules see the page. They cut nothing that stands in the same
element as the article's first paragraph.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from columnist.pipelines.content.blocks.blocks import Blocks
from columnist.pipelines.content.blocks.class_names import name_words
from columnist.pipelines.content.blocks.elements import IN
from columnist.pipelines.content.blocks.letters import squash
from columnist.pipelines.content.plaintext.labels import read_label
from columnist.pipelines.content.plaintext.lines import look_at
from columnist.pipelines.document.text import is_long
from columnist.pipelines.language.lexicon import entries

# Characters of the article before another headline can be a second article's, inside a layout table, or before a line
# "Comments" can head what readers say.
_ENOUGH = 300
_ASKED = 3  # first paragraphs that later ones are held against
_LABEL_WORDS = 3  # of a line "Comments"
# Boxes that interrupt articles. Their names are no proof: a block in one only needs a better score to stay.
_BOXES = frozenset(
    {
        "newsletter", "newsletters", "related", "recommended", "recommendations", "ad", "ads", "advert", "adverts",
        "advertisement", "advertising", "anzeige", "werbung", "promo", "promotion", "sponsored", "share", "sharing",
        "social", "subscribe", "subscription", "signup", "paywall", "cookie", "cookies", "consent", "gdpr", "popup",
        "modal", "breadcrumb", "breadcrumbs", "author", "authors", "teaser", "teasers", "outbrain", "taboola", "widget",
        "caption", "credit", "tags", "toolbar", "playlist", "photo", "hits", "dateline", "timestamp", "views", "cta", "banner", "disclaimer",
        "factbox", "infobox", "faktabox", "faktaboks", "faktaruta",
    }
)  # fmt: skip
# Whose first words are of such a kind is no part of an article, however well the rest of it reads.
_CALLS = frozenset({"promotion", "paywall", "newsletter", "consent", "follow"})
_COMMENTS = frozenset(
    {
        "comments", "commentlist", "comment", "disqus", "kommentare", "kommentar", "commentaires", "comentarios",
        "commenti", "reacties", "kommentarer", "komentarze", "komentare",
    }
)  # fmt: skip


# The same of an element that a site has made up: `user-discussion`.
_READERS = _COMMENTS | {
    "discussion",
    "discussions",
    "disqus",
    "forum",
    "reactions",
    "replies",
    "conversation",
}


def article_start(blocks: Blocks, kept: Sequence[bool], start: int = 0) -> int | None:
    """Return the row of the first kept long paragraph, from `start` on."""
    for row in range(start, len(kept)):
        text = blocks.items[row].text
        if kept[row] and is_long(text):
            return row
    return None


def cut_after_end(blocks: Blocks, kept: Sequence[bool], title: str) -> dict[int, str]:
    """Return the kept rows that lie after the article's end, with the rule that says so."""
    start = article_start(blocks, kept)
    if start is None:
        return {}
    home = kin_of(blocks, blocks.items[start].place)
    out = dict.fromkeys(_in_comments(blocks, kept, start, home), "comments")
    end = _second_headline(blocks, kept, start, home, title)
    if end is not None:
        after = [row for row in range(end, len(kept)) if kept[row]]
        # Below a card of another story the article goes on, in the elements of its first paragraph.
        before = [row for row in range(start, end) if kept[row] and is_long(blocks.items[row].text)]
        on = {row for row in after if any(_goes_on(blocks, one, row) for one in before[:_ASKED])}
        out |= dict.fromkeys((row for row in after if row not in on), "after-end")
    return out


def _goes_on(blocks: Blocks, start: int, row: int) -> bool:
    """Tell whether a paragraph is called as the first one is, in the same innermost <article>."""
    one, other = blocks.items[start].place, blocks.items[row].place
    article = _around(blocks, one, "article")
    if (
        article is None
        or _around(blocks, other, "article") != article
        or blocks.tags[one] != blocks.tags[other]
    ):
        return False
    names, parents = blocks.names, blocks.parents
    return names[one] == names[other] and names[parents[one]] == names[parents[other]]


def in_boxes(blocks: Blocks, kept: Sequence[bool]) -> list[int]:
    """Return the kept rows inside boxes that do not hold the article's start."""
    start = article_start(blocks, kept)
    if start is None:
        return []
    home = kin_of(blocks, blocks.items[start].place)
    marked = _marked(blocks, home, _BOXES)
    return [row for row, block in enumerate(blocks.items) if kept[row] and block.place in marked]


def holding_the_article(
    blocks: Blocks, rows: Sequence[int], scores: Sequence[float], floor: float
) -> set[int]:
    """Return those of the rows inside boxes whose boxes of one name hold mostly long paragraphs that the model is sure of: it is no
    box beside the article, whatever its name."""
    named = blocks.words.holding(_BOXES)
    boxes: dict[tuple[str, frozenset[str]], list[int]] = {}
    for row in rows:
        box = _outermost(blocks, blocks.items[row].place, named) or 0
        boxes.setdefault((blocks.tags[box], _BOXES.intersection(name_words(blocks.names[box]))), []).append(
            row
        )
    held = set()
    for inside in boxes.values():
        texts = {row: blocks.items[row].text for row in inside}
        sure = [len(text) for row, text in texts.items() if is_long(text) and scores[row] >= floor]
        if sure and sum(sure) >= 0.5 * sum(map(len, texts.values())):
            held |= set(inside)
    return held


def called_boxes(blocks: Blocks, rows: Sequence[int]) -> list[int]:
    """Return those of the rows inside boxes whose box says by its first words what it is: "Subscribe to read on"."""
    if not rows:  # of most pages: to read every box's first words took .3 ms
        return []
    named = blocks.words.holding(_BOXES)
    boxes = [_outermost(blocks, blocks.items[row].place, named) for row in rows]
    asked = {box for box in boxes if box is not None}
    said: set[int | None] = set()
    for block in blocks.items if asked else ():
        box = _outermost(blocks, block.place, named)
        if box in asked:
            asked.remove(box)
            if read_label(look_at(block.text)).kind in _CALLS:
                said.add(box)
    return [row for row, box in zip(rows, boxes, strict=True) if box in said]


def _outermost(blocks: Blocks, place: int, named: NDArray[np.bool_]) -> int | None:
    found = None
    while place >= 0:
        found = place if named[place] else found
        place = blocks.parents[place]
    return found


def below_comments(blocks: Blocks, kept: Sequence[bool], doubted: Sequence[bool]) -> list[int]:
    """Return the doubted rows below a line "Comments" that the model refused.

    The furniture rules see kept lines alone. Share bars inside articles hold such a line too, so sure rows stay.
    """
    start = article_start(blocks, kept)
    last = max((row for row, doubt in enumerate(doubted) if doubt), default=-1)
    size = 0
    for row in range(last if start is None else start, last):
        text = blocks.items[row].text
        if kept[row]:
            size += len(text)
        elif size >= _ENOUGH and len(text.split()) <= _LABEL_WORDS and heads_comments(text):
            return [below for below in range(row, last + 1) if doubted[below]]
    return []


def heads_comments(text: str) -> bool:
    said = text.strip(" .:!…0123456789()").lower().replace("’", "'")
    return read_label(look_at(text)).kind == "comments" or said in entries("rubrics", "reactions")


def layout_rows(blocks: Blocks, kept: Sequence[bool]) -> list[int]:
    """Return the kept rows of tables that hold the article's paragraphs: such a table is the page's layout,
    and its other rows are masthead, menus and boxes."""
    texts = [block for block, keep in zip(blocks.items, kept, strict=True) if keep]
    inside = [b for b in texts if blocks.tags[b.place] == "p" and blocks.flags[b.place] & IN["table"]]
    if sum(len(b.text) for b in inside) < _ENOUGH:
        return []
    held = {place for b in inside if is_long(b.text) for place in kin_of(blocks, b.place)}
    rows = [row for row, keep in enumerate(kept) if keep and blocks.tags[blocks.items[row].place] == "tr"]
    return [row for row in rows if _around(blocks, blocks.items[row].place, "table") in held]


def _marked(blocks: Blocks, home: set[int], words: frozenset[str]) -> set[int]:
    """Return the elements whose names hold one of the words, and all inside them, but none around the start."""
    named = set(np.flatnonzero(blocks.words.holding(words)).tolist()) - home
    marked: set[int] = set()
    for place in range(min(named, default=len(blocks.parents)), len(blocks.parents)):
        if place in named or blocks.parents[place] in marked:
            marked.add(place)
    return marked


def _in_comments(blocks: Blocks, kept: Sequence[bool], start: int, home: set[int]) -> list[int]:
    marked = _marked(blocks, home, _COMMENTS)
    named = {tag for tag in set(blocks.tags) if "-" in tag and not _READERS.isdisjoint(tag.split("-"))}
    if not marked and not named:  # nine pages of ten
        return []
    for place, tag in enumerate(blocks.tags):
        if (tag in named and place not in home) or blocks.parents[place] in marked:
            marked.add(place)
    if not marked:
        return []
    return [row for row in range(start, len(kept)) if kept[row] and blocks.items[row].place in marked]


def _second_headline(
    blocks: Blocks, kept: Sequence[bool], start: int, home: set[int], title: str
) -> int | None:
    """Return the row of a headline that opens another <article> after this one.

    A second h1 alone ends nothing: of 18 pages of the corpora that have one, 13 use it for a section. It opens
    another article if it stands in one, or in a head of the same name as the first headline's.
    """
    headlines = [row for row, block in enumerate(blocks.items) if blocks.tags[block.place] == "h1"]
    if not headlines or headlines[-1] < start:  # nine pages of ten
        return None
    own, size, sections = squash(title), 0, False
    first = blocks.items[headlines[0]].place if headlines[0] < start else None
    in_article = any(blocks.tags[place] == "article" for place in home)
    for row in range(start, len(kept)):
        block = blocks.items[row]
        if blocks.tags[block.place] == "h1" and size >= _ENOUGH and block.key not in own:
            article = _around(blocks, block.place, "article")
            if in_article and article not in (None, *home):
                return row
            if not kept[row] and first is not None and _same_head(blocks, first, block.place):
                return None if sections else row
            sections = sections or kept[row]
        elif kept[row]:
            size += len(block.text)
    return None


def _same_head(blocks: Blocks, first: int, second: int) -> bool:
    """Tell whether two headlines stand in two elements of one, telling name."""
    heads = blocks.parents[first], blocks.parents[second]
    names = [blocks.names[head] for head in heads]
    return heads[0] != heads[1] and bool(names[0].strip()) and names[0] == names[1]


def _around(blocks: Blocks, place: int, tag: str) -> int | None:
    while place >= 0 and blocks.tags[place] != tag:
        place = blocks.parents[place]
    return place if place >= 0 else None


def kin_of(blocks: Blocks, place: int) -> set[int]:
    """Return an element and all that are around it."""
    kin = set()
    while place >= 0:
        kin.add(place)
        place = blocks.parents[place]
    return kin

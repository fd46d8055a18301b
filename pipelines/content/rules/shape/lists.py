"""Lists that are none of the article: teasers with summaries, links, tickers and panels above the text.

They are told by their shape. A list that holds the article's first paragraph is the article; of the others only what the
model itself is not sure of at its titles, names or links goes with them.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from columnist.pipelines.content.blocks.blocks import Blocks, Form
from columnist.pipelines.content.blocks.elements import IN
from columnist.pipelines.content.blocks.letters import squash
from columnist.pipelines.content.rules.shape.kin import (
    Standing,
    box_of,
    is_called_so,
    is_dated,
    is_within,
    mean_score,
    rows_within,
    size_of,
)
from columnist.pipelines.document.text import is_long

_FEWEST = 3  # items of a list
_LONGEST_TITLE = 150  # characters
_SHORTEST_TITLE, _SHORTEST_SUMMARY = 10, 30  # characters of a linked title and of the text behind it
_LONGEST_META = 70  # of a line with a name and a date
_LONGEST_LABEL = 40  # of a line above a list of links
_LINKED = 0.9  # of a title's characters
_SURE = 0.95  # mean score of titles or links above which a list is the article's own
_MOST_ABOVE = 0.6  # of the text
_PARAGRAPHS, _ENOUGH = 2, 250  # paragraphs and characters below a headline that are an article
_MOST_LINES = 5  # of an item
_LARGEST_ITEM = 400  # characters: of a longer one somebody wrote a section
_MOST = 0.85  # of the text: a list that is more is what the page is for


def teaser_rows(at: Standing) -> list[int]:
    """Return the kept rows of lists outside the article whose items are a linked title and a text, or a title, a date and
    a text. Guides have such lists of long items, or go on below them."""
    out: list[int] = []
    if at.opening is None:
        return out
    opening = at.blocks.forms[at.opening]
    last = max((row for row in at.rows() if is_called_so(at, row, opening)), default=at.opening)
    if not any(at.kept[last + 1 :]):
        return out
    for items in _lists(at, last):
        rows = [row for item in items for row in item]
        titles = [title for item in items if (title := _title(at, item)) is not None]
        if len(titles) < max(_FEWEST, 0.7 * len(items)) or mean_score(at, titles) >= _SURE or rows[0] < last:
            continue
        if any(len(item) > _MOST_LINES or _whole(at, item) > _LARGEST_ITEM for item in items):
            continue
        kept = [row for row in rows if at.kept[row]]
        goes_on = any(is_long(at.blocks.items[row].text) for row in at.rows() if row > rows[-1])
        if not goes_on and size_of(at, kept) <= _MOST * at.size:
            out += kept
    return out


def summary_rows(at: Standing) -> list[int]:
    """Return the kept rows below the article of lists whose items are one run: a link to another page, and a text about it."""
    if at.opening is None:
        return []
    own = {at.blocks.forms[at.opening], at.blocks.forms[at.start]}
    ours = (row for row in at.rows() if any(is_called_so(at, row, form) for form in own))
    last = max(ours, default=at.opening)
    items: dict[Form, list[int]] = defaultdict(list)
    for row in range(last + 1, len(at.kept)):
        block = at.blocks.items[row]
        size = len(block.text)
        if (
            size <= _LARGEST_ITEM
            and size - block.linked >= _SHORTEST_SUMMARY
            and is_internal(at.blocks, block.href)
            and _begins_linked(at, row)
        ):
            items[at.blocks.forms[row]].append(row)
    found = [
        row
        for rows in items.values()
        if len(rows) >= _FEWEST and (mean_score(at, rows) < _SURE or _are_apart(at, rows))
        for row in rows
        if at.kept[row]
    ]
    return found if size_of(at, found) <= _MOST_ABOVE * at.size else []


def _are_apart(at: Standing, rows: Sequence[int]) -> bool:
    """Tell whether a list stands beside the element of the article's paragraphs, in a box that holds nothing else."""
    around = at.blocks.parents[at.blocks.items[at.start].place]
    if any(is_within(at.blocks, at.blocks.items[row].place, around) for row in rows):
        return False
    boxes = {box for row in rows if (box := box_of(at, at.blocks.items[row].place)) is not None}
    return len(boxes) == 1 and set(rows_within(at, boxes.pop())) <= set(rows)


def _begins_linked(at: Standing, row: int) -> bool:
    block = at.blocks.items[row]
    link = next(at.blocks.elements[block.place].iter("a"), None)
    title = " ".join("".join(link.itertext()).split()) if link is not None else ""
    return len(title) >= _SHORTEST_TITLE and block.text.startswith(title)


def _whole(at: Standing, rows: Sequence[int]) -> int:
    return sum(len(at.blocks.items[row].text) for row in rows)


def _lists(at: Standing, last: int) -> Iterator[list[list[int]]]:
    """Yield the lists below a row, from kept rows on: the rows of each of their items, kept or not."""
    blocks, seen = at.blocks, set[int]()
    for row in range(last + 1, len(at.kept)):
        if not at.kept[row]:
            continue
        place = blocks.items[row].place
        for _ in range(5):  # an item's text stands in some elements of it
            parent = blocks.parents[place]
            if parent < 0 or place in at.first:
                break
            if len(blocks.elements[parent]) < _FEWEST:
                place = parent
                continue
            key = (parent, blocks.tags[place], blocks.names[place])
            if hash(key) not in seen:
                seen.add(hash(key))
                items = _items(at, *key, row)
                if len(items) >= _FEWEST and any(len(rows) > 1 for rows in items):
                    yield items
                    break
            place = parent


def _items(at: Standing, parent: int, tag: str, name: str, row: int) -> list[list[int]]:
    """Return the rows inside each of an element's children of one tag and name."""
    blocks = at.blocks
    first = row
    while first > 0 and is_within(blocks, blocks.items[first - 1].place, parent):
        first -= 1
    found: dict[int, list[int]] = defaultdict(list)
    parents = blocks.parents
    for r in range(first, len(blocks.items)):
        place, child = blocks.items[r].place, -1
        while place > parent:  # elements are numbered from the top down
            place, child = parents[place], place
        if place != parent:
            break
        if child >= 0 and blocks.tags[child] == tag and blocks.names[child] == name:
            if child in at.first:
                return []
            found[child].append(r)
    return list(found.values())


def _title(at: Standing, rows: Sequence[int]) -> int | None:
    """Return the row of an item's title: a link above other lines, or a heading above a date."""
    items = at.blocks.items
    for number, row in enumerate(rows[:3]):
        block = items[row]
        if len(block.text) > _LONGEST_TITLE:
            return None
        if block.linked >= _LINKED * len(block.text) and len(rows) > 1 and is_internal(at.blocks, block.href):
            return row
        below = rows[number + 1] if number + 1 < len(rows) else None
        heading = at.blocks.flags[block.place] & IN["heading"]
        if (
            heading
            and below is not None
            and len(items[below].text) <= _LONGEST_META
            and is_dated(items[below].text)
        ):
            return row
    return None


def is_internal(blocks: Blocks, href: str) -> bool:
    """Tell whether a link leads to another page of the site."""
    if not href or href[0] in "#?":
        return False
    scheme, _, rest = href.partition("//")
    if scheme not in ("", "http:", "https:"):  # a path, unless it is "mailto:"
        return ":" not in href.partition("/")[0]
    host = rest.partition("/")[0]
    return bool(blocks.site) and (host == blocks.site or host.endswith(f".{blocks.site}"))


def link_rows(at: Standing) -> list[int]:
    """Return the kept rows of lists in which each item is a link to another page, below a label that does not stay."""
    lists: dict[int, list[int]] = defaultdict(list)
    for row, block in enumerate(at.blocks.items):
        if at.blocks.tags[block.place] == "li":
            lists[at.blocks.parents[block.place]].append(row)
    out: list[int] = []
    for place, rows in lists.items():
        kept = [row for row in rows if at.kept[row]]
        if not kept or len(rows) < _FEWEST or not _is_labelled(at, place, rows[0]):
            continue
        links = sum(_is_link(at, row) for row in rows)
        if links >= 0.9 * len(rows) and mean_score(at, rows) < _SURE:
            out += kept
    return out if size_of(at, out) <= 0.7 * at.size else []


def _is_link(at: Standing, row: int) -> bool:
    block = at.blocks.items[row]
    return block.linked >= _LINKED * len(block.text) and is_internal(at.blocks, block.href)


def _is_labelled(at: Standing, place: int, first: int) -> bool:
    """Tell whether a short line that does not stay heads a list in the same box beside the paragraphs."""
    box = at.blocks.parents[place]
    if first == 0 or at.kept[first - 1] or box < 0 or box in at.home or box in at.first:
        return False
    label = at.blocks.items[first - 1]
    return len(label.text) <= _LONGEST_LABEL and is_within(at.blocks, label.place, box)


def headline_row(blocks: Blocks, title: str) -> int | None:
    """Return the row of the page's own headline."""
    key = squash(title)
    heads = (row for row, block in enumerate(blocks.items) if blocks.tags[block.place] == "h1")
    return (
        next((row for row in heads if (own := blocks.items[row].key) and (own in key or key in own)), None)
        if key
        else None
    )


def above_rows(at: Standing, head: int) -> list[int]:
    """Return the kept rows above the headline of an article that stands below it."""
    below = [row for row in at.rows() if row > head]
    if sum(is_long(at.blocks.items[row].text) for row in below) < _PARAGRAPHS or size_of(at, below) < _ENOUGH:
        return []
    form = at.blocks.forms[at.start]  # what is called as the article is may be its beginning
    all_above = [row for row in at.rows() if row < head]
    if size_of(at, all_above) > size_of(at, below):
        return []  # the headline of a section
    above = [row for row in all_above if not is_called_so(at, row, form)]
    return above if size_of(at, above) <= _MOST_ABOVE * at.size else []

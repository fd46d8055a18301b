"""Boxes without a telling name, by what they say of themselves: an offer, a sign-up, a player, a consent, a summary."""

from functools import cache, lru_cache
from typing import Any

from columnist.pipelines.content.blocks.elements import IN
from columnist.pipelines.content.blocks.letters import squash
from columnist.pipelines.content.plaintext.labels import may_be_label, read_chrome
from columnist.pipelines.content.plaintext.lines import look_at
from columnist.pipelines.content.plaintext.marks import SURE
from columnist.pipelines.content.plaintext.walls import is_of_embed, is_wall
from columnist.pipelines.content.rules.shape.kin import Standing, box_of, is_within, rows_within, size_of
from columnist.pipelines.document.text import is_long
from columnist.pipelines.language.lexicon import entries

_LARGEST = 800  # characters: a larger box is a section of the article, whatever a line in it says
_MOST = 0.5  # of the text: behind a wall the offer is as long as the teaser
_LONGEST_LINE = 220  # characters of a line that says what a box is
_FORMS = ("button", "form", "input", "audio")
_CALLS = {
    "newsletter": "newsletter", "promotion": "promotion", "paywall": "paywall", "consent": "consent", "follow": "follow",
    "player": "player", "form": "form",
}  # fmt: skip
_BY_FORM = frozenset({"follow", "promotion", "player"})  # believed where there is a button or a form
_FIELDS = frozenset({"email", "text", "tel"})
_LITTLE = 0.3  # of the text
_FILLED, _FIELDED = (
    4,
    500,
)  # lines and characters of a box with a field: more is an article with a search in it
_OFFERED, _CALLED = 3, 350  # lines and characters of a box with a button, or of a card of another story
_CARDS = 2
_MOST_BOXES = 100  # with elements of their own: a page of more is no article with a sign-up in it
_DEEPEST = 3  # elements around a line that may be the box
_LONGEST_LABEL = 40  # characters of a button
_LINES = 12  # of a box
_SURE = 0.9


def worked_rows(at: Standing) -> list[int]:
    """Return the kept rows of small boxes between paragraphs that a reader fills in, or that end in the only button of their kind."""
    last = _last_long(at)
    boxes: dict[int, list[int]] = {}
    for row in at.rows():
        if at.start < row < last and (box := box_of(at, at.blocks.items[row].place)) is not None:
            boxes.setdefault(box, []).append(row)
    few = [
        (box, rows)
        for box, rows in boxes.items()
        if len(rows) <= _FILLED and len(at.blocks.elements[box]) and not _is_prose(at, box, rows[0])
    ]
    worked = (
        [(box, rows) for box, rows in few if _is_worked(at, box, rows)] if len(few) <= _MOST_BOXES else []
    )
    # More are answers that a click opens.
    out = [row for _, rows in worked for row in rows] if len(worked) <= _CARDS else []
    return out if size_of(at, out) <= _LITTLE * at.size else []


def _is_prose(at: Standing, box: int, row: int) -> bool:
    """Tell whether a box is a sure paragraph of the article's own, that happens to end in a button."""
    is_own = at.blocks.items[row].place == box and at.blocks.forms[row] == at.blocks.forms[at.start]
    return is_own and at.scores[row] >= _SURE and is_long(at.blocks.items[row].text)


def _last_long(at: Standing) -> int:
    return next((row for row in reversed(at.rows()) if is_long(at.blocks.items[row].text)), -1)


def _is_worked(at: Standing, box: int, rows: list[int]) -> bool:
    blocks, element, size = at.blocks, at.blocks.elements[box], size_of(at, rows)
    if size > _FIELDED:
        return False
    if any(field.get("type", "text") in _FIELDS for field in element.iter("input")):
        return True
    after = rows[-1] + 1
    if len(rows) > _OFFERED or size > _CALLED or after >= len(at.kept):
        return False
    place = blocks.items[after].place
    if not blocks.flags[place] & IN["button"] or not is_within(blocks, place, box):
        return False
    return not any(_has_button(one) for one in element.itersiblings(element.tag, preceding=True)) and not any(
        _has_button(one) for one in element.itersiblings(element.tag)
    )


def _has_button(element: Any) -> bool:
    return next(element.iter("button"), None) is not None


def card_rows(at: Standing) -> list[int]:
    """Return the kept rows of an <article> of a few lines that stands inside the text: a card of another story.

    More than two of them are entries of a list or of a live blog.
    """
    cards: dict[int, list[int]] = {}
    for row in at.rows() if at.blocks.tags.count("article") > 1 else ():
        place = at.blocks.items[row].place
        while place >= 0 and place not in at.home and at.blocks.tags[place] != "article":
            place = at.blocks.parents[place]
        if row > at.start and place >= 0 and place not in at.home:
            cards.setdefault(place, []).append(row)
    last = _last_long(at)
    few = [
        rows
        for rows in cards.values()
        if len(rows) <= _OFFERED and size_of(at, rows) <= _CALLED and rows[-1] < last
    ]
    return [row for rows in few for row in rows] if len(cards) <= _CARDS else []


def called_rows(at: Standing) -> dict[int, str]:
    """Return the kept rows of small boxes beside the paragraphs that say what they are, with the rule."""
    out: dict[int, str] = {}
    known: dict[int, tuple[int, str] | None] = {}
    for row in at.rows():
        place = at.blocks.items[row].place
        for depth in range(_DEEPEST):
            if place < 0 or place in at.home:
                break
            if not depth and not len(at.blocks.elements[place]):  # a paragraph of words alone is no box
                place = at.blocks.parents[place]
                continue
            if place not in known:
                known[place] = _calls(at, place, row)
            # A player may share a page's head with the standfirst.
            if (called := known[place]) and row >= called[0] and (called[1] != "player" or depth < 2):
                out[row] = called[1]
                break
            place = at.blocks.parents[place]
    return out if size_of(at, list(out)) <= _MOST * at.size else {}


def consent_headings(at: Standing) -> list[int]:
    """Return the kept headings right above what asks for consent to an embed, where no other heading of the text is like them."""
    blocks, last = at.blocks, len(at.kept) - 1
    forms = [blocks.forms[row] for row in at.rows() if blocks.flags[blocks.items[row].place] & IN["heading"]]
    return [
        row
        for row in at.rows()
        if at.start < row < last and blocks.flags[blocks.items[row].place] & IN["heading"]
        if forms.count(blocks.forms[row]) == 1 and is_of_embed(blocks.items[row + 1].text)
    ]


def _calls(at: Standing, box: int, row: int) -> tuple[int, str] | None:
    """Return the row that says what a box is, and the rule; None where none does, or the box is too large for one."""
    items, blocks = at.blocks.items, at.blocks
    first = last = row
    while first > 0 and row - first <= _LINES and is_within(blocks, items[first - 1].place, box):
        first -= 1
    while last + 1 < len(items) and last - row <= _LINES and is_within(blocks, items[last + 1].place, box):
        last += 1
    inside = range(first, last + 1)
    if last - first > _LINES or sum(len(items[r].text) for r in inside) > _LARGEST:
        return None
    if any(blocks.tags[items[r].place] == "h1" for r in inside):
        return None
    worked = next(blocks.elements[box].iter(*_FORMS), None) is not None
    if first == last and not worked:
        return None
    for r in inside if worked else (first,):
        rule = _says(items[r].text, worked, r == first, blocks.tags[items[r].place] not in ("li", "tr"))
        if rule:
            return r, rule
    return None


@lru_cache(maxsize=4_096)  # a site's boxes come back with each of its pages
def _says(text: str, worked: bool, opens: bool, is_prose: bool) -> str | None:
    if len(text) > _LONGEST_LINE:
        return None
    if opens and is_prose and is_wall(text):
        return "paywall"
    if is_of_embed(text):
        return "consent"
    if not may_be_label(text):
        return None
    label = read_chrome(look_at(text))
    if label.kind in _BY_FORM and not worked:
        return None
    least = 1 if worked and label.kind in ("newsletter", "consent", "player") else SURE
    return _CALLS.get(label.kind or "") if label.strength >= least else None


def panel_rows(at: Standing) -> list[int]:
    """Return the kept rows of a summary above the article's text that a button opens."""
    out: list[int] = []
    blocks, items = at.blocks, at.blocks.items
    for row in range(at.start):
        if (
            at.kept[row]
            or not (
                blocks.flags[items[row].place] & IN["button"] or blocks.tags[items[row].place] == "summary"
            )
            or not _says_summary(items[row].text)
        ):
            continue
        place = items[row].place
        while blocks.parents[place] >= 0 and blocks.parents[place] not in at.home:
            place = blocks.parents[place]
            rows = [r for r in rows_within(at, place) if r > row]
            if rows and size_of(at, rows) <= 0.5 * at.size:
                out += rows
                break
    return out


@lru_cache(maxsize=4_096)  # a site's buttons come back with each of its pages
def _says_summary(text: str) -> bool:
    key = squash(text)
    return len(text) <= _LONGEST_LABEL and any(map(key.__contains__, _summaries()))


@cache
def _summaries() -> tuple[str, ...]:
    return tuple(map(squash, entries("rubrics", "summaries")))

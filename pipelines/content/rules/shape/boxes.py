"""Boxes without a telling name, by what they say of themselves: an offer, a sign-up, a player, a consent."""

from functools import lru_cache

from columnist.pipelines.content.plaintext.labels import may_be_label, read_chrome
from columnist.pipelines.content.plaintext.lines import look_at
from columnist.pipelines.content.plaintext.marks import SURE
from columnist.pipelines.content.plaintext.walls import is_of_embed, is_wall
from columnist.pipelines.content.rules.shape.kin import Standing, is_within, size_of

_LARGEST = 800  # characters: a larger box is a section of the article, whatever a line in it says
_MOST = 0.5  # of the text: behind a wall the offer is as long as the teaser
_LONGEST_LINE = 220  # characters of a line that says what a box is
_FORMS = ("button", "form", "input", "audio")
_CALLS = {
    "newsletter": "newsletter", "promotion": "promotion", "paywall": "paywall", "consent": "consent", "follow": "follow",
    "player": "player", "form": "form",
}  # fmt: skip
_BY_FORM = frozenset({"follow", "promotion", "player"})  # believed where there is a button or a form
_DEEPEST = 3  # elements around a line that may be the box
_LINES = 12  # of a box


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

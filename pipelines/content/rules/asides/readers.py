"""What readers say below an article, told by the lines that name who wrote and when."""

from collections import defaultdict
from collections.abc import Sequence

from columnist.pipelines.content.blocks.blocks import Form
from columnist.pipelines.content.rules.article_end import heads_comments
from columnist.pipelines.content.rules.shape.kin import (
    Standing,
    box_of,
    is_called_so,
    is_dated,
    is_within,
    mean_score,
    size_of,
)

_HEADINGS = frozenset({"h2", "h3", "h4", "h5"})
_LONGEST_META = 70  # of a line with a name and a date
_ENDS = frozenset('.!?…。！？؟।"”»」:')
_LEAST = 40  # characters of a text that goes with such a line
_FEWEST = 3  # of lines that stand in several boxes
_SURE = 0.95  # mean score of lines above which they are the article's own
_MOST = 0.6  # of the text: a guide's entries are dated as well
_ENOUGH = 250  # characters of article above a heading of the readers'


def reader_rows(at: Standing) -> list[int]:
    """Return the kept rows below the article in which lines with a name and a date go with other texts, again and again."""
    blocks, items = at.blocks, at.blocks.items
    home = blocks.forms[at.start]
    final = len(items) - list(reversed(at.kept)).index(True)
    heading = _readers_heading(at, final)
    last = max((row for row in at.rows() if is_called_so(at, row, home)), default=at.start)
    metas: dict[Form, list[int]] = defaultdict(list)
    for row in range(last + 1 if heading is None else heading + 1, final):
        text = items[row].text
        if len(text) <= _LONGEST_META and text[-1] not in _ENDS and is_dated(text):
            metas[blocks.forms[row]].append(row)
    for rows in metas.values():
        if len(rows) < 2:
            continue
        # A heading says what follows: the line may stand below its text, and the model may be sure of it.
        if heading is not None:
            are_theirs = _have_texts(at, rows) or _have_texts(at, [heading, *rows[:-1]])
        else:
            are_theirs = mean_score(at, rows) < _SURE and _have_texts(at, rows) and _go_together(at, rows)
        if are_theirs:
            begin = rows[0] if heading is None else heading
            found = [row for row in at.rows() if row >= begin]
            return found if size_of(at, found) <= _MOST * at.size else []
    return []


def _readers_heading(at: Standing, final: int) -> int | None:
    """Return the row of a heading below the article under which readers may have their say."""
    rows = [row for row in range(at.start + 1, final) if at.blocks.forms[row][0] in _HEADINGS]
    named = (row for row in rows if heads_comments(at.blocks.items[row].text))
    return next((row for row in named if size_of(at, [r for r in at.rows() if r < row]) >= _ENOUGH), None)


def _have_texts(at: Standing, metas: Sequence[int]) -> bool:
    """Tell whether each of the lines has texts below it, up to the next."""
    ends = [*metas[1:], metas[-1] + 4]
    sizes = [len(block.text) for block in at.blocks.items]
    return all(max(sizes[meta + 1 : end], default=0) >= _LEAST for meta, end in zip(metas, ends, strict=True))


def _go_together(at: Standing, metas: Sequence[int]) -> bool:
    """Tell whether the lines stand in one box, or are several."""
    box = box_of(at, at.blocks.items[metas[0]].place)
    same = box is not None and (
        is_within(at.blocks, at.blocks.items[metas[-1]].place, box) or at.blocks.tags[box] == "table"
    )
    return same or len(metas) >= _FEWEST

"""What is judged with its like: paragraphs called as sure ones are, rows of one table, lists between sure paragraphs."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from columnist.pipelines.content.blocks.blocks import Blocks, Form
from columnist.pipelines.content.blocks.elements import IN
from columnist.pipelines.content.plaintext.labels import read_label
from columnist.pipelines.content.plaintext.lines import look_at, words_of
from columnist.pipelines.content.plaintext.notices import read_notice
from columnist.pipelines.content.rules.shape.kin import Standing, size_of
from columnist.pipelines.document.text import is_long
from columnist.pipelines.language.lexicon import vocabulary

SURE = 0.9
_PARAGRAPH = 35  # characters; a shorter line says too little of itself
_ENDS = frozenset('.!?…。！？؟।"”»」')
_FEWEST = 2  # sure paragraphs of a form
_LINKED = 0.3
_BETWEEN = 3  # blocks of something else between a paragraph and what stays: there position spoke against it
# What takes out by position, name or score, and so may be wrong of a whole stretch of the article.
_DOUBTFUL = frozenset({"model:low-score", "box", "after-end", "comments", "related"})
_LONGEST_LABEL = 40  # characters
_LABEL_WORDS = 3
_MOST_SPOKEN = 3  # lines of the site at a text's end
_QUOTES = '"“„«»「'
_DOUBTED = 0.6
_MOST_OUTVOTED = 0.2  # of the text
_VOTES = 3  # blocks of a form
_REFUSED = 0.3  # mean score of a form that is none of the article
_LEAST_ROW = 0.1  # score of a row that goes with its table
_SHORTEST_COPY = 10  # characters
_LEAST_LISTED = 0.05  # mean score of a list's rows
_MOST_LISTED = 40  # rows
_WORKED = ("a", "button", "input", "img", "form")
_NO_LIST = (
    IN["form"] | IN["button"] | IN["hidden"] | IN["figure"] | IN["aside"] | IN["table"] | IN["blockquote"]
)
_ELSEWHERE = IN["nav"] | IN["footer"] | IN["aside"] | IN["form"] | IN["hidden"] | IN["figure"] | IN["dialog"]


def late_rows(at: Standing) -> list[int]:
    """Return the rows that the model refused although they are called as the paragraphs it is sure of, in like elements.

    In the very element of sure paragraphs a refusal is about the words; beyond lists of links it is about the position.
    """
    forms: dict[Form, list[int]] = defaultdict(list)
    for row in at.rows():
        if at.scores[row] >= SURE and is_long(at.blocks.items[row].text):
            form = at.blocks.forms[row]
            if form[1] or form[2]:
                forms[form].append(row)
    sure = {form: rows for form, rows in forms.items() if len(rows) >= _FEWEST}
    if not sure:
        return []
    parents, places = at.blocks.parents, [block.place for block in at.blocks.items]
    homes = {parents[places[row]] for rows in sure.values() for row in rows}
    late: set[int] = set()
    out: list[int] = []
    forms_of = at.blocks.forms
    for row in [
        row for row, form in enumerate(forms_of) if row > at.start and not at.kept[row] and form in sure
    ]:
        if parents[places[row]] in homes or not _is_paragraph(at, row):
            continue
        near = any(at.kept[max(row - _BETWEEN, 0) : row]) or any(r in out for r in range(row - _BETWEEN, row))
        if not near or parents[places[row]] in late:
            out.append(row)
            late.add(parents[places[row]])
    return out if len(out) >= _FEWEST else []


def _is_paragraph(at: Standing, row: int) -> bool:
    block = at.blocks.items[row]
    size = len(block.text)
    return (
        size >= _PARAGRAPH
        and block.text[-1] in _ENDS
        and block.linked <= _LINKED * size
        and not at.blocks.flags[block.place] & _ELSEWHERE
    )


def table_rows(at: Standing) -> list[int]:
    """Return the refused rows of tables that stand between paragraphs and of which a row stays."""
    blocks, tables = at.blocks, defaultdict[int, list[int]](list)
    for row in [row for row, form in enumerate(blocks.forms) if form[0] == "tr"]:
        place = blocks.items[row].place
        if not blocks.flags[place] & _ELSEWHERE:
            tables[_table(blocks, place)].append(row)
    out: list[int] = []
    for rows in tables.values():
        first, last = rows[0], rows[-1]
        beside = first > 0 and last + 1 < len(at.kept) and at.kept[first - 1] and at.kept[last + 1]
        columns = sum(" | " in blocks.items[row].text for row in rows)
        if (
            beside
            and last - first + 1 == len(rows)
            and columns >= 0.8 * len(rows)
            and any(at.kept[row] for row in rows)
        ):
            out += [
                row
                for row in rows
                if not at.kept[row] and at.scores[row] >= _LEAST_ROW and not blocks.items[row].linked
            ]
    return out


def listed_rows(at: Standing) -> list[int]:
    """Return the refused rows of a box without links between two sure paragraphs beside it, some of them alike: a list of goods
    or of steps says little in each of its lines."""
    blocks, kept = at.blocks, at.kept
    stay = at.rows()
    out: list[int] = []
    for before, after in pairwise(stay):
        rows = range(before + 1, after)
        if not _FEWEST <= len(rows) <= _MOST_LISTED or before < at.start:
            continue
        home = blocks.parents[blocks.items[before].place]
        if (
            home != blocks.parents[blocks.items[after].place]
            or min(at.scores[before], at.scores[after]) < SURE
        ):
            continue
        boxes = {_child_of(blocks, blocks.items[row].place, home) for row in rows}
        if len({(blocks.tags[box], blocks.names[box]) for box in boxes}) == 1 and _is_list(at, boxes, rows):
            out += [row for row in rows if not kept[row]]
    return out


def _child_of(blocks: Blocks, place: int, home: int) -> int:
    while place > home and blocks.parents[place] != home:
        place = blocks.parents[place]
    return place


def _is_list(at: Standing, boxes: set[int], rows: Sequence[int]) -> bool:
    blocks = at.blocks
    items = [blocks.items[row] for row in rows]
    if any(box < 1 or blocks.flags[box] & _ELSEWHERE for box in boxes):
        return False
    if any(b.linked or blocks.flags[b.place] & _NO_LIST or b.place in boxes for b in items):
        return False
    if len({blocks.forms[row] for row in rows}) > len(rows) / 2:
        return False
    if sum(at.scores[row] for row in rows) < _LEAST_LISTED * len(rows):
        return False
    if any(next(blocks.elements[box].iter(*_WORKED), None) is not None for box in boxes):
        return False
    return not any(read_label(look_at(b.text)).kind for b in items if len(b.text) <= _LONGEST_LABEL)


def _table(blocks: Blocks, place: int) -> int:
    while place >= 0 and blocks.tags[place] != "table":
        place = blocks.parents[place]
    return place


def called_headings(at: Standing) -> list[int]:
    """Return the refused headings right above what stays that are of the class of sure ones: an editor's blocks."""
    blocks, stay = at.blocks, at.rows()
    names = {
        blocks.forms[row][1] for row in stay if at.scores[row] >= SURE and is_long(blocks.items[row].text)
    } - {""}
    return [
        row
        for row in (range(at.start if at.opening is None else at.opening, stay[-1]) if names else ())
        if not at.kept[row] and at.kept[row + 1]
        if blocks.flags[(block := blocks.items[row]).place] & IN["heading"]
        if blocks.forms[row][1] in names and not block.linked
    ]


def asked_again(at: Standing) -> list[int]:
    """Return the refused rows of lines of which two copies stay, one above each: the last question of a series."""
    copies: dict[str, list[int]] = defaultdict(list)
    for row in at.rows():
        if len(at.blocks.items[row].text) >= _SHORTEST_COPY:
            copies[at.blocks.items[row].key].append(row)
    again = {key: rows for key, rows in copies.items() if len(rows) >= _FEWEST}
    last = at.rows()[-1]
    return [
        row
        for row in (range(at.start, last) if again else ())
        if not at.kept[row]
        if (block := at.blocks.items[row]).key in again
        if at.blocks.forms[row] == at.blocks.forms[again[block.key][0]] and not block.linked
    ]


def dropped_alike(at: Standing, fates: Sequence[str]) -> float:
    """Return how much of the text that is called as the sure paragraphs are, or stands in their element, was dropped for its
    score or its place: a share of that text. Much of it is a reason to doubt that the article is whole."""
    blocks = at.blocks
    parents = [blocks.parents[block.place] for block in blocks.items]
    sure = [row for row in at.rows() if at.scores[row] >= SURE and is_long(blocks.items[row].text)]
    forms = {form for row in sure if any((form := blocks.forms[row])[1:])}
    homes = {parents[row] for row in sure}
    alike = [
        row
        for row, block in enumerate(blocks.items)
        if is_long(block.text) and block.linked <= _LINKED * len(block.text)
        if parents[row] in homes or blocks.forms[row] in forms
    ]
    dropped = size_of(at, [row for row in alike if fates[row] in _DOUBTFUL])
    return dropped / max(dropped + size_of(at, [row for row in alike if at.kept[row]]), 1)


def outvoted_rows(at: Standing) -> list[int]:
    """Return the kept rows that the model half believed and whose like it refused: one reader's comment of five."""
    doubted = {row: at.blocks.forms[row] for row in at.rows() if at.scores[row] < _DOUBTED}
    if not doubted:
        return []
    votes: dict[Form, list[float]] = defaultdict(list)
    asked = set(doubted.values())
    tags = {form[0] for form in asked}
    for row, block in enumerate(at.blocks.items):
        if at.blocks.tags[block.place] in tags and (form := at.blocks.forms[row]) in asked:
            votes[form].append(at.scores[row])
    found = [
        row
        for row, form in doubted.items()
        if any(form[1:])
        and form[0] in ("p", "div", "li")
        and len(votes[form]) >= _VOTES
        and sum(votes[form]) < _REFUSED * len(votes[form])
    ]
    return found if size_of(at, found) <= _MOST_OUTVOTED * at.size else []


def headings_left(at: Standing) -> list[int]:
    """Return the headings below which nothing stays, and the label of a notice at the text's end."""
    out: list[int] = []
    for row in range(len(at.kept) - 1, at.start, -1):
        if not at.kept[row]:
            continue
        text = at.blocks.items[row].text
        # Paragraphs may stand in a heading that was left open.
        is_heading = at.blocks.flags[at.blocks.items[row].place] & IN["heading"] and not is_long(text)
        # Thai is one word to the end.
        is_short = len(text) <= _LONGEST_LABEL and len(text.split()) <= _LABEL_WORDS
        is_label = is_short and text[-1] not in _ENDS
        if is_heading or (is_label and _heads_notice(at, row)) or _is_box_label(text):
            out.append(row)
        elif read_notice(text) != "footer":
            break
    return out


def _is_box_label(text: str) -> bool:
    if len(text) > _LONGEST_LABEL or text[-1] in _ENDS:
        return False
    return read_label(look_at(text)).kind in ("related", "comments", "share-bar")


def _heads_notice(at: Standing, row: int) -> bool:
    return row + 1 < len(at.kept) and read_notice(at.blocks.items[row + 1].text) == "footer"


def spoken_by_the_site(at: Standing) -> list[int]:
    """Return the last rows that the model half believed, among paragraphs that it is sure of, and that speak to the reader."""
    out: list[int] = []
    for row in range(len(at.kept) - 1, at.start, -1):
        if not at.kept[row]:
            continue
        if at.scores[row] >= _DOUBTED:
            break
        text = at.blocks.items[row].text
        words = [word for word in words_of(text.lower()) if vocabulary("calls", "address").has(word)]
        if len(set(words)) < 2 or any(quote in text for quote in _QUOTES):
            break
        out.append(row)
    return out if len(out) <= _MOST_SPOKEN and size_of(at, out) <= 0.3 * at.size else []

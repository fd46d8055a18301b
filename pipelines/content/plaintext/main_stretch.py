"""Finds the stretch of lines that holds the article's mass, so that banners and menus cannot pass for its beginning."""

from columnist.pipelines.content.plaintext.lines import Line

_LISTS = frozenset({"related", "read-also", "tags", "pager"})
_COMMENTS = frozenset({"comments", "comment-action"})
_CAP = 400  # width: a longer paragraph is no more an article than one of this
_UNIT = 100  # width of prose that outweighs one piece of furniture
_SHORT, _BRIEF = -0.35, -0.1  # a menu entry; a short line with a full stop, as in an interview
_FURNITURE = -1.0
_STRAYS = 5  # short lines below the mass, of no known kind: other articles' headlines without a heading
_LITTLE = 0.6  # share of the core's prose that a page's rest may have; with more, the rest is the article too
_HEADLINE = -0.6  # a longer line without a full stop: another article's headline more often than a list item
_TEASED = 0.2
_DISCUSSED = 0.3  # weight of what readers write: there may be more of it than of the article


def find_core(lines: list[Line], rules: list[str | None], prose: list[bool]) -> tuple[int, int]:
    """Return the first and last index of the stretch with the greatest mass; (0, -1) where there is no prose."""
    best, here = 0.0, 0.0
    core, start = (0, -1), 0
    discussed = False
    told = 0
    for i, line in enumerate(lines):
        discussed = discussed or (rules[i] in _COMMENTS and told >= 2)
        told += prose[i]
        weight = _weight(line, rules[i], prose[i])
        if prose[i] and _teaser(i, lines, rules, prose):
            weight *= _TEASED
        here += weight * _DISCUSSED if discussed and weight > 0 else weight
        if here <= 0:
            here, start = 0.0, i + 1
        elif here > best and prose[i]:
            best, core = here, (start, i)
    first = next((i for i in range(core[0], core[1] + 1) if prose[i]), core[0])
    return first, core[1]


def _teaser(index: int, lines: list[Line], rules: list[str | None], prose: list[bool]) -> bool:
    """Tell whether a paragraph is what stands below another article's headline: alone, and short."""
    above = index > 0 and rules[index - 1] is None and _headline_like(lines[index - 1])
    alone = not any(prose[index + 1 : index + 2])
    return above and alone and lines[index].width < 260 and lines[index].sentences <= 3


def mass_stop(
    lines: list[Line], rules: list[str | None], prose: list[bool], found: tuple[int, tuple[int, int], int]
) -> int:
    """Return where the article's mass ends, if short lines of no known kind and little else follow; else `end`."""
    first, core, end = found
    stop = max(first + 1, _core_stop(lines, rules, prose, core[1]))
    strays = sum(1 for i in range(stop, end) if rules[i] is None and not prose[i])
    inside = sum(lines[i].width for i in range(core[0], core[1] + 1) if prose[i])
    rest = [i for i in range(stop, end) if prose[i] and not _teaser(i, lines, rules, prose)]
    cut = strays >= _STRAYS and sum(lines[i].width for i in rest) < _LITTLE * inside
    return stop if cut else end


def _core_stop(lines: list[Line], rules: list[str | None], prose: list[bool], last: int) -> int:
    """Return the index after the lines that belong to a core which ends at `last`.

    Where no furniture follows, all do; else the sentences and list items right below, and what follows a list of
    short items in the article's midst.
    """
    stop = last + 1
    pending: list[int] = []
    for i in range(last + 1, len(lines)):
        if rules[i] in _LISTS or rules[i] in _COMMENTS:
            return stop
        if rules[i] is not None:
            continue
        pending.append(i)
        if prose[i]:
            items = [lines[j] for j in pending if not lines[j].ends]
            long_items = sum(1 for item in items if _headline_like(item))
            follows = prose[i + 1 : i + 2] == [True] or lines[i].width >= _CAP
            if long_items > 1 or any(rules[last + 1 : i]) or not (follows or len(items) <= 2):
                return stop
            stop, pending = i + 1, []
        elif (lines[i].ends or lines[i].bullet) and len(pending) <= 2 and not any(rules[stop:i]):
            stop, pending = i + 1, []
    return stop if any(rules[stop:]) else len(lines)


def _headline_like(line: Line) -> bool:
    return not line.ends and not line.bullet and line.width >= 40


def _weight(line: Line, rule: str | None, is_prose: bool) -> float:
    if rule is not None:
        return _FURNITURE
    if is_prose:
        return min(line.width, _CAP) / _UNIT
    if _headline_like(line):
        return _HEADLINE
    return _BRIEF if line.ends or line.bullet else _SHORT

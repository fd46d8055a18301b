"""Finds where the body begins below the headline, and clears what stands above it."""

from pipelines.flat.lines import Line

_STRAYS = 3  # short lines of no known kind between standfirst and text: names, a place, a rubric
_LIST = 12  # short lines where nothing around them is furniture: the ingredients of a recipe
_GAP = 25  # lines between standfirst and text that can be a header's


def article_start(lines: list[Line], rules: list[str | None], title: int | None, core: int | None) -> int:
    """Return the index of the body's first line: up from the core as far as sentences go, at most to the title."""
    floor = 0 if title is None else title + 1
    if core is None:
        return next((i for i in range(floor, len(lines)) if rules[i] is None), len(lines))
    start, strays, furnished = max(core, floor), 0, False
    for i in range(start - 1, floor - 1, -1):
        line = lines[i]
        if rules[i] is not None:
            furnished = True
        elif line.prose or line.bullet or (line.ends and (line.quoted or len(line.words) >= 3)):
            start, strays = i, 0
        elif title is not None and line.width >= 70 and len(line.words) >= 9 and all(rules[title + 1 : i]):
            start, strays = i, 0  # a standfirst without a full stop, right below the headline
        else:
            strays += 1
            if strays > (_STRAYS if furnished else _LIST):
                break
    return start


def clear_above(lines: list[Line], rules: list[str | None], prose: list[bool], first: int) -> None:
    """Take out the header: what is above the headline, and the short lines between headline, standfirst and text."""
    if not any(prose):
        return  # a poem, a list: no paragraph says where the body begins
    for i in range(first):
        rules[i] = rules[i] or "before-article"
    after = next((i for i in range(first + 1, len(lines)) if prose[i]), None)
    if after is None or not any(rules[first + 1 : after]) or after - first > _GAP:
        return
    last_rule = max(i for i in range(first + 1, after) if rules[i])
    for i in range(first + 1, last_rule):
        if rules[i] is None and not lines[i].ends and not lines[i].bullet and len(lines[i].words) <= 8:
            rules[i] = "before-article"

"""Finds where the article ends, and the boxes of other matter that stand in its middle."""

from collections.abc import Iterable

from columnist.pipelines.content.plaintext.lines import Line

_HARD = frozenset({"comments", "comment-action", "author-box", "footer"})  # nothing of the article follows
_LISTS = frozenset({"related", "tags"})  # a heading of these owns the headlines below it
_NEUTRAL = frozenset({"advertisement", "caption", "timestamp", "byline", "breadcrumb", "no-words", "title-repeat",
                      "before-article", "repeated"})  # fmt: skip
_BEGUN = 200  # width of sentences before which no article has ended: a standfirst has less, a brief more
_LONG = 350  # width: no teaser of another article is as long as this
_AHEAD = 300  # lines: no box inside an article is longer
_RUN = 230  # width of two paragraphs in a row that are an article's, not two teasers


def body_mass(lines: list[Line], indices: Iterable[int]) -> int:
    """Return the width of these lines together."""
    return sum(lines[i].width for i in indices)


def article_end(lines: list[Line], rules: list[str | None], prose: list[bool], first: int) -> int:
    """Return the index after the article's last line: the first furniture after which no article text follows."""
    mass = 0
    i = first
    while i < len(lines):
        kind = rules[i]
        if kind is None or kind in _NEUTRAL:
            mass += lines[i].width if prose[i] else 0
        elif mass or kind not in _HARD:
            back = _resumption(lines, rules, prose, (i, mass))
            if back is None:
                return i if mass else _end_without_mass(lines, rules, i)
            i = back - 1
        i += 1
    return len(lines)


def _end_without_mass(lines: list[Line], rules: list[str | None], at: int) -> int:
    """In a text without paragraphs, end at the first furniture if something stands before it."""
    return at if any(rule is None for rule in rules[:at]) else len(lines)


def _resumption(
    lines: list[Line], rules: list[str | None], prose: list[bool], place: tuple[int, int]
) -> int | None:
    """Return where the article goes on after the furniture at `place`, or None where it has ended."""
    at, mass = place
    stop = _next_hard(rules, at + 1)
    if rules[at] == "read-also":
        below = next((i for i in range(at + 1, stop) if rules[i] is None), None)
        if below is not None and (prose[below] or lines[below].ends):
            return below  # the pointer names its article itself: what follows is this one again
    rest = [i for i in range(at + 1, stop) if prose[i]]
    if not rest:
        return None
    if rules[at] in _HARD:
        return _after_hard(lines, rules, rest, place)
    headlines = sum(1 for i in range(at + 1, rest[0]) if rules[i] is None)
    run = _first_run(lines, rules, prose, (rest, headlines > 0 or rules[at] not in _LISTS))
    if run is not None:
        return run
    if body_mass(lines, rest) > mass:
        return rest[0]
    if rules[at] in _LISTS:
        alone = len(rest) == 1 and lines[rest[0]].solid
        return rest[0] if alone and headlines != 1 and headlines > 0 else None
    return rest[0] if headlines <= 1 and len(rest) == 1 else None


def _next_hard(rules: list[str | None], start: int) -> int:
    last = min(len(rules), start + _AHEAD)
    return next((i for i in range(start, last) if rules[i] in _HARD), last)


def _after_hard(
    lines: list[Line], rules: list[str | None], rest: list[int], place: tuple[int, int]
) -> int | None:
    """A count of comments or a name may stand above the text: then the text begins at once and outweighs it."""
    at, mass = place
    between = [i for i in range(at + 1, rest[0]) if rules[i] is None]
    if mass < _BEGUN and body_mass(lines, rest) > mass:
        return rest[0]
    run = [i for i in rest if i - rest[0] < 3]
    return rest[0] if not between and len(run) == 3 and body_mass(lines, rest) > 2 * mass else None


def _first_run(
    lines: list[Line], rules: list[str | None], prose: list[bool], seen: tuple[list[int], bool]
) -> int | None:
    """Find paragraphs in a row, or one that is too long for a teaser.

    Where the box has no headlines, or headlines without full stops, two sentences in a row are the article's.
    """
    rest, any_two = seen
    for here in rest:
        line = lines[here]
        if line.width >= _LONG or line.sentences >= 5:
            return here
        after = next((i for i in range(here + 1, len(lines)) if rules[i] not in _NEUTRAL), None)
        in_row = after is not None and prose[after]
        if in_row and after is not None:
            pair = (line, lines[after])
            if any_two or (sum(p.width for p in pair) >= _RUN and any(p.solid for p in pair)):
                return here
    return None


def close_boxes(lines: list[Line], rules: list[str | None], prose: list[bool], body: tuple[int, int]) -> None:
    """Take out the headlines below a "related" heading and the odd lines between two pieces of furniture."""
    first, end = body
    for i in range(first, end):
        if rules[i] is None or rules[i] in _NEUTRAL:
            continue
        stop = next((j for j in range(i + 1, end) if prose[j] or lines[j].ends), end)
        owner = rules[i]
        items = [j for j in range(i + 1, stop) if rules[j] is None]
        last_rule = max((j for j in range(i, stop) if rules[j]), default=i)
        for j in items:
            if owner in _LISTS and _is_heading_line(lines[i]):
                # A box has one headline at least: the article's own subheading can only come after it.
                subhead = j == stop - 1 and j > items[0] and len(lines[j].words) <= 6
                rules[j] = None if subhead else owner
            elif j < last_rule and not lines[j].bullet:
                rules[j] = owner


def _is_heading_line(line: Line) -> bool:
    """A heading names no article itself: "Related", not "Read also: Mayor resigns"."""
    return len(line.words) <= 6 or line.text.endswith(":")

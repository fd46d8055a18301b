"""Finds where the body begins below the headline, and clears what stands above it."""

from collections import Counter
from itertools import accumulate

from columnist.pipelines.content.plaintext.labels import is_label_word
from columnist.pipelines.content.plaintext.lines import Line
from columnist.pipelines.content.plaintext.marks import SURE, Chrome

_NO_HEADLINE = frozenset({"timestamp", "byline", "caption", "breadcrumb", "consent", "comments", "footer"})
_LEAST = 0.25  # score: what a first line has that shares no word with the text but is shaped like a headline
_NEARLY = 0.3
_OPENERS = ("?", "!", "”", "“", "»", '"', "’", "」", "？", "！")
_TEXT = 40  # lines of the text whose words a headline is compared with: more only blur it
# Lines of no known kind between headline and text, and what so few of them speak for the headline.
_NEARNESS = ((2, 0.6), (5, 0.4), (12, 0.2), (25, 0.0))


def find_headline(
    lines: list[Line], chromes: list[Chrome], rules: list[str | None], text: int | None
) -> int | None:
    """Return the index of the headline above the text, which begins at `text`; None where there is none."""
    zone = range(len(lines) if text is None else text + _may_open(lines, text))
    candidates = [i for i in zone if _may_be_headline(lines[i], chromes[i], rules[i])]
    if not candidates:
        return None
    if text is None:
        return candidates[0] if len(lines) > 1 else None
    begin = max(text, zone.stop)
    body = [line for i, line in enumerate(lines[begin:], begin) if rules[i] is None and line.prose][:_TEXT]
    used = {part for line in body for part in _parts(line)}
    seen = Counter(line.words for line in lines)
    scores = {
        i: _score(i, lines, rules, used) + (0.3 if seen[lines[i].words] > 1 else 0.0) for i in candidates
    }
    plain = list(accumulate((rule is None for rule in rules), initial=0))
    told = list(
        accumulate((rule is None and line.prose for rule, line in zip(rules, lines, strict=True)), initial=0)
    )
    for i in candidates:
        between = plain[max(text, i + 1)] - plain[i + 1]
        scores[i] += next((bonus for lines_between, bonus in _NEARNESS if between <= lines_between), -0.3)
        scores[i] -= min(0.6, 0.3 * told[i])
    best = max(scores.values())
    if best < _LEAST:
        return None
    # A standfirst or a caption may share more words with the text than the headline above it.
    return next(i for i in candidates if scores[i] >= best - _NEARLY)


def _may_open(lines: list[Line], text: int) -> int:
    """Return 1 where the text's first line may be the headline itself: a question, a call, a quotation."""
    line = lines[text]
    alone = text + 1 == len(lines)
    return int(not alone and line.width <= 150 and line.sentences <= 2 and line.text.endswith(_OPENERS))


def _may_be_headline(line: Line, chrome: Chrome, rule: str | None) -> bool:
    if chrome.strength >= SURE and chrome.kind in _NO_HEADLINE:
        return False
    if rule is not None or line.bullet or not line.words or line.width > 300:
        return False
    return not (line.ends and line.sentences >= 3)


def _parts(line: Line) -> set[str]:
    """The beginnings of the line's longer words, so that inflections agree; pairs of signs in Chinese or Japanese."""
    parts = {w[:5] for w in line.words if len(w) >= 4 and not is_label_word(w)}
    for word in line.words:
        if word and word[0] > "\u2e80":
            parts |= {word[i : i + 2] for i in range(len(word) - 1)}
    return parts


def _score(index: int, lines: list[Line], rules: list[str | None], used: set[str]) -> float:
    line = lines[index]
    parts = _parts(line)
    shaped = 4 <= len(line.words) <= 25 or 20 <= line.width <= 150
    score = len(parts & used) / len(parts) if parts else 0.0
    score *= 1.0 if shaped else 0.5  # one word of a menu is in the text by chance
    score += 0.3 if shaped else -0.2
    score += 0.4 if index == 0 and len(line.words) >= 3 else 0.0
    score -= 0.3 if line.text.endswith((".", "。", "।")) else 0.0
    score -= 0.6 if len(line.words) == 1 and line.width <= 15 and index else 0.0
    neighbours = [lines[i] for i in (index - 1, index + 1) if 0 <= i < len(lines) and rules[i] is None]
    crowded = len(neighbours) == 2 and all(n.width <= 30 and not n.ends for n in neighbours)
    return score - (0.3 if crowded and line.width <= 30 else 0.0)


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

"""Finds the headline among the lines that stand before the text."""

from __future__ import annotations

import itertools
from collections import Counter

from pipelines.flat.chrome import Chrome
from pipelines.flat.lines import Line

__all__ = ["find_headline"]

_NO_HEADLINE = frozenset({"timestamp", "byline", "caption", "breadcrumb", "consent", "comments", "footer"})
_LEAST = 0.25  # score: what a first line has that shares no word with the text but is shaped like a headline


def find_headline(
    lines: list[Line], chromes: list[Chrome], rules: list[str | None], prose: list[bool]
) -> int | None:
    """Return the index of the headline, or None where the text has none."""
    zone = _zone(lines, rules, prose)
    candidates = [i for i in zone if _may_be_headline(lines[i], chromes[i], rules[i])]
    if not candidates:
        return None
    if not any(prose):
        return candidates[0] if candidates[0] == zone[0] or len(lines) > 1 else None
    body = {part for i, line in enumerate(lines) if prose[i] for part in _parts(line)}
    seen = Counter(line.words for line in lines)
    scores = {i: _score(i, lines, rules, (body, seen)) for i in candidates}
    best = max(candidates, key=lambda i: scores[i])  # the first of equals
    return best if scores[best] >= _LEAST else None


def _zone(lines: list[Line], rules: list[str | None], prose: list[bool]) -> list[int]:
    """The lines where the headline may stand: up to the first two paragraphs that follow each other.

    A stray sentence (a banner, a teaser) may come before the headline, but not the text itself.
    """
    first = [i for i, is_prose in enumerate(prose) if is_prose]
    if not first:
        return list(range(len(lines)))
    for here, after in itertools.pairwise(first):
        between = [i for i in range(here + 1, after) if not rules[i]]
        if not between:
            return list(range(here))
    return list(range(first[0]))


def _may_be_headline(line: Line, chrome: Chrome, rule: str | None) -> bool:
    if chrome.strength >= 2 and chrome.kind in _NO_HEADLINE:
        return False
    if rule is not None or line.bullet or not line.words or line.width > 300:
        return False
    return not (line.ends and line.sentences >= 3)


def _parts(line: Line) -> set[str]:
    """The beginnings of the line's longer words, so that inflections agree; pairs of signs in Chinese or Japanese."""
    parts = {w[:5] for w in line.words if len(w) >= 4}
    for word in line.words:
        if word and word[0] > "\u2e80":
            parts |= {word[i : i + 2] for i in range(len(word) - 1)}
    return parts


def _score(
    index: int, lines: list[Line], rules: list[str | None], page: tuple[set[str], Counter[tuple[str, ...]]]
) -> float:
    body, seen = page
    line = lines[index]
    parts = _parts(line)
    score = len(parts & body) / len(parts) if parts else 0.0
    shaped = 4 <= len(line.words) <= 25 or 20 <= line.width <= 150
    score += 0.3 if shaped else -0.2
    score += 0.4 if index == 0 else 0.0
    score += 0.3 if seen[line.words] > 1 and shaped else 0.0
    score -= 0.3 if line.text.endswith((".", "。", "।")) else 0.0
    score -= 0.6 if len(line.words) == 1 and line.width <= 15 and index else 0.0
    neighbours = [lines[i] for i in (index - 1, index + 1) if 0 <= i < len(lines) and rules[i] is None]
    crowded = len(neighbours) == 2 and all(n.width <= 30 and not n.ends for n in neighbours)
    return score - (0.3 if crowded and line.width <= 30 else 0.0)

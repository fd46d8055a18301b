"""Gold -> labels: which blocks of a page the gold text is made of."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

__all__ = ["align", "snippet_labels", "tokens"]

_TOKEN = re.compile(r"\w+")
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_MOST_PLACES = 6  # where one block may lie in the gold: a repeated line has few true places
_SLACK = 4  # tokens by which a partly matching block may overlap the one before

Candidate = tuple[int, int, float]  # start and end in the gold's tokens, share of the block that is there


def tokens(text: str) -> list[str]:
    """Split into words, and into characters where a script has no spaces."""
    text = unicodedata.normalize("NFKC", text.replace("\u00ad", "")).lower()
    return _TOKEN.findall(_WIDE.sub(lambda m: f" {m.group(0)} ", text))


def align(texts: Sequence[str], gold: str) -> list[float]:
    """Return for each block the share of it that the gold holds, at a place that keeps the page's order.

    Of all ways to lay the blocks along the gold in order, the one that covers most of it wins: a
    headline that the gold has once is thereby not also counted in the navigation.
    """
    words = tokens(gold)
    places = _Places(words)
    chain = _Chain(len(words))
    for index, text in enumerate(texts):
        chain.offer(index, places.find(tokens(text)))
    labels = [0.0] * len(texts)
    for index, share in chain.best():
        labels[index] = share
    return labels


def snippet_labels(
    texts: Sequence[str], wanted: Sequence[str], unwanted: Sequence[str]
) -> list[float | None]:
    """Return 1 for a block with a required snippet, 0 for one with a forbidden one, None where unknown."""
    out: list[float | None] = []
    for text in texts:
        low = " ".join(text.split()).lower()
        good = any(" ".join(snippet.split()).lower() in low for snippet in wanted)
        bad = any(" ".join(snippet.split()).lower() in low for snippet in unwanted)
        out.append(None if good == bad else float(good))
    return out


class _Places:
    """Finds where a block's tokens lie in the gold."""

    def __init__(self, words: list[str]) -> None:
        self.joined = f" {' '.join(words)} "
        self.count = len(words)
        self.index_at: dict[int, int] = {}
        self.triples: dict[tuple[str, ...], list[int]] = defaultdict(list)
        offset = 1
        for index, word in enumerate(words):
            self.index_at[offset] = index
            offset += len(word) + 1
            if index + 2 < len(words):
                self.triples[tuple(words[index : index + 3])].append(index)

    def find(self, block: list[str]) -> list[Candidate]:
        """Return the block's candidate places: whole, else the densest part of it."""
        if not block:
            return []
        needle, found, at = f" {' '.join(block)} ", [], -1
        while len(found) < _MOST_PLACES:
            at = self.joined.find(needle, at + 1)
            if at < 0:
                break
            start = self.index_at[at + 1]
            found.append((start, start + len(block), 1.0))
        return found or self._part(block)

    def _part(self, block: list[str]) -> list[Candidate]:
        if len(block) < 6:  # short lines match by chance
            return []
        triples = [tuple(block[i : i + 3]) for i in range(len(block) - 2)]
        share = sum(triple in self.triples for triple in triples) / len(triples)
        if share < 0.3:
            return []
        starts = sorted(at - i for i, t in enumerate(triples) for at in self.triples.get(t, ())[:4])
        middle = starts[len(starts) // 2]
        start, end = max(0, middle), min(self.count, middle + len(block))
        return [(start, end, share)] if end > start else []


class _Chain:
    """The heaviest chain of candidates that goes forward in the page and in the gold (a Fenwick tree)."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.tree: list[tuple[float, int]] = [(0.0, -1)] * (size + 2)
        self.nodes: list[tuple[float, int, int, float]] = []  # weight so far, before it, block, share

    def offer(self, block: int, candidates: list[Candidate]) -> None:
        added = []
        for start, end, share in candidates:
            reach = start if share == 1.0 else start + _SLACK
            weight, before = self._heaviest(min(self.size, reach))
            added.append((min(self.size, end), len(self.nodes)))
            self.nodes.append((weight + (end - start) * share, before, block, share))
        for end, node in added:
            self._update(end, (self.nodes[node][0], node))

    def best(self) -> list[tuple[int, float]]:
        if not self.nodes:
            return []
        node = max(range(len(self.nodes)), key=lambda i: self.nodes[i][0])
        out = []
        while node >= 0:
            _, before, block, share = self.nodes[node]
            out.append((block, share))
            node = before
        return out

    def _heaviest(self, position: int) -> tuple[float, int]:
        best, position = (0.0, -1), position + 1
        while position > 0:
            best = max(best, self.tree[position])
            position -= position & -position
        return best

    def _update(self, position: int, value: tuple[float, int]) -> None:
        position += 1
        while position <= self.size + 1:
            self.tree[position] = max(self.tree[position], value)
            position += position & -position

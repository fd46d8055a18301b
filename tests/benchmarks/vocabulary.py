"""Labelled pages -> how much each class word and each word of short texts speaks for the body.

Every domain has one vote per word: the share of its blocks with that word that are body, against the
share among all its blocks. A word that only one site uses says nothing about another.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from columnist.pipelines.content.blocks.blocks import Blocks
from columnist.pipelines.content.blocks.class_names import name_words
from columnist.pipelines.content.model.word_features import MAX_TEXT, Vocabulary, text_words

__all__ = ["DomainVotes", "build_vocabulary", "count_votes"]

FEWEST_DOMAINS = 4  # fewer are a coincidence
SHRINK = 3.0  # domains' worth of doubt
SIZES = (700, 900, 700)  # words kept per table: what fits in the weights' budget

_WORD = re.compile(r"[^\W\d_]+")

Rates = dict[str, float]


@dataclass(frozen=True, slots=True)
class DomainVotes:
    """For the three tables: word -> share of body among the domain's blocks with it, less the base share."""

    own: Rates
    chain: Rates
    words: Rates


def count_votes(pages: Iterable[tuple[Blocks, Sequence[float]]]) -> DomainVotes:
    """Count the votes of one domain's pages."""
    tables: tuple[dict[str, list[float]], ...] = tuple(defaultdict(lambda: [0.0, 0.0]) for _ in range(3))
    base = [1.0, 2.0]
    for blocks, labels in pages:
        base[0] += sum(label >= 0.5 for label in labels)
        base[1] += len(labels)
        around = _around(blocks)
        for block, label in zip(blocks.items, labels, strict=True):
            parent = blocks.parents[block.place]
            own = {*name_words(blocks.names[block.place]), *name_words(block.inline)}
            chain = around[parent] if parent >= 0 else frozenset[str]()
            for table, words in zip(tables, (own, chain, _text_words(block.text)), strict=True):
                for word in words:
                    table[word][0] += label >= 0.5
                    table[word][1] += 1
    rate = base[0] / base[1]
    return DomainVotes(*({w: good / n - rate for w, (good, n) in table.items()} for table in tables))


def build_vocabulary(domains: Iterable[DomainVotes]) -> Vocabulary:
    """Average the domains' votes; keep the words that say most."""
    votes = list(domains)
    return Vocabulary(
        own=_average([vote.own for vote in votes], SIZES[0]),
        chain=_average([vote.chain for vote in votes], SIZES[1]),
        words=_average([vote.words for vote in votes], SIZES[2]),
    )


def _text_words(text: str) -> set[str]:
    """Return the words of a short text, and its first two as a pair: what votes.py looks up."""
    return set(text_words(_WORD.findall(text.lower()))) if len(text) <= MAX_TEXT else set()


def _average(tables: list[Rates], size: int) -> Rates:
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0])
    for table in tables:
        for word, rate in table.items():
            sums[word][0] += rate
            sums[word][1] += 1
    scores = {w: (3.0 * total / (n + SHRINK), n) for w, (total, n) in sums.items() if n >= FEWEST_DOMAINS}
    best = sorted(scores, key=lambda word: (-abs(scores[word][0]) * math.sqrt(scores[word][1]), word))
    return {word: round(scores[word][0], 2) for word in sorted(best[:size])}


def _around(blocks: Blocks) -> list[frozenset[str]]:
    around: list[frozenset[str]] = []
    for parent, name in zip(blocks.parents, blocks.names, strict=True):
        outer = around[parent] if parent >= 0 else frozenset[str]()
        words = name_words(name)
        around.append(outer.union(words) if words else outer)
    return around

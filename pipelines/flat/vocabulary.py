"""Words and stems of words, as the data of the line cleaner writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

__all__ = ["Label", "Words", "vocabulary"]


class Label(NamedTuple):
    """The words that labels of one kind are made of."""

    kind: str
    alone: str  # a label by itself, whatever stands beside it: "advertisement"
    core: str  # at least one of these; a single one of them needs a neighbour that is furniture too
    more: str  # may stand beside them


@dataclass(frozen=True, slots=True)
class Words:
    """Whole words, and stems that any ending may follow."""

    whole: frozenset[str]
    stems: tuple[str, ...]

    def has(self, word: str) -> bool:
        """Tell whether a word in lower case is one of them or begins with one of the stems."""
        return word in self.whole or word.startswith(self.stems)


@cache
def vocabulary(words: str) -> Words:
    """Read a list of words parted by spaces; `*` ends a stem."""
    entries = re.findall(r"[^\s'’-]+", words)
    whole = frozenset(e for e in entries if not e.endswith("*"))
    return Words(whole, tuple(e[:-1] for e in entries if e.endswith("*")))

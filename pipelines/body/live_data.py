"""JSON-LD -> the entries of a live blog that loads them later."""

from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from pipelines.body.paragraphs import from_text
from pipelines.document import Document
from pipelines.records import Paragraph

_MOST = 2_000  # entries; a long day's ticker has some hundred


def live_entries(document: Document) -> tuple[Paragraph, ...]:
    """Return the entries that JSON-LD gives: time and headline as h3, then the entry's paragraphs."""
    out: list[Paragraph] = []
    for entry in _updates(document):
        time, headline, body = (entry.get(key) for key in ("datePublished", "headline", "articleBody"))
        if not isinstance(body, str):
            continue
        heading = " ".join(part for part in (time, headline) if isinstance(part, str))
        out += [Paragraph("h3", p.text) for p in from_text(unescape(heading))]
        out += from_text(unescape(body))
    return tuple(out)


def _updates(document: Document) -> Iterator[Mapping[str, Any]]:
    for node in document.json_ld:
        updates = node.get("liveBlogUpdate")
        for entry in updates[:_MOST] if isinstance(updates, list) else (updates,):
            if isinstance(entry, dict):
                yield entry

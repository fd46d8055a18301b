"""What a link says to a screen reader alone: "(opens in a new tab)". It is no word of the article."""

import re

from pipelines.language.lexicon import entries

_NOTES = entries("linknotes", "notes")
_ANY = "|".join(_NOTES)
# In brackets or, in English, behind a comma: a sentence may tell of a window that opens.
_NOTE = re.compile(rf"\s?[(（\[](?:{_ANY})[)）\]]|,\s?(?:{_NOTES[0]})(?!\w)", re.IGNORECASE)
_BEGINNINGS = ("(", ", opens", "（", "[")


def without_link_notes(text: str) -> str:
    """Return the text of a block that holds a link without such notes."""
    if not any([beginning in text for beginning in _BEGINNINGS]):  # noqa: C419  a generator takes twice as long
        return text
    return _NOTE.sub("", text).strip()

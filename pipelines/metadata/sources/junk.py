"""What systems put where tags and the publisher's name are due: marks of their own, and whose rights it is."""

import re
from dataclasses import replace

from columnist.pipelines.language.lexicon import either
from columnist.pipelines.metadata.record import Metadata

# A number of a row, an identifier in hexadecimal digits, "_hidden", "cms:77", "page-id-7"; a year is a tag.
_MACHINES = re.compile(
    r"_.*|(?!(?:19|20)\d\d\Z)[\d.,-]+|[0-9a-f]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\w-]+:\S+|\S*\bid[-_:]?\d+",
    re.IGNORECASE,
)
_FIELD = re.compile(
    rf"(?:{either('rubrics', 'fields')})\s*:\s", re.IGNORECASE
)  # "Section: Local"; "Halo: Reach" is a tag
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_YEARS = r"(?:19|20)\d\d(?:\s*[-–—/]\s*(?:19|20)?\d\d)?"
_RIGHTS = re.compile(
    rf"©|\(c\)|&copy;|\bcopyright\b|\b{_YEARS}\b|{either('rubrics', 'rights')}", re.IGNORECASE
)
_ENDS = " .,;:|/–—-·•()"


def without_junk(said: Metadata) -> Metadata:
    """Return what a source said without tags that are a system's marks, and with the publisher's name alone."""
    publisher = said.publisher and publisher_of(said.publisher)
    return (
        said
        if not (said.tags or said.publisher)
        else replace(said, tags=own_tags(said.tags), publisher=publisher)
    )


def own_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tags that a person gave, each once."""
    own: dict[str, str] = {}
    for tag in tags:
        name = tag.strip().lstrip("#").strip()
        if _LETTER_OR_DIGIT.search(name) and not _MACHINES.fullmatch(name) and not _FIELD.match(name):
            own.setdefault(name.casefold(), name)
    return tuple(own.values())


def publisher_of(words: str) -> str | None:
    """Return the name in what may be a line of rights: "© 2026 The Post, all rights reserved"."""
    if _RIGHTS.search(words) is None:
        return words
    name = _RIGHTS.sub(" ", words)
    return " ".join(name.split()).strip(_ENDS) or None

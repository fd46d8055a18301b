"""What a line's own words say it is: an editor's note on the article, or one on who wrote it.

The words are looked for at a line's beginning alone, and by its first two letters first: a look costs a microsecond.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from enum import Enum
from functools import cache

from columnist.pipelines.content.plaintext.lines import ends_sentence
from columnist.pipelines.document.text import UNSPACED, weigh
from columnist.pipelines.language.lexicon import entries

_HEAD = 160  # characters in which a note says what it is
_SIGNS = "-–—*•▪▸►●◦→»[(（【《_ \u00a0"  # before a label
# After a label: a date, a time or a number, a bracket, and the mark. "Correction officials said:" has none of them.
_BRACKET = r"\([^()]{1,60}\)|\[[^\[\]]{1,60}\]"
_DATE = r"[^\d:：—–.]{0,16}\d[^:：—–]{0,30}(?:[:：]\d\d[^:：—–]{0,25})?"
_MARK = re.compile(rf"(?!\w)\s?(?:{_BRACKET}|[,|]?\s?{_DATE})??\s?(?:[:：\])）】|—–]|-\s|\.\s|[.]?$)")
# Letters of a sentence, and of what ends as none: a date with its weekday has 25.
_LEAST, _LEAST_UNENDED = 12, 30
_ENDS = " .:：】）)]|"
_LONGEST = 1_500  # characters of a note in one paragraph
_LONGEST_ASIDE = 300  # of an update or an editor's note: golds have the longer ones in the text
_SPACE = re.compile(r"\s")  # after a label in signs: no mark is needed


AUTHOR, CORRECTION = "author-box", "correction"  # kinds of notes: the rules' names
_LISTS = ("corrections", "updates", "editors", "openings", "author.heads", "author.openings", "author.reach")


class Said(Enum):
    """What a line says it is."""

    NOTHING = 0
    LABEL = 1  # "Correction", alone: what stands below is the note
    NOTE = 2


NO_NOTE = (Said.NOTHING, "")


def read_note(text: str) -> tuple[Said, str]:
    """Tell whether a line is a note by its first words, and of which kind."""
    known = _by_beginning()
    if text[:2].lower() not in known and text[:1] not in _SIGNS and text[1:2] != "’":  # nearly every line
        return NO_NOTE
    head = text[:_HEAD].lower().replace("’", "'").lstrip(_SIGNS)
    begun = known.get(head[:2], {})
    if not head.startswith(tuple(begun)):
        return NO_NOTE
    entry = next(filter(head.startswith, begun))
    return _read(text, head, entry, begun[entry])


def _read(text: str, head: str, entry: str, key: str) -> tuple[Said, str]:
    rest = head[len(entry) :]
    if key == "author.heads":
        return (Said.LABEL, AUTHOR) if not rest.strip(_ENDS) else NO_NOTE
    if len(text) > _LONGEST:
        return NO_NOTE
    if key.startswith("author."):
        return Said.NOTE, AUTHOR
    if key == "openings":
        return (Said.NOTE, CORRECTION) if names_the_text(head) else NO_NOTE
    mark = _MARK.match(rest) or (_SPACE.match(rest) if UNSPACED.match(entry) else None)
    if mark is None:
        return NO_NOTE
    if key != "corrections" and len(text) > _LONGEST_ASIDE:
        return NO_NOTE
    if len(text) > _HEAD or _says_much(rest[mark.end() :]):
        return Said.NOTE, CORRECTION
    return NO_NOTE if rest.strip(_ENDS) else (Said.LABEL, CORRECTION)


def is_correction_title(title: str) -> bool:
    """Tell whether a headline begins as a correction does: then the whole page is one."""
    return read_note(f"{title}.") == (Said.NOTE, CORRECTION)


def is_update(text: str) -> bool:
    """Tell whether a line begins as an update does."""
    return text.lower().lstrip(_SIGNS).startswith(entries("notes", "updates"))


def _says_much(rest: str) -> bool:
    letters = weigh("".join(filter(str.isalpha, rest)))
    return letters >= (_LEAST if ends_sentence(rest) else _LEAST_UNENDED)


def names_the_text(text: str) -> bool:
    """Tell whether a note names what was changed: an article, a headline."""
    low = text[: 2 * _HEAD].lower()
    return any(map(low.__contains__, entries("notes", "texts")))


def tells_a_change(text: str) -> bool:
    """Tell whether a line says that a text was changed."""
    low = text.lower()
    return any(map(low.__contains__, entries("notes", "changes"))) and names_the_text(low)


def says_who_one_is(text: str) -> bool:
    """Tell whether what follows a name says what its bearer does: "is a reporter", ", a lawyer in Cork, ..."."""
    head = text[:40].lower().lstrip()
    if head[:1] in (",", "("):
        return True
    return any(
        head.startswith(verb) and not head[len(verb) :][:1].isalpha()
        for verb in entries("notes", "author.is")
    )


@cache
def _by_beginning() -> Mapping[str, Mapping[str, str]]:
    """Return what notes begin with, the longest first, and the list that it is of, by the first two letters."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    known = [(entry, key) for key in _LISTS for entry in entries("notes", key)]
    for entry, key in sorted(known, key=lambda pair: -len(pair[0])):
        found[entry[:2]][entry] = key
    return dict(found)

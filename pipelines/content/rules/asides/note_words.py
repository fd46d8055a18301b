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
_LEAST, _LEAST_UNENDED = (
    12,
    30,
)  # letters of a sentence, or of what ends as none: a date with its weekday has 25
_ENDS = " .:：】）)]|"
_LONGEST = 1_500  # characters of a note in one paragraph
_SPACE = re.compile(r"\s")  # after a label in signs: no mark is needed


class Said(Enum):
    """What a line says it is."""

    NOTHING = 0
    LABEL = 1  # "Correction", alone: what stands below is the note
    NOTE = 2


def correction_said(text: str) -> Said:
    """Tell whether a line is an editor's note: a correction, a clarification, an update."""
    head = _head(text)
    if _begins(head, "openings"):
        is_note = len(text) <= _LONGEST and names_the_text(head)
        return Said.NOTE if is_note else Said.NOTHING
    label = _begins(head, "labels")
    if not label:
        return Said.NOTHING
    rest = head[len(label) :]
    mark = _MARK.match(rest) or (_SPACE.match(rest) if UNSPACED.match(label) else None)
    if mark is None or len(text) > _LONGEST:
        return Said.NOTHING
    if len(text) > _HEAD or _says_much(rest[mark.end() :]):
        return Said.NOTE
    return Said.NOTHING if rest.strip(_ENDS) else Said.LABEL


def is_correction_title(title: str) -> bool:
    """Tell whether a headline begins as a correction does: then the whole page is one."""
    return correction_said(f"{title}.") is Said.NOTE


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


def author_said(text: str) -> Said:
    """Tell whether a line is about who wrote the article, or heads what is."""
    head = _head(text)
    if _begins(head, "author.openings") or _begins(head, "author.reach"):
        return Said.NOTE
    label = _begins(head, "author.heads")
    return Said.LABEL if label and not head[len(label) :].strip(" :：") else Said.NOTHING


def says_who_one_is(text: str) -> bool:
    """Tell whether what follows a name says what its bearer does: "is a reporter", ", a lawyer in Cork, ..."."""
    head = text[:40].lower().lstrip()
    if head[:1] in (",", "("):
        return True
    return any(
        head.startswith(verb) and not head[len(verb) :][:1].isalpha()
        for verb in entries("notes", "author.is")
    )


def _head(text: str) -> str:
    return text[:_HEAD].lower().replace("’", "'").lstrip(_SIGNS)


def _begins(head: str, key: str) -> str:
    """Return the longest entry of a list that a line begins with."""
    known = _by_beginning(key).get(head[:2], ())
    return next(filter(head.startswith, known), "") if known and head.startswith(known) else ""


@cache
def _by_beginning(key: str) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for entry in entries("notes", key):
        found[entry[:2]].append(entry)
    return {beginning: tuple(sorted(known, key=len, reverse=True)) for beginning, known in found.items()}

"""Flattened text -> lines with what their shape says: length, words, sentence ends, list marks."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from columnist.pipelines.document.text import normalise, weigh

# Scripts whose lines go on without a space; Korean puts spaces between words.
_SPACELESS = re.compile(r"[\u0e00-\u0e7f\u2e80-\u9fff\U00020000-\U000323af]")
_WORD = re.compile(r"\d+|(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0d7f])+")
_END = re.compile(r"[.!?…。！？؟।॥۔։።။។;](?:[\s\"'”’»«›“‘)\]」』）*]|\.)*$")
_INNER_END = re.compile(
    r"(?<!\b\w)(?<!\b[A-ZÄÖ]\w)[.!?…؟۔։።។][\"'”’»)]*\s+(?=[\"'“„«¿¡(]?\s?[^\W\d_a-zà-ÿ])|[。！？।॥။](?=.)"
)
_QUOTES = tuple('"“”„«»‚‘「『›‹—–')
_BULLET = re.compile(r"(?:[-–—*•▪▸►●○◦‣⁃·]|\d{1,2}[.)])\s+\S")
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)$")
_HEADING = re.compile(r"#{1,6}\s+(?=\S)")
_LINK = re.compile(r"\[([^\[\]]{1,300})\]\([^()\s]{1,2000}(?:\s+\"[^\"]{0,300}\")?\)")
_BOLD = re.compile(r"\*\*(?=\S)([^*]{1,500})(?<=\S)\*\*")
# A text browser numbers the links of a page and lists their addresses below it.
_REFERENCE = re.compile(r"^\s*\d{1,4}\. (?:https?|mailto|file):\S+\s*$", re.MULTILINE)
_REFERENCES = 3  # fewer are a list of addresses that somebody wrote
_LINK_NUMBER = re.compile(r"\[\d{1,4}\](?=\S)")
_WRAP_LIMIT = 120  # columns: text wrapped wider than this is not wrapped for reading
_WRAP_LEAST = 50  # columns: menus and poems are narrower


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text and what its shape says."""

    text: str
    words: tuple[str, ...]  # lower case; digits apart from letters
    width: int  # characters; a sign that is a syllable or a word counts for 2.5
    ends: bool  # with the end of a sentence
    sentences: int
    quoted: bool
    bullet: bool

    @property
    def prose(self) -> bool:
        """Whether the line alone looks like a paragraph of sentences."""
        if not self.ends:
            return self.width >= 200  # no headline or label is that long
        return self.width >= 60 or (self.width >= 40 and len(self.words) >= 8)

    @property
    def solid(self) -> bool:
        """Whether the line is more than a headline or a teaser: several sentences, or a long one."""
        return self.prose and (self.width >= 160 or (self.sentences >= 2 and self.width >= 110))


def look_at(text: str) -> Line:
    """Describe one normalised line."""
    ends = ends_sentence(text)
    return Line(
        text=text,
        words=tuple(words_of(text)),
        width=weigh(text),
        ends=ends,
        sentences=len(_INNER_END.findall(text)) + ends,
        quoted=text.startswith(_QUOTES),
        bullet=bool(_BULLET.match(text)),
    )


def ends_sentence(text: str) -> bool:
    """Tell whether the line ends as a sentence does."""
    return bool(_END.search(text))


def words_of(text: str) -> Iterator[str]:
    """Yield a line's words in lower case, digits apart from letters; who needs the first alone reads no further."""
    lowered = text.lower().replace("i\u0307", "i")  # Turkish İ
    return (match.group() for match in _WORD.finditer(lowered))


def read_lines(text: str) -> list[str]:
    """Split the text into normalised lines: no empty ones, wrapped paragraphs joined."""
    if len(_REFERENCE.findall(text)) >= _REFERENCES:
        text = _LINK_NUMBER.sub("", _REFERENCE.sub("", text))
    groups: list[list[str]] = [[]]
    for raw in text.splitlines():
        line = normalise(raw)
        if line:
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    columns = _wrap_column(groups)
    return [line for group in groups for line in (_join(group, columns) if columns else group)]


def _wrap_column(groups: list[list[str]]) -> int | None:
    """Return the column that the text was wrapped at, or None where its lines are whole paragraphs."""
    longest = max((len(line) for group in groups for line in group), default=0)
    if not _WRAP_LEAST <= longest <= _WRAP_LIMIT:
        return None
    return longest if any(len(group) > 1 and _was_wrapped(group, longest) for group in groups) else None


def _was_wrapped(group: list[str], columns: int) -> bool:
    """Tell whether a filler broke these lines: the next line's first word never fitted on the line before."""
    slack = 2  # columns: fillers differ in how they count a trailing space
    return all(
        len(line) + 1 + len(after.split(" ", 1)[0]) > columns - slack and not _BULLET.match(after)
        for line, after in itertools.pairwise(group)
    )


def _join(group: list[str], columns: int) -> list[str]:
    if len(group) < 2 or not _was_wrapped(group, columns):
        return group
    whole = group[0]
    for line in group[1:]:
        glued = bool(_SPACELESS.match(line)) and bool(_SPACELESS.match(whole[-1]))
        whole += line if glued else f" {line}"
    return [normalise(whole)]


def markdown(text: str) -> tuple[str, str | None]:
    """Return the line without its Markdown marks, and the kind of paragraph that the first mark means."""
    if _PICTURE.match(text):
        return "", None
    text = _BOLD.sub(r"\1", _LINK.sub(r"\1", text))
    if mark := _HEADING.match(text):
        return text[mark.end() :], "h2"
    return (text[2:].lstrip(), "quote") if text.startswith("> ") else (text, None)

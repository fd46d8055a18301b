"""Notes in text that has no markup, or whose markup is not at hand: told by words alone, at its beginning and end."""

from collections.abc import Sequence

from columnist.pipelines.content.rules.asides.note_words import (
    AUTHOR,
    CORRECTION,
    Said,
    is_correction_title,
    read_note,
    says_who_one_is,
)
from columnist.pipelines.content.rules.asides.notes import Note, name_at_start
from columnist.pipelines.records.article import Paragraph

_TOP, _END = 2, 4  # paragraphs at the beginning and at the end that may be a note
_MOST = 0.34  # of the text: what is more is what the article is about


def note_lines(
    texts: Sequence[str], title: str, authors: Sequence[str], known: Sequence[Note] = ()
) -> tuple[str | None, ...]:
    """Return for each line the rule of the note that it is, or None; `known` notes are out wherever they stand."""
    said_before = {note.text: note.rule for note in known}
    rules = [said_before.get(text) for text in texts]
    is_titled = is_correction_title(title)
    others = 0  # lines that are none, from the end
    for row in range(len(texts) - 1, 0, -1):
        rules[row] = rules[row] or _rule_at_end(texts, row, is_titled, authors)
        if rules[row] is None:
            if not is_titled and read_note(texts[row]) == (Said.LABEL, CORRECTION):
                rules[row:] = [CORRECTION] * (len(texts) - row)
            others += 1
        if others == _END:
            break
    for row in range(min(_TOP, len(texts))):
        if not is_titled and read_note(texts[row]) == (Said.NOTE, CORRECTION):
            rules[row] = CORRECTION
    size = sum(len(text) for text, rule in zip(texts, rules, strict=True) if rule)
    return tuple(rules) if size <= _MOST * sum(map(len, texts)) else (None,) * len(texts)


def _rule_at_end(texts: Sequence[str], row: int, is_titled: bool, authors: Sequence[str]) -> str | None:
    if not is_titled and read_note(texts[row]) == (Said.NOTE, CORRECTION):
        return CORRECTION
    return AUTHOR if _is_about_author(texts, row, authors) else None


def _is_about_author(texts: Sequence[str], row: int, authors: Sequence[str]) -> bool:
    text = texts[row]
    if read_note(text) == (Said.NOTE, AUTHOR):
        return True
    name = name_at_start(text, authors)
    if not name or not says_who_one_is(text[text.lower().find(name.lower()) + len(name) :]):
        return False
    return not any(name.split()[-1] in above for above in texts[1:row])


def notes_of(paragraphs: Sequence[Paragraph], rules: Sequence[str | None]) -> tuple[Note, ...]:
    """Return the notes among paragraphs."""
    pairs = zip(paragraphs, rules, strict=True)
    return tuple(Note(rule, p.text) for p, rule in pairs if rule in (AUTHOR, CORRECTION))

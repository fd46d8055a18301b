"""Notes in boxes that are called so, and the page that notes are looked for on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from columnist.pipelines.content.blocks.blocks import Blocks
from columnist.pipelines.content.blocks.class_names import name_words
from columnist.pipelines.content.rules.asides.note_words import AUTHOR, CORRECTION
from columnist.pipelines.document.text import weigh

_AUTHORS = frozenset(
    {"author", "authors", "autor", "autoren", "autora", "auteur", "auteurs", "autore", "writer", "contributor", "contributors", "journalist", "reporter", "columnist", "forfatter", "skribent", "schrijver"}
)  # fmt: skip
_ABOUT = frozenset(
    {"bio", "bios", "biography", "box", "about", "info", "card", "profile", "note", "description", "desc", "blurb", "details", "footer", "tagline", "bottom"}
)  # fmt: skip
_BIOS = frozenset(
    {"authorbox", "authorbio", "aboutauthor", "authorinfo", "bio", "biography", "autorenbox", "autorenkasten"}
)
_CORRECTIONS = frozenset(
    {"correction", "corrections", "clarification", "errata", "erratum", "rectificatif", "correctif", "korrektur", "korrekturen",
     "korrekturhinweis", "richtigstellung", "berichtigung", "rettelse", "rattelse", "oprava", "sprostowanie", "rectificacion",
     "correccion", "rettifica", "correctie", "rectificatie", "amendment", "corrigendum", "editornote", "editorsnote"}
)  # fmt: skip
_NOTES = ({"editor", "note"}, {"editors", "note"}, {"update", "note"}, {"editorial", "note"}, {"article", "updates"}, {"redaktion", "hinweis"})  # fmt: skip
_HINTS = (
    _BIOS | _CORRECTIONS | _AUTHORS | {"editor", "editors", "update", "editorial", "updates", "redaktion"}
)
PROSE = 40  # characters of a line that is no label
BEFORE, AFTER = 4, 8  # rows above the first and below the last that stays


@dataclass(frozen=True, slots=True)
class NotePage:
    """What stays of a page, and where notes may stand on it."""

    blocks: Blocks
    kept: Sequence[bool]
    stay: list[int]  # rows that stay
    start: int  # the row of the first long paragraph
    home: set[int]  # the elements around it
    title: str
    authors: tuple[str, ...]

    def text(self, row: int) -> str:
        return self.blocks.items[row].text


def boxed_rows(page: NotePage) -> Iterator[tuple[int, str]]:
    """Yield the lines in boxes that are called as notes are."""
    blocks = page.blocks
    wanted = {
        place: rule
        for place in blocks.words.holding(_HINTS).nonzero()[0].tolist()
        if place not in page.home and (rule := _rule_of(blocks.names[place]))
    }
    if not wanted:
        return
    form = blocks.forms[page.start]
    rows = range(max(page.stay[0] - BEFORE, 0), min(page.stay[-1] + AFTER, len(blocks.items) - 1) + 1)
    places = [blocks.items[row].place for row in rows]
    for box, rule in wanted.items():
        end = _end_of(blocks, box)
        for row in [row for row, place in zip(rows, places, strict=True) if box <= place < end]:
            if blocks.forms[row] != form and (rule == CORRECTION or is_prose(page, row)):
                yield row, rule


def _end_of(blocks: Blocks, box: int) -> int:
    """Return the first element behind another: those inside it are numbered right after it."""
    end = box + 1
    while end < len(blocks.parents) and blocks.parents[end] >= box:
        end += 1
    return end


@lru_cache(maxsize=4_096)  # a site's names come back with each of its pages
def _rule_of(names: str) -> str:
    words = frozenset(name_words(names))
    if not words.isdisjoint(_CORRECTIONS) or any(pair <= words for pair in _NOTES):
        return CORRECTION
    about = not words.isdisjoint(_AUTHORS) and not words.isdisjoint(_ABOUT)
    return AUTHOR if about or not words.isdisjoint(_BIOS) else ""


def is_prose(page: NotePage, row: int) -> bool:
    block = page.blocks.items[row]
    return weigh(block.text) >= PROSE and 2 * block.linked < len(block.text)

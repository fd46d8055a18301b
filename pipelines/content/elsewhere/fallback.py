"""Where the blocks give next to nothing: the page's JSON-LD, its scripts' data, or trafilatura's full run.

Trafilatura's run knows nothing of the model and the rules, so of its lines those that they are sure of are left out.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from columnist.pipelines.content.blocks.letters import squash
from columnist.pipelines.content.elsewhere.trafilatura_run import SOURCE, may_be_run, text_of
from columnist.pipelines.content.paragraphs import from_text
from columnist.pipelines.content.plaintext.clean_lines import clean_lines
from columnist.pipelines.content.rules.judge import Judged
from columnist.pipelines.content.rules.rules import KEPT, MODEL_DROPS
from columnist.pipelines.content.scripts.scripted_text import holds, scripted_paragraphs
from columnist.pipelines.document.read import Document
from columnist.pipelines.document.text import weigh
from columnist.pipelines.records.article import Paragraph

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


BLOCKS = "blocks"  # in found_by: the body is what the model and the rules kept
TOO_SHORT = 250  # width: below it the other ways of finding a body are asked as well
TOO_SHORT_FOR_LIVE = 1_500  # width: a live blog's entries are then not on the page but in its JSON-LD
MORE = 1.5  # times what the page shows of it
_KNOWN = 0.8  # of what is shown stands in the article that the data hold: the rest is a standfirst, a notice
MUCH_MORE = 2  # times the text: short articles are short, and the blocks are the better reader
# Share that the line cleaner keeps: of pages without an article .03, of lists and poems above .4.
LEAST_PROSE = 0.25
# A score below which a block is surely not the article: where the blocks gave nothing its own have low ones too.
_SURELY_NOT = 0.05
# What these rules say holds of a block alone; the others start from where the article lies, and here none was found.
_SURE_RULES = frozenset({"byline", "duplicate", "title-repeat", "related", "panel"})
_DOUBTED = 0.5  # the model's own middle: a score above it speaks against such a rule
_LIST_MARK = re.compile(r"^[-•] +(?=\S)")  # trafilatura's, before each item of a list


@dataclass(frozen=True, slots=True)
class FoundBody:
    """A body and where it was found, as found_by names it."""

    paragraphs: tuple[Paragraph, ...]
    source: str = BLOCKS


def is_short(paragraphs: Sequence[Paragraph]) -> bool:
    """Tell whether other ways of finding a body are to be asked."""
    return _size(paragraphs) < TOO_SHORT_FOR_LIVE


def find_elsewhere(
    document: Document, found: tuple[Paragraph, ...], judged: Judged, is_walled: bool
) -> FoundBody:
    """Return what was found, or a much longer body where next to nothing was found."""
    entries = live_entries(document)
    if _size(entries) > MUCH_MORE * _size(found):
        return FoundBody(entries, "json-ld")
    if _size(found) >= TOO_SHORT:
        whole = () if is_walled else _whole(document, found, judged.clues.title)
        return FoundBody(whole, "script") if whole else FoundBody(found)
    told = from_text(judged.clues.article_body)
    if _size(told) >= TOO_SHORT:
        return FoundBody(told, "json-ld")
    scripted = scripted_paragraphs(document, judged.clues.title)
    if _size(scripted) >= TOO_SHORT:
        return FoundBody(scripted, "script")
    full_run: tuple[Paragraph, ...] = ()
    # Behind a wall the rest of the page is its offer: the teaser is all that there is.
    if not (is_walled and found) and may_be_run(document, judged.blocks):
        full_run = _without_title(
            _without_sure_drops(_prose_only(text_of(document)), judged), judged.clues.title
        )
    other = max(FoundBody(told, "json-ld"), FoundBody(full_run, SOURCE), key=lambda f: _size(f.paragraphs))
    return other if _size(other.paragraphs) > MUCH_MORE * _size(found) else FoundBody(found)


def _whole(document: Document, found: tuple[Paragraph, ...], title: str) -> tuple[Paragraph, ...]:
    """Return the article that a script's data hold where the page shows no more than its beginning; empty where it shows all."""
    if not holds(document, found[-1].text):
        return ()
    scripted = scripted_paragraphs(document, title)
    text = squash(" ".join(paragraph.text for paragraph in scripted))
    known = sum(weigh(paragraph.text) for paragraph in found if squash(paragraph.text) in text)
    is_beginning = known >= _KNOWN * _size(found) and _size(scripted) >= MORE * _size(found)
    return scripted if is_beginning else ()


def _size(paragraphs: Sequence[Paragraph]) -> int:
    return sum(weigh(paragraph.text) for paragraph in paragraphs)


def _without_sure_drops(text: str, judged: Judged) -> tuple[Paragraph, ...]:
    """Leave out the lines that are blocks which a rule took out or which score next to nothing."""
    verdicts = judged.verdicts
    kept_keys: set[str] = set()
    dropped: set[str] = set()
    for block, score, fate in zip(judged.blocks.items, verdicts.scores, verdicts.fates, strict=True):
        least = math.inf if fate in _SURE_RULES else _SURELY_NOT if fate in MODEL_DROPS else _DOUBTED
        is_sure = fate != KEPT and score < least
        (dropped if is_sure else kept_keys).add(block.key)
    lines = [_item(paragraph) for paragraph in from_text(text)]
    return tuple(p for p in lines if (key := squash(p.text)) in kept_keys or key not in dropped)


def _without_title(paragraphs: tuple[Paragraph, ...], title: str) -> tuple[Paragraph, ...]:
    return paragraphs[1:] if paragraphs and squash(paragraphs[0].text) == squash(title) else paragraphs


def _item(paragraph: Paragraph) -> Paragraph:
    text, marks = _LIST_MARK.subn("", paragraph.text)
    return Paragraph("li", text) if marks else paragraph


def _prose_only(text: str) -> str:
    """Return the text unless it is a page's menus and boxes: trafilatura gives those where no article is left."""
    kept = sum(len(paragraph.text) for paragraph in clean_lines(text).paragraphs)
    return text if kept >= LEAST_PROSE * len(text) else ""

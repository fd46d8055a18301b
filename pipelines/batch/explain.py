"""Page -> what became of each of its blocks or lines, and why: the decisions of `clean`, told one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from columnist.pipelines.clean import laid_out
from columnist.pipelines.content.extract import best_of, line_rules
from columnist.pipelines.content.model.network import load_model
from columnist.pipelines.content.paragraphs import (
    REPLACED,
    kept_paragraphs,
    kind_of,
    layout_tables,
    shown_text,
)
from columnist.pipelines.content.plaintext.clean_lines import FlatText, clean_lines
from columnist.pipelines.content.rules.judge import Judged, judge_blocks
from columnist.pipelines.dataset.state.site_lines import RULE as SITE_LINE
from columnist.pipelines.dataset.state.site_lines import taken_of
from columnist.pipelines.document.read import read_document
from columnist.pipelines.records.article import Page, Paragraph
from columnist.pipelines.records.options import CleanOptions

_KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Explained:
    """One block or line of the page."""

    score: float | None  # the model's, 0 to 1; None for text without markup
    fate: str  # a name of columnist.pipelines.content.rules.rule_names
    kind: str | None  # of paragraph; None for a line that is none
    tag: str | None  # of the element that holds it
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All of them in page order, and the thresholds that held on this page."""

    blocks: tuple[Explained, ...]
    drop_below: float | None = None
    recover_above: float | None = None


def explain(page: Page, options: CleanOptions = CleanOptions()) -> Explanation:
    """Explain a page, its further pages aside; raise NotAnArticle where it cannot be read."""
    if page.html is None:
        return Explanation(tuple(_lines(clean_lines(page.text or ""))))
    document, metadata = laid_out(read_document(page))
    judged = judge_blocks(load_model(), document, metadata, options)
    best = best_of(judged, document, metadata)
    body = best.paragraphs
    found = kept_paragraphs(judged.blocks, judged.kept())
    rules = [rule or _KEPT for rule in line_rules(best, judged)]
    if not options.keep_site_lines:
        _name_site_lines(rules, body, page.site_lines)
    if body == found:
        blocks = tuple(_blocks(judged, iter(rules)))
    else:
        blocks = (*_blocks(judged, None), *_elsewhere(body, rules))
    return Explanation(blocks, *judged.verdicts.bounds)


def _name_site_lines(rules: list[str], body: Sequence[Paragraph], lines: frozenset[bytes]) -> None:
    """Put the rule's name where one of its site's lines stayed until then."""
    left = [number for number, rule in enumerate(rules) if rule == _KEPT]
    for number in taken_of([(body[n].kind, body[n].text) for n in left], lines):
        rules[left[number]] = SITE_LINE


def _blocks(judged: Judged, later: Iterator[str] | None) -> Iterator[Explained]:
    """Yield the blocks; `later` says what became of those that stayed, None that they were replaced."""
    blocks, scores = judged.blocks, judged.verdicts.scores
    layouts = layout_tables(blocks)
    for row, block in enumerate(blocks.items):
        fate = judged.verdicts.fates[row] or (REPLACED if later is None else _KEPT)
        if fate == _KEPT and later is not None and shown_text(block):
            fate = next(later)
        if fate == _KEPT:
            fate = _stays(judged, row)
        yield Explained(
            scores[row], fate, kind_of(blocks, block, layouts), blocks.tags[block.place], block.text
        )


def _stays(judged: Judged, row: int) -> str:
    verdicts = judged.verdicts
    if verdicts.scores[row] >= verdicts.bounds[1]:
        return _KEPT
    return f"{_KEPT}:{verdicts.kept_by.get(row, 'neighbour')}"


def _elsewhere(body: tuple[Paragraph, ...], rules: list[str]) -> Iterator[Explained]:
    for paragraph, rule in zip(body, rules, strict=True):
        fate = f"{_KEPT}:elsewhere" if rule == _KEPT else rule
        yield Explained(None, fate, paragraph.kind, None, paragraph.text)


def _lines(flat: FlatText) -> Iterator[Explained]:
    """Yield the lines of a text without markup; the first that stayed is its title where it has one."""
    kept = iter(flat.paragraphs)
    titled = flat.title is not None
    for text, rule in flat.fates:
        kind = None
        if rule is None:
            kind = "title" if titled else next(kept).kind
            titled = False
        yield Explained(None, rule or _KEPT, kind, None, text)

"""Scores -> fates: thresholds, and the few rules that hold on every page. Each drop has a name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from columnist.pipelines.content.blocks.blocks import Blocks
from columnist.pipelines.content.blocks.elements import IN
from columnist.pipelines.content.model.block_table import numbers
from columnist.pipelines.content.model.network import certainty
from columnist.pipelines.content.model.page_hints import Clues
from columnist.pipelines.content.rules.article_end import (
    article_start,
    below_comments,
    called_boxes,
    cut_after_end,
    holding_the_article,
    in_boxes,
    layout_rows,
)
from columnist.pipelines.content.rules.asides.embeds import embed_rows
from columnist.pipelines.content.rules.asides.readers import reader_rows
from columnist.pipelines.content.rules.shape.alike import (
    asked_again,
    called_headings,
    headings_left,
    late_rows,
    listed_rows,
    outvoted_rows,
    spoken_by_the_site,
    table_rows,
)
from columnist.pipelines.content.rules.shape.boxes import (
    called_rows,
    card_rows,
    consent_headings,
    panel_rows,
    worked_rows,
)
from columnist.pipelines.content.rules.shape.bylines import byline_rows
from columnist.pipelines.content.rules.shape.kin import Standing, read_standing
from columnist.pipelines.content.rules.shape.lists import (
    above_rows,
    headline_row,
    link_rows,
    summary_rows,
    teaser_rows,
)
from columnist.pipelines.content.rules.shape.pictures import caption_rows, gallery_rows
from columnist.pipelines.content.rules.shape.pointers import pointer_rows
from columnist.pipelines.content.rules.shape.repeats import quote_rows, repeated_rows, run_rows, title_rows
from columnist.pipelines.content.rules.shape.site_voice import spoken_to_the_reader
from columnist.pipelines.content.rules.shape.unseen import unseen_rows
from columnist.pipelines.content.rules.standfirst import find_lead, find_nameless_lead
from columnist.pipelines.records.options import CleanOptions

LOW_SCORE = "model:low-score"
# The first of these that the block is in names the drop.
PLACES = (
    (IN["hidden"], "hidden"),
    (IN["figure"] | IN["figcaption"], "caption"),
    (IN["nav"], "navigation"),
    (IN["footer"], "footer"),
    (IN["form"] | IN["button"] | IN["dialog"], "form"),
)
MODEL_DROPS = frozenset({LOW_SCORE, *(name for _, name in PLACES)})


@lru_cache(maxsize=1024)  # a page has ten combinations of flags
def name_drop(flags: int) -> str:
    """Return what the drop of a block with these flags is called."""
    return next((name for mask, name in PLACES if flags & mask), LOW_SCORE)


KEPT = ""  # the fate of a block that stays; any other fate is the name of the rule that dropped it
_THRESHOLDS = {"balanced": 0.4, "precision": 0.6, "recall": 0.25}
# On a page that the model is unsure of throughout, a lower score is enough: tables of prices, catalogues and
# pages without classes lost most of their text at a fixed threshold. It is multiplied by the F1 that the scores
# let expect, to this power; who asks for precision keeps it fixed. (MODEL.md: wordF1 +.003 on mixed pages.)
_LENIENCE = {"balanced": 2, "precision": 0, "recall": 2}
_LOWEST = 0.1  # a page that is nothing but doubt is no article
_LEAD_FLOOR = 0.3  # a standfirst stays from this score on: position and name speak for it
# What a block needs to stay in a box named newsletter, related, share ..., in the page's layout, or below "Comments".
_BOX_FLOOR = 0.9
_MOST_DOUBTED = (
    0.33  # of the kept text: a "paywall" that holds the later half of an article is no box beside it
)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The blocks with their scores and, so far, their fates."""

    blocks: Blocks
    scores: list[float]
    clues: Clues
    bounds: tuple[float, float]  # below the first a block goes, from the second on it stays
    fates: list[str]  # changed by the rules, in their order
    kept_by: dict[int, str] = field(default_factory=dict)  # rows that a rule keeps whatever their score
    keeps_embeds: bool = False  # the user's will

    def kept(self) -> list[bool]:
        return [fate == KEPT for fate in self.fates]

    def drop(self, rows: Iterable[int], rule: str) -> None:
        for row in rows:
            self.fates[row] = rule


def choose(blocks: Blocks, scores: NDArray[np.float32], clues: Clues, options: CleanOptions) -> list[str]:
    """Return each block's fate: KEPT or the name of the rule that drops it."""
    return decide(blocks, scores, clues, options).fates


def decide(blocks: Blocks, scores: NDArray[np.float32], clues: Clues, options: CleanOptions) -> Verdicts:
    """Do as choose, and return what the fates came from as well."""
    sizes = numbers([len(block.text) for block in blocks.items])
    bounds = _thresholds(options, certainty(scores, sizes))
    fates = _first_fates(scores, *bounds)
    verdicts = Verdicts(blocks, scores.tolist(), clues, bounds, fates, keeps_embeds=options.embeds == "keep")
    for _, rule in RULES:
        rule(verdicts)
    for row, block in enumerate(blocks.items):
        if verdicts.fates[row] == LOW_SCORE:
            verdicts.fates[row] = name_drop(blocks.flags[block.place])
    return verdicts


def _thresholds(options: CleanOptions, sure: float) -> tuple[float, float]:
    """Return below what a block goes and above what it stays; one alone moves the other no further than itself."""
    middle = max(_THRESHOLDS[options.favour] * sure ** _LENIENCE[options.favour], _LOWEST)
    drop = middle if options.drop_below is None else options.drop_below
    recover = drop if options.recover_above is None else options.recover_above
    return min(drop, recover), recover


def _first_fates(scores: NDArray[np.float32], drop: float, recover: float) -> list[str]:
    """Between the two thresholds a block goes with the better of its neighbours."""
    sure = scores.astype(np.float64) >= recover
    near = np.zeros(len(scores) + 2, dtype=np.bool_)
    near[:-2] |= sure
    near[2:] |= sure
    keep = sure | ((scores.astype(np.float64) >= drop) & near[1:-1])
    return [KEPT if is_kept else LOW_SCORE for is_kept in keep.tolist()]


def _keep_lead(verdicts: Verdicts) -> None:
    blocks, scores = verdicts.blocks, verdicts.scores
    row = find_lead(blocks, scores, verdicts.clues.description, _LEAD_FLOOR)
    if row is None and verdicts.clues.is_news:
        kept = verdicts.kept()
        row = find_nameless_lead(blocks, kept, scores, article_start(blocks, kept))
    if row is not None:
        verdicts.fates[row] = KEPT
        verdicts.kept_by[row] = "lead"


def _keep_alike(verdicts: Verdicts) -> None:
    at = read_standing(verdicts.blocks, verdicts.kept(), verdicts.scores)
    for row in (
        (*late_rows(at), *table_rows(at), *listed_rows(at), *asked_again(at), *called_headings(at))
        if at
        else ()
    ):
        if verdicts.fates[row] == LOW_SCORE:
            verdicts.fates[row] = KEPT
            verdicts.kept_by[row] = "alike"


def _cut_after_end(verdicts: Verdicts) -> None:
    for row, rule in cut_after_end(verdicts.blocks, verdicts.kept(), verdicts.clues.title).items():
        verdicts.fates[row] = rule
    kept = verdicts.kept()
    doubted = [stays and score < _BOX_FLOOR for stays, score in zip(kept, verdicts.scores, strict=True)]
    verdicts.drop(_unless_much(verdicts, below_comments(verdicts.blocks, kept, doubted)), "comments")


def _doubt_boxes(verdicts: Verdicts) -> None:
    kept = verdicts.kept()
    named = in_boxes(verdicts.blocks, kept)
    sure = holding_the_article(verdicts.blocks, named, verdicts.scores, _BOX_FLOOR)
    inside = {*(row for row in named if row not in sure), *layout_rows(verdicts.blocks, kept)}
    doubted = [row for row in inside if verdicts.scores[row] < _BOX_FLOOR]
    verdicts.drop(_unless_much(verdicts, doubted), "box")
    verdicts.drop(called_boxes(verdicts.blocks, sorted({*named, *inside})), "box")


def _unless_much(verdicts: Verdicts, rows: list[int]) -> list[int]:
    """Return the rows of a doubtful place, or none where they are so much of the text that its name is no proof."""
    sizes = [len(block.text) for block in verdicts.blocks.items]
    whole = sum(size for size, stays in zip(sizes, verdicts.kept(), strict=True) if stays)
    return rows if sum(sizes[row] for row in rows) <= _MOST_DOUBTED * whole else []


def _drop_bylines(verdicts: Verdicts) -> None:
    found = byline_rows(verdicts.blocks, verdicts.kept(), verdicts.scores, verdicts.clues.authors)
    verdicts.drop(found, "byline")


def _drop_repeats(verdicts: Verdicts) -> None:
    """Drop the headline's, paragraphs', the whole text's and quotes' second copies."""
    blocks = verdicts.blocks
    verdicts.drop(title_rows(blocks, verdicts.kept(), verdicts.clues.title), "title-repeat")
    verdicts.drop(repeated_rows(blocks, verdicts.kept(), verdicts.scores), "duplicate")
    verdicts.drop(run_rows(blocks, verdicts.kept()), "duplicate")
    verdicts.drop(quote_rows(blocks, verdicts.kept()), "pull-quote")


def _drop_unseen(verdicts: Verdicts) -> None:
    verdicts.drop(unseen_rows(verdicts.blocks, verdicts.kept(), verdicts.scores), "hidden")


def _drop_shapes(verdicts: Verdicts) -> None:
    """Drop what its shape tells to be captions, offers, lists of other articles, readers' words."""
    at = read_standing(verdicts.blocks, verdicts.kept(), verdicts.scores)
    for find in _SHAPES:
        if at is None:
            return
        found = find(at)
        for row, rule in found.items():
            if (
                rule != LOW_SCORE or row not in verdicts.kept_by
            ):  # a score is no news of what stays in spite of it
                verdicts.fates[row] = rule
        if found:
            at = read_standing(verdicts.blocks, verdicts.kept(), verdicts.scores)


def _drop_above(verdicts: Verdicts) -> None:
    head = headline_row(verdicts.blocks, verdicts.clues.title)
    if head is None or KEPT not in verdicts.fates[:head]:  # nine pages of ten
        return
    at = read_standing(verdicts.blocks, verdicts.kept(), verdicts.scores)
    verdicts.drop(above_rows(at, head) if at else (), "related")


def _set_embeds_apart(verdicts: Verdicts) -> None:
    """Drop the posts that the article shows, or keep them as what they are; last, as no other rule judges another's words."""
    for row in embed_rows(verdicts.blocks, verdicts.kept()):
        verdicts.blocks.items[row].embedded = verdicts.keeps_embeds
        if verdicts.keeps_embeds:
            verdicts.fates[row] = KEPT
            verdicts.kept_by[row] = "embed"
        else:
            verdicts.fates[row] = "embed"


def _named(rule: str, find: Callable[[Standing], list[int]]) -> Callable[[Standing], dict[int, str]]:
    return lambda at: dict.fromkeys(find(at), rule)


_SHAPES: tuple[Callable[[Standing], dict[int, str]], ...] = (
    _named("caption", caption_rows),
    _named("caption", gallery_rows),
    _named("related", teaser_rows),
    _named("related", summary_rows),
    _named("related", link_rows),
    _named("read-also", pointer_rows),
    _named("comments", reader_rows),
    _named("panel", panel_rows),
    _named(LOW_SCORE, outvoted_rows),
    _named("related", headings_left),
    _named(LOW_SCORE, spoken_by_the_site),
    _named("promotion", spoken_to_the_reader),
    called_rows,
    _named("consent", consent_headings),
    _named("form", worked_rows),
    _named("related", card_rows),
)
Rule = Callable[[Verdicts], None]
RULES: tuple[tuple[str, Rule], ...] = (
    ("hidden", _drop_unseen),
    ("lead", _keep_lead),
    ("alike", _keep_alike),
    ("after-end", _cut_after_end),
    ("box", _doubt_boxes),
    ("byline", _drop_bylines),
    ("repeats", _drop_repeats),
    ("above", _drop_above),
    ("shapes", _drop_shapes),
    ("embed", _set_embeds_apart),
)

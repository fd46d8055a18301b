"""Scores -> fates: thresholds, and the few rules that hold on every page. Each drop has a name."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from columnist.pipelines.content.blocks.blocks import Blocks
from columnist.pipelines.content.blocks.elements import IN
from columnist.pipelines.content.blocks.letters import squash
from columnist.pipelines.content.model.block_table import numbers
from columnist.pipelines.content.model.network import certainty
from columnist.pipelines.content.model.page_hints import Clues
from columnist.pipelines.content.plaintext.labels import in_some_label, read_label
from columnist.pipelines.content.plaintext.lines import look_at, words_of
from columnist.pipelines.content.plaintext.marks import SURE
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
from columnist.pipelines.content.rules.shape.alike import (
    headings_left,
    late_rows,
    outvoted_rows,
    recur_by_right,
    spoken_by_the_site,
    table_rows,
)
from columnist.pipelines.content.rules.shape.boxes import called_rows, card_rows, worked_rows
from columnist.pipelines.content.rules.shape.kin import Standing, read_standing
from columnist.pipelines.content.rules.shape.lists import (
    above_rows,
    headline_row,
    link_rows,
    panel_rows,
    reader_rows,
    summary_rows,
    teaser_rows,
)
from columnist.pipelines.content.rules.shape.pictures import caption_rows, gallery_rows
from columnist.pipelines.content.rules.shape.pointers import pointer_rows
from columnist.pipelines.content.rules.shape.site_voice import spoken_to_the_reader
from columnist.pipelines.content.rules.shape.unseen import unseen_rows
from columnist.pipelines.content.rules.standfirst import find_lead, find_nameless_lead
from columnist.pipelines.metadata.authors.person_names import is_person_name
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
_LONGEST_BYLINE = 60  # characters
_BYLINE_FLOOR = 0.97  # a line above the article with its author's name or a date stays from this score on
_PRICE = re.compile(r"[€$£¥]|(?<![\d:.])\d{1,4}[.,]\d\d(?![\d:.])(?!\s?(?:uhr|h\b))", re.IGNORECASE)
_DATE_DIGITS = 4  # of a date or a time
_SENTENCE_ENDS = frozenset('.!?…。！？؟।"”»」')
_SHORTEST_REPEAT = 25  # letters; shorter lines come twice by right: "Yes.", "Read the letter"
_QUESTION = frozenset("?？؟;")
_NOTICE = 3  # times that a paragraph stands on a page if it is a notice
_MOST_NOTICES = 0.5  # of the text
_SHORTEST_SENTENCE = 50  # letters; a sentence of so many that comes twice is a quote in whatever element
_SHORTEST_RUN, _RUN_PARTS, _RUN_SHARE = 400, 3, 0.8  # letters, paragraphs and their share of a run of text
_MOST_RUNS = 3  # the longest blocks of a page: each is held against all others
_LONGEST_QUOTE = 500  # characters of a pull quote
_MOST_QUOTES = 200  # each is looked up in the whole text; no article has more


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
    for row in (*late_rows(at), *table_rows(at)) if at else ():
        if verdicts.fates[row] == LOW_SCORE:
            verdicts.fates[row] = KEPT
            verdicts.kept_by[row] = "alike"


def _cut_after_end(verdicts: Verdicts) -> None:
    for row, rule in cut_after_end(verdicts.blocks, verdicts.kept(), verdicts.clues.title).items():
        verdicts.fates[row] = rule
    kept = verdicts.kept()
    doubted = [stays and score < _BOX_FLOOR for stays, score in zip(kept, verdicts.scores, strict=True)]
    for row in _unless_much(verdicts, below_comments(verdicts.blocks, kept, doubted)):
        verdicts.fates[row] = "comments"


def _doubt_boxes(verdicts: Verdicts) -> None:
    kept = verdicts.kept()
    named = in_boxes(verdicts.blocks, kept)
    sure = holding_the_article(verdicts.blocks, named, verdicts.scores, _BOX_FLOOR)
    inside = {*(row for row in named if row not in sure), *layout_rows(verdicts.blocks, kept)}
    for row in _unless_much(verdicts, [row for row in inside if verdicts.scores[row] < _BOX_FLOOR]):
        verdicts.fates[row] = "box"
    for row in called_boxes(verdicts.blocks, sorted({*named, *inside})):
        verdicts.fates[row] = "box"


def _unless_much(verdicts: Verdicts, rows: list[int]) -> list[int]:
    """Return the rows of a doubtful place, or none where they are so much of the text that its name is no proof."""
    sizes = [len(block.text) for block in verdicts.blocks.items]
    whole = sum(size for size, stays in zip(sizes, verdicts.kept(), strict=True) if stays)
    return rows if sum(sizes[row] for row in rows) <= _MOST_DOUBTED * whole else []


def _drop_bylines(verdicts: Verdicts) -> None:
    """Drop short lines that hold a date or the author's name, or are a name alone, and are no sentence, above the
    first long paragraph or between it and the next: the first may be the standfirst."""
    blocks = verdicts.blocks
    authors = [key for key in map(squash, verdicts.clues.authors) if len(key) > 3]
    kept = verdicts.kept()
    first = article_start(blocks, kept)
    second = article_start(blocks, kept, (first or 0) + 1)
    for row in range(second or first or 0):
        block = blocks.items[row]
        if verdicts.fates[row] != KEPT or verdicts.scores[row] >= _BYLINE_FLOOR:
            continue
        if row > (first or 0) and blocks.flags[block.place] & IN["heading"]:  # below a subhead no line is one
            return
        short = len(block.text) < _LONGEST_BYLINE and block.text[-1] not in _SENTENCE_ENDS
        if short and not blocks.flags[block.place] & IN["heading"]:
            # A row of figures is no byline, nor a line with a price.
            counted = blocks.tags[block.place] == "tr" or _PRICE.search(block.text) is not None
            dated = sum(map(str.isdigit, block.text)) >= _DATE_DIGITS and not counted
            signed = kept[: first or 0].count(True) == 1 and _signs(blocks, row)
            if dated or signed or any(author in block.key for author in authors):
                verdicts.fates[row] = "byline"


def _signs(blocks: Blocks, row: int) -> bool:
    """Tell whether a paragraph is a person's name: alone above an article it is who wrote it."""
    block = blocks.items[row]
    return blocks.tags[block.place] == "p" and " " in block.text and is_person_name(block.text)


def _drop_title(verdicts: Verdicts) -> None:
    """Drop what repeats the headline before the first paragraph."""
    key, blocks = squash(verdicts.clues.title), verdicts.blocks
    for row, block in enumerate(blocks.items if key else ()):
        if verdicts.fates[row] == KEPT:
            if block.key == key or _is_titled_label(block.text, verdicts.clues.title):
                verdicts.fates[row] = "title-repeat"
            elif blocks.tags[block.place] == "p":
                return


def _is_titled_label(text: str, title: str) -> bool:
    """Tell whether a block is the headline and words of labels, parted by a line break of old pages."""
    rest = text[len(title) :].strip()
    if not rest or not text.startswith(title) or not all(map(in_some_label, words_of(rest))):
        return False
    return rest.isascii() or read_label(look_at(rest)).strength == SURE


def _drop_repeats(verdicts: Verdicts) -> None:
    """Drop paragraphs that come twice; all of them if they come three times: that is a notice.

    Unless most of the text does: some pages hold the whole article once for each width of screen.
    """
    keys = [key if len(key) >= _SHORTEST_REPEAT else "" for key in _keys(verdicts)]
    long_keys = list(filter(None, keys))
    if len(set(long_keys)) == len(long_keys):  # nine pages of ten
        return
    times = Counter(long_keys)
    often = sum(len(key) for key, count in times.items() if count >= _NOTICE)
    if often < _MOST_NOTICES * sum(map(len, times)) and recur_by_right(times, keys, verdicts.scores, _NOTICE):
        return
    items, scores = verdicts.blocks.items, verdicts.scores
    asked = {
        k
        for k, b, score in zip(keys, items, scores, strict=True)
        if b.text[-1] in _QUESTION and score >= _BOX_FLOOR
    }
    if all(
        key in asked for key, count in times.items() if count > 1
    ):  # a question put to each of several people
        return
    are_notices = often < _MOST_NOTICES * sum(map(len, times))
    seen = set()
    for row, key in enumerate(keys):
        if key in seen or (are_notices and times[key] >= _NOTICE):
            verdicts.fates[row] = "duplicate"
        elif key:
            seen.add(key)


def _drop_runs(verdicts: Verdicts) -> None:
    """Drop a block that is several other paragraphs in one run: the text once more, for a printer or a machine."""
    keys = _keys(verdicts)
    parts = [key for key in keys if len(key) >= _SHORTEST_SENTENCE]
    longest = sorted(range(len(keys)), key=lambda row: -len(keys[row]))[:_MOST_RUNS]
    for row in longest if len(parts) > _RUN_PARTS else ():
        key = keys[row]
        if len(key) < _SHORTEST_RUN:
            break
        inside = [part for part in parts if len(part) < len(key) and part in key]
        if len(inside) >= _RUN_PARTS and sum(map(len, inside)) >= _RUN_SHARE * len(key):
            verdicts.fates[row] = "duplicate"


def _drop_pull_quotes(verdicts: Verdicts) -> None:
    """Drop quotes that repeat a part of a paragraph."""
    keys, blocks = _keys(verdicts), verdicts.blocks
    quotable = IN["blockquote"] | IN["figure"] | IN["aside"]
    whole = "\n".join([key for key in keys if len(key) >= _SHORTEST_REPEAT])
    looked_up = 0
    for row, key in enumerate(keys):
        block = blocks.items[row]
        apart = (
            blocks.tags[block.place] == "div"
            and len(key) >= _SHORTEST_SENTENCE
            and block.text[-1] in _SENTENCE_ENDS
        )
        if len(key) < _SHORTEST_REPEAT or not (apart or blocks.flags[block.place] & quotable):
            continue
        looked_up += 1
        if looked_up > _MOST_QUOTES:
            return
        if len(block.text) <= _LONGEST_QUOTE and keys.count(key) < whole.count(key):
            verdicts.fates[row] = "pull-quote"


def _keys(verdicts: Verdicts) -> list[str]:
    items = verdicts.blocks.items
    return [b.key if fate == KEPT else "" for b, fate in zip(items, verdicts.fates, strict=True)]


def _drop_unseen(verdicts: Verdicts) -> None:
    for row in unseen_rows(verdicts.blocks, verdicts.kept(), verdicts.scores):
        verdicts.fates[row] = "hidden"


def _drop_shapes(verdicts: Verdicts) -> None:
    """Drop what its shape tells to be captions, offers, lists of other articles, readers' words."""
    at = read_standing(verdicts.blocks, verdicts.kept(), verdicts.scores)
    for find in _SHAPES:
        if at is None:
            return
        found = find(at)
        for row, rule in found.items():
            verdicts.fates[row] = rule
        if found:
            at = read_standing(verdicts.blocks, verdicts.kept(), verdicts.scores)


def _drop_above(verdicts: Verdicts) -> None:
    head = headline_row(verdicts.blocks, verdicts.clues.title)
    if head is None or KEPT not in verdicts.fates[:head]:  # nine pages of ten
        return
    at = read_standing(verdicts.blocks, verdicts.kept(), verdicts.scores)
    for row in above_rows(at, head) if at else ():
        verdicts.fates[row] = "related"


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
    ("title-repeat", _drop_title),
    ("duplicate", _drop_repeats),
    ("runs", _drop_runs),
    ("pull-quote", _drop_pull_quotes),
    ("above", _drop_above),
    ("shapes", _drop_shapes),
    ("embed", _set_embeds_apart),
)

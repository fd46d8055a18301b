"""Scores -> kept blocks: thresholds, and the few rules that hold on every page. Each drop has a name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.body.blocks import IN, Blocks
from pipelines.body.features import squash
from pipelines.options import CleanOptions

__all__ = ["KEPT", "choose"]

KEPT = ""  # the fate of a block that stays; any other fate is the name of the rule that dropped it
LOW_SCORE = "model:low-score"

# What the model's drops are called, by the first of these that the block is in.
_NAMED = (
    (IN["hidden"], "hidden"),
    (IN["figure"] | IN["figcaption"], "caption"),
    (IN["nav"], "navigation"),
    (IN["footer"], "footer"),
    (IN["form"] | IN["button"] | IN["dialog"], "form"),
)
_THRESHOLDS = {"balanced": 0.5, "precision": 0.7, "recall": 0.3}
_SHORTEST_REPEAT = 25  # letters; shorter lines come twice by right: "Yes.", "Read the letter"
_LONGEST_QUOTE = 500  # characters of a pull quote


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Below `drop` a block goes, above `recover` it stays; between them lies the model's own doubt."""

    drop: float
    recover: float


def thresholds(options: CleanOptions) -> Thresholds:
    """Return the thresholds that the options ask for."""
    middle = _THRESHOLDS[options.favour]
    drop = options.drop_below if options.drop_below is not None else middle
    recover = options.recover_above if options.recover_above is not None else max(middle, drop)
    return Thresholds(drop, max(drop, recover))


def choose(blocks: Blocks, scores: NDArray[np.float32], title: str, options: CleanOptions) -> list[str]:
    """Return each block's fate: KEPT or the name of the rule that drops it."""
    limits = thresholds(options)
    fates = [KEPT if score >= limits.drop else LOW_SCORE for score in scores.tolist()]
    _drop_title(blocks, fates, title)
    _drop_repeats(blocks, fates)
    for row, block in enumerate(blocks.items):
        if fates[row] == LOW_SCORE:
            flags = blocks.flags[block.place]
            fates[row] = next((name for mask, name in _NAMED if flags & mask), LOW_SCORE)
    return fates


def _drop_title(blocks: Blocks, fates: list[str], title: str) -> None:
    """Drop what repeats the headline before the first paragraph."""
    key = squash(title)
    if not key:
        return
    for row, block in enumerate(blocks.items):
        if fates[row] == KEPT:
            if squash(block.text) != key:
                if blocks.tags[block.place] == "p":
                    return
            else:
                fates[row] = "title-repeat"


def _drop_repeats(blocks: Blocks, fates: list[str]) -> None:
    """Drop paragraphs that come twice, and pull quotes that repeat a part of one."""
    keys = [squash(b.text) if fate == KEPT else "" for b, fate in zip(blocks.items, fates, strict=True)]
    seen: set[str] = set()
    quotable = IN["blockquote"] | IN["figure"] | IN["aside"]
    whole = "\n".join(key for key in keys if len(key) >= _SHORTEST_REPEAT)
    for row, key in enumerate(keys):
        if len(key) < _SHORTEST_REPEAT:
            continue
        block = blocks.items[row]
        if key in seen:
            fates[row] = "duplicate"
        elif (
            len(block.text) <= _LONGEST_QUOTE
            and blocks.flags[block.place] & quotable
            and whole.count(key) > keys.count(key)
        ):
            fates[row] = "pull-quote"
        seen.add(key)

"""Whether two texts are copies, by the words that stand in runs of five in both; phrases that recur on a site do not count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from columnist.pipelines.publish.copies.shingles import Hashes, covered

EXACT, NEAR, PARTIAL = "exact", "near", "partial"
KINDS = (EXACT, NEAR, PARTIAL)

# Of the words of the shorter text, in the longer one: tests/benchmarks/README.md has the figures for other values.
_OF_SHORTER = 0.45
_OF_LONGER = 0.25  # a digest that prints five stories is a copy of none of them
_NEAR = 0.8  # of the longer text: a paragraph more or less
FEWEST_WORDS = 20  # below it, a notice ("This story is being updated") is all that two pages share
_RECURS = 3  # articles of a site: twice may be a story that ran twice
_NO_PHRASES: Hashes = np.empty(0, np.uint32)


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two copies have in common."""

    kind: str
    similarity: float  # share of the words of the longer text


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it is compared."""

    runs: Hashes
    is_own: npt.NDArray[np.bool_]  # of each run: whether it is no phrase of the site
    own_words: npt.NDArray[np.bool_]  # of each word: whether it stands in no such phrase


def text_of(runs: Hashes, phrases: Hashes | None) -> Text:
    """Return a text without what recurs on its site."""
    recurs = np.isin(runs, _NO_PHRASES if phrases is None else phrases)
    return Text(runs, ~recurs, ~covered(runs, recurs))


def like(a: Text, b: Text) -> Likeness | None:
    """Compare two texts; None: they are no copies."""
    (short, short_shared), (long, long_shared) = sorted((_shared(a, b), _shared(b, a)))
    if short < FEWEST_WORDS or short_shared < _OF_SHORTER * short or long_shared < _OF_LONGER * long:
        return None
    return Likeness(NEAR if long_shared >= _NEAR * long else PARTIAL, long_shared / long)


def _shared(text: Text, other: Text) -> tuple[int, int]:
    """Return how many words of its own a text has, and how many of them the other has too."""
    found = np.isin(text.runs, other.runs[other.is_own]) & text.is_own
    return int(text.own_words.sum()), int((covered(text.runs, found) & text.own_words).sum())


def phrases_of(texts: Iterable[tuple[str, Hashes]]) -> Mapping[str, Hashes]:
    """Return the runs that recur on each site, in three of these texts: give of each story one text alone."""
    by_site: dict[str, list[Hashes]] = {}
    for site, runs in texts:
        by_site.setdefault(site, []).append(_each_once(runs))
    return {site: _recurring(found) for site, found in by_site.items() if len(found) >= _RECURS}


def _each_once(runs: Hashes) -> Hashes:
    ordered = np.sort(runs)  # np.unique hashes: ten times as slow on arrays of some hundred
    found: Hashes = ordered[np.diff(ordered, prepend=ordered[:1] - np.uint32(1)) != 0]
    return found


def _recurring(texts: list[Hashes]) -> Hashes:
    runs, times = np.unique(np.concatenate(texts), return_counts=True)
    found: Hashes = runs[times >= _RECURS]
    return found

"""Whether two texts are copies, by the words that stand in runs of five in both; phrases that recur on a site do not count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from columnist.pipelines.publish.copies.shingles import Hashes, covered

EXACT, NEAR, PARTIAL = "exact", "near", "partial"
KINDS = (EXACT, NEAR, PARTIAL)

# Of the words of the shorter text, in the longer one: copies cut to half and rewritten in one word of ten have .75 and
# more, two reports of one event that quote the same speeches .3 at most.
_OF_SHORTER = 0.45
# Of the longer text: a digest that prints five stories is a copy of none of them.
_OF_LONGER = 0.25
_NEAR = 0.8  # of the longer text: a paragraph more or less
_FEWEST_WORDS = 20  # below it, a notice ("This story is being updated") is all that two pages share
_RECURS = 3  # articles of a site: twice may be a story that ran twice


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two copies have in common."""

    kind: str
    similarity: float  # share of the words of the longer text


def like(a: Hashes, b: Hashes, phrases: Hashes) -> Likeness | None:
    """Compare two texts by their runs of words; `phrases` are those of their sites, sorted. None: no copies."""
    ours = _own_words(a, phrases)
    theirs = _own_words(b, phrases)
    in_a = covered(a, np.isin(a, b)) & ours
    in_b = covered(b, np.isin(b, a)) & theirs
    sizes = sorted(((int(ours.sum()), int(in_a.sum())), (int(theirs.sum()), int(in_b.sum()))))
    (short, short_shared), (long, long_shared) = sizes
    if short < _FEWEST_WORDS:
        return None
    of_longer = long_shared / long
    if short_shared / short < _OF_SHORTER or of_longer < _OF_LONGER:
        return None
    return Likeness(NEAR if of_longer >= _NEAR else PARTIAL, of_longer)


def _own_words(runs: Hashes, phrases: Hashes) -> npt.NDArray[np.bool_]:
    """Say of each word whether it stands in no phrase of the site."""
    return ~covered(runs, np.isin(runs, phrases))


def phrases_of(texts: Mapping[int, Hashes], same: Mapping[int, int], sites: Mapping[int, str]) -> dict[str, Hashes]:
    """Return the runs that recur on each site: in three articles that are not each other's copies (`same`: text -> first)."""
    by_site: dict[str, list[int]] = {}
    for text in texts:
        if same.get(text, text) == text:
            by_site.setdefault(sites[text], []).append(text)
    return {site: _recurring(texts[text] for text in found) for site, found in by_site.items() if len(found) >= _RECURS}


def _recurring(texts: Iterable[Hashes]) -> Hashes:
    runs, times = np.unique(np.concatenate([np.unique(text) for text in texts]), return_counts=True)
    found: Hashes = runs[times >= _RECURS]
    return found

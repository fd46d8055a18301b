"""Articles that may not be whole (`extra.doubt`): how many each site's latest run gave, and whether they are too many."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from columnist.pipelines.batch.check.figures import Figures, read_figures

DOUBTED = "articles that may not be whole"
# Of 711 pages of the corpora one has a doubt, so three of twenty are no chance: the layout is one that we cut.
_MOST = 0.1


def too_many_doubts(recent: Figures, enough: int) -> Iterator[str]:
    """Find a site without a floor of whose recent articles many may not be whole."""
    if recent.new >= enough and recent.doubted > _MOST * recent.new:
        yield f"{recent.doubted} {DOUBTED} of {recent.new}, at most {_MOST:g}: see extra.doubt"


def doubted_articles(runs: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many new articles of these runs carry a doubt, by site; sites without one are left out."""
    counts: Counter[str] = Counter()
    for run in runs:
        for name in run["sites"]:
            figures = read_figures(run, name)
            counts[name] += figures.doubted if figures is not None else 0
    return {name: count for name, count in sorted(counts.items()) if count}

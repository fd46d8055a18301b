"""All sets by the whole of clean(): how good, how much lost, how much foreign, how many pages damaged.

    python -m tests.benchmarks.each_set [--corpus DIR] [--folds DIR] [--step N] [--set NAME ...]

Without `--folds` the shipped weights judge pages that they were trained on: that says whether a change of the
rules did harm, not how good the text is elsewhere.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Article, Page
from tests.benchmarks.folds import models_of_folds, use
from tests.benchmarks.scores import Figures, load_scorer, page_figures, summarise

SETS = (
    "fundus_pub_dev", "fundus_hist_dev", "n4k_eval_dev", "wcxb_dev", "waddle_dev", "dragnet_dev", "chinese_dev", "traf",
    "snacktory_dev", "mercury_dev",
)  # fmt: skip
TOLERATED = 0.1  # of the runs of four words: a page that loses more, or has more that is foreign, is damaged


def main() -> None:
    """Clean every page and print a row a set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus"))
    parser.add_argument("--folds", type=Path)
    parser.add_argument("--step", type=int, default=1, help="every n-th page")
    parser.add_argument("--set", dest="sets", nargs="+", default=SETS)
    options = parser.parse_args()
    scorer = load_scorer(options.corpus)
    model_of = models_of_folds(options.folds) if options.folds else None
    print(
        "| set (pages, with gold text) | shingleF1 | wordF1 | exact | lost | foreign | damaged | kept | leaked |"
    )
    print("|---" * 9 + "|")
    for name in options.sets:
        rows = pq.read_table(options.corpus / f"{name}.parquet").to_pylist()[:: options.step]
        print(_line(scorer, name, [_judge(scorer, row, model_of) for row in rows]), flush=True)


def _judge(scorer: Any, row: Mapping[str, Any], model_of: Callable[..., Any] | None) -> Figures:
    if model_of is not None:
        use(model_of(row))
    article = clean(Page(url=row["url"] or "", html=row["html"]))
    return page_figures(scorer, article.text if isinstance(article, Article) else "", row, rouge=False)


def _line(scorer: Any, name: str, pages: Sequence[Figures]) -> str:
    means = summarise(scorer, pages) | damage(pages)
    columns = ("shingleF1", "wordF1", "exact", "lost", "foreign", "damaged", "with", "without")
    cells = [f"{means[column]:.3f}" if column in means else "" for column in columns]
    return f"| {name} ({len(pages)}, {_gold(pages)}) | {' | '.join(cells)} |"


def _gold(pages: Sequence[Figures]) -> int:
    return sum("recall" in page for page in pages)


def damage(pages: Iterable[Figures]) -> dict[str, float]:
    """Return the shares of pages with gold text that lose too much, hold too much that is foreign, or either."""
    judged = [page for page in pages if "recall" in page]
    lost = [page["recall"][0] < 1 - TOLERATED for page in judged]
    # a page of which nothing was found has no precision: all is lost, nothing foreign
    foreign = [bool(page["precision"]) and page["precision"][0] < 1 - TOLERATED for page in judged]
    either = [a or b for a, b in zip(lost, foreign, strict=True)]
    shares = {"lost": lost, "foreign": foreign, "damaged": either}
    return {name: statistics.mean(map(float, found)) for name, found in shares.items() if found}


if __name__ == "__main__":
    main()

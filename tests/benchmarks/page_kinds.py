"""Precision and recall of the page decision on labelled pages of our own, and of a logistic regression on its signs.

    python -m tests.benchmarks.page_kinds [--regression]

With `--regression` the signs' points, set by hand, are compared with weights that are learnt from the same signs, on
families of pages (a kind, a language or a dress) that were kept out: the score alone, without the rules before it.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from columnist.pipelines.clean import clean
from columnist.pipelines.content.blocks.blocks import read_blocks
from columnist.pipelines.content.extract import extract_body
from columnist.pipelines.content.pagetype.case import read_case
from columnist.pipelines.content.pagetype.link_layout import measure
from columnist.pipelines.content.pagetype.refuse import SURE_INDEX, index_signs
from columnist.pipelines.document.read import read_document
from columnist.pipelines.metadata.read import read_metadata
from columnist.pipelines.records.article import Article, Page
from columnist.pipelines.records.options import CleanOptions
from tests.pagekinds.kinds import Labelled, labelled_pages

SITE = "https://quay.example"
_STEPS, _RATE, _DECAY = (
    3_000,
    0.5,
    1e-3,
)  # of gradient descent: the loss no longer falls by .0001 in 100 steps
_LISTS = ("post", "excerpt", "category", "author", "month", "paged", "search", "home", "headlines")


def decided(page: Labelled) -> bool:
    """Say whether the page comes out as an article."""
    return isinstance(clean(Page(url=SITE + page.path, html=page.html.encode())), Article)


def main(words: list[str]) -> None:
    """Print the table, or compare the weights."""
    pages = list(labelled_pages())
    if "--regression" in words:
        compare([page for page in pages if page.is_article or any(word in page.kind for word in _LISTS)])
        return
    right = [(page, decided(page) == page.is_article) for page in pages]
    for name in ("kind", "lang", "skin"):
        families = Counter(getattr(page, name) for page, _ in right)
        good = Counter(getattr(page, name) for page, is_right in right if is_right)
        sys.stdout.writelines(
            f"{name:6} {family:30} {good[family]} of {count}\n" for family, count in families.items()
        )
    kept = [page.is_article == is_right for page, is_right in right]
    articles = sum(page.is_article for page in pages)
    taken = sum(kept)
    hits = sum(page.is_article and is_right for page, is_right in right)
    sys.stdout.write(f"{len(pages)} pages: precision {hits / taken:.3f}, recall {hits / articles:.3f}\n")


def compare(pages: Sequence[Labelled]) -> None:
    """Print how many list pages and articles each way of weighing the signs gets right, families kept out."""
    rows = [_signs(page) for page in pages]
    points = np.array([[points if holds else 0 for holds, points, _ in row] for row in rows], dtype=float)
    signs = np.array([[float(holds) for holds, _, _ in row] for row in rows])
    labels = np.array([float(not page.is_article) for page in pages])
    by_hand = points.sum(axis=1) >= SURE_INDEX
    sys.stdout.write(f"{len(pages)} pages; by hand {(by_hand == labels).mean():.3f}\n")
    for name in ("kind", "lang", "skin"):
        families: dict[str, list[int]] = defaultdict(list)
        for number, page in enumerate(pages):
            families[getattr(page, name)].append(number)
        learnt = np.zeros(len(pages), dtype=bool)
        for numbers in families.values():
            others = np.setdiff1d(np.arange(len(pages)), numbers)
            learnt[numbers] = fitted(signs[others], labels[others])(signs[numbers])
        for told, verdicts in (("by hand", by_hand), ("learnt", learnt)):
            lists, articles = labels == 1, labels == 0
            sys.stdout.write(
                f"{name} kept out, {told:8} lists {verdicts[lists].mean():.3f}, articles {1 - verdicts[articles].mean():.3f}\n"
            )


def _signs(page: Labelled) -> tuple[tuple[bool, int, str], ...]:
    options = CleanOptions()
    document = read_document(Page(url=SITE + page.path, html=page.html.encode()))
    metadata = read_metadata(document)
    body = extract_body(document, metadata, options)
    return index_signs(
        read_case(document, metadata, body), measure(body.blocks or read_blocks(document.tree))
    )


def fitted(signs: np.ndarray, labels: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Return a logistic regression's decision, each class of equal weight."""
    weight = np.where(labels == 1, 0.5 / labels.mean(), 0.5 / (1 - labels.mean()))
    inputs, beta = np.hstack([signs, np.ones((len(signs), 1))]), np.zeros(signs.shape[1] + 1)
    for _ in range(_STEPS):
        wrong = 1 / (1 + np.exp(-inputs @ beta)) - labels
        beta -= _RATE * (inputs.T @ (wrong * weight) / len(labels) + _DECAY * beta)
    return lambda rows: np.hstack([rows, np.ones((len(rows), 1))]) @ beta > 0


if __name__ == "__main__":
    main(sys.argv[1:])

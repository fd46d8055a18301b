"""Train the body model from the shared corpora: the same corpora, libraries and seed give the same weights.

    python -m tests.benchmarks.train_body [--corpus DIR] [--output FILE]
    python -m tests.benchmarks.train_body --check [--languages] [--folds DIR]

Pages with gold text give labels by aligning their blocks with it. Pages with snippets alone give labels
for the blocks that hold a snippet, and for those that a model trained on the gold pages is sure of.
`--check` prints figures cross-validated by registered domain (or by leaving out one language at a time);
`--folds` keeps the models of that, so that compare.py can judge each page by one that has not seen it.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # sums must not depend on how many cores are free

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.content.model.block_table import read_columns
from pipelines.content.model.context_features import context_columns
from pipelines.content.model.features import block_features
from pipelines.content.model.network import Model, Network, with_neighbours, write_model
from pipelines.content.model.word_features import Vocabulary
from pipelines.content.rules.rules import KEPT, choose
from pipelines.records.options import CleanOptions
from tests.benchmarks.network import Recipe, merge, train
from tests.benchmarks.samples import CORPORA, Sample, read_samples
from tests.benchmarks.scores import load_scorer, page_figures, summarise
from tests.benchmarks.vocabulary import build_vocabulary, count_votes

Array = NDArray[np.float32]

NETWORKS = 3  # merged into one: their mean is steadier than any
SECOND_NETWORKS = 2  # of the second network, likewise; what fits in the weights' budget
SECOND_RECIPE = Recipe(epochs=6)  # it starts from scores: two rounds fewer are enough
PARTS = 6  # of the training domains: a page's words are scored by the votes of the other parts
# Likewise: the second network learns from first scores by networks that did not see the page's domain.
STACK = 5
FOLDS = 5
NEWS_WEIGHT = 5.0  # there are 140 news pages with gold and 793 others, and news is what this is for
SURE = 0.1  # pages without gold: blocks scored below it or above 1 less it are believed
BELIEVED, SEEN = 0.15, 4.0  # weights of a believed label and of a snippet's
CONTESTED = 0.7  # a page on which the first model disputes more than this share of the gold is left out:
# most of them have a gold text that stops half-way


def main() -> None:
    """Train and write the weights, or cross-validate."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus"))
    parser.add_argument("--output", type=Path, default=Path("pipelines/content/model/weights.npz"))
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--languages", action="store_true")
    parser.add_argument("--folds", type=Path)
    options = parser.parse_args()
    samples = read_samples(options.corpus)
    if options.check:
        scored = leave_out_languages(samples) if options.languages else cross_validate(samples, options.folds)
        _print(load_scorer(options.corpus), scored)
        return
    _write(options.output, fit(samples, version=_version(samples)))
    print(f"{options.output}: {options.output.stat().st_size} bytes")


def cross_validate(samples: Sequence[Sample], keep: Path | None = None) -> list[tuple[Sample, Array]]:
    """Score every sample by a model that saw no page of its registered domain."""
    out = []
    for fold in range(FOLDS):
        model = fit([s for s in samples if part_of(s.domain, FOLDS) != fold], seed=fold)
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            _write(keep / f"{fold}.npz", model)
        out += [(s, _scores(model, s)) for s in samples if part_of(s.domain, FOLDS) == fold]
    return out


def leave_out_languages(samples: Sequence[Sample]) -> list[tuple[Sample, Array]]:
    """Score the news pages of each language by a model that saw no page of that language or domain."""
    out = []
    for language in sorted({s.language for s in samples if s.language and s.language != "en"}):
        left_out = [s for s in samples if s.language == language]
        domains = {s.domain for s in left_out}
        model = fit([s for s in samples if s.language != language and s.domain not in domains])
        out += [(s, _scores(model, s)) for s in left_out]
    return out


def _scores(model: Model, sample: Sample) -> Array:
    columns = read_columns(sample.blocks)
    return model.score(columns, block_features(columns, sample.clues, model.vocabulary))


def _print(scorer: Any, scored: Sequence[tuple[Sample, Array]]) -> None:
    for corpus in CORPORA:
        pages = [
            page_figures(
                scorer, _text(sample, scores), sample.facts(), rouge=sample.corpus.startswith("fundus")
            )
            for sample, scores in scored
            if sample.corpus == corpus
        ]
        print(corpus, len(pages), "pages", summarise(scorer, pages))


def _text(sample: Sample, scores: Array) -> str:
    fates = choose(sample.blocks, scores, sample.clues, CleanOptions()) if len(scores) else []
    return "\n".join(b.text for b, fate in zip(sample.blocks.items, fates, strict=True) if fate == KEPT)


def _write(place: Path, model: Model) -> None:
    with place.open("wb") as file:
        write_model(file, model)


@dataclass(slots=True)
class _Lesson:
    """One page to learn from."""

    sample: Sample
    rows: Array
    labels: Array
    weights: Array


def fit(samples: Sequence[Sample], seed: int = 0, version: str = "") -> Model:
    """Train a model: first on the gold pages alone, then with what that says about the others."""
    gold = [sample for sample in samples if sample.labels and sample.blocks.items]
    weak = [sample for sample in samples if not sample.labels and sample.blocks.items]
    votes = {
        domain: count_votes([(s.blocks, s.labels) for s in gold if s.domain == domain])
        for domain in sorted({s.domain for s in gold})
    }
    vocabulary = build_vocabulary(votes.values())
    by_part = [
        build_vocabulary(vote for domain, vote in votes.items() if part_of(f"part {domain}", PARTS) != part)
        for part in range(PARTS)
    ]
    lessons = [_gold_lesson(s, by_part[part_of(f"part {s.domain}", PARTS)]) for s in gold]
    judge = _first_network(lessons, seed, 1)
    for lesson in lessons:
        if _is_contested(judge.score(with_neighbours(lesson.rows)), lesson.labels, lesson.weights):
            lesson.weights = np.zeros_like(lesson.weights)
    lessons += [_weak_lesson(s, judge, vocabulary) for s in weak]
    first = _first_network(lessons, seed, NETWORKS)
    return Model(version, first, _second_network(lessons, seed), vocabulary)


def _gold_lesson(sample: Sample, vocabulary: Vocabulary) -> _Lesson:
    rows = block_features(read_columns(sample.blocks), sample.clues, vocabulary)
    return _Lesson(sample, rows, (np.array(sample.labels) >= 0.5).astype(np.float32), gold_weights(sample))


def _weak_lesson(sample: Sample, judge: Network, vocabulary: Vocabulary) -> _Lesson:
    rows = block_features(read_columns(sample.blocks), sample.clues, vocabulary)
    return _Lesson(sample, rows, *_weak_labels(sample, judge.score(with_neighbours(rows))))


def part_of(domain: str, parts: int) -> int:
    """Deal domains into parts, the same on every machine."""
    return int(hashlib.sha256(domain.encode()).hexdigest()[:8], 16) % parts


def gold_weights(sample: Sample) -> Array:
    """Weigh blocks by their length, to a limit; every page weighs the same."""
    weights = 0.4 + np.minimum(np.array(sample.sizes, dtype=np.float32), 60) / 60
    weights = np.minimum(weights / weights.sum() * 60, 4)
    return weights * np.float32(NEWS_WEIGHT if sample.corpus.startswith("fundus") else 1.0)


def _is_contested(scores: Array, labels: Array, weights: Array) -> bool:
    disputed = float((weights * ((scores >= 0.5) != (labels >= 0.5))).sum())
    return disputed > CONTESTED * float((weights * (labels >= 0.5)).sum())


def _weak_labels(sample: Sample, scores: Array) -> tuple[Array, Array]:
    labels = (scores >= 0.5).astype(np.float32)
    weights = np.where((scores < SURE) | (scores > 1 - SURE), BELIEVED, 0.0).astype(np.float32)
    for row, known in enumerate(sample.snippets):
        if known is not None:
            labels[row], weights[row] = known, SEEN
    return labels, weights


def _first_network(lessons: Sequence[_Lesson], seed: int, count: int) -> Network:
    return _network(lessons, [with_neighbours(lesson.rows) for lesson in lessons], (seed, count), Recipe())


def _second_network(lessons: Sequence[_Lesson], seed: int) -> Network:
    """Train on first scores as the page of an unknown site would get them."""
    inputs: list[Array] = [lesson.rows for lesson in lessons]
    for part in range(STACK):
        seen = [part_of(f"stack {lesson.sample.domain}", STACK) != part for lesson in lessons]
        first = _first_network(
            [x for x, is_seen in zip(lessons, seen, strict=True) if is_seen], seed, NETWORKS
        )
        for row, lesson in enumerate(lessons):
            if not seen[row]:
                scores = first.score(with_neighbours(lesson.rows))
                inputs[row] = np.hstack(
                    [lesson.rows, context_columns(read_columns(lesson.sample.blocks), scores)]
                )
    return _network(lessons, inputs, (seed, SECOND_NETWORKS), SECOND_RECIPE)


def _network(
    lessons: Sequence[_Lesson], inputs: Sequence[Array], seeds: tuple[int, int], recipe: Recipe
) -> Network:
    """Train some networks, each from its own seed, and merge them."""
    weights = np.concatenate([lesson.weights for lesson in lessons])
    used = weights > 0
    rows = np.vstack(inputs)[used]
    labels = np.concatenate([lesson.labels for lesson in lessons])[used]
    seed, count = seeds
    return merge([train(rows, labels, weights[used], 100 * seed + n, recipe) for n in range(count)])


def _version(samples: Sequence[Sample]) -> str:
    pages = hashlib.sha256("\n".join(sorted(sample.id for sample in samples)).encode()).hexdigest()[:8]
    return f"2-{len(samples)}-{pages}"


if __name__ == "__main__":
    main()

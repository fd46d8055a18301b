"""Chosen text against gold: the figures of the source benchmarks, as the shared scorer defines them."""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.samples import Sample

__all__ = ["Figures", "page_figures", "print_scores", "summarise"]

_TOKEN = re.compile(r"\w+")
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")

Figures = dict[str, list[float]]


def print_scores(scored: Iterable[tuple[Sample, NDArray[np.float32]]], threshold: float = 0.5) -> None:
    """Print the figures of a bare threshold, per corpus."""
    corpora: dict[str, Figures] = {}
    for sample, scores in scored:
        chosen = [b.text for b, score in zip(sample.blocks.items, scores, strict=True) if score >= threshold]
        figures = corpora.setdefault(sample.corpus, defaultdict(list))
        for name, values in page_figures("\n".join(chosen), sample).items():
            figures[name] += values
    for corpus, figures in corpora.items():
        print(corpus, summarise(figures))


def page_figures(text: str, sample: Sample) -> Figures:
    """Return one page's figures, ready to be averaged."""
    low = " ".join(text.split()).lower()
    out: Figures = {
        "with": [float(" ".join(s.split()).lower() in low) for s in sample.wanted],
        "without": [float(" ".join(s.split()).lower() in low) for s in sample.unwanted],
    }
    if not sample.gold:
        return out
    gold, found = _words(sample.gold), _words(text)
    precision, recall = _overlap(_shingles(gold), _shingles(found))
    lower = _overlap(Counter(w.lower() for w in gold), Counter(w.lower() for w in found))
    out["precision"] = [precision] if found else []
    out["recall"] = [recall]
    out["wordF1"] = [_f1(*lower)]
    out["exact"] = [float(gold == found)]
    return out


def summarise(figures: Figures) -> dict[str, float]:
    """Average; shingleF1 is made of the mean precision and the mean recall."""
    means = {name: round(statistics.mean(values), 4) for name, values in figures.items() if values}
    if figures.get("recall"):
        means["shingleF1"] = round(_f1(means.get("precision", 0.0), means["recall"]), 4)
    return means


def _words(text: str) -> list[str]:
    text = unicodedata.normalize("NFKC", text.replace("\u00ad", ""))
    return _TOKEN.findall(_WIDE.sub(lambda m: f" {m.group(0)} ", text))


def _shingles(words: Sequence[str]) -> Counter[tuple[str, ...]]:
    if len(words) < 4:
        return Counter([tuple(words)] if words else [])
    return Counter(tuple(words[i : i + 4]) for i in range(len(words) - 3))


def _overlap(gold: Counter[object], found: Counter[object]) -> tuple[float, float]:
    shared, wanted, given = sum((gold & found).values()), sum(gold.values()), sum(found.values())
    if not wanted and not given:
        return 1.0, 1.0
    return (shared / given if given else 0.0), (shared / wanted if wanted else 0.0)


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

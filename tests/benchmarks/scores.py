"""Extracted text against gold: the figures of the source benchmarks, by the shared scorer's own functions."""

from __future__ import annotations

import importlib.util
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

__all__ = ["Figures", "load_scorer", "page_figures", "summarise"]

Figures = dict[str, list[float]]


def load_scorer(corpus: Path) -> ModuleType:
    """Load score.py, which lies beside the corpora's folder."""
    place = corpus.resolve().parent / "score.py"
    spec = importlib.util.spec_from_file_location("shared_score", place)
    if spec is None or spec.loader is None or not place.exists():
        raise SystemExit(f"{place}: no scorer beside the corpora; give --corpus the folder with the corpora")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def page_figures(scorer: Any, text: str, gold: Mapping[str, Any], rouge: bool = True) -> Figures:
    """Return one page's figures, ready to be averaged; `gold` has body, with and without.

    rougeLsum is the news corpora's figure; it is quadratic, and the long pages of the others take minutes.
    """
    low = " ".join(text.split()).lower()
    out: Figures = {
        name: [float(" ".join(s.split()).lower() in low) for s in gold[name] or ()]
        for name in ("with", "without")
    }
    if not gold["body"]:
        return out
    wanted, found = scorer.toks(gold["body"]), scorer.toks(text)
    precision, recall = scorer.overlap(scorer.shingle(wanted), scorer.shingle(found))
    bags = (Counter(w.lower() for w in words) for words in (wanted, found))
    out |= {
        "precision": [precision] if found else [],
        "recall": [recall],
        "wordF1": [scorer.f1(*scorer.overlap(*bags))],
        "exact": [float(wanted == found)],
        "rougeLsum": [scorer.rouge_lsum(gold["body"], text)] if rouge else [],
    }
    return out


def summarise(scorer: Any, pages: Iterable[Figures]) -> dict[str, float]:
    """Average; shingleF1 is made of the mean precision and the mean recall."""
    all_: Figures = defaultdict(list)
    for figures in pages:
        for name, values in figures.items():
            all_[name] += values
    means = {name: round(statistics.mean(values), 4) for name, values in all_.items() if values}
    if all_["recall"]:
        means["shingleF1"] = round(scorer.f1(means.get("precision", 0.0), means["recall"]), 4)
    return {name: means[name] for name in _ORDER if name in means}


_ORDER: Sequence[str] = ("shingleF1", "wordF1", "rougeLsum", "exact", "with", "without")

"""Corpora -> samples: blocks, clues and labels of every page that can be read."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from columnist.pipelines.content.blocks.blocks import Blocks, read_blocks
from columnist.pipelines.content.model.page_hints import Clues, read_clues
from columnist.pipelines.document.read import read_document
from columnist.pipelines.metadata.read import read_metadata
from columnist.pipelines.records.article import NotAnArticle, Page
from tests.benchmarks.folds import address_of, domain_of
from tests.benchmarks.labels import align, snippet_labels, tokens

__all__ = ["CORPORA", "Sample", "read_samples"]

CORPORA = (
    "fundus_pub_dev", "fundus_hist_dev", "n4k_eval_dev", "wcxb_dev", "traf", "waddle_dev", "dragnet_dev", "chinese_dev",
    "mercury_dev", "snacktory_dev",
)  # fmt: skip


@dataclass(slots=True)
class Sample:
    """One page of a corpus."""

    corpus: str
    id: str
    domain: str
    language: str | None
    gold: str | None
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]
    blocks: Blocks
    clues: Clues
    sizes: list[int]  # tokens of each block
    labels: list[float] = field(default_factory=list)  # empty where there is no gold text
    snippets: list[float | None] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        """Return the gold as the scorer names it."""
        return {"body": self.gold, "with": self.wanted, "without": self.unwanted}


def read_samples(folder: Path, processes: int = 2) -> list[Sample]:
    """Read all corpora, in their order."""
    out: list[Sample] = []
    with ProcessPoolExecutor(processes) as pool:
        for corpus in CORPORA:
            rows = pq.read_table(folder / f"{corpus}.parquet").to_pylist()
            found = pool.map(partial(_sample, corpus), rows, chunksize=20)
            out += [sample for sample in found if sample is not None]
    return out


def _sample(corpus: str, row: dict[str, Any]) -> Sample | None:
    address = address_of(row)
    try:
        document = read_document(Page(url=address, html=row["html"]))
    except NotAnArticle:
        return None
    blocks = read_blocks(document.tree)
    texts = [block.text for block in blocks.items]
    blocks.elements = []  # lxml's elements do not pickle, and labels need none
    return Sample(
        corpus=corpus,
        id=row["id"],
        domain=domain_of(row),
        language=row.get("lang"),
        gold=row["body"],
        wanted=_strings(row["with"]),
        unwanted=_strings(row["without"]),
        blocks=blocks,
        clues=read_clues(document, read_metadata(document)),
        sizes=[len(tokens(text)) for text in texts],
        labels=align(texts, row["body"]) if row["body"] else [],
        snippets=snippet_labels(texts, row["with"] or (), row["without"] or ()),
    )


def _strings(values: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(values or ())

"""How much memory a process that cleans page after page holds: corpora and demo pages, over and over.

    python -m tests.benchmarks.memory [--corpus ../shared/corpus] [--pages 20000]

Prints one JSON line for each mark passed. Garbage is collected before a mark: what is left is held.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import pyarrow.parquet as pq

from columnist.pipelines.batch.clean_batches import clean_to_row, warm_up
from columnist.pipelines.records.article import Page

MARKS = (0, 100, 1_000, 2_000, 5_000, 10_000, 20_000)
DEMO = Path(__file__).parents[2] / "data" / "demo" / "site"
READ_AT_ONCE = 16  # pages of a corpus: the reader's own memory stays small


def pages(corpus: Path) -> Iterator[Page]:
    """Yield the demo's pages, then each page of each corpus."""
    for path in sorted(DEMO.rglob("*.html")):
        yield Page(url=f"https://paper.example/{path.relative_to(DEMO)}", html=path.read_bytes())
    for path in sorted(corpus.glob("*.parquet")):
        for batch in pq.ParquetFile(path).iter_batches(READ_AT_ONCE, columns=["url", "html"]):
            for row in batch.to_pylist():
                html = row["html"]
                yield Page(url=row["url"], html=html.encode() if isinstance(html, str) else html)


def over_and_over(corpus: Path) -> Iterator[Page]:
    """Yield the pages again and again."""
    for _ in cycle([None]):
        yield from pages(corpus)


def resident_mb() -> float:
    """Return the memory that the process has in use now."""
    held = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(held * resource.getpagesize() / (1 << 20), 1)


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--corpus", type=Path, default=Path("../shared/corpus"))
    words.add_argument("--pages", type=int, default=MARKS[-1])
    asked = words.parse_args()
    warm_up()
    source, done = over_and_over(asked.corpus), 0
    for mark in (mark for mark in MARKS if mark <= asked.pages):
        for page in islice(source, mark - done):
            clean_to_row(page)
        done = mark
        gc.collect()
        peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
        print(json.dumps({"pages": mark, "resident_mb": resident_mb(), "peak_mb": peak}), flush=True)


if __name__ == "__main__":
    main()

"""How fast rows are staged, and how long each step of a part takes: allocate and the steps of a commit hold up
the event loop.

    python tests/benchmarks/parts.py [--rows 20000] [--folder FOLDER]

Prints one JSON line; seconds are of the slowest part.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from columnist.pipelines.dataset.open_store import Store, open_store
from columnist.pipelines.dataset.state.rows import Row, row_of
from columnist.pipelines.records.article import Paragraph

sys.path.insert(0, str(Path(__file__).parents[1]))
from newsroom import an_article, with_text

PARAGRAPHS, WORDS = 8, 60  # of an article: 3,000 characters, as news has it
TOGETHER = 20  # rows of one transaction


def articles(count: int) -> Iterator[Row]:
    """Yield articles of different words."""
    chance = random.Random(3)
    words = ["".join(chance.choices("abcdefghijklmnop", k=chance.randint(2, 9))) for _ in range(5_000)]
    for number in range(count):
        body = tuple(Paragraph("p", " ".join(chance.choices(words, k=WORDS))) for _ in range(PARAGRAPHS))
        yield row_of(with_text(replace(an_article(f"https://paper.example/{number}"), paragraphs=body)))


def stage(store: Store, rows: list[Row]) -> float:
    """Stage the rows; return how many a second."""
    start = time.perf_counter()
    for first in range(0, len(rows), TOGETHER):
        with store.state.transaction():
            for row in rows[first : first + TOGETHER]:
                store.outbox.stage(row)
    return len(rows) / (time.perf_counter() - start)


def write(store: Store) -> dict[str, float]:
    """Write every part; return the slowest of each step."""
    seconds = {"allocate": 0.0, "write": 0.0, "commit_step": 0.0}

    def timed(name: str, start: float) -> None:
        seconds[name] = round(max(seconds[name], time.perf_counter() - start), 3)

    start = time.perf_counter()
    for part in store.dataset.allocate_all():
        timed("allocate", start)
        start = time.perf_counter()
        written = store.dataset.write(part)
        timed("write", start)
        start = time.perf_counter()
        for _ in store.dataset.commit_by_steps(written):
            timed("commit_step", start)
            start = time.perf_counter()
        timed("commit_step", start)
        start = time.perf_counter()
    return seconds


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, default=20_000)
    words.add_argument("--folder", type=Path, default=None)
    asked = words.parse_args()
    rows = list(articles(asked.rows))
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder, open_store(folder) as store:
        staged = round(stage(store, rows))
        figures = {"rows": asked.rows, "staged_per_second": staged, **write(store)}
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps({**figures, "peak_memory_mb": peak}))


if __name__ == "__main__":
    main()

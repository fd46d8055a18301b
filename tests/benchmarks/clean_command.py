"""What `columnist clean` costs beside `clean()` alone, and what a second core gives. Every process is counted.

    python -m tests.benchmarks.clean_command [--corpus ../shared/corpus] [--pages 1500] [--files 6] [--engine local]

The command runs on one core, then on two, each time into an empty folder; then the same pages go through `clean()` in
this process. Prints one JSON line for each. `busy` is the share of their life in which
the workers had a page to clean, on a core or waiting for one: unlike seconds it holds on a machine that does other things.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from columnist.pipelines.batch.clean_batches import warm_up
from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Page
from tests.benchmarks.processes import run

NEWS = ("fundus_pub_dev", "n4k_eval_dev", "traf", "mercury_dev", "wcxb_dev")


def rows(corpus: Path) -> Iterator[dict[str, object]]:
    """Yield url and html of each news page, each corpus once."""
    for name in NEWS:
        for batch in pq.ParquetFile(corpus / f"{name}.parquet").iter_batches(64, columns=["url", "html"]):
            yield from batch.to_pylist()


def write_files(folder: Path, corpus: Path, pages: int, files: int) -> int:
    """Write the pages into Parquet files of one size; return how many pages there are."""
    taken = list(islice(rows(corpus), pages))
    for number in range(files):
        table = pa.Table.from_pylist(taken[number::files])
        pq.write_table(table, folder / f"pages-{number:03d}.parquet", compression="zstd")
    return len(taken)


def alone(corpus: Path, pages: int) -> float:
    """Return the seconds of CPU that `clean()` takes for these pages, models loaded."""
    warm_up()
    spent = 0.0
    for row in islice(rows(corpus), pages):
        html = row["html"]
        page = Page(url=str(row["url"]), html=html.encode() if isinstance(html, str) else html)  # type: ignore[arg-type]
        before = time.process_time()
        clean(page)
        spent += time.process_time() - before
    return spent


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--corpus", type=Path, default=Path("../shared/corpus"))
    words.add_argument("--pages", type=int, default=1500)
    words.add_argument("--files", type=int, default=6)
    words.add_argument("--engine", default="local")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "in")
        folder.mkdir()
        pages = write_files(folder, asked.corpus, asked.pages, asked.files)
        for cores in (1, 2):
            data = Path(place, f"data-{cores}")
            given = ["clean", str(folder), "--data", str(data), "--quiet"]
            given += ["--engine", asked.engine] if asked.engine != "local" else []
            cost = run([sys.executable, "-m", "columnist", *given], cores)
            told = {
                "command": asked.engine,
                "cores": cores,
                "pages": pages,
                "seconds": round(cost.seconds, 2),
            }
            per_page = round(cost.cpu * 1000 / pages, 2)
            told |= {"busy": round(cost.busy, 3), "cpu_ms_a_page": per_page, "peak_mb": round(cost.peak_mb)}
            print(json.dumps(told), flush=True)
        spent = alone(asked.corpus, pages)
        print(json.dumps({"clean()": pages, "cpu_ms_a_page": round(spent * 1000 / pages, 2)}))


if __name__ == "__main__":
    main()

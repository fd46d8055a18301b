"""What `columnist clean` costs beside `clean()` alone, and what a second core gives. Every process is counted.

    python -m tests.benchmarks.clean_command [--corpus ../shared/corpus] [--pages 1500] [--files 6] [--engine local]

The command runs on one core, then on two, each time into an empty folder; then the same pages go through `clean()` in
this process. Prints one JSON line for each. A process that outlives its parent comes to this one (a subreaper),
which waits for it: workers that the nursery leaves behind are counted too. `busy` is the share of their life in which
the workers had a page to clean, on a core or waiting for one: unlike seconds it holds on a machine that does other things.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq

from columnist.pipelines.batch.clean_batches import warm_up
from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Page

_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
NEWS = ("fundus_pub_dev", "n4k_eval_dev", "traf", "mercury_dev", "wcxb_dev")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took, all its processes together."""

    seconds: float
    cpu: float
    peak_mb: float  # of the largest process
    busy: float  # share of the workers' life


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


class Watch(threading.Thread):
    """Looks at how long each process below this one has run, and waited for a core, as Linux counts it."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seen: dict[int, list[tuple[float, float]]] = {}  # process -> (time, seconds on or before a core)
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.1):
            for child in psutil.Process().children(recursive=True):
                try:
                    ran, waited, _ = Path(f"/proc/{child.pid}/schedstat").read_text(encoding="ascii").split()
                except OSError:
                    continue
                self.seen.setdefault(child.pid, []).append((time.monotonic(), (int(ran) + int(waited)) / 1e9))

    def busy(self, workers: int) -> float:
        """Return the busy share of the processes that did most."""
        lives = [(marks[-1][0] - marks[0][0], marks[-1][1] - marks[0][1]) for marks in self.seen.values()]
        most = sorted(lives, key=lambda life: -life[1])[:workers]
        return sum(done for _, done in most) / (sum(alive for alive, _ in most) or 1.0)


def run(words: list[str], cores: int) -> Cost:
    """Run a command on so many cores and wait for every process that comes of it."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    allowed = sorted(os.sched_getaffinity(0))[:cores]
    began, cpu, peak = time.monotonic(), 0.0, 0.0
    process = subprocess.Popen(words, preexec_fn=lambda: os.sched_setaffinity(0, allowed))  # noqa: PLW1509
    seconds = 0.0
    watch = Watch()
    watch.start()
    while True:
        try:
            pid, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            watch.over.set()
            return Cost(seconds, cpu, peak, watch.busy(cores))
        cpu += usage.ru_utime + usage.ru_stime  # with those that it waited for itself
        peak = max(peak, usage.ru_maxrss / 1024)
        if pid == process.pid:
            seconds = time.monotonic() - began
            if os.waitstatus_to_exitcode(status) not in (0, 1):
                raise SystemExit(f"{' '.join(words)} ended with {status}")


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

"""How the frontier fares with many addresses known: memory, insertions, look-ups, leases.

    python tests/benchmarks/frontier.py [--addresses 10000000] [--sites 500] [--folder FOLDER]

Prints one JSON line. The bar: 10 million known addresses within 500 MB of memory, 20,000 look-ups a second.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median

from columnist.pipelines.dataset.state.state import open_state
from columnist.scraper.frontier.frontier import Frontier
from columnist.scraper.frontier.records import Candidate, VisitResult

BATCH = 5_000  # addresses of one transaction: a part of a large sitemap
FROM_ONE_SITE = 1_000  # addresses that come one after the other from one site


@dataclass(frozen=True, slots=True)
class Size:
    """How many addresses of how many sites."""

    addresses: int
    sites: int

    def site_of(self, number: int) -> int:
        """Return which site an address belongs to: they are found a sitemap at a time."""
        return number // min(FROM_ONE_SITE, max(1, self.addresses // self.sites)) % self.sites


def address(number: int, size: Size) -> str:
    """Return the address of an article as long as they are in the wild (about 90 characters)."""
    site = size.site_of(number)
    return f"https://www.paper-{site}.example/world/2026/11/{number:09d}/a-headline-in-the-address-{number * 7919 % 99991}"


def found(size: Size) -> Iterator[Candidate]:
    """Yield addresses as a sitemap would name them."""
    for number in range(size.addresses):
        yield Candidate(address(number, size), f"paper-{size.site_of(number)}.example", via="sitemap")


def memory_mb() -> float:
    """Return this process's peak memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def insert(frontier: Frontier, size: Size) -> float:
    """Make addresses known; return how many a second."""
    start, source = time.perf_counter(), found(size)
    while batch := list(islice(source, BATCH)):
        frontier.add(batch)
    return size.addresses / (time.perf_counter() - start)


def look_up(frontier: Frontier, size: Size, count: int) -> float:
    """Ask for random addresses, half of them unknown; return how many a second."""
    chance = random.Random(7)  # the same addresses in each run
    urls = [address(chance.randrange(2 * size.addresses), size) for _ in range(count)]
    start = time.perf_counter()
    frontier.known(urls)
    return count / (time.perf_counter() - start)


def lease(frontier: Frontier, count: int) -> tuple[float, float]:
    """Lease and answer addresses, 50 at a time; return how many a second, and one lease's milliseconds of CPU."""
    now, start, left, leasing = datetime.now(UTC), time.perf_counter(), count, []
    while left > 0:
        before = time.process_time()
        leases = frontier.lease(50, now, per_site=2)
        leasing.append(time.process_time() - before)
        with frontier._state.transaction():
            for one in leases:
                frontier.done(one, VisitResult(status=200), now)
        left -= len(leases)
    return count / (time.perf_counter() - start), 1000 * median(leasing)


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--addresses", type=int, default=10_000_000)
    words.add_argument("--sites", type=int, default=500)
    words.add_argument("--folder", type=Path, default=None)
    asked = words.parse_args()
    size = Size(asked.addresses, asked.sites)
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        state = open_state(Path(folder) / "state.db")
        frontier = Frontier(state)
        inserted, looked_up = insert(frontier, size), look_up(frontier, size, 200_000)
        leased, milliseconds = lease(frontier, 5_000)
        figures = {
            **asdict(size),
            "inserted_per_second": round(inserted),
            "look_ups_per_second": round(looked_up),
            "leased_and_done_per_second": round(leased),
            "lease_of_50_cpu_ms": round(milliseconds, 2),
            "peak_memory_mb": round(memory_mb()),
            "bytes_per_address": round(
                sum(p.stat().st_size for p in Path(folder).iterdir()) / asked.addresses
            ),
        }
        state.close()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

"""How the frontier fares with many addresses known: memory, insertions, look-ups, leases.

    python tests/benchmarks/frontier.py [--addresses 10000000] [--folder FOLDER]

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
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from pipelines.state import open_state
from scraper.frontier import Found, Frontier, Visit

SITES = 500
BATCH = 5_000  # addresses of one transaction: a part of a large sitemap
FROM_ONE_SITE = 1_000  # addresses that come one after the other from one site


def site_of(number: int) -> int:
    """Return which site an address belongs to: they are found a sitemap at a time."""
    return number // FROM_ONE_SITE % SITES


def address(number: int) -> str:
    """Return the address of an article as long as they are in the wild (about 90 characters)."""
    site = site_of(number)
    return f"https://www.paper-{site}.example/world/2026/11/{number:09d}/a-headline-in-the-address-{number * 7919 % 99991}"


def found(numbers: range) -> Iterator[Found]:
    """Yield addresses as a sitemap would name them."""
    for number in numbers:
        yield Found(address(number), f"paper-{site_of(number)}.example", via="sitemap")


def memory_mb() -> float:
    """Return this process's peak memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def insert(frontier: Frontier, addresses: int) -> float:
    """Make addresses known; return how many a second."""
    start, source = time.perf_counter(), found(range(addresses))
    while batch := list(islice(source, BATCH)):
        frontier.add(batch)
    return addresses / (time.perf_counter() - start)


def look_up(frontier: Frontier, addresses: int, count: int) -> float:
    """Ask for random addresses, half of them unknown; return how many a second."""
    chance = random.Random(7)  # the same addresses in each run
    urls = [address(chance.randrange(2 * addresses)) for _ in range(count)]
    start = time.perf_counter()
    frontier.known(urls)
    return count / (time.perf_counter() - start)


def lease(frontier: Frontier, count: int) -> float:
    """Lease and answer addresses, 50 at a time; return how many a second."""
    now, start, left = datetime.now(UTC), time.perf_counter(), count
    while left > 0:
        leases = frontier.lease(50, now, per_site=2)
        with frontier._state.transaction():
            for one in leases:
                frontier.done(one, Visit(status=200), now)
        left -= len(leases)
    return count / (time.perf_counter() - start)


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--addresses", type=int, default=10_000_000)
    words.add_argument("--folder", type=Path, default=None)
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        state = open_state(Path(folder) / "state.db")
        frontier = Frontier(state)
        figures = {
            "addresses": asked.addresses,
            "inserted_per_second": round(insert(frontier, asked.addresses)),
            "look_ups_per_second": round(look_up(frontier, asked.addresses, 200_000)),
            "leased_and_done_per_second": round(lease(frontier, 5_000)),
            "peak_memory_mb": round(memory_mb()),
            "bytes_per_address": round(
                sum(p.stat().st_size for p in Path(folder).iterdir()) / asked.addresses
            ),
        }
        state.close()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

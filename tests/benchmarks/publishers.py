"""Crawl sites of real publishing software, built from our own posts, and say what is wrong in each.

COLUMNIST_PUBLISHERS=/folder/of/programs python -m tests.benchmarks.publishers [NAME ...]
"""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path

from tests.publishing.judge import crawl, faults
from tests.publishing.sites import KINDS


def main(names: list[str]) -> int:
    """Build, crawl twice and judge each of these, or all."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers end too
    wrong = 0
    for kind in (kind for kind in KINDS if not names or kind.name in names):
        if lacking := kind.missing():
            sys.stdout.write(f"{kind.name}: skipped, {lacking}\n")
            continue
        with tempfile.TemporaryDirectory() as folder, kind.site(Path(folder)) as address:
            first, second = (crawl(address, Path(folder, "data")) for _ in range(2))
        told = faults(first.rows, filed=kind.filed)
        if second.rows != first.rows:
            told.append("the second run changed rows")
        sys.stdout.write(
            f"{kind.name}: {first.summary['summary']}, {first.summary['requests']} requests; {len(told)} faults\n"
        )
        sys.stdout.writelines(f"    {line}\n" for line in (*told, *first.rejects))
        sys.stdout.flush()
        wrong += bool(told)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Fill a small disk with a crawl, again and again: run as a program, in a mount namespace of its own.

    python smalldisk.py FOLDER KILOBYTES...

For each size: a tmpfs of that size, a crawl that ends with a StorageError or fits, a dataset that reads whole,
then a larger disk and a rerun that completes. Prints how many crawls met a full disk; exits 77 where mounting
is refused.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from crashline import check, crawl, in_child
from newsroom import identities

from columnist.pipelines.dataset.files.storage_errors import StorageError

PAGES = 40
REFUSED = 77


def mount(*words: str) -> bool:
    """Mount, or say that it is refused."""
    return subprocess.run(["mount", *words], check=False, capture_output=True).returncode == 0


def fill(data: Path) -> None:
    """Crawl until the disk is full; raise if the error is any other."""
    try:
        crawl(data, PAGES)
    except StorageError as error:
        if "The disk is full" in str(error) and "Free some space" in str(error):
            os.kill(os.getpid(), signal.SIGTERM)  # tells the parent
        raise


def try_disk(folder: Path) -> bool:
    """Crawl, look, make room, crawl again; return whether the disk was full."""
    data = folder / "data"
    full = in_child(lambda: fill(data)) == -signal.SIGTERM
    read_so_far = identities(data)
    assert len(read_so_far) == len(set(read_so_far))
    assert mount("-o", "remount,size=64m", str(folder))
    crawl(data, PAGES)
    check(data, PAGES)
    return full


def main() -> None:
    """Try each size."""
    folder = Path(sys.argv[1])
    full = 0
    for kilobytes in map(int, sys.argv[2:]):
        if not mount("-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)):
            sys.exit(REFUSED)
        try:
            full += try_disk(folder)
        finally:
            subprocess.run(["umount", str(folder)], check=False)
    print(full)


if __name__ == "__main__":
    main()

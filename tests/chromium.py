"""A page as Chromium shows it: its document, what its console said, its picture. Headless, with a profile of its own."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")


@dataclass(frozen=True)
class Shown:
    """What became of a page."""

    document: str
    console: list[str]


def show(page: Path, *flags: str, width: int = 1280) -> Shown:
    """Open a file; return the document after its scripts ran, and the lines of its console."""
    ran = subprocess.run(
        [
            CHROMIUM or "", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
            f"--user-data-dir={page.parent / 'profile'}", f"--window-size={width},1600", "--enable-logging=stderr",
            "--log-level=0", "--dump-dom", *flags, page.as_uri(),
        ],
        capture_output=True, text=True, timeout=90, check=True,
    )  # fmt: skip
    return Shown(ran.stdout, [line for line in ran.stderr.splitlines() if "CONSOLE" in line])

"""Runs one crawl in a process of its own, for tests: python crawldriver.py '{"data": ..., "sites": [...]}'.

Prints what `run_crawl` returned as one JSON object. A process each: Twisted's reactor starts only once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

__all__ = ["begin_crawl", "crawl", "result_of"]

ROOT = Path(__file__).resolve().parent.parent


def begin_crawl(data: Path, sites: Sequence[str], **crawl: Any) -> subprocess.Popen[str]:
    """Start a crawl of these addresses; keywords are CrawlOptions, delay 0 unless given.

    `names` is a table of host names in place of DNS; `clock_back` is a file: once it is there, the run's wall
    clock is set back an hour.
    """
    own = {key: crawl.pop(key) for key in ("names", "clock_back") if key in crawl}
    plan = {"data": str(data), "sites": list(sites), "crawl": {"delay": 0.0, **crawl}, **own}
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    return subprocess.Popen(
        [sys.executable, __file__, json.dumps(plan)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def result_of(process: subprocess.Popen[str], seconds: float = 100.0) -> dict[str, Any]:
    """Wait for a crawl and return what it printed; show its log where it failed."""
    out, log = process.communicate(timeout=seconds)
    assert process.returncode == 0, log[-3000:]
    result: dict[str, Any] = json.loads(out)
    return result


def crawl(data: Path, sites: Sequence[str], **options: Any) -> dict[str, Any]:
    """Crawl and return what came of it."""
    return result_of(begin_crawl(data, sites, **options))


def _set_clock_back_at(sign: str) -> None:
    """Let time.time fall back an hour; before anything that takes a copy of it is imported."""
    wall = time.time
    time.time = lambda: wall() - (3600.0 if Path(sign).exists() else 0.0)


def _main(words: str) -> None:
    if "clock_back" in json.loads(words):
        _set_clock_back_at(json.loads(words)["clock_back"])
    from columnist.pipelines.records.options import CrawlOptions, SandboxOptions
    from columnist.scraper.crawl.plan import CrawlPlan
    from columnist.scraper.crawl.run import run_crawl
    from columnist.scraper.frontier.site_jobs import job_for_address

    plan = json.loads(words)
    if "names" in plan:
        from name_table import NameTable

        import columnist.scraper.settings

        NameTable.names = plan["names"]
        columnist.scraper.settings.TWISTED_DNS_RESOLVER = "name_table.NameTable"  # type: ignore[attr-defined]
        columnist.scraper.settings.DNSCACHE_ENABLED = False  # type: ignore[attr-defined]
    jobs = tuple(job_for_address(site) for site in plan["sites"])
    sandbox = SandboxOptions(workers=2)
    done = run_crawl(CrawlPlan(plan["data"], jobs, CrawlOptions(**plan["crawl"]), sandbox=sandbox))
    sys.stdout.write(json.dumps(asdict(done)))


if __name__ == "__main__":
    _main(sys.argv[1])

"""Runs one crawl in a process of its own, for tests: python crawldriver.py '{"data": ..., "sites": [...]}'.

Prints what `run_crawl` returned as one JSON object. A process each: Twisted's reactor starts only once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

__all__ = ["begin_crawl", "crawl", "result_of"]

ROOT = Path(__file__).resolve().parent.parent


def begin_crawl(data: Path, sites: Sequence[str], **crawl: Any) -> subprocess.Popen[str]:
    """Start a crawl of these addresses; keywords are CrawlOptions, delay 0 unless given."""
    plan = {"data": str(data), "sites": list(sites), "crawl": {"delay": 0.0, **crawl}}
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


def _main(words: str) -> None:
    from pipelines.options import CrawlOptions, SandboxOptions
    from scraper.crawl import CrawlPlan, run_crawl
    from scraper.jobs import job_for_address

    plan = json.loads(words)
    jobs = tuple(job_for_address(site) for site in plan["sites"])
    sandbox = SandboxOptions(workers=2)
    done = run_crawl(CrawlPlan(plan["data"], jobs, CrawlOptions(**plan["crawl"]), sandbox=sandbox))
    sys.stdout.write(json.dumps(asdict(done)))


if __name__ == "__main__":
    _main(sys.argv[1])

"""The spider under Scrapy's own command, from the checkout: `scrapy list`, `scrapy crawl news -a site=...`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.dataset as pads
import pytest
from fakesite import Answer, FakeSite, article, links

from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.scraper import settings

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
PATHS = ["/2026/11/22/the-council-adopts-its-budget", "/2026/11/21/a-bridge-is-closed-for-a-year"]


def scrapy(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def crawl_words(site: FakeSite, data: Path) -> tuple[str, ...]:
    return (
        "crawl",
        "news",
        "-a",
        f"site={site.base}",
        "-s",
        f"COLUMNIST_DATA={data}",
        "-s",
        "COLUMNIST_DELAY=0",
    )


def test_scrapy_knows_the_spider() -> None:
    assert scrapy("list").communicate(timeout=60)[0].split() == ["news"]


def test_scrapy_crawls_into_the_dataset(tmp_path: Path) -> None:
    with FakeSite() as site:
        site.route("/", links(*PATHS))
        site.under("/2026/", lambda path: Answer(body=article(path)))
        log, _ = scrapy(*crawl_words(site, tmp_path)).communicate(timeout=60)

        found = pads.dataset(tmp_path / "articles", partitioning="hive").to_table(columns=["url"]).to_pylist()
        assert sorted(row["url"] for row in found) == sorted(site.base + path for path in PATHS)
        assert "2 new, 0 changed, 0 known" in log
        assert "Traceback" not in log


def test_scrapy_stops_in_order_at_sigterm(tmp_path: Path) -> None:
    with FakeSite() as site:
        site.route("/", links(*PATHS))
        site.under("/2026/", lambda path: Answer(body=article(path), drip=0.5))
        process = scrapy(*crawl_words(site, tmp_path))
        end = time.monotonic() + 30
        while len(site.hits) < 4 and time.monotonic() < end:
            time.sleep(0.05)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        log, _ = process.communicate(timeout=30)

        assert time.monotonic() - begun < 15
        assert "stopped by shutdown" in log
        assert len(list((tmp_path / "runs").glob("*.json"))) == 1


@pytest.mark.parametrize(
    "limit",
    [
        "CLOSESPIDER_PAGECOUNT=8",
        *(
            pytest.param(f"CLOSESPIDER_{more}", marks=pytest.mark.torture)
            for more in ("PAGECOUNT=3", "TIMEOUT=2")
        ),
    ],
)
def test_a_limit_of_scrapys_own_ends_the_crawl_in_order(tmp_path: Path, limit: str) -> None:
    many = [f"/2026/11/22/the-council-adopts-budget-number-{n}" for n in range(200)]
    with FakeSite() as site:
        site.route("/", links(*many))
        site.under("/2026/", lambda path: Answer(body=article(path), wait=0.1))
        process = scrapy(*crawl_words(site, tmp_path), "-s", limit)
        log, _ = process.communicate(timeout=60)

        assert process.returncode == 0
        assert "Traceback" not in log
        assert "ERROR" not in log
        assert f"stopped by {limit.partition('=')[0].lower()}" in log
        (path,) = (tmp_path / "runs").glob("*.json")
        left = json.loads(path.read_bytes())["addresses"]
        assert left["pending"] > 100
        assert left["discovered"] == sum(left[w] for w in ("done", "filtered", "failed", "gone", "pending"))
        assert verify(tmp_path).problems == ()


def test_what_scrapy_switches_on_by_default_and_is_dangerous_is_off() -> None:
    off = ("TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "COOKIES_ENABLED", "REFERER_ENABLED", "REDIRECT_ENABLED",
           "METAREFRESH_ENABLED", "HTTPCACHE_ENABLED", "RETRY_ENABLED", "HTTPPROXY_ENABLED")  # fmt: skip

    assert [name for name in off if getattr(settings, name)] == []
    assert settings.DOWNLOAD_VERIFY_CERTIFICATES is True  # type: ignore[attr-defined]
    assert settings.DOWNLOAD_MAXSIZE == 10 * 1024 * 1024  # type: ignore[attr-defined]
    assert {name for name, handler in settings.DOWNLOAD_HANDLERS.items() if handler} == {"http", "https"}  # type: ignore[attr-defined]
    named = {*settings.EXTENSIONS_BASE, *getattr(settings, "EXTENSIONS", {})}
    assert not [e for e in named if "telnet" in e or "remote" in e]

"""The ways to get articles from a list of addresses that crawl.py sets side by side, a process each.

    python -m tests.benchmarks.crawlers WAY LIST OUT

What a way needs is imported inside it: no way pays for another's imports.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy import Request
    from scrapy.http import Response

__all__ = ["WAYS"]

WORKERS = 2


def crawl_kept(addresses: list[str], out: Path) -> None:
    """Crawl the list as `columnist clean LIST` does: rows in Parquet, raw pages as WARC."""
    _crawl(addresses, out, archive=True)


def crawl_bare(addresses: list[str], out: Path) -> None:
    """Do as `crawl_kept` without raw pages."""
    _crawl(addresses, out, archive=False)


def _crawl(addresses: list[str], out: Path, *, archive: bool) -> None:
    from columnist.pipelines.records.spare_memory import spare_memory

    spare_memory()  # as the command does
    from columnist.pipelines.records.options import CrawlOptions, SandboxOptions
    from columnist.scraper.crawl.plan import CrawlPlan
    from columnist.scraper.crawl.run import run_crawl
    from columnist.scraper.frontier.site_jobs import jobs_for_list

    crawl = CrawlOptions(delay=0.0, archive=archive)
    run_crawl(CrawlPlan(out, jobs_for_list(addresses), crawl, sandbox=SandboxOptions(workers=WORKERS)))


def extract_plainly(body: bytes, url: str) -> dict[str, Any]:
    """Return what trafilatura and langdetect make of a page."""
    import langdetect
    import trafilatura

    found = trafilatura.bare_extraction(body, url=url, with_metadata=True)
    row: dict[str, Any] = {"url": url, "text": None, "language": None}
    if found is None:
        return row
    for name in ("title", "author", "date", "text", "description", "sitename"):
        row[name] = getattr(found, name, None)
    langdetect.DetectorFactory.seed = 0
    try:
        row["language"] = langdetect.detect(row["text"] or "")
    except langdetect.LangDetectException:
        row["language"] = None
    return row


def crawl_by_scrapy(addresses: list[str], out: Path) -> None:
    """Crawl with a spider as a tutorial has it: trafilatura and langdetect in two processes, JSON lines."""
    import asyncio
    from concurrent.futures import ProcessPoolExecutor

    import scrapy
    from scrapy.crawler import AsyncCrawlerProcess

    with ProcessPoolExecutor(WORKERS) as pool:

        class Plain(scrapy.Spider):
            name = "plain"

            async def start(self) -> AsyncIterator[Request]:
                for address in addresses:
                    yield scrapy.Request(address)

            async def parse(self, response: Response, **_: Any) -> AsyncIterator[dict[str, Any]]:
                loop = asyncio.get_running_loop()
                yield await loop.run_in_executor(pool, extract_plainly, response.body, response.url)

        settings = {
            "FEEDS": {str(out / "articles.jsonl"): {"format": "jsonlines"}},
            "LOG_LEVEL": "WARNING",
            "ROBOTSTXT_OBEY": True,  # as a new project has it
            "DOWNLOAD_DELAY": 0,
            "CONCURRENT_REQUESTS": 16,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
            "USER_AGENT": "plain",
        }
        process = AsyncCrawlerProcess(settings)
        process.crawl(Plain)
        process.start()


def clean_alone(addresses: list[str], out: Path) -> None:
    """Clean as many pages from memory in two processes, and write nothing: what the crawl cannot get below."""
    from concurrent.futures import ProcessPoolExecutor

    from columnist.pipelines.batch.clean_batches import warm_up

    warm_up()
    with ProcessPoolExecutor(WORKERS) as pool:
        done = sum(pool.map(_clean_share, [(out, len(addresses), share) for share in range(WORKERS)]))
    (out / "count").write_text(str(done), encoding="ascii")


def _clean_share(asked: tuple[Path, int, int]) -> int:
    import pyarrow.parquet as pq

    from columnist.pipelines.clean import clean
    from columnist.pipelines.records.article import Article, Page

    out, count, share = asked
    rows = pq.read_table(out / "pages.parquet").to_pylist()
    articles = 0
    for number in range(share, count, WORKERS):
        row = rows[number % len(rows)]
        articles += isinstance(clean(Page(url=row["url"], html=row["html"])), Article)
    return articles


WAYS: Mapping[str, Callable[[list[str], Path], None]] = {
    "columnist": crawl_kept,
    "columnist, no archive": crawl_bare,
    "Scrapy with trafilatura": crawl_by_scrapy,
    "clean() alone": clean_alone,
}


def main() -> None:
    """Go one way."""
    way, listed, out = sys.argv[1:]
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded
    WAYS[way](Path(listed).read_text(encoding="utf-8").split(), Path(out))


if __name__ == "__main__":
    main()
